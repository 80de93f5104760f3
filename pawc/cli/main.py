"""The command line: arguments -> an exit code.

| exit code | meaning                                                           |
|-----------|-------------------------------------------------------------------|
| 0         | done                                                              |
| 1         | the user's input is wrong or not there, a test or a record failed |
| 2         | the command line is wrong (codes `P090.` to `P094.`, and `USAGE`) |
| 70        | a fault of ours                                                   |
| 130, 141  | interrupted (Ctrl-C); nobody reads our output any more            |

Results go to stdout, everything else to stderr. Nothing here imports a command before it is asked for:
`pawc --help` has to answer at once, and torch takes a second to import.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from pawc.base.diagnostics import Diagnostic, InternalError, PawError, fail, nearest

EXIT_INPUT, EXIT_USAGE, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_PIPE = 1, 2, 70, 130, 141


class Command(NamedTuple):
    """A row of the command table: the module that holds `configure(parser)` and `run(arguments)`, and its help."""

    module: str
    help: str


COMMANDS = {
    "build": Command("pawc.cli.build", "build programs from .paw sources"),
    "run": Command("pawc.cli.run", "run a program over records on stdin"),
    "test": Command("pawc.cli.test", "run the tests that sources hold"),
    "check": Command("pawc.cli.check", "look for errors in sources, without any model"),
    "fmt": Command("pawc.cli.fmt", "format sources"),
    "link": Command("pawc.cli.link", "link .pawo objects into one executable"),
    "inspect": Command("pawc.cli.inspect", "show what an executable or an object holds"),
    "diff": Command("pawc.cli.diff", "show what differs between two executables"),
    "serve": Command("pawc.cli.serve", "serve programs over HTTP"),
    "bench": Command("pawc.cli.bench", "measure latency and throughput of a program"),
    "train": Command("pawc.cli.train", "train the neural compiler"),
    "eval": Command("pawc.cli.eval", "measure ways to make programs on tasks, side by side"),
    "suggest": Command("pawc.cli.suggest", "write examples of functions that have few"),
    "interp": Command("pawc.cli.interp", "list, fetch, add and remove interpreters"),
    "passes": Command("pawc.cli.passes", "list the passes and their options"),
    "explain": Command("pawc.cli.explain", "explain an error code"),
}

USAGE = frozenset({"P0540", "P0541", "P0542", "P0543", "P1211", "P1301"})
"""Codes of other areas that are about a flag alone: `--passes`, `--print-after`, `--config`, `--arms`, `--versus`."""

PLANNED = ("lsp",)
"""Commands that people may know of, but that do not exist yet."""

SYNOPSIS = "usage: pawc [-V] [-h] [--debug] [--makefile] COMMAND ..."


def help_text() -> str:
    """What `pawc --help` prints."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items())
    return f"""{SYNOPSIS}

pawc compiles fuzzy functions - a specification and examples - to small programs that run locally.

commands:
{rows}

options:
  -h, --help     show this text; `pawc COMMAND --help` shows a command's
  -V, --version  show the version
  --debug        show a traceback when something goes wrong
  --makefile     print the path of paw.mk, for `include $(shell pawc --makefile)`

exit codes: 0 done, 1 the input is wrong or not there, 2 the command line is wrong, 70 pawc failed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = _take(arguments, "--debug")
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _drop_output()  # nobody reads it any more (`pawc run ... | head`)
        return EXIT_PIPE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return _report(error)


def _drop_output() -> None:
    """Python flushes stdout once more at exit: give that a sink."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _take(arguments: list[str], flag: str) -> bool:
    """Remove a flag that may stand anywhere before `--`, and say whether it was there."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if flag not in arguments[:end]:
        return False
    arguments.remove(flag)
    return True


def _dispatch(arguments: list[str]) -> int:
    match arguments:
        case []:
            sys.stderr.write(help_text())
            return EXIT_USAGE
        case ["help"] | ["--help" | "-h", *_]:
            sys.stdout.write(help_text())
            return 0
        case ["--version" | "-V", *_]:
            print(f"pawc {_version()}")
            return 0
        case ["--makefile", *_]:
            from importlib.resources import files

            print(files("pawc") / "paw.mk")
            return 0
        case ["help", name, *_]:
            return _dispatch([name, "--help"])
    return run_command(arguments[0], arguments[1:])


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pawc")
    except PackageNotFoundError:  # the distribution that runs programs only
        return f"{version('pawc-runtime')} (runtime)"


def run_command(name: str, arguments: Sequence[str]) -> int:
    """Import the module of command `name`, and run it."""
    from pawc.cli.options import Parser

    if name in PLANNED:
        fail("P0903", f"`pawc {name}` does not exist yet", where="command line")
    if (command := COMMANDS.get(name)) is None:
        what = "option" if name.startswith("-") else "command"
        fail(
            "P0902",
            f"unknown {what} `{name}`",
            where="command line",
            help=nearest(name, COMMANDS) or "`pawc --help` lists the commands",
        )
    module = import_module(command.module)
    parser = Parser(prog=f"pawc {name}", summary=command.help, details=module.__doc__ or "")
    module.configure(parser)
    status: int = module.run(parser.parse(arguments))
    return status


def _is_usage(diagnostic: Diagnostic) -> bool:
    return "P0900" <= diagnostic.code < "P0950" or diagnostic.code in USAGE


def _report(error: Exception) -> int:
    """Say on stderr what went wrong, in a few lines, and choose the exit code."""
    match error:
        case PawError(diagnostics=diagnostics):
            print(error, file=sys.stderr)
            return EXIT_USAGE if all(map(_is_usage, diagnostics)) else EXIT_INPUT
        case ModuleNotFoundError(name=str() as name):
            help = "install pawc itself (`pawc-runtime` only runs programs built for onnx)"
            message = f"`{name}` is not installed, and this needs it"
            print(Diagnostic("P0911", message, help=help).render(), file=sys.stderr)
            return EXIT_USAGE
        case OSError(filename=str() as name, strerror=str() as reason):
            print(Diagnostic("P0950", f"{reason.lower()}: `{name}`").render(), file=sys.stderr)
            return EXIT_INPUT
        case OSError(strerror=str() as reason):  # of a file that was open: most often the disk under stdout is full
            _drop_output()
            print(Diagnostic("P0950", f"{reason.lower()}, while reading or writing").render(), file=sys.stderr)
            return EXIT_INPUT
    kind = "" if isinstance(error, InternalError) else f"{type(error).__name__}: "
    print(f"pawc: internal error: {kind}{error}", file=sys.stderr)
    print("This is a fault in pawc, not in your input; --debug shows where it happened.", file=sys.stderr)
    return EXIT_INTERNAL


if __name__ == "__main__":
    sys.exit(main())
