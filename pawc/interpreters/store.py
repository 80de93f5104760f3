"""Interpreters on disk: a name or a hash -> the folder of an interpreter, fetched and converted once.

    <cache>/interpreters/<name>/   model.safetensors (bfloat16)  config.json  tokenizer.json  interp.json

A folder is there as a whole or not at all: it is made beside its place and renamed, under a lock. Looking
one up reads `interp.json` only; torch is imported where a model is converted (`convert`).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from pawc.base import fsio
from pawc.base.diagnostics import PawError, fail, nearest
from pawc.interpreters.info import INFO, InterpreterInfo

DEFAULT = "smollm2-135m-instruct"
DEFAULT_SHA256 = "7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b"
"""The identity of the embedded interpreter: what its conversion gives on every machine."""

WAYS = "`pawc interp list` shows what is, `pawc interp pull` fetches one, `pawc interp add NAME PATH` adds a model"
"""How to come by an interpreter that is not there."""

Say = Callable[[str], None]
_NAME = re.compile(r"(?:hf:[\w.-]+/[\w.-]+|[\w][\w.-]*)", re.ASCII)


def cache_root() -> Path:
    """The folder of everything pawc keeps: `PAWC_CACHE_DIR`, else the user's cache directory."""
    if given := os.environ.get("PAWC_CACHE_DIR"):
        return Path(given).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "pawc" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pawc"
    return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache") / "pawc"


class Store:
    """The interpreters below `root` (default: the user's cache). `say` is told what takes long, and why."""

    def __init__(self, root: Path | None = None, say: Say | None = None) -> None:
        self._folder = (root or cache_root()) / "interpreters"
        self._say: Say = say or (lambda message: print(message, file=sys.stderr, flush=True))

    def list(self) -> list[InterpreterInfo]:
        """Every interpreter that is here, by name. Damaged ones are left out; `resolve` says what ails them."""
        found = []
        for path in sorted(self._folder.glob(f"[!.]*/{INFO}")):
            try:
                found.append(InterpreterInfo.read(path.parent))
            except PawError:
                continue
        return sorted(found, key=lambda info: info.name)

    def resolve(self, name: str = "") -> InterpreterInfo:
        """The interpreter called `name`. The embedded one (the default) is fetched if it is not here."""
        name = name or DEFAULT
        if (folder := self._place(name)).exists():
            return InterpreterInfo.read(folder)
        if name != DEFAULT:
            known = nearest(name, [DEFAULT, *(info.name for info in self.list())])
            from pawc.interpreters.parts import PARTED

            pulled = name.startswith("hf:") or name in PARTED
            help = f"`pawc interp pull {name}`" if pulled else f"{known} {WAYS}".strip()
            fail("P0701", f"interpreter `{name}` is not in the store", help=help)
        return self.pull(name)

    def of_program(self, named: Mapping[str, str]) -> InterpreterInfo:
        """The interpreter that a program's manifest names, whatever it is called here; of several that of its name."""
        here = self.list()
        for info in sorted(here, key=lambda info: info.name != named["name"]):
            if not info.difference(named):
                return info
        if named["sha256"] == DEFAULT_SHA256 and DEFAULT not in (info.name for info in here):
            return self.pull(DEFAULT)
        for info in here:  # the likest: one of its name, or else one with its weights
            if info.name == named["name"]:
                info.require(named)
        for info in here:
            if info.sha256 == named["sha256"]:
                info.require(named)
        return self._refuse_missing(named["sha256"], named["name"])

    def by_sha256(self, sha256: str) -> InterpreterInfo:
        """An interpreter with these weights, whatever its layout and its name: neural compilers name no more."""
        for info in self.list():
            if info.sha256 == sha256:
                return info
        if sha256 != DEFAULT_SHA256:
            self._refuse_missing(sha256)
        return self.pull(DEFAULT)

    def _refuse_missing(self, sha256: str, name: str = "") -> NoReturn:
        wanted = f"`{name}`" if name else "an interpreter"
        get = f"`pawc interp pull {name}`" if name.startswith("hf:") else "`pawc interp add NAME PATH`"
        fail("P0710", f"the program needs {wanted} (weights {sha256[:12]}), which is not in the store", help=get)

    def pull(self, name: str = "") -> InterpreterInfo:
        """Fetch the embedded interpreter, `hf:OWNER/NAME`, or a larger model of `parts.PARTED`, unless it is here."""
        from pawc.interpreters import parts

        name = name or DEFAULT
        if name != DEFAULT and name not in parts.PARTED and not name.startswith("hf:"):
            known = ", ".join(f"`{known}`" for known in (DEFAULT, *parts.PARTED))
            help = f"{known} and `hf:OWNER/NAME` can be pulled; `pawc interp add {name} PATH` adds a local model"
            fail("P0701", f"there is no interpreter `{name}` to pull", help=help)
        with self._adding(name) as target:
            if target is not None:
                from pawc.interpreters import sources as store_sources

                if name in parts.PARTED:
                    parts.pull(name, parts.PARTED[name], target, self._folder / ".downloads", self._say)
                elif name == DEFAULT:
                    store_sources.embedded(name, target, self._folder / ".downloads", self._say, DEFAULT_SHA256)
                else:
                    store_sources.hub(name, target, self._say)
        return InterpreterInfo.read(self._place(name))

    def add(self, name: str, path: Path) -> InterpreterInfo:
        """Copy a local model into the store: a folder as transformers saves it, or a .gguf file."""
        with self._adding(name) as target:
            if target is None:
                help = f"choose another name, or `pawc interp rm {name}` first"
                fail("P0708", f"interpreter `{name}` is in the store already", help=help)
            from pawc.interpreters import sources as store_sources

            store_sources.local(name, path, target, self._say)
        return InterpreterInfo.read(self._place(name))

    def remove(self, name: str) -> None:
        """Take an interpreter out of the store."""
        folder = self._place(name)
        with fsio.lock(folder):
            if not folder.exists():
                known = [info.name for info in self.list()]
                help = nearest(name, known) or "`pawc interp list` shows what is"
                fail("P0701", f"interpreter `{name}` is not in the store", help=help)
            doomed = folder.with_name(f".{folder.name}.partial")
            shutil.rmtree(doomed, ignore_errors=True)
            folder.replace(doomed)  # nobody sees a folder that is half there
            shutil.rmtree(doomed)

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            help = "letters, digits, `.`, `-` and `_`; or `hf:OWNER/NAME`"
            fail("P0709", f"`{name}` cannot be the name of an interpreter", help=help)
        return self._folder / name.replace(":", "--").replace("/", "--")

    @contextmanager
    def _adding(self, name: str) -> Iterator[Path | None]:
        """An empty folder that becomes the interpreter's when the block ends well; None if that is here already."""
        place = self._place(name)
        with self._lock(place):
            if place.exists():
                yield None
                return
            partial = place.with_name(f".{place.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)  # what a killed process left
            try:
                partial.mkdir(parents=True)
                yield partial
                partial.replace(place)
            except OSError as error:
                help = "make room there, or set PAWC_CACHE_DIR to a folder with more of it"
                fail("P0703", f"interpreter `{name}` cannot be stored: {error}", where=str(self._folder), help=help)
            finally:
                shutil.rmtree(partial, ignore_errors=True)

    @contextmanager
    def _lock(self, place: Path) -> Iterator[None]:
        try:
            with fsio.lock(place, timeout=0.2):
                pass
        except PawError:
            self._say(f"waiting for another process that is fetching {place.name}")
        with fsio.lock(place):
            yield
