"""A built program in Python: an executable -> functions that can be called.

Nothing is loaded before the first call: opening a program reads its file, the interpreter comes with the answer
that needs it, and stays for all that follow.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from pawc.base.diagnostics import Diagnostic, PawError, fail, nearest
from pawc.base.types import choices
from pawc.driver.records import arguments
from pawc.files.carried import carried_interpreter
from pawc.files.executable import Executable, signature
from pawc.interpreters.store import Store
from pawc.ir import nodes as ir
from pawc.runtime.outcome import Answer, Engine, Failure, Outcome

if TYPE_CHECKING:
    from pawc.runtime.dataflow import Step
    from pawc.runtime.executor import Executor, Incoming

BATCH = 64
"""How many calls of a function are given to the interpreter at once, if nobody says otherwise."""


class Function:
    """One function of a program.

    >>> urgency("The server is down!")
    'immediate'
    >>> urgency.map(["The server is down!", "Picnic on Friday"])
    ['immediate', 'wait']
    """

    def __init__(self, program: Program, function: ir.Function) -> None:
        self._program = program
        self._function = function

    @property
    def name(self) -> str:
        """Its name, as in the source."""
        return ir.base_name(self._function.symbol)

    @property
    def signature(self) -> str:
        """Its parameters and result as text: `(message: text) -> "immediate" | "wait"`."""
        return signature(self._function)

    @property
    def definition(self) -> ir.Function:
        """Its IR: symbol, parameters, types, program."""
        return self._function

    @property
    def has_scores(self) -> bool:
        """Whether a model may have chosen its answer among labels."""
        return choices(self._function.result) is not None

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The answer, a value of the result type. PawError if there is none."""
        return _value(self._one(args, named))

    def scores(self, *args: Any, **named: Any) -> dict[str, float]:
        """The probability of each label, for a function whose result is one of several labels."""
        outcome = self._one(args, named)
        _value(outcome)
        if not isinstance(outcome, Answer) or outcome.scores is None:
            fail("P0955", f"`{self.name}` gives no scores: its result is not one of several labels that a model chose")
        return dict(outcome.scores)

    @overload
    def map(self, inputs: Iterable[Any], *, batch: int = ..., errors: Literal["raise"] = ...) -> list[Any]: ...
    @overload
    def map(self, inputs: Iterable[Any], *, batch: int = ..., errors: Literal["return"]) -> list[Any | Failure]: ...
    def map(self, inputs: Iterable[Any], *, batch: int = BATCH, errors: str = "raise") -> list[Any]:
        """The answers to many inputs, in order, batched: much faster than one call each.

        An input is what a single parameter takes, or a dict by parameter names. With `errors="return"` an input
        without an answer gives a `Failure` in its place; otherwise the first of them is raised. TypeError for a single
        text or dict, whose letters or keys would be taken for inputs.
        """
        if isinstance(inputs, str | bytes | dict):
            raise TypeError(
                f"`map` takes many inputs, not a {type(inputs).__name__}; call the program for a single one"
            )
        params = self._function.params
        outcomes = self.stream((arguments(params, value) for value in inputs), batch=batch)
        if errors == "return":
            return [outcome.value if isinstance(outcome, Answer) else outcome for outcome in outcomes]
        return [_value(outcome, number) for number, outcome in enumerate(outcomes, 1)]

    def stream(self, records: Iterable[Incoming], batch: int = BATCH) -> Iterator[Outcome]:
        """The outcomes of argument tuples, each as soon as it is known (`runtime.executor`)."""
        return self._program.executor.stream(self._function.symbol, records, batch)

    def trace(self, records: Iterable[Incoming], batch: int = BATCH) -> Iterator[tuple[Outcome, tuple[Step, ...]]]:
        """As `stream`, each outcome with every intermediate value that led to it, and how long it took."""
        return self._program.executor.trace(self._function.symbol, records, batch)

    def _one(self, args: tuple[Any, ...], named: dict[str, Any]) -> Outcome:
        params = self._function.params
        record: tuple[Any, ...] | Failure
        if len(args) == 1 and isinstance(args[0], dict) and not named:
            record = arguments(params, args[0])
        elif len(args) > len(params):
            record = Failure("P0953", f"`{self.name}` takes {len(params)} arguments, not {len(args)}")
        else:
            given = {param.name: value for param, value in zip(params, args, strict=False)}
            if twice := given.keys() & named.keys():
                record = Failure("P0953", f"`{min(twice)}` is given twice")
            else:
                record = arguments(params, given | named, by_name=True)
        return next(iter(self.stream([record])))

    def __repr__(self) -> str:
        return f"<function {self.name}{self.signature}>"


class Program:
    """A program that can be called; calling it calls its entry.

    >>> triage = pawc.load("triage.pawx")
    >>> triage("The server is down!")
    'immediate'
    >>> triage["strip_html"]("<p>Hello</p>")
    'Hello'
    """

    def __init__(self, executable: Executable, engine: Engine | None = None) -> None:
        """`engine` runs its neural functions; without one, that of its target does, from the first call on."""
        self._executable = executable
        self._engine, self._loading = engine, threading.Lock()
        self._backend: str = executable.manifest["target"]

    @property
    def executable(self) -> Executable:
        """The file behind it: module, manifest, tensors."""
        return self._executable

    def on(self, backend: str) -> Program:
        """The same program, run by another backend than the one that it was built for."""
        program = Program(self._executable)
        program._backend = backend
        return program

    @property
    def functions(self) -> dict[str, Function]:
        """Its public functions by name; by symbol (`lib/answers.short`) where two have the same name."""
        symbols = self._executable.module.exports
        names = [ir.base_name(symbol) for symbol in symbols]
        return {
            name if names.count(name) == 1 else symbol: self[symbol]
            for name, symbol in zip(names, symbols, strict=True)
        }

    @property
    def entry(self) -> Function:
        """What calling the program calls: `main`, else its only public function."""
        if (symbol := self._executable.module.entry) is None:
            fail(
                "P0908",
                "the program has no entry",
                where=self._executable.module.name,
                help=f"name one of its functions: {', '.join(self.functions)}",
            )
        return self[symbol]

    @property
    def executor(self) -> Executor:
        """What evaluates its functions; the first use loads the interpreter."""
        from pawc.runtime.executor import Executor

        return Executor(self._executable.module, _Lazy(self))

    @property
    def engine(self) -> Engine:
        """What runs its neural functions, on the interpreter that the program was built for."""
        with self._loading:
            if self._engine is None:
                self._engine = self._load()
            return self._engine

    def _load(self) -> Engine:
        from pawc.backends import backend

        manifest = self._executable.manifest
        interpreter: Mapping[str, str] = manifest["interpreter"]
        info = carried_interpreter(self._executable)
        if info is None:
            info = Store().of_program(interpreter)
        return backend(self._backend).load(self._executable, info)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The answer of the entry."""
        return self.entry(*args, **named)

    def map(
        self, inputs: Iterable[Any], *, batch: int = BATCH, errors: Literal["raise", "return"] = "raise"
    ) -> list[Any]:
        """The answers of the entry to many inputs, in order, batched."""
        return self.entry.map(inputs, batch=batch, errors=errors)

    def scores(self, *args: Any, **named: Any) -> dict[str, float]:
        """The probability of each label the entry can answer."""
        return self.entry.scores(*args, **named)

    def __getitem__(self, name: str) -> Function:
        """A public function, by its name or its symbol."""
        module = self._executable.module
        matches = [symbol for symbol in module.exports if name in (symbol, ir.base_name(symbol))]
        if not matches:
            known = [*map(ir.base_name, module.exports)]
            fail(
                "P0908",
                f"the program has no public function `{name}`",
                where=module.name,
                help=nearest(name, known) or f"it has {', '.join(known)}",
            )
        if len(matches) > 1:
            fail(
                "P0908", f"several functions are called `{name}`", where=module.name, help=f"say {' or '.join(matches)}"
            )
        function = module.function(matches[0])
        assert function is not None, "what a linked module exports it defines"
        return Function(self, function)

    def dump(self, path: str | Path) -> None:
        """Write it to a `.pawx` file."""
        self._executable.save(Path(path))

    def __repr__(self) -> str:
        functions = ", ".join(f"{name}{function.signature}" for name, function in self.functions.items())
        return f"<program {self._executable.module.name}: {functions}>"


class _Lazy:
    """An engine that is loaded by its first call: a program whose answer needs no model never waits for one."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def call(self, function: ir.NeuralFunction, batch: Any) -> list[Outcome]:
        return self._program.engine.call(function, batch)


def _value(outcome: Outcome, number: int = 0) -> Any:
    """The value of an answer; a failure is raised."""
    if isinstance(outcome, Answer):
        return outcome.value
    where = f"input {number}" if number else ""
    raise PawError(Diagnostic(outcome.code, outcome.message, where=where))
