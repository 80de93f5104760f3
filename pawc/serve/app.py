"""A catalog and its worker -> the HTTP application: routes, limits, and what every request is answered with."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from pawc.runtime.outcome import Failure, Outcome
from pawc.serve import openapi
from pawc.serve.catalog import Catalog, Service
from pawc.serve.hosts import HostCheck
from pawc.serve.messages import Asked, Refusal, read, to_json, write
from pawc.serve.metrics import CONTENT_TYPE, Metrics
from pawc.serve.worker import Full, Worker

GONE = 499
"""The status in the metrics of a request whose client did not wait; nobody sees the answer."""

POLICY = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Limits:
    """What one request may take: bytes of its body, seconds until its answer."""

    body: int
    seconds: float


class Api:
    """The endpoints. `closing` is set when the server shuts down: answers then end their connections."""

    def __init__(self, catalog: Catalog, worker: Worker, metrics: Metrics, limits: Limits, version: str) -> None:
        self._catalog, self._worker, self._metrics, self._limits = catalog, worker, metrics, limits
        self._document = openapi.document(catalog, version)
        self.closing = False
        self.accepted = self.answered = self.left = 0
        metrics.watch(lambda: worker.held)

    def app(self, names: frozenset[str] | None) -> Starlette:
        """The application, for requests to one of these names; None: to any."""
        routes = [
            Route("/", self._page),
            Route("/v1/run", self._run, methods=["POST"]),
            Route("/v1/functions", self._functions),
            Route("/v1/functions/{name:path}", self._call, methods=["POST"]),
            Route("/openapi.json", self._openapi),
            Route("/healthz", self._ready),
            Route("/healthz/ready", self._ready),
            Route("/healthz/live", self._live),
            Route("/metrics", self._text),
        ]
        return Starlette(
            routes=routes,
            middleware=[] if names is None else [Middleware(HostCheck, names)],
            exception_handlers={HTTPException: self._no_route, Exception: self._fault},
        )

    async def _run(self, request: Request) -> Response:
        return await self._answer(request, self._catalog.find_entry)

    async def _call(self, request: Request) -> Response:
        return await self._answer(request, lambda: self._catalog.find(request.path_params["name"]))

    async def _answer(self, request: Request, find: Callable[[], Service]) -> Response:
        """The answer to a request to run what `find` finds."""
        name, status, headers = "", GONE, {}
        body: dict[str, Any] = {}
        try:
            service = find()
            name = service.name
            status, body = await self._outcome(request, service)
        except Refusal as refusal:
            status, body, headers = refusal.status, {"error": refusal.error}, refusal.headers
        except ClientDisconnect:
            pass
        self._metrics.request(name, status)
        return self._json(body, status, headers)

    async def _outcome(self, request: Request, service: Service) -> tuple[int, dict[str, Any]]:
        deadline = time.monotonic() + self._limits.seconds
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":  # which no page of another site can send without asking first
            raise Refusal(415, "P0961", "the body is not declared as JSON", "send `Content-Type: application/json`")
        scores = request.query_params.get("scores", "false") in ("true", "1", "")
        if scores and not service.function.has_scores:
            raise Refusal(422, "P0955", f"`{service.name}` has no scores: its answer is not a choice among labels")
        try:
            body = await asyncio.wait_for(self._body(request), self._limits.seconds)
        except TimeoutError:
            raise Refusal(408, "P0965", "the body did not come in time", Connection="close") from None
        asked = read(body, service.function.definition.params)
        begun = time.monotonic()
        outcomes = asked.outcomes(await self._outcomes(request, service, asked, deadline))
        codes = [outcome.code if isinstance(outcome, Failure) else "ok" for outcome in outcomes]
        self._metrics.answered(service.name, time.monotonic() - begun, codes)
        return write(asked, outcomes, scores=scores)

    async def _body(self, request: Request) -> bytes:
        most = self._limits.body
        why = f"the body is larger than {most} bytes"
        too_large = Refusal(413, "P0962", why, "send less at once", Connection="close")
        if int(request.headers.get("content-length", "0")) > most:
            raise too_large
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise too_large
        return bytes(body)

    async def _outcomes(self, request: Request, service: Service, asked: Asked, deadline: float) -> list[Outcome]:
        """The outcomes of the calls, unless the client goes or the time is up."""
        calls = asked.calls
        if not calls:
            return []
        if len(calls) > self._worker.limit:
            most = f"at most {self._worker.limit} inputs are taken at once, not {len(calls)}"
            raise Refusal(413, "P0962", most, "send them in parts")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Outcome]] = loop.create_future()

        def fill(outcomes: list[Outcome]) -> None:
            if not answer.done():
                answer.set_result(outcomes)

        def then(outcomes: list[Outcome]) -> None:
            with suppress(RuntimeError):  # the loop is closed: the time to shut down was over
                loop.call_soon_threadsafe(fill, outcomes)

        try:
            job = self._worker.submit(service.program, service.function.definition.symbol, calls, then)
        except Full as full:
            seconds = str(max(1, math.ceil(full.seconds)))
            raise Refusal(503, "P0963", "too many calls are waiting", "try again later", Retry_After=seconds) from None
        self.accepted += 1
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            left = max(0.0, deadline - time.monotonic())
            events: set[asyncio.Future[Any]] = {answer, gone}
            await asyncio.wait(events, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not answer.done():
                self._worker.abandon(job)
            gone.cancel()
        if answer.done():
            self.answered += 1
            return answer.result()
        if gone.done():
            self.left += 1
            raise ClientDisconnect
        self.answered += 1
        raise Refusal(504, "P0965", f"not answered within {self._limits.seconds:g} seconds", "ask for less at once")

    async def _functions(self, request: Request) -> Response:
        return self._json({"functions": [openapi.describe(service) for service in self._catalog.services]})

    async def _openapi(self, request: Request) -> Response:
        return self._json(self._document)

    async def _page(self, request: Request) -> Response:
        page = (files("pawc.serve") / "page.html").read_text(encoding="utf-8")
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _ready(self, request: Request) -> Response:
        state = "stopping" if self.closing else "ready" if self._worker.ready.is_set() else "starting"
        return self._json({"status": state}, 200 if state == "ready" else 503)

    async def _live(self, request: Request) -> Response:
        return self._json({"status": "live"})

    async def _text(self, request: Request) -> Response:
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)

    async def _no_route(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        refused = {"code": "P0967", "message": f"{request.method} {request.url.path}: {error.detail.lower()}"}
        return self._json({"error": refused}, error.status_code, dict(error.headers or {}))

    async def _fault(self, request: Request, error: Exception) -> Response:
        return self._json({"error": {"code": "P0966", "message": "a fault in the server; its log has more"}}, 500)

    def _json(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
        headers = {**(headers or {}), **({"Connection": "close"} if self.closing else {})}
        return Response(to_json(body), status, headers, "application/json")


async def _disconnected(request: Request) -> None:
    """Returns when the client is gone. The body was read before: what comes next is that, and nothing else."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
