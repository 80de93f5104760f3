"""An output type -> which tokens may come next, so that what is written is a value of the type.

The texts of a type are a regular language (`pawc.runtime.language`); llguidance turns it into token masks.
`pawc.runtime.automaton` does the same where there is no llguidance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from numpy.typing import NDArray

from pawc.base import pattern
from pawc.base.diagnostics import InternalError, fail
from pawc.base.regular import as_pattern
from pawc.base.types import Type
from pawc.runtime.language import is_free, language
from pawc.runtime.tokenizer import Tokenizer


class Constraint:
    """The grammar of one type over the vocabulary of one tokenizer. Made once, used for many answers."""

    def __init__(self, kind: Type, tokenizer: Tokenizer, stop: Iterable[int] = ()) -> None:
        self.vocabulary = tokenizer.once(_vocabulary)
        self.stop = np.array(sorted(stop), dtype=np.int64)
        try:
            grammar = LLMatcher.grammar_from_regex(as_pattern(language(kind)))
        except pattern.Unsupported as error:
            fail("P0806", f"the type `{kind}` cannot be enforced: {error}")
        self._matcher = LLMatcher(self.vocabulary.tokens, grammar, log_level=0)
        if self._matcher.is_error():
            reason = self._matcher.get_error().partition("\n")[0]
            fail("P0806", f"the type `{kind}` cannot be enforced: {reason}")
        first = self._matcher.deep_copy().compute_bitmask()
        self.only_empty = not self.vocabulary.unpack(first).any()  # llguidance would know after a token only

    @classmethod
    def for_type(cls, kind: Type, tokenizer: Tokenizer, stop: Iterable[int] = ()) -> Constraint | None:
        """The constraint of a type, or None where any text will do.

        `stop` are the tokens that end an answer; they are allowed where the value is complete.
        """
        return None if is_free(kind) else cls(kind, tokenizer, stop)

    def start(self) -> State:
        """A new answer, nothing written yet."""
        return State(self, self._matcher.deep_copy())

    def prefetch(self, states: Sequence[State]) -> None:
        """Start to compute what `allowed` of each of these states will return, while the model computes its logits."""
        prefetch(states)


class State:
    """How far one answer has been written."""

    def __init__(self, constraint: Constraint, matcher: LLMatcher) -> None:
        self._constraint, self._matcher = constraint, matcher
        self._ahead: tuple[Future[list[bytes]], int] | None = None

    @property
    def complete(self) -> bool:
        """Whether what is written is a value of the type: the answer may stop here."""
        return bool(self._rested().is_accepting())

    @property
    def must_stop(self) -> bool:
        """Whether nothing can be written any more.

        A state that must stop and is not complete has grown beyond what llguidance can hold: there is no answer.
        """
        return self._constraint.only_empty or bool(self._rested().is_stopped())

    def allowed(self) -> NDArray[np.bool_]:
        """One entry per token of the tokenizer: whether it may come next. Never a control token but those that stop.

        The vocabulary of a model may be padded beyond that of its tokenizer: what is beyond is never allowed.
        """
        if self._ahead is None:
            packed = self._matcher.compute_bitmask()
        else:
            (masks, index), self._ahead = self._ahead, None
            packed = masks.result()[index]
        mask = self._constraint.vocabulary.unpack(packed)
        mask[self._constraint.stop] = self.complete
        return mask

    def advance(self, token: int) -> None:
        """Write one token. It must be allowed here, and none of those that stop."""
        if not self._constraint.vocabulary.writable[token]:
            raise InternalError(f"token {token} is a control token")
        self._rested().consume_token(token)
        self._ahead = None

    def forced(self) -> list[int]:
        """The tokens that must come next whatever the model thinks, so that it need not be asked; often none."""
        return list(self._rested().compute_ff_tokens())

    def _rested(self) -> LLMatcher:
        """The matcher, when no other thread is at it."""
        if self._ahead is not None:
            self._ahead[0].result()
        return self._matcher


def prefetch(states: Sequence[State]) -> None:
    """Start to compute what `allowed` of each state will return, while the model computes its logits."""
    matchers = [state._rested() for state in states]
    masks = _thread().submit(lambda: [matcher.compute_bitmask() for matcher in matchers])
    for index, state in enumerate(states):
        state._ahead = masks, index


@dataclass(frozen=True, eq=False)
class _Vocabulary:
    """A tokenizer as llguidance knows it (0.2 s to build), and the tokens that are text."""

    tokens: LLTokenizer
    size: int
    writable: NDArray[np.bool_]

    def unpack(self, packed: bytes) -> NDArray[np.bool_]:
        """A mask of llguidance (a bit per token), less what is no text."""
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")[: self.size]
        return bits.astype(np.bool_) & self.writable


def _vocabulary(tokenizer: Tokenizer) -> _Vocabulary:
    control = sorted(tokenizer.control.values())
    writable = np.ones(tokenizer.vocab_size, dtype=np.bool_)
    writable[control] = False
    tokens = LLTokenizer(tokenizer.json, eos_token=control[0] if control else None)
    return _Vocabulary(tokens, tokenizer.vocab_size, writable)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="masks")
