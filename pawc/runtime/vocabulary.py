"""The tokens of a tokenizer as bytes: by number, by their beginning, and bytes as tokens."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

import numpy as np

from pawc.runtime.token_bytes import token_bytes
from pawc.runtime.tokenizer import Tokenizer


class Vocabulary:
    """The bytes of all tokens: one after the other in `flat`, with offset and length of each."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.bytes = token_bytes(tokenizer)
        self.size = len(self.bytes)
        self.lengths = np.array([len(one) for one in self.bytes], np.int64)
        self.offsets = np.cumsum(self.lengths) - self.lengths
        self.flat = np.frombuffer(b"".join(self.bytes), np.uint8)
        self.longest = int(self.lengths.max(initial=0))
        self.has_every_byte = {one[0] for one in self.bytes if len(one) == 1} == {*range(256)}

    @cached_property
    def _sorted(self) -> list[bytes]:
        return sorted({one for one in self.bytes if one})

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {one: number for number, one in reversed([*enumerate(self.bytes)]) if one}

    def beginning(self, start: bytes) -> list[bytes]:
        """The tokens that begin with these bytes."""
        first = last = bisect_left(self._sorted, start)
        while last < len(self._sorted) and self._sorted[last].startswith(start):
            last += 1
        return self._sorted[first:last]

    def tokenize(self, text: bytes) -> list[int]:
        """The tokens that the tokenizer writes these bytes with; parts of broken characters by the longest tokens."""
        tokens: list[int] = []
        while text:
            try:
                return tokens + self._tokenizer.encode(text.decode())
            except UnicodeDecodeError as error:
                if error.start:
                    tokens += self._tokenizer.encode(text[: error.start].decode())
                tokens += self._longest_first(text[error.start : error.end])
                text = text[error.end :]
        return tokens

    def _longest_first(self, text: bytes) -> list[int]:
        tokens = []
        while text:
            length = next((n for n in range(len(text), 0, -1) if text[:n] in self._numbers), 1)
            tokens += [self._numbers[text[:length]]] if text[:length] in self._numbers else []
            text = text[length:]
        return tokens


def vocabulary(tokenizer: Tokenizer) -> Vocabulary:
    """The vocabulary of a tokenizer, read once."""
    return tokenizer.once(Vocabulary)
