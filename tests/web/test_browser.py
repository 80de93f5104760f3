"""The page in headless Chromium: pick a program, type inputs; the answers are those of the reference backend."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from page_parts import ROOT
from pawc.backends.reference import ReferenceEngine
from tiny import tiny_info

import pawc
from pawc.base.types import render
from pawc.cli.main import main
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import Module
from pawc.runtime.outcome import Answer, Failure

sys.path.append(str(ROOT / "tests" / "unit"))
from small_tokenizer import small_tokenizer

small = pytest.importorskip("small_interpreter", reason="needs onnx and onnxruntime", exc_type=ImportError)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LIBRARIES = all((ROOT / "web" / path).exists() for path in ("lib/ort.mjs", "node_modules/playwright-core"))

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and LIBRARIES),
    reason="needs Chromium, node, and the page's libraries (`make web`)",
)

SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Is it urgent?"
  example "fire" -> "immediate"
  example "lunch" -> "wait"
}
fn count(message: text) -> int {
  spec "How many?"
  example "three cats" -> 3
}
"""
INPUTS = ["The server is down!", 'é😀 <|end|> "quoted"\nand a second line']


@pytest.fixture(scope="module")
def interpreter() -> Any:
    tokenizer = small_tokenizer()
    return small.SmallInterpreter(small.small_graph(tokenizer.vocab_size), tokenizer)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found: dict[str, Path] = small.interpreter_files(small_tokenizer(), tmp_path_factory.mktemp("interpreter"))
    return found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the page is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT / "web"))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
        server.shutdown()


def visit(folder: Path, url: str, **what: Any) -> list[dict[str, Any]]:
    """What was seen on a visit to the page; nothing may have gone wrong in it unsaid."""
    request = {"chromium": CHROMIUM, "profile": str(folder / "profile"), "url": url, "calls": [], **what}
    request["screenshot"] = os.environ.get("PAWC_SCREENSHOT", "")
    command = ["node", str(Path(__file__).with_name("browser.mjs"))]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["trouble"] == []
    seen: list[dict[str, Any]] = told["seen"]
    return seen


def answers(module: Module, blobs: BlobStore, interpreter: Any) -> Iterator[tuple[str, list[str], Answer | Failure]]:
    """Calls, and what the reference backend answers."""
    engine = ReferenceEngine(lambda: interpreter, blobs)
    for function in module.neural:
        for text in INPUTS:
            texts = [text, "second"] if len(function.params) == 2 else [text]
            yield function.symbol.removeprefix("m."), texts, engine.call(function, [tuple(texts)])[0]


def test_the_page_answers_as_the_reference_backend_does(
    interpreter: Any, files: dict[str, Path], address: str, tmp_path: Path
) -> None:
    blobs = BlobStore()
    module = small.program(blobs, interpreter)
    path = small.save(tmp_path / "m.pawx", module, blobs, files, static=True)
    wanted = list(answers(module, blobs, interpreter))
    calls = [{"function": name, "texts": texts} for name, texts, _ in wanted]
    calls += [{"function": "told", "texts": INPUTS[:1]}, {"function": "upper", "texts": ["a"]}]
    opened, *seen = visit(tmp_path, address, program=str(path), calls=calls)
    assert opened == {"signature": 'urgency(x: text) → "immediate" | "wait" | "wait for it"'}
    for (name, texts, outcome), found in zip(wanted, seen, strict=False):
        if isinstance(outcome, Failure):
            assert found["error"].startswith(outcome.code), (name, texts)
            continue
        result = small.RESULTS[name]
        assert found["output"] == ("null" if outcome.value is None else render(result, outcome.value)), (name, texts)
        scores = dict(found["scores"])
        assert scores == pytest.approx(dict(outcome.scores or ()), abs=2e-4)
    count = next(outcome for name, _, outcome in wanted if name == "count")
    assert isinstance(count, Answer)
    assert seen[-2]["output"] == f"n = {count.text}"
    assert seen[-1] == {"error": "This function uses text.upper of the standard library, which only runs in Python."}


def test_a_program_that_brings_no_interpreter_asks_for_its_files(
    interpreter: Any, files: dict[str, Path], address: str, tmp_path: Path
) -> None:
    blobs = BlobStore()
    module = small.program(blobs, interpreter)
    path = small.save(tmp_path / "m.pawx", module, blobs, files, static=False)
    picked = [str(file) for file in files.values()]
    calls = [{"function": "urgency", "texts": INPUTS[:1]}]
    *_, seen = visit(tmp_path, address, program=str(path), interpreter=picked, calls=calls)
    assert seen["output"] in {"immediate", "wait", "wait for it"}
    _, short = visit(tmp_path / "again", address, program=str(path), interpreter=picked[:2])
    assert short["error"].startswith("P0711: an interpreter is a graph (.onnx), tokenizer.json and interp.json")


def test_a_program_for_another_target_is_refused_with_the_way_out(
    interpreter: Any, files: dict[str, Path], address: str, tmp_path: Path
) -> None:
    blobs = BlobStore()
    path = small.save(tmp_path / "m.pawx", small.program(blobs, interpreter), blobs, files, static=False, target="cpu")
    (seen,) = visit(tmp_path, address, program=str(path))
    assert seen == {"error": "P0904: the program was built for `cpu`; build it with `--target onnx`"}


@pytest.mark.parametrize("target", ["onnx", "onnx-int4"])
def test_what_pawc_builds_runs_in_the_page(
    target: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "interpreters").symlink_to(tiny_info().folder.parent)
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path / "cache"))
    source, built = tmp_path / "mail.paw", tmp_path / "mail.pawx"
    source.write_text(SOURCE, encoding="utf-8")
    options = ("--target", target, "--static", "--interp", "tiny-llama", "-O0", "-q", "-o", str(built))
    assert main(["build", str(source), *options]) == 0
    program = pawc.load(built)
    asked = [(name, text) for name in ("urgency", "count") for text in INPUTS]
    _, *seen = visit(
        tmp_path, address, program=str(built), calls=[{"function": name, "texts": [text]} for name, text in asked]
    )
    assert [found["output"] for found in seen] == [str(program[name](text)) for name, text in asked]
