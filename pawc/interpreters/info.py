"""What is known about an interpreter without loading it: the `interp.json` beside its weights, as a dataclass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from pawc.base.diagnostics import fail

WEIGHTS, TOKENIZER, INFO = "model.safetensors", "tokenizer.json", "interp.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class InterpreterInfo:
    """An interpreter of the store. `sha256` is that of its weights file and is the interpreter's identity."""

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

    @classmethod
    def read(cls, folder: Path) -> InterpreterInfo:
        """The facts of the interpreter that lies in `folder`."""
        try:
            facts: dict[str, Any] = json.loads((folder / INFO).read_text(encoding="utf-8"))
            if (version := facts.pop("format")) != FORMAT:
                fail("P0712", f"this interpreter has format {version}, not {FORMAT}", where=str(folder), help=GET_AGAIN)
            return cls(folder=folder, **facts)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            fail("P0712", f"an interpreter's facts cannot be read: {error}", where=str(folder / INFO), help=GET_AGAIN)

    def to_json(self) -> str:
        """The text of `interp.json`."""
        facts = {"format": FORMAT, **asdict(self)}
        del facts["folder"]
        return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"

    def check_files(self) -> None:
        """Refuse weights that are not there or cut short (to hash them takes half a second), or another tokenizer."""
        weights, tokenizer = self.folder / WEIGHTS, self.folder / TOKENIZER
        if not weights.exists() or weights.stat().st_size != self.size:
            self._refuse(weights)
        if not tokenizer.exists() or hashlib.sha256(tokenizer.read_bytes()).hexdigest() != self.tokenizer_sha256:
            self._refuse(tokenizer)

    def _refuse(self, path: Path) -> NoReturn:
        message = f"`{path.name}` of interpreter `{self.name}` is missing or was changed"
        fail("P0712", message, where=str(path), help=self.how_to_get_again)

    @property
    def how_to_get_again(self) -> str:
        """The command that replaces a damaged copy."""
        return f"`pawc interp rm {self.name}`, then get it again with `pawc interp pull` or `pawc interp add`"


GET_AGAIN = "remove that folder, then get the interpreter again with `pawc interp pull` or `pawc interp add`"
