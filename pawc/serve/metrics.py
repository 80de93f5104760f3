"""What happens in a server -> Prometheus metrics, in its text format."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 128, 256)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one server. `function` is a name of the catalog, never what a client wrote."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "pawc_requests", "Requests to run functions, by status", ["function", "status"], registry=registry
        )
        self._inputs = Counter(
            "pawc_inputs",
            "Inputs that were answered, by error code or ok",
            ["function", "code"],
            registry=registry,
        )
        self._latency = Histogram(
            "pawc_request_seconds",
            "From a request's last byte to its answer",
            ["function"],
            buckets=SECONDS,
            registry=registry,
        )
        self._sizes = Histogram(
            "pawc_batch_size", "Calls given to the model at once", ["function"], buckets=SIZES, registry=registry
        )
        self._batches = Histogram(
            "pawc_batch_seconds", "Time of the model for a batch", ["function"], buckets=SECONDS, registry=registry
        )
        self._held = Gauge("pawc_queue_length", "Inputs that were accepted and are not answered yet", registry=registry)
        Gauge("pawc_up", "The server answers", registry=registry).set(1)

    def watch(self, held: Callable[[], int]) -> None:
        """Where the length of the queue is found."""
        self._held.set_function(held)

    def request(self, function: str, status: int) -> None:
        """A request was answered."""
        self._requests.labels(function, str(status)).inc()

    def answered(self, function: str, seconds: float, codes: list[str]) -> None:
        """A request ran; `codes` has one text per input: its error, or `ok`."""
        self._latency.labels(function).observe(seconds)
        for code in codes:
            self._inputs.labels(function, code).inc()

    def batch(self, symbol: str, size: int, seconds: float) -> None:
        """The model ran a batch."""
        self._sizes.labels(symbol).observe(size)
        self._batches.labels(symbol).observe(seconds)

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)
