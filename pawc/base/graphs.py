"""Directed graphs of names: an order in which what is needed comes first, and cycles where there is none."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def find_cycle(needs: Mapping[N, Iterable[N]]) -> list[N]:
    """One cycle, as the nodes along it with the first one again at the end, or nothing.

    It starts at the node of the cycle that stands first in the graph.
    """
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[N] = error.args[1]
        nodes = found[:0:-1]  # graphlib goes from what is needed to what needs it
        order = list(needs)
        start = nodes.index(min(nodes, key=order.index))
        return [*nodes[start:], *nodes[: start + 1]]
    return []


def in_order(needs: Mapping[N, Iterable[N]]) -> list[N]:
    """All nodes of a graph without cycles, each after those it needs."""
    return list(TopologicalSorter(needs).static_order())
