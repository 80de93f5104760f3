"""What a family draws: a function with words for it, inputs of it and its reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pawc.data.synthetic.draw import Draw

# A text, nothing, a decision, several texts, or named texts.
Value: TypeAlias = str | bool | tuple[str, ...] | Mapping[str, str | None] | None
# An input, with its answer where the drawing knows it: the reference, which sees the input alone, must agree.
Case: TypeAlias = str | tuple[str, Value]
Wordings: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One way to say what a function does: a clause (`find the number`) and a noun phrase for what comes out."""

    do: str
    out: str
    notes: Wordings = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """How answers are written: a value -> text, the ways to say so, and what each of them must mention."""

    render: Callable[[Value], str]
    statements: tuple[Statement, ...]
    stated: Wordings = ()
    labels: Wordings | None = None


class Answer(Protocol):
    """A kind of answer, with the function's own words; `settle` draws the form that this function writes it in."""

    def settle(self, draw: Draw) -> Form: ...


@dataclass(frozen=True, kw_only=True)
class Function:
    """One fuzzy function.

    given: noun phrases for its input. rules: sentences that every specification holds; hints: what it may add.
    stated: the parameters, as every specification must mention them.
    """

    given: Wordings
    answer: Answer
    draw: Callable[[Draw], Case]
    reference: Callable[[str], Value]
    stated: Wordings = ()
    rules: Wordings = ()
    hints: Wordings = ()


@dataclass(frozen=True)
class Family:
    """Functions of one idea, drawn one at a time."""

    name: str
    kind: str
    about: str
    function: Callable[[Draw], Function]


def family(kind: str) -> Callable[[Callable[[Draw], Function]], Family]:
    """Make a family of a function that draws: its name and the first line of its docstring are the family's."""

    def make(function: Callable[[Draw], Function]) -> Family:
        about = (function.__doc__ or "").strip().partition("\n")[0]
        return Family(function.__name__, kind, about, function)

    return make
