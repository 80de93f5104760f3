from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from ir_texts import CHECKED, module

from pawc.base.diagnostics import InternalError, PawError, fail
from pawc.ir.nodes import Module
from pawc.pass_base import Context, Pass
from pawc.pass_manager import PassManager


@dataclass(frozen=True, kw_only=True)
class Keep(Pass):
    """Changes nothing."""

    name: ClassVar[str] = "keep"

    def run(self, module: Module, ctx: Context) -> Module:
        return module


@dataclass(frozen=True, kw_only=True)
class DropTests(Pass):
    """Drops the tests."""

    name: ClassVar[str] = "drop-tests"
    stages: ClassVar[tuple[str, ...]] = ("checked",)

    def run(self, module: Module, ctx: Context) -> Module:
        return replace(module, tests=()) if module.tests else module


class Copy(Keep):
    name = "copy"

    def run(self, module: Module, ctx: Context) -> Module:
        return replace(module)


class Break(Keep):
    name = "break"

    def run(self, module: Module, ctx: Context) -> Module:
        return replace(module, entry="mail.nothing")


class Crash(Keep):
    name = "crash"

    def run(self, module: Module, ctx: Context) -> Module:
        raise KeyError("x")


class Refuse(Keep):
    name = "refuse"

    def run(self, module: Module, ctx: Context) -> Module:
        fail("P0550", "no")


def run(*passes: Pass) -> Module:
    return PassManager(passes=passes).run(module(CHECKED), Context())


def test_passes_run_in_order_and_each_is_told_of_and_timed() -> None:
    seen: list[tuple[str, int]] = []
    manager = PassManager(
        passes=(Keep(), DropTests(), DropTests()), after=lambda name, left: seen.append((name, len(left.tests)))
    )
    result = manager.run(module(CHECKED), Context())
    assert result.tests == ()
    assert seen == [("keep", 1), ("drop-tests", 0), ("drop-tests", 0)]
    assert [(t.name, t.module, t.changed) for t in manager.timings] == [
        ("keep", "mail", False),
        ("drop-tests", "mail", True),
        ("drop-tests", "mail", False),
    ]
    assert all(timing.seconds >= 0 for timing in manager.timings)


def test_nothing_to_do_gives_the_same_module_back() -> None:
    before = module(CHECKED)
    assert PassManager(passes=(Keep(),)).run(before, Context()) is before


def test_a_copy_of_the_module_is_not_the_same_module() -> None:
    with pytest.raises(InternalError, match=r"pass `copy` on `mail` \(ran before: keep\) changed nothing"):
        run(Keep(), Copy())


def test_an_invalid_module_names_the_pass_that_left_it_and_those_before() -> None:
    with pytest.raises(InternalError, match=r"(?s)pass `break` .*\(ran before: keep, drop-tests\).*@mail.nothing"):
        run(Keep(), DropTests(), Break())


def test_a_crash_names_the_pass_and_keeps_its_cause() -> None:
    with pytest.raises(InternalError, match=r"pass `crash` .*ran before: none") as caught:
        run(Crash())
    assert isinstance(caught.value.__cause__, KeyError)


def test_the_user_s_errors_pass_through() -> None:
    with pytest.raises(PawError, match="P0550"):
        run(Keep(), Refuse())


def test_a_pass_at_the_wrong_place_is_the_user_s_error() -> None:
    lowered = module('module "m" lowered')
    with pytest.raises(PawError, match="P0544"):
        PassManager(passes=(DropTests(),)).run(lowered, Context())


def test_what_comes_in_is_checked_too() -> None:
    broken = replace(module(CHECKED), entry="mail.nothing")
    with pytest.raises(InternalError, match="what came in"):
        PassManager(passes=()).run(broken, Context())
