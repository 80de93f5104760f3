"""The command table -> docs/help.md: what `--help` prints, for every command (`make docs`)."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from pawc.cli.main import COMMANDS, help_text
from pawc.cli.options import Parser

INTRODUCTION = """# `pawc --help`

Generated from the commands by `make docs`; a test compares.
"""


def page() -> str:
    """The whole page, as wide as the terminal is."""
    parts = [INTRODUCTION, _block("pawc --help", help_text())]
    for name, command in COMMANDS.items():
        module = import_module(command.module)
        parser = Parser(prog=f"pawc {name}", summary=command.help, details=module.__doc__ or "")
        module.configure(parser)
        parts.append(f"## {name}\n\n" + _block(f"pawc {name} --help", parser.format_help()))
    return "\n".join(parts)


def _block(command: str, text: str) -> str:
    return f"```text\n$ {command}\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"  # what help is wrapped at
    sys.stdout.write(page())
