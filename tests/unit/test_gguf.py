"""Models from .gguf files: the same tokens and the same logits as the model they were made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import pytest
import tokenizers
import torch
import transformers
from tiny import CHATML, save_model, tokenizer_content

from pawc.base.diagnostics import PawError
from pawc.interpreters.gguf_tokenizer import tokenizer_json
from pawc.interpreters.store import Store
from pawc.runtime.interpreter import Interpreter

CONTROL, ORDINARY = 3, 1
NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def metadata(pre: str = "gpt-2") -> dict[str, Any]:
    """The tokenizer of the tiny models, as a .gguf file carries it."""
    model = tokenizer_content()["model"]
    tokens = [*model["vocab"], *(f"<unused{index}>" for index in range(5))]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [
            CONTROL if token.startswith("<") and len(token) > 1 else ORDINARY for token in tokens
        ],
        "tokenizer.ggml.merges": [" ".join(merge) for merge in model["merges"]],
    }


def write_gguf(path: Path, model: Any, pre: str = "gpt-2") -> Path:
    """A Llama as a .gguf file, as llama.cpp's converter writes it."""
    config, about = model.config, metadata(pre)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_vocab_size(config.vocab_size)
    writer.add_license("mit")
    writer.add_tokenizer_model(about["tokenizer.ggml.model"])
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(about["tokenizer.ggml.tokens"])
    writer.add_token_types(about["tokenizer.ggml.token_type"])
    writer.add_token_merges(about["tokenizer.ggml.merges"])
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHATML)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, tensor in model.state_dict().items():
        parts = name.removeprefix("model.").removesuffix(".weight")
        if parts.startswith("layers."):
            _, index, kind = parts.split(".", 2)
            if (split := heads.get(kind.rpartition(".")[2])) is not None:  # rotary pairs lie side by side there
                rows, columns = tensor.shape
                tensor = tensor.view(split, 2, rows // split // 2, columns).transpose(1, 2).reshape(rows, columns)
            target = f"blk.{index}.{NAMES[kind]}.weight"
        elif parts == "lm_head":
            continue  # tied to the embeddings
        else:
            target = {"embed_tokens": "token_embd.weight", "norm": "output_norm.weight"}[parts]
        writer.add_tensor(target, tensor.float().contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = save_model(tmp_path_factory.mktemp("llama"))
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", say=lambda message: None)


def test_a_gguf_file_is_the_model_it_was_made_of(store: Store, model: Any, tmp_path: Path) -> None:
    info = store.add("mine", write_gguf(tmp_path / "tiny.gguf", model))
    assert (info.licence, info.source, info.architecture) == ("mit", "file:tiny.gguf", "llama")
    stored = Interpreter.load(info.folder)
    ids = torch.arange(30)[None]
    with torch.no_grad():
        torch.testing.assert_close(stored.model(ids).logits, model(ids).logits, rtol=1e-4, atol=1e-4)
    assert stored.tokenizer.encode("the user 123") == stored.tokenizer.encode("the") + stored.tokenizer.encode(
        " user 123"
    )
    assert stored.layout.head("a")[-2:] == stored.tokenizer.encode_markup("<|im_end|>\n")


def test_the_same_gguf_file_gives_the_same_hashes(store: Store, model: Any, tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", model)
    one, other = store.add("one", path), store.add("other", path)
    assert (one.sha256, one.tokenizer_sha256) == (other.sha256, other.tokenizer_sha256)


@pytest.mark.parametrize("keep", [0, 3, 100, -7])
def test_damaged_gguf_files_are_refused(store: Store, model: Any, tmp_path: Path, keep: int) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", model)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(PawError, match="P0705"):
        store.add("mine", path)
    assert store.list() == []


def test_a_tokenizer_that_neither_pawc_nor_transformers_knows_is_refused(
    store: Store, model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", model, pre="of-tomorrow")

    def unknown(*args: Any, **options: Any) -> Any:
        raise ValueError("no such tokenizer")

    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", unknown)
    monkeypatch.setattr("pawc.interpreters.convert.AutoTokenizer.from_pretrained", unknown)
    with pytest.raises(PawError, match=r"P0705.*tokenizer.*no such tokenizer"):
        store.add("mine", path)


@pytest.mark.parametrize(
    ("pre", "words"),
    [
        ("gpt-2", ["it", "'s", " 2024", "!", "\n", "\n", "X"]),
        ("smollm", ["it", "'s", " ", "2", "0", "2", "4", "!", "\n", "\n", "X"]),
        ("qwen2", ["it", "'s", " ", "2", "0", "2", "4", "!\n\n", "X"]),
        ("llama-bpe", ["it", "'s", " ", "202", "4", "!\n\n", "X"]),
    ],
)
def test_text_is_split_into_words_as_llama_cpp_does(pre: str, words: list[str]) -> None:
    text = tokenizer_json(metadata(pre))
    assert text is not None
    tokenizer = tokenizers.Tokenizer.from_str(text)
    found = tokenizer.pre_tokenizer.pre_tokenize_str("it's 2024!\n\nX")
    assert ["it's 2024!\n\nX"[start:end] for _, (start, end) in found] == words


@pytest.mark.parametrize("change", [{"tokenizer.ggml.model": "llama"}, {"tokenizer.ggml.pre": "unheard-of"}])
def test_tokenizers_of_other_kinds_are_left_to_transformers(change: dict[str, str]) -> None:
    assert tokenizer_json(metadata() | change) is None


def test_control_tokens_keep_their_kind() -> None:
    text = tokenizer_json(metadata())
    assert text is not None
    added = json.loads(text)["added_tokens"]
    assert [token["content"] for token in added if token["special"]][:3] == [
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
    ]
