"""A source text -> the same program in the one layout there is. Comments stay, and so does every meaning.

The result parses to an equal tree, and formatting it again changes nothing. What fits on a line stands
on one; what does not is broken, one part a line. A comment keeps the part broken that it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax import spelling
from pawc.syntax.comment_placing import CommentPlacer
from pawc.syntax.parser import parse

WIDTH = 100
STEP = "  "

_LOOSE = (syntax.Concat, syntax.Pipe)  # in parentheses where something that binds tighter is around them


def format_source(text: str, name: str = "<text>") -> str:
    """`text` in the standard layout; PawError if it does not parse (`name` is what its messages call it)."""
    return format_file(parse(Source(name, text)))


def format_file(file: syntax.File) -> str:
    """A tree as source text."""
    return _Printer(file).file(file)


class _Printer(CommentPlacer):
    """Writes nodes in source order, and puts each comment before or behind the part it stood at."""

    def file(self, file: syntax.File) -> str:
        lines = self.sequence(file.items, "", self.item, len(self.text), apart=_stand_apart)
        return "\n".join(lines) + "\n" if lines else ""

    # ---- items

    def item(self, _index: int, item: syntax.Item, indent: str) -> str:
        match item:
            case syntax.Import(target=target, alias=alias):
                return f"import {spelling.target(target)}" + (f" as {alias.text}" if alias else "")
            case syntax.FromImport(target=target, names=names):
                written = (n.name.text + (f" as {n.alias.text}" if n.alias else "") for n in names)
                return f"from {spelling.target(target)} import {', '.join(written)}"
            case syntax.TypeDefinition(name=name, type=kind):
                return self.type_definition(f"type {name.text} =", kind)
            case syntax.Function():
                return self.function(item)

    def type_definition(self, head: str, kind: syntax.TypeExpression) -> str:
        flat = spelling.type_(kind)
        if not self.commented(kind) and len(head) + 1 + len(flat) <= WIDTH:
            return f"{head} {flat}"
        match kind:
            case syntax.LabelsType(labels=labels):
                lines = self.sequence(labels, STEP, lambda _, label, __: f"| {spelling.literal(label)}", _end(kind))
                return "\n".join([head, *lines])
            case syntax.RecordType(fields=fields):
                opened, _ = self.behind(_start(kind), _start(fields[0]) if fields else _end(kind))
                lines = self.sequence(fields, STEP, lambda _, field, __: f"{spelling.field(field)},", _end(kind))
                return "\n".join([f"{head} {{{opened}", *lines, "}"])
        return f"{head} {flat}"

    def function(self, function: syntax.Function) -> str:
        head = self.signature(function)
        if not isinstance(function.body, tuple):
            return self.assigned(f"{head} =", function.body, "")
        first = _start(function.body[0]) if function.body else _end(function)
        opened, _ = self.behind(_end(function.result), first) if function.result.span else ("", None)
        lines = self.sequence(function.body, STEP, self.body_item, _end(function))
        return "\n".join([f"{head} {{{opened}", *lines, "}"]) if lines or opened else f"{head} {{}}"

    def signature(self, function: syntax.Function) -> str:
        result = spelling.type_(function.result)
        flat = f"fn {function.name.text}({', '.join(map(spelling.field, function.params))}) -> {result}"
        if len(flat) + len(" {") <= WIDTH and not self.commented(function.result):
            return flat
        opened, _ = self.behind(_end(function.name), _start(function.params[0]) if function.params else 0)
        lines = self.sequence(
            function.params, STEP, lambda _, field, __: f"{spelling.field(field)},", _start(function.result)
        )
        return "\n".join([f"fn {function.name.text}({opened}", *lines, f") -> {result}"])

    def body_item(self, _index: int, item: syntax.BodyItem, indent: str) -> str:
        match item:
            case syntax.Spec(text=text):
                return f"spec {spelling.text(text, indent)}"
            case syntax.Case(is_test=is_test, inputs=inputs, output=output):
                return self.case("test" if is_test else "example", inputs, output, indent)
            case syntax.CasesFrom(is_test=is_test, path=path, at_least=at_least):
                rate = f" at least {spelling.literal(at_least)}" if at_least else ""
                return f"{'tests' if is_test else 'examples'} from {spelling.literal(path)}{rate}"
            case syntax.Option(name=name, value=value):
                return self.assigned(f"option {name.text} =", value, indent)

    def case(
        self,
        head: str,
        inputs: syntax.Expression | tuple[syntax.Entry, ...],
        output: syntax.Expression,
        indent: str,
    ) -> str:
        flat_output = self.flat(output)
        flat_inputs: str | None
        if isinstance(inputs, tuple):
            parts = [self.flat_entry(entry) for entry in inputs]
            flat_inputs = None if None in parts else f"({', '.join(p for p in parts if p)})"
        else:
            flat_inputs = self.flat(inputs)
        if flat_inputs is not None and flat_output is not None:
            flat = f"{head} {flat_inputs} -> {flat_output}"
            if len(indent) + len(flat) <= WIDTH:
                return flat
        left = flat_inputs if flat_inputs is not None and len(indent + head + flat_inputs) < WIDTH else None
        if left is None:
            left = (
                self.entries("(", inputs, ")", None, indent)
                if isinstance(inputs, tuple)
                else self.broken(inputs, indent)
            )
        deeper = indent + STEP
        notes = [f"{deeper}{comment}" for _, _, comment in self.before(_start(output))]
        return "\n".join([f"{head} {left}", *notes, f"{deeper}-> {self.expression(output, deeper, len('-> '))}"])

    # ---- expressions

    def assigned(self, head: str, value: syntax.Expression, indent: str, tail: str = "") -> str:
        """`head value`: on one line, with its brackets opened behind the head, or on the lines below."""
        flat = self.flat(value)
        if flat is not None and len(indent) + len(head) + 1 + len(flat) + len(tail) <= WIDTH:
            return f"{head} {flat}{tail}"
        if flat is not None and isinstance(value, syntax.Literal | syntax.Name | syntax.Placeholder):
            return f"{head} {flat}{tail}"  # breaking the line would not make it shorter
        hugs = isinstance(value, syntax.Block | syntax.ListOf | syntax.RecordOf | syntax.Literal)
        if hugs and not self.comment_before(value):
            return f"{head} {self.broken(value, indent)}{tail}"
        deeper = indent + STEP
        notes = [f"{deeper}{comment}" for _, _, comment in self.before(_start(value))]
        return "\n".join([head, *notes, f"{deeper}{self.expression(value, deeper)}{tail}"])

    def expression(self, node: syntax.Expression | syntax.MapOver, indent: str, used: int = 0) -> str:
        """Flat if that fits behind `used` more columns than the indentation, else broken."""
        flat = self.flat(node)
        if flat is not None and len(indent) + used + len(flat) < WIDTH:
            return flat
        return self.broken(node, indent)

    def flat(self, node: syntax.Expression | syntax.MapOver) -> str | None:
        """The node on one line, or None if it cannot be on one."""
        if self.commented(node):
            return None
        match node:
            case syntax.Literal():
                return None if node.long else spelling.literal(node)
            case syntax.Name(name=name):
                return name
            case syntax.Placeholder():
                return "_"
            case syntax.ListOf(items=items):
                return self.flat_list("[", items, "]")
            case syntax.RecordOf(entries=entries):
                parts = [self.flat_entry(entry) for entry in entries]
                return None if None in parts else "{" + ", ".join(p for p in parts if p) + "}"
            case syntax.Field(value=value, name=name):
                base = self.flat_operand(value, _LOOSE)
                return None if base is None else f"{base}.{name.text}"
            case syntax.Call(callee=callee, args=args):
                return self.flat_list(f"{callee.text}(", args, ")")
            case syntax.MapOver(callee=callee, args=args):
                name = f"map {callee.text}"
                return name if args is None else self.flat_list(f"{name}(", args, ")")
            case syntax.Pipe(first=first, stages=stages):
                parts = [self.flat_operand(part, (syntax.Pipe,)) for part in (first, *stages)]
                return None if None in parts else " |> ".join(p for p in parts if p)
            case syntax.Concat(parts=operands):
                parts = [self.flat_operand(part, _LOOSE) for part in operands]
                return None if None in parts else " ++ ".join(p for p in parts if p)
        return None  # a match or a block

    def flat_list(self, opening: str, items: Sequence[syntax.Expression], closing: str) -> str | None:
        parts = [self.flat(item) for item in items]
        return None if None in parts else opening + ", ".join(p for p in parts if p) + closing

    def flat_entry(self, entry: syntax.Entry) -> str | None:
        value = self.flat(entry.value)
        return None if value is None or self.commented(entry) else f"{entry.name.text}: {value}"

    def flat_operand(self, node: syntax.Expression | syntax.MapOver, in_parentheses: tuple[type, ...]) -> str | None:
        flat = self.flat(node)
        return f"({flat})" if flat is not None and isinstance(node, in_parentheses) else flat

    def broken(self, node: syntax.Expression | syntax.MapOver, indent: str) -> str:
        """The node on several lines; the first is where the writer stands already."""
        match node:
            case syntax.Literal():
                return spelling.text(node, indent)
            case syntax.ListOf(items=items):
                return self.items("[", items, "]", node, indent)
            case syntax.RecordOf(entries=entries):
                return self.entries("{", entries, "}", node, indent)
            case syntax.Field(value=value, name=name):
                return f"{self.operand(value, indent, _LOOSE)}.{name.text}"
            case syntax.Call(callee=callee, args=args):
                return self.items(f"{callee.text}(", args, ")", node, indent)
            case syntax.MapOver(callee=callee, args=args) if args is not None:
                return self.items(f"map {callee.text}(", args, ")", node, indent)
            case syntax.Pipe(first=first, stages=stages):
                return self.chain((first, *stages), "|> ", (syntax.Pipe,), node, indent)
            case syntax.Concat(parts=parts):
                return self.chain(parts, "++ ", _LOOSE, node, indent)
            case syntax.Match():
                return self.match(node, indent)
            case syntax.Block():
                return self.block(node, indent)
        return self.flat_leaf(node)

    def flat_leaf(self, node: syntax.Expression | syntax.MapOver) -> str:
        """What has no parts to put on lines of their own; a comment in it is written after it."""
        match node:
            case syntax.Name(name=name):
                return name
            case syntax.MapOver(callee=callee):
                return f"map {callee.text}"
        return "_"

    def operand(self, node: syntax.Expression | syntax.MapOver, indent: str, in_parentheses: tuple[type, ...]) -> str:
        if isinstance(node, in_parentheses):
            return f"({self.expression(node, indent + STEP, 1)})"
        return self.expression(node, indent)

    def items(
        self, opening: str, items: Sequence[syntax.Expression], closing: str, node: syntax.Node, indent: str
    ) -> str:
        opened, _ = self.behind(_start(node), _start(items[0]) if items else _end(node))
        deeper = indent + STEP
        lines = self.sequence(items, deeper, lambda _, item, at: f"{self.expression(item, at, 1)},", _end(node))
        return "\n".join([opening + opened, *lines, indent + closing]) if lines or opened else opening + closing

    def entries(
        self, opening: str, entries: Sequence[syntax.Entry], closing: str, node: syntax.Node | None, indent: str
    ) -> str:
        end = _end(node) if node else _end(entries[-1])
        opened, _ = self.behind(_start(node), _start(entries[0]) if entries else end) if node else ("", None)

        def entry(_: int, each: syntax.Entry, at: str) -> str:
            return self.assigned(f"{each.name.text}:", each.value, at, ",")

        lines = self.sequence(entries, indent + STEP, entry, end)
        return "\n".join([opening + opened, *lines, indent + closing]) if lines or opened else opening + closing

    def chain(
        self,
        parts: Sequence[syntax.Expression | syntax.MapOver],
        sign: str,
        in_parentheses: tuple[type, ...],
        node: syntax.Node,
        indent: str,
    ) -> str:
        """Operands below each other, the sign before all but the first."""

        def operand(index: int, part: syntax.Expression | syntax.MapOver, at: str) -> str:
            before = sign if index else ""
            return before + self.operand(part, at + " " * len(before), in_parentheses)

        return "\n".join(self.sequence(parts, indent, operand, _end(node)))[len(indent) :]

    def match(self, node: syntax.Match, indent: str) -> str:
        subject = self.expression(node.subject, indent, len("match  {"))
        opened, _ = self.behind(_end(node.subject), _start(node.arms[0])) if node.subject.span else ("", None)

        def arm(_: int, each: syntax.Arm, at: str) -> str:
            pattern = "_" if each.pattern is None else spelling.literal(each.pattern)
            return self.assigned(f"{pattern} =>", each.value, at, ",")

        lines = self.sequence(node.arms, indent + STEP, arm, _end(node))
        return "\n".join([f"match {subject} {{{opened}", *lines, indent + "}"])

    def block(self, node: syntax.Block, indent: str) -> str:
        opened, _ = self.behind(_start(node), _start(node.lets[0]))
        parts = (*node.lets, node.result)

        def part(index: int, each: syntax.Let | syntax.Expression, at: str) -> str:
            if not isinstance(each, syntax.Let):
                return self.expression(each, at)
            # A parenthesis after `let a = b` would be read as the arguments of `b`.
            comma = "," if index == len(node.lets) - 1 and _begins_with_parenthesis(node.result) else ""
            return self.assigned(f"let {each.name.text} =", each.value, at, comma)

        lines = self.sequence(parts, indent + STEP, part, _end(node))
        return "\n".join(["{" + opened, *lines, indent + "}"])


def _start(node: syntax.Node) -> int:
    return node.span.start if node.span else 0


def _end(node: syntax.Node) -> int:
    return node.span.end if node.span else 0


def _stand_apart(one: syntax.Node, other: syntax.Node) -> bool:
    """Whether a blank line always stands between two top-level items."""
    imports = (syntax.Import, syntax.FromImport)
    if isinstance(one, syntax.Function) or isinstance(other, syntax.Function):
        return True
    return isinstance(one, imports) != isinstance(other, imports)


def _begins_with_parenthesis(node: syntax.Expression | syntax.MapOver) -> bool:
    match node:
        case syntax.Pipe(first=first):
            return isinstance(first, syntax.Pipe) or _begins_with_parenthesis(first)
        case syntax.Concat(parts=(first, *_)):
            return isinstance(first, _LOOSE) or _begins_with_parenthesis(first)
        case syntax.Field(value=value):
            return isinstance(value, _LOOSE) or _begins_with_parenthesis(value)
    return False
