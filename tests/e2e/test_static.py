"""Executables that carry their interpreter: they run where nothing else is, and are the same bytes every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import INTERPRETER, PAWC, Place, Result, new_place

URGENCY = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Can it wait?"
  example "The server is down" -> "immediate"
  example "Picnic on Friday" -> "wait"
}
"""
NO_NETWORK = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.argv = ["pawc", *sys.argv[1:]]
from pawc.cli.main import main
sys.exit(main())
"""
Command = Callable[..., Result]


def run_elsewhere(path: Path, home: Path, *options: str) -> tuple[Result, list[Path]]:
    """Run an executable in an empty home, without a network; also what it left there."""
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")}
    environment = {**kept, "HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, "run", str(path), *options],
        input="The server is on fire\nSee you at lunch\n",
        capture_output=True,
        text=True,
        cwd=home,
        env=environment,
    )
    return Result(done.returncode, done.stdout, done.stderr), list(home.rglob("*"))


def test_a_static_executable_runs_in_an_empty_home_and_leaves_it_empty(place: Place, tmp_path: Path) -> None:
    source = place.write("a.paw", URGENCY)
    assert place.run("build", "-O0", *INTERPRETER, str(source)).code == 0
    dynamic = place.run("run", "a.pawx", input="The server is on fire\nSee you at lunch\n")
    missing, _ = run_elsewhere(place.folder / "a.pawx", tmp_path / "one")
    assert missing.code != 0
    assert "P0710" in missing.err

    assert place.run("build", "-O0", "--static", *INTERPRETER, str(source)).code == 0
    alone, left = run_elsewhere(place.folder / "a.pawx", tmp_path / "other")
    assert (alone.code, alone.out) == (0, dynamic.out), alone.err
    assert left == []


@pytest.mark.parametrize("target", ["native", "cpu"])
def test_the_native_engine_reads_what_an_executable_carries(place: Place, tmp_path: Path, target: str) -> None:
    """Its own file where the executable is built for it, else the weights, which it packs first."""
    source = place.write("a.paw", URGENCY)
    assert place.run("build", "-O0", *INTERPRETER, str(source)).code == 0
    dynamic = place.run("run", "a.pawx", "--engine", "native", input="The server is on fire\nSee you at lunch\n")
    assert place.run("build", "-O0", "--static", "--target", target, *INTERPRETER, str(source)).code == 0
    alone, left = run_elsewhere(place.folder / "a.pawx", tmp_path / "home", "--engine", "native")
    assert (alone.code, alone.out) == (0, dynamic.out), alone.err
    kept = {path.suffix for path in left if path.is_file() and path.suffix != ".lock"}
    assert kept == ({".so"} if target == "native" else {".so", ".weights"})


def test_a_static_executable_is_the_same_bytes_from_sources_and_from_objects_alike(
    place: Place, pawc: Command, tmp_path: Path
) -> None:
    place.write("a.paw", URGENCY)
    for name in ("one.pawx", "two.pawx"):
        assert pawc("build", "-O0", "--static", *INTERPRETER, "a.paw", "-o", name).code == 0
    assert (place.folder / "one.pawx").read_bytes() == (place.folder / "two.pawx").read_bytes()
    assert pawc("build", "-O0", *INTERPRETER, "--emit", "obj", "a.paw").code == 0
    assert pawc("link", "--static", "a.pawo", "-o", "three.pawx").code == 0
    carried = [json.loads(pawc("inspect", "--json", name).out)["carries"] for name in ("one.pawx", "three.pawx")]
    assert carried[0] == carried[1]


def test_static_is_part_of_what_decides_whether_an_output_is_up_to_date(place: Place, pawc: Command) -> None:
    place.write("a.paw", URGENCY)
    said = [pawc("build", "-O0", *flag, *INTERPRETER, "a.paw").err for flag in ((), ("--static",), ("--static",), ())]
    assert ["up to date" in text for text in said] == [False, False, True, False]


def test_inspect_and_diff_show_what_is_carried_without_a_store(
    place: Place, pawc: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.paw", URGENCY)
    for name, flag in (("plain.pawx", ()), ("static.pawx", ("--static",))):
        assert pawc("build", "-O0", *flag, *INTERPRETER, "a.paw", "-o", name).code == 0
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path / "nothing"))
    shown = pawc("inspect", "static.pawx").out
    assert "  interpreter/model.safetensors  " in shown
    assert "Can it wait?" in shown.partition("      program  ")[2], "the program is shown as text"
    differences = pawc("diff", "plain.pawx", "static.pawx").out.splitlines()
    assert sum(line.startswith("carries.interpreter/") for line in differences) == 4
    assert "static: none -> true" in differences


def test_a_program_without_a_neural_function_carries_nothing(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn main(x: text) -> text = x\n")
    assert pawc("build", "--static", "a.paw").code == 0
    assert json.loads(pawc("inspect", "--json", "a.pawx").out)["carries"] == {}


@pytest.mark.interpreter
@pytest.mark.slow
def test_the_embedded_interpreter_travels_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = new_place(tmp_path / "place")
    source = place.write("a.paw", URGENCY)
    monkeypatch.delenv("PAWC_CACHE_DIR", raising=False)
    subprocess.run([*PAWC, "build", "-O0", "--static", "-q", str(source)], check=True, cwd=place.folder)
    alone, left = run_elsewhere(place.folder / "a.pawx", tmp_path / "home")
    assert alone.code == 0, alone.err
    assert set(alone.out.split()) <= {"immediate", "wait"}
    assert len(alone.out.splitlines()) == 2
    assert left == []
