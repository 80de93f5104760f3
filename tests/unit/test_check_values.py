"""Values of composed functions, and literals that take the type that is wanted of them."""

from __future__ import annotations

import pytest
from pawc.passes.check_values import NULL, Values, certain, parts, type_of_literal

from pawc.base.types import BOOL, FLOAT, INT, NOTHING, TEXT, Frozen, FrozenRecord, Labels, List, Optional, Record, Type
from pawc.ir.nodes import Block, Call, Const, MakeList, MakeRecord, Param

LEVEL = Labels(("now", "wait"))
PAIR = Record((("a", INT), ("b", Optional(TEXT))))


def values(*literals: Frozen) -> Values:
    """Constants `0`, `1`, ... and a parameter `m` of type text."""
    found = Values((Param(name="m", type=TEXT),))
    for index, value in enumerate(literals):
        found.add(Const(result=str(index), value=value), type_of_literal(value))
    return found


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, NULL),
        (True, BOOL),
        (1, INT),
        (1.0, FLOAT),
        ("a", TEXT),
        ((), List(NOTHING)),
        ((1, 2.5), List(FLOAT)),
        ((None, 1), List(Optional(INT))),
        (FrozenRecord((("a", 1),)), Record((("a", INT),))),
    ],
)
def test_a_literal_has_the_narrowest_plain_type(value: Frozen, kind: Type) -> None:
    assert type_of_literal(value) == kind


def test_what_a_literal_leaves_open_is_filled() -> None:
    assert certain(Record((("a", List(NOTHING)), ("b", NULL)))) == Record((("a", List(TEXT)), ("b", Optional(TEXT))))
    assert certain(List(NOTHING), INT) == List(INT)
    assert certain(LEVEL) == LEVEL


def test_the_parts_of_a_type_are_all_types_in_it() -> None:
    assert list(parts(List(PAIR))) == [List(PAIR), PAIR, INT, Optional(TEXT), TEXT]


@pytest.mark.parametrize("wanted", [TEXT, LEVEL, Optional(LEVEL)])
def test_a_text_literal_fits_labels_and_takes_their_type(wanted: Type) -> None:
    found = values("now")
    assert found.misfit("0", wanted, None) is None
    found.settle("0", wanted)
    assert found.types["0"] == (LEVEL if wanted != TEXT else TEXT)


def test_a_parameter_is_of_its_own_type_alone() -> None:
    found = values()
    misfit = found.misfit("m", LEVEL, None)
    assert misfit is not None
    assert misfit.why == "this is `text`"
    found.settle("m", Optional(TEXT))
    assert found.types["m"] == TEXT


def test_a_record_literal_needs_every_field_and_no_other() -> None:
    found = values(1, None, "x")
    found.add(MakeRecord(result="r", names=("b", "a"), args=("1", "0")), Record((("b", NULL), ("a", INT))))
    found.add(MakeRecord(result="short", names=("a",), args=("0",)), Record((("a", INT),)))
    found.add(MakeRecord(result="long", names=("a", "b", "c"), args=("0", "1", "2")), PAIR)
    assert found.misfit("r", PAIR, None) is None
    missing, unknown = found.misfit("short", PAIR, None), found.misfit("long", PAIR, None)
    assert missing is not None and unknown is not None
    assert missing.help == "write `b: null`"
    assert "no field `c`" in unknown.why


def test_a_value_found_wrong_before_fits_everything() -> None:
    found = values()
    found.add(Call(result="x", callee="f", args=()), None)
    assert found.misfit("x", LEVEL, None) is None
    found.settle("x", LEVEL)
    assert found.types["x"] is None


def test_values_without_a_common_type_have_none() -> None:
    found = values(1, "a", None)
    assert found.common([("0", None), ("1", None)]) is None
    assert found.common([("0", None), ("2", None)]) == Optional(INT)


def test_items_settle_with_their_list() -> None:
    found = values(1, 2)
    found.add(MakeList(result="l", args=("0", "1")), List(INT))
    found.settle("l", List(FLOAT))
    block = found.typed(Block(operations=tuple(found.made.values()), result="l"))  # type: ignore[arg-type]
    assert [operation.type for operation in block.operations] == [FLOAT, FLOAT, List(INT)]
    assert isinstance(block.operations[0], Const)
    assert isinstance(block.operations[0].value, float)
