from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pawc.base import fsio
from pawc.base.diagnostics import PawError
from pawc.base.fsio import write_atomic

WRITER = """
import sys
from pathlib import Path
from pawc.base import fsio
path = Path(sys.argv[1])
with fsio.replacing(path) as temporary:
    temporary.write_bytes(b"half")
    print("writing", flush=True)
    sys.stdin.read()
"""

HOLDER = """
import sys
from pathlib import Path
from pawc.base import fsio
with fsio.lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start(script: str, path: Path) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], **pipes)  # type: ignore[call-overload]
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_what_is_written_is_read_back_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.bin"
    fsio.write_atomic(path, b"one")
    fsio.write_atomic(path, b"two")
    assert fsio.read_bytes(path) == b"two"
    assert names(path.parent) == ["b.bin"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x"
    fsio.write_atomic(path, b"old")
    with pytest.raises(KeyError), fsio.replacing(path) as temporary:
        temporary.write_bytes(b"new")
        raise KeyError
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def test_a_killed_writer_leaves_the_old_file_and_the_next_write_sweeps(tmp_path: Path) -> None:
    path = tmp_path / "x"
    fsio.write_atomic(path, b"old")
    writer = start(WRITER, path)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert path.read_bytes() == b"old"
    assert len(names(tmp_path)) == 2
    fsio.write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x"]


def test_sweeping_leaves_writers_that_still_run_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    writer = start(WRITER, path)
    fsio.write_atomic(path, b"mine")
    writer.communicate("")
    assert writer.returncode == 0
    assert path.read_bytes() == b"half"
    assert names(tmp_path) == ["x"]


@pytest.mark.parametrize("begun", ["0123abcd-999999999", "999999999"])
def test_a_writer_that_cannot_be_asked_for_is_given_a_day(tmp_path: Path, begun: str) -> None:
    """Another container's process has a number that nobody has here; older versions did not say where they ran."""
    other = tmp_path / f".x.{begun}-00000000.paw-tmp"
    other.write_bytes(b"half")
    fsio.write_atomic(tmp_path / "x", b"mine")
    assert other.exists()
    os.utime(other, (time.time() - 25 * 3600,) * 2)
    fsio.write_atomic(tmp_path / "x", b"mine")
    assert names(tmp_path) == ["x"]


def test_files_of_other_names_are_not_swept(tmp_path: Path) -> None:
    other = tmp_path / f".y.{fsio._here()}-999999999-00000000.paw-tmp"
    other.write_bytes(b"")
    fsio.write_atomic(tmp_path / "x", b"")
    assert other.exists()


def test_a_link_stays_one_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "a", tmp_path / "link"
    write_atomic(real, b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_atomic(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomic(pipe, b"data")
    assert os.read(reader, 9) == b"data"
    assert stat.S_ISFIFO(pipe.stat().st_mode) and list(tmp_path.iterdir()) == [pipe]
    os.close(reader)


def test_what_cannot_be_written_or_read_is_a_coded_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PawError, match="P0501"):
        fsio.write_atomic(tmp_path / "file" / "below", b"")
    with pytest.raises(PawError, match="P0502"):
        fsio.read_bytes(tmp_path / "missing")


def test_a_lock_is_held_by_one_process_and_dies_with_it(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    holder = start(HOLDER, path)
    with pytest.raises(PawError, match="P0503"), fsio.lock(path, timeout=0.05):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    started = time.perf_counter()
    with fsio.lock(path, timeout=5):
        assert time.perf_counter() - started < 5
