"""Lines of logs in a few made-up layouts: their level, component, message, numbers; triage by the house's own rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Fields, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import SERVICES, THINGS

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LAYOUTS = (
    "{time} {level} {component}: {message}",
    "[{level}] {component} - {message}",
    "{time} {component}[{pid}]: {level} {message}",
    'level={level} component={component} msg="{message}"',
    "{level} {time} ({component}) {message}",
    "<{pid}> {component}/{level}: {message}",
    "{time} [{component}] [{level}] {message}",
)
_MESSAGES = (
    "connection lost",
    "retry in 5 s",
    "cache is full",
    "user logged in",
    "request took {n} ms",
    "wrote {n} rows",
    "file not found",
    "disk usage at {n} percent",
    "queue length {n}",
    "token expired",
    "backup finished",
    "no route to host",
    "configuration loaded",
    "timeout after {n} ms",
    "slow answer from {other}",
    "started with {n} workers",
    "cannot read {thing}",
    "lock held by {other}",
)
GIVEN = ("a line of a log", "one log line", "a log message of a service", "a line that a server logged")


@dataclass(frozen=True)
class Entry:
    """What one line says."""

    level: str
    component: str
    message: str
    time: str
    pid: str

    def written(self, layout: str) -> str:
        """The line in a layout."""
        return layout.format(**vars(self))


def entry(draw: Draw) -> Entry:
    """What some line says."""
    text = draw.choice(_MESSAGES).format(n=draw.randint(2, 900), other=draw.choice(SERVICES), thing=draw.choice(THINGS))
    time = (datetime(2024, 1, 1) + timedelta(seconds=draw.randint(0, 300 * 86_400))).isoformat()
    return Entry(draw.choice(LEVELS), draw.choice(SERVICES), text, time, draw.digits(4))


def parse(layout: str, line: str) -> dict[str, str | None]:
    """The parts of a line by their names."""
    kinds = {"level": "[A-Z]+", "component": r"\w+", "message": ".+", "time": r"[\dT:-]+", "pid": r"\d+"}
    pattern = re.sub(r"\\\{(\w+)\\\}", lambda slot: f"(?P<{slot[1]}>{kinds[slot[1]]})", re.escape(layout))
    match = re.fullmatch(pattern, line)
    return dict(match.groupdict()) if match else {}


_NOUNS = {
    "level": "the log level",
    "component": "the name of the component",
    "message": "the message without anything in front of it",
    "time": "the time stamp",
    "pid": "the number in brackets",
}


def _parts(layout: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", layout)


@family("extraction")
def log_part(draw: Draw) -> Function:
    """One part of a line."""
    layout = draw.choice(LAYOUTS)
    part = draw.choice(_parts(layout))
    noun = _NOUNS[part]
    lower = part == "level" and draw.chance(0.4)
    shown = entry(draw).written(layout)

    def case(draw: Draw) -> Case:
        found = entry(draw)
        text = str(getattr(found, part))
        return found.written(layout), text.lower() if lower else text

    def reference(text: str) -> str | None:
        value = parse(layout, text)[part]
        return value.lower() if value and lower else value

    return Function(
        given=(*GIVEN, f"a log line like `{shown}`"),
        answer=Single(
            key=draw.choice((part, "value")),
            do=tuple(f"{verb} {noun}" for verb in ("extract", "give", "cut out", "find")),
        ),
        draw=case,
        reference=reference,
        rules=("Write it in lower case.",) if lower else (),
        stated=(noun,),
    )


@family("extraction")
def log_fields(draw: Draw) -> Function:
    """Two or three parts of a line."""
    layout = draw.choice(LAYOUTS)
    parts = draw.sample(_parts(layout), draw.choice((2, 2, 3)))

    def case(draw: Draw) -> Case:
        found = entry(draw)
        return found.written(layout), {part: str(getattr(found, part)) for part in parts}

    return Function(
        given=GIVEN,
        answer=Fields(nouns={part: _NOUNS[part] for part in parts}),
        draw=case,
        reference=lambda text: {part: parse(layout, text)[part] for part in parts},
    )


@family("classification")
def log_severity(draw: Draw) -> Function:
    """Levels sorted into classes of the house."""
    layout, low, high = draw.choice(LAYOUTS), *draw.choice(((1, 3), (2, 3), (2, 4), (1, 2)))
    groups = {"low": LEVELS[:low], "middle": LEVELS[low:high], "high": LEVELS[high:]}

    def case(draw: Draw) -> Case:
        group = draw.choice(sorted(groups))
        found = entry(draw)
        line = Entry(draw.choice(groups[group]), found.component, found.message, found.time, found.pid)
        return line.written(layout), group

    return Function(
        given=GIVEN,
        answer=Choice(when={name: f"the level is {' or '.join(levels)}" for name, levels in groups.items()}),
        draw=case,
        reference=lambda text: next(name for name, levels in groups.items() if parse(layout, text)["level"] in levels),
        stated=LEVELS,
    )


@family("classification")
def log_alarm(draw: Draw) -> Function:
    """Whether somebody has to be woken: by level, by component, or both."""
    layout, who = draw.choice(LAYOUTS), draw.choice(SERVICES)
    bad = LEVELS[draw.choice((2, 3)) :]
    levels = " or ".join(bad)
    both = draw.chance(0.5)
    holds = (
        (f"the level is {levels} and the component is {who}",)
        if both
        else (f"the level is {levels}", f"the line is of level {levels}")
    )
    fails = (f"the level is not {levels} or the component is not {who}",) if both else (f"the level is not {levels}",)

    def reference(text: str) -> bool:
        parts = parse(layout, text)
        return parts["level"] in bad and (not both or parts["component"] == who)

    def case(draw: Draw) -> str:
        found = entry(draw)
        level = draw.choice(bad) if draw.chance(0.7) else found.level
        return Entry(level, who if draw.chance(0.7) else found.component, found.message, found.time, found.pid).written(
            layout
        )

    return Function(
        given=GIVEN,
        answer=Decision(holds=holds, fails=fails),
        draw=case,
        reference=reference,
        stated=(levels, who) if both else (levels,),
    )


@family("classification")
def slow_request(draw: Draw) -> Function:
    """Requests sorted by how long they took."""
    limit, unit = draw.choice((100, 200, 250, 300, 500, 750, 1000)), draw.choice(("ms", " ms", " milliseconds"))
    verb, path = draw.choice(("took", "done in", "finished after")), draw.choice(("GET", "POST"))

    def case(draw: Draw) -> Case:
        slow = draw.chance(0.5)
        time = draw.randint(limit + 1, 3 * limit) if slow else draw.randint(5, limit)
        return (
            f"{path} /{'/'.join(draw.sample(THINGS, 2))} {draw.choice((200, 201, 404, 500))} {verb} {time}{unit}",
            slow,
        )

    def reference(text: str) -> bool:
        return int(text.removesuffix(unit).split()[-1]) > limit

    return Function(
        given=("a line of an access log", "one line about a request", "a log line of a web server"),
        answer=Decision(
            holds=(f"the request took more than {limit} milliseconds", f"it needed longer than {limit} milliseconds"),
            fails=(f"the request took {limit} milliseconds or less",),
        ),
        draw=case,
        reference=reference,
        stated=(f"{limit} milliseconds",),
    )


@family("classification")
def http_status(draw: Draw) -> Function:
    """Classes of HTTP status codes, under names of the house."""
    when = {
        "ok": "the status is 2xx",
        "moved": "the status is 3xx",
        "client": "the status is 4xx",
        "server": "the status is 5xx",
    }
    codes = {
        "ok": (200, 201, 204, 206),
        "moved": (301, 302, 304, 307),
        "client": (400, 401, 403, 404, 409, 422, 429),
        "server": (500, 502, 503, 504),
    }
    shape = draw.choice(("{m} /{p} {c}", "{c} {m} /{p}", '"{m} /{p} HTTP/1.1" {c} {n}', "{m} /{p} -> {c}"))

    def case(draw: Draw) -> Case:
        label = draw.choice(sorted(codes))
        values = {
            "m": draw.choice(("GET", "POST", "PUT", "DELETE")),
            "p": "/".join(draw.some(THINGS, 1, 3)),
            "c": draw.choice(codes[label]),
        }
        return shape.format(**values, n=draw.randint(1000, 9999)), label

    def reference(text: str) -> str:
        (code,) = re.findall(r"(?<![\d/.])[2-5]\d\d(?!\d)", text)
        return sorted(codes, key=["ok", "moved", "client", "server"].index)[int(code[0]) - 2]

    return Function(
        given=("a line of an access log", "a line about a web request", "a request and its answer's status"),
        answer=Choice(when=when),
        draw=case,
        reference=reference,
        hints=("4xx means every code from 400 to 499.",),
    )
