"""lark's tree -> our syntax tree, with the checks that a grammar cannot make.

Escapes in texts, sizes of numbers, how names are written, what can be called.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from pawc.base.diagnostics import Collector
from pawc.base.source import Source, Span
from pawc.syntax import literals
from pawc.syntax import nodes as syntax

if TYPE_CHECKING:
    from lark import Token, Tree

RESERVED = frozenset({"fn", "let", "map", "match", "true", "false", "null"})
"""Words that no function, parameter, field or `let` may be called."""

_MAX_INT = 2**63


class TreeBuilder:
    """Turns lark's tree into ours; one method per rule of the grammar, named like it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found = Collector()

    def build(self, node: Any) -> Any:
        if node is None:
            return None
        if not hasattr(node, "data"):
            return self.word(node)
        return getattr(self, node.data)(node, self.span(node))

    def parts(self, node: Tree[Token]) -> tuple[Any, ...]:
        return tuple(self.build(child) for child in node.children)

    def span(self, node: Any) -> Span:
        place = getattr(node, "meta", node)
        return Span(self.source, getattr(place, "start_pos", 0), getattr(place, "end_pos", 0))

    # ---- words and how they are written

    def word(self, token: Token) -> syntax.Word:
        return syntax.Word(text=str(token), span=self.span(token))

    def snake(self, token: Token, what: str) -> syntax.Word:
        """A name that must be in snake_case."""
        word = self.fresh(token, what)
        if re.fullmatch(r"_?[a-z][a-z0-9_]*", word.text) is None and word.text not in ("", "_"):
            better = _snake_case(word.text)
            self.found.add(
                "P0114",
                f"{what} `{word.text}` is not in snake_case",
                word.span,
                label="small letters, digits and `_`",
                help=f"call it `{better}`" if better else "",
            )
        return word

    def camel(self, token: Token) -> syntax.Word:
        """A type's name, which must be in CamelCase."""
        word = self.word(token)
        if re.fullmatch(r"_?[A-Z][A-Za-z0-9]*", word.text) is None:
            better = "".join(part[:1].upper() + part[1:] for part in word.text.split("_"))
            self.found.add(
                "P0115",
                f"type `{word.text}` is not in CamelCase",
                word.span,
                label="a capital first, then letters and digits",
                help=f"call it `{better}`" if better[:1].isalpha() else "",
            )
        return word

    def fresh(self, token: Token, what: str) -> syntax.Word:
        """A name that is introduced here, so it must not be a word of the language."""
        word = self.word(token)
        if word.text in RESERVED or word.text == "_":
            self.found.add("P0113", f"{what} cannot be called `{word.text}`", word.span, label="a word of the language")
        return word

    # ---- imports

    def import_(self, node: Any, span: Span) -> syntax.Import:
        target, alias = node.children
        return syntax.Import(target=self.build(target), alias=self.snake(alias, "alias") if alias else None, span=span)

    def from_import(self, node: Any, span: Span) -> syntax.FromImport:
        target, *names = self.parts(node)
        return syntax.FromImport(target=target, names=tuple(names), span=span)

    def imported_name(self, node: Any, span: Span) -> syntax.ImportedName:
        name, alias = node.children
        return syntax.ImportedName(name=self.word(name), alias=self.snake(alias, "alias") if alias else None, span=span)

    def file_target(self, node: Any, span: Span) -> syntax.Target:
        return syntax.Target(path=self._text(node.children[0]), is_standard=False, span=span)

    def module_target(self, node: Any, span: Span) -> syntax.Target:
        return syntax.Target(path=".".join(node.children), is_standard=True, span=span)

    # ---- types

    def type_definition(self, node: Any, span: Span) -> syntax.TypeDefinition:
        name, kind = node.children
        return syntax.TypeDefinition(name=self.camel(name), type=self.build(kind), span=span)

    def labels(self, node: Any, span: Span) -> syntax.LabelsType:
        return syntax.LabelsType(labels=tuple(self._literal(token) for token in node.children), span=span)

    def optional(self, node: Any, span: Span) -> syntax.OptionalType:
        return syntax.OptionalType(item=self.build(node.children[0]), span=span)

    def named_type(self, node: Any, span: Span) -> syntax.NamedType:
        return syntax.NamedType(name=str(node.children[0]), span=span)

    def generic(self, node: Any, span: Span) -> syntax.ListType:
        name, item = node.children
        if name != "list":
            self.found.add(
                "P0116", f"`{name}<...>` is not a type", self.span(name), label="only `list` takes a type in `<>`"
            )
        return syntax.ListType(item=self.build(item), span=span)

    def matching(self, node: Any, span: Span) -> syntax.MatchingType:
        name, regex = node.children
        if name != "text":
            self.found.add(
                "P0116", f"`{name} matching ...` is not a type", self.span(name), label="only `text` can be matched"
            )
        return syntax.MatchingType(pattern=literals.regex_value(regex[1:-1]), span=span)

    def record_type(self, node: Any, span: Span) -> syntax.RecordType:
        return syntax.RecordType(fields=tuple(self._field_type(child, "field") for child in node.children), span=span)

    def _field_type(self, node: Any, what: str) -> syntax.FieldType:
        name, kind = node.children
        word = self.snake(name, what) if what == "parameter" else self.fresh(name, what)
        return syntax.FieldType(name=word, type=self.build(kind), span=self.span(node))

    # ---- functions

    def function(self, node: Any, span: Span) -> syntax.Function:
        name, params, result, body = node.children
        return syntax.Function(
            name=self.snake(name, "function"),
            params=tuple(self._field_type(param, "parameter") for param in params.children),
            result=self.build(result),
            body=self.build(body),
            span=span,
        )

    def body(self, node: Any, span: Span) -> tuple[syntax.BodyItem, ...]:
        return self.parts(node)

    def spec(self, node: Any, span: Span) -> syntax.Spec:
        return syntax.Spec(text=self.build(node.children[0]), span=span)

    def example(self, node: Any, span: Span) -> syntax.Case:
        inputs, output = self.parts(node)
        return syntax.Case(is_test=node.data == "test", inputs=inputs, output=output, span=span)

    test = example

    def named_inputs(self, node: Any, span: Span) -> tuple[syntax.Entry, ...]:
        return self.parts(node)

    def examples_from(self, node: Any, span: Span) -> syntax.CasesFrom:
        return syntax.CasesFrom(is_test=False, path=self._literal(node.children[0]), span=span)

    def tests_from(self, node: Any, span: Span) -> syntax.CasesFrom:
        path, at_least = node.children
        return syntax.CasesFrom(is_test=True, path=self._literal(path), at_least=self.build(at_least), span=span)

    def option(self, node: Any, span: Span) -> syntax.Option:
        name, value = node.children
        return syntax.Option(name=self.word(name), value=self.build(value), span=span)

    # ---- expressions and values

    def literal(self, node: Any, span: Span) -> syntax.Literal:
        return self._literal(node.children[0])

    text = number = literal

    def list_of(self, node: Any, span: Span) -> syntax.ListOf:
        return syntax.ListOf(items=self.parts(node), span=span)

    value_list = list_of

    def record_of(self, node: Any, span: Span) -> syntax.RecordOf:
        return syntax.RecordOf(entries=self.parts(node), span=span)

    value_record = record_of

    def entry(self, node: Any, span: Span) -> syntax.Entry:
        name, value = node.children
        return syntax.Entry(name=self.word(name), value=self.build(value), span=span)

    value_entry = entry

    def name(self, node: Any, span: Span) -> syntax.Name:
        return syntax.Name(name=str(node.children[0]), span=span)

    def placeholder(self, node: Any, span: Span) -> syntax.Placeholder:
        return syntax.Placeholder(span=span)

    def access(self, node: Any, span: Span) -> syntax.Expression:
        base, *trailers = node.children
        value: syntax.Expression = self.build(base)
        for trailer in trailers:
            upto = Span(self.source, span.start, self.span(trailer).end)
            if trailer.data == "field":
                value = syntax.Field(value=value, name=self.word(trailer.children[0]), span=upto)
            else:
                value = syntax.Call(callee=self._callee(value), args=self.parts(trailer), span=upto)
        return value

    def _callee(self, value: syntax.Expression) -> syntax.Word:
        match value:
            case syntax.Name(name=name):
                return syntax.Word(text=name, span=value.span)
            case syntax.Field(value=syntax.Name(name=module), name=name):
                return syntax.Word(text=f"{module}.{name.text}", span=value.span)
        self.found.add(
            "P0118", "this is not a function", value.span, label="only a function's name can be followed by `(`"
        )
        return syntax.Word(text="_", span=value.span)

    def pipe(self, node: Any, span: Span) -> syntax.Pipe:
        first, *stages = self.parts(node)
        return syntax.Pipe(first=first, stages=tuple(stages), span=span)

    def map_over(self, node: Any, span: Span) -> syntax.MapOver:
        callee, arguments = node.children
        name = syntax.Word(text=".".join(callee.children), span=self.span(callee))
        return syntax.MapOver(callee=name, args=None if arguments is None else self.parts(arguments), span=span)

    def concat(self, node: Any, span: Span) -> syntax.Concat:
        return syntax.Concat(parts=self.parts(node), span=span)

    def block(self, node: Any, span: Span) -> syntax.Expression:
        *lets, result = self.parts(node)
        return syntax.Block(lets=tuple(lets), result=result, span=span) if lets else result

    def let(self, node: Any, span: Span) -> syntax.Let:
        name, value = node.children
        return syntax.Let(name=self.snake(name, "name"), value=self.build(value), span=span)

    def match(self, node: Any, span: Span) -> syntax.Match:
        subject, *arms = self.parts(node)
        return syntax.Match(subject=subject, arms=tuple(arms), span=span)

    def arm(self, node: Any, span: Span) -> syntax.Arm:
        *pattern, value = self.parts(node)
        return syntax.Arm(pattern=pattern[0] if pattern else None, value=value, span=span)

    # ---- literals

    def _literal(self, token: Token) -> syntax.Literal:
        span = self.span(token)
        match token.type:
            case "STRING" | "LONG_STRING":
                return syntax.Literal(kind="text", value=self._text(token), long=token.type == "LONG_STRING", span=span)
            case "INT":
                return syntax.Literal(kind="int", value=self._int(token), span=span)
            case "FLOAT":
                value = float(token)
                if not math.isfinite(value):
                    self.found.add("P0112", "this number is too large for a float", span)
                return syntax.Literal(kind="float", value=value, span=span)
            case "NULL":
                return syntax.Literal(kind="null", value=None, span=span)
        return syntax.Literal(kind="bool", value=token == "true", span=span)

    def _int(self, token: Token) -> int:
        digits = token.lstrip("-")
        if len(digits) > 1 and digits.startswith("0"):
            self.found.add("P0112", "a number does not start with 0", self.span(token))
        value = int(token) if len(digits) < 20 else _MAX_INT
        if not -_MAX_INT <= value < _MAX_INT:
            self.found.add("P0112", "this number does not fit in 64 bits", self.span(token))
        return value

    def _text(self, token: Token) -> str:
        width = 3 if token.type == "LONG_STRING" else 1
        raw = token[width:-width]
        start = self.span(token).start + width
        for begin, end, fault in literals.bad_escapes(raw):
            self.found.add(
                "P0111",
                fault,
                Span(self.source, start + begin, start + end),
                help='escapes are `\\n`, `\\t`, `\\"`, `\\\\` and `\\u{...}`; write `\\\\` for a backslash',
            )
        return literals.unescape(literals.dedent(raw) if width == 3 else raw)


def _snake_case(name: str) -> str:
    better = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("__", "_")
    return better if re.fullmatch(r"_?[a-z][a-z0-9_]*", better) else ""
