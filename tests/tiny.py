"""Tiny random interpreters of five architectures, saved as transformers would, for tests without a download.

They know nothing, but they read, attend, cache and choose as real ones do; everything about them is seeded.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import torch
import transformers

from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.store import Store
from pawc.runtime.interpreter import Interpreter

ARCHITECTURES = ("llama", "qwen2", "qwen3", "gpt2", "gemma3")

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = [
    "t+h",
    "th+e",
    "Ġ+the",
    "u+s",
    "e+r",
    "us+er",
    "a+s",
    "as+s",
    "i+s",
    "ass+is",
    "t+a",
    "n+t",
    "ta+nt",
    "assis+tant",
]


def save_model(folder: Path, architecture: str = "llama", *, template: str | None = CHATML, seed: int = 0) -> Path:
    """A random model with its tokenizer in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_content()
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    settings = {"eos_token": "<|im_end|>" if template else "<|endoftext|>", "chat_template": template}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    vocabulary = len(tokenizer["model"]["vocab"]) + 5  # padded, as real ones are
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config(architecture, vocabulary))
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1 or (architecture == "qwen2" and name.endswith(".bias")):
            torch.nn.init.normal_(parameter, std=0.15)  # sharper than new models are, so that inputs matter
    model.to(torch.bfloat16).save_pretrained(folder)
    return folder


def config(architecture: str, vocabulary: int) -> Any:
    """The configuration of a model with three layers."""
    common = {
        "vocab_size": vocabulary,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "bos_token_id": None,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "tie_word_embeddings": True,
    }
    match architecture:
        case "llama":
            return transformers.LlamaConfig(**common)
        case "qwen2":
            return transformers.Qwen2Config(**common)
        case "qwen3":
            return transformers.Qwen3Config(**common, head_dim=16)
        case "gpt2":
            return transformers.GPT2Config(
                vocab_size=vocabulary, n_embd=32, n_layer=3, n_head=4, n_positions=512, bos_token_id=0, eos_token_id=0
            )
        case "gemma3":  # a window shorter than a program, so that it matters
            kinds = ["sliding_attention", "full_attention", "sliding_attention"]
            return transformers.Gemma3TextConfig(**common, head_dim=8, sliding_window=16, layer_types=kinds)
    raise ValueError(architecture)


def tokenizer_content() -> dict[str, Any]:
    """Byte-level BPE: the control tokens, all bytes, a few merges."""
    from tokenizers.pre_tokenizers import ByteLevel

    tokens = [*CONTROL, *sorted(ByteLevel.alphabet()), *(merge.replace("+", "") for merge in MERGES)]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": index, "content": token, **flags} for index, token in enumerate(CONTROL)],
        "normalizer": None,
        "pre_tokenizer": level,
        "post_processor": None,
        "decoder": level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": [merge.split("+") for merge in MERGES],
        },
    }


@cache
def tiny_store() -> Store:
    """A store with one interpreter `tiny-ARCHITECTURE` each, and `tiny-plain`, a GPT-2 without a chat template."""
    root = Path(tempfile.mkdtemp(prefix="pawc-tiny-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    store = Store(root / "cache", say=lambda message: None)
    for architecture in ARCHITECTURES:
        store.add(f"tiny-{architecture}", save_model(root / architecture, architecture))
    store.add("tiny-plain", save_model(root / "plain", "gpt2", template=None, seed=1))
    return store


def tiny_info(architecture: str = "llama") -> InterpreterInfo:
    """The facts of a tiny interpreter."""
    return tiny_store().resolve(f"tiny-{architecture}")


@cache
def tiny_interpreter(architecture: str = "llama", dtype: torch.dtype = torch.float32) -> Interpreter:
    """A tiny interpreter, loaded."""
    return Interpreter.load(tiny_info(architecture).folder, dtype)
