"""What machines and offices number: tickets, orders, hashes, versions, ports, paths, rooms."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.finding import Thing, find
from pawc.data.synthetic.forms import Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, SERVICES, THINGS

_PROJECTS = ("ABC", "OPS", "WEB", "CRM", "DATA", "HR", "NET", "PAY", "DOC", "INFRA", "APP", "SEC")
_EXTENSIONS = ("txt", "csv", "pdf", "py", "json", "log", "md", "png", "xml", "toml", "zip", "docx")


def path(draw: Draw) -> str:
    """A Unix path of a file: `/srv/lamp/quiet.csv`."""
    folders = "/".join([draw.choice(("srv", "home", "var", "opt", "data", "usr")), *draw.some(THINGS, 1, 2)])
    stem = draw.choice(("", "_", "-")).join((draw.choice(ADJECTIVES), draw.choice(THINGS)))
    return f"/{folders}/{stem}.{draw.choice(_EXTENSIONS)}"


@family("extraction")
def ticket(draw: Draw) -> Function:
    """Ticket numbers of one project, or of any."""
    prefix = draw.choice((*_PROJECTS, "")) if draw.chance(0.6) else ""
    others = [name for name in _PROJECTS if name != prefix]
    kind = f"{prefix} ticket number" if prefix else "ticket number"
    return find(
        draw,
        Thing(
            key=draw.choice(("ticket", "issue", "key")),
            one=kind,
            many=f"{kind}s",
            pattern=re.compile(rf"\b{prefix}-\d+\b" if prefix else r"\b[A-Z]+-\d+\b"),
            make=lambda d: f"{prefix or d.choice(_PROJECTS)}-{d.randint(1, 9999)}",
            carriers=(
                (
                    "this is the same as {x}.",
                    "{x} is still open.",
                    f"{draw.choice(others)}-17 waits for {{x}}.",
                    "closed with {x}.",
                )
                if prefix
                else ("this is the same as {x}.", "{x} is still open.", "closed with {x}.", "please look at {x} first.")
            ),
            rules=(f"A ticket number looks like {prefix or 'ABC'}-123.",),
            stated=(prefix,) if prefix else (),
        ),
    )


@family("extraction")
def order_number(draw: Draw) -> Function:
    """Numbers of a fixed shape: a letter or two and so many digits, as the specification says."""
    letters, digits = draw.choice(("K", "R", "INV", "PO", "CU", "SN", "X", "BZ")), draw.randint(4, 8)
    name = draw.choice(("order number", "customer number", "invoice number", "serial number", "booking code"))
    return find(
        draw,
        Thing(
            key=draw.choice(("id", "number", "code")),
            one=name,
            many=f"{name}s",
            pattern=re.compile(rf"\b{letters}\d{{{digits}}}\b"),
            make=lambda d: letters + d.digits(digits),
            carriers=(
                "my reference is {x}.",
                "{x} has not arrived.",
                "I mean {x}, sent by post.",
                "could you check {x} for me?",
                f"{{x}}, not {letters}12.",
            ),
            given=("a customer's message", "a message to the shop", "a letter", "a text"),
            rules=(f"It is {letters} followed by {digits} digits.",),
            stated=(f"{letters} followed by {digits} digits",),
        ),
    )


@family("extraction")
def commit_hash(draw: Draw) -> Function:
    """Abbreviated or full hexadecimal hashes."""
    length = draw.choice((7, 8, 12))
    return find(
        draw,
        Thing(
            key=draw.choice(("hash", "commit", "revision")),
            one=f"hash of {length} hexadecimal digits",
            many=f"hashes of {length} hexadecimal digits",
            pattern=re.compile(rf"\b(?=[a-f]*\d)[0-9a-f]{{{length}}}\b"),
            make=lambda d: (
                "".join(d.choice("0123456789abcdef") for _ in range(length - 2))
                + d.choice("0123456789")
                + d.choice("abcdef")
            ),
            carriers=(
                "it broke with {x}.",
                "{x} is the last good one.",
                "revert {x}, please.",
                "fixed in {x} on the main branch.",
            ),
            stated=(f"{length} hexadecimal digits",),
        ),
    )


@family("extraction")
def release(draw: Draw) -> Function:
    """Version numbers in sentences."""
    return find(
        draw,
        Thing(
            key=draw.choice(("version", "release")),
            one="version number",
            many="version numbers",
            pattern=re.compile(r"\bv?(\d+(?:\.\d+)+)\b"),
            make=lambda d: d.choice(("", "v")) + ".".join(str(d.randint(0, 30)) for _ in range(d.choice((2, 3, 3, 4)))),
            carriers=(
                "it works since {x}.",
                "we run {x} in production.",
                "{x} has the same fault.",
                "please update to {x} soon.",
            ),
            copying=("Leave out a leading v.",),
        ),
    )


@family("extraction")
def file_path(draw: Draw) -> Function:
    """Paths of files in sentences, perhaps of one extension only."""
    only = draw.choice(_EXTENSIONS) if draw.chance(0.4) else ""
    kind = f".{only} path" if only else "file path"

    def make(draw: Draw) -> str:
        found = path(draw)
        return f"{found.rpartition('.')[0]}.{only}" if only else found

    return find(
        draw,
        Thing(
            key=draw.choice(("path", "file")),
            one=kind,
            many=f"{kind}s",
            pattern=re.compile(r"/(?:[\w-]+/)+[\w-]+\." + (only or r"\w+") + r"\b"),
            make=make,
            carriers=(
                "it is stored in {x}.",
                "{x} cannot be opened.",
                "copy {x} first.",
                "the rest is in {x}, as always.",
            ),
            stated=(f".{only}",) if only else (),
            hints=("It starts with a slash.",),
        ),
    )


@family("extraction")
def part_of_path(draw: Draw) -> Function:
    """One part of a path: file name, stem, extension, folder."""
    part = draw.choice(
        ("file name", "file name without its extension", "extension", "folder", "first folder", "parent")
    )
    said = {
        "file name": "the file name of the path, with its extension",
        "file name without its extension": "the file name of the path without its extension",
        "extension": "the extension of the file, without the dot",
        "folder": "the folder that the file is in, as a full path without a slash at its end",
        "first folder": "the first folder of the path",
        "parent": "the name of the folder that the file is directly in",
    }[part]

    def reference(text: str) -> str:
        folder, _, name = text.rpartition("/")
        stem, _, extension = name.rpartition(".")
        return {
            "file name": name,
            "file name without its extension": stem,
            "extension": extension,
            "folder": folder,
            "first folder": folder.split("/")[1],
            "parent": folder.rpartition("/")[2],
        }[part]

    return Function(
        given=("a path", "a Unix path of a file", "the full path of a file"),
        answer=Single(
            key=draw.choice(("part", "name", "value")),
            do=(f"give {said}", f"return {said}", f"extract {said}", f"write {said}"),
        ),
        draw=path,
        reference=reference,
        stated=(said,),
    )


@family("extraction")
def port(draw: Draw) -> Function:
    """Port numbers behind the word or behind a host."""
    spelled = draw.choice(("port {}", "localhost:{}", "{}/tcp"))
    return find(
        draw,
        Thing(
            key="port",
            one="port number",
            many="port numbers",
            pattern=re.compile(spelled.format(r"\b(\d{2,5})")),
            make=lambda d: spelled.format(d.randint(80, 65000)),
            carriers=(
                "nothing listens on {x} today.",
                "{x} is already in use.",
                "connect to {x} instead.",
                "it started on {x} without errors.",
            ),
            given=("a message of a server", "a line about a network service", "a note from operations", "a text"),
            rules=(f"Ports are written like {spelled.format(1234)}; give only the number.",),
            stated=(spelled.format(1234),),
        ),
    )


@family("extraction")
def room(draw: Draw) -> Function:
    """Room numbers of a building's own scheme."""
    scheme = draw.choice((r"{}.{}", r"{}-{}", r"{}{}"))
    wing = draw.choice(("A", "B", "N", "W", "K"))
    shown = scheme.format(wing, 123)
    return find(
        draw,
        Thing(
            key=draw.choice(("room", "location", "place")),
            one="room number",
            many="room numbers",
            pattern=re.compile(rf"\b{re.escape(scheme.format(wing, '#')).replace(re.escape('#'), chr(92) + 'd{3}')}\b"),
            make=lambda d: scheme.format(wing, d.digits(3)),
            carriers=(
                "we meet in {x}.",
                "{x} is closed for repairs.",
                "bring the chairs from {x}, please.",
                "the projector is still in {x}.",
            ),
            given=("a note about a meeting", "an announcement", "a short notice", "a text"),
            rules=(f"Room numbers look like {shown}.",),
            stated=(shown,),
        ),
    )


@family("extraction")
def environment_variable(draw: Draw) -> Function:
    """Names of environment variables in prose."""
    return find(
        draw,
        Thing(
            key=draw.choice(("variable", "name", "env")),
            one="environment variable",
            many="environment variables",
            pattern=re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b"),
            make=lambda d: "_".join(
                d.sample([word.upper() for word in (*SERVICES, "home", "url", "key", "path", "mode")], d.randint(2, 3))
            ),
            carriers=(
                "set {x} before you start it.",
                "{x} is empty on my machine.",
                "it reads {x} at start-up.",
                "the value of {x} was wrong.",
            ),
            given=("a sentence from a manual", "a line of documentation", "a question about a program", "a text"),
            hints=("Such names are capitals with underscores between.",),
        ),
    )
