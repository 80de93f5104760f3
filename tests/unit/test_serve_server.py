"""Listening, and what a signal does."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from serving import Lengths, program, running, wait_until

from pawc.base.diagnostics import PawError
from pawc.serve.server import listen


def test_port_0_is_any_that_is_free_and_a_port_in_use_is_a_coded_error() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert port > 0
        with pytest.raises(PawError, match=r"P0964.*in use") as refused:
            listen("127.0.0.1", port)
        assert str(refused.value).count("127.0.0.1") == 1


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("é" * 80, 0)])
def test_an_address_that_is_none_is_a_coded_error(host: str, port: int) -> None:
    with pytest.raises(PawError, match="P0964"):
        listen(host, port)


def test_what_was_accepted_before_the_signal_is_answered_after_it() -> None:
    engine = Lengths()
    with running({"m": program(engine)}) as found:
        engine.gate.clear()
        replies = []
        asking = threading.Thread(target=lambda: replies.append(found.client().post("/v1/run", {"input": "hi"})))
        asking.start()
        wait_until(lambda: found.server.api.accepted == 1)
        found.server.handle_exit(signal.SIGTERM, None)
        wait_until(lambda: found.server.api.closing)
        with pytest.raises(ConnectionRefusedError):
            found.client().get("/healthz")
        engine.gate.set()
        asking.join(30)
        assert replies[0].json == {"output": "short"}
        assert replies[0].headers["connection"] == "close"


def test_a_second_signal_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    with running({"m": program(Lengths())}) as found:
        found.server.handle_exit(signal.SIGINT, None)
        assert codes == []
        found.server.handle_exit(signal.SIGINT, None)
        assert codes == [130]


def test_a_request_longer_than_the_grace_is_cut_off() -> None:
    engine = Lengths()
    with running({"m": program(engine)}, grace=0.1) as found:
        engine.gate.clear()
        client = found.client()
        client.connection.request("POST", "/v1/run", b'{"input": "hi"}', {"Content-Type": "application/json"})
        wait_until(lambda: found.server.api.accepted == 1)
        found.server.handle_exit(signal.SIGTERM, None)
        wait_until(lambda: not found.server.server_state.tasks)
        api = found.server.api
        assert (api.accepted, api.answered, api.left) == (1, 0, 0)
        engine.gate.set()
