from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT
from pawc.driver import inspection
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import Block, Calibration, Call, ComposedFunction, Module, NeuralFunction, Param, Prefix, Program

X = Param(name="x", type=TEXT)


@pytest.fixture
def executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Executable:
    """A program of a neural function, a composed one that calls it, and std; its interpreter is nowhere."""
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path / "cache"))
    blobs = BlobStore()
    data = blobs.put(np.zeros((3, 2, 2, 5, 8), np.uint16), "BF16")
    prefix = Prefix(length=5, bits=16, group=0, data=data)
    program = Program(
        level=2, interpreter="0" * 64, compiler="c" * 64, tokens=(), prefix=prefix, report=(("steps", 40),)
    )
    neural = NeuralFunction(symbol="m.f", params=(X,), result=TEXT, spec="line one\nline two", program=program)
    calls = (
        Call(result="0", type=TEXT, callee="std.text.strip", args=("x",)),
        Call(result="1", type=TEXT, callee="m.f", args=("0",)),
    )
    body = Block(operations=calls, result="1")
    main = ComposedFunction(symbol="m.main", params=(X,), result=TEXT, body=body)
    module = Module(name="m", stage="linked", functions=(neural, main), entry="m.main", exports=("m.f", "m.main"))
    interpreter = {"name": "some", "sha256": "0" * 64, "tokenizer_sha256": "1" * 64, "layout_sha256": "2" * 64}
    return Executable.build(module, blobs, target="cpu", interpreter=interpreter, flags={"passes": "link"})


def test_facts_say_what_each_function_is_made_of(executable: Executable) -> None:
    known = inspection.facts(executable.module, executable.manifest)
    program = known["functions"][0]["program"]
    (prefix,) = [f.program.prefix for f in executable.module.neural if f.program is not None]
    assert prefix is not None
    shape = [3, 2, 2, 5, 8]
    facts = {"length": 5, "states": shape, "bits": 16, "group": 0, "shape": shape, "bytes": 960}
    assert program["prefix"] == facts | {"sha256": prefix.data.sha256}
    assert (program["level"], program["report"], program["text"]) == (2, {"steps": 40}, None)
    assert known["calls"] == {"m.f": [], "m.main": ["std.text.strip", "m.f"]}


def test_the_text_is_a_line_per_fact(executable: Executable) -> None:
    text = inspection.text(inspection.facts(executable.module, executable.manifest))
    for line in (
        "m: executable for cpu",
        "interpreter  some 000000000000",
        "passes       link",
        r"      spec     line one\nline two",
        "      level    -O2, neural compiler cccccccccccc",
        "      prefix   5 positions [3, 2, 2, 5, 8], 16 bits, 1 KiB",
        "      steps: 40",
        "      calls    std.text.strip, m.f",
    ):
        assert f"{line}\n" in text


def test_bodies_are_shown_whole_only_when_asked_for(executable: Executable) -> None:
    known = inspection.facts(executable.module, executable.manifest)
    line = "      %0: text = call @std.text.strip(%x)\n"
    assert line in inspection.text(known, full=True)
    assert line not in inspection.text(known)


def test_the_graph_has_every_function_and_every_call(executable: Executable) -> None:
    graph = inspection.dot(executable.module)
    assert '  "m.main" [shape=ellipse style=bold];\n' in graph
    assert graph.count(" -> ") == 2
    assert graph.count('"std.text.strip" [shape=plain') == 1


def test_the_picture_has_every_function_and_every_call(executable: Executable) -> None:
    module = executable.module
    calls = inspection.facts(module, executable.manifest)["calls"]
    root = ElementTree.fromstring(inspection.picture(module))
    name = "{http://www.w3.org/2000/svg}"
    texts = {text.text: float(text.get("x", "")) for text in root.iter(f"{name}text")}
    assert texts.keys() == {f.symbol for f in module.functions} | {callee for each in calls.values() for callee in each}
    assert len(list(root.iter(f"{name}path"))) == sum(map(len, calls.values())) > 0
    assert all(texts[caller] < texts[callee] for caller, callees in calls.items() for callee in callees)


def test_numbers_that_do_not_explain_themselves_are_explained(executable: Executable) -> None:
    module = executable.module
    neural = module.neural[0]
    assert neural.program is not None
    report = (("exact -O0", 0.5), ("prefix_error", 0.003), ("steps", 8))
    changed = replace(neural, program=replace(neural.program, report=report))
    functions = tuple(changed if function == neural else function for function in module.functions)
    manifest = executable.manifest | {"flags": {"passes": "check,neural-compile{level=-1,seed=0},link"}}
    told = inspection.text(inspection.facts(replace(module, functions=functions), manifest))
    assert "exact -O0: 0.5  (share of the examples held back that are answered right)\n" in told
    assert "prefix_error: 0.003  (what storing it in few bits changes" in told
    assert "steps: 8\n" in told
    assert "passes       check,neural-compile{seed=0},link\n" in told


def test_a_calibration_is_told_in_a_line(executable: Executable) -> None:
    module = executable.module
    fitted = Calibration(temperature=1.5, bias=(0.25, -0.25), examples=9)
    neural = module.neural[0]
    assert neural.program is not None
    changed = replace(neural, program=replace(neural.program, calibration=fitted))
    functions = tuple(changed if function == neural else function for function in module.functions)
    known = inspection.facts(replace(module, functions=functions), executable.manifest)
    assert "calibrated on 9 examples: temperature 1.50, bias +0.25, -0.25" in inspection.text(known)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no program")
    with pytest.raises(PawError, match="P0954"):
        inspection.open_file(tmp_path / "notes.txt")
