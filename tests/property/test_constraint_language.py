"""What a type's grammar lets be written is what `types` reads and writes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from small_tokenizer import small_tokenizer

from pawc.base.types import (
    BOOL,
    FLOAT,
    INT,
    TEXT,
    Labels,
    List,
    Matching,
    Optional,
    Record,
    Type,
    mismatch,
    parse,
    render,
)
from pawc.runtime.constraint import Constraint
from pawc.runtime.language import FLOAT_PATTERN, MOST_ITEMS

TOKENIZER = small_tokenizer()
(END, *_) = TOKENIZER.control.values()

PATTERNS = [r"\d{4}-\d\d", r"[^\d\W]\w{0,3}", r"(?i)ab|[^c]", r'["\\\n]+', r"\s?x*", "(?s).{2}", "^(a|b)+$", r"[\W_]"]

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=6) | st.text('ab"\\\n\t\x00\x7fé😀', max_size=6)
scalars = st.sampled_from([INT, FLOAT, BOOL]) | st.sampled_from(PATTERNS).map(Matching)
labels = st.lists(texts, min_size=1, max_size=4, unique=True).map(lambda names: Labels(tuple(names)))
kinds: st.SearchStrategy[Type] = st.recursive(
    st.just(TEXT) | scalars | labels,
    lambda inner: (
        st.builds(List, inner)
        | st.builds(Optional, inner)
        | st.dictionaries(st.sampled_from(["a", "b_c", "d2"]), inner, max_size=3).map(
            lambda d: Record(tuple(d.items()))
        )
    ),
    max_leaves=5,
)


def values(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type, within what a model may write."""
    match kind:
        case Labels(names):
            return st.sampled_from(names)
        case Matching(pattern):
            return st.from_regex(re.compile(pattern), fullmatch=True).filter(lambda text: _is_unicode(text))
        case List(item):
            return st.lists(values(item), max_size=3)
        case Optional(item):
            return st.none() | values(item)
        case Record(fields):
            return st.fixed_dictionaries({name: values(part) for name, part in fields})
    bounded = st.floats(-1e307, 1e307, allow_nan=False)
    return {TEXT: texts, INT: st.integers(-(10**18) + 1, 10**18 - 1), FLOAT: bounded, BOOL: st.booleans()}[kind]


def _is_unicode(text: str) -> bool:
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def accepts(kind: Type, text: str) -> bool:
    state = Constraint(kind, TOKENIZER, {END}).start()
    for token in TOKENIZER.encode(text):
        if not state.allowed()[token]:
            return False
        state.advance(token)
    return bool(state.allowed()[END])


@settings(deadline=None)
@given(st.data())
def test_every_value_may_be_written(data: st.DataObject) -> None:
    kind = data.draw(kinds)
    assert accepts(kind, render(kind, data.draw(values(kind))))


@settings(deadline=None)
@given(kinds, st.randoms(use_true_random=False))
def test_whatever_is_written_is_a_value(kind: Type, random: Any) -> None:
    """A model of no sense at all: any allowed token, a stop where it is one of three."""
    state = Constraint(kind, TOKENIZER, {END}).start()
    written: list[int] = []
    while not (state.complete and (state.must_stop or random.random() < 0.3)):
        assume(len(written) < 200)
        allowed = [int(token) for token in state.allowed().nonzero()[0] if token != END]
        written.append(random.choice(allowed))
        state.advance(written[-1])
    text = TOKENIZER.decode(written)
    value = parse(kind, text)
    assert mismatch(kind, value) is None
    assert parse(kind, render(kind, value)) == value


@settings(deadline=None)
@given(st.sampled_from(PATTERNS), texts)
def test_a_pattern_allows_what_python_matches(pattern: str, text: str) -> None:
    matched = re.fullmatch(pattern, text) is not None
    assert accepts(Matching(pattern), text) == matched
    assert accepts(List(Matching(pattern)), render(List(Matching(pattern)), [text])) == matched


def test_a_list_cannot_run_away() -> None:
    assert accepts(List(INT), render(List(INT), [1] * MOST_ITEMS))
    assert not accepts(List(INT), render(List(INT), [1] * (MOST_ITEMS + 1)))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_float_below_1e308_is_in_the_language(number: float) -> None:
    written = render(FLOAT, number)
    assert (re.fullmatch(FLOAT_PATTERN, written) is not None) == (abs(number) < 1e308)


@given(st.from_regex(re.compile(FLOAT_PATTERN), fullmatch=True))
def test_everything_in_the_language_of_floats_is_finite(text: str) -> None:
    assert mismatch(FLOAT, parse(FLOAT, text)) is None
