"""`pawc serve` under load, beside the same program run in batches: pairing of answers, throughput, latency, shutdown.

    python -m bench.serve --engine native          # four minutes; needs the default interpreter; Markdown on stdout

The program is like examples/urgency, at `-O0` with two examples; its label is followed by the message itself, so that
an answer shows whose it is. The messages are those of the example, alone and in pairs. Both sides take turns on one
machine: a stretch of `Function.stream` in this process (batches of 32), then a stretch of CLIENTS clients, each asking
one message after the other over a connection of its own. Every answer is compared with the one of the batch run. In
the last stretch the server gets SIGTERM while all clients are asking.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path

import pawc
from pawc.cli.options import ENGINES
from pawc.runtime.outcome import Answer

CLIENTS, INPUTS, BATCH = 32, 128, 32
EXAMPLE = Path(__file__).parents[1] / "examples" / "urgency"
SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Decide if a message needs immediate attention or can wait."
  example "The server is down and customers cannot pay." -> "immediate"
  example "Thanks for the nice evening!" -> "wait"
}

fn main(message: text) -> text = urgency(message) ++ ": " ++ message
"""


def messages() -> list[str]:
    """Different messages: every one of the example, alone or followed by another."""
    lines = [
        line.partition("\t")[0]
        for name in ("train.tsv", "test.tsv", "input.txt")
        for line in (EXAMPLE / name).read_text(encoding="utf-8").splitlines()
    ]
    single = list(dict.fromkeys(line for line in lines if line))
    pairs = (f"{one} {single[(place + step) % len(single)]}" for step in count(1) for place, one in enumerate(single))
    return [*single, *(next(pairs) for _ in range(INPUTS - len(single)))]


@dataclass
class Stretch:
    """What the clients saw in one stretch: seconds of each answer, answers that were wrong, requests that failed."""

    latencies: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


def ask(port: int, expected: dict[str, str], seconds: float, during: Callable[[], None] | None = None) -> Stretch:
    """CLIENTS clients for so long. With `during`, which stops the server, until none of them is answered any more."""
    found, texts, begun = Stretch(), list(expected), time.perf_counter()

    def client(who: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        turn = who * len(texts) // CLIENTS
        while during is not None or time.perf_counter() - begun < seconds:
            text, turn = texts[turn % len(texts)], turn + 1
            start = time.perf_counter()
            try:
                body = json.dumps({"input": text})
                connection.request("POST", "/v1/run", body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = json.loads(response.read())
            except (http.client.HTTPException, OSError) as error:
                if during is None:
                    found.errors.append(repr(error))
                found.refused += 1
                return
            found.latencies.append(time.perf_counter() - start)
            if response.status != 200:
                found.errors.append(f"{response.status}: {answer}")
            elif answer != {"output": expected[text]}:
                found.wrong.append(f"{text!r}: {answer}")

    threads = [threading.Thread(target=client, args=(who,)) for who in range(CLIENTS)]
    for thread in threads:
        thread.start()
    if during is not None:
        time.sleep(seconds)
        during()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - begun
    return found


def batches(function: pawc.Function, texts: list[str], seconds: float) -> float:
    """Answers a second of the plain batch run, over about so many seconds."""
    begun, answers = time.perf_counter(), 0

    def records() -> Iterator[tuple[str]]:
        for text in cycle(texts):
            if time.perf_counter() - begun > seconds:
                return
            yield (text,)

    for outcome in function.stream(records(), BATCH):
        assert isinstance(outcome, Answer), outcome
        answers += 1
    return answers / (time.perf_counter() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--stretches", type=int, default=3, help="how many of each side (default: 3)")
    parser.add_argument("--seconds", type=float, default=45, help="of the clients in each stretch (default: 45)")
    parser.add_argument("--engine", choices=ENGINES, default="torch", help="of both sides (default: torch)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), arguments.stretches, arguments.seconds, arguments.engine)


def compare(folder: Path, stretches: int, seconds: float, engine: str) -> int:
    """Build the program, start the server, measure."""
    (folder / "main.paw").write_text(SOURCE, encoding="utf-8")
    (folder / "paw.toml").touch()
    command = [sys.executable, "-m", "pawc.cli.main"]
    subprocess.run([*command, "build", "-q", "-O0", "main.paw"], cwd=folder, check=True)
    entry, texts = pawc.load(folder / "main.pawx").on(ENGINES[engine]).entry, messages()
    expected = dict(zip(texts, entry.map(texts, batch=BATCH), strict=True))
    log = folder / "log"
    command += ["serve", "main.pawx", "--port", "0", "--engine", engine]
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        return measure(server, entry, expected, log, stretches, seconds)
    finally:
        server.kill()
        server.wait()


def measure(
    server: subprocess.Popen[str],
    entry: pawc.Function,
    expected: dict[str, str],
    log: Path,
    stretches: int,
    seconds: float,
) -> int:
    """Take turns, stop the server under load, report."""
    assert server.stdout is not None
    port = int(server.stdout.readline().rpartition(":")[2])
    first = ask(port, expected, 1)  # which waits until the server has loaded the interpreter
    plain, served = [], []
    for number in range(stretches):
        plain.append(batches(entry, list(expected), seconds / 2))
        served.append(ask(port, expected, seconds))
        rate = len(served[-1].latencies) / served[-1].seconds
        print(f"{number + 1}: batches {plain[-1]:.2f}/s, served {rate:.2f}/s", file=sys.stderr, flush=True)
    last = ask(port, expected, min(seconds, 5), lambda: os.kill(server.pid, signal.SIGTERM))
    stopped = time.perf_counter()
    status = server.wait(60)
    late = time.perf_counter() - stopped
    return report(plain, served, (first, last), f"{status}, {late:.2f} s after the last client", log.read_text())


def report(plain: list[float], served: list[Stretch], ends: tuple[Stretch, Stretch], exit: str, log: str) -> int:
    """The figures as Markdown on stdout; 1 if anything was wrong or lost."""
    rates = [len(one.latencies) / one.seconds for one in served]
    ratios = [rate / base for rate, base in zip(rates, plain, strict=True)]
    latencies = sorted(latency for one in served for latency in one.latencies)
    last, every = ends[1], (*served, *ends)
    errors = [error for one in every for error in one.errors]
    wrong = [answer for one in every for answer in one.wrong]
    told = re.search(r"(\d+) requests accepted, (\d+) answered, (\d+) left by their clients, (\d+) cut off", log)
    accepted, answered, left, cut = map(int, told.groups()) if told else (-1, -1, -1, -1)
    received = sum(len(one.latencies) for one in every)
    p50, p99 = (1000 * latencies[int(len(latencies) * share)] for share in (0.5, 0.99))
    print(f"""\
| | |
|---|---|
| clients, seconds of load | {CLIENTS}, {sum(one.seconds for one in served):.0f} |
| requests answered | {len(latencies)} |
| errors, answers other than the batch run's | {len(errors)}, {len(wrong)} |
| batches, median of {len(plain)} | {statistics.median(plain):.1f} answers/s ({min(plain):.1f} to {max(plain):.1f}) |
| served, median of {len(rates)} | {statistics.median(rates):.1f} answers/s ({min(rates):.1f} to {max(rates):.1f}) |
| served / batches, median of the ratios | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |
| latency, p50 and p99 | {p50:.0f} ms, {p99:.0f} ms |
| SIGTERM under load: answered in that stretch | {len(last.latencies)}, then {last.refused} clients refused |
| requests accepted by the server, answers received by clients | {accepted}, {received} |
| exit code | {exit} |""")
    for line in (*errors[:5], *wrong[:5]):
        print(line, file=sys.stderr)
    lost = {accepted, answered} != {received} or left or cut
    return 1 if errors or wrong or lost or not exit.startswith("0,") else 0


if __name__ == "__main__":
    sys.exit(main())
