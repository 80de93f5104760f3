"""Languages compiled to automata: small, the same every time, refused when they are too large."""

from __future__ import annotations

import pytest

from pawc.base.pattern import translate
from pawc.base.types import FLOAT, INT, TEXT, Labels, List, Matching, Record, Type
from pawc.runtime.automaton_compiler import TooLarge, compile_automaton
from pawc.runtime.language import language


def states(pattern: str) -> int:
    """How many states there are, less the one where nothing can follow."""
    return len(compile_automaton(translate(pattern)).moves) - 1


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        ("a", 2),
        ("a*", 1),
        ("(a|b)*", 1),
        ("aa|ba", 3),
        ("(ab|cb)d|(eb)d", 4),
        ("(a*)*b?", 2),
        (r"\w{3}", 4),
        ("[^x]+", 2),
    ],
)
def test_an_automaton_has_no_more_states_than_its_language_needs(pattern: str, least: int) -> None:
    assert states(pattern) == least


def test_characters_that_nothing_tells_apart_are_one_class() -> None:
    assert compile_automaton(translate("[a-f]x|[d-z]x")).moves.shape[1] == 3  # none, x, the others


@pytest.mark.parametrize("item", [TEXT, INT, Record((("a", INT), ("b", TEXT))), List(FLOAT), Matching(r"\w{1,8}")])
def test_lists_are_counted_not_unrolled(item: Type) -> None:
    table = compile_automaton(language(List(item)))
    assert len(table.moves) < 3 * len(compile_automaton(language(Record((("x", item),)))).moves)
    assert table.counters == 1 + isinstance(item, List)


def test_equal_types_get_equal_tables() -> None:
    one, other = (compile_automaton(language(List(Labels(("b", "a", "c"))))) for _ in range(2))
    for name in ("byte_classes", "decoder", "moves", "accepting", "counts"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("((a{99}){99}){99}", "more than 200000 positions"),
        ("[ab]*a[ab]{30}", "more than 20000 states"),
        ("(a?){500}a{500}", "steps to make"),
        ("([ab]{9000}x){3}", "more than 20000 states"),
    ],
)
def test_what_would_be_too_large_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(TooLarge, match=why):
        compile_automaton(translate(pattern))
