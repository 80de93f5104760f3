"""Which passes run when: what a build is for -> the passes per file, and those over the whole program.

This is the one place that orders them. docs/adr/0002-staging.md says why compiling comes before linking.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pawc.pass_base import Pass
from pawc.pass_spec import parse_pipeline
from pawc.passes import PASSES

CHECK = "resolve,check"
COMPILE = "neural-compile{{level={level},seed={seed}}},quantize-prefix{{bits={bits}}}"
LINK = "link"
OPTIMISE = "share-programs,inline,fold-constants,deduplicate-calls"
CLEAN = "eliminate-dead"


@dataclass(frozen=True)
class Pipeline:
    """Passes in order, as `--passes` spells them. Nothing is imported before one of them is to run."""

    text: str

    @property
    def per_file(self) -> tuple[Pass, ...]:
        """What every file goes through: the passes before `link`."""
        return self._passes[: self._link]

    @property
    def whole(self) -> tuple[Pass, ...]:
        """What the program goes through: `link` and what follows."""
        return self._passes[self._link :]

    @cached_property
    def _passes(self) -> tuple[Pass, ...]:
        return parse_pipeline(self.text, PASSES)

    @property
    def _link(self) -> int:
        names = [step.name for step in self._passes]
        return names.index("link") if "link" in names else len(names)


def checking() -> Pipeline:
    """Find errors, touch no model."""
    return Pipeline(CHECK)


def building(*, level: int, seed: int, bits: int) -> Pipeline:
    """Compile and link. `level` -1 leaves the level to the compiler, per function."""
    return Pipeline(",".join((CHECK, COMPILE.format(level=level, seed=seed, bits=bits), LINK, OPTIMISE, CLEAN)))


def testing(*, level: int, seed: int, bits: int) -> Pipeline:
    """As `building`, so that what is tested is what runs, but every function stays: no entry may reach a tested one."""
    return Pipeline(",".join((CHECK, COMPILE.format(level=level, seed=seed, bits=bits), LINK, OPTIMISE)))
