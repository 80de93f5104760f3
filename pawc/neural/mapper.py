"""Hidden states of a compiler network -> keys and values of another network: for compilers that are no interpreter.

Where compiler and interpreter share a network, the prefix is simply the network's own keys and values. Elsewhere
this stands between: each interpreter layer mixes the compiler's layers, projects the mixture to keys and values and
normalises them to the size that the interpreter's own keys and values have.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pawc.neural.rows import States
from pawc.runtime.interpreter import Interpreter

SAMPLE = "Read the input and answer with the output only, exactly as the instruction says."
"""A sentence whose states tell how large an interpreter's keys and values are."""


class Mapper(nn.Module):
    """Makes states `[rows, kv_heads, length, head_dim]` for every layer from hidden states of all layers."""

    def __init__(self, source_layers: int, source_size: int, interpreter: Interpreter, width: int, seed: int) -> None:
        super().__init__()
        self._heads, self._dim = interpreter.kv_heads, interpreter.head_dim
        layers = interpreter.layers
        generator = torch.Generator().manual_seed(seed)
        # Layer i listens to the compiler's layer at the same depth first; training may change that.
        depth = torch.arange(layers)[:, None] / max(1, layers - 1)
        source = torch.arange(source_layers)[None] / max(1, source_layers - 1)
        self.mix = nn.Parameter(-8.0 * (depth - source).abs())
        self.down = nn.Parameter(torch.randn(layers, source_size, width, generator=generator) * source_size**-0.5)
        made = 2 * self._heads * self._dim
        self.up = nn.Parameter(torch.randn(layers, width, made, generator=generator) * width**-0.5)
        self.gain = nn.Parameter(_sizes(interpreter))

    def forward(self, hidden: Sequence[Tensor]) -> States:
        """`hidden`: of each layer of the compiler `[rows, length, size]`."""
        source = torch.stack([_normalised(layer.float()) for layer in hidden])
        mixed = torch.einsum("ij,jrls->irls", self.mix.softmax(-1), source)
        inner = nn.functional.silu(torch.einsum("irls,isw->irlw", mixed, self.down))
        made = torch.einsum("irlw,iwo->irlo", inner, self.up)
        shaped = made.view(*made.shape[:3], 2, self._heads, self._dim).permute(0, 3, 1, 4, 2, 5)
        states = _normalised(shaped) * self.gain[:, :, None, :, None, None]
        return tuple((layer[0], layer[1]) for layer in states)


def _normalised(x: Tensor) -> Tensor:
    """`x` with a mean square of one along the last axis."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


def _sizes(interpreter: Interpreter) -> Tensor:
    """The root mean square of the interpreter's keys and values, `[layers, 2, kv_heads]`."""
    states = interpreter.states(interpreter.layout.head(SAMPLE)).float()
    return states.square().mean((-1, -2)).sqrt().cpu()
