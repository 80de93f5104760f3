"""Results -> tables in Markdown, and a plot in SVG of every arm with its interval.

Arms that were measured on fewer tasks than others have a table of their own, beside those others on the same tasks.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pawc.base.diagnostics import fail
from pawc.evaluate.arms import ARMS
from pawc.evaluate.results import Result
from pawc.evaluate.statistics import Estimate, Rows, difference, estimate

WIDTH, ROW, LEFT = 860, 24, 330
COLUMNS = ("free", "free, tasks with labels", "typed, tasks with labels", "declared", "states", "prefix", "made in")
COLOURS = {"free": "#1b6ca8", "typed": "#27864f"}


@dataclass(frozen=True)
class Table:
    """Results by task, arm and decoding; `arms` in the order of the table. Only tasks that all arms have count."""

    results: dict[tuple[str, str, str], Result]
    arms: tuple[str, ...]
    tasks: tuple[str, ...]
    typed: tuple[str, ...]

    @classmethod
    def of(cls, results: Sequence[Result], arms: Sequence[str]) -> Table:
        """The table of some results."""
        by = {(result.task, result.arm, result.decoding): result for result in results}
        named = dict.fromkeys(result.task for result in results)
        tasks = tuple(task for task in named if all((task, arm, "free") in by for arm in arms))
        typed = tuple(task for task in tasks if all((task, arm, "typed") in by for arm in arms))
        return cls(by, tuple(arms), tasks, typed)

    def rows(self, arm: str, decoding: str, tasks: Sequence[str]) -> Rows:
        """For each of `tasks` which tests were right."""
        return [self.results[task, arm, decoding].right for task in tasks]

    def declared(self, arm: str) -> Rows:
        """For each task which tests were right, answers constrained where it has labels: as functions of these types
        are compiled and run."""
        return [self.results[task, arm, "typed" if task in self.typed else "free"].right for task in self.tasks]

    def markdown(self, versus: Sequence[tuple[str, str]] = ()) -> str:
        """Means, sizes and times of the arms; paired differences; every task."""
        return "\n".join([*self._means(), *self._versus(versus), *self._tasks()]) + "\n"

    def _means(self) -> Iterator[str]:
        tests = sum(len(self.results[task, self.arms[0], "free"].right) for task in self.tasks)
        yield f"{_counted(len(self.tasks))}, {tests} tests; exact match, a mean over tasks, with the 95% interval of a"
        yield "bootstrap over tasks and over the tests within them. Typed: answers constrained to the task's labels, on"
        yield f"the {len(self.typed)} tasks that have labels; beside it free decoding on the same tasks. Declared: all"
        yield "tasks, typed where they have labels, as functions of these types run. States: what a call attends to"
        yield "besides its own tokens. Medians of states, prefix size and time to make a program."
        yield ""
        yield f"| arm | {' | '.join(COLUMNS)} |"
        yield "|---" * (len(COLUMNS) + 1) + "|"
        for arm in self.arms:
            own = [self.results[task, arm, "free"] for task in self.tasks]
            free, typed, declared = self._measures(arm)
            measures = (free, self.rows(arm, "free", self.typed), typed, declared)
            cells = [_shown(estimate(rows)) if rows else "-" for rows in measures]
            size = statistics.median(result.bytes for result in own)
            cells.append(f"{statistics.median(result.states for result in own):.0f}")
            cells.append(f"{size / 1e6:.2f} MB" if size else "none")
            cells.append(f"{statistics.median(result.made_s for result in own):.2f} s")
            yield f"| `{arm}`: {ARMS[arm].title} | " + " | ".join(cells) + " |"

    def _versus(self, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
        if not pairs:
            return
        yield from (
            "",
            "Paired differences, in points, on the same tests:",
            "",
            "| arms | free | typed | declared |",
            "|---|---|---|---|",
        )
        for one, other in pairs:
            both = zip(self._measures(one), self._measures(other), strict=True)
            cells = [_points(difference(ours, theirs)) if ours else "-" for ours, theirs in both]
            yield f"| `{one}` - `{other}` | " + " | ".join(cells) + " |"

    def _measures(self, arm: str) -> tuple[Rows, Rows, Rows]:
        return self.rows(arm, "free", self.tasks), self.rows(arm, "typed", self.typed), self.declared(arm)

    def _tasks(self) -> Iterator[str]:
        yield from ("", "| task | " + " | ".join(self.arms) + " |", "|---|" + "---|" * len(self.arms))
        for task in sorted(self.tasks):
            rates = (statistics.fmean(self.results[task, arm, "free"].right) for arm in self.arms)
            yield f"| {task} | " + " | ".join(f"{rate:.2f}" for rate in rates) + " |"

    def bars(self) -> list[tuple[str, str, Estimate]]:
        """What is plotted: title, decoding and estimate of every arm and decoding."""
        return [
            (f"{ARMS[arm].title} ({decoding})", decoding, estimate(self.rows(arm, decoding, tasks)))
            for arm in self.arms
            for decoding, tasks in (("free", self.tasks), ("typed", self.typed))
            if tasks
        ]


@dataclass(frozen=True)
class Report:
    """Tables, that of most tasks first; each has the arms that were measured on all of its tasks, and perhaps more."""

    tables: tuple[Table, ...]

    @classmethod
    def of(cls, results: Sequence[Result], arms: Sequence[str]) -> Report:
        """The report of some results."""
        own = {arm: {result.task for result in results if result.arm == arm} for arm in arms}
        sets = sorted({frozenset(tasks) for tasks in own.values()}, key=lambda tasks: (-len(tasks), sorted(tasks)))
        return cls(tuple(Table.of(results, [arm for arm in arms if own[arm] >= tasks]) for tasks in sets))

    def markdown(self, versus: Sequence[tuple[str, str]] = ()) -> str:
        """All tables, each with the differences of arms that no table before it has both of."""
        left, parts = list(versus), []
        for table in self.tables:
            own = [pair for pair in left if set(pair) <= set(table.arms)]
            left = [pair for pair in left if pair not in own]
            parts.append(table.markdown(own))
        return "\n".join(parts)

    def svg(self) -> str:
        """A bar with its interval for every arm and decoding, table by table."""
        parts: list[str] = []
        y = 0
        for table in self.tables:
            y += ROW
            parts.append(_text(LEFT, y, _counted(len(table.tasks)), 'font-weight="bold"'))
            for title, decoding, found in table.bars():
                y += ROW
                parts.append(_text(LEFT - 8, y, title, 'text-anchor="end"'))
                parts.append(_bar(_x(0), _x(found.mean), y - 7, 14, COLOURS[decoding]))
                parts.append(_bar(_x(found.low), _x(found.high), y - 1, 2, "#222222"))
                parts.append(_text(_x(max(found.high, found.mean)) + 6, y, f"{found.mean:.3f}"))
        size = f'width="{WIDTH}" height="{y + ROW}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
        return "\n".join([head, f'<rect {size} fill="white"/>', *parts, "</svg>\n"])


def pairs_of(texts: Sequence[str], arms: Sequence[str]) -> list[tuple[str, str]]:
    """`A,B` -> pairs of arms that are measured."""
    found = []
    for text in texts:
        one, _, other = text.partition(",")
        for arm in (one, other):
            if arm not in arms:
                fail("P1301", f"`--versus {text}` names `{arm}`, which is not measured", where="--versus")
        found.append((one, other))
    return found


def _x(value: float) -> float:
    return LEFT + max(0.0, value) * (WIDTH - LEFT - 60)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y + 4}" font-size="12" {more}>{escape(text)}</text>'


def _bar(left: float, right: float, top: float, height: float, colour: str) -> str:
    width = max(0.5, right - left)
    return f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def _counted(count: int) -> str:
    return f"{count} task" if count == 1 else f"{count} tasks"


def _shown(found: Estimate) -> str:
    return f"{found.mean:.3f} ({found.low:.2f} to {found.high:.2f})"


def _points(found: Estimate) -> str:
    return f"{100 * found.mean:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"
