"""How many threads a machine is worth."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pawc.backends.cores import physical_cores


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two cores with two threads each."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    for number in range(4):
        topology = tmp_path / f"cpu{number}" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(f"{number % 2},{number % 2 + 2}\n")
    return tmp_path


def test_threads_of_one_core_count_once(machine: Path) -> None:
    assert physical_cores(machine) == 2


def test_only_cores_that_the_process_may_use_count(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 3})
    assert physical_cores(machine) == 1


def test_without_a_topology_every_cpu_counts(machine: Path, tmp_path: Path) -> None:
    assert physical_cores(tmp_path / "nothing") == 4


def test_a_system_that_does_not_say_is_not_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    assert physical_cores() is None
