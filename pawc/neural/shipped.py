"""Which neural compiler a build has: `--compiler FILE`, else the one that comes with pawc for its interpreter.

Reads headers only: a build that has nothing to do asks this, and must not import torch.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.base.fsio import read_bytes

FOLDER = Path(__file__).parent / "compilers"
"""Where compilers lie that come with pawc: `NAME.safetensors` each."""

FORMS = ("none", "spec", "written")
"""What stands behind a compiled prefix: nothing, the specification, or a pseudo-program that the compiler writes."""


@dataclass(frozen=True)
class CompilerFile:
    """A compiler on disk: its sha256, the networks it was trained with, and the form of program that suited it best."""

    path: Path
    sha256: str
    interpreter: str
    network: str
    form: str


def compiler_file(path: Path) -> CompilerFile:
    """The facts of a compiler's file; a coded error where it is none."""
    data = read_bytes(path)
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["pawc"])
        form = header["trained"].get("form", "spec")
        found = CompilerFile(
            path, hashlib.sha256(data).hexdigest(), str(header["interpreter"]), str(header["network"]), form
        )
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        fail("P1204", f"not a compiler that can be used: {error}", where=str(path))
    if form not in FORMS:
        fail("P1204", f"not a compiler that can be used: its form is {form!r}", where=str(path))
    return found


def compiler_for(interpreter: str, named: str = "", folder: Path | None = None) -> CompilerFile | None:
    """The compiler of a build for the interpreter with this sha256, if there is one.

    One that was `named` has to be for this interpreter. Of those that come with pawc the first, by name, is taken.
    """
    if named:
        found = compiler_file(Path(named))
        if found.interpreter != interpreter:
            fail(
                "P1206",
                "the compiler was trained for another interpreter than this build's",
                where=named,
                help=f"its interpreter has the sha256 {found.interpreter[:16]}..., this build's {interpreter[:16]}...",
            )
        return found
    known = (compiler_file(path) for path in sorted((folder or FOLDER).glob("*.safetensors")))
    return next((found for found in known if found.interpreter == interpreter), None)
