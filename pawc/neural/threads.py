"""How many threads torch may use while something is compiled: one, so that bytes depend on nothing but the input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def single_thread() -> Iterator[None]:
    """One thread of torch: sums have one order, so that a build does not depend on `-j` or on the machine's load."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
