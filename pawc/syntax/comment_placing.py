"""Where comments and blank lines go when a tree is written again: the part of the formatter that knows the old text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from pawc.syntax import nodes as syntax


class CommentPlacer:
    """Hands out the comments of a file in order, to be written in source order before and behind its parts."""

    def __init__(self, file: syntax.File) -> None:
        self.text = file.source.text
        self.source = file.source
        self.comments = [(c.span.start, c.span.end, c.text) for c in file.comments if c.span is not None]
        self.starts = [start for start, _, _ in self.comments]
        self.next = 0  # the first comment that is not written yet

    def sequence(
        self,
        parts: Sequence[syntax.Node],
        indent: str,
        write: Callable[[int, Any, str], str],
        end: int,
        *,
        apart: Callable[[syntax.Node, syntax.Node], bool] | None = None,
    ) -> list[str]:
        """Parts below each other with the comments around them; a blank line between two of them stays."""
        lines: list[str] = []
        last: int | None = None  # where the source of the line before ends
        for index, part in enumerate(parts):
            start = part.span.start if part.span else 0
            force = bool(index and apart and apart(parts[index - 1], part))
            for begin, finish, comment in self.before(start):
                if lines and (force or self.blank_between(last, begin)):
                    lines.append("")
                lines.append(indent + comment)
                last, force = finish, False
            if lines and (force or self.blank_between(last, start)):
                lines.append("")
            following = parts[index + 1].span if index + 1 < len(parts) else None
            written = indent + write(index, part, indent)
            last = part.span.end if part.span else None
            behind, last = self.behind(last, following.start if following else end)
            lines.append(written + behind)
        for begin, finish, comment in self.before(end):
            if lines and self.blank_between(last, begin):
                lines.append("")
            lines.append(indent + comment)
            last = finish
        return lines

    def before(self, offset: int) -> list[tuple[int, int, str]]:
        """The comments not written yet that stand before `offset`."""
        upto = max(self.next, bisect_left(self.starts, offset))
        found = self.comments[self.next : upto]
        self.next = upto
        return found

    def behind(self, offset: int | None, limit: int) -> tuple[str, int | None]:
        """The comment on the same line behind `offset`, before `limit`; and where the line ends now."""
        if offset is None or self.next >= len(self.comments):
            return "", offset
        start, end, comment = self.comments[self.next]
        if not offset <= start < limit or "\n" in self.text[offset:start]:
            return "", offset
        self.next += 1
        return f"  {comment}", end

    def blank_between(self, start: int | None, end: int) -> bool:
        return start is not None and self.text.count("\n", start, end) > 1

    def commented(self, node: syntax.Node) -> bool:
        """Whether a comment stands inside the node, or is still to be written before it."""
        if node.span is None:
            return False
        return self.next < len(self.starts) and self.starts[self.next] < node.span.end

    def comment_before(self, node: syntax.Node) -> bool:
        return node.span is not None and self.next < len(self.starts) and self.starts[self.next] < node.span.start
