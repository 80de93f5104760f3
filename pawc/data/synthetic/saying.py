"""Saying: verbs and nouns -> the clauses that a statement needs; a function -> the same with a finish to its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.function import Case, Function, Value, Wordings


def ways(verbs: str, *nouns: str) -> Wordings:
    """`give, write` and `the name` -> `give the name`, `write the name`."""
    return tuple(f"{verb} {noun}" for verb in verbs.split(", ") for noun in nouns)


def an(noun: str) -> str:
    """The noun phrase with its indefinite article."""
    return f"{'an' if noun[0].lower() in 'aeiou' and not noun.startswith(('uni', 'use')) else 'a'} {noun}"


def either(items: Wordings | list[str], joint: str = "or") -> str:
    """`a, b or c`."""
    *most, last = items
    return f"{', '.join(most)} {joint} {last}" if most else last


def quoted(items: Wordings | list[str], joint: str = "or") -> str:
    """`"a", "b" or "c"`."""
    return either([f'"{item}"' for item in items], joint)


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


# What may be asked for on top: the rule, and what it makes of an input and the plain result.
_FINISHES: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    ("Write the result in capitals.", lambda given, result: result.upper()),
    ("Use small letters only in the result.", lambda given, result: result.lower()),
    ("The result has no full stop at its end.", lambda given, result: result.removesuffix(".")),
    ('Write the input first, then " => " and the result.', lambda given, result: f"{given} => {result}"),
    ("Behind the result, repeat the input in parentheses.", lambda given, result: f"{result} ({given})"),
    ('Put "> " in front of the result.', lambda given, result: f"> {result}"),
    ('Let the result end in "!", without a full stop.', lambda given, result: f"{result.rstrip('.')}!"),
    ("Put an asterisk on both sides of the result, *like this*.", lambda given, result: f"*{result}*"),
    ('Write the result twice, with " / " between.', lambda given, result: f"{result} / {result}"),
    ('Put "ok: " in front of the result.', lambda given, result: f"ok: {result}"),
)


def finishing(make: Callable[[Draw], Function]) -> Callable[[Draw], Function]:
    """Functions that give a text, some of them with one more rule for how it is finished."""

    @wraps(make)
    def made(draw: Draw) -> Function:
        function = make(draw)
        if not draw.chance(0.4):
            return function
        rule, finish = draw.choice(_FINISHES)

        def text(given: str, value: Value) -> Value:
            return finish(given, value) if isinstance(value, str) else value

        def case(draw: Draw) -> Case:
            drawn = function.draw(draw)
            return drawn if isinstance(drawn, str) else (drawn[0], text(*drawn))

        return replace(
            function,
            draw=case,
            reference=lambda given: text(given, function.reference(given)),
            rules=(*function.rules, rule),
        )

    return made
