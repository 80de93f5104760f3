"""The table of a neural function's options."""

from __future__ import annotations

import math

import pytest

from pawc.base.types import TEXT, Labels, Optional
from pawc.lowering import options
from pawc.lowering.options import OPTIONS


def test_an_option_that_is_not_set_has_its_default() -> None:
    assert options.value((), "max_tokens") == 64
    assert options.value((), "seed") is None


def test_an_option_that_is_set_has_the_value_given() -> None:
    assert options.value((("max_tokens", 8), ("seed", 3)), "max_tokens") == 8


def test_an_int_for_a_float_option_becomes_a_float() -> None:
    found = options.value((("abstain", 1),), "abstain")
    assert found == 1.0
    assert isinstance(found, float)


@pytest.mark.parametrize("given", [True, "64", 64.0, None, (64,)])
def test_an_int_option_takes_nothing_but_ints(given: object) -> None:
    assert options.wrong_type(OPTIONS["max_tokens"], given)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [0, 0.5])
def test_a_float_option_takes_ints_and_floats(given: float) -> None:
    assert not options.wrong_type(OPTIONS["abstain"], given)


@pytest.mark.parametrize("given", [-0.1, 1.1, math.nan, math.inf])
def test_a_number_outside_the_range_is_noticed(given: float) -> None:
    assert options.out_of_range(OPTIONS["abstain"], given)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_both_ends_of_the_range_and_the_default_are_allowed(option: options.Option) -> None:
    for given in {option.low, option.high, option.default} - {None}:
        assert not options.out_of_range(option, option.kind(given))
        assert not options.wrong_type(option, option.kind(given))


def test_abstain_suits_only_results_that_may_be_null() -> None:
    assert OPTIONS["abstain"].suits(Optional(Labels(("a", "b"))))
    assert not OPTIONS["abstain"].suits(TEXT)
