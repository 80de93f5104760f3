"""std.math: exact functions on numbers. Where an `int` meets a `float` the result is a `float`.

Results that are no numbers (division by zero, overflow) are errors.
"""

from __future__ import annotations

import builtins
import math
import statistics
from typing import TypeVar

from pawc.std.builtin import Error

N = TypeVar("N", int, float)

LONGEST_INT = 300
"""Integers made here have at most so many decimal digits, so that each may stand where a float is expected."""

_BIGGEST = 10**LONGEST_INT


def add(a: N, b: N) -> N | Error:
    """The sum of two numbers.

    math.add(2, 3) -> 5
    """
    return sum([a, b])


def sub(a: N, b: N) -> N | Error:
    """The first number less the second.

    math.sub(2, 3) -> -1
    """
    return sum([a, -b])


def mul(a: N, b: N) -> N | Error:
    """The product of two numbers.

    math.mul(2.5, 4) -> 10.0
    """
    try:
        return _checked(a * b)
    except OverflowError:  # an int too large to become the float it meets
        return _OVERFLOW


def div(a: float, b: float) -> float | Error:
    """The first number divided by the second.

    math.div(7, 2) -> 3.5
    math.div(1, 0) -> error
    """
    if b == 0:
        return Error("division by zero")
    try:
        return _checked(a / b)
    except OverflowError:
        return _OVERFLOW


def quotient(a: int, b: int) -> int | Error:
    """How often `b` fits whole into `a`, rounded down.

    math.quotient(7, 2) -> 3
    """
    return Error("division by zero") if b == 0 else a // b


def remainder(a: int, b: int) -> int | Error:
    """What is left of `a` after `math.quotient`; it has the sign of `b`.

    math.remainder(7, 2) -> 1
    """
    return Error("division by zero") if b == 0 else a % b


def negate(a: N) -> N:
    """The number with the other sign.

    math.negate(3) -> -3
    """
    return -a


def abs(a: N) -> N:
    """The number without its sign.

    math.abs(-3) -> 3
    """
    return builtins.abs(a)


def sum(numbers: list[N]) -> N | Error:
    """The sum of the numbers; 0 for an empty list.

    math.sum([1, 2, 3]) -> 6
    """
    try:
        return _checked(builtins.sum(numbers))
    except OverflowError:
        return _OVERFLOW


def mean(numbers: list[float]) -> float | Error:
    """The arithmetic mean.

    math.mean([1, 2]) -> 1.5
    math.mean([]) -> error
    """
    if not numbers:
        return Error("the list is empty")
    try:
        return float(statistics.mean(numbers))  # exact fractions inside: no sum can overflow
    except OverflowError:
        return _OVERFLOW


def min(numbers: list[N]) -> N | Error:
    """The smallest number.

    math.min([3, 1, 2]) -> 1
    """
    return builtins.min(numbers) if numbers else Error("the list is empty")


def max(numbers: list[N]) -> N | Error:
    """The greatest number.

    math.max([3, 1, 2]) -> 3
    """
    return builtins.max(numbers) if numbers else Error("the list is empty")


def clamp(a: N, low: N, high: N) -> N | Error:
    """The number, but not below `low` nor above `high`.

    math.clamp(12, 0, 10) -> 10
    """
    if low > high:
        return Error(f"the lower bound {low} is above the upper bound {high}")
    return builtins.min(builtins.max(a, low), high)


def round(a: float, digits: int) -> float:
    """The number rounded to so many digits after the point, as Python rounds (halves to even).

    math.round(3.14159, 2) -> 3.14
    """
    try:
        return builtins.round(a, builtins.max(-LONGEST_INT, builtins.min(digits, LONGEST_INT)))
    except OverflowError:  # 1.7e308 rounded up has no float
        return a


def floor(a: float) -> int:
    """The greatest integer that is not above the number.

    math.floor(-2.5) -> -3
    """
    return math.floor(a)


def ceil(a: float) -> int:
    """The smallest integer that is not below the number.

    math.ceil(2.1) -> 3
    """
    return math.ceil(a)


def equal(a: float, b: float) -> bool:
    """Whether two numbers are the same.

    math.equal(1, 1.0) -> true
    """
    return a == b


def less(a: float, b: float) -> bool:
    """Whether the first number is below the second.

    math.less(1, 2) -> true
    """
    return a < b


_OVERFLOW = Error("the result is too large")


def _finite(a: float) -> bool:
    return -_BIGGEST < a < _BIGGEST if isinstance(a, int) else math.isfinite(a)


def _checked(a: N) -> N | Error:
    return a if _finite(a) else _OVERFLOW
