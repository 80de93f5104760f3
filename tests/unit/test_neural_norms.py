"""Fused norms give what transformers' give."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from pawc.neural.norms import fuse_norms
from tests.tiny import tiny_interpreter


@pytest.mark.parametrize(("architecture", "replaced"), [("llama", True), ("qwen3", True), ("gemma3", False)])
def test_logits_and_gradients_stay(architecture: str, replaced: bool) -> None:
    model = tiny_interpreter(architecture).model
    embedded = model.get_input_embeddings()(torch.tensor([[5, 6, 7]])).detach().requires_grad_()

    def look() -> tuple[torch.Tensor, torch.Tensor]:
        logits = model(inputs_embeds=embedded).logits
        return logits, torch.autograd.grad(logits.square().sum(), embedded)[0]

    before = look()
    fuse_norms(model)
    try:
        assert any("forward" in vars(module) for module in model.modules()) == replaced
        assert_close(look(), before, atol=1e-5, rtol=1e-4)
    finally:
        for module in model.modules():
            vars(module).pop("forward", None)
