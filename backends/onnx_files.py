"""The graph of an interpreter on disk: made once from its weights, found again by everybody after that.

    <cache>/interpreters/<name>/onnx/<weights>/   model.onnx  model.onnx.data  graph.json

`graph.json` says what it was made from and how large it is. A folder is there as a whole or not at all. Finding one
imports nothing heavy; making one needs PyTorch and the `onnx` extra.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.interpreters.info import InterpreterInfo

GRAPH, DATA, FACTS = "model.onnx", "model.onnx.data", "graph.json"
FILES = (GRAPH, DATA, FACTS)

WEIGHTS = ("fp32", "int8", "int4")
"""What the weights of a graph can be stored as."""

EXPORTER = 1
"""Raise it when graphs come out otherwise: those of older exporters are then made again."""

Say = Callable[[str], None]


def folder(info: InterpreterInfo, weights: str) -> Path:
    """Where the graph of an interpreter with such weights lies, or would lie."""
    return info.folder / "onnx" / weights


def find(info: InterpreterInfo, weights: str) -> Path:
    """The graph of an interpreter, as it must be there to run a program."""
    place = folder(info, weights)
    if not is_current(info, place):
        fail(
            "P0720",
            f"interpreter `{info.name}` has no sound ONNX graph with {weights} weights here",
            where=str(place),
            help="build the program where `pawc[onnx]` is installed, and bring the interpreter's folder along; "
            "or build it with --static",
        )
    return place / GRAPH


def is_current(info: InterpreterInfo, place: Path) -> bool:
    """Whether a graph is there, whole, and of this interpreter."""
    try:
        facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
        made = facts["exporter"] == EXPORTER and facts["interpreter"] == info.sha256
        return made and all((place / name).stat().st_size == facts["sizes"][name] for name in (GRAPH, DATA))
    except (OSError, ValueError, TypeError, KeyError):
        return False


def make(info: InterpreterInfo, weights: str, say: Say) -> Path:
    """The graph of an interpreter, exported if it is not here."""
    place = folder(info, weights)
    if is_current(info, place):
        return place / GRAPH
    with fsio.lock(place):
        if not is_current(info, place):
            _make(info, weights, place, say)
    return place / GRAPH


def _make(info: InterpreterInfo, weights: str, place: Path, say: Say) -> None:
    try:
        import onnx
        from pawc.backends import onnx_export, onnx_rewrite
    except ImportError as error:
        fail("P0715", f"`{error.name}` is not installed, and exporting needs it", help='pip install "pawc[onnx]"')
    from pawc.runtime.interpreter import Interpreter

    traced = folder(info, "fp32")
    partial = place.with_name(f".{place.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # what a killed process left
    try:
        partial.mkdir(parents=True)
        if weights != "fp32" and is_current(info, traced):
            model = onnx.load(traced / GRAPH)
        else:
            say(f"exporting {info.name} to ONNX (once; minutes)")
            interpreter = Interpreter.load(info.folder)
            try:
                onnx_export.export(interpreter, partial / GRAPH)
            except Exception as error:  # the exporter's own, of many kinds
                reason = str(error).partition("\n")[0]
                fail("P0717", f"`{info.name}` ({info.architecture}) cannot be exported to ONNX: {reason}")
            model = onnx.load(partial / GRAPH)
        onnx_rewrite.turn_head(model)
        if weights != "fp32":
            say(f"rounding the weights of {info.name} to {weights}")
            onnx_rewrite.quantize(model, int(weights.removeprefix("int")))
        for name in (GRAPH, DATA):
            (partial / name).unlink(missing_ok=True)
        onnx_rewrite.save(model, partial / GRAPH)
        facts = {
            "exporter": EXPORTER,
            "interpreter": info.sha256,
            "weights": weights,
            "sizes": {name: (partial / name).stat().st_size for name in (GRAPH, DATA)},
        }
        (partial / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)  # an older exporter's, or a damaged one
        partial.replace(place)
    except OSError as error:
        help = "make room there, or set PAWC_CACHE_DIR to a folder with more of it"
        fail("P0703", f"the graph of `{info.name}` cannot be stored: {error}", where=str(place), help=help)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
