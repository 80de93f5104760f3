"""std.option: exact functions on values that may be null (`T?`)."""

from __future__ import annotations

from typing import TypeVar

from pawc.std.builtin import Error

T = TypeVar("T")


def or_else(value: T | None, fallback: T) -> T:
    """The value, or `fallback` where it is null.

    option.or_else(null, "unknown") -> "unknown"
    option.or_else("Ada", "unknown") -> "Ada"
    """
    return fallback if value is None else value


def is_null(value: T | None) -> bool:
    """Whether the value is null.

    option.is_null(null) -> true
    """
    return value is None


def require(value: T | None, message: str) -> T | Error:
    """The value; null is an error with this message.

    option.require(3, "no level given") -> 3
    option.require(null, "no level given") -> error
    """
    return Error(message or "the value is null") if value is None else value
