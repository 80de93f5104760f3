"""Manifests: fields <-> the sealed canonical text that a file carries, and what all kinds of files check alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from pawc.base import canonical
from pawc.base.diagnostics import fail
from pawc.ir.nodes import BlobRef, Module, Program

VERSION = 3
INTERPRETER_FIELDS = {
    2: ("name", "sha256", "tokenizer_sha256"),
    3: ("name", "sha256", "tokenizer_sha256", "layout_sha256"),
}


def seal(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A whole manifest: the fields of a file of this kind, with format, version and digest."""
    manifest = {"format": kind, "version": VERSION, **fields}
    return manifest | {"digest": digest(manifest)}


def open_sealed(
    text: str, kind: str, fields: frozenset[str], where: str, versions: tuple[int, ...] = (VERSION,)
) -> dict[str, Any]:
    """The manifest that a text holds, if it is whole and of this kind, with exactly these fields."""
    manifest = canonical.loads(text, where)
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != kind:
        fail("P0516", f"expected a file of format `{kind}`, found {_shown(found)}", where=where)
    if type(version := manifest.get("version")) is not int or version not in versions:
        found = _shown(version)
        fail("P0510", f"format version {found} is not one this pawc reads; it reads {_listed(versions)}", where=where)
    if manifest.get("digest") != digest({k: v for k, v in manifest.items() if k != "digest"}):
        fail("P0520", "the manifest is damaged: it does not have the digest it records", where=where)
    expected = fields | {"format", "version", "digest"}
    if unknown := sorted(manifest.keys() - expected):
        fail("P0518", f"the manifest has an unknown field `{unknown[0][:80]}`", where=where)
    if missing := sorted(expected - manifest.keys()):
        fail("P0518", f"the manifest has no field `{missing[0]}`", where=where)
    return dict(manifest)


def check_facts(manifest: dict[str, Any], where: str) -> None:
    """Refuse `flags` and `interpreter` that are not what docs/format.md says."""
    flags = manifest["flags"]
    if not isinstance(flags, dict) or not all(isinstance(v, str | int | float) for v in flags.values()):
        fail("P0518", "flags: expected an object of texts, numbers and booleans", where=where)
    interpreter = manifest["interpreter"]
    if interpreter is None:
        return
    wanted = INTERPRETER_FIELDS[manifest["version"]]
    if not isinstance(interpreter, dict) or set(interpreter) != set(wanted):
        fail("P0518", f"interpreter: expected null, or {', '.join(wanted)}", where=where)
    if not all(isinstance(value, str) for value in interpreter.values()):
        fail("P0518", "interpreter: expected texts", where=where)


def check_tensors(needed: list[BlobRef], there: dict[str, BlobRef], where: str) -> None:
    """The tensors of a file must be those that its manifest refers to, as it refers to them."""
    for ref in needed:
        if (found := there.get(ref.sha256)) is None:
            fail("P0522", f"tensor {ref.sha256[:12]} is missing", where=where)
        if found != ref:
            wanted = f"{ref.dtype}{list(ref.shape)}"
            fail("P0523", f"tensor {ref.sha256[:12]} is {found.dtype}{list(found.shape)}, not {wanted}", where=where)
    if unneeded := there.keys() - {ref.sha256 for ref in needed}:
        fail("P0522", f"nothing refers to tensor {min(unneeded)[:12]}", where=where)


def program_blobs(program: Program) -> Iterator[BlobRef]:
    """The tensors a program refers to."""
    if program.prefix is not None:
        yield program.prefix.data
        if program.prefix.scales is not None:
            yield program.prefix.scales


def module_blobs(module: Module) -> list[BlobRef]:
    """The tensors a module refers to, in order, one mention each."""
    programs = (function.program for function in module.neural if function.program is not None)
    return list(dict.fromkeys(ref for program in programs for ref in program_blobs(program)))


def digest(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(canonical.dumps(manifest).encode()).hexdigest()


def _listed(versions: tuple[int, ...]) -> str:
    return " and ".join(map(str, versions))


def _shown(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str | int) and len(str(value)) < 40 else "something else"
