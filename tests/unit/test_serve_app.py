"""The HTTP application over an engine without a model: what every kind of request is answered with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import Client, Lengths, Running, program, running, wait_until

from pawc.serve.app import Limits


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """A server for tests that leave it as it is."""
    with running({"m": program(Lengths())}) as found:
        yield found


@pytest.fixture
def client(shared: Running) -> Client:
    return shared.client()


def test_the_entry_is_run_by_its_input_by_name_or_many_at_once(client: Client) -> None:
    assert client.post("/v1/run", {"input": "hi"}).json == {"output": "short"}
    assert client.post("/v1/run", {"x": "hello world"}).json == {"output": "long"}
    many = client.post("/v1/run", {"inputs": ["hi", {"x": "hello world"}]})
    assert many.json == {"results": [{"output": "short"}, {"output": "long"}]}
    assert client.post("/v1/run", {"inputs": []}).json == {"results": []}


def test_any_public_function_is_run_by_its_name(client: Client) -> None:
    assert client.post("/v1/functions/twice", {"input": "hi"}).json == {"output": "hishort"}
    note = {"title": "Ä", "tags": ["a"]}
    assert client.post("/v1/functions/m:note", {"note": note}).json == {"output": note | {"stars": None}}


def test_scores_come_when_they_are_asked_for(client: Client) -> None:
    reply = client.post("/v1/run?scores=true", {"inputs": ["hi", ""]})
    assert reply.json["results"][0] == {"output": "short", "scores": {"long": 0.2, "short": 0.8}}
    assert reply.json["results"][1]["error"]["code"] == "P0802"
    refused = client.post("/v1/functions/echo?scores=true", {"input": "hi"})
    assert (refused.status, refused.json["error"]["code"]) == (422, "P0955")


def test_one_input_without_an_answer_is_an_error_and_among_many_it_is_one_result(client: Client) -> None:
    reply = client.post("/v1/run", {"input": ""})
    assert (reply.status, reply.json) == (
        422,
        {"error": {"code": "P0802", "message": "nothing to read"}},
    )
    many = client.post("/v1/run", {"inputs": ["hi", 3, ""]})
    codes = [result.get("error", {}).get("code") for result in many.json["results"]]
    assert (many.status, codes) == (200, [None, "P0953", "P0802"])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/run", b'{"input": ', 400, "P0952"),
        ("/v1/run", b'{"input": "\xff"}', 400, "P0951"),
        ("/v1/run", b"[" * 5000, 400, "P0952"),
        ("/v1/run", b'["hi"]', 400, "P0961"),
        ("/v1/run", b'{"inputs": "hi"}', 400, "P0961"),
        ("/v1/run", b'{"input": 3}', 422, "P0953"),
        ("/v1/run", b'{"input": "\\ud800"}', 422, "P0951"),
        ("/v1/run", b'{"\\ud800": "hi"}', 422, "P0953"),
        ("/v1/run", b'{"message": "hi"}', 422, "P0953"),
        ("/v1/run", b"{}", 422, "P0953"),
        ("/v1/run", b'{"input": "' + b"x" * 10_000 + b'"}', 413, "P0962"),
        ("/v1/functions/sise", b'{"input": "hi"}', 404, "P0908"),
        ("/v1/functions/", b'{"input": "hi"}', 404, "P0908"),
        ("/v2/run", b'{"input": "hi"}', 404, "P0967"),
        ("/healthz", b'{"input": "hi"}', 405, "P0967"),
    ],
)
def test_a_request_that_is_wrong_is_told_so_by_a_code(
    client: Client, path: str, body: bytes, status: int, code: str
) -> None:
    reply = client.post(path, body)
    assert (reply.status, reply.json["error"]["code"]) == (status, code)


def test_a_body_that_is_not_declared_as_json_is_refused(client: Client) -> None:
    reply = client.ask("POST", "/v1/run", b'{"input": "hi"}', Content_Type="text/plain")
    assert (reply.status, reply.json["error"]["code"]) == (415, "P0961")
    declared = "application/json; charset=utf-8"
    assert client.ask("POST", "/v1/run", b'{"input": "hi"}', Content_Type=declared).status == 200


def test_a_body_sent_in_chunks_is_counted_as_it_comes(client: Client) -> None:
    client.connection.putrequest("POST", "/v1/run")
    client.connection.putheader("Content-Type", "application/json")
    client.connection.putheader("Transfer-Encoding", "chunked")
    client.connection.endheaders()
    for _ in range(11):
        client.connection.send(b"3e8\r\n" + b" " * 1000 + b"\r\n")
    response = client.connection.getresponse()
    assert (response.status, json.loads(response.read())["error"]["code"]) == (413, "P0962")


def test_a_misspelt_function_is_told_the_nearest(client: Client) -> None:
    assert "`size`" in client.post("/v1/functions/sise", {"input": "hi"}).json["error"]["help"]


def test_the_functions_are_listed_with_their_types(client: Client) -> None:
    size = client.get("/v1/functions").json["functions"][0]
    assert size["signature"] == '(x: text) -> "long" | "short"'
    assert size["result"] == {"type": "string", "enum": ["long", "short"]}
    assert size["spec"] == "How long?"


def test_the_page_needs_nothing_from_elsewhere(client: Client) -> None:
    reply = client.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert b"//" not in reply.body
    assert b"/v1/functions" in reply.body


def test_a_full_queue_is_503_and_says_when_to_come_back() -> None:
    engine = Lengths()
    with running({"m": program(engine)}, queue=2) as found:
        engine.gate.clear()
        replies = []
        first = threading.Thread(target=lambda: replies.append(found.client().post("/v1/run", {"inputs": ["a", "b"]})))
        first.start()
        wait_until(lambda: found.server.worker.held == 2)
        full = found.client().post("/v1/run", {"input": "c"})
        engine.gate.set()
        first.join(30)
        assert (full.status, full.json["error"]["code"]) == (503, "P0963")
        assert int(full.headers["retry-after"]) >= 1
        assert replies[0].json == {"results": [{"output": "short"}, {"output": "short"}]}
        assert found.client().post("/v1/run", {"input": "c"}).status == 200
        never = found.client().post("/v1/run", {"inputs": ["a", "b", "c"]})
        assert (never.status, never.json["error"]["code"]) == (413, "P0962")


def test_what_takes_too_long_is_504_and_leaves_the_queue() -> None:
    engine = Lengths()
    with running({"m": program(engine)}, limits=Limits(body=1000, seconds=0.3)) as found:
        engine.gate.clear()
        reply = found.client().post("/v1/run", {"input": "hi"})
        assert (reply.status, reply.json["error"]["code"]) == (504, "P0965")
        engine.gate.set()
        wait_until(lambda: found.server.worker.held == 0)
        assert found.client().post("/v1/run", {"input": "hi"}).json == {"output": "short"}


def test_a_body_that_does_not_come_is_408() -> None:
    with running({"m": program(Lengths())}, limits=Limits(body=1000, seconds=0.3)) as found:
        client = found.client()
        client.connection.putrequest("POST", "/v1/run")
        client.connection.putheader("Content-Type", "application/json")
        client.connection.putheader("Content-Length", "100")
        client.connection.endheaders(b'{"input": ')
        response = client.connection.getresponse()
        assert (response.status, json.loads(response.read())["error"]["code"]) == (408, "P0965")


def test_a_client_that_leaves_harms_nobody_else() -> None:
    engine = Lengths()
    with running({"m": program(engine)}) as found:
        engine.gate.clear()
        leaving = found.client()
        body = json.dumps({"inputs": [f"gone {n}" for n in range(100)]})
        leaving.connection.request("POST", "/v1/run", body, {"Content-Type": "application/json"})
        wait_until(lambda: found.server.worker.held == 100)
        leaving.connection.close()
        wait_until(lambda: found.server.api.left == 1)
        replies = []
        staying = threading.Thread(
            target=lambda: replies.append(found.client().post("/v1/run", {"input": "hello world"}))
        )
        staying.start()
        wait_until(lambda: found.server.api.accepted == 2)
        engine.gate.set()
        staying.join(30)
        assert replies[0].json == {"output": "long"}
        wait_until(lambda: found.server.worker.held == 0)
        assert sum(map(len, engine.batches)) < 50, "what nobody waits for is not computed"


def test_a_fault_of_the_engine_is_500_for_the_call_that_met_it_alone() -> None:
    engine = Lengths()
    with running({"m": program(engine)}) as found:
        many = found.client().post("/v1/run", {"inputs": ["hi", "boom", "hello world"]})
        assert [result.get("output") for result in many.json["results"]] == ["short", None, "long"]
        one = found.client().post("/v1/run", {"input": "boom"})
        assert (one.status, one.json["error"]["code"]) == (500, "P0966")


def test_answers_of_32_clients_at_once_are_their_own() -> None:
    engine = Lengths()
    wrong: list[object] = []

    def ask(client: Client, who: int) -> None:
        for turn in range(20):
            text = f"{who}.{turn}"
            reply = client.post("/v1/functions/twice", {"input": text})
            if reply.json != {"output": text + ("long" if len(text) > 5 else "short")}:
                wrong.append((text, reply))

    with running({"m": program(engine)}) as found:
        threads = [threading.Thread(target=ask, args=(found.client(), who)) for who in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert wrong == []
    assert sum(map(len, engine.batches)) == 32 * 20 + 1, "and the one call that warmed the engine up"
    assert len(engine.batches) < 32 * 20 / 2, "calls of several clients are one batch"


def test_several_programs_are_told_apart() -> None:
    with running({"a": program(Lengths()), "b": program(Lengths())}) as found:
        client = found.client()
        assert client.post("/v1/functions/b:size", {"input": "hi"}).json == {"output": "short"}
        reply = client.post("/v1/run", {"input": "hi"})
        assert (reply.status, reply.json["error"]["code"]) == (404, "P0908")


def test_the_metrics_count_requests_inputs_and_batches() -> None:
    with running({"m": program(Lengths())}) as found:
        client = found.client()
        client.post("/v1/run", {"inputs": ["a", "b", ""]})
        client.post("/v1/run", {"input": "a"})
        client.post("/v1/run", b"{")
        client.post("/v1/functions/nothing", {"input": "a"})
        text = client.get("/metrics").body.decode()
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["pawc_requests_total", "200", "size"] == 2
    assert values["pawc_requests_total", "400", "size"] == 1
    assert values["pawc_requests_total", "", "404"] == 1
    assert values["pawc_inputs_total", "ok", "size"] == 3
    assert values["pawc_inputs_total", "P0802", "size"] == 1
    assert values["pawc_batch_size_sum", "m.size"] == 4
    assert values["pawc_request_seconds_count", "size"] == 2
    assert values["pawc_queue_length",] == 0


def test_health_is_ready_when_the_worker_is_and_live_before() -> None:
    engine = Lengths()
    engine.gate.clear()
    with running({"m": program(engine)}, ready=False) as found:
        server, client = found.server, found.client()
        assert client.get("/healthz/live").status == 200
        assert (client.get("/healthz").status, client.get("/healthz").json) == (503, {"status": "starting"})
        engine.gate.set()
        wait_until(server.worker.ready.is_set)
        assert (client.get("/healthz/ready").status, client.get("/healthz").json) == (200, {"status": "ready"})
        server.should_exit = True
        wait_until(lambda: server.api.closing)
        stopping = client.get("/healthz")
        assert (stopping.status, stopping.json, stopping.headers["connection"]) == (
            503,
            {"status": "stopping"},
            "close",
        )
