"""std.list: exact functions on lists. A list is never changed: what comes back is a new one."""

from __future__ import annotations

import builtins
from collections import Counter
from typing import Any, TypeVar

from pawc.std.builtin import Error

T = TypeVar("T")
S = TypeVar("S", str, int, float, bool)  # what can be sorted

LONGEST_LIST = 1_000_000


def length(items: list[T]) -> int:
    """The number of items.

    list.length(["a", "b"]) -> 2
    """
    return len(items)


def is_empty(items: list[T]) -> bool:
    """Whether the list has no items.

    list.is_empty([]) -> true
    """
    return not items


def get(items: list[T], index: int) -> T | Error:
    """The item at a position, counted from 0; below zero, from the end.

    list.get(["a", "b", "c"], 1) -> "b"
    list.get(["a", "b", "c"], -1) -> "c"
    list.get(["a"], 5) -> error
    """
    if not -len(items) <= index < len(items):
        return Error(f"there is no item {index} in a list of {len(items)}")
    return items[index]


def first(items: list[T]) -> T | Error:
    """The first item.

    list.first([3, 1, 2]) -> 3
    list.first([]) -> error
    """
    return items[0] if items else Error("the list is empty")


def last(items: list[T]) -> T | Error:
    """The last item.

    list.last([3, 1, 2]) -> 2
    """
    return items[-1] if items else Error("the list is empty")


def sort(items: list[S]) -> list[S]:
    """The items in ascending order; text by code points, false before true.

    list.sort(["b", "C", "a"]) -> ["C", "a", "b"]
    """
    return sorted(items)


def unique(items: list[T]) -> list[T]:
    """The items without repetitions, each where it stood first.

    list.unique([2, 1, 2, 3]) -> [2, 1, 3]
    """
    first_of: dict[Any, T] = {}
    for item in items:
        first_of.setdefault(_key(item), item)
    return [*first_of.values()]


def reverse(items: list[T]) -> list[T]:
    """The items from last to first.

    list.reverse([1, 2, 3]) -> [3, 2, 1]
    """
    return items[::-1]


def take(items: list[T], count: int) -> list[T]:
    """The first `count` items, or all if there are fewer.

    list.take([1, 2, 3], 2) -> [1, 2]
    """
    return items[: max(0, count)]


def drop(items: list[T], count: int) -> list[T]:
    """The items without the first `count`.

    list.drop([1, 2, 3], 2) -> [3]
    """
    return items[max(0, count) :]


def append(items: list[T], item: T) -> list[T]:
    """The items with one more at the end.

    list.append(["a"], "b") -> ["a", "b"]
    """
    return [*items, item]


def concat(a: list[T], b: list[T]) -> list[T] | Error:
    """The items of one list, then those of the other.

    list.concat([1], [2, 3]) -> [1, 2, 3]
    """
    if len(a) + len(b) > LONGEST_LIST:
        return Error(f"the list would have more than {LONGEST_LIST} items")
    return a + b


def flatten(lists: list[list[T]]) -> list[T] | Error:
    """The items of all lists, one list after the other.

    list.flatten([["a"], [], ["b", "c"]]) -> ["a", "b", "c"]
    """
    if sum(map(len, lists)) > LONGEST_LIST:
        return Error(f"the list would have more than {LONGEST_LIST} items")
    return [item for items in lists for item in items]


def contains(items: list[T], item: T) -> bool:
    """Whether the item is in the list.

    list.contains(["a", "b"], "b") -> true
    """
    return item in items


def count(items: list[T], item: T) -> int:
    """How often the item is in the list.

    list.count(["a", "b", "a"], "a") -> 2
    """
    return items.count(item)


def index_of(items: list[T], item: T) -> int | None:
    """The first position of the item, or null where it is not in the list.

    list.index_of(["a", "b"], "b") -> 1
    list.index_of(["a", "b"], "c") -> null
    """
    return items.index(item) if item in items else None


def most_common(items: list[T]) -> T | Error:
    """The item that occurs most often; of several, the one that comes first.

    list.most_common(["b", "a", "a", "b", "a"]) -> "a"
    list.most_common([]) -> error
    """
    if not items:
        return Error("the list is empty")
    counts = Counter(_key(item) for item in items)
    return max(items, key=lambda item: counts[_key(item)])


def filter_nonempty(items: list[str]) -> list[str]:
    """The texts that are not blank.

    list.filter_nonempty(["a", "", "  ", "b"]) -> ["a", "b"]
    """
    return [item for item in items if item.strip()]


def without_nulls(items: list[T | None]) -> list[T]:
    """The items that are not null.

    list.without_nulls([1, null, 2]) -> [1, 2]
    """
    return [item for item in items if item is not None]


def range(start: int, end: int) -> list[int] | Error:
    """The integers from `start` up to, not including, `end`.

    list.range(1, 4) -> [1, 2, 3]
    """
    if end - start > LONGEST_LIST:
        return Error(f"the list would have more than {LONGEST_LIST} items")
    return [*builtins.range(start, end)]


def _key(item: Any) -> Any:
    """A hashable stand-in that is equal where the values are."""
    if isinstance(item, dict):
        return frozenset((name, _key(value)) for name, value in item.items())
    return tuple(map(_key, item)) if isinstance(item, list) else item
