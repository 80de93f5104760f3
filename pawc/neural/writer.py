"""The discrete half of the neural compiler: a specification -> a pseudo-program, written by the adapted network.

The network writes text: the task in its own words, then worked examples. `pseudo_program` turns the text into the
interpreter's own conversation layout, whatever was written: control tokens cannot come from it.

    Decide whether the mail is urgent. Answer yes or no.
    Input: the server is down
    Output: yes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.interpreters.transformers_ways import CACHE
from pawc.neural.model import NeuralCompiler
from pawc.neural.rows import Row, head
from pawc.runtime.layout import Layout

REQUEST = "Write the program: the task in clear words, then examples of input and output."
INPUT, OUTPUT = "Input: ", "Output: "


@dataclass(frozen=True)
class Written:
    """A pseudo-program as it was written: its text, and its tokens with the one that ended it (if it was ended)."""

    text: str
    tokens: tuple[int, ...]


def text_of(task: str, examples: Sequence[tuple[str, str]]) -> str:
    """The text of a pseudo-program; lines within an example's texts are written as `\\n`."""
    lines = [task.strip()]
    for given, wanted in examples:
        lines += [INPUT + _one_line(given), OUTPUT + _one_line(wanted)]
    return "\n".join(lines)


def parts_of(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The task and the examples of a text. An input without an output is left out; other lines are the task's."""
    task: list[str] = []
    examples: list[tuple[str, str]] = []
    given: str | None = None
    for line in text.split("\n"):
        if line.startswith(INPUT):
            given = _lines(line.removeprefix(INPUT))
        elif line.startswith(OUTPUT) and given is not None:
            examples.append((given, _lines(line.removeprefix(OUTPUT))))
            given = None
        elif not examples and given is None:
            task.append(line)
    return "\n".join(task).strip(), examples


def pseudo_program(text: str, layout: Layout, budget: int) -> list[int]:
    """The interpreter's tokens for a text: the task, cut to `budget` tokens, and as many examples as fit."""
    task, examples = parts_of(text)
    words = layout.tokenizer.encode(task)
    bare = len(layout.head(""))
    if bare + len(words) > budget:
        task = layout.tokenizer.decode(words[: max(0, budget - bare)])
    tokens = layout.head(task)
    fixed = len(tokens)
    for example in examples:
        turn = layout.head(task, [example])[fixed:]
        if len(tokens) + len(turn) > budget:
            break
        tokens += turn
    return tokens


def prompt(compiler: NeuralCompiler, spec: str, examples: Sequence[tuple[str, str]] = ()) -> list[int]:
    """What the network reads before it writes."""
    return [*compiler.head(spec, examples), *compiler.network.layout.query(REQUEST)]


def target(compiler: NeuralCompiler, prompted: Sequence[int], written: Sequence[int]) -> Row:
    """A prompt and what was, or is to be, written behind it, as a row to learn or to score."""
    return Row([*prompted, *written], len(prompted))


@torch.no_grad()
def write(
    compiler: NeuralCompiler,
    prompts: Sequence[Sequence[int]],
    *,
    limit: int,
    temperature: float = 0.0,
    draws: Tensor | None = None,
) -> list[Written]:
    """One pseudo-program for each prompt, at most `limit` tokens long; greedy at temperature 0.

    `draws` `[prompts, limit]` are the uniform numbers that choose tokens at other temperatures: whoever gives the
    same ones gets the same programs, however prompts are spread over batches and machines (where there is room for
    `limit` tokens behind the longest of them).
    """
    network, device = compiler.network, compiler.embeddings.device
    layout = network.layout
    longest = max(map(len, prompts))
    limit = min(limit, network.max_positions - longest)
    if limit < 1:
        fail(
            "P1203",
            f"a specification that takes {longest} tokens to ask leaves no room to write behind it"
            f" ({network.max_positions} positions)",
            where="the specification",
            help="shorten it",
        )
    ids = torch.tensor([[*[0] * (longest - len(p)), *p] for p in prompts], device=device)
    empty = torch.tensor([longest - len(p) for p in prompts], device=device)[:, None]
    order = torch.arange(longest + limit, device=device).expand(len(prompts), -1)
    positions = (order - empty).clamp(min=-1)  # -1 is what padding has
    stop = torch.tensor(sorted(layout.stop), device=device)
    written = torch.full((len(prompts), limit), layout.end, device=device)
    ended = torch.zeros(len(prompts), dtype=torch.bool, device=device)
    cache = network.cache()
    with compiler.applied():
        for step in range(limit):
            start = 0 if step == 0 else longest + step - 1
            seen, here = positions[:, : longest + step], positions[:, start : longest + step]
            hidden = network.model.base_model(
                input_ids=ids,
                position_ids=here.clamp(min=0),
                attention_mask=network.attention(here, seen),
                **{CACHE: cache},
                use_cache=True,
            ).last_hidden_state
            logits = head(network, hidden[:, -1])
            chosen = _choose(logits, temperature, None if draws is None else draws[:, step].to(device))
            chosen = torch.where(ended, layout.end, chosen)
            written[:, step] = chosen
            ended |= torch.isin(chosen, stop)
            ids = chosen[:, None]
            # Asking whether all have ended waits for the device: not at every step.
            if step % 8 == 7 and bool(ended.all()):
                break
    return [_ended(compiler, tokens) for tokens in written.tolist()]


def _choose(logits: Tensor, temperature: float, draws: Tensor | None) -> Tensor:
    if temperature == 0 or draws is None:
        return logits.argmax(-1)
    ladder = (logits / temperature).softmax(-1).double().cumsum(-1)
    places = torch.searchsorted(ladder, draws.double()[:, None] * ladder[:, -1:])[:, 0]
    return places.clamp(max=logits.shape[1] - 1)


def _ended(compiler: NeuralCompiler, tokens: list[int]) -> Written:
    layout = compiler.network.layout
    end = next((at for at, token in enumerate(tokens) if token in layout.stop), len(tokens) - 1)
    kept = tokens[: end + 1]
    said = kept[:-1] if kept[-1] in layout.stop else kept
    return Written(layout.tokenizer.decode(said), tuple(kept))


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _lines(text: str) -> str:
    pieces = text.split("\\\\")
    return "\\".join(piece.replace("\\n", "\n").replace("\\r", "\r") for piece in pieces)
