"""What makes a type itself wrong."""

from __future__ import annotations

import pytest

from pawc.base.types import INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.lowering.type_rules import problems


@pytest.mark.parametrize(
    "kind",
    [
        TEXT,
        Labels(("a", "b")),
        Labels(("a", "null")),
        Matching(r"\d{4}-\d\d"),
        Matching(r"[^\W\d]+"),
        Matching("[[a]"),
        List(Optional(Record((("a", INT), ("b", Labels(("yes", "no"))))))),
    ],
    ids=str,
)
def test_a_sound_type_has_no_problems(kind: Type) -> None:
    assert not list(problems(kind))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Labels(("only",)), "P0315"),
        (Labels(("a", "b", "a", "a")), "P0316"),
        (Matching("(a"), "P0317"),
        (Matching("a{99999999999999999999}"), "P0317"),
        (Matching(r"(a)\1"), "P0318"),
        (Matching("(?=a)a"), "P0318"),
        (Matching(r"\bword\b"), "P0318"),
        (Record((("a", INT), ("a", TEXT))), "P0321"),
        (Optional(Labels(("a", "null"))), "P0323"),
        (Optional(Labels((" null", "a"))), "P0323"),
    ],
    ids=str,
)
@pytest.mark.parametrize("wrap", [lambda t: t, List, Optional, lambda t: Record((("x", t),))])
def test_a_problem_is_found_once_however_deep_it_is(kind: Type, code: str, wrap: type[List]) -> None:
    assert [problem.code for problem in problems(wrap(kind))] == [code]


def test_what_cannot_be_enforced_says_what_the_pattern_has() -> None:
    (problem,) = problems(Matching("(?=a)a"))
    assert "look-around" in problem.message
