"""`pawc interp`: the store of interpreters.

pawc interp list            what is in the store
pawc interp pull [NAME]     fetch the embedded interpreter, hf:OWNER/NAME, or (1.1 GB, to compare
                            with) qwen2.5-coder-1.5b-instruct
pawc interp add NAME PATH   copy a local model: a folder as transformers saves it, or a .gguf
pawc interp rm NAME         remove one
pawc interp info [NAME]     what is known about one, as JSON
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from pawc.interpreters.store import DEFAULT, Store


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=argparse.ArgumentParser
    )
    for name in ("list", "pull", "add", "rm", "info"):
        action = actions.add_parser(name, allow_abbrev=False)
        action.error = parser.error  # type: ignore[method-assign]
        if name in ("pull", "info"):
            action.add_argument("name", nargs="?", default=DEFAULT, metavar="NAME", help=f"default: {DEFAULT}")
        elif name != "list":
            action.add_argument("name", metavar="NAME")
        if name == "add":
            action.add_argument("path", metavar="PATH", type=Path)


def run(arguments: argparse.Namespace) -> int:
    store = Store()
    match arguments.action:
        case "list":
            for info in store.list():
                print(f"{info.name}  {info.sha256[:12]}  {info.architecture}, {info.parameters / 1e6:.1f} M parameters")
        case "pull":
            info = store.pull(arguments.name)
            print(f"{info.name}  {info.sha256[:12]}  {info.folder}")
        case "add":
            info = store.add(arguments.name, arguments.path)
            print(f"{info.name}  {info.sha256[:12]}  {info.folder}")
        case "rm":
            store.remove(arguments.name)
        case "info":
            facts = asdict(store.resolve(arguments.name)) | {"is_default": arguments.name == DEFAULT}
            print(json.dumps(facts, indent=2, ensure_ascii=False, default=str))
    return 0
