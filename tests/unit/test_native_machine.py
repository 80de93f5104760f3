"""The native engine reads as transformers does with the same weights, and exactly alike in every batch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from native_blocks import unpacked
from pawc.backends.label_tree import LabelTree
from pawc.backends.logits import FewLogits, NumpyLogits
from pawc.backends.native import library
from pawc.backends.native.interpreter import NativeInterpreter
from pawc.backends.native.machine import NativeLogits, NativeMachine
from pawc.backends.native.weights import packed
from programs import function
from tiny import tiny_info, tiny_interpreter

from pawc.base.diagnostics import InternalError
from pawc.base.types import INT, TEXT
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Program
from pawc.runtime.interpreter import Interpreter

ROWS = [[5, 6, 7], [8], list(range(9, 40)), [15, 16]]
MORE = {0: [20], 2: [21, 22, 23], 3: [24, 25]}
START = list(range(30, 90))
BLOBS = BlobStore()
PROGRAM = Program(level=0, interpreter=tiny_info().sha256, tokens=tuple(START), prefix=None)


KINDS = {
    "best": ("llama", "", 16),
    "avx2": ("llama", "avx2", 16),
    "portable": ("llama", "portable", 16),
    "8-bit activations": ("llama", "", 8),
    "Qwen2": ("qwen2", "", 16),
}


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    """Architecture, kernels and bits of activations."""
    return KINDS[request.param]


@pytest.fixture(scope="module")
def machine(kind: tuple[str, str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeMachine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAWC_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        architecture, kernels, bits = kind
        if library.kernels(kernels) is None:
            pytest.skip(f"this processor has no {kernels}")
        yield NativeMachine(NativeInterpreter.load(tiny_info(architecture), bits=bits, kernels=kernels), BLOBS)


@pytest.fixture(scope="module")
def rounded(kind: tuple[str, str, int]) -> Interpreter:
    """The tiny interpreter in torch with its matrices rounded as the engine rounds them; embeddings are not."""
    interpreter = Interpreter.load(tiny_info(kind[0]).folder)
    model = interpreter.model
    head = torch.nn.Linear(32, model.lm_head.out_features, bias=False)
    head.weight.data = model.lm_head.weight.data.clone()
    model.lm_head = head
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            rows, columns = module.weight.shape
            module.weight.data = torch.from_numpy(unpacked(packed(module.weight.data.numpy()))[:rows, :columns].copy())
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


def close(machine: NativeMachine, found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, atol=2e-3 if machine.interpreter.native.bits == 16 else 1e-1)


def test_rows_of_any_lengths_that_come_and_go_are_each_read_alone(machine: NativeMachine, rounded: Interpreter) -> None:
    reading = machine.reading(PROGRAM, len(ROWS))
    first = at(reading.read(dict(enumerate(ROWS))))
    second = at(reading.read(MORE))
    third = at(reading.read({3: [26]}))
    for row, tokens in enumerate(ROWS):
        close(machine, first[row], alone(rounded, tokens))
    for place, (row, tokens) in enumerate(MORE.items()):
        close(machine, second[place], alone(rounded, ROWS[row] + tokens))
    close(machine, third[0], alone(rounded, ROWS[3] + MORE[3] + [26]))


def test_what_was_looked_at_ahead_is_forgotten(machine: NativeMachine, rounded: Interpreter) -> None:
    sees = np.array([[True, False, False], [True, True, False], [False, False, True]])
    reading = machine.reading(PROGRAM, 2)
    both = reading.read_and_look_ahead({0: ROWS[0], 1: ROWS[2]}, [40, 41, 42], [0, 1, 0], sees)
    after = at(reading.read({0: [50], 1: [51]}))
    ahead = at(reading.look_ahead([40, 41, 42], [0, 1, 0], sees), 1)
    close(machine, at(both, 0)[0], alone(rounded, ROWS[0]))
    close(machine, at(both, 2)[1], alone(rounded, [*ROWS[2], 40, 41]))
    close(machine, at(both, 3)[1], alone(rounded, [*ROWS[2], 42]))
    close(machine, after[0], alone(rounded, [*ROWS[0], 50]))
    close(machine, ahead[1], alone(rounded, [*ROWS[2], 51, 40, 41]))


def test_a_row_gives_the_same_bits_in_every_batch(machine: NativeMachine) -> None:
    rows = [list(range(9, 9 + length)) for length in range(1, 40, 3)]
    together = at(machine.reading(PROGRAM, len(rows)).read(dict(enumerate(rows))))
    for row, tokens in enumerate(rows):
        assert np.array_equal(at(machine.reading(PROGRAM, 1).read({0: tokens}))[0], together[row])
        by_pieces = machine.reading(PROGRAM, 1)
        for start in range(0, len(tokens), 7):
            found = at(by_pieces.read({0: tokens[start : start + 7]}))[0]
        assert np.array_equal(found, together[row])


# 12 first tokens, and 3 nodes behind each of them before its answers have parted.
LABELS = [[first, *path, 0] for first in range(3, 15) for path in ([], [20, 21, 22], [20, 21, 23, 24])]


def test_labels_have_the_same_bits_in_every_batch_into_however_many_steps_their_tree_is_split(
    machine: NativeMachine,
) -> None:
    rows = [list(range(9, 10 + length % 37)) for length in range(0, 64 * 5, 5)]
    tree = LabelTree(LABELS)
    assert [len(list(tree._steps(count))) for count in (1, 20, 64)] == [1, 2, 6]
    together, _ = tree.scores(machine.reading(PROGRAM, len(rows)), dict(enumerate(rows)))
    some, _ = tree.scores(machine.reading(PROGRAM, 20), dict(enumerate(rows[:20])))
    assert np.array_equal(some, together[:20])
    for row, tokens in enumerate(rows):
        alone, _ = tree.scores(machine.reading(PROGRAM, 1), {0: tokens})
        assert np.array_equal(alone[0], together[row])


def test_a_label_is_scored_with_the_same_bits_without_the_rest_of_the_vocabulary(machine: NativeMachine) -> None:
    every, few = machine.reading(PROGRAM, 2), machine.reading(PROGRAM, 2)
    few.only([3, 17, 40, 41])
    full = at(every.read({0: ROWS[0], 1: ROWS[2]}))
    logits = few.read({0: ROWS[0], 1: ROWS[2]})
    assert isinstance(logits, FewLogits)
    assert np.array_equal(logits.chances([0, 0, 0], [41, 3, 17]), full[:, [41, 3, 17]])
    assert logits.values.shape == (2, 1, 48)


@pytest.mark.parametrize("masked", [False, True])
def test_the_engine_finds_the_best_token_as_numpy_does(machine: NativeMachine, masked: bool) -> None:
    draw = np.random.default_rng(0)
    values = (draw.standard_normal((5, 1, 273)) * 10).astype(np.float32)
    values[1, 0, [3, 200]] = 99  # equals: the first is best
    values[2, 0, 272] = 99
    allowed = draw.random((5, 273)) < 0.3 if masked else None
    expected = NumpyLogits(values.copy()).best(allowed)
    found = NativeLogits(machine.interpreter.native, values.copy()).best(allowed)
    assert np.array_equal(found.tokens, expected.tokens)
    np.testing.assert_allclose(found.chances, expected.chances, atol=1e-5)
    np.testing.assert_allclose(found.leads, expected.leads, atol=1e-5)


def test_many_threads_give_the_same_bits_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    rows = dict(enumerate([list(range(9, 9 + length)) for length in range(1, 80, 2)]))  # more than one chunk of tokens
    found = []
    for count in ("1", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", count)
        machine = NativeMachine(NativeInterpreter.load(tiny_info()), BLOBS)
        found.append([at(machine.reading(PROGRAM, len(rows)).read(rows)) for _ in range(3)])
    assert all(np.array_equal(found[0][0], one) for one in (*found[0], *found[1]))


def test_kernels_that_the_processor_has_not_are_a_fault_of_ours(machine: NativeMachine) -> None:
    with pytest.raises(InternalError, match="no kernels `none`"):
        NativeInterpreter.load(tiny_info(), kernels="none")


@pytest.mark.parametrize("slot", [-1, 16])
def test_what_a_cache_has_no_room_for_is_not_written(machine: NativeMachine, slot: int) -> None:
    engine, places = machine.interpreter, np.zeros(1, np.int64)
    cache = np.zeros_like(engine.cache(16)[..., : 16 * engine.native.shape.dim])
    with pytest.raises(InternalError, match="no room"):
        engine.read(places, places, places, places + slot, [cache], machine.states(PROGRAM), places)


def test_memory_of_a_row_that_left_serves_another_and_tells_nothing(machine: NativeMachine) -> None:
    fresh = at(machine.reading(PROGRAM, 1).read({0: ROWS[3]})).copy()
    used = machine.reading(PROGRAM, 2)
    used.read({0: ROWS[2], 1: ROWS[0]})
    del used
    reading = machine.reading(PROGRAM, 1)
    assert np.array_equal(at(reading.read({0: ROWS[3]})), fresh)


def test_free_text_needs_no_constraint_nor_what_makes_them(
    machine: NativeMachine, rounded: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pawc.runtime.constraint", None)
    monkeypatch.delattr("pawc.runtime.constraint", raising=False)  # what an earlier import left in the package
    assert machine.constraint(function(rounded, TEXT)) is None
    with pytest.raises(ImportError):
        machine.constraint(function(rounded, INT))


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
    found = machine.interpreter.taken_out(states, length)
    assert np.array_equal(found[:, :, :, :7], prefix)
    close(machine, found[:, :, :, 7:], rounded.states(made.tokens, torch.from_numpy(prefix)).numpy())


def test_the_weights_are_written_once_and_again_when_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    NativeInterpreter.load(tiny_info())
    (file,) = (tmp_path / "native").glob("*.weights")
    written, content = file.stat().st_mtime_ns, file.read_bytes()
    NativeInterpreter.load(tiny_info())
    assert file.stat().st_mtime_ns == written
    file.write_bytes(content[:1000])
    NativeInterpreter.load(tiny_info())
    assert file.read_bytes() == content
