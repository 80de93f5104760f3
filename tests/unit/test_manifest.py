from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pawc.base import canonical
from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT
from pawc.files.manifest import check_facts, check_tensors, digest, module_blobs, open_sealed, seal
from pawc.ir.nodes import BlobRef, Module, NeuralFunction, Prefix, Program

FIELDS = frozenset({"a"})


def opened(manifest: dict[str, Any]) -> dict[str, Any]:
    return open_sealed(canonical.dumps(manifest), "pawo", FIELDS, "x.pawo")


def resealed(**changes: Any) -> dict[str, Any]:
    """A manifest whose digest is right although something else is not."""
    manifest = {"format": "pawo", "version": 3, "a": 1, **changes}
    return {**manifest, "digest": digest(manifest)}


def refused(manifest: dict[str, Any], code: str) -> None:
    with pytest.raises(PawError, match=code):
        opened(manifest)


def test_a_sealed_manifest_opens() -> None:
    sealed = seal("pawo", {"a": [1]})
    assert opened(sealed) == sealed
    assert sealed["version"] == 3


def test_a_changed_manifest_is_refused() -> None:
    refused({**seal("pawo", {"a": 1}), "a": 2}, "P0520")
    refused({k: v for k, v in seal("pawo", {"a": 1}).items() if k != "digest"}, "P0520")


@pytest.mark.parametrize("version", [0, 1, 2, 4, "3", None, True, 3.0, 10**400])
def test_other_versions_are_refused(version: Any) -> None:
    refused(resealed(version=version), "P0510")


@pytest.mark.parametrize("kind", ["pawx", "", None, 5, ["pawo"]])
def test_other_kinds_of_files_are_refused(kind: Any) -> None:
    refused(resealed(format=kind), "P0516")


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(PawError, match="P0516"):
        open_sealed("[]", "pawo", FIELDS, "")


def test_unknown_and_missing_fields_are_refused() -> None:
    refused(resealed(b=1), "P0518")
    refused(seal("pawo", {}), "P0518")


@pytest.mark.parametrize(
    "facts",
    [
        {"flags": []},
        {"flags": {"a": None}},
        {"flags": {"a": []}},
        {"interpreter": "x"},
        {"interpreter": {"name": "x", "sha256": "y", "tokenizer_sha256": "z"}},
        {"interpreter": {"name": "x", "sha256": "y", "tokenizer_sha256": "z", "layout_sha256": 1}},
        {"version": 2, "interpreter": {"name": "x", "sha256": "y", "tokenizer_sha256": "z", "layout_sha256": "v"}},
    ],
)
def test_facts_of_another_kind_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(PawError, match="P0518"):
        check_facts({"version": 3, "flags": {}, "interpreter": None, **facts}, "")


REF = BlobRef(sha256="ab" * 32, shape=(2,), dtype="U8")


def test_the_tensors_of_a_file_are_those_it_needs() -> None:
    check_tensors([REF, REF], {REF.sha256: REF}, "")
    for needed, there, code in (
        ([REF], {}, "P0522"),
        ([], {REF.sha256: REF}, "P0522"),
        ([REF], {REF.sha256: replace(REF, shape=(1, 2))}, "P0523"),
        ([REF], {REF.sha256: replace(REF, dtype="I8")}, "P0523"),
    ):
        with pytest.raises(PawError, match=code):
            check_tensors(needed, there, "")


def test_a_module_refers_to_each_of_its_tensors_once() -> None:
    scales = replace(REF, sha256="cd" * 32)
    prefix = Prefix(length=1, bits=8, group=0, data=REF, scales=scales)
    program = Program(level=0, interpreter="", tokens=(), prefix=prefix)
    functions = tuple(
        NeuralFunction(symbol=f"m.{name}", params=(), result=TEXT, spec="", program=its)
        for name, its in (("a", program), ("b", program), ("c", replace(program, prefix=None)), ("d", None))
    )
    assert module_blobs(Module(name="m", stage="checked", functions=functions)) == [REF, scales]
