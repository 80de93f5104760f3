"""Steps made ahead are those that would be made when asked for."""

from __future__ import annotations

import threading

import pytest

from pawc.train.ahead import Ahead


def test_the_next_step_is_made_before_it_is_asked_for() -> None:
    begun = {step: threading.Event() for step in range(3)}

    def make(step: int) -> int:
        begun[step].set()
        return step * 10

    ahead = Ahead(make, 3)
    assert ahead(0) == 0
    assert begun[1].wait(10)
    assert not begun[2].is_set()
    assert [ahead(1), ahead(2)] == [10, 20]


def test_steps_out_of_order_are_made_when_asked_for() -> None:
    ahead = Ahead(lambda step: step, 10)
    assert [ahead(4), ahead(2), ahead(3), ahead(9)] == [4, 2, 3, 9]


def test_an_error_is_raised_for_the_step_that_it_is_of() -> None:
    def make(step: int) -> int:
        if step == 1:
            raise ValueError("no function")
        return step

    ahead = Ahead(make, 3)
    assert ahead(0) == 0
    with pytest.raises(ValueError, match="no function"):
        ahead(1)
