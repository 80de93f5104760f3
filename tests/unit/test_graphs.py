"""Orders and cycles of graphs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pawc.base.graphs import find_cycle, in_order


def test_what_is_needed_comes_first() -> None:
    assert in_order({"main": ["b", "a"], "b": ["a"], "a": []}) == ["a", "b", "main"]


def test_a_graph_without_cycles_has_none() -> None:
    assert find_cycle({"a": ["b", "c"], "b": ["c"], "c": []}) == []


@pytest.mark.parametrize(
    ("needs", "cycle"),
    [
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
        ({"x": ["y"], "y": ["z"], "z": ["x"], "a": ["x"]}, ["x", "y", "z", "x"]),
        ({"z": ["x"], "y": ["z"], "x": ["y"], "a": ["elsewhere"]}, ["z", "x", "y", "z"]),
    ],
)
def test_a_cycle_goes_from_its_first_node_along_its_needs_and_back(
    needs: dict[str, list[str]], cycle: list[str]
) -> None:
    assert find_cycle(needs) == cycle
    assert all(after in needs[node] for node, after in pairwise(cycle))


def test_a_long_chain_is_no_problem() -> None:
    chain = {n: [n + 1] for n in range(50_000)}
    assert find_cycle(chain) == []
    assert find_cycle(chain | {50_000: [49_999]}) == [49_999, 50_000, 49_999]
