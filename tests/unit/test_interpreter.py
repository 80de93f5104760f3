"""The interpreter in memory: its states are those of transformers, and attention goes by position."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
import torch
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.runtime.attention import shared_prefix
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.positions import PADDING

TOKENS = [1, *range(5, 90)]


@pytest.fixture(params=ARCHITECTURES)
def interpreter(request: pytest.FixtureRequest) -> Interpreter:
    return tiny_interpreter(request.param)


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def whole(interpreter: Interpreter, tokens: list[int]) -> torch.Tensor:
    """The logits that transformers gives when left to itself."""
    with torch.no_grad():
        logits: torch.Tensor = interpreter.model(torch.tensor([tokens])).logits
    return logits[0, -1, : interpreter.tokenizer.vocab_size]


def last(interpreter: Interpreter, tokens: list[int], states: torch.Tensor, *, shared: bool = False) -> torch.Tensor:
    """The logits after `tokens` behind `states`, in a row with padding in front."""
    past, length = states.shape[3], len(tokens)
    ids = torch.tensor([[7, 7, 7, *tokens]])
    positions = torch.tensor([[PADDING] * 3 + list(range(past, past + length))])
    keys = torch.cat((torch.arange(past)[None], positions), 1)
    with torch.no_grad():
        if not shared:
            return interpreter.forward(ids, positions, keys, interpreter.cache(states))[0, -1]
        with shared_prefix(interpreter.model):
            return interpreter.forward(ids, positions, keys, interpreter.cache(), prefix=states)[0, -1]


def test_states_have_the_shape_of_the_facts(interpreter: Interpreter) -> None:
    info = interpreter.info
    assert interpreter.states(TOKENS).shape == (info.layers, 2, info.kv_heads, len(TOKENS), info.head_dim)
    assert interpreter.states([]).shape == (info.layers, 2, info.kv_heads, 0, info.head_dim)


def test_states_behind_states_are_those_of_the_whole(interpreter: Interpreter) -> None:
    states = interpreter.states(TOKENS)
    close(interpreter.states(TOKENS[40:], states[:, :, :, :40]), states[:, :, :, 40:])


@pytest.mark.parametrize("shared", [False, True])
def test_reading_behind_states_is_reading_everything(interpreter: Interpreter, shared: bool) -> None:
    states = interpreter.states(TOKENS[:60])
    close(last(interpreter, TOKENS[60:], states, shared=shared), whole(interpreter, TOKENS))


@pytest.mark.parametrize("shared", [False, True])
def test_reading_behind_no_states_is_reading_from_the_start(interpreter: Interpreter, shared: bool) -> None:
    close(last(interpreter, TOKENS, interpreter.states([]), shared=shared), whole(interpreter, TOKENS))


def test_long_inputs_are_read_in_pieces(interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.runtime.positions.PIECE", 16)
    close(last(interpreter, TOKENS[10:], interpreter.states(TOKENS[:10])), whole(interpreter, TOKENS))


def test_a_tree_hides_what_is_not_on_the_path(interpreter: Interpreter) -> None:
    """Two continuations read at once are each read as if alone."""
    states = interpreter.states(TOKENS)
    past = len(TOKENS)
    positions = torch.tensor([[past, past + 1, past]])
    sees = torch.tensor([[True, False, False], [True, True, False], [False, False, True]])
    keys = torch.cat((torch.arange(past)[None], positions), 1)
    with torch.no_grad():
        ids, cache = torch.tensor([[20, 21, 22]]), interpreter.cache(states)
        logits = interpreter.forward(ids, positions, keys, cache, keep=3, tree=sees)[0]
    close(logits[1], whole(interpreter, [*TOKENS, 20, 21]))
    close(logits[2], whole(interpreter, [*TOKENS, 22]))


def test_logits_are_of_tokens_that_exist(interpreter: Interpreter) -> None:
    assert interpreter.vocab > interpreter.tokenizer.vocab_size
    assert last(interpreter, TOKENS, interpreter.states([])).shape == (interpreter.tokenizer.vocab_size,)


def test_gradients_reach_the_states_of_a_cache(interpreter: Interpreter) -> None:
    states = interpreter.states(TOKENS).requires_grad_(True)
    cache = interpreter.cache(states, batch=2)
    positions = torch.tensor([[len(TOKENS)]] * 2)
    keys = torch.arange(len(TOKENS) + 1).expand(2, -1)
    interpreter.forward(torch.tensor([[5], [6]]), positions, keys, cache).sum().backward()  # type: ignore[no-untyped-call]
    assert states.grad is not None
    assert states.grad.abs().sum() > 0


def test_weights_cut_short_are_refused(tmp_path: Path) -> None:
    folder = copytree(tiny_info().folder, tmp_path / "copy")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(PawError, match="P0712"):
        Interpreter.load(folder)


def test_a_tokenizer_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = copytree(tiny_info().folder, tmp_path / "copy")
    with (folder / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(PawError, match="P0712"):
        Interpreter.load(folder)


def test_weights_that_are_not_safetensors_are_refused(tmp_path: Path) -> None:
    folder = copytree(tiny_info().folder, tmp_path / "copy")
    weights = folder / "model.safetensors"
    weights.write_bytes(b"\xff" * weights.stat().st_size)
    with pytest.raises(PawError, match="P0712"):
        Interpreter.load(folder)
