"""The neural compiler: specifications -> the key/value states that make an interpreter carry them out.

A network with low-rank adapters reads a specification (and examples as turns), then `program_tokens` learned
tokens; the prefix is made at those tokens. Where the network is the interpreter's own, its keys and values there
are the prefix: with zero adapters already a legal state, so that training starts from sense. The specification
stands at positions -L..-1 and the program tokens at 0..m-1, where a program's prefix belongs; attention with rotary
positions only knows distances, so nothing is lost. Another network needs a mapper (`pawc.neural.mapper`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from pawc.base.diagnostics import fail
from pawc.interpreters.transformers_ways import CACHE
from pawc.neural.lora import Factors, Lora, linears
from pawc.neural.mapper import Mapper
from pawc.neural.moving import moved
from pawc.neural.packing import Packing, run, taken
from pawc.neural.rows import States
from pawc.runtime.interpreter import Interpreter

START = "Read the input and answer with the output only, exactly as the instruction above says."
"""The program tokens start as these words, so that the first prefix is one that the interpreter might meet."""

GENERIC = "Do what the instruction says and answer in the form that it asks for."
"""What the compiler reads where its prefix is to know nothing of the specification: a baseline."""


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """The compiler's shape. `mapper` is the mapper's inner width; 0: the network is the interpreter's own."""

    rank: int = 32
    alpha: float = 32.0
    targets: tuple[str, ...] = ("all",)
    program_tokens: int = 32
    mapper: int = 0


@dataclass(frozen=True)
class Heads:
    """What the network reads of functions, packed: `ids` `[tokens]`, and `program`, the places of program tokens."""

    ids: Tensor
    program: Tensor
    packing: Packing


class NeuralCompiler(nn.Module):
    """What is trained: adapters, program tokens and, between different networks, a mapper."""

    def __init__(
        self, interpreter: Interpreter, settings: ModelSettings, *, network: Interpreter | None = None, seed: int = 0
    ) -> None:
        super().__init__()
        network = network or interpreter
        # In a tuple: the frozen networks are no part of what is trained, saved or moved.
        self._frozen = (interpreter, network)
        self.settings, self.seed = settings, seed
        self.rotary = any(name.endswith("rotary_emb") for name, _ in network.model.named_modules())
        if settings.mapper == 0:
            _refuse_unlike(network, interpreter, self.rotary)
        self.lora = Lora(linears(network.model, settings.targets), settings.rank, settings.alpha, seed)
        self.embeddings = nn.Parameter(_first_embeddings(network, settings.program_tokens))
        hidden = self.embeddings.shape[1]
        self.mapper = Mapper(network.layers, hidden, interpreter, settings.mapper, seed) if settings.mapper else None
        self.to(interpreter.device)

    @property
    def interpreter(self) -> Interpreter:
        """The frozen network that runs programs."""
        return self._frozen[0]

    @property
    def network(self) -> Interpreter:
        """The frozen network under the adapters."""
        return self._frozen[1]

    @contextmanager
    def applied(self, factors: Factors | None = None) -> Iterator[None]:
        """Inside, the network computes with the adapters (or with other factors)."""
        with self.lora.applied(self.network.model, factors):
            yield

    def head(self, spec: str, examples: Sequence[tuple[str, str]] = ()) -> list[int]:
        """What the network reads of a function, at most what it has positions for: the last examples are left out."""
        layout, room = self.network.layout, self.network.max_positions - self.settings.program_tokens
        tokens = layout.head(spec, examples)
        for count in range(len(examples) - 1, -1, -1):
            if len(tokens) > room:
                tokens = layout.head(spec, examples[:count])
        if len(tokens) > room:
            fail(
                "P1203",
                f"a specification of {len(tokens)} tokens is longer than the compiler reads ({room})",
                where="the specification",
                help="shorten it",
            )
        return tokens

    def laid(self, heads: Sequence[Sequence[int]]) -> Heads:
        """What the network reads of functions (`head`) as one packed batch, on the CPU."""
        count = self.settings.program_tokens
        lengths = torch.tensor([len(tokens) for tokens in heads])
        packing = Packing.of([(len(tokens) + count, ()) for tokens in heads])
        if self.rotary:
            positions = packing.positions - lengths.repeat_interleave(lengths + count)
            packing = replace(packing, positions=positions)
        ends = (lengths + count).cumsum(0)
        program = (ends[:, None] - count + torch.arange(count)).flatten()
        return Heads(torch.tensor([token for tokens in heads for token in (*tokens, *[0] * count)]), program, packing)

    def prefixes(self, heads: Sequence[Sequence[int]] | Heads) -> States:
        """The prefix of each function, from what the network reads of it: one packed batch."""
        network, count = self.network, self.settings.program_tokens
        read = moved(self.embeddings.device, heads if isinstance(heads, Heads) else self.laid(heads))
        functions = len(read.program) // count
        embedded = network.model.get_input_embeddings()(read.ids)
        learned = self.embeddings.to(embedded.dtype).repeat(functions, 1)
        cache = network.cache() if self.mapper is None else None
        wanted: dict[str, Any] = {CACHE: cache, "use_cache": cache is not None}
        wanted |= {"output_hidden_states": self.mapper is not None}
        with self.applied():
            output = run(
                network,
                read.packing,
                read.packing.positions,
                inputs_embeds=embedded.index_copy(0, read.program, learned)[None],
                **wanted,
            )

        def own(x: Tensor) -> Tensor:
            """`[tokens, ...]` -> `[functions, program tokens, ...]`."""
            return taken(x, read.program).view(functions, count, *x.shape[1:])

        if self.mapper is not None:
            made: States = self.mapper([own(layer[0]) for layer in output.hidden_states[1:]])
            return tuple((k.to(self.interpreter.dtype), v.to(self.interpreter.dtype)) for k, v in made)
        assert cache is not None
        layers: list[Any] = cache.layers
        states = ((layer.keys[0].transpose(0, 1), layer.values[0].transpose(0, 1)) for layer in layers)
        return tuple((own(keys).transpose(1, 2), own(values).transpose(1, 2)) for keys, values in states)


def _first_embeddings(network: Interpreter, count: int) -> Tensor:
    tokens = network.tokenizer.encode(START)
    ids = torch.tensor([tokens[at % len(tokens)] for at in range(count)], device=network.device)
    with torch.no_grad():
        embedded: Tensor = network.model.get_input_embeddings()(ids)
    return embedded.float().cpu()


def _refuse_unlike(network: Interpreter, interpreter: Interpreter, rotary: bool) -> None:
    """Without a mapper the network must be the interpreter's own, and know positions by their distance."""
    if network.sha256 != interpreter.sha256:
        fail(
            "P1201",
            f"`{network.name}` compiles for `{interpreter.name}`: two networks need a mapper between them",
            where="model.mapper",
            help="set model.mapper to the mapper's width, e.g. 256",
        )
    if not rotary:
        fail(
            "P1201",
            f"`{network.name}` has learned positions: a specification cannot stand before position 0",
            where="model.mapper",
            help="set model.mapper to the mapper's width, e.g. 256",
        )
