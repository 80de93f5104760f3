"""Pipelines as text: `'resolve,check,neural-compile{level=2},quantize-prefix{bits=8},link'` <-> passes.

    pipeline = pass { "," pass }
    pass     = NAME [ "{" [ option { "," option } ] "}" ]
    option   = NAME "=" value
    value    = WORD | JSON string            the option's field says what it means

White space may stand anywhere between them. An option's name may be written with `-` for `_`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from importlib import import_module
from typing import Any

from pawc.base.diagnostics import InternalError, fail, nearest
from pawc.pass_base import Pass

_TOKEN = re.compile(r'\s*(?:(?P<word>[\w.+/@-]+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[{},=]))')
_EXPECTED = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a word or a string"}


def load_pass(name: str, registry: Mapping[str, str]) -> type[Pass]:
    """The class of a registered pass, imported now; a coded error for one that is not registered."""
    if name not in registry:
        fail("P0540", f"unknown pass `{name}`", help=nearest(name, registry) or "`pawc passes` lists them")
    module, _, attribute = registry[name].partition(":")
    cls = getattr(import_module(module), attribute)
    if not (isinstance(cls, type) and issubclass(cls, Pass) and cls.name == name):
        raise InternalError(f"{registry[name]} is not the pass `{name}`")
    return cls


def parse_pipeline(text: str, registry: Mapping[str, str]) -> tuple[Pass, ...]:
    """The passes that a pipeline names, with their options; a coded error says what is wrong and where."""
    tokens = _Tokens(text)
    passes = []
    while True:
        cls = load_pass(tokens.word("the name of a pass"), registry)
        options: dict[str, Any] = {}
        if tokens.take("{"):
            while not tokens.take("}"):
                name, value = _option(tokens, cls)
                if name in options:
                    fail("P0543", f"option `{name}` of pass `{cls.name}` is given twice", where=text)
                options[name] = value
                if not tokens.take(","):
                    tokens.need("}")
                    break
        try:
            passes.append(cls(**options))
        except ValueError as error:  # a pass refuses values in `__post_init__`
            fail("P0542", f"pass `{cls.name}`: {error}", where=text)
        if tokens.ended:
            return tuple(passes)
        tokens.need(",")


def format_pipeline(passes: Sequence[Pass]) -> str:
    """The text of a pipeline; options with their default value are left out."""
    return ",".join(map(_format_pass, passes))


def option_fields(cls: type[Pass]) -> tuple[Field[Any], ...]:
    """The options of a pass: its fields, in order."""
    return fields(cls)


def _format_pass(step: Pass) -> str:
    given = [(f.name, getattr(step, f.name)) for f in fields(step) if getattr(step, f.name) != _default(f)]
    inside = ",".join(f"{name}={_format_value(value)}" for name, value in given)
    return f"{step.name}{{{inside}}}" if inside else step.name


def _format_value(value: Any) -> str:
    if isinstance(value, str):
        return value if re.fullmatch(r"[A-Za-z_][\w.+/@-]*", value) else json.dumps(value)
    return json.dumps(value)


def _default(option: Field[Any]) -> Any:
    return option.default if option.default is not MISSING else None


def _option(tokens: _Tokens, cls: type[Pass]) -> tuple[str, Any]:
    known = {option.name: str(option.type) for option in option_fields(cls)}
    name = tokens.word(f"an option of pass `{cls.name}`").replace("-", "_")
    if name not in known:
        options = ", ".join(known) or "none"
        hint = nearest(name, known) or f"its options: {options}"
        fail("P0541", f"pass `{cls.name}` has no option `{name}`", help=hint, where=tokens.text)
    tokens.need("=")
    return name, _value(tokens.value(name), known[name], f"option `{name}` of pass `{cls.name}`", tokens.text)


def _value(text: str, kind: str, what: str, where: str) -> Any:
    try:
        match kind:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "bool":
                return {"true": True, "false": False}[text]
            case "str":
                return text
    except (ValueError, KeyError):
        fail("P0542", f"{what} is {_EXPECTED[kind]}, not `{text}`", where=where)
    raise InternalError(f"{what} is declared as `{kind}`, which no pipeline can spell")


class _Tokens:
    """Reads a pipeline from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = list(_split(text))

    @property
    def ended(self) -> bool:
        return not self._tokens

    def take(self, mark: str) -> bool:
        """Whether `mark` is next; then it is read."""
        if self._tokens and self._tokens[0] == ("mark", mark):
            del self._tokens[0]
            return True
        return False

    def need(self, mark: str) -> None:
        if not self.take(mark):
            self._refuse(f"`{mark}`")

    def word(self, what: str) -> str:
        if not self._tokens or self._tokens[0][0] != "word":
            self._refuse(what)
        return self._tokens.pop(0)[1]

    def value(self, name: str) -> str:
        if not self._tokens or self._tokens[0][0] == "mark":
            self._refuse(f"a value for `{name}`")
        kind, text = self._tokens.pop(0)
        if kind == "word":
            return text
        try:
            return str(json.loads(text))
        except ValueError:
            fail("P0543", f"not a string: {text}", where=self.text)

    def _refuse(self, expected: str) -> None:
        found = f"`{self._tokens[0][1]}`" if self._tokens else "the end"
        fail("P0543", f"in the list of passes: expected {expected}, found {found}", where=self.text)


def _split(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            at = text[position:].lstrip()[:1]
            fail("P0543", f"in the list of passes: `{at}` means nothing", where=text)
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()
