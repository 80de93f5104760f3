"""The interpreter that an executable carries (`--static`): files -> attachments, and attachments -> its facts.

The files stay in the executable: each is handed out as a part of its mapping, checked against its hash when it is
first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.files.executable import CARRIED, Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import BlobRef


def attach(files: Mapping[str, Path], blobs: BlobStore) -> dict[str, BlobRef]:
    """The attachments that an interpreter's `files` become, by name; they are read again when they are written."""
    return {f"{CARRIED}{name}": blobs.put_file(path) for name, path in sorted(files.items())}


def carried_interpreter(executable: Executable) -> InterpreterInfo | None:
    """The interpreter within an executable, if it carries one: that which its manifest names."""
    held = {name: ref for name, ref in executable.attachments.items() if name.startswith(CARRIED)}
    if not held:
        return None
    where = executable.path or Path(f"{executable.module.name}.pawx")
    contents = {name[len(CARRIED) :]: partial(executable.blobs.get_bytes, ref) for name, ref in held.items()}
    info = InterpreterInfo.read_carried(where, contents)
    named = executable.manifest["interpreter"]
    if named is None or info.difference(named):
        fail("P0525", "the executable carries another interpreter than its manifest names", where=str(where))
    return info
