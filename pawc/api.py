"""The Python API: `compile` a specification, `load` a program, get a `function`.

import pawc

urgency = pawc.compile(
    "Classify if a message needs immediate attention or can wait.",
    examples=[("The server is down!", "immediate"), ("Picnic on Friday", "wait")],
    output=["immediate", "wait"],
)
urgency("Prod database is on fire")           # 'immediate' or 'wait'
urgency.map(open("inbox.txt"))                # a list, batched
urgency.dump("urgency.pawx")                  # for `pawc run`, or pawc.load in another process
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pawc.base.diagnostics import fail
from pawc.base.source import Source
from pawc.base.types import freeze, mismatch, told
from pawc.driver.console import Console
from pawc.driver.program import Function, Program
from pawc.driver.records import arguments
from pawc.files.executable import Executable
from pawc.files.kinds import is_source
from pawc.interpreters.store import cache_root
from pawc.ir.nodes import Example, NeuralFunction, is_identifier, is_public
from pawc.runtime.outcome import Failure
from pawc.syntax import literals

if TYPE_CHECKING:
    from pawc.driver.build import Options


def compile(
    spec: str,
    examples: Iterable[tuple[Any, Any]] = (),
    *,
    name: str = "main",
    input: str | Mapping[str, str] = "text",
    output: str | Sequence[str] = "text",
    options: Mapping[str, int | float] | None = None,
    level: int | None = None,
    interpreter: str = "",
    compiler: str | Path = "",
    teacher: str = "",
    bits: int = 8,
    seed: int = 0,
    quiet: bool = False,
) -> Program:
    """Compile one function.

    `spec` says what it does; `examples` are (input, output) pairs: with 8 or more the program is tuned on them.
    `input` is the type of its one parameter, or types by parameter names: then the input of an example is a dict.
    `output` is the type of its result, as in a .paw source, or a list of labels.
    `options` are those of the language (`max_tokens`, `abstain`, ...), `level` 0 to 3 is that of `-O`; 1 needs a
    neural compiler: `compiler` is its file, by default the one that comes with pawc for the interpreter.
    `teacher` is a larger interpreter that writes examples where there are fewer than 5, and answers are no labels.
    Compiled functions are kept in the cache: the same call again is answered from there.
    """
    from pawc.driver.build import Builder, Options
    from pawc.lowering.modules import lower
    from pawc.syntax.parser import parse

    console = Console(quiet=quiet)
    builder = Builder(
        Options(
            level=-1 if level is None else level,
            interpreter=interpreter,
            compiler=str(compiler),
            teacher=teacher,
            bits=bits,
            seed=seed,
        ),
        console,
    )
    params = {"input": input} if isinstance(input, str) else input
    _check_names(name, params)
    module = lower(parse(Source(f"<{name}>", _source(name, spec, params, output, options or {}))), name, Path())
    (function,) = module.neural
    function = replace(function, examples=tuple(_examples(function, examples)))
    module = replace(module, functions=(function,), sources=())
    return Program(builder.link(builder.compile([module]), builder.flags(name)))


def load(path: str | Path, options: Options | None = None, console: Console | None = None) -> Program:
    """The program in an executable. A `.paw` source is built first, in the cache; `options` are for that."""
    path = Path(path)
    if is_source(path):
        path = _built(path, options, console or Console(quiet=True))
    return Program(Executable.load(path))


def function(path: str | Path, name: str | None = None) -> Function:
    """The entry of a program, or its function `name`, to be called like any Python function."""
    program = load(path)
    return program.entry if name is None else program[name]


def _built(source: Path, options: Options | None, console: Console) -> Path:
    """The executable of a source file, in the cache: one per file and set of options, made again when they change."""
    from pawc.driver.build import Builder, Options

    options = options or Options()
    builder = Builder(options, console)
    parts = (source.resolve(), builder.pipeline.text, options.target, options.interpreter, options.compiler)
    place = "\n".join(map(str, (*parts, options.teacher)))
    output = cache_root() / "run" / f"{source.stem}-{hashlib.sha256(place.encode()).hexdigest()[:16]}.pawx"
    builder.executable_file([source], output)
    return output


def _check_names(name: str, params: Mapping[str, str]) -> None:
    """Refuse what is no name: the source that it would make a mess of is not one that the user wrote."""
    if not is_identifier(name) or not is_public(name):  # nobody could call a private function
        help = "letters, digits and `_`, and a letter first: `urgency`"
        fail("P0956", f"`name` must be an identifier, not {name!r}", where="pawc.compile", help=help)
    for param in params:
        if not is_identifier(param):
            message = f"`input` must give types by identifiers, and {param!r} is none"
            fail("P0956", message, where="pawc.compile", help="letters, digits and `_`")


def _source(
    name: str, spec: str, params: Mapping[str, str], output: str | Sequence[str], options: Mapping[str, int | float]
) -> str:
    """A .paw source of all but the examples, so that it is read and checked like everybody's."""
    if not isinstance(spec, str):
        fail("P0956", f"`spec` must be a text, not {spec!r}", where="pawc.compile")
    result = output if isinstance(output, str) else " | ".join(literals.quote(label) for label in output)
    signature = ", ".join(f"{param}: {kind}" for param, kind in params.items())
    lines = [f"option {option} = {value!r}" for option, value in options.items()]
    return "\n".join([f"fn {name}({signature}) -> {result} {{", f"spec {literals.quote(spec)}", *lines, "}"])


def _examples(function: NeuralFunction, pairs: Iterable[tuple[Any, Any]]) -> Iterator[Example]:
    """The examples of a function; one that is none is named as Python would."""
    for number, pair in enumerate(pairs):
        # A text of two letters unpacks too, and was meant as something else.
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            message = f"`examples[{number}]` must be a pair of an input and an output, not {_short(pair)}"
            fail("P0956", message, where="pawc.compile", help='write `("input", "output")`; several inputs are a dict')
        given, output = pair
        values = arguments(function.params, given)
        if isinstance(values, Failure):
            fail(values.code, f"`examples[{number}]`, {_short(pair)}: {values.message}", where="pawc.compile")
        if why := mismatch(function.result, output):
            message = f"`examples[{number}]`, {_short(pair)}: {told('the output', why)}"
            fail("P0401", message, where="pawc.compile")
        yield Example(inputs=tuple(map(freeze, values)), output=freeze(output))


def _short(value: Any) -> str:
    """A value as Python writes it, or the beginning of that."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
