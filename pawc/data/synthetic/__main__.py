"""`python -m pawc.data.synthetic --count N --seed S -o FILE.jsonl.gz`: synthetic tasks, as JSON lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pawc.base.diagnostics import PawError
from pawc.data.decontaminate import Dev, decontaminate
from pawc.data.synthetic.families import FAMILIES
from pawc.data.synthetic.generator import EXAMPLES, generate
from pawc.data.task import read_tasks, write_tasks


def main(argv: Sequence[str] | None = None) -> int:
    """Write the tasks and say how many; without tasks of a dev file where one is named."""
    parser = argparse.ArgumentParser(prog="python -m pawc.data.synthetic", description="Make synthetic tasks.")
    parser.add_argument("--count", type=int, required=True, help="how many tasks")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same tasks (default: 0)")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help=f"examples of a task (default: {EXAMPLES})")
    parser.add_argument("--not-in", type=Path, metavar="DEV", help="leave out what these tasks hold; report to stderr")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a .jsonl or .jsonl.gz file")
    options = parser.parse_args(argv)
    try:
        tasks = list(generate(options.seed, options.count, examples=options.examples))
        if options.not_in:
            tasks, report = decontaminate(tasks, Dev.of(read_tasks(options.not_in)))
            print(report, file=sys.stderr)
        written = write_tasks(options.output, tasks)
    except PawError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output}: {written} tasks of {len({task.dataset for task in tasks})} of {len(FAMILIES)} families")
    return 0


if __name__ == "__main__":
    sys.exit(main())
