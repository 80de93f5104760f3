"""An interpreter within an executable: there and back, the same model, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from pawc.backends import BACKENDS, backend, program_states
from pawc.backends.torch_machine import TorchMachine
from programs import executable, function
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL
from pawc.files.blobs import BlobStore
from pawc.files.carried import attach, carried_interpreter
from pawc.files.executable import Executable
from pawc.interpreters.info import PIECES, InterpreterInfo
from pawc.runtime.interpreter import Interpreter

FILES = ("config.json", "interp.json", "model.safetensors", "tokenizer.json")


def static(architecture: str = "llama", files: Sequence[str] = FILES, of: str = "") -> Executable:
    """A program for one tiny interpreter that carries files of it, or of another."""
    interpreter, blobs = tiny_interpreter(architecture), BlobStore()
    plain = executable(function(interpreter, BOOL), interpreter, blobs)
    folder = tiny_info(of or architecture).folder
    carried = attach({name: folder / name for name in files}, blobs)
    return Executable.build(
        plain.module, blobs, target="cpu", interpreter=plain.manifest["interpreter"], attachments=carried
    )


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_carried_is_the_interpreter(architecture: str, tmp_path: Path) -> None:
    static(architecture).save(tmp_path / "x.pawx")
    info = carried_interpreter(Executable.load(tmp_path / "x.pawx"))
    assert info is not None
    assert replace(info, folder=tiny_info(architecture).folder) == tiny_info(architecture)
    found, wanted = Interpreter.of(info), tiny_interpreter(architecture)
    assert torch.equal(found.states([5, 6, 7]), wanted.states([5, 6, 7]))
    assert found.tokenizer.json == wanted.tokenizer.json


def test_an_executable_that_carries_nothing_has_none() -> None:
    assert carried_interpreter(static(files=())) is None


def test_another_interpreter_than_the_named_one_is_refused() -> None:
    with pytest.raises(PawError, match="P0525"):
        carried_interpreter(static(of="qwen3"))


def refused(**contents: Any) -> None:
    """A tiny interpreter with other files, hashed anew, is refused and no fault of ours."""
    files = {name: (tiny_info().folder / name).read_bytes() for name in FILES}
    for name, change in contents.items():
        file = f"{name}.json"
        files[file] = change if isinstance(change, bytes) else json.dumps(json.loads(files[file]) | change).encode()
    if "interp" not in contents:
        facts = json.loads(files["interp.json"])
        facts["tokenizer_sha256"] = hashlib.sha256(files["tokenizer.json"]).hexdigest()
        files["interp.json"] = json.dumps(facts).encode()
    held = {name: partial(bytes, data) for name, data in files.items()}
    with pytest.raises(PawError, match="P0712"):
        Interpreter.of(InterpreterInfo.read_carried(Path("x.pawx"), held))


@pytest.mark.parametrize(
    "facts",
    [
        *({name: value} for name in ("layers", "vocab", "max_positions") for value in (0, -1, True, 1.5, "3", 10**400)),
        *({"name": value} for value in (None, 5, ["x"], {"a": 1}, "\ud800")),
        *({"sha256": value} for value in (None, 5)),
        *({"pieces": value} for value in (None, [], {}, {"start": ""}, "start", dict.fromkeys(PIECES, ""))),
        {"pieces": dict.fromkeys(PIECES, 5)},
        {"pieces": {**dict.fromkeys(PIECES, "x"), "more": "x"}},
        {"pieces": dict.fromkeys(PIECES, "\ud800")},
        {"format": "1"},
        {"more": 1},
        *(b"null", b"[]", b"[" * 100_000, b'"x"', b"\xff"),
    ],
)
def test_facts_of_another_kind_are_refused(facts: Any) -> None:
    refused(interp=facts)


@pytest.mark.parametrize(
    "config",
    [
        *({"num_attention_heads": value} for value in (0, None, "4", [4], -4)),
        *({"num_key_value_heads": value} for value in (0, None, "2", 3)),
        *({"hidden_size": value} for value in (0, "32", 2.5)),
        *({"num_hidden_layers": value} for value in (2, 0, -1, "3")),
        {"vocab_size": 5},
        {"model_type": "none-such"},
        {"model_type": 5},
        {"model_type": "bert"},
        {"rope_parameters": {"rope_type": "none-such"}},
        {"hidden_act": "none-such"},
        *(b"null", b"[]", b"{}", b"\xff"),
    ],
)
def test_a_configuration_that_no_model_has_is_refused(config: Any) -> None:
    refused(config=config)


@pytest.mark.parametrize("tokenizer", [b"null", b"{}", b"\xff", b"", {"model": {"type": "BPE"}}])
def test_a_tokenizer_that_is_none_is_refused(tokenizer: Any) -> None:
    refused(tokenizer=tokenizer)


@pytest.mark.parametrize("missing", FILES)
def test_an_executable_that_lacks_a_file_is_refused_with_the_way_out(missing: str) -> None:
    with pytest.raises(PawError, match=rf"P0712(.*\n)*.*{missing}(.*\n)*.*pawc build --static"):
        info = carried_interpreter(static(files=[name for name in FILES if name != missing]))
        assert info is not None
        Interpreter.of(info)


def test_a_damaged_file_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pawx"
    static().save(path)
    weights = (tiny_info().folder / "model.safetensors").read_bytes()
    data = path.read_bytes()
    place = data.index(weights) + len(weights) - 1
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    info = carried_interpreter(Executable.load(path))
    assert info is not None
    with pytest.raises(PawError, match="P0524"):
        Interpreter.of(info)


def test_states_of_a_carried_interpreter_are_not_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_states, "WORTH_KEEPING", 0)
    for program, kept in ((static(), 0), (static(files=()), 1)):
        info = carried_interpreter(program) or tiny_info()
        (made,) = program.module.neural
        assert made.program is not None
        folder = tmp_path / str(kept)
        monkeypatch.setattr(program_states, "cache_root", lambda folder=folder: folder)
        TorchMachine(Interpreter.of(info), program.blobs).states(made.program)
        assert len(list(folder.glob("states/*"))) == kept


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_says_which_files_it_needs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    target = backend(name)
    target.prepare(tiny_info, lambda message: None)
    files = target.interpreter_files(tiny_info())
    assert "interp.json" in files
    assert all(path.exists() for path in files.values())
