"""A function's specification and examples -> a pseudo-program: the `-O0` compiler, and where the others start.

The pseudo-program is the opening of a conversation: the specification, then one turn pair per example, as many as
fit. (Laid out as one long message, the same examples are worth next to nothing; as turns they are the best
prompt there is: docs/adr/.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pawc.base.types import Labels, Optional, Type, render, thaw
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.signature import input_text

if TYPE_CHECKING:
    from torch import Tensor

    from pawc.runtime.interpreter import Interpreter
    from pawc.runtime.layout import Layout

BUDGET = 1024
"""The longest pseudo-program, in tokens: a call attends to all of it."""


@dataclass(frozen=True)
class Shot:
    """An example as the interpreter reads and writes it."""

    input: str
    output: str


@dataclass(frozen=True)
class Template:
    """A pseudo-program, and where in it the examples lie that it shows: number of the example -> `(start, end)`.

    `prefix` `[layers, 2, kv_heads, length, head_dim]` stands before the tokens, if there is one.
    """

    tokens: tuple[int, ...]
    segments: Mapping[int, tuple[int, int]]
    prefix: Tensor | None = field(default=None, compare=False)

    @property
    def ahead(self) -> int:
        """How many states stand before the tokens."""
        return 0 if self.prefix is None else self.prefix.shape[3]

    def states(self, interpreter: Interpreter) -> Tensor:
        """All that a call attends to: the prefix, then the tokens as read behind it."""
        import torch

        own = interpreter.states(self.tokens, self.prefix)
        return own if self.prefix is None else torch.cat((self.prefix.to(own.device, own.dtype), own), 3)


def shots(function: NeuralFunction) -> tuple[Shot, ...]:
    """The function's examples as texts."""
    return tuple(
        Shot(
            input_text(function.params, tuple(thaw(value) for value in example.inputs)),
            render(function.result, thaw(example.output)),
        )
        for example in function.examples
    )


def instruction(function: NeuralFunction) -> str:
    """The specification, with the labels of the result type named where the specification does not name them all."""
    labels = _labels(function.result)
    if all(label in function.spec for label in labels):
        return function.spec
    return f"{function.spec}\nAnswer with exactly one of: {', '.join(labels)}."


def template(
    spec: str, examples: Sequence[Shot], layout: Layout, show: Iterable[int] | None = None, budget: int = BUDGET
) -> Template:
    """The pseudo-program of `spec` and of the examples numbered `show` (all), those that fit in `budget` tokens."""
    tokens = layout.head(spec)
    bare = len(tokens)
    segments: dict[int, tuple[int, int]] = {}
    for number in range(len(examples)) if show is None else show:
        shot = examples[number]
        turn = layout.head(spec, [(shot.input, shot.output)])[bare:]
        if len(tokens) + len(turn) <= budget:
            segments[number] = (len(tokens), len(tokens) + len(turn))
            tokens = tokens + turn
    return Template(tuple(tokens), segments)


def _labels(result: Type) -> tuple[str, ...]:
    if isinstance(result, Optional):
        return (*_labels(result.item), "null") if isinstance(result.item, Labels) else ()
    return result.names if isinstance(result, Labels) else ()
