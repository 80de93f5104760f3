"""What a file is: its content, not its name, tells executables and objects; a source is what is called `.paw`."""

from __future__ import annotations

import json
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.files import container, executable, objfile
from pawc.files.container import MADE


def kind(path: Path) -> str:
    """`pawx` or `pawo`; empty for a file that is neither, or cannot be read. A coded error where it is damaged."""
    if not container.has_header(path):
        return ""
    try:
        manifest = json.loads(container.read_header(path).manifest)
    except (ValueError, RecursionError):
        return ""  # whoever reads it as a whole says what is wrong
    found = manifest.get("format") if isinstance(manifest, dict) else None
    return found if found in (executable.FORMAT, objfile.FORMAT) else ""


def is_source(path: Path) -> bool:
    """Whether a program is a source, which is to be built, or an executable; a coded error if it is neither."""
    found = kind(path)
    if found == objfile.FORMAT:
        fail("P0954", f"`{path}` is an object", where=str(path), help="`pawc link` makes an executable of objects")
    if found == executable.FORMAT:
        return False
    if path.suffix == ".paw":
        return True
    if path.suffix != ".pawx" and path.exists():  # else reading it says what is wrong with it
        fail("P0954", f"`{path}` is neither an executable nor a .paw source", where=str(path), help=MADE)
    return False


def is_object(path: Path) -> bool:
    """Whether a file is an object or an executable; a coded error if it is neither."""
    found = kind(path)
    if not found and path.suffix not in (".pawo", ".pawx") and path.exists():
        if path.suffix == ".paw":
            fail("P0954", f"`{path}` is a source", where=str(path), help=f"`pawc build {path}` first")
        fail("P0954", f"`{path}` is neither an executable nor an object", where=str(path), help=MADE)
    return _taken_for_object(path, found)


def need_object(path: Path) -> None:
    """Refuse what is there and no object."""
    found = kind(path)
    if _taken_for_object(path, found) or not path.exists():
        return
    what = "an executable" if found else "no object"
    help = "`pawc link` takes objects, which `pawc build --emit obj` makes of sources"
    fail("P0954", f"`{path}` is {what}", where=str(path), help=help)


def _taken_for_object(path: Path, found: str) -> bool:
    """Whether it is one, or only called so: then reading it says what is wrong with it."""
    return found == objfile.FORMAT or (not found and path.suffix == ".pawo")
