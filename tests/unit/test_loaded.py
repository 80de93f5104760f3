from __future__ import annotations

import pytest
from ir_texts import CHECKED, LINKED, module

from pawc.base.diagnostics import PawError
from pawc.files.loaded import check_module, std_problems

CALL = 'module "m" checked composed @m.f(x: text, y: list<int>) -> text { OP yield %x }'


def test_a_sound_module_passes() -> None:
    check_module(module(CHECKED), "x")
    check_module(module(LINKED), "x")


def test_a_broken_rule_is_the_user_s_error_and_names_the_file() -> None:
    with pytest.raises(PawError, match="P0526") as caught:
        check_module(module(LINKED.replace("entry @mail.main", "entry @mail.other")), "x.pawx")
    assert "@mail.other" in str(caught.value)


@pytest.mark.parametrize(
    "operation",
    [
        "%0: text = call @std.text.shout(%x)",
        "%0: text = call @std.nothing.strip(%x)",
        "%0: text = call @std.text.strip(%y)",
        "%0: text = call @std.text.strip(%x, %x)",
        "%0: int = call @std.text.strip(%x)",
        "%0: list<text> = map[0] @std.text.strip(%x)",
        "%0: list<text> = map[0] @std.text.strip(%y)",
        "%0: text = map[0] @std.text.strip(%y)",
    ],
)
def test_the_standard_library_is_called_as_it_can_be(operation: str) -> None:
    found = module(CALL.replace("OP", operation))
    assert len(list(std_problems(found))) == 1
    with pytest.raises(PawError, match="P0526"):
        check_module(found, "x")


def test_calls_that_fit_are_no_problem() -> None:
    text = CALL.replace("OP", "%0: list<text> = list(%x) %1: list<text> = map[0] @std.text.strip(%0)")
    assert list(std_problems(module(text))) == []
