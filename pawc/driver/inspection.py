"""What an executable or an object holds -> facts for `pawc inspect` and `pawc diff`: plain values, text, a graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pawc.base import types
from pawc.base.diagnostics import PawError
from pawc.driver.drawing import svg
from pawc.files.blobs import BlobStore
from pawc.files.carried import carried_interpreter
from pawc.files.executable import Executable, signature
from pawc.files.kinds import is_object
from pawc.files.manifest import program_blobs
from pawc.files.objfile import ObjectFile
from pawc.files.objfile import read_manifest as read_object_manifest
from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.store import Store
from pawc.ir.callgraph import is_std
from pawc.ir.nodes import BlobRef, Call, ComposedFunction, Function, Map, Module, NeuralFunction, Program, walk
from pawc.ir.printer import print_function
from pawc.ir.tensors import nbytes, prefix_shape


def open_file(path: Path) -> tuple[Module, Mapping[str, Any], InterpreterInfo | None]:
    """The module and the manifest of an executable or an object, and the interpreter it carries."""
    if is_object(path):
        return ObjectFile.load(path, BlobStore()).module, read_object_manifest(path), None
    executable = Executable.load(path)
    return executable.module, executable.manifest, carried_interpreter(executable)


def facts(module: Module, manifest: Mapping[str, Any], carried: InterpreterInfo | None = None) -> dict[str, Any]:
    """Everything there is to say, as plain values."""
    decode = _decoder(manifest, carried)
    return {
        "name": module.name,
        "format": manifest["format"],
        "target": manifest.get("target"),
        "entry": module.entry,
        "exports": list(module.exports),
        "interpreter": manifest["interpreter"],
        "carries": {name: _attachment(entry) for name, entry in manifest.get("attachments", {}).items()},
        "flags": dict(manifest["flags"]),
        "sources": [{"path": path, "sha256": sha256} for path, sha256 in module.sources],
        "functions": [_function(function, decode) for function in module.functions],
        "calls": _calls(module),
    }


def _attachment(entry: Mapping[str, Any]) -> dict[str, Any]:
    ref = BlobRef(sha256=entry["sha256"], shape=tuple(entry["shape"]), dtype=entry["dtype"])
    return {"bytes": nbytes(ref), "sha256": ref.sha256}


def text(known: Mapping[str, Any], *, full: bool = False) -> str:
    """The facts as people read them; `full` shows pseudo-programs whole."""
    return "\n".join(_lines(known, full)) + "\n"


def dot(module: Module) -> str:
    """The call graph for Graphviz: neural functions are boxes, composed ones round, the standard library is grey."""
    shapes = {f.symbol: "box" if isinstance(f, NeuralFunction) else "ellipse" for f in module.functions}
    lines = ["digraph program {", "  rankdir=LR;"]
    for symbol, shape in shapes.items():
        bold = " style=bold" if symbol == module.entry else ""
        lines.append(f"  {json.dumps(symbol)} [shape={shape}{bold}];")
    for caller, callees in _calls(module).items():
        for callee in callees:
            if is_std(callee) and f"  {json.dumps(callee)} [shape=plain fontcolor=grey];" not in lines:
                lines.append(f"  {json.dumps(callee)} [shape=plain fontcolor=grey];")
            lines.append(f"  {json.dumps(caller)} -> {json.dumps(callee)};")
    return "\n".join([*lines, "}"]) + "\n"


def picture(module: Module) -> str:
    """The call graph as SVG."""
    calls = _calls(module)
    kinds = {callee: "std" for callees in calls.values() for callee in callees if is_std(callee)}
    own = {f.symbol: "neural" if isinstance(f, NeuralFunction) else "composed" for f in module.functions}
    return svg(own | kinds, calls, module.entry)


def _calls(module: Module) -> dict[str, list[str]]:
    """Which function calls which, the standard library's included, in the order of the first call."""
    found = {}
    for function in module.functions:
        body = walk(function.body) if isinstance(function, ComposedFunction) else ()
        found[function.symbol] = list(dict.fromkeys(each.callee for each in body if isinstance(each, Call | Map)))
    return found


def _function(function: Function, decode: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"symbol": function.symbol, "signature": signature(function)}
    if not isinstance(function, NeuralFunction):
        return known | {"kind": "composed", "body": list(print_function(function))[1:-1]}
    known |= {
        "kind": "neural",
        "spec": function.spec,
        "options": {name: types.thaw(value) for name, value in function.options},
    }
    return known | {"program": None if function.program is None else _program(function.program, decode)}


def _program(program: Program, decode: Any) -> dict[str, Any]:
    prefix = program.prefix
    return {
        "level": program.level,
        "tokens": len(program.tokens),
        "text": decode(list(program.tokens)) if decode else None,
        "prefix": None
        if prefix is None
        else {
            "length": prefix.length,
            "states": list(prefix_shape(prefix)),
            "bits": prefix.bits,
            "group": prefix.group,
            "shape": list(prefix.data.shape),
            "bytes": sum(map(nbytes, program_blobs(program))),
            "sha256": prefix.data.sha256,
        },
        "calibration": None if (fitted := program.calibration) is None else asdict(fitted),
        "compiler": program.compiler,
        "report": {name: types.thaw(value) for name, value in program.report},
    }


def _decoder(manifest: Mapping[str, Any], carried: InterpreterInfo | None) -> Any:
    """What turns tokens into text, if the interpreter is carried or in the store; never fetches one."""
    if (named := manifest["interpreter"]) is None:
        return None
    tokenizer = named["tokenizer_sha256"]
    info = carried or next((info for info in Store().list() if info.tokenizer_sha256 == tokenizer), None)
    if info is None:
        return None
    from pawc.runtime.tokenizer import Tokenizer

    try:
        return Tokenizer.of(info).decode
    except PawError:
        return None  # damaged: running it will say so


def _lines(known: Mapping[str, Any], full: bool) -> Iterator[str]:
    kind = "executable" if known["format"] == "pawx" else "object"
    yield f"{known['name']}: {kind}" + (f" for {known['target']}" if known["target"] else "")
    if known["format"] == "pawx":
        yield f"entry        {known['entry'] or 'none'}"
        yield f"exports      {', '.join(known['exports'])}"
    named = known["interpreter"]
    yield f"interpreter  {named['name']} {named['sha256'][:12]}" if named else "interpreter  none is needed"
    for name, value in known["flags"].items():
        if value != "":  # not given
            yield f"{name:<12} {_without_defaults(value) if isinstance(value, str) else json.dumps(value)}"
    if known["carries"]:
        yield "carries"
        yield from (
            f"  {name}  {held['bytes'] / 1024:.0f} KiB  {held['sha256'][:12]}"
            for name, held in known["carries"].items()
        )
    yield "sources"
    yield from (f"  {source['path']}  {source['sha256'][:12]}" for source in known["sources"])
    yield "functions"
    for function in known["functions"]:
        yield from _function_lines(function, known["calls"].get(function["symbol"], []), full)


def _function_lines(function: Mapping[str, Any], callees: Sequence[str], full: bool) -> Iterator[str]:
    yield f"  {function['symbol']}{function['signature']}"
    if callees:
        yield f"      calls    {', '.join(callees)}"
    if function["kind"] == "composed":
        yield from (f"    {line}" for line in function["body"] if full)
        return
    yield f"      spec     {_short(function['spec'], full)}"
    program = function["program"]
    if program is None:
        yield "      not compiled"
        return
    by = f", neural compiler {program['compiler'][:12]}" if program["compiler"] else ""
    yield f"      level    -O{program['level']}{by}"
    if prefix := program["prefix"]:
        size = f"{prefix['bits']} bits, {prefix['bytes'] / 1024:.0f} KiB"
        yield f"      prefix   {prefix['length']} positions {prefix['states']}, {size}"
    if program["tokens"]:
        shown = "" if program["text"] is None else f": {_short(program['text'], full)}"
        yield f"      program  {program['tokens']} tokens{shown}"
    if fitted := program["calibration"]:
        bias = ", ".join(f"{number:+.2f}" for number in fitted["bias"])
        known = f"temperature {fitted['temperature']:.2f}, bias {bias}"
        on = f"on {fitted['examples']} examples" if fitted["examples"] else "without examples"
        yield f"      scores   calibrated {on}: {known}"
    for name, value in program["report"].items():
        yield f"      {name}: {_short(str(value), full)}{_meaning(name)}"


def _without_defaults(passes: str) -> str:
    """A list of passes without the level that leaves the choice to the compiler: -1 is no level one could ask for."""
    return passes.replace("level=-1,", "")


def _meaning(name: str) -> str:
    """What a number of a report is, where its name does not say so."""
    if name.startswith("exact "):
        return "  (share of the examples held back that are answered right)"
    meanings = {
        "held back": "  (examples that tuning did not see)",
        "prefix_error": "  (what storing it in few bits changes, relative to its size)",
    }
    return meanings.get(name, "  (per token of an answer held back)" if name.startswith("loss ") else "")


def _short(text: str, full: bool) -> str:
    flat = json.dumps(text, ensure_ascii=False)[1:-1]
    return flat if full or len(flat) <= 100 else f"{flat[:97]}..."
