"""The CUDA backend on a GPU: graphs give what single kernels give, and float32 what the reference gives."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from pawc.backends.cuda import CudaBackend
from pawc.backends.reference import ReferenceBackend
from programs import executable, function, values
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.types import BOOL, INT, TEXT, Labels, Type
from pawc.files.blobs import BlobStore

KINDS: tuple[Type, ...] = (Labels(("immediate", "wait", "wait a little", "")), BOOL, TEXT, INT)
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here"),
]


def ask(backend: Any, architecture: str, kind: Type, count: int) -> list[Any]:
    interpreter, blobs = tiny_interpreter(architecture), BlobStore()
    made = function(interpreter, kind, blobs, prefix=20, max_tokens=9)
    engine = backend.load(executable(made, interpreter, blobs), tiny_info(architecture))
    asked = [(f"message {number} " + "again " * (number % 7),) for number in range(count)]
    for _ in range(3):  # the third time, every shape has been recorded
        outcomes = engine.call(made, asked)
    return values(outcomes)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_float32_answers_are_those_of_the_reference(architecture: str, kind: Type) -> None:
    found = ask(CudaBackend(torch.float32), architecture, kind, 9)
    assert found == ask(ReferenceBackend(), architecture, kind, 9)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_graphs_give_what_single_kernels_give(kind: Type) -> None:
    graphs, kernels = (ask(CudaBackend(graphs=graphs), "qwen3", kind, 40) for graphs in (True, False))
    assert graphs == kernels


def test_a_batch_of_300_is_answered_in_order() -> None:
    whole = ask(CudaBackend(torch.float32), "llama", TEXT, 300)
    assert whole[:20] == ask(CudaBackend(torch.float32), "llama", TEXT, 20)
