"""Text <-> tokens of one interpreter, with the interpreter's control tokens out of a user's reach.

Two ways in: `encode` takes what users and models wrote, where `<|im_end|>` is ten characters like any others;
`encode_markup` takes the pieces of a chat layout, where it is one token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tokenizers

from pawc.base.diagnostics import PawError, fail
from pawc.base.unicode import is_text
from pawc.interpreters.info import TOKENIZER, InterpreterInfo

T = TypeVar("T")


class Tokenizer:
    """The tokenizer of one interpreter; `json` is the text of its `tokenizer.json` (llguidance reads that)."""

    def __init__(self, json: str) -> None:
        self.json = json
        self._made: dict[Callable[[Tokenizer], Any], Any] = {}
        self._tokenizer = tokenizers.Tokenizer.from_str(json)
        self._tokenizer.encode_special_tokens = True  # i.e. as plain text
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.vocab_size: int = self._tokenizer.get_vocab_size(with_added_tokens=True)
        added = self._tokenizer.get_added_tokens_decoder().items()
        self.control: dict[str, int] = {token.content: id_ for id_, token in added if token.special}
        longest_first = sorted(self.control, key=len, reverse=True)
        self._markup = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")") if self.control else None

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """The tokenizer of the interpreter that lies in `folder`."""
        return cls((folder / "tokenizer.json").read_text(encoding="utf-8"))

    @classmethod
    def of(cls, info: InterpreterInfo) -> Tokenizer:
        """The tokenizer of the interpreter that `info` describes, in its folder or in an executable."""
        try:
            return cls(bytes(info.content(TOKENIZER)).decode())
        except PawError:
            raise
        except Exception as error:  # tokenizers raises no more special one
            message = f"`{TOKENIZER}` of interpreter `{info.name}` cannot be read: {error}"
            fail("P0712", message, where=str(info.folder), help=info.how_to_get_again)

    def once(self, make: Callable[[Tokenizer], T]) -> T:
        """What `make` makes of this tokenizer: made once, and gone with it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def encode(self, text: str) -> list[int]:
        """The tokens of plain text: never a control token."""
        ids: list[int] = self._tokenizer.encode(_valid_unicode(text), add_special_tokens=False).ids
        return ids

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` of many texts, in parallel."""
        valid = [_valid_unicode(text) for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(valid, add_special_tokens=False)]

    def encode_markup(self, text: str) -> list[int]:
        """The tokens of a layout's own text, where the names of control tokens mean those tokens."""
        ids: list[int] = []
        for part in self._markup.split(text) if self._markup else [text]:
            if part in self.control:
                ids.append(self.control[part])
            elif part:
                ids += self.encode(part)
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text that tokens stand for; control tokens stand for none, a broken character for U+FFFD."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text


def _valid_unicode(text: str) -> str:
    """`text` with lone surrogates (JSON can write them, UTF-8 cannot) replaced by U+FFFD."""
    return text if is_text(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
