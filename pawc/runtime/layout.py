"""How a conversation is laid out as tokens for one interpreter: a specification, worked examples, then the input.

The markup between the texts comes from the interpreter's own chat template (`pawc.interpreters.chat_template`).
Every text is tokenised on its own, so that no text can merge with markup or with its neighbours, and a program, an
input and an answer are each a stable list of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.tokenizer import Tokenizer


@dataclass(frozen=True, kw_only=True)
class Layout:
    """`start SPEC after_spec [before_input INPUT after_input OUTPUT after_output]...`, as tokens."""

    tokenizer: Tokenizer
    start: tuple[int, ...]
    after_spec: tuple[int, ...]
    before_input: tuple[int, ...]
    after_input: tuple[int, ...]
    after_output: tuple[int, ...]
    max_positions: int

    @classmethod
    def from_pieces(cls, pieces: Mapping[str, str], tokenizer: Tokenizer, max_positions: int) -> Layout:
        """The layout whose markup between the texts is `pieces` (of `interp.json`)."""
        tokens = {name: tuple(tokenizer.encode_markup(text)) for name, text in pieces.items()}
        return cls(tokenizer=tokenizer, **tokens, max_positions=max_positions)

    @classmethod
    def of(cls, info: InterpreterInfo) -> Layout:
        """The layout of the interpreter that `info` describes, with its tokenizer."""
        return cls.from_pieces(info.pieces, Tokenizer.of(info), info.max_positions)

    @cached_property
    def end(self) -> int:
        """The token that ends an answer."""
        after = self.after_output
        return next((token for token in after if token in self._control), after[0])

    @cached_property
    def stop(self) -> frozenset[int]:
        """The tokens that a model may end an answer with: `end`, and as an answer is text, every control token."""
        return self._control | {self.end}

    @cached_property
    def _control(self) -> frozenset[int]:
        return frozenset(self.tokenizer.control.values())

    def head(self, spec: str, examples: Sequence[tuple[str, str]] = ()) -> list[int]:
        """The opening of a conversation: the specification, then one turn per example."""
        tokens = [*self.start, *self.tokenizer.encode(spec), *self.after_spec]
        for given, wanted in examples:
            tokens += [*self.query(given), *self.tokenizer.encode(wanted), *self.after_output]
        return tokens

    def query(self, text: str) -> list[int]:
        """The input's turn, and the opening of the answer's."""
        return [*self.before_input, *self.tokenizer.encode(text), *self.after_input]

    def queries(self, texts: Sequence[str]) -> list[list[int]]:
        """`query` of many texts."""
        return [[*self.before_input, *tokens, *self.after_input] for tokens in self.tokenizer.encode_all(texts)]

    def answer(self, text: str) -> list[int]:
        """What the interpreter should write: the text, then the token that ends it."""
        return [*self.tokenizer.encode(text), self.end]
