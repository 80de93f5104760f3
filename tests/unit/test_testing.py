from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import pytest

from pawc.driver.testing import Case, SuiteReport, junit


def case(holds: bool, text: str = "a") -> Case:
    """A case with this input."""
    actual = "yes" if holds else "no"
    return Case(place="t.paw:3:3", input=text, expected="yes", actual=actual, holds=holds, failed=False)


def report(holding: Sequence[bool], at_least: float | None = None) -> SuiteReport:
    """A suite whose cases hold or not."""
    return SuiteReport(function="t.f", at_least=at_least, cases=tuple(map(case, holding)), seconds=0.5)


@pytest.mark.parametrize(
    ("holding", "at_least", "passed"),
    [
        ([True, True], None, True),
        ([True, False], None, False),
        ([True, False], 0.5, True),
        ([True, False], 0.51, False),
        ([False], 0.0, True),
    ],
)
def test_a_suite_passes_at_its_rate_and_without_one_when_all_holds(
    holding: list[bool], at_least: float | None, passed: bool
) -> None:
    assert report(holding, at_least).passed is passed


def cases(*reports: SuiteReport) -> list[tuple[Any, Any]]:
    """Name and failure of every test case in the XML."""
    root = ElementTree.fromstring(junit(reports))
    found = []
    for element in root.iter("testcase"):
        failure = element.find("failure")
        found.append((element.get("name"), None if failure is None else failure.get("message")))
    return found


def test_junit_has_a_test_case_per_test_and_one_per_suite_with_a_rate() -> None:
    assert cases(report([True, False]), report([True, False], 0.5), report([False], 0.5)) == [
        ("t.paw:3:3 a", None),
        ("t.paw:3:3 a", "expected yes, got no"),
        ("at least 50% of 2 cases", None),
        ("at least 50% of 1 cases", "0 of 1 hold"),
    ]


def test_junit_is_xml_whatever_is_in_the_records() -> None:
    hostile = SuiteReport(
        function="t.f", at_least=None, cases=(case(False, "\0\x1b]]>&<\ud7ff\ufffe\U0001f600"),), seconds=0
    )
    ((name, _),) = cases(hostile)
    assert name == "t.paw:3:3 \ufffd\ufffd]]>&<\ud7ff\ufffd\U0001f600"
