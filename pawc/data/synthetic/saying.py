"""Saying: verbs and noun phrases -> the clauses that a statement needs."""

from __future__ import annotations

from pawc.data.synthetic.function import Wordings


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
