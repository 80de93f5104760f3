"""Sources of tasks: files and the generator, with whole families held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from training import toy_file, toy_tasks

from pawc.base.diagnostics import PawError
from pawc.data.task import write_tasks
from pawc.train.config import Data
from pawc.train.sources import load


def test_a_source_has_the_name_of_its_file(tmp_path: Path) -> None:
    write_tasks(tmp_path / "more.jsonl.gz", [replace(toy_tasks()[0], task="another")])
    files = (str(toy_file(tmp_path)), str(tmp_path / "more.jsonl.gz"))
    loaded = load(Data(files=files, held_out=0.0), seed=0)
    sources, held = loaded.sources, loaded.held_out
    assert {name: len(tasks) for name, tasks in sources.items()} == {"toy": 6, "more": 1}
    assert held == []


def test_held_out_families_are_not_trained_on(tmp_path: Path) -> None:
    loaded = load(Data(files=(str(toy_file(tmp_path)),), held_out=0.3), seed=0)
    sources, held = loaded.sources, loaded.held_out
    assert len(held) == 2
    assert {task.dataset for task in held}.isdisjoint(task.dataset for task in sources["toy"])


def test_the_families_of_a_validation_file_are_not_trained_on(tmp_path: Path) -> None:
    write_tasks(tmp_path / "dev.jsonl", [replace(toy_tasks()[0], task="dev/one")])
    data = Data(files=(str(toy_file(tmp_path)),), validation=str(tmp_path / "dev.jsonl"))
    loaded = load(data, seed=0)
    sources, held = loaded.sources, loaded.held_out
    assert [task.task for task in held] == ["dev/one"]
    assert {task.dataset for task in sources["toy"]} == {"toy1", "toy2"}


def test_nothing_of_the_dev_tasks_is_trained_on_and_what_was_taken_out_is_told(tmp_path: Path) -> None:
    family = replace(toy_tasks()[0], task="dev/family")
    reworded = replace(toy_tasks()[2], task="dev/spec", dataset="x", examples=(("unheard of", "a"),))
    write_tasks(tmp_path / "dev.jsonl", [family, reworded])
    data = Data(files=(str(toy_file(tmp_path)),), decontaminate=(str(tmp_path / "dev.jsonl"),), held_out=0.0)
    loaded = load(data, seed=0)
    assert [task.task for task in loaded.sources["toy"]] == ["toy1/c", "toy2/a", "toy2/c"]
    assert [removal.task for removal in loaded.removed["toy"].removals] == ["toy0/a", "toy0/c", "toy1/a"]


def test_generated_tasks_are_a_source_and_depend_on_the_seed() -> None:
    one, again, other = (load(Data(synthetic=4, held_out=0.0), seed).sources for seed in (1, 1, 2))
    assert len(one["synthetic"]) == 4
    assert one == again
    assert one != other


def test_one_name_for_two_tasks_is_refused(tmp_path: Path) -> None:
    write_tasks(tmp_path / "b.jsonl", toy_tasks()[:1])
    with pytest.raises(PawError, match=r"P1212.*`toy` and `b`"):
        load(Data(files=(str(toy_file(tmp_path)), str(tmp_path / "b.jsonl"))), seed=0)


def test_a_malformed_line_is_refused_with_its_place(tmp_path: Path) -> None:
    path = toy_file(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"spec"', '"spce"', 1), encoding="utf-8")
    with pytest.raises(PawError, match=r"toy\.jsonl:1"):
        load(Data(files=(str(path),)), seed=0)
