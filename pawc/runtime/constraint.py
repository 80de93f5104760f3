"""An output type -> which tokens may come next, so that what is written is a value of the type.

The texts of a type are a regular language: what `types.render` writes of its values, JSON in one line. What the
grammar accepts, `types.parse` reads; what `render` writes is accepted, within the bounds below, without which a
model could write digits or items until it runs out of tokens. llguidance turns the language into token masks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from numpy.typing import NDArray

from pawc.base import pattern
from pawc.base.diagnostics import InternalError, fail
from pawc.base.types import Bool, Float, Int, Labels, List, Matching, Optional, Record, Text, Type
from pawc.runtime.tokenizer import Tokenizer

MOST_ITEMS = 256
"""A list that a model writes has at most so many items."""

_INT = r"(?:0|-?[1-9][0-9]{0,17})"
# As Python writes floats: digits with a point, or one digit, a fraction and an exponent; all below 1e308.
_FLOAT = (
    r"-?(?:(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,21})?"
    r"|[1-9](?:\.[0-9]{1,17})?e(?:\+(?:[0-9]{2}|[12][0-9]{2}|30[0-7])|-(?:[0-9]{2}|[123][0-9]{2})))"
)


def language(kind: Type, *, nested: bool = False) -> str:
    """The regular expression of what may be written for a type; `nested` inside a list or record.

    Raises `pattern.Unsupported` for a `matching` that no automaton decides.
    """
    match kind:
        case Int():
            return _INT
        case Float():
            return _FLOAT
        case Bool():
            return "(?:true|false)"
        case Text():
            return _string(pattern.translate("(?s:.*)", quoted=nested), nested)
        case Matching(source):
            return _string(pattern.translate(source, quoted=nested), nested)
        case Labels(names):
            return _string("(?:" + "|".join(pattern.literal(name, quoted=nested) for name in names) + ")", nested)
        case Optional(item):
            return f"(?:null|{language(item, nested=nested)})"
        case List(item):
            one = language(item, nested=True)
            return rf"\[(?:{one}(?:, {one}){{0,{MOST_ITEMS - 1}}})?\]"
        case Record(fields):
            parts = [f"{pattern.literal(json.dumps(name))}: {language(part, nested=True)}" for name, part in fields]
            return r"\{" + ", ".join(parts) + r"\}"


def _string(inside: str, nested: bool) -> str:
    return f'"(?:{inside})"' if nested else f"(?:{inside})"


def is_free(kind: Type) -> bool:
    """Whether any text at all is a value of the type: there is nothing to hold a model to."""
    return isinstance(kind, Text) or (isinstance(kind, Optional) and is_free(kind.item))


class Constraint:
    """The grammar of one type over the vocabulary of one tokenizer. Made once, used for many answers."""

    def __init__(self, kind: Type, tokenizer: Tokenizer, stop: Iterable[int] = ()) -> None:
        self.vocabulary = _vocabulary(tokenizer)
        self.stop = np.array(sorted(stop), dtype=np.int64)
        try:
            grammar = LLMatcher.grammar_from_regex(language(kind))
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


@cache
def _vocabulary(tokenizer: Tokenizer) -> _Vocabulary:
    control = sorted(tokenizer.control.values())
    writable = np.ones(tokenizer.vocab_size, dtype=np.bool_)
    writable[control] = False
    tokens = LLTokenizer(tokenizer.json, eos_token=control[0] if control else None)
    return _Vocabulary(tokens, tokenizer.vocab_size, writable)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="masks")
