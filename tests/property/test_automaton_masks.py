"""The automaton of a type allows what llguidance allows, forces what it forces, stops where it stops."""

from __future__ import annotations

import random
import re
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pawc.backends.automata import automaton
from test_constraint_language import END, TOKENIZER, kinds

from pawc.base import pattern
from pawc.base.types import FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.interpreters.store import Store
from pawc.runtime import constraint
from pawc.runtime.automaton_compiler import compile_automaton
from pawc.runtime.automaton_masks import Constraint
from pawc.runtime.language import is_free
from pawc.runtime.tokenizer import Tokenizer

STRUCTURE = '", "]}],:[1null'
"""A walk that often takes one of these gets further than through the first text."""

TICKETS = List(Record((("id", INT), ("cost", Optional(FLOAT)), ("tags", List(TEXT)), ("due", Matching(r"\d{4}-\d\d")))))


def walk(kind: Type, tokenizer: Tokenizer, stop: int, seed: int, steps: int = 40) -> None:
    """Write tokens at random, and see that both ways to constrain say the same all the way."""
    choose = random.Random(seed)
    ours = Constraint(automaton(kind), tokenizer, {stop}).start()
    theirs = constraint.Constraint(kind, tokenizer, {stop}).start()
    for _ in range(steps):
        assert (ours.complete, ours.must_stop) == (theirs.complete, theirs.must_stop)
        assert ours.forced() == theirs.forced()
        allowed = ours.allowed()
        differ = np.flatnonzero(allowed != theirs.allowed())
        assert not differ.size, f"{kind}: token {differ[0]}"
        tokens = [int(token) for token in allowed.nonzero()[0] if token != stop]
        if not tokens:
            return
        structural = [token for token in tokenizer.encode(STRUCTURE) if allowed[token]]
        token = choose.choice(structural if structural and choose.random() < 0.4 else tokens)
        ours.advance(token)
        theirs.advance(token)


@settings(deadline=None)
@given(kinds, st.integers(0, 1 << 32))
def test_masks_forced_tokens_and_ends_are_those_of_llguidance(kind: Type, seed: int) -> None:
    assume(not is_free(kind))
    walk(kind, TOKENIZER, END, seed)


@settings(deadline=None)
@given(kinds, st.integers(0, 1 << 32))
def test_near_the_most_items_too(kind: Type, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pawc.runtime.language.MOST_ITEMS", 3)
        automaton.cache_clear()
        walk(List(List(kind)), TOKENIZER, END, seed)
    automaton.cache_clear()


@cache
def real_tokenizer() -> Tokenizer:
    return Tokenizer.load(Store().resolve().folder)


def literal(kind: Type) -> str:
    """All the text that answers of a type are made of."""
    match kind:
        case Labels(names):
            return "".join(names)
        case List(item) | Optional(item):
            return literal(item)
        case Record(fields):
            return "".join(name + literal(item) for name, item in fields)
        case Matching(regex):
            return regex
    return ""


@pytest.mark.interpreter
@settings(deadline=None, max_examples=60)
@given(kinds | st.just(TICKETS), st.integers(0, 1 << 32))
def test_over_a_real_vocabulary_too(kind: Type, seed: int) -> None:
    tokenizer = real_tokenizer()
    assume(not is_free(kind))
    said = literal(kind)
    assume(tokenizer.decode(tokenizer.encode(said)) == said)  # it has no token for some bytes
    walk(kind, tokenizer, min(tokenizer.control.values()), seed)


PARTS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\w", "é", "€|a", "😀?", r"\s"])
patterns = st.recursive(
    PARTS,
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda both: f"(?:{both[0]}|{both[1]})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(lambda p: f"(?:{p[0]}){p[1]}")
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(patterns, st.text("abcé€😀 \n", max_size=6))
def test_an_automaton_accepts_what_python_matches(source: str, text: str) -> None:
    table = compile_automaton(pattern.translate(source))
    state, node = 1, 0
    for byte in text.encode():
        node = int(table.decoder[node, table.byte_classes[byte]])
        if node < 0:
            state, node = int(table.moves[state, -node]), 0
        elif node == 0:
            state = 0
    assert bool(table.accepting[state]) == (re.fullmatch(source, text) is not None)
