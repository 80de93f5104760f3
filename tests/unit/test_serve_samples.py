"""The calls that warm an engine up."""

from __future__ import annotations

import pytest

from pawc.base import types
from pawc.ir.nodes import Param
from pawc.serve.samples import sample, sample_call

LABELS = types.Labels(("a", "b"))
KINDS = (
    *(types.TEXT, types.INT, types.FLOAT, types.BOOL, LABELS),
    *(types.List(types.Matching("a")), types.Optional(LABELS), types.Record((("x", types.TEXT), ("y", LABELS)))),
)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_sample_is_of_its_type(kind: types.Type) -> None:
    assert types.mismatch(kind, sample(kind)) is None


def test_there_is_no_sample_where_one_would_have_to_be_searched_for() -> None:
    known, unknown = Param(name="x", type=types.TEXT), Param(name="y", type=types.Matching("[0-9]{3}"))
    assert sample_call([known]) == ("text",)
    assert sample_call([known, unknown]) is None
    assert sample_call([Param(name="z", type=types.NOTHING)]) is None
