"""Regular expressions as Python reads them, written for an automaton."""

from __future__ import annotations

import pytest

from pawc.base.pattern import Unsupported, literal, translate
from pawc.base.regular import as_pattern


def test_literals_and_classes_are_written_as_ranges() -> None:
    assert as_pattern(translate("a[b-d0]")) == r"[\x{61}-\x{61}][\x{62}-\x{64}\x{30}-\x{30}]"


def test_a_negated_class_is_everything_else() -> None:
    assert as_pattern(translate("[^b]")) == r"[\x{0}-\x{61}\x{63}-\x{D7FF}\x{E000}-\x{10FFFF}]"


def test_inside_a_json_string_characters_are_written_as_json_writes_them() -> None:
    assert as_pattern(translate('["x\n]', quoted=True)) == r"(?:[\x{78}-\x{78}]|\\n|\\\")".replace(r"\"", '"')
    assert as_pattern(literal('"', quoted=True)) == r"\\" + '"'


@pytest.mark.parametrize("pattern", ["^ab$", r"\Aab\Z", "(^ab)$", "(?:^ab$)", "^(?:ab$|ac$)", "^^ab$$"])
def test_anchors_at_the_ends_say_nothing_where_the_whole_text_must_match(pattern: str) -> None:
    assert "61" in as_pattern(translate(pattern))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "it is not a regular expression: missing ), unterminated subpattern at position 0"),
        ("a{2,1}", "it is not a regular expression: min repeat greater than max repeat at position 2"),
        ("a^b", "it needs an anchor or word boundary inside the pattern"),
        ("(a$)?b", "it needs an anchor or word boundary inside the pattern"),
        (r"\bword\b", "it needs an anchor or word boundary inside the pattern"),
        ("a(?=b)", "it needs look-around"),
        ("(?<!a)b", "it needs look-around"),
        (r"(a)\1", "it needs a back-reference"),
        ("(a)?(?(1)b|c)", "it needs a conditional group"),
        ("(?>a+)b", "it needs an atomic group"),
        ("a++b", "it needs a possessive repetition"),
        ("a{20000}", "it repeats something more than 10000 times"),
        (r"[^\s\S]", "a part of it matches no character"),
        ("(" * 5000 + ")" * 5000, "it is nested too deeply"),
    ],
)
def test_a_pattern_that_cannot_be_enforced_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(Unsupported) as error:
        translate(pattern)
    assert str(error.value) == reason
