"""`pawc-runtime`: an environment without PyTorch runs programs built for onnx, and says what it cannot do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import INTERPRETER, Place, Result

from pawc.interpreters.info import WEIGHTS

pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Can it wait?"
  example "The server is down" -> "immediate"
  example "Picnic on Friday" -> "wait"
}

fn floor(message: text) -> {floor: int, lift: bool} {
  spec "Which floor?"
  option max_tokens = 40
}
"""
INPUT = "The server is on fire\nSee you at lunch\n"
ROOT = Path(__file__).parents[2]
FREE = ("torch", "transformers", "safetensors", "llguidance", "lark", "regex", "platformdirs")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has `pawc-runtime` and what that needs."""
    folder = tmp_path_factory.mktemp("runtime")
    dist = folder / "dist"
    make = ["make", "-C", ROOT, "-o", "setup", "runtime-wheel", f"BIN={Path(sys.executable).parent}", f"DIST={dist}"]
    subprocess.run(make, check=True, capture_output=True)
    (wheel,) = dist.glob("pawc_runtime-*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    if (done := subprocess.run(pip, capture_output=True, text=True)).returncode:
        pytest.skip(f"pip could not install onnxruntime and tokenizers: {done.stderr.strip().splitlines()[-1]}")
    return python


def run(python: Path, cache: Path, *arguments: str) -> Result:
    """Run `pawc` there."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH")}
    environment = {**kept, "HOME": str(cache), "PAWC_CACHE_DIR": str(cache), "OMP_NUM_THREADS": "1"}
    command = [python.with_name("pawc"), *arguments]
    done = subprocess.run(command, input=INPUT, capture_output=True, text=True, env=environment, cwd=cache)
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_an_environment_without_pytorch_runs_an_onnx_program(
    place: Place, pawc: Callable[..., Result], python: Path, tmp_path: Path
) -> None:
    for package in FREE:
        found = subprocess.run([python, "-c", f"import {package}"], capture_output=True)
        assert found.returncode, f"{package} is there"
    place.write("a.paw", SOURCE)
    built = pawc("build", "-O0", "--target", "onnx", *INTERPRETER, "a.paw")
    assert built.code == 0, built.err
    assert pawc("build", "-O0", "--target", "onnx", "--static", *INTERPRETER, "a.paw", "-o", "static.pawx").code == 0

    for name in ("empty", "copied"):
        (tmp_path / name).mkdir()
    interpreter = Path("interpreters", "tiny-llama")  # without PyTorch the graph is needed, not the weights
    shutil.copytree(place.cache / interpreter, tmp_path / "copied" / interpreter, ignore=lambda *_: {WEIGHTS})
    for function in ("urgency", "floor"):
        here = place.run("run", "-f", function, "static.pawx", input=INPUT)
        for program, cache in (("a.pawx", tmp_path / "copied"), ("static.pawx", tmp_path / "empty")):
            there = run(python, cache, "run", "-f", function, str(place.folder / program))
            assert (there.code, there.out) == (here.code, here.out), there.err


@pytest.mark.slow
def test_what_needs_more_than_the_runtime_is_refused_with_a_way_out(place: Place, python: Path) -> None:
    source = place.write("a.paw", SOURCE)
    for arguments in (("build", str(source)), ("run", str(source)), ("fmt", str(source))):
        refused = run(python, place.cache, *arguments)
        assert refused.code == 2, refused.err
        assert "P0911" in refused.err
        assert "install pawc itself" in refused.err
    assert run(python, place.cache, "--version").out.endswith("(runtime)\n")
