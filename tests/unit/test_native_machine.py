"""The native engine reads as transformers does, up to what 8-bit weights lose; and exactly alike in every batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from pawc.backends.logits import NumpyLogits
from pawc.backends.native.machine import NativeMachine
from programs import function
from tiny import tiny_info, tiny_interpreter

from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Program
from pawc.runtime.interpreter import Interpreter

ROWS = [[5, 6, 7], [8], list(range(9, 40)), [15, 16]]
MORE = {0: [20], 2: [21, 22, 23], 3: [24, 25]}
START = list(range(30, 90))
BLOBS = BlobStore()
PROGRAM = Program(level=0, interpreter=tiny_info().sha256, tokens=tuple(START), prefix=None)


@pytest.fixture(scope="module", params=[False, True], ids=["best", "portable"])
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeMachine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAWC_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield NativeMachine.load(tiny_info(), BLOBS, portable=request.param)


@pytest.fixture(scope="module")
def rounded() -> Interpreter:
    """The tiny interpreter in torch with its matrices rounded as the engine rounds them; embeddings are not."""
    interpreter = Interpreter.load(tiny_info().folder)
    model = interpreter.model
    head = torch.nn.Linear(32, model.lm_head.out_features, bias=False)
    head.weight.data = model.lm_head.weight.data.clone()
    model.lm_head = head
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            scale = module.weight.data.abs().amax(1, keepdim=True) / 127
            module.weight.data = (module.weight.data / scale).round() * scale
    return interpreter


def alone(interpreter: Interpreter, tokens: list[int]) -> np.ndarray:
    """What transformers gives for one row, whole."""
    with torch.no_grad():
        logits = interpreter.model(torch.tensor([START + tokens])).logits[0, -1]
    found: np.ndarray = logits[: interpreter.tokenizer.vocab_size].numpy()
    return found


def at(logits: object, place: int = 0) -> np.ndarray:
    assert isinstance(logits, NumpyLogits)
    return logits.values[:, place]


def close(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, atol=5e-3)


def test_rows_of_any_lengths_that_come_and_go_are_each_read_alone(machine: NativeMachine, rounded: Interpreter) -> None:
    reading = machine.reading(PROGRAM, len(ROWS))
    first = at(reading.read(dict(enumerate(ROWS))))
    second = at(reading.read(MORE))
    third = at(reading.read({3: [26]}))
    for row, tokens in enumerate(ROWS):
        close(first[row], alone(rounded, tokens))
    for place, (row, tokens) in enumerate(MORE.items()):
        close(second[place], alone(rounded, ROWS[row] + tokens))
    close(third[0], alone(rounded, ROWS[3] + MORE[3] + [26]))


def test_what_was_looked_at_ahead_is_forgotten(machine: NativeMachine, rounded: Interpreter) -> None:
    sees = np.array([[True, False, False], [True, True, False], [False, False, True]])
    reading = machine.reading(PROGRAM, 2)
    both = reading.read_and_look_ahead({0: ROWS[0], 1: ROWS[2]}, [40, 41, 42], [0, 1, 0], sees)
    after = at(reading.read({0: [50], 1: [51]}))
    ahead = at(reading.look_ahead([40, 41, 42], [0, 1, 0], sees), 1)
    close(at(both, 0)[0], alone(rounded, ROWS[0]))
    close(at(both, 2)[1], alone(rounded, [*ROWS[2], 40, 41]))
    close(at(both, 3)[1], alone(rounded, [*ROWS[2], 42]))
    close(after[0], alone(rounded, [*ROWS[0], 50]))
    close(ahead[1], alone(rounded, [*ROWS[2], 51, 40, 41]))


def test_a_row_gives_the_same_bits_in_every_batch(machine: NativeMachine) -> None:
    together = at(machine.reading(PROGRAM, len(ROWS)).read(dict(enumerate(ROWS))))
    for row, tokens in enumerate(ROWS):
        assert np.array_equal(at(machine.reading(PROGRAM, 1).read({0: tokens}))[0], together[row])


def test_a_reader_reads_as_a_batch_does(machine: NativeMachine) -> None:
    token, chance = machine.alone(PROGRAM).next(ROWS[2], [40, 41], None)
    reading = machine.reading(PROGRAM, 2)
    reading.read({0: ROWS[0], 1: ROWS[2]})
    reading.read({1: [40]})
    best = reading.read({1: [41]}).best(None)
    assert best.tokens[0] == token
    assert best.chances[0] == pytest.approx(chance, abs=1e-4)


def test_states_follow_a_prefix_as_in_torch(machine: NativeMachine, rounded: Interpreter) -> None:
    made = function(tiny_interpreter(), TEXT, BLOBS, prefix=7).program
    assert made is not None and made.prefix is not None
    prefix = dequantize(made.prefix, BLOBS)
    states, length = machine.states(made)
    found = machine.taken_out(states, length)
    assert np.array_equal(found[:, :, :, :7], prefix)
    close(found[:, :, :, 7:], rounded.states(made.tokens, torch.from_numpy(prefix)).numpy())


def test_the_weights_are_written_once_and_again_when_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    NativeMachine.load(tiny_info(), BLOBS)
    (file,) = (tmp_path / "native").glob("*.weights")
    written, content = file.stat().st_mtime_ns, file.read_bytes()
    NativeMachine.load(tiny_info(), BLOBS)
    assert file.stat().st_mtime_ns == written
    file.write_bytes(content[:1000])
    NativeMachine.load(tiny_info(), BLOBS)
    assert file.read_bytes() == content
