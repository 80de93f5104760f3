"""Where tokens stand: attention is decided by positions alone, never by where a token lies in a padded batch."""

from __future__ import annotations

from collections.abc import Iterator

PADDING = -1
"""The position of a token that nothing may attend to."""

PIECE = 1024
"""So many tokens of one input are read at once: attention needs memory for the square of their number."""


def pieces(length: int, keep: int) -> Iterator[tuple[int, int]]:
    """Where the pieces of `length` tokens start and end; the last `keep` are together in the last one."""
    ends = [*range(PIECE, length - keep, PIECE), length]
    return zip([0, *ends], ends, strict=False)
