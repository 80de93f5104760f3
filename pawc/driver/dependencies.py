"""What an output was made from -> a file for make (`-MMD`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pawc.base import fsio


def write_dependencies(output: Path, made_from: Sequence[Path]) -> None:
    """Write OUT.d for make: what `output` was made from. Each file also is a target, so that one may be deleted."""
    names = [_make_name(Path(os.path.relpath(path))) for path in made_from]
    lines = [f"{_make_name(output)}: {' '.join(names)}", *(f"{name}:" for name in names)]
    fsio.write_atomic(output.with_suffix(".d"), "".join(f"{line}\n" for line in lines).encode())


def _make_name(path: Path) -> str:
    """A path as make reads it."""
    return path.as_posix().replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")
