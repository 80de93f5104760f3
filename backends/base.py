"""What a backend is: an executable and an interpreter in, an engine that calls neural functions out.

And what every backend holds in common: which answers a type has, when there is none, and how one is read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pawc.base.diagnostics import InternalError, fail
from pawc.base.types import choices
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.interpreters.info import CONFIG, INFO, TOKENIZER, WEIGHTS, InterpreterInfo
from pawc.ir.nodes import BlobRef, Module, NeuralFunction, Program
from pawc.ir.tensors import prefix_shape
from pawc.lowering import options
from pawc.runtime.labels import adjusted, softmax
from pawc.runtime.layout import Layout
from pawc.runtime.outcome import Answer, Engine, Failure
from pawc.runtime.signature import input_text


class Backend(ABC):
    """One way to run executables."""

    name: ClassVar[str]
    exact: ClassVar[bool] = True
    """Whether it answers as the reference does; one that computes with fewer bits does so nearly always."""

    @abstractmethod
    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        """An engine for the functions of `executable`, on the interpreter that `info` describes."""

    def prepare(self, find: Callable[[], InterpreterInfo], say: Callable[[str], None]) -> None:
        """Make of a stored interpreter what this backend needs beyond its weights; `say` is told what takes long.

        One that needs nothing more does not `find` it: objects are linked where their interpreter is not.
        """
        return

    def attachments(self, module: Module, blobs: BlobStore) -> Mapping[str, BlobRef]:
        """What an executable of this linked module holds for this backend beside it, by name."""
        return {}

    def interpreter_files(self, info: InterpreterInfo) -> Mapping[str, Path]:
        """The files of a stored interpreter that an executable must carry to run without a store, by name."""
        return {name: info.folder / name for name in (INFO, WEIGHTS, CONFIG, TOKENIZER)}


def check_interpreter(executable: Executable, info: InterpreterInfo) -> None:
    """Refuse an interpreter other than the one that the executable was built for."""
    if executable.module.neural:
        info.require(executable.manifest["interpreter"])
    for function in executable.module.neural:
        program = program_of(function)
        if any(token >= info.vocab for token in program.tokens):
            fail("P0711", f"the program of `{function.symbol}` has tokens that `{info.name}` does not have")
        if program.prefix is not None:
            shape = prefix_shape(program.prefix)
            if shape != (info.layers, 2, info.kv_heads, program.prefix.length, info.head_dim):
                fail("P0711", f"the prefix of `{function.symbol}` {list(shape)} does not fit `{info.name}`")


def program_of(function: NeuralFunction) -> Program:
    """The program that a function was compiled to."""
    if function.program is None:
        raise InternalError(f"`{function.symbol}` is not compiled")
    return function.program


@dataclass(frozen=True)
class Plan:
    """How the calls of one function are answered. `choices` are the answers to choose from, where they are few."""

    function: NeuralFunction
    choices: tuple[tuple[Any, str], ...] | None
    max_tokens: int
    abstain: float | None

    @classmethod
    def of(cls, function: NeuralFunction) -> Plan:
        """The plan for a function: its result type and its options decide."""
        limit, abstain = (options.value(function.options, name) for name in ("max_tokens", "abstain"))
        assert limit is not None
        return cls(function, choices(function.result), int(limit), abstain)

    def text(self, args: Sequence[Any]) -> str:
        """What the interpreter reads of a call's arguments."""
        return input_text(self.function.params, args)

    def room(self, layout: Layout) -> int:
        """How many tokens an input's turn may have, so that the longest answer still has positions."""
        program = program_of(self.function)
        prefix = program.prefix.length if program.prefix else 0
        longest = max(map(len, self.labels(layout))) if self.choices else self.max_tokens + 1
        return layout.max_positions - prefix - len(program.tokens) - longest

    def labels(self, layout: Layout) -> list[list[int]]:
        """The tokens of each choice, the one that ends an answer included."""
        return [layout.answer(text) for _, text in self.choices or ()]

    def choose(self, scores: Sequence[float]) -> Answer:
        """The choice with the greatest score (the first of equals), with the probability of each.

        `scores` are the interpreter's; what the program knows of their bias and confidence is applied here.
        """
        assert self.choices is not None
        scores = adjusted(scores, program_of(self.function).calibration)
        probabilities = softmax(scores)
        best = max(range(len(scores)), key=scores.__getitem__)
        value, text = self.choices[best]
        if self.abstain is not None and probabilities[best] < self.abstain:
            value = None
        shares = tuple((text, round(share, 6)) for (_, text), share in zip(self.choices, probabilities, strict=True))
        return Answer(value, text, shares)


def too_long(length: int, room: int) -> Failure:
    """The failure of an input whose turn has `length` tokens, where there is room for `room`."""
    return Failure("P0802", f"the input has {length} tokens, the interpreter has room for {max(room, 0)}")
