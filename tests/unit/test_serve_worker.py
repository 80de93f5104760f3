"""The worker: batches of everybody's calls, turns between requests, faults that stay where they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from serving import Lengths, program, wait_until

from pawc.base.diagnostics import InternalError, PawError, fail
from pawc.runtime.outcome import Answer, Failure, Outcome
from pawc.serve.metrics import Metrics
from pawc.serve.worker import Full, Job, Worker


class Asking:
    """A worker, and what its jobs were answered, in the order in which they were complete."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.done: list[tuple[str, list[Any]]] = []

    def ask(self, name: str, *texts: str, function: str = "m.size", program: str = "m") -> Job:
        def then(outcomes: list[Outcome]) -> None:
            self.done.append((name, [one.value if isinstance(one, Answer) else one.code for one in outcomes]))

        return self.worker.submit(program, function, [(text,) for text in texts], then)


@contextmanager
def working(*engines: Any, batch: int = 4, max_wait: float = 0.0, limit: int = 1000) -> Iterator[Asking]:
    """A worker over a program for each engine: `m`, `m1`, ..."""
    programs = {f"m{number or ''}": program(engine) for number, engine in enumerate(engines)}
    worker = Worker(programs, Metrics(), batch=batch, max_wait=max_wait, limit=limit)
    worker.start()
    assert worker.ready.wait(30)
    for engine in engines:
        engine.batches.clear()  # the call that warms it up
    yield Asking(worker)
    assert worker.close(30)


def sizes(engine: Lengths) -> list[int]:
    return list(map(len, engine.batches))


def test_calls_that_come_while_a_batch_runs_are_the_next_batch() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        asking.ask("first", "a")
        wait_until(lambda: engine.batches)
        for name in "bcd":
            asking.ask(name, name)
        engine.gate.set()
        wait_until(lambda: len(asking.done) == 4)
    assert sizes(engine) == [1, 3]


def test_a_lone_call_waits_for_company_no_longer_than_it_is_told_to() -> None:
    engine = Lengths()
    with working(engine, max_wait=0.2) as asking:
        asking.ask("one", "a")
        asking.ask("two", "b")
        wait_until(lambda: len(asking.done) == 2)
    assert sizes(engine) == [2]


def test_a_full_batch_does_not_wait() -> None:
    engine = Lengths()
    with working(engine, max_wait=1000) as asking:
        asking.ask("four", "a", "b", "c", "d")
        wait_until(lambda: asking.done)


def test_a_long_list_lets_a_single_call_through() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        asking.ask("list", *(f"text {n}" for n in range(100)))
        wait_until(lambda: engine.batches)
        asking.ask("single", "hello world")
        engine.gate.set()
        wait_until(lambda: len(asking.done) == 2)
    assert [name for name, _ in asking.done] == ["single", "list"]
    assert next(number for number, texts in enumerate(engine.batches) if ("hello world",) in texts) < 5


def test_outcomes_are_in_the_order_of_their_calls() -> None:
    with working(Lengths()) as asking:
        asking.ask("all", "hi", "", "hello world", "boom", "hi")
        wait_until(lambda: asking.done)
    assert asking.done == [("all", ["short", "P0802", "long", "P0966", "short"])]


def test_more_than_the_limit_is_refused_as_a_whole() -> None:
    engine = Lengths()
    with working(engine, limit=3) as asking:
        engine.gate.clear()
        asking.ask("two", "a", "b")
        with pytest.raises(Full) as caught:
            asking.ask("two more", "c", "d")
        asking.ask("one", "e")
        assert asking.worker.held == 3
        assert caught.value.seconds > 0
        engine.gate.set()
    assert asking.worker.held == 0
    assert sorted(name for name, _ in asking.done) == ["one", "two"]


def test_what_was_accepted_is_finished_before_the_worker_closes() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        for n in range(50):
            asking.ask(str(n), f"text {n}", "")
        threading.Timer(0.05, engine.gate.set).start()
    assert len(asking.done) == 50
    with pytest.raises(InternalError, match="closed"):
        asking.ask("late", "a")


def test_a_worker_that_has_no_time_left_says_so() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        asking.ask("slow", "a")
        assert not asking.worker.close(0.05)
        engine.gate.set()


def test_abandoned_calls_are_not_begun() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        asking.ask("kept", "kept")
        wait_until(lambda: engine.batches)
        gone = asking.ask("gone", *(f"text {n}" for n in range(100)))
        asking.worker.abandon(gone)
        engine.gate.set()
    assert [name for name, _ in asking.done] == ["kept"]
    assert sizes(engine) == [1]
    assert asking.worker.held == 0


def test_abandoned_calls_make_room_for_others_at_once() -> None:
    engine = Lengths()
    with working(engine, batch=1, limit=6) as asking:
        engine.gate.clear()
        half = asking.ask("half begun", "a", "b", "c")
        wait_until(lambda: half.begun == 2)
        none = asking.ask("not begun", "d", "e", "f")
        asking.worker.abandon(half)
        asking.worker.abandon(none)
        assert asking.worker.held == 2, "the calls that were begun"
        asking.worker.abandon(half)
        assert asking.worker.held == 2, "nothing is given back twice"
        asking.ask("others", "g", "h", "i", "j")
        engine.gate.set()
    assert [name for name, _ in asking.done] == ["others"]
    assert asking.worker.held == 0


def test_functions_share_what_they_have_in_common() -> None:
    engine = Lengths()
    with working(engine) as asking:
        engine.gate.clear()
        asking.ask("running", "a")
        wait_until(lambda: engine.batches)
        asking.ask("size", "b")
        asking.ask("twice", "c", function="m.twice")
        asking.ask("echo", "d", function="m.echo")
        engine.gate.set()
        wait_until(lambda: len(asking.done) == 4)
    assert dict(asking.done) == {"running": ["short"], "size": ["short"], "twice": ["cshort"], "echo": ["d"]}
    assert engine.batches == [[("a",)], [("b",), ("c",)]]


def test_programs_take_turns() -> None:
    one, other = Lengths(), Lengths()
    with working(one, other) as asking:
        one.gate.clear()
        asking.ask("long", *(f"text {n}" for n in range(100)))
        wait_until(lambda: one.batches)
        asking.ask("other", "a", program="m1")
        one.gate.set()
        wait_until(lambda: len(asking.done) == 2)
    assert [name for name, _ in asking.done] == ["other", "long"]


def test_a_fault_of_the_executor_fails_what_is_in_flight_and_nothing_after() -> None:
    class Miscounts(Lengths):
        def call(self, function: Any, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
            outcomes = super().call(function, batch)
            return outcomes[1:] if ("lost",) in batch else outcomes

    with working(Miscounts()) as asking:
        asking.ask("bad", "lost", "b")
        wait_until(lambda: asking.done)
        asking.ask("good", "b")
    assert asking.done == [("bad", ["P0966", "P0966"]), ("good", ["short"])]
    assert asking.worker.held == 0


def test_what_the_user_is_to_be_told_of_an_engine_reaches_the_client() -> None:
    class Refuses(Lengths):
        def call(self, function: Any, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
            if ("refused",) in batch:
                fail("P0712", "it cannot be read")
            return super().call(function, batch)

    with working(Refuses()) as asking:
        asking.ask("one", "refused")
        wait_until(lambda: asking.done)
    assert asking.done == [("one", ["P0712"])]


def test_an_engine_that_cannot_be_warmed_up_stops_the_worker() -> None:
    class Missing:
        def call(self, function: Any, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
            fail("P0712", "it cannot be read")

    worker = Worker({"m": program(Missing())}, Metrics(), batch=4, max_wait=0, limit=10)
    asking = Asking(worker)
    asking.ask("early", "a", "b")
    worker.start()
    wait_until(lambda: asking.done)
    assert isinstance(worker.failure, PawError)
    assert not worker.ready.is_set()
    assert asking.done == [("early", ["P0966", "P0966"])]
    assert worker.close(30) and worker.held == 0


def test_an_outcome_that_nobody_can_take_does_not_stop_the_worker() -> None:
    def broken(outcomes: list[Outcome]) -> None:
        raise RuntimeError("nobody is there")

    with working(Lengths()) as asking:
        asking.worker.submit("m", "m.size", [("a",)], broken)
        wait_until(lambda: asking.worker.held == 0)
        asking.ask("next", "b")
        wait_until(lambda: asking.done)
    assert asking.done == [("next", ["short"])]


def test_a_failure_is_an_outcome() -> None:
    found: list[Outcome] = []
    with working(Lengths()) as asking:
        asking.worker.submit("m", "m.size", [("",)], found.extend)
    assert found == [Failure("P0802", "nothing to read")]


def test_whoever_has_an_answer_finds_room_for_the_next_call() -> None:
    seen: list[int] = []
    with working(Lengths(), limit=2) as asking:
        asking.worker.submit("m", "m.size", [("a",), ("b",)], lambda _: seen.append(asking.worker.held))
        wait_until(lambda: seen)
    assert seen == [0]
