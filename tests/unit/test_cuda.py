"""The CUDA backend where there is no GPU: it says so, with the way out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from pawc.backends import backend
from pawc.backends.cuda import check_gpu
from programs import executable, function
from tiny import tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore


@pytest.mark.parametrize(("cuda", "why"), [(None, "built without CUDA"), ("12.8", "finds no GPU")])
def test_a_machine_without_a_gpu_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, cuda: str | None, why: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch, "version", SimpleNamespace(cuda=cuda))
    with pytest.raises(PawError, match=rf"P0716.*{why}(.*\n)*.*--target cpu"):
        check_gpu()


def test_loading_a_program_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    program = executable(function(tiny_interpreter(), TEXT), tiny_interpreter(), BlobStore())
    with pytest.raises(PawError, match="P0716"):
        backend("cuda").load(program, tiny_info())
