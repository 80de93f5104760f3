"""`pawc train`: a configuration and tasks -> a trained neural compiler, in a folder that a run can be resumed from.

Stages: 1 writes programs (supervised, then by reward), 2 makes prefixes, 3 both together;
`docs/training.md` tells more. Ctrl-C, SIGTERM and --max-minutes save and stop; --resume goes on
with the same numbers.

  pawc train --config tiny --interp NAME          a few steps of everything, to see that it runs
  pawc train --config default --data train.jsonl.gz --out runs/a --max-minutes 60
  pawc train --resume runs/a
  pawc train --config cpu --start compiler.safetensors --data train.jsonl.gz --out runs/b
  torchrun --nproc-per-node 8 -m -- pawc.cli.main train --config default --data train.jsonl.gz
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.driver.console import Console


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="NAME", help="tiny, cpu, default, h100, universal, ..., or a YAML file")
    parser.add_argument(
        "--stage", metavar="N", type=int, choices=(1, 2, 3, 4), default=0, help="only this stage (4: curriculum)"
    )
    parser.add_argument("--resume", metavar="DIR", type=Path, help="go on with the run in this folder")
    parser.add_argument(
        "--data",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="tasks: .jsonl or .jsonl.gz, besides data.files",
    )
    parser.add_argument(
        "--dev",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="tasks to evaluate on: nothing of them is trained on",
    )
    parser.add_argument(
        "--start",
        metavar="FILE",
        action="append",
        default=[],
        help="begin with this compiler, as `pawc train` or pawc shipped it; of several with their mean",
    )
    parser.add_argument("--interp", metavar="NAME", help="interpreter to train for (default: the embedded one)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="the run's folder (default: runs/NAME)")
    parser.add_argument(
        "--max-minutes", metavar="M", type=float, default=math.inf, help="save and stop after M minutes"
    )
    parser.add_argument(
        "--device", metavar="D", choices=("auto", "cpu", "cuda"), default="auto", help="auto, cpu or cuda"
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="changes",
        help="change a key of the configuration",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, only errors")


def run(arguments: argparse.Namespace) -> int:
    if (arguments.config is None) == (arguments.resume is None):
        fail("P0901", "give either --config for a new run or --resume for one that is there", where="pawc train")
    if arguments.resume and arguments.out:
        fail("P0901", "--resume names the folder already; --out is for a new run", where="pawc train")
    if arguments.resume and arguments.start:
        fail("P0901", "--resume goes on from its own checkpoint; --start is for a new run", where="pawc train")

    from pawc.train import saving
    from pawc.train.config import load
    from pawc.train.run import Request, train

    console = Console(quiet=arguments.quiet)
    changes = list(arguments.changes)
    if arguments.interp:
        changes.append(f"interpreter={arguments.interp}")
    if arguments.start:
        changes.append(f"start={json.dumps(arguments.start)}")
    name = str(saving.config_file(arguments.resume)) if arguments.resume else arguments.config
    config = load(name, changes, arguments.data, arguments.dev)
    folder = arguments.resume or arguments.out or Path("runs") / Path(arguments.config).stem
    request = Request(
        folder=folder,
        stage=arguments.stage,
        resume=arguments.resume is not None,
        device=arguments.device,
        max_minutes=arguments.max_minutes,
    )
    try:
        train(config, request, console)
    finally:
        console.close()
    return 0
