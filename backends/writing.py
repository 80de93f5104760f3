"""One answer as it is written, token by token: what may come next, when it ends, and what it is then.

The rules are the same on every backend; they differ in how they ask the interpreter.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pawc.backends.base import Plan
from pawc.backends.constraining import Constraint

from pawc.base.types import parse
from pawc.runtime.layout import Layout
from pawc.runtime.outcome import Answer, Failure, Outcome


class Writing:
    """An answer under `constraint` (None: free text). While it is not `done`, `take` the next token.

    Where the type leaves one way to go on, that is written at once, without asking the interpreter. A free text is
    cut after `max_tokens`; anything else must be complete by then.
    """

    def __init__(self, plan: Plan, constraint: Constraint | None, layout: Layout) -> None:
        self.tokens: list[int] = []
        self.done = False
        self.log_probability = 0.0
        self.state = constraint.start() if constraint else None
        self._plan, self._tokenizer, self._stop = plan, layout.tokenizer, layout.stop
        self._failed = False
        self._go_on()

    def allowed(self) -> NDArray[np.bool_] | None:
        """Which tokens may come next; None: any."""
        return self.state.allowed() if self.state else None

    def take(self, token: int, log_probability: float) -> None:
        """Write the token that was chosen among the allowed ones."""
        self.log_probability += log_probability
        if token in self._stop:
            self.done = True
        elif len(self.tokens) >= self._plan.max_tokens:
            self.done = self._failed = True  # it would go on
        else:
            self._write(token)
            self._go_on()

    def outcome(self) -> Outcome:
        """What was written, as a value; null if its probability is below the function's `abstain`."""
        text, kind = self._tokenizer.decode(self.tokens), self._plan.function.result
        if self._failed:
            shown = text if len(text) <= 60 else text[:60] + "..."
            return Failure("P0803", f"no complete `{kind}` within {self._plan.max_tokens} tokens: {shown!r}")
        if self._plan.abstain is not None and math.exp(self.log_probability) < self._plan.abstain:
            return Answer(None, text)
        try:
            return Answer(parse(kind, text), text)
        except ValueError as error:
            return Failure("P0803", str(error))

    def is_uncertain(self, margin: float) -> bool:
        """Whether its probability is so close to the function's `abstain` that the last bits decide."""
        abstain = self._plan.abstain
        return self.done and abstain is not None and abs(math.exp(self.log_probability) - abstain) <= margin

    def _write(self, token: int) -> None:
        self.tokens.append(token)
        if self.state:
            self.state.advance(token)

    def _go_on(self) -> None:
        """Write what must come next; see whether the answer has ended."""
        if self.state is None:
            self.done = len(self.tokens) >= self._plan.max_tokens
            return
        for token in self.state.forced():
            if len(self.tokens) >= self._plan.max_tokens:
                self.done = self._failed = True
                return
            self._write(token)
        if self.state.must_stop:
            self.done, self._failed = True, not self.state.complete
