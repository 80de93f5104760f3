"""An application and a socket -> a process that serves until it is told to stop, and loses nothing it accepted."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import sys
from dataclasses import dataclass
from importlib.metadata import version
from types import FrameType

import uvicorn

from pawc.base.diagnostics import fail
from pawc.serve.app import Api, Limits
from pawc.serve.catalog import Catalog
from pawc.serve.hosts import accepted
from pawc.serve.metrics import Metrics
from pawc.serve.worker import Worker

LINGER = 0.25
"""After the signal, connections that are open may send what is on its way for so many seconds."""

KEEP_ALIVE = 30
"""An idle connection is closed after so many seconds."""


class Server(uvicorn.Server):
    """uvicorn, shut down by one signal in order, by a second one at once."""

    def __init__(self, config: uvicorn.Config, api: Api, worker: Worker) -> None:
        super().__init__(config)
        self.api, self.worker = api, worker

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self.worker.failure is not None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """New connections are refused; those that are open are answered, then closed."""
        self.api.closing = True
        for server in self.servers:
            server.close()
        await asyncio.sleep(LINGER)
        await super().shutdown(sockets)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to serve: calls at a time, seconds that a lone call waits, inputs that may wait, seconds to shut down in.

    `host` is what the address is called.
    """

    host: str
    batch: int
    max_wait: float
    queue: int
    limits: Limits
    grace: float


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError, TypeError, UnicodeError) as error:  # the last two: no name of a host can be that
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        reason = said.partition(" (while attempting")[0]  # after which Python repeats the address
        help = "choose another with --host and --port; --port 0 takes any that is free"
        fail("P0964", f"cannot listen on {host} port {port}: {reason.lower()}", where="pawc serve", help=help)


def prepare(catalog: Catalog, listener: socket.socket, settings: Settings) -> Server:
    """A server for what listens; it has not been started, nor has its worker."""
    metrics = Metrics()
    worker = Worker(catalog.programs, metrics, batch=settings.batch, max_wait=settings.max_wait, limit=settings.queue)
    api = Api(catalog, worker, metrics, settings.limits, version("pawc"))
    config = uvicorn.Config(
        api.app(accepted(settings.host, listener.getsockname()[0])),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=math.ceil(settings.grace),
    )
    return Server(config, api, worker)


def serve(catalog: Catalog, listener: socket.socket, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    server = prepare(catalog, listener, settings)
    host, port = listener.getsockname()[:2]
    print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
    server.worker.start()
    server.run(sockets=[listener])
    if server.worker.failure is not None:
        raise server.worker.failure
    api = server.api
    lost = api.accepted - api.answered - api.left
    told = f"{api.accepted} requests accepted, {api.answered} answered, {api.left} left by their clients"
    print(f"pawc serve: stopped; {told}, {lost} cut off by --grace", file=sys.stderr, flush=True)
    status = 1 if lost else 0
    if not server.worker.close(timeout=1.0):  # its thread is busy with what nobody waits for any more
        os._exit(status)
    return status
