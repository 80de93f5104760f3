"""The machine of ONNX Runtime: an interpreter's graph, numpy around it. docs/onnx.md says what goes in and out."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pawc.backends import automata
from pawc.backends.constraining import Constraint
from pawc.backends.logits import NumpyLogits
from pawc.backends.program_states import ProgramStates, States
from pawc.backends.reader import Reader
from pawc.backends.reading import Booleans, Integers, Reading

from pawc.files.executable import Executable
from pawc.files.quantization import dequantize
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import NeuralFunction, Program
from pawc.runtime.layout import Layout
from pawc.runtime.positions import PADDING, pieces

Floats = NDArray[np.float32]

GROW = 32
"""Room for the past grows by so many tokens: it is copied then, not at every step."""

PARTS = ("keys", "values")


class OnnxMachine:
    """The graph `session` of an interpreter, and what `executable` holds: prefixes, and the automata of its types."""

    def __init__(
        self,
        executable: Executable,
        info: InterpreterInfo,
        layout: Layout,
        session: Any,
        *,
        noise: float,
        facts: Sequence[str],
    ) -> None:
        self._executable, self._info, self._layout, self._session = executable, info, layout, session
        self._noise = noise
        self.lock = Lock()
        self._kept = ProgramStates((info.sha256, *facts), self._compute, kept=info.carried is None)
        self._held: dict[Program, dict[str, Floats]] = {}
        self._empty = np.zeros((info.layers, 2, info.kv_heads, 0, info.head_dim), np.float32)

    @property
    def layout(self) -> Layout:
        return self._layout

    @property
    def noise(self) -> float:
        return self._noise

    def constraint(self, function: NeuralFunction) -> Constraint | None:
        return automata.constraint(self._executable, function, self._layout.tokenizer, self._layout.stop)

    def reading(self, program: Program, rows: int) -> OnnxReading:
        return OnnxReading(self._session, self._info, self.states(program), rows)

    def alone(self, program: Program) -> OnnxReader:
        return OnnxReader(self, program)

    def states(self, program: Program) -> dict[str, Floats]:
        """The states of a program, as the inputs of the graph that they are."""
        if program not in self._held:
            prefix = None if program.prefix is None else dequantize(program.prefix, self._executable.blobs)
            self._held[program] = _inputs(self._kept.get(program, prefix))
        return self._held[program]

    def _compute(self, tokens: Sequence[int], prefix: States | None) -> States:
        before = self._empty if prefix is None else prefix
        if not tokens:
            return self._empty
        reading = OnnxReading(self._session, self._info, _inputs(before), 1)
        reading.read({0: tokens})
        return reading.states()


class OnnxReading(Reading):
    """Rows behind a program's states, which stay one copy."""

    def __init__(self, session: Any, info: InterpreterInfo, states: dict[str, Floats], rows: int) -> None:
        self._program = states["prefix.0.keys"].shape[1]
        super().__init__(self._program, rows)
        self._session, self._states, self._layers = session, states, info.layers
        shape = (rows, info.kv_heads, 0, info.head_dim)
        self._past = [np.zeros(shape, np.float32) for _ in range(2 * info.layers)]
        self._read = 0

    def states(self) -> States:
        """What the first row has read, `[layers, 2, kv_heads, length, head_dim]`."""
        pairs = [past[0, :, : self._read] for past in self._past]
        return np.stack(pairs).reshape(self._layers, 2, *pairs[0].shape)

    def _run(
        self, ids: Integers, positions: Integers, everything: Integers, keep: int, tree: Booleans | None
    ) -> NumpyLogits:
        length = ids.shape[1]
        sees = np.ones((length, length), np.bool_)
        if tree is not None:
            sees[:, length - tree.shape[1] :] = tree
        for start, end in pieces(length, keep) if tree is None else [(0, length)]:
            read = everything[:, self._program : everything.shape[1] - length + start]
            part = slice(start, end)
            wanted = np.arange(end - start - keep if end == length else end - start - 1, end - start)
            logits = self._step(ids[:, part], positions[:, part], sees[part, part], wanted, read)
        return NumpyLogits(logits)

    def _step(self, ids: Integers, positions: Integers, sees: Booleans, wanted: Integers, read: Integers) -> Floats:
        """One run of the graph; what it has read is kept behind what was read before."""
        room = self._past[0].shape[2]
        unused = np.full((len(ids), room - read.shape[1]), PADDING)
        feeds = {
            "ids": ids,
            "positions": positions,
            "sees": sees,
            "wanted": wanted,
            "past_positions": np.concatenate((read, unused), 1),
            **self._states,
            **dict(zip(_names("past", self._layers), self._past, strict=True)),
        }
        logits, *new = self._session.run(None, {name: np.ascontiguousarray(value) for name, value in feeds.items()})
        after = self._read + ids.shape[1]
        for index, states in enumerate(new):
            if after > room:
                self._past[index] = _with_room(self._past[index], after if not room else after + GROW)
            self._past[index][:, :, self._read : after] = states
        self._read = after
        found: Floats = logits
        return found

    def _select(self, places: list[int]) -> None:
        self._past = [past[places] for past in self._past]


class OnnxReader(Reader):
    """One input at a time, behind the program's states: in no batch, and never padded."""

    def __init__(self, machine: OnnxMachine, program: Program) -> None:
        super().__init__(machine.layout, machine.constraint)
        self._machine, self._program = machine, program

    def _logits(self, tokens: Sequence[int], keep: int) -> Floats:
        logits = self._machine.reading(self._program, 1).read({0: tokens}, keep)
        assert isinstance(logits, NumpyLogits)
        row: Floats = logits.values[0]
        return row


def _names(kind: str, layers: int) -> list[str]:
    return [f"{kind}.{layer}.{part}" for layer in range(layers) for part in PARTS]


def _inputs(states: States) -> dict[str, Floats]:
    """States as the inputs of the graph."""
    names = _names("prefix", len(states))
    return dict(zip(names, (np.ascontiguousarray(part) for layer in states for part in layer), strict=True))


def _with_room(past: Floats, room: int) -> Floats:
    larger = np.zeros((*past.shape[:2], room, past.shape[3]), np.float32)
    larger[:, :, : past.shape[2]] = past
    return larger
