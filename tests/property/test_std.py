"""The standard library agrees with Python, and is total."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pawc import std
from pawc.base.types import BOOL, FLOAT, INT, TEXT, List, Matching, Optional, Record, Type, mismatch
from pawc.std import Builtin, Error

EVERY = [function for module in std.modules() for function in std.functions(module)]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "",
        " ",
        "2026-02-29",
        "2024-02-29",
        "2026-11-22T10:00:00+01:00",
        '{"a": [1, null]}',
        "a.0",
        "(a+)+",
        "%d %B %Y",
        "\\1",
    ]
)
ints = st.integers(-(10**250), 10**250) | st.integers(-3, 3)
floats = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1.7e308, -0.0, 5e-324])
short = st.text("ab ,-X", max_size=8)


def values(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type."""
    match kind:
        case List(item):
            return st.lists(values(item), max_size=5)
        case Optional(item):
            return st.none() | values(item)
        case Record(fields):
            return st.fixed_dictionaries({name: values(part) for name, part in fields})
        case Matching():
            return st.text("ab", min_size=1)
    return {TEXT: texts, INT: ints, FLOAT: floats, BOOL: st.booleans()}[kind]


def variants(shape: str) -> list[Type]:
    """Types that a parameter written like this takes."""
    if shape.endswith("?"):
        return [Optional(kind) for kind in variants(shape[:-1])]
    if shape.startswith("list<"):
        return [List(kind) for kind in variants(shape[5:-1])]
    record = Record((("a", INT), ("b", Optional(TEXT))))
    return {
        "text": [TEXT, Matching("[ab]+")],
        "int": [INT],
        "float": [FLOAT, INT],
        "bool": [BOOL],
        "N": [INT, FLOAT],
        "S": [TEXT, INT, FLOAT, BOOL],
        "T": [TEXT, INT, record, List(TEXT)],
    }[shape]


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.symbol)
@settings(deadline=None)  # a range of a million takes a moment, on a busy machine a long one
@given(data=st.data())
def test_a_function_gives_a_value_of_its_type_or_an_error(function: Builtin, data: st.DataObject) -> None:
    kinds = [data.draw(st.sampled_from(variants(shape))) for _, shape in function.params]
    try:
        result = function.signature(kinds)
    except ValueError:
        assume(False)
    value = function.call(*[data.draw(values(kind)) for kind in kinds])
    if isinstance(value, Error):
        assert function.fallible
        assert value.message
    else:
        assert mismatch(result, value) is None
        json.dumps(value)


def call(symbol: str, *args: Any) -> Any:
    function = std.lookup(f"std.{symbol}")
    assert function is not None
    return function.call(*args)


@given(texts, short, short)
def test_text_functions_agree_with_python(text: str, old: str, new: str) -> None:
    assert call("text.strip", text) == text.strip()
    assert call("text.lower", text) == text.lower()
    assert call("text.upper", text) == text.upper()
    assert call("text.lines", text) == text.splitlines()
    assert call("text.words", text) == text.split()
    assert call("text.length", text) == len(text)
    assert call("text.replace", text, old, new) == text.replace(old, new)
    assert call("text.contains", text, old) == (old in text)


@given(short, short.filter(bool))
def test_splitting_a_text_and_joining_the_parts_gives_it_back(text: str, separator: str) -> None:
    parts = call("text.split", text, separator)
    assert parts == text.split(separator)
    assert call("text.join", parts, separator) == text
    assert call("text.count", text, separator) == len(parts) - 1
    assert call("text.before", text, separator) == parts[0]
    assert call("text.after", text, separator) == separator.join(parts[1:])


@given(texts, st.integers(-40, 40), st.integers(-40, 40))
def test_slices_and_truncation_agree_with_python(text: str, start: int, end: int) -> None:
    assert call("text.slice", text, start, end) == text[start:end]
    if end > 0:
        cut = call("text.truncate", text, end)
        assert len(cut) <= end
        assert cut == text or (cut[:-1] == text[: end - 1] and len(text) > end)


@given(ints)
def test_a_written_integer_is_read_back(number: int) -> None:
    assert call("text.to_int", f" {number}\n") == number


@given(floats)
def test_a_written_float_is_read_back(number: float) -> None:
    assert call("text.to_float", repr(number)) == number


@given(st.lists(st.integers(0, 4)), st.integers(0, 4), st.integers(-8, 8))
def test_list_functions_agree_with_python(items: list[int], item: int, index: int) -> None:
    assert call("list.sort", items) == sorted(items)
    assert call("list.reverse", items) == items[::-1]
    assert call("list.unique", items) == list(dict.fromkeys(items))
    assert call("list.contains", items, item) == (item in items)
    assert call("list.count", items, item) == items.count(item)
    assert call("list.take", items, index) + call("list.drop", items, index) == items
    assert call("list.index_of", items, item) == (items.index(item) if item in items else None)
    try:
        assert call("list.get", items, index) == items[index]
    except IndexError:
        assert isinstance(call("list.get", items, index), Error)
    if items:
        assert items.count(call("list.most_common", items)) == max(map(items.count, items))


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 1)), max_size=6))
def test_records_are_told_apart_by_their_values(items: list[dict[str, int]]) -> None:
    found = call("list.unique", items)
    assert all(found.count(item) == 1 for item in found)
    assert all(item in found for item in items)


@given(st.lists(st.integers() | floats, min_size=1), ints, ints)
def test_math_agrees_with_python(numbers: list[float], a: int, b: int) -> None:
    assert call("math.min", numbers) == min(numbers)
    assert call("math.max", numbers) == max(numbers)
    assert call("math.add", a, b) == a + b
    assert call("math.sub", a, b) == a - b
    assert call("math.less", a, b) == (a < b)
    if b:
        assert (call("math.quotient", a, b), call("math.remainder", a, b)) == divmod(a, b)
    total = call("math.sum", numbers)
    assert isinstance(total, Error) or total == sum(numbers)
    assert isinstance(total, Error) == (not math.isfinite(sum(numbers)))


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@given(documents)
def test_json_is_normalised_and_every_part_is_reached(value: Any) -> None:
    document = json.dumps(value, ensure_ascii=True, indent=1)
    assert json.loads(call("json.parse", document)) == value
    assert json.loads(call("json.indent", document)) == value
    assert call("json.format", value) == call("json.parse", document)
    if isinstance(value, dict):
        assert call("json.keys", document) == list(value)
        for key, part in value.items():
            path = "/" + key.replace("~", "~0").replace("/", "~1")
            assert call("json.has", document, path) is True
            found = call("json.get", document, path)
            assert found == (part if part is None or isinstance(part, str) else json.dumps(part, ensure_ascii=False))


simple_patterns = st.lists(st.sampled_from(["a", "b", "[ab]", ".", "a+", "b*", "(?:ab)?", "(a)", "-"]), max_size=4).map(
    "".join
)


@given(st.text("ab-", max_size=12), simple_patterns)
def test_patterns_mean_what_they_mean_in_python(text: str, pattern: str) -> None:
    found = re.search(pattern, text)
    assert call("re.matches", text, pattern) == (re.fullmatch(pattern, text) is not None)
    assert call("re.contains", text, pattern) == (found is not None)
    assert call("re.find", text, pattern) == (found.group() if found else None)
    assert call("re.find_all", text, pattern) == [match.group() for match in re.finditer(pattern, text)]
    assert call("re.replace", text, pattern, "<\\g<0>>") == re.sub(pattern, "<\\\\g<0>>".replace("\\\\", "\\"), text)
    without_groups = pattern.replace("(a)", "a")
    assert call("re.split", text, pattern) == re.split(without_groups, text)


@given(texts)
def test_an_escaped_text_matches_itself(text: str) -> None:
    assert call("re.matches", text, call("re.escape", text)) is True


@given(
    st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(["%d.%m.%Y", "%B %d, %Y", "%a %d %b %y", "%Y%m%d"])
)
def test_dates_are_written_and_read_back(day: date, format: str) -> None:
    written = call("time.format_date", day.isoformat(), format)
    assert written == day.strftime(format)
    assert call("time.parse_date", written, format) == day.isoformat()


@given(st.dates(), st.dates(), st.integers(-30, 30))
def test_date_arithmetic_agrees_with_python(start: date, end: date, months: int) -> None:
    days = (end - start).days
    assert call("time.days_between", start.isoformat(), end.isoformat()) == days
    assert call("time.add_days", start.isoformat(), days) == end.isoformat()
    assert call("time.weekday", start.isoformat()) == start.strftime("%A")
    moved = call("time.add_months", start.isoformat(), months)
    if not isinstance(moved, Error):
        after = date.fromisoformat(moved)
        assert (after.year * 12 + after.month) - (start.year * 12 + start.month) == months
        assert after.day == start.day or (after + timedelta(days=1)).day == 1


@given(st.datetimes(), st.integers(-(10**9), 10**9))
def test_moments_are_shifted_by_seconds(moment: datetime, seconds: int) -> None:
    later = call("time.add_seconds", moment.isoformat(), seconds)
    if not isinstance(later, Error):
        assert call("time.seconds_between", moment.isoformat(), later) == seconds
