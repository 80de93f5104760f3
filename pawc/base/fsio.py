"""Files on disk: bytes -> a file that is there as a whole or not at all, and locks between processes.

A file is written beside its target under a temporary name, flushed to the disk, then renamed over the target.
A process killed in between leaves only the temporary file; a later write to the same target removes it. A link stays
a link, permissions stay what they were; what is no file (`/dev/null`, a pipe) is written to, not replaced.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import NoReturn

from pawc.base.diagnostics import fail, nearest

_ABANDONED = 24 * 3600  # seconds after which a temporary file is nobody's, where its process cannot be asked for


def read_bytes(path: Path) -> bytes:
    """The contents of a file; a coded error when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(path, error)


def open_bytes(path: Path) -> BufferedReader:
    """A file to be read piece by piece; a coded error when it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        _refuse(path, error)


def _refuse(path: Path, error: OSError) -> NoReturn:
    help = neighbour(path) if isinstance(error, FileNotFoundError) else ""
    fail("P0502", f"cannot read `{path}`: {error.strerror}", where=str(path), help=help)


def neighbour(path: Path, suffix: str = "") -> str:
    """`did you mean ...` for the file beside a missing one whose name is close to its name, or nothing.

    Names that are alike in their endings alone are not.
    """
    try:
        others = [other for other in path.parent.iterdir() if other.name.endswith(suffix)]
        return nearest(path.name, (other.name for other in others if nearest(path.stem, [other.stem])))
    except (OSError, ValueError):  # no folder either; a NUL in the path
        return ""


def file_sha256(path: Path) -> str:
    """The sha256 of a file's contents, in hexadecimal; the file may be larger than the memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes | memoryview) -> None:
    """Make `data` the contents of `path`: readers see the old file or the new one, never a part."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path to write to; it becomes `path` when the block ends well, and is removed when it fails."""
    target = Path(os.path.realpath(path))
    special = target.exists() and not target.is_file() and not target.is_dir()
    folder = Path(tempfile.gettempdir()) if special else target.parent
    temporary = folder / f".{target.name}.{_here()}-{os.getpid()}-{secrets.token_hex(4)}.paw-tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if special:
            yield temporary
            with temporary.open("rb") as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            return
        sweep(target)
        yield temporary
        if target.is_file():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(folder)
    except OSError as error:
        fail("P0501", f"cannot write `{path}`: {error.strerror or error}", where=str(path))
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Remove what killed writers of `path` left behind; files of writers that still run are let alone.

    Whether a writer runs can be asked here only: files that were begun on another machine, or in another container
    that shares the folder, are removed when they are a day old.
    """
    name = re.compile(re.escape(f".{path.name}.") + r"(?:([0-9a-f]{8})-)?(\d+)-[0-9a-f]{8}\.paw-tmp")
    for leftover in path.parent.iterdir():
        if (match := name.fullmatch(leftover.name)) and _abandoned(leftover, match[1] or "", int(match[2])):
            leftover.unlink(missing_ok=True)


@contextmanager
def lock(path: Path, timeout: float = -1) -> Iterator[None]:
    """Hold the lock of `path` (a file beside it); it is let go when the block ends or the process dies.

    After `timeout` seconds without it: a coded error. Negative: wait for ever.
    """
    from filelock import FileLock, Timeout  # running a program needs no lock, and this package not at all

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=timeout):
            yield
    except Timeout:
        fail("P0503", f"another process holds the lock of `{path}`", where=str(path))


@cache
def _here() -> str:
    """Where process ids mean the same processes: this machine since it was started, this container."""
    facts = [platform.node()]
    with suppress(OSError):  # Linux has them; elsewhere there are no such containers
        facts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        facts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:8]


def _abandoned(leftover: Path, here: str, pid: int) -> bool:
    # On Windows `os.kill` would end the process, not ask for it.
    if here != _here() or sys.platform == "win32" or pid == os.getpid():
        with suppress(FileNotFoundError):
            return time.time() - leftover.stat().st_mtime > _ABANDONED
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # it runs, as somebody else; no process has such a number
        return False
    return False


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can say so."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
