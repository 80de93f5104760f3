"""What was measured <-> a file of JSON lines, so that an interrupted evaluation goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Result:
    """One task on one arm. `id` names everything that decides it; `right` holds 1 for each test answered exactly.

    `decoding` is `free` or `typed`; `states` is what a call attends to besides its own, `bytes` what a prefix takes.
    """

    id: str
    task: str
    arm: str
    decoding: str
    right: tuple[int, ...]
    states: int
    bytes: int
    made_s: float
    run_s: float


class Results:
    """The results in a file, by id; appended to as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.known: dict[str, Result] = {result.id: result for result in self._read()}
        self._end_line()

    def add(self, result: Result) -> None:
        """Keep a result."""
        self.known[result.id] = result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")

    def _end_line(self) -> None:
        """A process that was killed may have left half a line: what comes next is to stand on one of its own."""
        if self._path.exists() and (data := self._path.read_bytes()) and not data.endswith(b"\n"):
            with self._path.open("ab") as file:
                file.write(b"\n")

    def _read(self) -> Iterator[Result]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
                yield Result(**{**row, "right": tuple(row["right"])})
            except (ValueError, TypeError, KeyError):  # a process was killed while it wrote: measured again
                continue
