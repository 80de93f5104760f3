"""A step that runs on a GPU -> the same step as one CUDA graph: no launches, no Python, the same memory.

This file is all of the CUDA backend that cannot be tested without a GPU.
"""

from __future__ import annotations

import torch
from pawc.backends.static_steps import Step
from torch import Tensor


class GraphRecorder:
    """Records steps. Their graphs share one pool of memory, as only one of them runs at a time."""

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, step: Step) -> Step:
        """`step`, recorded: it reads and writes the tensors that it does now, at each call."""
        # Libraries set themselves up at a first call, which a recording must not contain; on a stream of its own, as
        # PyTorch asks (torch.cuda.CUDAGraph, "Whole-network capture").
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(2):
                step()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            logits = step()

        def replay() -> Tensor:
            graph.replay()
            return logits

        return replay
