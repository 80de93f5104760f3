"""What the linker refuses is shown by golden files (tests/golden/link)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ir_texts import HASH, module
from pawc.passes.link import Link, link

from pawc.base.diagnostics import PawError
from pawc.ir.nodes import Module
from pawc.ir.verify import problems
from pawc.pass_base import Context


def neural(symbol: str, example: str = "") -> str:
    program = f'program level 0 interpreter "{HASH}" {{ tokens 1 }}'
    return f'neural @{symbol}(x: text) -> text {{ spec "Say." {example} {program} }}'


def calling(name: str, imported: str, more: str = "") -> Module:
    return module(
        f'module "{name}" compiled import "{imported}" as {imported} source "{name}.paw" sha256 "HASH" '
        f"declare @{imported}.run(x: text) -> text {more} "
        f"composed @{name}.run(x: text) -> text {{ %0: text = call @{imported}.run(%x) yield %0 }}"
    )


LEAF = module(
    'module "leaf" compiled source "leaf.paw" sha256 "HASH" source "leaf.csv" sha256 "HASH" '
    + neural("leaf.run", 'example ("a") -> "b"')
    + neural("leaf._private")
    + 'test @leaf.run { case ("c") -> "d" }'
)
MIDDLE = calling("middle", "leaf")
TOP = calling("top", "middle", neural("top._main"))


def test_a_program_needs_no_other_module() -> None:
    linked = link([TOP, LEAF, MIDDLE])
    assert problems(linked) == []
    assert [f.symbol for f in linked.functions] == ["leaf.run", "leaf._private", "middle.run", "top._main", "top.run"]
    assert linked.imports == () and linked.declarations == ()


def test_the_modules_that_nobody_imports_name_it_and_are_called_from_outside() -> None:
    linked = link([LEAF, TOP, MIDDLE])
    assert linked.name == "top"
    assert linked.exports == ("top.run",)
    assert linked.entry == "top.run"


def test_examples_and_tests_stay_behind() -> None:
    linked = link([LEAF])
    assert linked.tests == ()
    assert linked.neural[0].examples == () and linked.neural[0].spec == "Say."


def test_sources_of_all_files_are_listed_once() -> None:
    linked = link([TOP, LEAF, MIDDLE])
    assert [path for path, _ in linked.sources] == ["leaf.paw", "leaf.csv", "middle.paw", "top.paw"]


def test_the_order_of_objects_does_not_matter() -> None:
    assert link([TOP, LEAF, MIDDLE]) == link([MIDDLE, TOP, LEAF])


def test_main_is_the_entry_whatever_else_there_is() -> None:
    both = module('module "m" compiled ' + neural("m.other") + neural("m.main"))
    assert link([both]).entry == "m.main"
    assert link([both], "other").entry == "m.other"


def test_functions_of_imported_files_may_be_named_as_the_entry_in_full() -> None:
    assert link([TOP, LEAF, MIDDLE], "leaf.run").entry == "leaf.run"


def test_the_pass_takes_the_objects_that_are_needed_and_no_others() -> None:
    stray = module('module "stray" compiled ' + neural("stray.run"))
    linked = Link().run(TOP, Context(objects=(stray, LEAF, TOP, MIDDLE)))
    assert linked == link([TOP, MIDDLE, LEAF])


def test_the_pass_notices_another_object_of_the_same_module() -> None:
    other = replace(LEAF, sources=())
    with pytest.raises(PawError, match="P0604"):
        Link().run(LEAF, Context(objects=(other,)))
    with pytest.raises(PawError, match="P0604"):
        Link().run(MIDDLE, Context(objects=(LEAF, other)))
