"""The tests of sources: checked modules and a program -> a report of what was expected and what came out.

Tests are in the IR's `TestSuite`s until linking: they are taken from there, and no executable ever holds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

from pawc.base import types
from pawc.driver.program import BATCH, Program
from pawc.files.executable import Executable
from pawc.ir.nodes import Example, Module, TestSuite
from pawc.runtime.outcome import Answer, Failure, Outcome


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test: `expected` and `actual` as text; `actual` is the message where there was no answer."""

    place: str
    input: str
    expected: str
    actual: str
    holds: bool
    failed: bool


@dataclass(frozen=True, kw_only=True)
class SuiteReport:
    """The cases of one `test` line or `tests from` file group of a function, and the rate they have to reach."""

    function: str
    at_least: float | None
    cases: tuple[Case, ...]
    seconds: float

    @property
    def holding(self) -> int:
        """How many cases hold."""
        return sum(case.holds for case in self.cases)

    @property
    def rate(self) -> float:
        """The share of cases that hold."""
        return self.holding / len(self.cases) if self.cases else 1.0

    @property
    def passed(self) -> bool:
        """Whether the rate is reached; without one, whether every case holds."""
        return self.rate >= (1.0 if self.at_least is None else self.at_least)


def run_suites(modules: Iterable[Module], executable: Executable, batch: int = BATCH) -> list[SuiteReport]:
    """Run the tests of `modules` with the functions of `executable`, which was linked from them."""
    program = Program(executable)
    return [_run(suite, executable.module, program, batch) for module in modules for suite in module.tests]


def _run(suite: TestSuite, module: Module, program: Program, batch: int) -> SuiteReport:
    function = module.function(suite.function)
    assert function is not None, "tests are of functions of their own file"
    start = perf_counter()
    records = [tuple(types.thaw(value) for value in case.inputs) for case in suite.cases]
    outcomes = program.executor.run(suite.function, records, batch)
    names = [param.name for param in function.params]
    return SuiteReport(
        function=suite.function,
        at_least=suite.at_least,
        cases=tuple(
            _case(case, names, function.result, outcome) for case, outcome in zip(suite.cases, outcomes, strict=True)
        ),
        seconds=perf_counter() - start,
    )


def _case(case: Example, names: Sequence[str], result: types.Type, outcome: Outcome) -> Case:
    inputs = [types.thaw(value) for value in case.inputs]
    shown: Any = inputs[0] if len(inputs) == 1 else dict(zip(names, inputs, strict=True))
    expected = types.thaw(case.output)
    return Case(
        place=str(case.span) if case.span else "",
        input=json.dumps(shown, ensure_ascii=False),
        expected=types.render(result, expected),
        actual=types.render(result, outcome.value) if isinstance(outcome, Answer) else _told(outcome),
        holds=isinstance(outcome, Answer) and types.render(result, outcome.value) == types.render(result, expected),
        failed=isinstance(outcome, Failure),
    )


def _told(failure: Failure) -> str:
    return f"error[{failure.code}]: {failure.message}"


def junit(reports: Sequence[SuiteReport]) -> bytes:
    """The reports in the XML that continuous integration reads.

    A suite with a pass rate is one test case, which fails when the rate is not reached; in the others each case is one.
    """
    root = ElementTree.Element("testsuites")
    for report in reports:
        listed = _by_case(report) if report.at_least is None else [_by_rate(report)]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=report.function,
            tests=str(len(listed)),
            failures=str(sum(message is not None for _, message in listed)),
            time=f"{report.seconds:.3f}",
        )
        for name, message in listed:
            case = ElementTree.SubElement(suite, "testcase", classname=report.function, name=_printable(name))
            if message is not None:
                first, _, rest = message.partition("\n")
                ElementTree.SubElement(case, "failure", message=_printable(first)).text = _printable(rest or first)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _by_case(report: SuiteReport) -> list[tuple[str, str | None]]:
    return [(f"{case.place} {case.input}".strip(), None if case.holds else _difference(case)) for case in report.cases]


def _by_rate(report: SuiteReport) -> tuple[str, str | None]:
    name = f"at least {report.at_least:.0%} of {len(report.cases)} cases"
    if report.passed:
        return name, None
    wrong = "\n".join(f"{case.place} {case.input}: {_difference(case)}" for case in report.cases if not case.holds)
    return name, f"{report.holding} of {len(report.cases)} hold\n{wrong}"


def _difference(case: Case) -> str:
    return f"expected {case.expected}, got {case.actual}"


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(char if char in "\t\n\r" or " " <= char < "\ufffe" or char > "\uffff" else "\ufffd" for char in text)
