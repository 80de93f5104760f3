"""Stage 3, both halves together: few steps at a small rate.

Candidates are scored behind the function's own prefix, so that the two halves learn to share the work; and the
prefix learns, supervised, behind the best candidate of each function.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from pawc.neural.rows import States, repeated
from pawc.train import config, losses
from pawc.train.batches import Function
from pawc.train.stage1 import Reward, Rollout


class Joint(Reward):
    """GRPO behind the prefix, and the prefix's own loss."""

    name = "joint"
    settings: config.Joint

    def prefixes(self, functions: Sequence[Function], copies: int) -> States | None:
        return repeated(losses.prefixes_of(self.job.compiler, functions), copies)

    def supervised(self, rollout: Rollout) -> Tensor | None:
        compiler = self.job.compiler
        width = rollout.rewards.shape[1]
        best = rollout.rewards.argmax(1) + width * torch.arange(len(rollout.functions), device=rollout.rewards.device)
        programs = [rollout.programs[row] for row in best.tolist()]
        prefixes = losses.prefixes_of(compiler, rollout.functions)
        found = losses.answers(compiler.interpreter, rollout.functions, programs, prefixes)
        return self.settings.supervised * found.loss

    def finish(self) -> dict[str, float]:
        return {}
