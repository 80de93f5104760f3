"""What a phase of training is to the driver: for each step, losses cut into parts that fit the device.

A part's loss is its share of the whole batch's: parts, micro-batches and processes only ever add up, so that the
curve does not depend on how a batch was cut.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from pawc.neural.model import NeuralCompiler
from pawc.neural.rows import Row
from pawc.train.batches import Corpus, Function
from pawc.train.config import Config
from pawc.train.config import Phase as Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """A loss to differentiate, and sums to report: by name the sum and what it is to be divided by."""

    loss: Tensor
    sums: Mapping[str, tuple[Tensor, float]]


Update = Sequence[Callable[[], Part]]
"""One optimiser step: its parts, computed one after the other."""


@dataclass(frozen=True)
class Stored:
    """A pseudo-program that stage 1 wrote: the row it was written in, and how likely each of its tokens was."""

    row: Row
    text: str
    likelihoods: tuple[float, ...]


@dataclass
class Job:
    """What phases work with; `rank` of `world` processes. `programs` holds the stored programs by task."""

    config: Config
    compiler: NeuralCompiler
    corpus: Corpus
    folder: Path
    rank: int = 0
    world: int = 1
    programs: dict[str, list[Stored]] = field(default_factory=dict)

    def pieces(self, functions: Sequence[Function], micro: int) -> Iterator[Sequence[Function]]:
        """This process's functions, those of like length together, `micro` at a time (0: all)."""
        own = sorted(functions[self.rank :: self.world], key=_length)
        yield from cut(own, micro)


class Phase(ABC):
    """A phase of training. All that it draws at random comes from (seed, its name, the step)."""

    name: str

    def __init__(self, job: Job) -> None:
        self.job = job
        self.settings: Settings = job.config.phase(self.name)

    @abstractmethod
    def updates(self, step: int) -> Iterator[Update]:
        """The optimiser steps of a step; between two of them the compiler has changed."""

    def state(self) -> dict[str, Tensor]:
        """What must be kept beside compiler and optimiser to go on after an interruption."""
        return {}

    def restore(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027 - most phases have nothing to take up
        """Take up what `state` gave."""

    def finish(self) -> dict[str, float]:
        """What there is to do when the last step is done; figures to report."""
        return {}


def cut(items: Sequence[T], micro: int) -> Iterator[Sequence[T]]:
    """A batch as pieces of `micro` (0: all at once); nothing of an empty one."""
    size = micro or max(1, len(items))
    yield from (items[at : at + size] for at in range(0, len(items), size))


def share(sums: Mapping[str, Tensor], functions: int) -> dict[str, tuple[Tensor, float]]:
    """Values of single functions -> the sums of a part."""
    return {name: (value.detach().sum(), float(functions)) for name, value in sums.items()}


def on(device: torch.device, values: Sequence[float]) -> Tensor:
    """Numbers as a tensor of a device."""
    return torch.tensor(list(values), dtype=torch.float32, device=device)


def _length(function: Function) -> int:
    """About how much is read of a function, by the compiler and by the interpreter: padding is to its longest."""
    read = len(function.spec) + sum(len(given) + len(wanted) for given, wanted in function.given)
    longest = max((len(given) + len(wanted) for given, wanted in function.rows), default=0)
    return read + len(function.rows) * longest
