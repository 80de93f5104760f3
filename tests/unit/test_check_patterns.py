"""Patterns of a match."""

from __future__ import annotations

import pytest
from pawc.passes.check_patterns import check_patterns

from pawc.base.diagnostics import Collector
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Frozen, Labels, List, Optional, Type
from pawc.ir.nodes import Arm, Block, Match

LEVEL = Labels(("now", "soon", "wait"))
BLOCK = Block(operations=(), result="x")
DEFAULT = object()


def told(kind: Type, *patterns: Frozen | object) -> list[tuple[str, str]]:
    """The codes and messages about a match of a `kind` with these patterns."""
    arms = tuple(
        Arm(pattern=None, is_default=True, block=BLOCK) if pattern is DEFAULT else Arm(pattern=pattern, block=BLOCK)  # type: ignore[arg-type]
        for pattern in patterns
    )
    errors = Collector()
    check_patterns(Match(result="0", arg="m", arms=arms), kind, None, errors)
    return [(diagnostic.code, diagnostic.message) for diagnostic in errors.found]


@pytest.mark.parametrize(
    ("kind", "patterns"),
    [
        (LEVEL, ("wait", "soon", "now")),
        (LEVEL, ("wait", DEFAULT)),
        (BOOL, (False, True)),
        (Optional(BOOL), (True, False, None)),
        (Optional(LEVEL), (None, DEFAULT)),
        (INT, (1, 0, -1, DEFAULT)),
        (INT, (DEFAULT,)),
    ],
)
def test_a_match_that_covers_its_type_is_accepted(kind: Type, patterns: tuple[Frozen | object, ...]) -> None:
    assert told(kind, *patterns) == []


@pytest.mark.parametrize(
    ("kind", "patterns", "missing"),
    [
        (LEVEL, ("now",), '"soon", "wait"'),
        (BOOL, (True,), "false"),
        (Optional(BOOL), (True, False), "null"),
        (INT, (1, 2), "every `int`"),
        (Optional(INT), (None, 2), "every `int?`"),
    ],
)
def test_what_is_not_covered_is_named(kind: Type, patterns: tuple[Frozen, ...], missing: str) -> None:
    ((code, message),) = told(kind, *patterns)
    assert code == "P0304"
    assert message.endswith(missing)


@pytest.mark.parametrize("kind", [TEXT, FLOAT, List(BOOL), Optional(TEXT)])
def test_only_labels_ints_and_bools_can_be_matched(kind: Type) -> None:
    assert [code for code, _ in told(kind, DEFAULT)] == ["P0322"]


@pytest.mark.parametrize(
    ("kind", "pattern"), [(LEVEL, "later"), (LEVEL, None), (LEVEL, 1), (BOOL, 1), (INT, True), (BOOL, "true")]
)
def test_a_pattern_of_another_type_is_told_and_nothing_else(kind: Type, pattern: Frozen) -> None:
    assert [code for code, _ in told(kind, pattern)] == ["P0307"]


def test_a_pattern_that_comes_twice_is_told() -> None:
    assert [code for code, _ in told(LEVEL, "now", "now", DEFAULT)] == ["P0306"]


def test_a_default_with_nothing_left_is_told() -> None:
    assert [code for code, _ in told(BOOL, True, False, DEFAULT)] == ["P0305"]
