"""What tests of training share: toy tasks, a small configuration, a job on a tiny interpreter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pawc.data.task import Task, write_tasks
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.train.batches import Corpus
from pawc.train.config import Config, parse
from pawc.train.phase import Job
from tests.tiny import tiny_interpreter

WORDS = ("sun", "moon", "rain", "snow", "wind", "fog", "ice", "sea", "sky", "dew", "hail", "mist")


def toy_tasks(families: int = 3) -> list[Task]:
    """Functions of single words; those of a family answer the same inputs with other labels."""
    found = []
    for family in range(families):
        words = [f"{word}{family}" for word in WORDS]
        for labels in (("a", "b"), ("c", "d")):
            found.append(
                Task(
                    task=f"toy{family}/{labels[0]}",
                    source="toy",
                    dataset=f"toy{family}",
                    license="none",
                    spec=f"Say {labels[0]} for short words {family}, else {labels[1]}.",
                    spec_variants=(f"{labels[0]} if short {family}, {labels[1]} if long",),
                    kind="classification",
                    labels=labels,
                    examples=tuple((word, labels[len(word) > 4]) for word in words),
                )
            )
    return found


def toy_file(folder: Path) -> Path:
    """The toy tasks as a file."""
    path = folder / "toy.jsonl"
    write_tasks(path, toy_tasks())
    return path


SMALL: dict[str, Any] = {
    "dtype": "float32",
    "model": {"rank": 4, "alpha": 8.0, "program_tokens": 4},
    "data": {"contrast": 0.5, "held_out": 0.0},
    "warm": {"steps": 3, "functions": 4, "shown": 2, "warmup": 1},
    "reward": {"steps": 2, "functions": 2, "candidates": 3, "held_back": 2, "limit": 8, "updates": 2, "given": 2},
    "prefix": {
        "steps": 6,
        "functions": 4,
        "examples": 2,
        "given": 2,
        "program_share": 0.0,
        "distil": 0.1,
        "warmup": 1,
        "learning_rate": 0.01,
    },
    "joint": {"steps": 2, "functions": 2, "candidates": 2, "held_back": 2, "limit": 8, "given": 2, "warmup": 1},
    "programs": {"per_task": 1, "batch": 8},
    "validation": {"functions": 2, "examples": 2},
}


def small(**sections: dict[str, Any]) -> Config:
    """The small configuration, some keys of its sections changed."""
    values = {name: {**SMALL.get(name, {}), **keys} for name, keys in sections.items()}
    return parse({**SMALL, **values}, "test")


def toy_job(folder: Path, config: Config | None = None, architecture: str = "llama") -> Job:
    """A job on a tiny interpreter and the toy tasks."""
    config = config or small()
    interpreter = tiny_interpreter(architecture)
    compiler = NeuralCompiler(interpreter, config.model, seed=config.seed)
    return Job(config, compiler, Corpus({"toy": toy_tasks()}, config.data, interpreter.layout), folder)


def with_settings(config: Config, **settings: Any) -> Config:
    """The configuration with other settings of the model."""
    return replace(config, model=ModelSettings(**settings))
