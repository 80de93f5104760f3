"""Functions and arms -> results: programs made, run over the tests by the batch engine, answers counted.

Free decoding writes any text; typed decoding, where a function's answers have a type, only texts of it, as a function
with that type is compiled and run. So what a program understands and the form that it answers in can be told apart.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pawc.backends import backend
from pawc.backends.batch import BatchEngine
from pawc.backends.machine import Machine
from pawc.backends.native import NativeBackend
from pawc.backends.torch_machine import TorchMachine
from pawc.base.types import TEXT, Frozen, render
from pawc.evaluate.arms import ARMS, Tools, unaided
from pawc.evaluate.results import Result, Results
from pawc.evaluate.tasks import Subject
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import NeuralFunction, Program, content_key
from pawc.neural.compiler import Compiled
from pawc.neural.o1 import O1
from pawc.neural.teacher import REVISION as TEACHER_REVISION
from pawc.neural.teacher import can_teach
from pawc.passes.neural_compile import REVISION as COMPILER_REVISION
from pawc.passes.neural_compile import made_program
from pawc.passes.quantize_prefix import quantize
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Answer

REVISION = "2"
"""Raise it when the same arm would measure something else."""
GROUP = 32
"""How many numbers of a quantised prefix share a scale, as in the default pipeline."""


@dataclass(frozen=True)
class Bench:
    """What there is to measure with: tools by what an arm needs (`""`, `compiler`, `writer`, `teacher`,
    `teacher+compiler`, `universal`, `large`).

    Programs are made with torch and run on `engine`: `torch`, or a native backend.
    """

    tools: dict[str, Tools]
    results: Results
    engine: str = "torch"

    def run(self, subjects: Sequence[Subject], arms: Mapping[str, Sequence[Subject]]) -> Iterator[Result]:
        """Every result, those that are known already as well: for each of `subjects` the arms that have it."""
        self._teach(arms)
        for subject in subjects:
            made: dict[tuple[object, ...], tuple[Compiled, float]] = {}
            for arm in (arm for arm, own in arms.items() if subject in own):
                for decoding, _ in _decodings(subject):
                    key = self._id(subject, arm, decoding)
                    if key not in self.results.known:
                        self.results.add(self._measure(subject, arm, decoding, key, made))
                    yield self.results.known[key]

    def _teach(self, arms: Mapping[str, Sequence[Subject]]) -> None:
        """Let the teacher write about all functions at once whose results are not known."""
        for arm, subjects in arms.items():
            if teacher := self.tools[ARMS[arm].needs].teacher:
                unknown = (
                    unaided(function)
                    for subject in subjects
                    for decoding, function in _decodings(subject)
                    if self._id(subject, arm, decoding) not in self.results.known
                )
                teacher.ask([function for function in unknown if can_teach(function)])

    def _measure(
        self,
        subject: Subject,
        arm: str,
        decoding: str,
        key: str,
        made: dict[tuple[object, ...], tuple[Compiled, float]],
    ) -> Result:
        way = ARMS[arm]
        tools = self.tools[way.needs]
        function = dict(_decodings(subject))[decoding]
        result = TEXT if decoding == "free" or subject.kind is None else subject.kind
        # Arms that differ in bits alone share what was compiled, and both decodings where the function is the same.
        if (same := (way.make, way.needs, function.result)) not in made:
            start = time.perf_counter()
            made[same] = way.make(function, tools), time.perf_counter() - start
        compiled, seconds = made[same]
        blobs = BlobStore()
        program, size = _stored(compiled, tools.interpreter, way.bits, blobs)
        function = replace(function, result=result, program=program)
        function = replace(function, options=_options(function, subject, tools.interpreter))
        start = time.perf_counter()
        # An engine for each program: states are not kept beyond it.
        engine = BatchEngine(lambda: self._machine(tools.interpreter, blobs))
        outcomes = engine.call(function, [given for given, _ in subject.tests])
        right = tuple(
            int(isinstance(outcome, Answer) and render(result, outcome.value).strip() == wanted.strip())
            for outcome, (_, wanted) in zip(outcomes, subject.tests, strict=True)
        )
        return Result(
            id=key,
            task=subject.name,
            arm=arm,
            decoding=decoding,
            right=right,
            states=len(program.tokens) + (program.prefix.length if program.prefix else 0),
            bytes=size,
            made_s=round(seconds, 3),
            run_s=round(time.perf_counter() - start, 3),
        )

    def _machine(self, interpreter: Interpreter, blobs: BlobStore) -> Machine:
        if self.engine == "torch":
            return TorchMachine(interpreter, blobs)
        native = backend(self.engine)
        assert isinstance(native, NativeBackend)
        return native.machine(interpreter.info, blobs)

    def _id(self, subject: Subject, arm: str, decoding: str) -> str:
        tools = self.tools[ARMS[arm].needs]
        facts = (
            REVISION,
            COMPILER_REVISION,
            content_key(subject.function),
            repr(subject.tests),
            repr(subject.kind),
            arm,
            decoding,
            tools.interpreter.info.identity,
            str(tools.interpreter.dtype),
            _name(tools.o1),
            str(tools.seed),
            self.engine,
            _name(tools.writer),
            *(() if tools.teacher is None else (tools.teacher.info.identity, TEACHER_REVISION)),
        )
        return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]


def _decodings(subject: Subject) -> Iterator[tuple[str, NeuralFunction]]:
    """How a subject's answers are decoded, and the function as it is then compiled."""
    yield "free", subject.function
    if subject.kind is not None:
        yield "typed", replace(subject.function, result=subject.kind)


def _name(o1: O1 | None) -> str:
    return "" if o1 is None else f"{o1.sha256}/{o1.form}"


def _stored(compiled: Compiled, interpreter: Interpreter, bits: int, blobs: BlobStore) -> tuple[Program, int]:
    """A program with its tensors in `blobs`, and how many bytes these take."""
    program, states = made_program(compiled, interpreter.sha256)
    if states is None or program.prefix is None:
        return program, 0
    blobs.put(states, "BF16")
    if bits == 16:
        return program, states.nbytes
    prefix = quantize(dequantize(program.prefix, blobs), bits, GROUP, blobs)
    assert prefix.scales is not None
    parts = (blobs.get(ref) for ref in (prefix.data, prefix.scales))
    return replace(program, prefix=prefix), sum(part.nbytes for part in parts)


def _options(function: NeuralFunction, subject: Subject, interpreter: Interpreter) -> tuple[tuple[str, Frozen], ...]:
    """The function's options; where it does not say how long answers are, a little more than the longest right one.

    Whoever writes more is wrong already.
    """
    if any(name == "max_tokens" for name, _ in function.options):
        return function.options
    longest = max(len(interpreter.layout.answer(wanted)) for _, wanted in subject.tests)
    return (*function.options, ("max_tokens", longest + 8))
