"""What an output was made from -> whether making it again would give the same bytes, without loading a model.

All that is compared stands in the output's own manifest: there is no state beside it that could be stale.
docs/adr/0002-staging.md says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import PawError
from pawc.files import executable, objfile
from pawc.interpreters.store import Store

Flags = Mapping[str, str | int | float | bool]

IMPORTED = "imported"
"""The flag in which an object lists the files whose declarations it was compiled against."""


@cache
def toolchain() -> str:
    """The version of pawc and a hash of its code and its neural compilers: another may build something else."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    folders = {package, *(Path(path) for name in ("passes", "backends", "grammar") for path in _package(name))}
    for folder in sorted(folders, key=lambda path: path.name):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".lark", ".safetensors", ".cpp", ".h"):
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{version('pawc')}+{digest.hexdigest()[:12]}"


def _package(name: str) -> Iterable[str]:
    from importlib.util import find_spec

    spec = find_spec(f"pawc.{name}")
    return (spec.submodule_search_locations or ()) if spec else ()


def current_manifest(
    output: Path, root: Path, flags: Flags, store: Store, interpreter: str, *, is_object: bool
) -> dict[str, Any] | None:
    """The manifest of `output` if it is there and nothing that it was made from has changed, else None."""
    if not output.exists():
        return None
    try:
        manifest = (objfile if is_object else executable).read_manifest(output)
    except PawError:
        return None  # damaged, or of another version: make it again
    if {name: value for name, value in manifest["flags"].items() if name != IMPORTED} != dict(flags):
        return None
    try:
        made_from = sources(manifest)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None  # its list of files is none: no build wrote it
    if any(file_hash(root / path) != digest for path, digest in made_from):
        return None
    named = manifest["interpreter"]
    return manifest if named is None or store.resolve(interpreter).named == named else None


def sources(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (path below the root, sha256) of every file that an object or executable was made from.

    The manifest may be read only, not decoded: where its lists are none, ValueError, TypeError or KeyError says so.
    """
    listed = manifest["sources"] if "sources" in manifest else manifest["module"]["sources"]
    imported = json.loads(manifest["flags"].get(IMPORTED, "[]"))
    found = list(dict.fromkeys((path, digest) for path, digest in (*listed, *imported)))
    if not all(isinstance(text, str) and text for pair in found for text in pair):
        raise ValueError("a source is a path and a sha256")
    return found


def file_hash(path: Path) -> str:
    """The sha256 of a file's contents; empty if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):  # the latter for a path that no file can have
        return ""
