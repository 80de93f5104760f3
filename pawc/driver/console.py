"""What a build says while it works: messages and progress -> stderr, a bar where a person is looking."""

from __future__ import annotations

import sys
from typing import Any


class Console:
    """Messages and one progress bar at a time. `quiet` drops both; warnings are always shown."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._what = ""

    def log(self, message: str) -> None:
        """Say something, above the bar."""
        if not self._quiet:
            self.warn(message)

    def warn(self, message: str) -> None:
        """Say something even if asked to be quiet."""
        self.close()
        print(message, file=sys.stderr, flush=True)

    def progress(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of `what` are done. Nothing is shown where stderr is not a terminal."""
        if self._quiet or not sys.stderr.isatty():
            return
        if what != self._what or self._bar is None:
            from tqdm import tqdm

            self.close()
            self._bar, self._what = tqdm(total=total, desc=what, leave=False, file=sys.stderr), what
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar, self._what = None, ""
