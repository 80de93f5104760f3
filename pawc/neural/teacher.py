"""A teacher: a larger interpreter that writes examples of functions with few.

A teacher runs a pawc program of level 0: its specification asks for test data, its input is what is known about a
function, its answer are examples as text. So whatever runs programs runs teachers. What it writes is knowledge that the
small interpreter does not have, moved to compile time: the function is then compiled as if its author had given these
examples. (Data from a model's own pen is self-instruct, Wang et al. 2022; an untrained large model that writes what a
small one is compiled from is how arXiv 2607.02512 makes its pseudo-programs.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pawc.base.types import (
    TEXT,
    Bool,
    Float,
    Int,
    Labels,
    List,
    Matching,
    Optional,
    Record,
    Type,
    choices,
    freeze,
    parse,
    render,
    thaw,
)
from pawc.base.unicode import is_text
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import Example, NeuralFunction, Param, Program
from pawc.neural.template import instruction
from pawc.runtime.outcome import Answer, Engine, Failure

if TYPE_CHECKING:
    from pawc.runtime.layout import Layout

REVISION = "1"
"""Part of every cache key of a function that was taught: raise it when a teacher would write something else."""
COUNT = 8
"""So many examples a taught function has at most, its author's among them."""
FEW = 5
"""A function with so many examples of its author's is not taught: true ones are worth more."""
LONGEST = 300
"""A longer example, in characters, is left out: it is most often one that does not end."""
LABELLED = 6
"""So many examples, or one for each label, are asked for where outputs are labels."""
ANSWER = 240
"""The longest answer of a teacher, in tokens."""

TASK = (
    "You write test data for text functions. You are given the description of a function. Write eight different,"
    " realistic examples of its input, each followed by exactly the output that the description asks for. Be careful"
    " that every output is right, and vary inputs and outputs as much as real ones do."
)
JSON = '"'
_LINE = re.compile(r"(Input|Output)(?: \d+)?:(.*)")


class Teacher:
    """The interpreter `info` as a teacher, on an engine; what it answered is remembered."""

    def __init__(self, info: InterpreterInfo, engine: Engine) -> None:
        from pawc.runtime.layout import Layout

        self.info, self._engine, self._layout = info, engine, Layout.of(info)
        self._answers: dict[str, str | Failure] = {}

    def ask(self, functions: Sequence[NeuralFunction]) -> None:
        """Let it write about all these functions at once, which takes less time than about one after the other."""
        new = dict.fromkeys(asked for function in functions if (asked := question(function)) not in self._answers)
        outcomes = self._engine.call(program(self.info, self._layout), [(asked,) for asked in new]) if new else []
        for asked, outcome in zip(new, outcomes, strict=True):
            self._answers[asked] = self._whole(outcome.text) if isinstance(outcome, Answer) else outcome

    def _whole(self, answer: str) -> str:
        """An answer without the line that it was cut in, if it was. (Its own tokens may have been a few more.)"""
        cut = len(self._layout.tokenizer.encode(answer)) >= ANSWER - 8
        return answer[: answer.rfind("\n") + 1] if cut else answer

    def taught(self, function: NeuralFunction) -> NeuralFunction:
        """The function with what the teacher writes behind its own examples."""
        self.ask([function])
        answer = self._answers[question(function)]
        return function if isinstance(answer, Failure) else with_examples(function, answer)

    def failure(self, function: NeuralFunction) -> str:
        """Why it could not write about a function; nothing if it could."""
        answer = self._answers.get(question(function), "")
        return answer.message if isinstance(answer, Failure) else ""


def has_few(function: NeuralFunction) -> bool:
    """Whether a function has few examples of its author's."""
    return len(function.examples) < FEW


def can_teach(function: NeuralFunction) -> bool:
    """Whether a function is compiled with a teacher's examples: it has few, and its answers are written.

    Where an answer is one of some labels, the prefix has their form already, and which one is right a teacher's
    examples do not say (docs/adr/0010-teacher.md).
    """
    return has_few(function) and choices(function.result) is None


def program(info: InterpreterInfo, layout: Layout) -> NeuralFunction:
    """The program that the interpreter `info` runs as a teacher: a function of a text, to be given `question`."""
    made = Program(level=0, interpreter=info.sha256, tokens=tuple(layout.head(TASK)), prefix=None)
    param = Param(name="description", type=TEXT)
    limit = (("max_tokens", ANSWER),)
    return NeuralFunction(symbol="teacher", params=(param,), result=TEXT, spec=TASK, options=limit, program=made)


def question(function: NeuralFunction) -> str:
    """What a teacher is asked: the specification, the examples that there are, and the form of the answer."""
    asked = [f"Description of the function:\n{instruction(function)}"]
    if known := [f"Input: {given}\nOutput: {wanted}" for given, wanted in _known(function)]:
        asked += ["Examples that there are; write others:", *known]
    return "\n\n".join((*asked, _form(function)))


def _form(function: NeuralFunction) -> str:
    """The form of an answer. Labels are set out in it, so that each comes, and input is written for output."""
    labels = [text for _, text in choices(function.result) or ()]
    given = _shape(_input(function))
    if not 1 < len(labels) <= COUNT:
        lines = [f"Input: {given}", f"Output: {_shape(function.result)}"]
        return "\n".join(("Write the examples in this form, one line each, and nothing else:", *lines))
    wanted = [labels[at % len(labels)] for at in range(max(LABELLED, len(labels)))]
    lines = [f"Input {at}: {given}\nOutput {at}: {label}" for at, label in enumerate(wanted, start=1)]
    return "\n".join(("Write the examples in this form, with these outputs, and nothing else:", *lines))


def with_examples(function: NeuralFunction, answer: str) -> NeuralFunction:
    """The function with examples of a teacher's answer behind its own.

    Left out are inputs that are there already, what is none of its type, what is too long or of several lines, and the
    form itself. Quotes around a text are the teacher's, unless the specification speaks of some; labels count however
    they are capitalised.
    """
    quoted = "quot" in function.spec.casefold()
    form = (_shape(_input(function)), _shape(function.result))
    inputs = {_bare(line) for given, _ in _known(function) for line in given.splitlines()}
    examples = list(function.examples)
    for given, wanted in _pairs(answer):
        if len(examples) == COUNT or _bare(given) in inputs or len(given) + len(wanted) > LONGEST or given == form[0]:
            continue
        given, wanted = (given, wanted) if quoted else (_bare(given), _bare(wanted))
        if (example := _example(function, given, wanted)) is not None:
            inputs.add(_bare(given))
            examples.append(example)
    return replace(function, examples=tuple(examples))


def _pairs(answer: str) -> list[tuple[str, str]]:
    """The inputs and outputs of an answer that are each one line, and not empty."""
    lines = [_LINE.match(line) for line in answer.splitlines() if line.strip()]
    found: list[tuple[str, str]] = []
    for first, second, after in zip(lines, lines[1:], [*lines[2:], _LINE.match("Input:")], strict=False):
        if first and second and after and (first[1], second[1], after[1]) == ("Input", "Output", "Input"):
            given, wanted = first[2].strip(), second[2].strip()
            if given and wanted:
                found.append((given, wanted))
    return found


def _example(function: NeuralFunction, given: str, wanted: str) -> Example | None:
    """An example of these texts; none where one is none of its type, or is nothing that a source can spell."""
    labels = {text.casefold(): text for _, text in choices(function.result) or ()}
    try:
        value = parse(_input(function), given)
        output = parse(function.result, labels.get(wanted.casefold(), wanted))
    except ValueError:
        return None
    values = (value,) if len(function.params) == 1 else tuple(value.values())
    example = Example(inputs=tuple(map(freeze, values)), output=freeze(output))
    return example if all(map(_can_be_spelled, (*values, output))) else None


def _can_be_spelled(value: Any) -> bool:
    """Whether a value can stand in a source, and be encoded: JSON has surrogates, and integers without end."""
    match value:
        case dict():
            return all(map(_can_be_spelled, value.values()))
        case list():
            return all(map(_can_be_spelled, value))
        case str():
            return is_text(value)
        case int():
            return -(1 << 63) <= value < 1 << 63
    return True


def _input(function: NeuralFunction) -> Type:
    """The type of an input as a teacher writes it: several parameters are a record."""
    kinds = tuple((param.name, param.type) for param in function.params)
    return kinds[0][1] if len(kinds) == 1 else Record(kinds)


def _known(function: NeuralFunction) -> list[tuple[str, str]]:
    """The function's examples as a teacher writes them."""
    kind, found = _input(function), []
    for example in function.examples:
        values = [thaw(value) for value in example.inputs]
        named = dict(zip((param.name for param in function.params), values, strict=True))
        given = render(kind, values[0] if len(values) == 1 else named)
        found.append((given, render(function.result, thaw(example.output))))
    return found


def _bare(text: str) -> str:
    """A text without the quotes around it, if there are no others."""
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else text


def _shape(kind: Type, quote: str = "") -> str:
    """What stands for any value of a type in the form of an answer; within JSON a text has quotes."""
    match kind:
        case Bool():
            return "true or false"
        case Int() | Float():
            return "a number"
        case Optional(item):
            return f"{_shape(item, quote)} or null"
        case List(item):
            return f"[{_shape(item, JSON)}, ...]"
        case Record(fields):
            return "{" + ", ".join(f'"{name}": {_shape(item, JSON)}' for name, item in fields) + "}"
        case Matching():
            return f"{quote}...{quote} ({kind})"
        case Labels(names) if quote:  # those of an answer are in the instruction
            return " or ".join(f"{quote}{name}{quote}" for name in names)
    return f"{quote}...{quote}"
