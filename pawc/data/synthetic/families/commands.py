"""Command lines: their options, arguments and variables. (Made-up programs; nothing is run.)"""

from __future__ import annotations

import shlex

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Fields, Listing, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.vocabulary import CITIES, SERVICES, THINGS

_PROGRAMS = (
    "sync",
    "pack",
    "deploy",
    "fetch",
    "render",
    "archive",
    "scan",
    "build",
    "convert",
    "publish",
    "index",
    "stage",
)
_VALUED = ("output", "level", "region", "format", "user", "limit", "target", "timeout", "prefix", "theme")
_FLAGS = ("force", "dry-run", "verbose", "quiet", "all", "recursive", "no-color", "strict")
_ACTIONS = ("start", "stop", "list", "add", "remove", "show", "update", "check")
GIVEN = ("a command line", "a shell command", "one command with its options")


def _value(draw: Draw) -> str:
    return draw.choice(
        (draw.choice(THINGS), draw.choice(CITIES).lower(), str(draw.randint(1, 99)), f"{draw.choice(THINGS)}.txt")
    )


def command(draw: Draw, must: tuple[str, ...] = (), never: tuple[str, ...] = (), mark: str = " ") -> str:
    """A program, an action, options with values, flags and arguments, in some order."""
    options = [
        f"--{name}{mark}{_value(draw)}" for name in draw.some([name for name in _VALUED if name not in never], 0, 2)
    ]
    options += [f"--{name}" for name in draw.some([name for name in _FLAGS if name not in never], 0, 2)]
    options += must
    draw.shuffle(options)
    arguments = [f"{word}.{draw.choice(('txt', 'csv', 'md'))}" for word in draw.some(THINGS, 0, 2)]
    return " ".join([draw.choice(_PROGRAMS), draw.choice(_ACTIONS), *options, *arguments])


@family("extraction")
def option_value(draw: Draw) -> Function:
    """The value of one option, long or short, which may be absent."""
    name, mark, optional = draw.choice(_VALUED), draw.choice((" ", "=")), draw.chance(0.6)

    def case(draw: Draw) -> Case:
        if optional and draw.chance(0.3):
            return command(draw, never=(name,), mark=mark), None
        value = _value(draw)
        return command(draw, must=(f"--{name}{mark}{value}",), never=(name,), mark=mark), value

    def reference(text: str) -> Value:
        words = shlex.split(text.replace(f"--{name}=", f"--{name} "))
        return words[words.index(f"--{name}") + 1] if f"--{name}" in words else None

    said = (f"the value of the option --{name}", f"what is given to --{name}", f"the argument of --{name}")
    return Function(
        given=GIVEN,
        answer=Single(
            key=draw.choice((name, "value")),
            do=tuple(f"{verb} {what}" for verb in ("extract", "give", "return") for what in said),
            optional=optional,
        ),
        draw=case,
        reference=reference,
        stated=(f"--{name}",),
    )


@family("classification")
def flag_given(draw: Draw) -> Function:
    """Whether a flag is given."""
    name = draw.choice(_FLAGS)

    def case(draw: Draw) -> Case:
        given = draw.chance(0.5)
        return command(draw, must=(f"--{name}",) if given else (), never=(name,)), given

    return Function(
        given=GIVEN,
        answer=Decision(
            holds=(f"--{name} is given", f"the command has the flag --{name}"),
            fails=(f"--{name} is not given", f"the flag --{name} is missing"),
        ),
        draw=case,
        reference=lambda text: f"--{name}" in text.split(),
        stated=(f"--{name}",),
    )


@family("extraction")
def command_part(draw: Draw) -> Function:
    """Program, action, files, flags: one of them, listed or counted."""
    act = draw.choice(("program", "action", "files", "options", "count", "last"))
    do = {
        "program": ("give the name of the program", "extract the program that is called"),
        "action": (
            "give the action, the word behind the program's name",
            "extract the second word of the command, its action",
        ),
        "files": ("list the files at the end of the command", "give the file arguments, which stand without a dash"),
        "options": (
            "list the names of all options, with their dashes",
            "give every option that starts with two dashes, without values",
        ),
        "count": ("count the words that start with two dashes", "say how many options start with two dashes"),
        "last": ("give the last word of the command", "extract the final argument, whatever it is"),
    }[act]

    def reference(text: str) -> Value:
        words = text.split()
        options = tuple(word.partition("=")[0] for word in words if word.startswith("--"))
        files = tuple(word for word in words if "." in word and not word.startswith("--"))
        found: dict[str, Value] = {
            "program": words[0],
            "action": words[1],
            "files": files,
            "options": options,
            "count": str(len(options)),
            "last": words[-1],
        }
        return found[act]

    listed = act in ("files", "options")
    return Function(
        given=GIVEN,
        answer=Listing(do=do, what=act) if listed else Single(key=act, do=do),
        draw=lambda d: command(d, mark="="),
        reference=reference,
    )


@family("extraction")
def command_record(draw: Draw) -> Function:
    """Program, action and one option together."""
    name = draw.choice(_VALUED)
    nouns = {"program": "the program", "action": "the action behind it", name: f"the value of --{name}"}

    def case(draw: Draw) -> Case:
        there = draw.chance(0.7)
        value = _value(draw)
        text = command(draw, must=(f"--{name}={value}",) if there else (), never=(name,), mark="=")
        program, action, *_ = text.split()
        return text, {"program": program, "action": action, name: value if there else None}

    def reference(text: str) -> Value:
        words = text.split()
        found = [word.partition("=")[2] for word in words if word.startswith(f"--{name}=")]
        return {"program": words[0], "action": words[1], name: found[0] if found else None}

    return Function(given=GIVEN, answer=Fields(nouns=nouns, optional=True), draw=case, reference=reference)


@family("extraction")
def assignment(draw: Draw) -> Function:
    """Name or value of an assignment in a shell or configuration file."""
    part, shape = (
        draw.choice(("name", "value")),
        draw.choice(("export {n}={v}", "{n}={v}", "{n} = {v}", "set {n} {v}", "{n}: {v}", "let {n} = {v};")),
    )
    shown = shape.format(n="NAME", v="VALUE")

    def case(draw: Draw) -> Case:
        name = f"{draw.choice(SERVICES)}_{draw.choice(('url', 'mode', 'size', 'key', 'path'))}".upper()
        value = _value(draw)
        return shape.format(n=name, v=value), name if part == "name" else value

    def reference(text: str) -> str:
        words = text.replace("=", " ").replace(": ", " ").rstrip(";").split()
        return words[-2 if part == "name" else -1]

    return Function(
        given=(f"a line like `{shown}`", f"an assignment written {shown}"),
        answer=Single(
            key=part, do=tuple(f"{verb} the {part} of the variable" for verb in ("give", "extract", "return", "print"))
        ),
        draw=case,
        reference=reference,
        stated=(part,),
    )
