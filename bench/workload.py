"""What the run path is asked in benchmarks: two `-O0` programs, and inputs of so many tokens.

A call reads the input and the markup that closes its turn; those are counted. The program before it is read once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.program import Program
from pawc.driver.project import Project
from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.store import Store
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.labels import forks
from pawc.runtime.layout import Layout
from pawc.runtime.tokenizer import Tokenizer

SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Classify if a message needs immediate attention or can wait."
  example "Urgent: the server is down!" -> "immediate"
  example "Newsletter: spring picnic" -> "wait"
}
fn short(message: text) -> text {
  spec "Give the message in four words or fewer."
  example "Urgent: the server is down!" -> "server down"
  example "Newsletter: spring picnic" -> "spring picnic"
  option max_tokens = 4
}
"""
WORDS = """
the printer on floor nine is out of paper server down again please call me about lunch on friday invoice number was paid
twice and customer wants money back today picnic meeting moved to room window broken water in cellar
""".split()  # noqa: SIM905


@dataclass(frozen=True)
class Query:
    """An input, and the tokens that a call reads of it."""

    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """A function as a peer is given it: what it reads once, and, for a label, the tokens between which it decides."""

    name: str
    tokens: tuple[int, ...]
    labels: tuple[int, ...]
    stop: frozenset[int]


class Workload:
    """The programs, built in `folder`, and inputs for them."""

    def __init__(self, folder: Path) -> None:
        (folder / "paw.toml").touch()
        source = folder / "bench.paw"
        source.write_text(SOURCE, encoding="utf-8")
        self.program = Program(Builder(Options(level=0), Console(quiet=True)).executable(Project.load([source])))
        self.path = folder / "bench.pawx"
        self.program.dump(self.path)
        self.info: InterpreterInfo = Store().resolve()
        self.tokenizer = Tokenizer.load(self.info.folder)
        self._layout = Layout.from_pieces(self.info.pieces, self.tokenizer, self.info.max_positions)
        self.label, self.text = self._task("urgency"), self._task("short")

    def _task(self, name: str) -> Task:
        made = self.program[name].definition
        assert isinstance(made, NeuralFunction)
        assert made.program is not None
        layout = self._layout
        labels: tuple[int, ...] = ()
        if name == "urgency":
            found = forks([layout.answer(text) for text in ("immediate", "wait")])
            assert list(found) == [()], "labels that part at their first token cost every engine one pass"
            labels = found[()]
        return Task(name, (*made.program.tokens, *layout.before_input), labels, frozenset(layout.stop))

    def query(self, text: str) -> Query:
        """A text as a call reads it."""
        (tokens,) = self._layout.queries([text])
        return Query(text, tuple(tokens[len(self._layout.before_input) :]))

    def queries(self, lengths: Sequence[int], seed: int = 0) -> list[Query]:
        """Different inputs of these many tokens each."""
        return list(self._drawn(lengths, random.Random(seed)))

    def _drawn(self, lengths: Sequence[int], draw: random.Random) -> Iterator[Query]:
        seen = set()
        for length in lengths:
            while True:
                made = self.query(" ".join(draw.choices(WORDS, k=max(1, length - 5 + draw.randint(-1, 1)))))
                if len(made.tokens) == length and made.text not in seen:
                    break
            seen.add(made.text)
            yield made


def lengths(count: int, seed: int = 1) -> list[int]:
    """So many lengths of 10 to 60 tokens."""
    draw = random.Random(seed)
    return [draw.randint(10, 60) for _ in range(count)]
