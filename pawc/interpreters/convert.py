"""A model as others publish it -> a folder of the store: bfloat16 safetensors, one tokenizer.json, its facts.

What cannot run programs is refused here, once, by trying it: a model must continue from a key/value cache as if
it had read everything at once. The same model gives the same bytes on every machine.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tokenizers
import torch
import transformers
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.cache_utils import DynamicCache, DynamicLayer

from pawc.base.diagnostics import fail
from pawc.base.fsio import file_sha256
from pawc.interpreters.chat_template import UnusableTemplateError, chat_pieces, plain_pieces
from pawc.interpreters.gguf_tokenizer import read_metadata, tokenizer_json
from pawc.interpreters.info import INFO, TOKENIZER, WEIGHTS, InterpreterInfo
from pawc.interpreters.transformers_ways import CACHE, quiet

NO_LIMIT = "1000TB"  # one weights file, however large: its hash is the interpreter's identity


def from_gguf(name: str, path: Path, target: Path, source: str) -> InterpreterInfo:
    """Convert a .gguf file: weights are taken out of their quantisation, the tokenizer out of its metadata."""
    metadata = read_metadata(path)
    tokenizer = tokenizer_json(metadata) or _transformers_tokenizer(path.parent, gguf_file=path.name)
    options: dict[str, Any] = {"gguf_file": path.name}
    if hasattr(transformers, "GgufConfig"):  # before it there was no other way than to dequantise
        options["quantization_config"] = transformers.GgufConfig(dequantize=True)
    with _refusing(path):
        model: Any = AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **options)
    model.config.quantization_config = None
    del model.config.quantization_config
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    special = {
        f"{kind}_token": tokens[index]
        for kind in ("bos", "eos")
        if (index := metadata.get(f"tokenizer.ggml.{kind}_token_id")) is not None
    }
    begin = special.get("bos_token", "") if metadata.get("tokenizer.ggml.add_bos_token") else ""
    return _save(
        name,
        model.to(torch.bfloat16),
        tokenizer,
        metadata.get("tokenizer.chat_template"),
        special,
        begin,
        target,
        licence=str(metadata.get("general.license", "unknown")),
        source=source,
    )


def from_folder(name: str, folder: Path, target: Path, source: str) -> InterpreterInfo:
    """Convert a folder as transformers saves a model."""
    if not (folder / "config.json").exists():
        fail("P0705", "there is no model in this folder: it has no config.json", where=str(folder))
    if not any(folder.glob("*.safetensors")):
        pickles = [path.name for path in (*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth"))]
        found = f"only `{pickles[0]}`, a pickle, which can run any code" if pickles else "no weights at all"
        help = "save the model as safetensors: `model.save_pretrained(FOLDER)` of a current transformers does"
        fail("P0705", f"there are no safetensors weights in this folder, {found}", where=str(folder), help=help)
    with _refusing(folder):
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.bfloat16,
            attn_implementation="eager",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    model, loading = loaded
    if missing := sorted(loading["missing_keys"]):
        fail("P0705", f"the weights lack `{missing[0]}` and {len(missing) - 1} more tensors", where=str(folder))
    path = folder / "tokenizer.json"
    tokenizer = path.read_text(encoding="utf-8") if path.exists() else _transformers_tokenizer(folder)
    settings = _json(folder / "tokenizer_config.json")
    special = {
        key: value if isinstance(value, str) else value["content"]
        for key, value in {**_json(folder / "special_tokens_map.json"), **settings}.items()
        if key in ("bos_token", "eos_token") and value is not None
    }
    template = settings.get("chat_template")
    if isinstance(template, list):
        template = next((item["template"] for item in template if item["name"] == "default"), None)
    if (own := folder / "chat_template.jinja").exists():
        template = own.read_text(encoding="utf-8")
    with _refusing(path, "its tokenizer"):
        around = tokenizers.Tokenizer.from_str(tokenizer).encode("").tokens
    begin = "".join(token for token in around if token != special.get("eos_token"))
    return _save(name, model, tokenizer, template, special, begin, target, licence=_licence(folder), source=source)


def _save(
    name: str,
    model: Any,
    tokenizer: str,
    template: str | None,
    special: dict[str, str],
    begin: str,
    target: Path,
    licence: str,
    source: str,
) -> InterpreterInfo:
    """Write the folder. `special` names bos and eos tokens; `begin` is what every text begins with."""
    kv_heads, head_dim = _probe(name, model)
    try:
        pieces = chat_pieces(template, special) if template else plain_pieces(begin, special.get("eos_token", ""))
    except UnusableTemplateError as error:
        fail("P0706", f"the chat template of `{name}` cannot be used: {error}")
    config = model.config
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int):
        fail("P0706", f"`{name}` does not say how many positions it has (max_position_embeddings)")
    try:
        with quiet():
            model.save_pretrained(target, max_shard_size=NO_LIMIT)
    except (SafetensorError, RuntimeError) as error:
        raise OSError(str(error)) from error
    (target / "generation_config.json").unlink(missing_ok=True)  # programs are decoded in one way only
    (target / TOKENIZER).write_text(_with_control_tokens(tokenizer, template or ""), encoding="utf-8")
    (target / WEIGHTS).chmod((target / TOKENIZER).stat().st_mode)  # safetensors lets nobody else read it
    info = InterpreterInfo(
        name=name,
        folder=target,
        sha256=file_sha256(target / WEIGHTS),
        tokenizer_sha256=file_sha256(target / TOKENIZER),
        size=(target / WEIGHTS).stat().st_size,
        licence=licence,
        source=source,
        architecture=config.model_type,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        layers=config.num_hidden_layers,
        kv_heads=kv_heads,
        head_dim=head_dim,
        vocab=config.vocab_size,
        max_positions=positions,
        pieces=pieces,
    )
    (target / INFO).write_text(info.to_json(), encoding="utf-8")
    return info


def _probe(name: str, model: Any) -> tuple[int, int]:
    """Key/value heads and head size of a model whose cache is what programs need; others are refused."""

    def refuse(why: str) -> Any:
        help = "an interpreter keeps one key and value per token in each layer, as Llama, Qwen3, Gemma 3 and GPT-2 do"
        fail("P0706", f"`{name}` ({model.config.model_type}) cannot run programs: {why}", help=help)

    if not getattr(model, "_supports_attention_backend", False):
        refuse("transformers cannot exchange its attention")
    model.eval()
    ids = torch.arange(8)[None] % model.config.vocab_size
    cache: Any = DynamicCache()
    try:
        with torch.inference_mode():
            whole = model(ids).logits[0, -1].float()
            model(ids[:, :5], **{CACHE: cache}, use_cache=True)
            shapes = {(type(layer), layer.keys.shape, layer.values.shape) for layer in cache.layers}
            cached = model(ids[:, 5:], **{CACHE: cache}, use_cache=True).logits[0, -1].float()
    except Exception as error:  # whatever a foreign architecture raises on a cache that it does not know
        refuse(str(error).splitlines()[0])
    if len(cache.layers) != model.config.num_hidden_layers or len(shapes) != 1:
        refuse("its layers do not each keep keys and values of one shape")
    kind, keys, values = shapes.pop()
    if kind is not DynamicLayer or keys != values or keys[2] != 5:
        refuse("it does not keep one key and one value per token")
    if (whole - cached).norm() > 0.1 * (whole - whole.mean()).norm():  # bfloat16 alone gives 0.01
        refuse("it reads differently from its cache than at once")
    return int(keys[1]), int(keys[3])


def _with_control_tokens(text: str, template: str) -> str:
    """The tokenizer with every token that its chat template uses as markup made a control token.

    Some models leave markup such as `<think>` among ordinary tokens; a user's text must not be able to write it.
    """
    content = json.loads(text)
    for token in content["added_tokens"]:
        if re.fullmatch(r"[<\[]\S+[>\]]", token["content"]) and token["content"] in template:
            token["special"] = True
    return json.dumps(content | {"truncation": None, "padding": None}, ensure_ascii=False)


def _transformers_tokenizer(folder: Path, **options: Any) -> str:
    """The tokenizer.json of a model that comes with another kind of tokenizer file, by transformers' converters."""
    with _refusing(folder, "its tokenizer"):
        converted = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False, **options)
        text: str = converted.backend_tokenizer.to_str()
    return text


@contextlib.contextmanager
def _refusing(path: Path, what: str = "this model") -> Iterator[None]:
    """Say in one line why transformers cannot read something."""
    try:
        with quiet():
            yield
    except OSError as error:
        if error.errno is not None:  # the disk's fault, not the model's
            raise
        fail("P0705", f"{what} cannot be read: {str(error).splitlines()[0]}", where=str(path))
    except Exception as error:  # parsers of several libraries, over files from anywhere
        fail("P0705", f"{what} cannot be read: {(str(error) or repr(error)).splitlines()[0]}", where=str(path))


def _licence(folder: Path) -> str:
    """The licence that a model card states in its header."""
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8", errors="replace") if card.exists() else ""
    found = re.search(r"\A---\n(?:.*\n)*?license:\s*(\S+)", text)
    return found[1] if found else "unknown"


def _json(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        fail("P0705", f"not JSON: {error}", where=str(path))
    return content
