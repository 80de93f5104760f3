"""`pawc serve`: programs -> an HTTP server with a JSON API.

  POST /v1/run              the entry: {"input": ...}, {"inputs": [...]}, or parameters by name
  POST /v1/functions/NAME   any public function; ?scores=true adds the probability of each label
  GET  /v1/functions        the functions with their types
  GET  /openapi.json        the same as OpenAPI; / is a page to try them on
  GET  /healthz  /metrics   200 when ready; Prometheus metrics

Answers are those of `pawc run --json`. Calls of all clients are answered in batches, on one loaded
interpreter. The address is printed on stdout. SIGTERM or Ctrl-C: no new calls, what was accepted is
answered, exit 0.

There is no encryption and no access control: leave --host as it is, or put a proxy in front that
has both.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.cli.options import add_build_flags, add_engine_flag, on_engine, open_program
from pawc.cli.values import address, decimal, whole
from pawc.driver.program import BATCH, Program

NEEDED = ("starlette", "uvicorn", "prometheus_client")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "programs", metavar="PROGRAM", nargs="+", type=Path, help=".pawx executables or .paw sources; called by stem"
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", type=address, default="127.0.0.1", help="where to listen (default: 127.0.0.1)"
    )
    parser.add_argument(
        "--port", metavar="N", type=whole(0, 65535), default=8080, help="0 is any free one (default: 8080)"
    )
    parser.add_argument(
        "--batch", metavar="N", type=whole(1), default=BATCH, help=f"at most N calls at a time (default: {BATCH})"
    )
    for flag, metavar, least, default, meaning in (
        ("--max-wait", "MS", 0, 5.0, "how long the first call of a batch waits for others"),
        ("--queue", "N", 1, 1024, "how many inputs may wait; more are refused"),
        ("--max-body", "BYTES", 1, 1 << 20, "the largest request"),
        ("--timeout", "S", 0.001, 60.0, "how long a request may take"),
        ("--grace", "S", 0, 30.0, "how long shutting down may take"),
    ):
        parser.add_argument(
            flag,
            metavar=metavar,
            type=decimal(least) if isinstance(default, float) else whole(int(least)),
            default=default,
            help=f"{meaning} (default: {str(default).removesuffix('.0')})",
        )
    add_engine_flag(parser)
    add_build_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    programs = _programs(arguments)
    for name in NEEDED:
        try:
            importlib.import_module(name)
        except ImportError:
            help = "python -m pip install '.[serve]' in pawc's folder"
            fail("P0960", f"`{name}` is not installed", where="pawc serve", help=help)
    from pawc.serve.app import Limits
    from pawc.serve.catalog import Catalog
    from pawc.serve.server import Settings, listen, serve

    listener = listen(arguments.host, arguments.port)
    for program in programs.values():
        if program.executable.module.neural:
            program.engine  # noqa: B018  an interpreter that is missing is told of now, and loaded by the worker
    settings = Settings(
        host=arguments.host,
        batch=arguments.batch,
        max_wait=arguments.max_wait / 1000,
        queue=arguments.queue,
        limits=Limits(body=arguments.max_body, seconds=arguments.timeout),
        grace=arguments.grace,
    )
    return serve(Catalog(programs), listener, settings)


def _programs(arguments: argparse.Namespace) -> dict[str, Program]:
    """The programs by the stems of their files."""
    programs: dict[str, Program] = {}
    for path in arguments.programs:
        if path.stem in programs:
            help = "the names of programs are those of their files: rename one"
            fail("P0901", f"two programs are called `{path.stem}`", where="pawc serve", help=help)
        programs[path.stem] = on_engine(open_program(path, arguments), arguments)
    return programs
