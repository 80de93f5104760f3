"""Several processes that train one compiler: torchrun's variables -> ranks; sums and objects across processes.

Every process takes its part of each batch; gradients are summed, as each part's loss is already its share of the
whole. With one process all of this does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from pawc.base.diagnostics import fail

PATIENCE = timedelta(hours=2)
"""How long processes wait for one another: one of them may be writing programs or validating."""


@contextmanager
def processes(device: str) -> Iterator[tuple[int, int, torch.device]]:
    """Join the other processes, if torchrun started any: this one's rank, how many there are, and its device."""
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    chosen = _device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if world == 1:
        yield 0, 1, chosen
        return
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield rank, world, chosen
    finally:
        dist.destroy_process_group()


def summed(tensors: Sequence[Tensor]) -> None:
    """Replace every tensor by its sum over all processes: one message for all of them."""
    if not dist.is_initialized():
        return
    flat = torch.cat([tensor.flatten().float() for tensor in tensors])
    dist.all_reduce(flat)
    at = 0
    for tensor in tensors:
        tensor.copy_(flat[at : at + tensor.numel()].view_as(tensor))
        at += tensor.numel()


def gathered(items: list[Any]) -> list[Any]:
    """The items of all processes, on every process."""
    if not dist.is_initialized():
        return list(items)
    everyone: list[list[Any]] = [[] for _ in range(dist.get_world_size())]
    dist.all_gather_object(everyone, items)
    return [item for one in everyone for item in one]


def wait() -> None:
    """Go on when all processes are here."""
    if dist.is_initialized():
        dist.barrier()


def _device(name: str, local: int) -> torch.device:
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        fail("P1216", "torch sees no GPU", where="--device", help="install a torch with CUDA, or use --device cpu")
    if name == "cpu" or not there:
        return torch.device("cpu")
    device = torch.device("cuda", local % torch.cuda.device_count())
    torch.cuda.set_device(device)
    return device
