from __future__ import annotations

import pytest
from pawc.passes import PASSES

from pawc.driver import pipeline
from pawc.pass_spec import load_pass


def names(passes: pipeline.Pipeline) -> list[str]:
    """The names of all passes, in order."""
    return [step.name for step in (*passes.per_file, *passes.whole)]


@pytest.mark.parametrize("name", PASSES)
def test_every_row_of_the_registry_is_a_pass_of_that_name(name: str) -> None:
    assert load_pass(name, PASSES).name == name


def test_a_build_runs_every_pass_in_the_order_of_the_registry() -> None:
    assert names(pipeline.building(level=-1, seed=0, bits=8)) == list(PASSES)


def test_what_stands_before_link_runs_per_file() -> None:
    passes = pipeline.building(level=2, seed=3, bits=4)
    assert passes.per_file[-1].name == "quantize-prefix"
    assert passes.whole[0].name == "link"


def test_checking_needs_no_model_and_does_not_link() -> None:
    assert names(pipeline.checking()) == ["resolve", "check"]
    assert pipeline.checking().whole == ()


def test_what_is_tested_went_through_all_passes_but_the_one_that_removes_functions() -> None:
    tested, built = (names(make(level=-1, seed=0, bits=8)) for make in (pipeline.testing, pipeline.building))
    assert tested == [name for name in built if name != "eliminate-dead"]
