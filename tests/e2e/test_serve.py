"""`pawc serve` as a process: real connections, signals, exit codes."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from conftest import INTERPRETER, PAWC, Place, new_place
from serving import Client

SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Does it need attention now?"
  example "The server is down" -> "immediate"
}
fn main(message: text) -> text = message ++ ": " ++ urgency(message)
"""
OTHER = """
fn colour(thing: text) -> "red" | "green" | "blue" { spec "What colour is it?" }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with two programs."""
    place = new_place(tmp_path_factory.mktemp("serve"))
    sources = [place.write(f"{name}.paw", source).name for name, source in (("mail", SOURCE), ("paint", OTHER))]
    result = place.run("build", "-O0", *INTERPRETER, *sources)
    assert result.code == 0, result.err
    return place


@contextmanager
def serving(place: Place, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of these programs, ready, and its port."""
    process = place.start("serve", *arguments, "--port", "0")
    try:
        assert process.stdout is not None
        address = re.fullmatch(r"http://127\.0\.0\.1:(\d+)\n", process.stdout.readline().decode())
        assert address, process.communicate(timeout=60)[1].decode()
        port = int(address[1])
        ready = threading.Event()
        for _ in range(600):
            if Client(port).get("/healthz").status == 200:
                break
            ready.wait(0.1)
        yield process, port
    finally:
        process.kill()
        process.communicate()


def test_32_clients_get_their_own_answers_and_a_signal_under_load_loses_none(built: Place) -> None:
    texts = [f"message {n}" for n in range(40)]
    run = built.run("run", "mail.pawx", "--json", input="\n".join(map(json.dumps, texts)))
    expected = dict(zip(texts, (json.loads(line) for line in run.out.splitlines()), strict=True))
    answers, wrong = [0] * 32, []
    half = threading.Event()

    def ask(port: int, who: int) -> None:
        client = Client(port)
        try:
            for turn in range(100_000):
                text = texts[(7 * who + turn) % len(texts)]
                reply = client.post("/v1/run", {"input": text})
                if (reply.status, reply.json) != (200, expected[text]):
                    wrong.append((text, reply))
                answers[who] += 1
                if sum(answers) > 150:
                    half.set()
        except (HTTPException, OSError):
            return  # no longer accepted

    with serving(built, "mail.pawx") as (process, port):
        threads = [threading.Thread(target=ask, args=(port, who)) for who in range(32)]
        for thread in threads:
            thread.start()
        assert half.wait(120)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(60)
        _, err = process.communicate(timeout=60)
    assert wrong == []
    assert process.returncode == 0, err
    told = f"{sum(answers)} requests accepted, {sum(answers)} answered, 0 left by their clients, 0 cut off"
    assert told in err.decode()


def test_several_programs_are_served_together_until_a_second_signal(built: Place) -> None:
    with serving(built, "mail.pawx", "paint.pawx") as (process, port):
        client = Client(port)
        names = [function["name"] for function in client.get("/v1/functions").json["functions"]]
        assert names == ["urgency", "main", "colour"]
        assert client.post("/v1/functions/paint:colour", {"thing": "grass"}).json["output"] in ("red", "green", "blue")
        scored = client.post("/v1/functions/urgency?scores=1", {"input": "x"}).json
        assert scored["scores"].keys() == {"immediate", "wait"}
        with socket.create_connection(("127.0.0.1", port)) as slow:
            head = (
                "POST /v1/functions/main HTTP/1.1",
                "Host: x",
                "Content-Type: application/json",
                "Content-Length: 9",
                "",
                "{",
            )
            slow.sendall("\r\n".join(head).encode())
            assert client.get("/healthz/live").status == 200  # what came before was read by now
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)  # for the rest of the request
            process.send_signal(signal.SIGTERM)
            # By its own hand, or by the signal itself where its handlers were gone already: 143 to a shell, both.
            assert process.wait(10) in (128 + signal.SIGTERM, -signal.SIGTERM)


def test_what_cannot_be_served_is_told_by_a_code_before_anything_listens(built: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = built.run("serve", "mail.pawx", "--port", str(taken.getsockname()[1]))
    assert (result.code, "P0964" in result.err, result.out) == (1, True, "")


def test_two_programs_of_one_name_are_refused(built: Place) -> None:
    twice = built.run("serve", "mail.pawx", "other/mail.pawx")
    assert (twice.code, "two programs are called `mail`" in twice.err) == (2, True)


def test_an_interpreter_that_is_not_there_is_told_of_at_once(built: Place, tmp_path: Path) -> None:
    empty = Place(built.folder, tmp_path)
    result = empty.run("serve", "mail.pawx", "--port", "0")
    assert result.code == 1
    assert "tiny-llama" in result.err


@pytest.mark.parametrize(
    "option", ["--batch=0", "--queue=0", "--timeout=0", "--grace=-1", "--max-wait=nan", "--max-body=0"]
)
def test_a_setting_that_makes_no_sense_is_a_usage_error(built: Place, option: str) -> None:
    result = built.run("serve", "mail.pawx", option)
    assert (result.code, "P0901" in result.err) == (2, True)


def test_without_the_http_library_the_way_to_install_it_is_shown(built: Place) -> None:
    hide = "import sys; sys.modules['uvicorn'] = None; from pawc.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", hide, "serve", "mail.pawx"]
    result = subprocess.run(command, cwd=built.folder, env=built.env, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "error[P0960]: `uvicorn` is not installed" in result.stderr
    assert "pip install '.[serve]'" in result.stderr


def test_the_help_needs_no_http_library(built: Place) -> None:
    code = "import sys; from pawc.cli.main import main; main(['serve', '--help'])"
    names = "print([name for name in ('starlette', 'uvicorn', 'prometheus_client', 'torch') if name in sys.modules])"
    script = f"import atexit, sys; atexit.register(lambda: {names}); {code}"
    result = subprocess.run([PAWC[0], "-c", script], env=built.env, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
