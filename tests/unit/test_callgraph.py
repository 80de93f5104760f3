from __future__ import annotations

from ir_texts import CHECKED, LINKED, module

from pawc.ir.callgraph import call_graph, is_std, reachable


def test_calls_in_arms_and_maps_count_and_those_of_others_do_not() -> None:
    graph = call_graph(module(CHECKED))
    assert graph == {"mail.urgency": (), "mail.level": (), "mail.route": ("mail.urgency",)}


def test_what_a_function_reaches_includes_itself() -> None:
    graph = call_graph(module(LINKED))
    assert reachable(graph, ["mail.main"]) == {"mail.main", "lib.urgency"}
    assert reachable({"a": ("b",), "b": ("c",), "c": (), "d": ("a",)}, ["b"]) == {"b", "c"}
    assert reachable(graph, []) == set()


def test_only_symbols_below_a_standard_module_are_standard() -> None:
    assert is_std("std.text.strip")
    assert not any(map(is_std, ("std.strip", "standard.text.strip", "mail.std.text", "text.strip")))
