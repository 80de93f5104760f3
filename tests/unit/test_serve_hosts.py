"""By what names a server may be called: a page that rebinds its own name to this machine gets nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Client, Lengths, Running, program, running

from pawc.serve.hosts import accepted


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with running({"m": program(Lengths())}) as found:
        yield found


@pytest.fixture
def client(shared: Running) -> Client:
    return shared.client()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"])
def test_this_machine_may_be_called_by_its_names_at_any_port(client: Client, host: str) -> None:
    assert client.ask("GET", "/v1/functions", Host=host).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", "[::2]", "::1", ""])
@pytest.mark.parametrize("path", ["/", "/v1/functions", "/openapi.json", "/metrics", "/healthz", "/nothing"])
def test_any_other_name_is_refused_at_every_path(client: Client, host: str, path: str) -> None:
    reply = client.ask("GET", path, Host=host)
    assert (reply.status, reply.json["error"]["code"]) == (421, "P0968")


def test_no_call_is_made_for_another_name(client: Client) -> None:
    reply = client.ask("POST", "/v1/run", b'{"input": "hi"}', Content_Type="application/json", Host="evil.example")
    assert (reply.status, reply.json["error"]["code"]) == (421, "P0968")
    assert client.post("/v1/run", {"input": "hi"}).json == {"output": "short"}


def test_a_request_that_calls_the_server_by_no_name_is_of_no_browser(client: Client) -> None:
    client.connection._http_vsn, client.connection._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]
    client.connection.putrequest("GET", "/healthz", skip_host=True)
    client.connection.endheaders()
    assert client.connection.getresponse().status == 200


def test_the_name_that_host_was_given_is_one_of_them() -> None:
    names = accepted("Triage.internal", "127.0.1.1")
    assert names is not None
    assert {"triage.internal", "127.0.1.1", "localhost"} <= names
    assert "[::1]" in (accepted("0:0:0:0:0:0:0:1", "::1") or ())


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "2001:db8::7"])
def test_a_server_for_other_machines_may_be_called_anything(address: str) -> None:
    assert accepted(address, address) is None


def test_a_server_on_all_addresses_answers_whatever_it_is_called() -> None:
    with running({"m": program(Lengths())}, host="0.0.0.0") as found:
        assert found.client().ask("GET", "/v1/functions", Host="triage.example").status == 200
