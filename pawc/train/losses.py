"""Functions of a batch -> losses, each a tensor with one number a function: everything one packed batch a network.

The interpreter is frozen; gradients reach the compiler through the states it reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from pawc.neural.lora import Factors
from pawc.neural.model import GENERIC, NeuralCompiler
from pawc.neural.moving import moved
from pawc.neural.packing import Group, Packed, pack, read
from pawc.neural.rows import Asked, Row, States, exact, log_likelihoods, repeated
from pawc.runtime.interpreter import Interpreter
from pawc.train.batches import Function

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Answers:
    """How the right answers of functions did: `logits` of their tokens; a mean loss and the share exact for each."""

    rows: Packed
    logits: Tensor
    loss: Tensor
    exact: Tensor


def laid(
    interpreter: Interpreter, functions: Sequence[Function], programs: Sequence[Sequence[int]], states: int
) -> Packed:
    """What the interpreter reads of functions behind so many `states` each and a program's tokens, on the CPU.

    All functions have equally many rows. What does not fit the interpreter's positions loses the end of its
    program first: the input and the answer are always read whole.
    """
    layout, each = interpreter.layout, len(functions[0].rows)
    room = interpreter.max_positions - states
    # All texts at once: the tokenizer then uses all cores, and does not keep a GPU waiting.
    queries = iter(layout.queries([given for function in functions for given, _ in function.rows]))
    wanted = iter(layout.tokenizer.encode_all([answer for function in functions for _, answer in function.rows]))
    groups = []
    for program in programs:
        rows = [
            Row([*query, *answer, layout.end], len(query))
            for query, answer in zip(islice(queries, each), islice(wanted, each), strict=True)
        ]
        longest = max(len(row.tokens) for row in rows)
        groups.append(Group(program[: max(0, room - longest)], rows))
    return pack(groups, CPU)


def answers(
    interpreter: Interpreter,
    functions: Sequence[Function],
    programs: Sequence[Sequence[int]],
    prefixes: States | None,
) -> Answers:
    """The right answers of every function behind its prefix and its program's tokens."""
    batch = laid(interpreter, functions, programs, prefixes[0][0].shape[2] if prefixes else 0)
    return read_answers(interpreter, batch, len(functions), prefixes)


def read_answers(interpreter: Interpreter, batch: Packed, functions: int, prefixes: States | None) -> Answers:
    """The right answers of so many functions, as `laid` has laid them out."""
    batch = moved(interpreter.device, batch)
    logits = read(interpreter, batch, prefixes)
    loss = -batch.means(log_likelihoods(logits, batch))
    right = exact(logits.detach(), batch)
    return Answers(batch, logits, loss.view(functions, -1).mean(1), right.view(functions, -1).mean(1))


def programs(
    interpreter: Interpreter, functions: Sequence[Function], stored: Mapping[str, Sequence[Sequence[int]]], step: int
) -> list[list[int]]:
    """What stands behind the prefix of each function: nothing, its specification, perhaps with examples, a program."""
    found: list[list[int]] = []
    for function in functions:
        known = stored.get(function.task.task, ())
        if function.seen == "program" and known:
            found.append(list(known[step % len(known)]))
        else:
            shown = function.given if function.seen == "shots" else ()
            found.append(interpreter.layout.head(function.spec, shown) if function.seen in ("spec", "shots") else [])
    return found


def universal_prefix(compiler: NeuralCompiler, copies: int) -> States:
    """The prefix of a generic sentence, for so many functions: it knows nothing of their specifications."""
    return repeated(compiler.prefixes([compiler.head(GENERIC)]), copies)


def prefixes_of(compiler: NeuralCompiler, functions: Sequence[Function]) -> States:
    """The prefixes that the compiler makes for functions, from their specifications and the examples it is given."""
    return compiler.prefixes([compiler.head(function.spec, function.given) for function in functions])


def distillation(interpreter: Interpreter, functions: Sequence[Function], student: Answers) -> Tensor:
    """How far the student is from the interpreter's own distribution under the specification and examples.

    Context distillation: the Kullback-Leibler divergence over the answers' tokens, a mean for each function.
    """
    with torch.no_grad():
        heads = [interpreter.layout.head(function.spec, function.teacher) for function in functions]
        teacher = answers(interpreter, functions, heads, None).logits.log_softmax(-1)
    ours = student.logits.log_softmax(-1)
    divergence = (teacher.exp() * (teacher - ours)).sum(-1)
    return student.rows.means(divergence).view(len(functions), -1).mean(1)


def written(compiler: NeuralCompiler, rows: Sequence[Row], factors: Factors | None = None) -> tuple[Asked, Tensor]:
    """The log-likelihoods of what the network writes, token by token, with its adapters or with other factors."""
    batch = pack([Group((), [row]) for row in rows], compiler.network.device)
    with compiler.applied(factors):
        return batch, log_likelihoods(read(compiler.network, batch), batch)


def divergence(now: Tensor, then: Tensor) -> Tensor:
    """An unbiased estimate, never negative, of how far a policy has moved, token by token (Schulman's k3).

    Of tokens that `then` drew: the ratio of probabilities, less one, less its logarithm.
    """
    ratio = now - then
    return ratio.exp() - 1 - ratio


def policy_loss(now: Tensor, before: Tensor, advantage: Tensor, clip: float) -> Tensor:
    """The clipped surrogate loss of each token: no gain from moving a probability further than `clip` in one go."""
    ratio = (now - before).exp()
    return -torch.minimum(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage)


def group_advantages(rewards: Tensor) -> Tensor:
    """Rewards `[functions, candidates]` -> how much better than its group each is; 0 where all are equal."""
    centred = rewards - rewards.mean(1, keepdim=True)
    return centred / (rewards.std(1, unbiased=False, keepdim=True) + 1e-4)
