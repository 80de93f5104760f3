from __future__ import annotations

from argparse import ArgumentTypeError

import pytest
from pawc.passes import PASSES

from pawc.base.diagnostics import PawError
from pawc.cli import values


@pytest.mark.parametrize("text", ["-1", "8", "1.5", "x", "", "inf"])
def test_a_whole_number_outside_its_range_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"a whole number from 0 to 7, not `{text}`"):
        values.whole(0, 7)(text)
    assert values.whole(0, 7)("7") == 7
    assert values.whole(0)("8000") == 8000


@pytest.mark.parametrize("text", ["-0.1", "nan", "inf", "x"])
def test_a_decimal_number_is_finite_and_not_too_small(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="a number, at least 0, not"):
        values.decimal(0)(text)
    assert values.decimal(0)("0.5") == 0.5


def test_seeds_and_bits_are_those_of_the_language_and_of_the_files() -> None:
    assert values.seed("4294967295") == 2**32 - 1
    assert values.bits("6") == 6
    for read, wrong in ((values.seed, "4294967296"), (values.bits, "5")):
        with pytest.raises(ArgumentTypeError):
            read(wrong)


def test_a_pass_that_does_not_exist_is_a_coded_error() -> None:
    assert [values.pass_name(name) for name in PASSES] == list(PASSES)
    with pytest.raises(PawError, match="P0540"):
        values.pass_name("nope")


def test_no_source_is_written_over_and_no_binary_file_to_standard_output() -> None:
    assert values.output("-") == "-"
    assert str(values.binary_output("a.pawx")) == "a.pawx"
    for read, wrong in ((values.output, "a.paw"), (values.binary_output, "a.paw"), (values.binary_output, "-")):
        with pytest.raises(ArgumentTypeError):
            read(wrong)


def test_no_address_is_not_every_address() -> None:
    assert values.address("0.0.0.0") == "0.0.0.0"
    for text in ("", " "):
        with pytest.raises(ArgumentTypeError, match="an address"):
            values.address(text)
