"""What is known about an interpreter without loading it: the `interp.json` beside its weights, as a dataclass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn, Self, TypeAlias

from pawc.base import canonical
from pawc.base.diagnostics import fail

WEIGHTS, CONFIG, TOKENIZER, INFO = "model.safetensors", "config.json", "tokenizer.json", "interp.json"
FORMAT = 1
PIECES = ("start", "after_spec", "before_input", "after_input", "after_output")

_COUNTS = ("size", "parameters", "layers", "kv_heads", "head_dim", "vocab", "max_positions")
_MOST = 1 << 48

Contents: TypeAlias = Mapping[str, Callable[[], bytes | memoryview]]
"""Files by name, each read when it is asked for."""


@dataclass(frozen=True, kw_only=True)
class InterpreterInfo:
    """An interpreter. Its identity are the hashes of its weights file, of its tokenizer, and of its chat layout.

    `pieces` are that layout: the markup between the texts of a conversation.
    Its files lie in `folder`; those of one that an executable carries are `carried`, and `folder` is that executable.
    """

    name: str
    folder: Path
    sha256: str
    tokenizer_sha256: str
    size: int
    licence: str
    source: str
    architecture: str
    parameters: int
    layers: int
    kv_heads: int
    head_dim: int
    vocab: int
    max_positions: int
    pieces: Mapping[str, str]
    carried: Contents | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The facts of the interpreter that lies in `folder`."""
        return cls._parse(lambda: (folder / INFO).read_bytes(), folder, None, GET_AGAIN)

    @classmethod
    def read_carried(cls, executable: Path, contents: Contents) -> Self:
        """The facts of the interpreter whose files are `contents`, carried by the file `executable`."""
        return cls._parse(lambda: bytes(contents[INFO]()), executable, contents, BUILD_AGAIN)

    @classmethod
    def _parse(cls, read: Callable[[], bytes], folder: Path, carried: Contents | None, help: str) -> Self:
        try:
            facts: dict[str, Any] = json.loads(read())
            if (version := facts.pop("format")) != FORMAT:
                fail("P0712", f"this interpreter has format {version}, not {FORMAT}", where=str(folder), help=help)
            _check(facts)
            return cls(folder=folder, **facts, carried=carried)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            fail("P0712", f"an interpreter's facts cannot be read: {error}", where=str(folder / INFO), help=help)

    @property
    def layout_sha256(self) -> str:
        """The hash of the chat layout."""
        return hashlib.sha256(canonical.dumps(dict(self.pieces)).encode()).hexdigest()

    @property
    def named(self) -> dict[str, str]:
        """What a manifest says of the interpreter that programs are for."""
        hashes = {"sha256": self.sha256, "tokenizer_sha256": self.tokenizer_sha256}
        return {"name": self.name, **hashes, "layout_sha256": self.layout_sha256}

    @property
    def identity(self) -> str:
        """All that decides what the interpreter makes of a text, as one hash."""
        hashes = (self.sha256, self.tokenizer_sha256, self.layout_sha256)
        return hashlib.sha256(" ".join(hashes).encode()).hexdigest()

    def difference(self, named: Mapping[str, str]) -> str:
        """What of it is not that of the interpreter which a manifest names; nothing if it is that one.

        Manifests of format version 2 do not say which layout they are for.
        """
        if self.sha256 != named["sha256"]:
            return "weights"
        if self.tokenizer_sha256 != named["tokenizer_sha256"]:
            return "tokenizer"
        return "chat layout" if named.get("layout_sha256", self.layout_sha256) != self.layout_sha256 else ""

    def require(self, named: Mapping[str, str]) -> None:
        """Refuse to be the interpreter which a manifest names, if it is another."""
        if what := self.difference(named):
            help = "build it again for this interpreter, or get the one it was built for (`pawc interp list`)"
            message = f"the program was built for `{named['name']}`, `{self.name}` has another {what}"
            fail("P0711", message, help=help)

    def content(self, name: str) -> bytes | memoryview:
        """One of its files, whole; of a carried one as the executable's mapping has it."""
        try:
            return (self.folder / name).read_bytes() if self.carried is None else self.carried[name]()
        except (OSError, KeyError):
            self._refuse(name)

    def to_json(self) -> str:
        """The text of `interp.json`."""
        facts = {"format": FORMAT, **asdict(replace(self, carried=None))}
        del facts["folder"], facts["carried"]
        return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"

    def check_files(self) -> None:
        """Refuse weights that are not there or cut short (to hash them takes half a second), or another tokenizer."""
        if self._size(WEIGHTS) != self.size:
            self._refuse(WEIGHTS)
        self.check_tokenizer()

    def check_tokenizer(self) -> None:
        """Refuse a tokenizer that is not there, or another one."""
        if hashlib.sha256(self.content(TOKENIZER)).hexdigest() != self.tokenizer_sha256:
            self._refuse(TOKENIZER)

    def _size(self, name: str) -> int:
        if self.carried is not None:
            return len(self.content(name))
        path = self.folder / name
        return path.stat().st_size if path.exists() else -1

    def _refuse(self, name: str) -> NoReturn:
        message = f"`{name}` of interpreter `{self.name}` is missing or was changed"
        fail("P0712", message, where=str(self.folder / name), help=self.how_to_get_again)

    @property
    def how_to_get_again(self) -> str:
        """The command that replaces a damaged copy."""
        if self.carried is not None:
            return BUILD_AGAIN
        return f"`pawc interp rm {self.name}`, then get it again with `pawc interp pull` or `pawc interp add`"


def _check(facts: Mapping[str, Any]) -> None:
    """Refuse facts that are none, by a ValueError or TypeError: an executable may carry any."""
    pieces = facts["pieces"]
    if pieces.keys() != set(PIECES) or not pieces["after_output"]:
        raise ValueError(f"`pieces` has not {', '.join(PIECES)}, or nothing ends an answer")
    for name, fact in (*facts.items(), *pieces.items()):
        if name in _COUNTS:
            if type(fact) is not int or not 1 <= fact < _MOST:
                raise ValueError(f"`{name}` is no number of anything")
        elif name != "pieces":
            fact.encode()  # half a character could not be hashed


GET_AGAIN = "remove that folder, then get the interpreter again with `pawc interp pull` or `pawc interp add`"
BUILD_AGAIN = "build the executable again, with `pawc build --static`"
