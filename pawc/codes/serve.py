"""Codes of `pawc serve`: what keeps a server from starting, and what it refuses a client, with the HTTP status."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0960",
        title="what `pawc serve` needs is not installed",
        what="The server stands on starlette, uvicorn and prometheus-client, and one of them is missing.",
        why="Those who only run programs locally need no HTTP server.",
        bad="python -m pip install . && pawc serve triage.pawx",
        good="python -m pip install '.[serve]' && pawc serve triage.pawx",
    ),
    Code(
        code="P0961",
        title="the request is not understood",
        what="The body is no object, or `inputs` is not a list (400), or the body is not declared as JSON (415).",
        why="Only `application/json` is taken: a page of another site cannot send it without asking first.",
        bad="curl --data '\"server down\"' localhost:8080/v1/run",
        good='curl --json \'{"input": "server down"}\' localhost:8080/v1/run',
    ),
    Code(
        code="P0962",
        title="the request is too large",
        what="The body has more bytes than `--max-body`, or more inputs than `--queue` (413).",
        why="A request is held in memory as a whole, and one client must not fill it.",
        bad="curl --json @million.json localhost:8080/v1/run",
        good="split the inputs over several requests, or `pawc run --json program.pawx < million.jsonl`",
    ),
    Code(
        code="P0963",
        title="the queue is full",
        what="As many inputs as `--queue` allows are accepted and not answered yet (503, with Retry-After).",
        why="A queue without an end answers everybody too late; refusing at once lets clients go elsewhere.",
        bad="a hundred thousand requests at once",
        good="wait for the seconds of Retry-After, then ask again; or serve with a greater --queue",
    ),
    Code(
        code="P0964",
        title="the server cannot listen there",
        what="The operating system refused the address: another process has the port, or it is not this machine's.",
        why="What it said is in the message.",
        bad="pawc serve triage.pawx --port 80",
        good="pawc serve triage.pawx --port 0",
    ),
    Code(
        code="P0965",
        title="not in time",
        what="The answer was not there within `--timeout` seconds (504), or the body had not come (408).",
        why="A client that waits for ever holds what others could use.",
        bad="ten thousand inputs in one request, with --timeout 5",
        good="a hundred inputs in each of a hundred requests",
    ),
    Code(
        code="P0966",
        title="a fault in the server",
        what="An engine or the server itself failed while it worked on the request (500); the log has the traceback.",
        why="It is a fault of ours. Other requests are not touched by it.",
        bad="a request that finds a fault in pawc",
        good="the same request, after the fault was reported and mended",
    ),
    Code(
        code="P0967",
        title="no such address",
        what="The path names nothing that the server has (404), or not for this method (405).",
        why="`/` shows the functions and how to call them, `/openapi.json` says it to programs.",
        bad="curl localhost:8080/run",
        good='curl --json \'{"input": "server down"}\' localhost:8080/v1/run',
    ),
    Code(
        code="P0968",
        title="the server is not called that",
        what="The server listens on this machine only, and `Host` is neither `localhost` nor its address (421).",
        why="A page of another site can have its own name lead here, and would then read what the server answers.",
        bad="curl -H 'Host: evil.example' localhost:8080/v1/functions",
        good="curl localhost:8080/v1/functions",
    ),
)
