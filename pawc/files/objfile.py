"""Objects: a compiled module and its tensors <-> a `.pawo` file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pawc.base import canonical
from pawc.files import container
from pawc.files import manifest as manifests
from pawc.files.blobs import BlobStore
from pawc.files.loaded import check_module, check_prefixes
from pawc.ir import codec
from pawc.ir.nodes import Module

FORMAT = "pawo"
_FIELDS = frozenset({"flags", "interpreter", "module"})


@dataclass(frozen=True, kw_only=True)
class ObjectFile:
    """What one source file was compiled to.

    `interpreter` names the interpreter its programs are for (`InterpreterInfo.named`), None where there are none;
    `flags` are what the build was told, and may hold what the driver wants to find again.
    """

    module: Module
    interpreter: Mapping[str, str] | None = None
    flags: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    def save(self, path: Path, blobs: BlobStore) -> None:
        """Write the object and the tensors its module refers to; equal objects are equal bytes."""
        fields = {
            "flags": dict(self.flags),
            "interpreter": None if self.interpreter is None else dict(self.interpreter),
            "module": codec.encode(self.module),
        }
        text = canonical.dumps(manifests.seal(FORMAT, fields))
        container.write(path, text, manifests.module_blobs(self.module), blobs)

    @staticmethod
    def load(path: Path, blobs: BlobStore) -> ObjectFile:
        """Read and check an object whole; its tensors become known to `blobs`."""
        header = container.read_header(path)
        manifest = _open(header, path)
        module = codec.decode(Module, manifest["module"], str(path))
        check_module(module, str(path))
        manifests.check_tensors(manifests.module_blobs(module), header.tensors, str(path))
        container.map_tensors(path, header, blobs)
        check_prefixes(module, blobs, str(path))
        return ObjectFile(module=module, interpreter=manifest["interpreter"], flags=manifest["flags"])


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an object, without decoding its module or touching its tensors."""
    return _open(container.read_header(path), path)


def _open(header: container.Header, path: Path) -> dict[str, Any]:
    manifest = manifests.open_sealed(header.manifest, FORMAT, _FIELDS, str(path))
    manifests.check_facts(manifest, str(path))
    return manifest
