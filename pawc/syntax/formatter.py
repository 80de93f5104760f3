"""A source text -> the same program in the one layout there is. Comments stay, and so does every meaning.

The result parses to an equal tree, and formatting it again changes nothing. What fits on a line stands
on one; what does not is broken, one part a line. A comment keeps the part broken that it stands in.
"""

from __future__ import annotations

from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax import spelling
from pawc.syntax.expression_printer import STEP, WIDTH, ExpressionPrinter, end_of, start_of
from pawc.syntax.parser import parse


def format_source(text: str, name: str = "<text>") -> str:
    """`text` in the standard layout; PawError if it does not parse (`name` is what its messages call it)."""
    return format_file(parse(Source(name, text)))


def format_file(file: syntax.File) -> str:
    """A tree as source text."""
    return _Printer(file).file(file)


class _Printer(ExpressionPrinter):
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
                lines = self.sequence(labels, STEP, lambda _, label, __: f"| {spelling.literal(label)}", end_of(kind))
                return "\n".join([head, *lines])
            case syntax.RecordType(fields=fields):
                opened, _ = self.behind(start_of(kind), start_of(fields[0]) if fields else end_of(kind))
                lines = self.sequence(fields, STEP, lambda _, field, __: f"{spelling.field(field)},", end_of(kind))
                return "\n".join([f"{head} {{{opened}", *lines, "}"])
        return f"{head} {flat}"

    def function(self, function: syntax.Function) -> str:
        head = self.signature(function)
        if not isinstance(function.body, tuple):
            return self.assigned(f"{head} =", function.body, "")
        first = start_of(function.body[0]) if function.body else end_of(function)
        opened, _ = self.behind(end_of(function.result), first) if function.result.span else ("", None)
        lines = self.sequence(function.body, STEP, self.body_item, end_of(function))
        return "\n".join([f"{head} {{{opened}", *lines, "}"]) if lines or opened else f"{head} {{}}"

    def signature(self, function: syntax.Function) -> str:
        result = spelling.type_(function.result)
        flat = f"fn {function.name.text}({', '.join(map(spelling.field, function.params))}) -> {result}"
        if len(flat) + len(" {") <= WIDTH and not self.commented(function.result):
            return flat
        opened, _ = self.behind(end_of(function.name), start_of(function.params[0]) if function.params else 0)
        lines = self.sequence(
            function.params, STEP, lambda _, field, __: f"{spelling.field(field)},", start_of(function.result)
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
        notes = [f"{deeper}{comment}" for _, _, comment in self.before(start_of(output))]
        return "\n".join([f"{head} {left}", *notes, f"{deeper}-> {self.expression(output, deeper, len('-> '))}"])


def _stand_apart(one: syntax.Node, other: syntax.Node) -> bool:
    """Whether a blank line always stands between two top-level items."""
    imports = (syntax.Import, syntax.FromImport)
    if isinstance(one, syntax.Function) or isinstance(other, syntax.Function):
        return True
    return isinstance(one, imports) != isinstance(other, imports)
