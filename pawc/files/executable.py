"""Executables: a linked module, its tensors and what else its target needs <-> a `.pawx` file.

`docs/format.md` says what a manifest holds. Tensors of the module are checked when the file is loaded;
attachments (a whole interpreter, with `--static`) when they are first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pawc.base import canonical
from pawc.base.diagnostics import InternalError, fail
from pawc.files import container
from pawc.files import manifest as manifests
from pawc.files.blobs import BlobStore
from pawc.files.loaded import check_module, check_prefixes
from pawc.ir import codec
from pawc.ir.nodes import BlobRef, ComposedFunction, Module, NeuralFunction

FORMAT = "pawx"
CARRIED = "interpreter/"
"""What the names of attachments begin with that are files of the interpreter."""

_REPEATED = ("entry", "exports", "signatures", "compilers", "sources")
_FIELDS = frozenset({"target", *_REPEATED, "interpreter", "flags", "attachments", "module"})


@dataclass(frozen=True, kw_only=True)
class Executable:
    """One linked program for one target. `manifest` is what the file says of itself, `blobs` holds its tensors."""

    module: Module
    manifest: Mapping[str, Any]
    blobs: BlobStore
    path: Path | None = field(default=None, compare=False)  # the file it was read from

    @staticmethod
    def build(
        module: Module,
        blobs: BlobStore,
        *,
        target: str,
        interpreter: Mapping[str, str] | None = None,
        flags: Mapping[str, str | int | float | bool] | None = None,
        attachments: Mapping[str, BlobRef] | None = None,
    ) -> Executable:
        """An executable of a linked module; `interpreter` is what a manifest says of it (`InterpreterInfo.named`)."""
        if module.stage != "linked":
            raise InternalError(f"an executable needs a linked module, `{module.name}` is {module.stage}")
        fields = {
            **_facts(module),
            "target": target,
            "interpreter": None if interpreter is None else dict(interpreter),
            "flags": dict(flags or {}),
            "attachments": {name: _plain(ref) for name, ref in (attachments or {}).items()},
            "module": codec.encode(module),
        }
        return Executable(module=module, manifest=manifests.seal(FORMAT, fields), blobs=blobs)

    def save(self, path: Path) -> None:
        """Write the file; equal executables are equal bytes."""
        refs = [*manifests.module_blobs(self.module), *self.attachments.values()]
        container.write(path, canonical.dumps(dict(self.manifest)), refs, self.blobs)

    @staticmethod
    def load(path: Path) -> Executable:
        """Read and check an executable whole."""
        where = str(path)
        header = container.read_header(path)
        manifest = _open(header, path)
        module = codec.decode(Module, manifest["module"], where)
        if module.stage != "linked":
            fail("P0526", f"an executable holds a linked module, this one is {module.stage}", where=where)
        check_module(module, where)
        for name, fact in _facts(module).items():
            if manifest[name] != fact:
                fail("P0525", f"the manifest's `{name}` is not that of the module", where=where)
        _check_interpreter(module, manifest["interpreter"], where)
        blobs = BlobStore()
        executable = Executable(module=module, manifest=manifest, blobs=blobs, path=path)
        refs = [*manifests.module_blobs(module), *executable.attachments.values()]
        manifests.check_tensors(refs, header.tensors, where)
        container.map_tensors(path, header, blobs)
        check_prefixes(module, blobs, where)
        return executable

    @property
    def attachments(self) -> dict[str, BlobRef]:
        """Tensors beside the module, by name: `interpreter/FILE`, and what the target put there."""
        return {
            name: BlobRef(sha256=entry["sha256"], shape=tuple(entry["shape"]), dtype=entry["dtype"])
            for name, entry in self.manifest["attachments"].items()
        }


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an executable, without decoding its module or touching its tensors."""
    return _open(container.read_header(path), path)


def signature(function: NeuralFunction | ComposedFunction) -> str:
    """`(message: text) -> "immediate" | "wait"`."""
    params = ", ".join(f"{param.name}: {param.type}" for param in function.params)
    return f"({params}) -> {function.result}"


def _open(header: container.Header, path: Path) -> dict[str, Any]:
    manifest = manifests.open_sealed(header.manifest, FORMAT, _FIELDS, str(path), (2, manifests.VERSION))
    manifests.check_facts(manifest, str(path))
    if not isinstance(manifest["target"], str):
        fail("P0518", "target: expected text", where=str(path))
    _check_attachments(manifest["attachments"], str(path))
    return manifest


def _facts(module: Module) -> dict[str, Any]:
    """What a manifest repeats of its module, for tools that do not read the IR."""
    return {
        "entry": module.entry,
        "exports": list(module.exports),
        "signatures": {function.symbol: signature(function) for function in module.functions},
        "compilers": sorted({f.program.compiler for f in module.neural if f.program and f.program.compiler}),
        "sources": [list(source) for source in module.sources],
    }


def _check_interpreter(module: Module, interpreter: Mapping[str, str] | None, where: str) -> None:
    for function in module.neural:
        wanted = function.program.interpreter if function.program else None
        if interpreter is None or interpreter["sha256"] != wanted:
            fail("P0525", f"`{function.symbol}` is for another interpreter than the manifest names", where=where)


def _plain(ref: BlobRef) -> dict[str, Any]:
    return {"sha256": ref.sha256, "shape": list(ref.shape), "dtype": ref.dtype}


def _check_attachments(attachments: Any, where: str) -> None:
    if not isinstance(attachments, dict):
        fail("P0518", "attachments: expected an object", where=where)
    for name, entry in attachments.items():
        sound = isinstance(entry, dict) and entry.keys() == {"sha256", "shape", "dtype"}
        sound = sound and isinstance(entry["sha256"], str) and isinstance(entry["dtype"], str)
        if not (sound and isinstance(entry["shape"], list) and all(type(d) is int for d in entry["shape"])):
            fail("P0518", f"attachments: `{name[:80]}` must have sha256, shape and dtype", where=where)
        if name.startswith(CARRIED) and (entry["dtype"] != "U8" or len(entry["shape"]) != 1):
            fail("P0518", f"attachments: `{name[:80]}` is a file, and must be U8 of one dimension", where=where)
