"""Whether a pattern matches a text, whatever the pattern."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pawc.base.matcher import MOST_STEPS, TooManySteps, fullmatch
from pawc.base.pattern import Unsupported
from pawc.base.types import Matching, mismatch

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "(?i:A)", "", "a|b", "|b"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,3}", "{1,}", ""])),
        st.builds("({}{})".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
    ),
    max_leaves=4,
)


@settings(deadline=None)  # a class of characters is asked of all there are, once
@given(PATTERNS, st.lists(st.text("abA1\n", max_size=4), max_size=3))
def test_a_text_is_matched_as_python_matches_it(pattern: str, texts: list[str]) -> None:
    for text in texts:
        assert fullmatch(pattern, text) == (re.fullmatch(pattern, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\d{4}-\d\d-\d\d", "2026-11-22", True),
        (r"\d{4}-\d\d-\d\d", "2026-11-2", False),
        (r"^\w+@\w+\.org$", "straße@dé.org", True),
        ("(?i)[k-m]+", "K\u212a", True),  # the sign for Kelvin is a `k` to Python
        ("ab", "ab\n", False),
        (".*", "\ud800", False),  # half a character is no text
        ("a{10000}", "a" * 10_000, True),
        ("(a{0,10000}){0,10000}b", "b", True),
    ],
)
def test_ordinary_patterns_are_decided(pattern: str, text: str, expected: bool) -> None:
    assert fullmatch(pattern, text) is expected


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a|aa)+b", "(a*)*b", "(.*a){12}b"])
def test_no_pattern_takes_time_that_grows_with_the_ways_to_match(pattern: str) -> None:
    begun = time.monotonic()
    assert not fullmatch(pattern, "a" * 5_000)
    assert time.monotonic() - begun < 5  # `re` would be at it for longer than there are years left


@pytest.mark.parametrize("pattern", ["((a?){10000}){10000}b", "(a|aa){0,10000}b", "((a|aa){0,10000}){0,10000}b"])
def test_a_pattern_that_branches_too_much_is_given_up(pattern: str) -> None:
    begun = time.monotonic()
    with pytest.raises(TooManySteps, match=str(MOST_STEPS)):
        fullmatch(pattern, "a" * 20_000)
    assert time.monotonic() - begun < 20
    why = mismatch(Matching(pattern), "a" * 20_000)
    assert why is not None
    assert why.startswith("not known to be of type")


def test_a_pattern_that_no_automaton_decides_admits_nothing() -> None:
    with pytest.raises(Unsupported):
        fullmatch(r"(a)\1", "aa")
    why = mismatch(Matching(r"(a)\1"), "aa")
    assert why is not None
    assert "back-reference" in why


def test_threads_share_an_automaton() -> None:
    texts = [f"{'ab' * (index % 50)}{index % 7}" for index in range(400)]
    expected = [index % 7 < 4 for index in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: fullmatch("(a|b|ab)*[0-3]", text), texts)) == expected


def test_what_is_kept_of_an_automaton_is_bounded() -> None:
    for start in range(0x4E00, 0x9000, 0x400):
        assert fullmatch(r"(.{2})*", "".join(map(chr, range(start, start + 0x400))) * 2)
