"""The `-O1` compiler: a specification (and examples) -> a prefix and the tokens behind it, by one forward pass.

Nothing is searched and nothing trained: a loaded compiler reads the function once. Deterministic: every function is
read alone and on one thread, so that its bytes do not depend on what else is compiled with it.

A specification that the compiler handles badly should be seen: where there are examples, some are held back, and the
program that answers most of them is kept, be it the plain template of `-O0`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from pawc.neural.checkpoint import load_compiler
from pawc.neural.model import NeuralCompiler
from pawc.neural.rows import stacked
from pawc.neural.shipped import CompilerFile, compiler_file
from pawc.neural.template import BUDGET, Shot, Template, template
from pawc.neural.tune import Check, Schedule, Tuner
from pawc.neural.writer import prompt, pseudo_program, write
from pawc.runtime.interpreter import Interpreter

GIVEN = 8
"""The compiler reads at most so many examples of a function: more it has not seen in training."""
HELD = 4
"""On at most twice so many examples `-O1` is compared with `-O0`: a function is to take less than a second."""
WRITTEN = 256
"""The longest pseudo-program, in tokens."""

PLAIN, BARE, SHOWN = "-O0", "-O1", "-O1 with the examples as turns"


@dataclass(frozen=True)
class Compared:
    """A way to make a program, and how it did on the examples `rows`, which were held back (`check.scores`: theirs)."""

    way: str
    check: Check
    rows: tuple[int, ...]


class O1:
    """A loaded compiler. `form` says what stands behind its prefixes (`shipped.FORMS`)."""

    def __init__(self, compiler: NeuralCompiler, form: str, sha256: str) -> None:
        self.compiler, self.form, self.sha256 = compiler, form, sha256
        # Programs that have a prefix or a text in common are made one after the other.
        self._last: tuple[list[int], Tensor] | None = None
        self._written: tuple[list[int], tuple[int, ...]] | None = None

    @classmethod
    def load(cls, path: Path, interpreter: Interpreter, network: Interpreter | None = None) -> O1:
        """The compiler in a file, on the interpreter it was trained for."""
        file: CompilerFile = compiler_file(path)
        return cls(load_compiler(path, interpreter, network), file.form, file.sha256)

    @torch.no_grad()
    def prefix(self, spec: str, examples: Sequence[Shot] = ()) -> Tensor:
        """The prefix `[layers, 2, kv_heads, length, head_dim]` of a function, from what is known about it."""
        head = self.compiler.head(spec, [(shot.input, shot.output) for shot in examples[:GIVEN]])
        if self._last is None or self._last[0] != head:
            self._last = head, stacked(self.compiler.prefixes([head])).detach()
        return self._last[1]

    def program(self, spec: str, examples: Sequence[Shot] = ()) -> Template:
        """The prefix, and what stands behind it in this compiler's form: no example is shown there."""
        layout = self.compiler.interpreter.layout
        behind = Template((), {})
        if self.form == "spec":
            behind = template(spec, (), layout)
        elif self.form == "written":
            behind = Template(self.written(spec, examples), {})
        return replace(behind, prefix=self.prefix(spec, examples))

    def written(self, spec: str, examples: Sequence[Shot] = ()) -> tuple[int, ...]:
        """The tokens of the pseudo-program that the network writes."""
        asked = prompt(self.compiler, spec, [(shot.input, shot.output) for shot in examples[:GIVEN]])
        if self._written is None or self._written[0] != asked:
            [made] = write(self.compiler, [asked], limit=WRITTEN)
            self._written = asked, tuple(pseudo_program(made.text, self.compiler.interpreter.layout, WRITTEN))
        return self._written[1]

    def shown(self, spec: str, examples: Sequence[Shot], show: Sequence[int], budget: int) -> Template:
        """The prefix, and behind it the specification with the examples numbered `show` as turns."""
        behind = template(spec, examples, self.compiler.interpreter.layout, show, budget)
        return replace(behind, prefix=self.prefix(spec, [examples[row] for row in show]))

    def taught(self, spec: str, examples: Sequence[Shot], known: Sequence[Shot]) -> Template:
        """The prefix of a function and its own `examples`; behind it all that are `known`, a teacher's too, as turns.

        The prefix does not read the teacher's: it would believe them, and they are not all true.
        """
        layout = self.compiler.interpreter.layout
        behind = template(spec, known, layout, budget=min(BUDGET, layout.max_positions // 2))
        return replace(behind, prefix=self.prefix(spec, examples))

    def best(
        self, spec: str, examples: Sequence[Shot], budget: int, seed: int, labels: Sequence[str] = ()
    ) -> tuple[Template, list[Compared]]:
        """The program of a function: without examples `program`, else what is best on examples held back.

        Where a function has `labels`, the ways are compared on which of these they choose. Twice some are held back,
        so that few examples say as much as they can. What was compared comes with it, best first. The winner is then
        made with all the examples.
        """
        if not examples:
            return self.program(spec), []
        order = random.Random(seed).sample(range(len(examples)), len(examples))
        size = max(1, min(HELD, len(order) // 2))
        tuner = Tuner(self.compiler.interpreter, examples, Schedule(), seed, labels)
        checks: dict[str, list[Check]] = {}
        turns = (order[:size], order[size : 2 * size])[: len(order)]
        for held in turns:
            rest = [row for row in order if row not in held][:GIVEN]
            for way in (BARE, SHOWN, PLAIN):
                if rest or way != SHOWN:
                    made = self._made(way, spec, examples, rest, budget)
                    checks.setdefault(way, []).append(tuner.score(made, held))
        asked = tuple(row for held in turns for row in held)
        compared = [Compared(way, _mean(found), asked) for way, found in checks.items()]
        compared.sort(key=lambda one: (-one.check.exact, one.check.loss))
        every = list(range(len(examples)))
        return self._made(compared[0].way, spec, examples, every, budget), compared

    def _made(self, way: str, spec: str, examples: Sequence[Shot], rows: Sequence[int], budget: int) -> Template:
        if way == PLAIN:
            return template(spec, examples, self.compiler.interpreter.layout, rows, budget)
        if way == SHOWN:
            return self.shown(spec, examples, rows, budget)
        return self.program(spec, [examples[row] for row in rows])


def _mean(checks: Sequence[Check]) -> Check:
    """The mean of checks on equally many examples."""
    exact, loss = (sum(values) / len(checks) for values in zip(*((c.exact, c.loss) for c in checks), strict=True))
    return Check(0, exact, loss, tuple(row for check in checks for row in check.scores))
