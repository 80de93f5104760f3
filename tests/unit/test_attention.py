"""Attention over a shared prefix gives what attention over a copied one gives."""

from __future__ import annotations

import pytest
import torch

from pawc.runtime.attention import shared_prefix
from tests.tiny import ARCHITECTURES, tiny_interpreter


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("length", [0, 5, 40])
def test_a_shared_prefix_is_worth_a_cached_one(architecture: str, length: int) -> None:
    interpreter = tiny_interpreter(architecture)
    prefix = interpreter.states(list(range(3, 3 + length)))
    ids = torch.tensor([[7, 8, 9], [20, 30, 40]])
    keys = torch.arange(length + 3).expand(2, -1)
    positions = keys[:, length:]
    with torch.no_grad():
        cached = interpreter.forward(ids, positions, keys, interpreter.cache(prefix, 2), keep=3)
        with shared_prefix(interpreter.model):
            shared = interpreter.model(
                input_ids=ids,
                position_ids=positions,
                attention_mask=interpreter.attention(positions, keys),
                prefix=prefix,
                use_cache=False,
            ).logits[..., : cached.shape[-1]]
    torch.testing.assert_close(shared, cached, rtol=1e-4, atol=1e-4)


def test_the_attention_of_the_model_is_put_back() -> None:
    model = tiny_interpreter().model
    before = model.config._attn_implementation
    with pytest.raises(ZeroDivisionError), shared_prefix(model):
        raise ZeroDivisionError
    assert model.config._attn_implementation == before


def test_a_masked_part_of_the_prefix_is_not_read() -> None:
    interpreter = tiny_interpreter()
    prefix = interpreter.states([5, 6, 7, 8])
    changed = prefix.clone()
    changed[:, :, :, 1:3] = 9.0
    mask = torch.zeros(1, 4)
    mask[0, 1:3] = torch.finfo(torch.float32).min
    keys = torch.arange(6)[None]

    def logits(states: torch.Tensor) -> torch.Tensor:
        with torch.no_grad(), shared_prefix(interpreter.model):
            return interpreter.model(
                input_ids=torch.tensor([[3, 4]]),
                position_ids=keys[:, 4:],
                attention_mask=interpreter.attention(keys[:, 4:], keys),
                prefix=states,
                prefix_mask=mask,
                use_cache=False,
            ).logits

    torch.testing.assert_close(logits(prefix), logits(changed))
