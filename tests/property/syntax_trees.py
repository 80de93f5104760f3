"""Random syntax trees: every tree these strategies make is one that some source text parses to."""

from __future__ import annotations

from hypothesis import strategies as st

from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax.tree_builder import RESERVED

snake = st.from_regex(r"_?[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in RESERVED)
camel = st.from_regex(r"_?[A-Z][A-Za-z0-9]{0,8}", fullmatch=True)
words = snake.map(lambda text: syntax.Word(text=text))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["", " ", "\n", "\n\n", '"""', '\\"', "a\n  b\n", "  a\n    b", "tab\there ", "\r\n", "x" * 120, "é\u2028\ufeff"]
)


def _literal(kind: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[syntax.Literal]:
    return st.builds(lambda value: syntax.Literal(kind=kind, value=value), values)  # type: ignore[arg-type]


short_texts = _literal("text", texts)
long_texts = texts.map(lambda value: syntax.Literal(kind="text", value=value, long=True))
integers = _literal("int", st.integers(-(2**63), 2**63 - 1))
floats = _literal("float", st.floats(allow_nan=False, allow_infinity=False))
patterns = short_texts | integers | _literal("bool", st.booleans()) | _literal("null", st.none())
literals = patterns | long_texts | floats


def _sequences(
    items: st.SearchStrategy[object], least: int = 0, most: int = 3
) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _entries(inner: st.SearchStrategy[object]) -> st.SearchStrategy[syntax.Entry]:
    return st.builds(syntax.Entry, name=words, value=inner, span=st.none())


def _lists_and_records(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(syntax.ListOf, items=_sequences(inner), span=st.none()) | st.builds(
        syntax.RecordOf, entries=_sequences(_entries(inner)), span=st.none()
    )


def _expressions(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    none = st.none()
    maps = st.builds(syntax.MapOver, callee=callees, args=none | _sequences(inner), span=none)
    arms = st.builds(syntax.Arm, pattern=none | patterns | long_texts, value=inner, span=none)
    lets = st.builds(syntax.Let, name=words, value=inner, span=none)
    return (
        _lists_and_records(inner)
        | st.builds(syntax.Field, value=inner, name=words, span=none)
        | st.builds(syntax.Call, callee=callees, args=_sequences(inner), span=none)
        | st.builds(syntax.Pipe, first=inner, stages=_sequences(inner | maps, 1), span=none)
        | st.builds(syntax.Concat, parts=_sequences(inner, 2, 4), span=none)
        | st.builds(syntax.Match, subject=inner, arms=_sequences(arms, 1), span=none)
        | st.builds(syntax.Block, lets=_sequences(lets, 1), result=inner, span=none)
    )


callees = words | st.builds(lambda a, b: syntax.Word(text=f"{a}.{b}"), snake, snake)
values = st.recursive(literals, _lists_and_records, max_leaves=6)
expressions = st.recursive(
    literals | snake.map(lambda name: syntax.Name(name=name)) | st.builds(syntax.Placeholder, span=st.none()),
    _expressions,
    max_leaves=14,
)


def _types(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return (
        st.builds(syntax.ListType, item=inner, span=st.none())
        | st.builds(syntax.OptionalType, item=inner, span=st.none())
        | st.builds(syntax.RecordType, fields=_sequences(_field_types(inner)), span=st.none())
    )


def _field_types(inner: st.SearchStrategy[object]) -> st.SearchStrategy[syntax.FieldType]:
    return st.builds(syntax.FieldType, name=words, type=inner, span=st.none())


regexes = st.sampled_from(["", "a/b", r"\d{4}-\d\d", r"[\"/]\\", "[^x]*"])
types = st.recursive(
    (st.sampled_from(["text", "int", "float", "bool"]) | camel).map(lambda name: syntax.NamedType(name=name))
    | st.builds(syntax.LabelsType, labels=_sequences(short_texts, 1), span=st.none())
    | st.builds(syntax.MatchingType, pattern=regexes, span=st.none()),
    _types,
    max_leaves=6,
)

body_items = (
    st.builds(syntax.Spec, text=short_texts | long_texts, span=st.none())
    | st.builds(
        syntax.Case,
        is_test=st.booleans(),
        inputs=values | _sequences(_entries(values), 1),
        output=values,
        span=st.none(),
    )
    | st.builds(syntax.CasesFrom, is_test=st.just(False), path=short_texts, span=st.none())
    | st.builds(
        syntax.CasesFrom,
        is_test=st.just(True),
        path=short_texts,
        at_least=st.none() | floats | integers,
        span=st.none(),
    )
    | st.builds(syntax.Option, name=words, value=values, span=st.none())
)
targets = st.builds(syntax.Target, path=texts, is_standard=st.just(False), span=st.none()) | st.builds(
    syntax.Target, path=snake.map(lambda name: f"std.{name}"), is_standard=st.just(True), span=st.none()
)
imported_names = st.builds(syntax.ImportedName, name=words, alias=st.none() | words, span=st.none())
functions = st.builds(
    syntax.Function,
    name=words,
    params=_sequences(_field_types(types)),
    result=types,
    body=_sequences(body_items, 0, 4) | expressions,
    span=st.none(),
)
items = (
    st.builds(syntax.Import, target=targets, alias=st.none() | words, span=st.none())
    | st.builds(syntax.FromImport, target=targets, names=_sequences(imported_names, 1), span=st.none())
    | st.builds(syntax.TypeDefinition, name=camel.map(lambda text: syntax.Word(text=text)), type=types, span=st.none())
    | functions
)
files = st.builds(syntax.File, source=st.just(Source("random.paw", "")), items=_sequences(items, 0, 5), span=st.none())
