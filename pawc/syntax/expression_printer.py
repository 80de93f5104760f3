"""An expression -> its text: on one line if it fits, else broken, one part a line."""

from __future__ import annotations

from collections.abc import Sequence

from pawc.syntax import nodes as syntax
from pawc.syntax import spelling
from pawc.syntax.comment_placing import CommentPlacer

WIDTH = 100
STEP = "  "

_LOOSE = (syntax.Concat, syntax.Pipe)  # in parentheses where something that binds tighter is around them


class ExpressionPrinter(CommentPlacer):
    """Writes expressions in source order, and puts each comment before or behind the part it stood at."""

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
        notes = [f"{deeper}{comment}" for _, _, comment in self.before(start_of(value))]
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
        opened, _ = self.behind(start_of(node), start_of(items[0]) if items else end_of(node))
        deeper = indent + STEP
        lines = self.sequence(items, deeper, lambda _, item, at: f"{self.expression(item, at, 1)},", end_of(node))
        return "\n".join([opening + opened, *lines, indent + closing]) if lines or opened else opening + closing

    def entries(
        self, opening: str, entries: Sequence[syntax.Entry], closing: str, node: syntax.Node | None, indent: str
    ) -> str:
        end = end_of(node) if node else end_of(entries[-1])
        opened, _ = self.behind(start_of(node), start_of(entries[0]) if entries else end) if node else ("", None)

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

        return "\n".join(self.sequence(parts, indent, operand, end_of(node)))[len(indent) :]

    def match(self, node: syntax.Match, indent: str) -> str:
        subject = self.expression(node.subject, indent, len("match  {"))
        opened, _ = self.behind(end_of(node.subject), start_of(node.arms[0])) if node.subject.span else ("", None)

        def arm(_: int, each: syntax.Arm, at: str) -> str:
            pattern = "_" if each.pattern is None else spelling.literal(each.pattern)
            return self.assigned(f"{pattern} =>", each.value, at, ",")

        lines = self.sequence(node.arms, indent + STEP, arm, end_of(node))
        return "\n".join([f"match {subject} {{{opened}", *lines, indent + "}"])

    def block(self, node: syntax.Block, indent: str) -> str:
        opened, _ = self.behind(start_of(node), start_of(node.lets[0]))
        parts = (*node.lets, node.result)

        def part(index: int, each: syntax.Let | syntax.Expression, at: str) -> str:
            if not isinstance(each, syntax.Let):
                return self.expression(each, at)
            # A parenthesis after `let a = b` would be read as the arguments of `b`.
            comma = "," if index == len(node.lets) - 1 and _begins_with_parenthesis(node.result) else ""
            return self.assigned(f"let {each.name.text} =", each.value, at, comma)

        lines = self.sequence(parts, indent + STEP, part, end_of(node))
        return "\n".join(["{" + opened, *lines, indent + "}"])


def start_of(node: syntax.Node) -> int:
    """Where a node starts in the source."""
    return node.span.start if node.span else 0


def end_of(node: syntax.Node) -> int:
    """Where it ends."""
    return node.span.end if node.span else 0


def _begins_with_parenthesis(node: syntax.Expression | syntax.MapOver) -> bool:
    match node:
        case syntax.Pipe(first=first):
            return isinstance(first, syntax.Pipe) or _begins_with_parenthesis(first)
        case syntax.Concat(parts=(first, *_)):
            return isinstance(first, _LOOSE) or _begins_with_parenthesis(first)
        case syntax.Field(value=value):
            return isinstance(value, _LOOSE) or _begins_with_parenthesis(value)
    return False
