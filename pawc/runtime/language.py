"""An output type -> the regular language of what may be written for it.

The texts of a type are what `types.render` writes of its values, JSON in one line. What the language has,
`types.parse` reads; what `render` writes is in it, within the bounds below, without which a model could write digits
or items until it runs out of tokens.
"""

from __future__ import annotations

import json

from pawc.base import pattern
from pawc.base.regular import Choice, JsonList, Literal, Regular, Sequence
from pawc.base.types import Bool, Float, Int, Labels, List, Matching, Optional, Record, Text, Type

MOST_ITEMS = 256
"""A list that a model writes has at most so many items."""

INT_PATTERN = r"(?:0|-?[1-9][0-9]{0,17})"

# As Python writes floats: digits with a point, or one digit, a fraction and an exponent; all below 1e308.
FLOAT_PATTERN = (
    r"-?(?:(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,21})?"
    r"|[1-9](?:\.[0-9]{1,17})?e(?:\+(?:[0-9]{2}|[12][0-9]{2}|30[0-7])|-(?:[0-9]{2}|[123][0-9]{2})))"
)


def language(kind: Type, *, nested: bool = False) -> Regular:
    """What may be written for a type; `nested` inside a list or record.

    Raises `pattern.Unsupported` for a `matching` that no automaton decides.
    """
    match kind:
        case Int():
            return pattern.translate(INT_PATTERN)
        case Float():
            return pattern.translate(FLOAT_PATTERN)
        case Bool():
            return Choice((Literal("true"), Literal("false")))
        case Text():
            return _string(pattern.translate("(?s:.*)", quoted=nested), nested)
        case Matching(source):
            return _string(pattern.translate(source, quoted=nested), nested)
        case Labels(names):
            return _string(Choice(tuple(pattern.literal(name, quoted=nested) for name in names)), nested)
        case Optional(item):
            return Choice((Literal("null"), language(item, nested=nested)))
        case List(item):
            return JsonList(language(item, nested=True), MOST_ITEMS)
        case Record(fields):
            parts: list[Regular] = [Literal("{")]
            for index, (name, part) in enumerate(fields):
                parts += [Literal(f"{', ' if index else ''}{json.dumps(name)}: "), language(part, nested=True)]
            return Sequence((*parts, Literal("}")))


def _string(inside: Regular, nested: bool) -> Regular:
    return Sequence((Literal('"'), inside, Literal('"'))) if nested else inside


def is_free(kind: Type) -> bool:
    """Whether any text at all is a value of the type: there is nothing to hold a model to."""
    return isinstance(kind, Text) or (isinstance(kind, Optional) and is_free(kind.item))
