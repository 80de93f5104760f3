"""Low-rank adapters: a frozen network -> the same network with trainable changes, switched on only where asked for.

The network itself is never rewritten: hooks add `scale * B(A x)` to the outputs of its linear layers inside
`applied`. So one copy of the weights serves as the compiler (adapters on) and as the interpreter (adapters off).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers.pytorch_utils import Conv1D

from pawc.base.diagnostics import fail

Factors = Mapping[str, tuple[Tensor, Tensor]]
"""By a layer's name: `A` `[rank, in]` and `B` `[out, rank]`."""


def linears(model: Any, targets: Sequence[str] = ("all",)) -> dict[str, tuple[int, int]]:
    """The linear layers inside the network's blocks whose last name is in `targets`: their sizes, in and out."""
    found: dict[str, tuple[int, int]] = {}
    for name, module in model.base_model.named_modules():
        if isinstance(module, Conv1D):  # GPT-2's transposed linear layer
            found[name] = (module.weight.shape[0], module.weight.shape[1])
        elif isinstance(module, nn.Linear):
            found[name] = (module.in_features, module.out_features)
    last = {name.rpartition(".")[2] for name in found}
    if unknown := set(targets) - last - {"all"}:
        fail(
            "P1202",
            f"the network has no linear layer named `{min(unknown)}`",
            where="model.targets",
            help=f"it has: {', '.join(sorted(last))}; or `all`",
        )
    if "all" in targets:
        return found
    return {name: size for name, size in found.items() if name.rpartition(".")[2] in targets}


class Lora(nn.Module):
    """The factors of every adapted layer. `B` starts at zero, so that the network starts as it was."""

    def __init__(self, sizes: Mapping[str, tuple[int, int]], rank: int, alpha: float, seed: int) -> None:
        super().__init__()
        self.scale = alpha / rank
        self._names = tuple(sizes)
        generator = torch.Generator().manual_seed(seed)
        self.down = nn.ParameterList()
        self.up = nn.ParameterList()
        for given, made in sizes.values():
            self.down.append(nn.Parameter(torch.randn(rank, given, generator=generator) / math.sqrt(given)))
            self.up.append(nn.Parameter(torch.zeros(made, rank)))

    def factors(self) -> dict[str, tuple[Tensor, Tensor]]:
        """The factors as they are now."""
        return {name: (a, b) for name, a, b in zip(self._names, self.down, self.up, strict=True)}

    def frozen(self) -> dict[str, tuple[Tensor, Tensor]]:
        """A copy of the factors, to compare with later."""
        return {name: (a.detach().clone(), b.detach().clone()) for name, (a, b) in self.factors().items()}

    @contextmanager
    def applied(self, model: Any, factors: Factors | None = None) -> Iterator[None]:
        """Inside, `model` computes with the adapters, or with `factors` in their place."""
        chosen = self.factors() if factors is None else factors
        hooks = []
        try:
            for name, (a, b) in chosen.items():
                hooks.append(model.base_model.get_submodule(name).register_forward_hook(self._adding(a, b)))
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _adding(self, a: Tensor, b: Tensor) -> Any:
        def add(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
            inner = linear(inputs[0], (a * self.scale).to(output.dtype))
            # One pass over the output, which is many times as large as all else here.
            flat = torch.addmm(output.flatten(0, -2), inner.flatten(0, -2), b.to(output.dtype).t())
            return flat.view_as(output)

        return add
