"""`pawc inspect`: what an executable or an object holds.

Signatures, who calls whom, pseudo-programs (as text if their interpreter is in the store), sizes of
prefixes, how each function was compiled, and from which sources.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pawc.driver.inspection import dot, facts, open_file, picture, text


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a .pawx or .pawo file")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="all of it, as JSON")
    form.add_argument("--dot", action="store_true", help="the call graph, for Graphviz: `| dot -Tsvg`")
    form.add_argument("--svg", action="store_true", help="the call graph, as a picture")
    form.add_argument("--full", action="store_true", help="show pseudo-programs, specifications and bodies whole")


def run(arguments: argparse.Namespace) -> int:
    module, manifest, carried = open_file(arguments.file)
    if arguments.dot:
        sys.stdout.write(dot(module))
    elif arguments.svg:
        sys.stdout.write(picture(module))
    elif arguments.json:
        print(json.dumps(facts(module, manifest, carried), indent=2, ensure_ascii=False))
    else:
        sys.stdout.write(text(facts(module, manifest, carried), full=arguments.full))
    return 0
