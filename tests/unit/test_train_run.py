"""Whole runs: all stages, stopped anywhere and gone on with, by one process and by two."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from training import small, toy_file

from pawc.base.diagnostics import PawError
from pawc.driver.console import Console
from pawc.neural import checkpoint
from pawc.neural.model import NeuralCompiler
from pawc.train import saving
from pawc.train.config import Config, load, plain
from pawc.train.run import Request, train
from tests.tiny import tiny_info, tiny_interpreter, tiny_store

PHASES = ("warm", "reward", "prefix", "joint", "curriculum")


def whole(folder: Path, **changes: Any) -> Config:
    """A run of every phase, with a curriculum behind."""
    config = small(
        data={"held_out": 0.4, "files": [str(toy_file(folder))]},
        prefix={"program_share": 0.3, "drift": 0.01, "steps": 4},
        curriculum={"steps": 2, "functions": 4, "examples": 2, "warmup": 1},
    )
    return replace(config, interpreter="tiny-llama", phases=PHASES, **changes)


def onward(folder: Path, *starts: Path, **prefix: Any) -> Config:
    """One step of stage 2 alone, from compilers that are there."""
    config = replace(whole(folder), phases=("prefix",), start=tuple(map(str, starts)))
    return replace(config, prefix=replace(config.prefix, program_share=0.0, drift=0.0, steps=1, **prefix))


class Interrupting(Console):
    """A console that sends this process a signal after so many steps of all phases."""

    def __init__(self, after: int, number: int = signal.SIGTERM) -> None:
        super().__init__(quiet=True)
        self._left, self._number = after, number

    def progress(self, what: str, done: int, total: int) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._number)


def metrics(folder: Path) -> list[dict[str, Any]]:
    """A run's metrics without what the clock says."""
    rows = [json.loads(line) for line in (folder / saving.METRICS).read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of all phases."""
    folder = tmp_path_factory.mktemp("run")
    assert train(whole(folder), Request(folder=folder / "a", device="cpu"), Console(quiet=True), tiny_store())
    return folder / "a"


def test_a_run_of_all_stages_leaves_metrics_curves_and_a_compiler_that_can_be_loaded(uninterrupted: Path) -> None:
    rows = metrics(uninterrupted)
    assert [phase for phase in PHASES if any(row["phase"] == phase and "loss" in row for row in rows)] == [*PHASES]
    validations = [row for row in rows if "validation" in row]
    assert len(validations) == len(PHASES)
    assert len(validations[-1]["validation"]) == 8
    compiler = checkpoint.load_compiler(uninterrupted / saving.SHIPPED, tiny_interpreter())
    assert compiler.settings.rank == 4
    assert (uninterrupted / "curves.svg").read_text(encoding="utf-8").startswith("<svg")
    assert len(list((uninterrupted / saving.CHECKPOINTS).iterdir())) == 1


@pytest.mark.parametrize("draw", range(3))
def test_a_run_that_was_interrupted_at_a_random_step_has_the_same_numbers_to_the_last_digit(
    uninterrupted: Path, tmp_path: Path, draw: int
) -> None:
    steps = sum("loss" in row for row in metrics(uninterrupted))
    after = random.Random(f"interrupt {draw}").randrange(1, steps)
    request = Request(folder=tmp_path / "b", device="cpu")
    config = whole(tmp_path)
    assert not train(config, request, Interrupting(after), tiny_store())
    assert train(config, replace(request, resume=True), Console(quiet=True), tiny_store())
    assert metrics(tmp_path / "b") == metrics(uninterrupted)
    assert (tmp_path / "b" / saving.SHIPPED).read_bytes() == (uninterrupted / saving.SHIPPED).read_bytes()


def test_held_out_tasks_are_looked_at_once_a_time_wherever_a_run_is_interrupted(tmp_path: Path) -> None:
    config = replace(whole(tmp_path), phases=("prefix",))
    config = replace(config, prefix=replace(config.prefix, program_share=0.0, drift=0.0))
    config = replace(config, validation=replace(config.validation, every=2))
    request = Request(folder=tmp_path / "a", device="cpu")
    assert train(config, request, Console(quiet=True), tiny_store())
    wanted = metrics(tmp_path / "a")
    assert [row["step"] for row in wanted if "validation" in row] == [2, 4]
    for after in (1, 2, 3, 4):
        request = Request(folder=tmp_path / f"after-{after}", device="cpu")
        train(config, request, Interrupting(after), tiny_store())
        assert train(config, replace(request, resume=True), Console(quiet=True), tiny_store())
        assert metrics(request.folder) == wanted


def test_a_run_killed_before_its_last_checkpoint_has_no_line_twice(uninterrupted: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(uninterrupted, tmp_path / "b")
    place = saving.place_of(folder)
    assert place is not None and place.finished
    saving.forget_metrics_after(folder, replace(place, finished=False), PHASES)
    last = metrics(folder)[-1]
    assert last["step"] == place.step and "loss" in last


def test_a_run_stops_after_its_minutes_and_says_so(tmp_path: Path) -> None:
    config = replace(whole(tmp_path), phases=("prefix",))
    config = replace(config, prefix=replace(config.prefix, program_share=0.0, drift=0.0))
    request = Request(folder=tmp_path / "b", device="cpu", max_minutes=0.0)
    for done in (1, 2):
        assert not train(config, request, Console(quiet=True), tiny_store())
        assert saving.place_of(tmp_path / "b") == saving.Place(phase="prefix", step=done)
        request = replace(request, resume=True)


def test_stages_can_be_run_one_by_one(uninterrupted: Path, tmp_path: Path) -> None:
    config = whole(tmp_path)
    for stage in (1, 2, 3, 4):
        request = Request(folder=tmp_path / "b", device="cpu", stage=stage, resume=stage > 1)
        assert train(config, request, Console(quiet=True), tiny_store())
    assert metrics(tmp_path / "b") == metrics(uninterrupted)


@pytest.mark.slow
def test_two_processes_give_the_curve_of_one_within_rounding(uninterrupted: Path, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps(plain(whole(tmp_path))), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pawc.cli.main", "train", "--config", "c.json", "--out", "two", "--device", "cpu"]
    shared = os.environ | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    shared |= {"PAWC_CACHE_DIR": str(tiny_info().folder.parents[1]), "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(command, env=shared | {"RANK": rank, "LOCAL_RANK": rank}, cwd=tmp_path) for rank in ("0", "1")
    ]
    assert [process.wait(timeout=300) for process in both] == [0, 0]
    one, two = metrics(uninterrupted), metrics(tmp_path / "two")
    assert len(one) == len(two)
    for expected, found in zip(one, two, strict=True):
        assert expected.keys() == found.keys()
        numbers = {name for name, value in expected.items() if isinstance(value, float)}
        for name in numbers:
            assert found[name] == pytest.approx(expected[name], rel=1e-3, abs=1e-4), (expected, found)


def test_a_run_does_not_overwrite_another_one(uninterrupted: Path, tmp_path: Path) -> None:
    with pytest.raises(PawError, match=r"P1215"):
        train(whole(tmp_path), Request(folder=uninterrupted, device="cpu"), Console(quiet=True), tiny_store())


def test_what_cannot_be_trained_on_leaves_no_run_in_its_folder(tmp_path: Path) -> None:
    config = whole(tmp_path)
    wrong = replace(config, data=replace(config.data, weights={"nothing": 1.0}))
    for again in (wrong, wrong):
        with pytest.raises(PawError, match=r"P1212.*`nothing`"):
            train(again, Request(folder=tmp_path / "run", device="cpu"), Console(quiet=True), tiny_store())
    assert not (tmp_path / "run" / saving.CONFIG).exists()


def test_a_run_is_not_resumed_with_another_model(uninterrupted: Path, tmp_path: Path) -> None:
    config = whole(tmp_path)
    other = replace(config, model=replace(config.model, rank=2))
    with pytest.raises(PawError, match=r"P1214.*`model`"):
        train(other, Request(folder=uninterrupted, device="cpu", resume=True), Console(quiet=True), tiny_store())


def test_what_is_changed_when_a_run_is_resumed_stays_changed(uninterrupted: Path, tmp_path: Path) -> None:
    shutil.copytree(uninterrupted, tmp_path / "b")
    longer = load(str(uninterrupted / saving.CONFIG), ["curriculum.steps=3"])
    request = Request(folder=tmp_path / "b", device="cpu", resume=True)
    assert train(longer, request, Console(quiet=True), tiny_store())
    assert load(str(tmp_path / "b" / saving.CONFIG)) == longer


def test_a_finished_run_is_shipped_again_with_another_form(uninterrupted: Path, tmp_path: Path) -> None:
    shutil.copytree(uninterrupted, tmp_path / "b")
    before, old = checkpoint.read(uninterrupted / saving.SHIPPED)
    form = "written" if before.trained["form"] == "none" else "none"
    config = load(str(uninterrupted / saving.CONFIG), [f"form={form}"])
    request = Request(folder=tmp_path / "b", device="cpu", resume=True)
    assert train(config, request, Console(quiet=True), tiny_store())
    after, new = checkpoint.read(tmp_path / "b" / saving.SHIPPED)
    assert after.trained == {**before.trained, "form": form}
    assert all(torch.equal(new[name], old[name]) for name in old)


def test_a_damaged_checkpoint_is_not_resumed(tmp_path: Path) -> None:
    config = whole(tmp_path)
    request = Request(folder=tmp_path / "b", device="cpu")
    assert not train(config, request, Interrupting(1), tiny_store())
    [path] = (tmp_path / "b" / saving.CHECKPOINTS).rglob("optimizer.safetensors")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(PawError, match=r"P1214"):
        train(config, replace(request, resume=True), Console(quiet=True), tiny_store())


def test_a_loss_that_is_not_finite_is_refused_and_the_checkpoint_before_stays(tmp_path: Path) -> None:
    config = whole(tmp_path, checkpoint_minutes=0.0)
    config = replace(config, phases=("warm",))
    config = replace(config, warm=replace(config.warm, steps=50, learning_rate=1e30, clip=1e30, warmup=1))
    with pytest.raises(PawError, match=r"P1213.*diverged at step 2"):
        train(config, Request(folder=tmp_path / "b", device="cpu"), Console(quiet=True), tiny_store())
    assert saving.place_of(tmp_path / "b") == saving.Place(phase="warm", step=1)


def test_a_gpu_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(PawError, match=r"P1216"):
        train(whole(tmp_path), Request(folder=tmp_path / "b", device="cuda"), Console(quiet=True), tiny_store())


def test_a_run_goes_on_from_the_compiler_it_is_given(uninterrupted: Path, tmp_path: Path) -> None:
    shipped = uninterrupted / saving.SHIPPED
    config = onward(tmp_path, shipped)
    other = replace(config, model=replace(config.model, rank=2))  # the file's shape is the run's
    assert train(other, Request(folder=tmp_path / "b", device="cpu"), Console(quiet=True), tiny_store())
    facts, tensors = checkpoint.read(tmp_path / "b" / saving.SHIPPED)
    before, old = checkpoint.read(shipped)
    assert facts.settings == before.settings
    assert facts.trained["start"] == [before.sha256]
    moved = max((tensors[name] - old[name]).abs().max().item() for name in old)
    assert 0 < moved < 0.05


def test_several_starts_are_averaged(uninterrupted: Path, tmp_path: Path) -> None:
    one = uninterrupted / saving.SHIPPED
    facts, tensors = checkpoint.read(one)
    compiler = NeuralCompiler(tiny_interpreter(), facts.settings, seed=facts.seed)
    compiler.load_state_dict({name: tensor + 2 for name, tensor in tensors.items()})
    other = tmp_path / "other.safetensors"
    checkpoint.export(compiler, other, "bfloat16")
    config = replace(onward(tmp_path, one, other, learning_rate=0.0), form="written")
    assert train(config, Request(folder=tmp_path / "b", device="cpu"), Console(quiet=True), tiny_store())
    found, means = checkpoint.read(tmp_path / "b" / saving.SHIPPED)
    assert found.trained["start"] == [facts.sha256, checkpoint.read(other)[0].sha256]
    assert found.trained["form"] == "written"  # as the configuration says, whatever did best
    for name, tensor in tensors.items():
        torch.testing.assert_close(means[name], tensor + 1, atol=0.03, rtol=0)


def test_starts_of_other_shapes_have_no_mean(uninterrupted: Path, tmp_path: Path) -> None:
    one = uninterrupted / saving.SHIPPED
    facts = checkpoint.read(one)[0]
    wider = NeuralCompiler(tiny_interpreter(), replace(facts.settings, rank=facts.settings.rank + 1), seed=0)
    other = tmp_path / "wider.safetensors"
    checkpoint.export(wider, other, "int8")
    config = replace(whole(tmp_path), start=(str(one), str(other)))
    with pytest.raises(PawError, match=r"another shape than"):
        train(config, Request(folder=tmp_path / "b", device="cpu"), Console(quiet=True), tiny_store())


def test_a_start_for_another_interpreter_is_refused(uninterrupted: Path, tmp_path: Path) -> None:
    config = replace(whole(tmp_path), start=(str(uninterrupted / saving.SHIPPED),), interpreter="tiny-qwen3")
    with pytest.raises(PawError, match="another interpreter") as error:
        train(config, Request(folder=tmp_path / "b", device="cpu"), Console(quiet=True), tiny_store())
    assert error.value.diagnostics[0].code == "P1206"
