"""What tests of the server share: an engine without a model, programs over it, a running server, a client."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pawc.base import types
from pawc.driver.program import Program
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import Block, Call, ComposedFunction, Concat, Module, NeuralFunction, Param
from pawc.ir.nodes import Program as Compiled
from pawc.runtime.outcome import Answer, Failure, Outcome
from pawc.serve.app import Limits
from pawc.serve.catalog import Catalog
from pawc.serve.server import Server, Settings, listen, prepare

LABEL = types.Labels(("long", "short"))
NOTE = types.Record((("title", types.TEXT), ("stars", types.Optional(types.INT)), ("tags", types.List(types.TEXT))))
X = Param(name="x", type=types.TEXT)

LIMITS = Limits(body=10_000, seconds=30)
SETTINGS = Settings(host="127.0.0.1", batch=8, max_wait=0.005, queue=1000, limits=LIMITS, grace=10)


class Lengths:
    """Says of a text whether it is long; fails for an empty one, breaks at `boom`; runs while `gate` is open."""

    def __init__(self) -> None:
        self.batches: list[list[tuple[Any, ...]]] = []
        self.gate = threading.Event()
        self.gate.set()

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        self.batches.append(list(batch))
        assert self.gate.wait(30)
        return [self._one(text) for (text,) in batch]

    def _one(self, text: str) -> Outcome:
        if text == "boom":
            raise RuntimeError("boom")
        if not text:
            return Failure("P0802", "nothing to read")
        share = min(len(text), 10) / 10
        label = "long" if share > 0.5 else "short"
        return Answer(label, label, (("long", share), ("short", round(1 - share, 6))))


def program(engine: Any, *, entry: str | None = "m.size") -> Program:
    """`size`, which asks the engine; `twice` and `echo`, which are composed; `note`, of two parameters."""
    compiled = Compiled(level=0, interpreter="0" * 64, tokens=(1,))
    size = NeuralFunction(symbol="m.size", params=(X,), result=LABEL, spec="How long?", program=compiled)
    call = Call(result="0", type=LABEL, callee="m.size", args=("x",))
    joined = Concat(result="1", type=types.TEXT, args=("x", "0"))
    twice = ComposedFunction(
        symbol="m.twice", params=(X,), result=types.TEXT, body=Block(operations=(call, joined), result="1")
    )
    echo = ComposedFunction(symbol="m.echo", params=(X,), result=types.TEXT, body=Block(operations=(), result="x"))
    both = (Param(name="note", type=NOTE), Param(name="y", type=types.Optional(types.TEXT)))
    note = ComposedFunction(symbol="m.note", params=both, result=NOTE, body=Block(operations=(), result="note"))
    functions = (size, twice, echo, note)
    exports = tuple(function.symbol for function in functions)
    module = Module(name="m", stage="linked", functions=functions, entry=entry, exports=exports)
    interpreter = {"name": "none", "sha256": "0" * 64, "tokenizer_sha256": "0" * 64, "layout_sha256": "0" * 64}
    return Program(Executable.build(module, BlobStore(), target="cpu", interpreter=interpreter), engine)


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """A connection that stays open from one request to the next."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """One request."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())

    def post(self, path: str, value: Any) -> Reply:
        """A request with a JSON body."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", path, body, Content_Type="application/json")

    def get(self, path: str) -> Reply:
        """A page."""
        return self.ask("GET", path)


@dataclass(frozen=True)
class Running:
    """A server in a thread of this process."""

    server: Server
    port: int

    def client(self) -> Client:
        """A new connection to it."""
        return Client(self.port)


@contextmanager
def running(programs: Mapping[str, Program], *, ready: bool = True, **changes: Any) -> Iterator[Running]:
    """A server of these programs that listens (and is `ready`, unless nobody waits for that), stopped at the end."""
    settings = replace(SETTINGS, **changes)
    listener = listen(settings.host, 0)
    server = prepare(Catalog(programs), listener, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    server.worker.start()
    thread.start()
    try:
        wait_until(lambda: server.started and (server.worker.ready.is_set() or not ready))
        yield Running(server, listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(30)
        assert server.worker.close(30)


def wait_until(condition: Any, seconds: float = 30) -> None:
    """Wait for a condition to come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)
