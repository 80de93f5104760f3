"""Automata stored in an executable, and read back; damaged ones are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ir_texts import HASH
from numpy.typing import NDArray
from pawc.backends.automata import attachments, automaton, constraint, stored
from small_tokenizer import small_tokenizer

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL, INT, TEXT, Labels, List, Matching, Optional, Type
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import BlobRef, Module, NeuralFunction, Param, Program

INTERPRETER = {"name": "tiny", "sha256": HASH, "tokenizer_sha256": "cd" * 32, "layout_sha256": "ef" * 32}
NUMBERS = List(INT)


def function(kind: Type, symbol: str = "m.f") -> NeuralFunction:
    return NeuralFunction(
        symbol=symbol,
        params=(Param(name="x", type=TEXT),),
        result=kind,
        spec="?",
        program=Program(level=0, interpreter=HASH, tokens=(1,)),
    )


def built(blobs: BlobStore, module: Module, **damaged: BlobRef) -> Executable:
    attached = attachments(module, blobs)
    attached |= {f"automaton/{part}/m.f": ref for part, ref in damaged.items()}
    return Executable.build(module, blobs, target="onnx", interpreter=INTERPRETER, attachments=attached)


def module(*functions: NeuralFunction) -> Module:
    return Module(name="m", stage="linked", functions=functions, entry=functions[0].symbol)


def test_a_stored_automaton_constrains_as_the_one_that_was_stored(tmp_path: Path) -> None:
    built(BlobStore(), module(function(NUMBERS))).save(tmp_path / "m.pawx")
    made = constraint(Executable.load(tmp_path / "m.pawx"), function(NUMBERS), small_tokenizer(), {0})
    assert made is not None
    state = made.start()
    for token in small_tokenizer().encode("[1, -20]"):
        assert state.allowed()[token]
        state.advance(token)
    assert state.complete


@pytest.mark.parametrize("kind", [TEXT, Optional(TEXT), BOOL, Labels(("a", "b")), Optional(Labels(("a",)))])
def test_types_that_need_no_automaton_have_none(kind: Type) -> None:
    executable = built(BlobStore(), module(function(kind)))
    assert not executable.attachments
    assert constraint(executable, function(kind), small_tokenizer()) is None


def test_functions_of_one_type_share_their_tables(tmp_path: Path) -> None:
    executable = built(BlobStore(), module(function(NUMBERS), function(NUMBERS, "m.g")))
    refs = executable.attachments
    assert refs["automaton/moves/m.f"] == refs["automaton/moves/m.g"]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("moves", lambda table: table + 1),
        ("moves", lambda table: np.minimum(table, 1)[:1]),
        ("decoder", lambda table: table * 9),
        ("decoder", lambda table: np.abs(table)),
        ("bytes", lambda table: table + 100),
        ("bytes", lambda table: table[:255]),
        ("accepting", lambda table: table[1:]),
        ("counts", lambda table: table[:, :3]),
        ("counts", lambda table: table + 100),
        ("accepting", lambda table: table.astype(np.uint16)),
    ],
)
def test_tables_that_lead_out_of_each_other_are_refused(part: str, change: object) -> None:
    blobs = BlobStore()
    made = module(function(NUMBERS))
    sound = blobs.get(attachments(made, blobs)[f"automaton/{part}/m.f"])
    assert callable(change)
    with pytest.raises(PawError, match="P0529"):
        stored(built(blobs, made, **{part: blobs.put(change(sound))}), "m.f")


def letters(decoder: list[list[int]], moves: list[list[int]], accepting: list[int]) -> dict[str, NDArray[Any]]:
    """Tables for a language of `a` and `b`, which are read as columns 1 and 2."""
    return {
        "bytes": np.array([{97: 1, 98: 2}.get(byte, 0) for byte in range(256)], np.uint8),
        "decoder": np.array(decoder, np.int16),
        "moves": np.array(moves, np.uint16),
        "accepting": np.array(accepting, np.uint8),
    }


ENDLESS = {
    "a state that leads to itself only": letters([[0, -1, -2]], [[0, 0, 0], [0, 1, 0]], [0, 0]),
    "a state that leads to others that do": letters(
        [[0, -1, -2]], [[0] * 3, [0, 2, 3], [0, 2, 0], [0] * 3], [0, 0, 0, 1]
    ),
    "an end at the class of no byte": letters([[0, -1, -1]], [[0] * 3, [0, 1, 2], [0] * 3], [0, 0, 1]),
    "an end at state 0": letters([[0, -1, -2]], [[0] * 3, [0, 1, 0]], [1, 0]),
    "a character without end": letters([[0, 1, -2], [0, 1, 0]], [[0] * 3, [0, 0, 2], [0] * 3], [0, 0, 1]),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_tables_by_which_an_answer_never_ends_are_refused(name: str) -> None:
    blobs = BlobStore()
    tables = {part: blobs.put(table) for part, table in ENDLESS[name].items()}
    made = module(function(Matching("a")))
    with pytest.raises(PawError, match=r"P0529.*never end"):
        stored(built(blobs, made, **tables), "m.f")


def test_an_automaton_with_long_ways_is_not_refused() -> None:
    blobs = BlobStore()
    made = module(function(Matching("(ab){300}c|é+")))
    stored(built(blobs, made), "m.f")


def test_what_counters_force_in_a_circle_is_cut_short() -> None:
    """`b` would end it, but is counted, and may come as often as it has come at the start: never."""
    tables = letters([[0, -1, -2]], [[0] * 3, [0, 2, 0], [0, 2, 3], [0] * 3], [0, 0, 0, 1])
    counts = np.array([[1, 1, 0, 1], [2, 2, 0, 1]], np.uint16)
    blobs = BlobStore()
    refs = {part: blobs.put(table) for part, table in {**tables, "counts": counts}.items()}
    made = module(function(Matching("a")))
    found = constraint(built(blobs, made, **refs), made.neural[0], small_tokenizer())
    assert found is not None
    assert set(found.start().forced()) == set(small_tokenizer().encode("a"))


def test_a_missing_table_is_refused() -> None:
    made = module(function(NUMBERS))
    executable = built(BlobStore(), made)
    manifest = {**executable.manifest, "attachments": {}}
    with pytest.raises(PawError, match=r"P0529.*no table `bytes`"):
        stored(replace(executable, manifest=manifest), "m.f")


@pytest.mark.parametrize(
    ("pattern", "code"), [("([ab]*a[ab]{30})+", "P0552"), ("a(?=b)", "P0806"), ("(a?){500}a{500}", "P0552")]
)
def test_a_type_without_an_automaton_is_refused_when_the_program_is_built(pattern: str, code: str) -> None:
    with pytest.raises(PawError, match=code):
        automaton(Matching(pattern))
