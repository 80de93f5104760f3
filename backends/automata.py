"""The output types of a module -> automata stored beside it, and from there to constraints; without llguidance.

What is written freely needs none, nor do types with few values, which are answered by scoring those. The tensors of
the others are attachments `automaton/PART/SYMBOL` (docs/format.md, "Automata").
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pawc.base import pattern
from pawc.base.diagnostics import fail
from pawc.base.types import Type, choices
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import BlobRef, Module, NeuralFunction
from pawc.runtime.automaton import Automaton
from pawc.runtime.automaton_compiler import TooLarge, compile_automaton
from pawc.runtime.automaton_masks import Constraint
from pawc.runtime.language import is_free, language
from pawc.runtime.tokenizer import Tokenizer

PREFIX = "automaton/"

_DTYPES = {"bytes": "U8", "decoder": "I16", "moves": "U16", "accepting": "U8", "counts": "U16"}


def needs_automaton(kind: Type) -> bool:
    """Whether answers of this type are written under a constraint."""
    return choices(kind) is None and not is_free(kind)


@cache
def automaton(kind: Type) -> Automaton:
    """The automaton of a type, compiled."""
    try:
        return compile_automaton(language(kind))
    except pattern.Unsupported as error:
        fail("P0806", f"the type `{kind}` cannot be enforced: {error}")
    except TooLarge as error:
        help = (
            "a shorter `matching` pattern, with fewer or smaller repetitions, is smaller; target cpu needs no automaton"
        )
        fail("P0552", f"the type `{kind}` is too large for an automaton: {error}", help=help)


def attachments(module: Module, blobs: BlobStore) -> dict[str, BlobRef]:
    """The automata of all functions that need one, put into `blobs`, by the names they have in an executable."""
    return {
        f"{PREFIX}{part}/{function.symbol}": blobs.put(table)
        for function in module.neural
        if needs_automaton(function.result)
        for part, table in tables(automaton(function.result)).items()
    }


def constraint(
    executable: Executable, function: NeuralFunction, tokenizer: Tokenizer, stop: Iterable[int] = ()
) -> Constraint | None:
    """What holds the answers of a function to its type, from the executable's tables; None where any text will do."""
    if not needs_automaton(function.result):
        return None
    return Constraint(stored(executable, function.symbol), tokenizer, stop)


def stored(executable: Executable, symbol: str) -> Automaton:
    """The automaton that an executable holds for a function, checked: its tables fit each other, and it ends."""
    refs = executable.attachments
    found: dict[str, NDArray[Any]] = {}
    for part, dtype in _DTYPES.items():
        ref = refs.get(f"{PREFIX}{part}/{symbol}")
        if ref is None and part == "counts":
            found[part] = np.zeros((0, 4), np.uint16)
        elif ref is None:
            fail("P0529", f"there is no table `{part}` for the result of `{symbol}`")
        elif ref.dtype != dtype:
            fail("P0529", f"the table `{part}` for the result of `{symbol}` is of {ref.dtype}, not {dtype}")
        else:
            found[part] = executable.blobs.get(ref)
    if not _is_sound(**found):
        fail("P0529", f"the tables for the result of `{symbol}` do not fit each other")
    read = Automaton(
        byte_classes=found["bytes"],
        decoder=found["decoder"],
        moves=found["moves"],
        accepting=found["accepting"],
        counts=found["counts"],
    )
    if read.has_dead_ends:
        fail("P0529", f"by the tables for the result of `{symbol}` an answer may never end")
    return read


def tables(automaton: Automaton) -> dict[str, NDArray[Any]]:
    """An automaton as the tables that are stored, by their names."""
    named: dict[str, NDArray[Any]] = {
        "bytes": automaton.byte_classes,
        "decoder": automaton.decoder,
        "moves": automaton.moves,
        "accepting": automaton.accepting,
    }
    return named | ({"counts": automaton.counts} if len(automaton.counts) else {})


def _is_sound(
    *, bytes: NDArray[Any], decoder: NDArray[Any], moves: NDArray[Any], accepting: NDArray[Any], counts: NDArray[Any]
) -> bool:
    if bytes.shape != (256,) or decoder.ndim != 2 or moves.ndim != 2 or accepting.ndim != 1:
        return False
    nodes, columns = decoder.shape
    states, classes = moves.shape
    return bool(
        bytes.max() < columns
        and decoder.max() < nodes
        and -int(decoder.min()) < classes
        and moves.max() < states
        and states > 1
        and not moves[0].any()
        and len(accepting) == states
        and counts.ndim == 2
        and counts.shape[1:] == (4,)
        and (counts < [states, classes, 64, 1 << 16]).all()
    )
