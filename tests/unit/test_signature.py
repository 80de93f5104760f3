"""What the interpreter reads of a call's arguments."""

from __future__ import annotations

from pawc.base.types import INT, TEXT, List, Optional
from pawc.ir.nodes import Param
from pawc.runtime.signature import input_text

SUBJECT = Param(name="subject", type=TEXT)


def test_a_single_argument_stands_alone() -> None:
    assert input_text([SUBJECT], ["hello"]) == "hello"


def test_several_arguments_are_labelled_in_order() -> None:
    params = [SUBJECT, Param(name="level", type=INT), Param(name="tags", type=List(TEXT))]
    assert input_text(params, ["hello", 3, ["a", "b"]]) == 'subject: hello\nlevel: 3\ntags: ["a", "b"]'


def test_null_is_written_out() -> None:
    assert input_text([Param(name="due", type=Optional(TEXT))], [None]) == "null"
