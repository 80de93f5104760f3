"""The small parts of a tree -> how they are written: literals, types, fields, targets of imports."""

from __future__ import annotations

from pawc.syntax import literals
from pawc.syntax import nodes as syntax


def target(node: syntax.Target) -> str:
    return node.path if node.is_standard else literals.quote(node.path)


def literal(node: syntax.Literal) -> str:
    match node.kind:
        case "text":
            return literals.quote(str(node.value))
        case "null":
            return "null"
        case "bool":
            return "true" if node.value else "false"
    return repr(node.value)


def text(node: syntax.Literal, indent: str) -> str:
    """A literal; a text of several lines between triple quotes if it was written so."""
    if node.long and node.kind == "text":
        return literals.quote_long(str(node.value), indent)
    return literal(node)


def field(node: syntax.FieldType) -> str:
    return f"{node.name.text}: {type_(node.type)}"


def type_(kind: syntax.TypeExpression) -> str:
    match kind:
        case syntax.NamedType(name=name):
            return name
        case syntax.MatchingType(pattern=pattern):
            return f"text matching /{literals.regex_source(pattern)}/"
        case syntax.LabelsType(labels=labels):
            return " | ".join(literal(label) for label in labels)
        case syntax.ListType(item=item):
            return f"list<{type_(item)}>"
        case syntax.RecordType(fields=fields):
            return "{" + ", ".join(map(field, fields)) + "}"
        case syntax.OptionalType(item=item):
            return f"({type_(item)})?" if isinstance(item, syntax.LabelsType) else f"{type_(item)}?"
