"""The executor over engines that are tables of Python functions: no model takes part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from pawc.base.diagnostics import InternalError
from pawc.base.types import FLOAT, INT, TEXT, Labels, List, Record, Type
from pawc.ir.nodes import (
    Arm,
    Block,
    Call,
    ComposedFunction,
    Concat,
    Const,
    GetField,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    NeuralFunction,
    Param,
)
from pawc.runtime.executor import PATIENCE, Executor, Incoming
from pawc.runtime.outcome import Answer, Failure, Outcome

AB = Labels(("a", "b"))
ODD = Failure("P0000", "odd")


class Table:
    """An engine: a Python function per neural function; it keeps the batches it was given."""

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self.functions = functions
        self.batches: list[tuple[str, list[tuple[Any, ...]]]] = []

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        self.batches.append((function.symbol, list(batch)))
        values = [self.functions[function.symbol](*args) for args in batch]
        return [value if isinstance(value, Failure) else Answer(value, str(value), (("a", 1.0),)) for value in values]


def neural(symbol: str, result: Type = TEXT, *params: Type) -> NeuralFunction:
    given = tuple(Param(name=name, type=kind) for name, kind in zip("xyz", params or (TEXT,), strict=False))
    return NeuralFunction(symbol=symbol, params=given, result=result, spec="")


def composed(symbol: str, result: Type, params: dict[str, Type], yields: str, *operations: Any) -> ComposedFunction:
    given = tuple(Param(name=name, type=kind) for name, kind in params.items())
    return ComposedFunction(
        symbol=symbol, params=given, result=result, body=Block(operations=operations, result=yields)
    )


def executor(engine: Table, *functions: Any) -> Executor:
    return Executor(Module(name="m", stage="linked", functions=functions), engine)


def value(outcome: Outcome) -> Any:
    assert isinstance(outcome, Answer)
    return outcome.value


def call(result: str, callee: str, *args: str) -> Call:
    return Call(result=result, callee=callee, args=args)


def test_a_neural_function_is_asked_in_batches_and_answers_in_order() -> None:
    engine = Table(up=str.upper)
    outcomes = executor(engine, neural("up")).run("up", [(f"line {i}",) for i in range(70)], batch=32)
    assert [value(outcome) for outcome in outcomes] == [f"LINE {i}" for i in range(70)]
    assert [len(batch) for _, batch in engine.batches] == [32, 32, 6]
    assert outcomes[0] == Answer("LINE 0", "LINE 0", (("a", 1.0),))


def test_every_kind_of_operation_computes_its_value() -> None:
    pair = Record((("text", TEXT), ("n", INT)))
    main = composed(
        "main",
        Record((("all", TEXT), ("items", List(TEXT)), ("back", INT))),
        {"x": TEXT, "n": INT},
        "out",
        Const(result="sep", value=" "),
        call("upper", "std.text.upper", "x"),
        Concat(result="all", args=("upper", "sep", "n")),
        MakeList(result="items", args=("x", "all")),
        MakeRecord(result="pair", names=("text", "n"), args=("x", "n")),
        GetField(result="back", arg="pair", name="n"),
        MakeRecord(result="out", names=("all", "items", "back"), args=("all", "items", "back")),
    )
    assert pair.fields
    outcomes = executor(Table(), main).run("main", [("hey", 3)])
    text = '{"all": "HEY 3", "items": ["hey", "HEY 3"], "back": 3}'
    assert outcomes == [Answer({"all": "HEY 3", "items": ["hey", "HEY 3"], "back": 3}, text)]


@pytest.mark.parametrize(("number", "text"), [(True, "true"), (2, "2"), (0.5, "0.5"), (1e-7, "1e-07")])
def test_joining_texts_converts_numbers_and_bools(number: Any, text: str) -> None:
    main = composed("main", TEXT, {}, "r", Const(result="n", value=number), Concat(result="r", args=("n", "n")))
    assert value(executor(Table(), main).run("main", [()])[0]) == text * 2


def test_independent_calls_of_one_function_share_a_batch() -> None:
    engine = Table(f=str.upper, g=lambda a, b: a + b)
    main = composed(
        "main",
        TEXT,
        {"x": TEXT, "y": TEXT},
        "r",
        call("a", "f", "x"),
        call("b", "f", "y"),
        call("r", "g", "a", "b"),
    )
    outcomes = executor(engine, neural("f"), neural("g", TEXT, TEXT, TEXT), main).run("main", [("a", "b"), ("c", "d")])
    assert [value(outcome) for outcome in outcomes] == ["AB", "CD"]
    assert engine.batches == [("f", [("a",), ("b",), ("c",), ("d",)]), ("g", [("A", "B"), ("C", "D")])]


def test_the_items_of_a_map_share_a_batch_and_keep_their_order() -> None:
    engine = Table(f=lambda x, y: x + y)
    operation = Map(result="r", callee="f", args=("xs", "s"), over=0)
    main = composed("main", List(TEXT), {"xs": List(TEXT), "s": TEXT}, "r", operation)
    outcomes = executor(engine, neural("f", TEXT, TEXT, TEXT), main).run("main", [(["a", "b"], "!"), ([], "?")])
    assert [value(outcome) for outcome in outcomes] == [["a!", "b!"], []]
    assert engine.batches == [("f", [("a", "!"), ("b", "!")])]


def test_a_map_over_a_composed_function_joins_the_stages_of_all_items() -> None:
    engine = Table(f=str.upper, g=lambda x: x + "?")
    inner = composed("inner", TEXT, {"x": TEXT}, "r", call("a", "f", "x"), call("r", "g", "a"))
    main = composed("main", List(TEXT), {"xs": List(TEXT)}, "r", Map(result="r", callee="inner", args=("xs",)))
    outcomes = executor(engine, neural("f"), neural("g"), inner, main).run("main", [(["a", "b", "c"],)])
    assert value(outcomes[0]) == ["A?", "B?", "C?"]
    assert [len(batch) for _, batch in engine.batches] == [3, 3]


def choice(default: bool = True) -> ComposedFunction:
    arms = [
        Arm(pattern="a", block=Block(operations=(call("ra", "f", "x"),), result="ra")),
        Arm(pattern=None, is_default=True, block=Block(operations=(call("rb", "g", "x"),), result="rb")),
    ]
    return composed(
        "main",
        TEXT,
        {"x": TEXT},
        "r",
        call("label", "label", "x"),
        Match(result="r", arg="label", arms=tuple(arms if default else arms[:1])),
    )


def test_a_match_evaluates_only_the_arm_it_takes() -> None:
    engine = Table(label=lambda x: "a" if x < "m" else "b", f=lambda x: "f" + x, g=lambda x: "g" + x)
    functions = (neural("label", AB), neural("f"), neural("g"), choice())
    outcomes = executor(engine, *functions).run("main", [("a",), ("z",), ("b",)])
    assert [value(outcome) for outcome in outcomes] == ["fa", "gz", "fb"]
    assert sorted(engine.batches[1:]) == [("f", [("a",), ("b",)]), ("g", [("z",)])]


def test_a_value_for_which_there_is_no_arm_fails_its_record() -> None:
    engine = Table(label=lambda x: "b")
    outcomes = executor(engine, neural("label", AB), neural("f"), choice(default=False)).run("main", [("x",)])
    assert outcomes == [Failure("P0805", 'no arm of the `match` is for "b"')]


def test_a_bool_is_not_matched_by_a_number() -> None:
    arm = Arm(pattern=True, block=Block(operations=(Const(result="y", value="yes"),), result="y"))
    other = Arm(pattern=False, block=Block(operations=(Const(result="n", value="no"),), result="n"))
    blank = call("b", "std.text.is_blank", "x")
    main = composed("main", TEXT, {"x": TEXT}, "r", blank, Match(result="r", arg="b", arms=(arm, other)))
    outcomes = executor(Table(), main).run("main", [("",), ("x",)])
    assert [value(outcome) for outcome in outcomes] == ["yes", "no"]


def test_a_failure_fails_its_record_and_no_other() -> None:
    engine = Table(f=lambda x: ODD if x == "bad" else x, g=str.upper)
    main = composed("main", TEXT, {"x": TEXT}, "r", call("a", "f", "x"), call("r", "g", "a"))
    outcomes = executor(engine, neural("f"), neural("g"), main).run("main", [("ok",), ("bad",), ("fine",)])
    assert [outcome if isinstance(outcome, Failure) else outcome.value for outcome in outcomes] == ["OK", ODD, "FINE"]
    assert engine.batches[1] == ("g", [("OK".lower(),), ("fine",)])


def test_an_exact_function_that_has_no_value_fails_the_record_with_its_message() -> None:
    main = composed("main", TEXT, {"xs": List(TEXT)}, "r", call("r", "std.list.first", "xs"))
    outcomes = executor(Table(), main).run("main", [(["a"],), ([],)])
    assert outcomes == [Answer("a", "a"), Failure("P0804", "list.first: the list is empty")]


def test_a_failure_that_the_result_does_not_need_is_none() -> None:
    engine = Table(f=lambda x: ODD)
    main = composed("main", TEXT, {"x": TEXT}, "x", call("unused", "f", "x"))
    outcomes = executor(engine, neural("f"), main).run("main", [("x",)])
    assert outcomes == [Answer("x", "x")]
    assert engine.batches == []


def test_the_same_call_on_the_same_value_is_made_once_in_a_batch() -> None:
    engine = Table(f=str.upper)
    outcomes = executor(engine, neural("f")).run("f", [("a",), ("b",), ("a",)])
    assert [value(outcome) for outcome in outcomes] == ["A", "B", "A"]
    assert engine.batches == [("f", [("a",), ("b",)])]


def test_an_int_becomes_a_float_where_one_is_expected() -> None:
    show = composed("show", TEXT, {"x": FLOAT}, "r", Concat(result="r", args=("x",)))
    main = composed(
        "main",
        TEXT,
        {"n": INT},
        "r",
        call("a", "show", "n"),
        call("b", "f", "n"),
        Call(result="c", callee="std.math.round", args=("n", "n"), type=FLOAT),
        Concat(result="r", args=("a", "b", "c", "n")),
    )
    outcomes = executor(Table(f=str), neural("f", TEXT, FLOAT), show, main).run("main", [(1,)])
    assert [value(outcome) for outcome in outcomes] == ["1.01.01.01"]


def test_records_that_do_not_fit_the_parameters_fail() -> None:
    outcomes = executor(Table(f=str), neural("f", TEXT, INT)).run("f", [("1",), (1, 2), (3,)])
    assert outcomes[:2] == [
        Failure("P0801", 'argument `x`: not of type `int`: "1"'),
        Failure("P0801", "expected 1 arguments, got 2"),
    ]
    assert value(outcomes[2]) == "3"


def test_a_record_that_could_not_be_read_keeps_its_place() -> None:
    outcomes = executor(Table(f=str.upper), neural("f")).run("f", [("a",), ODD, ("b",)])
    assert [getattr(outcome, "value", None) for outcome in outcomes] == ["A", None, "B"]


def test_a_text_that_doubles_without_end_fails_its_record() -> None:
    doublings = [Concat(result=f"x{i + 1}", args=(f"x{i}", f"x{i}")) for i in range(40)]
    main = composed("main", TEXT, {"x0": TEXT}, "x40", *doublings)
    outcome = executor(Table(), main).run("main", [("x",)])[0]
    assert isinstance(outcome, Failure)
    assert outcome.code == "P0807"


def test_an_int_that_no_float_can_hold_fails_its_record() -> None:
    main = composed("main", List(FLOAT), {"n": INT}, "r", MakeList(result="r", args=("n",), type=List(FLOAT)))
    outcomes = executor(Table(), main).run("main", [(10**400,), (2,)])
    assert outcomes == [Failure("P0807", "the int is too large to be a float"), Answer([2.0], "[2.0]")]


def test_a_long_chain_of_operations_needs_no_deep_stack() -> None:
    steps = [call(f"x{i + 1}", "f", f"x{i}") for i in range(3000)]
    main = composed("main", TEXT, {"x0": TEXT}, "x3000", *steps)
    outcomes = executor(Table(f=lambda x: x), neural("f"), main).run("main", [("x",)])
    assert value(outcomes[0]) == "x"


def test_a_stream_is_read_no_further_than_two_batches_ahead() -> None:
    read = 0

    def records() -> Iterator[Incoming]:
        nonlocal read
        for i in range(100):
            read += 1
            yield (str(i),)

    stream = executor(Table(f=str.upper), neural("f")).stream("f", records(), batch=4)
    for i, outcome in enumerate(stream):
        assert value(outcome) == str(i)
        assert read <= i + 1 + 8


def test_stages_of_different_records_are_in_flight_together() -> None:
    engine = Table(f=str.upper, g=str.lower)
    main = composed("main", TEXT, {"x": TEXT}, "r", call("a", "f", "x"), call("r", "g", "a"))
    run = executor(engine, neural("f"), neural("g"), main)
    assert len(list(run.stream("main", ((str(i),) for i in range(40)), batch=4))) == 40
    assert [len(batch) for _, batch in engine.batches] == [4] * 20
    assert [symbol for symbol, _ in engine.batches[:4]] != ["f", "f", "f", "f"]


def test_a_pause_in_the_stream_gives_out_all_that_is_known() -> None:
    given: list[str] = []

    def records() -> Iterator[Incoming]:
        yield ("a",)
        yield ("b",)
        yield None
        given.append("paused")
        yield ("c",)

    stream = executor(Table(f=str.upper), neural("f")).stream("f", records(), batch=32)
    for outcome in stream:
        given.append(value(outcome))
    assert given == ["A", "B", "paused", "C"]


def test_what_waits_behind_a_slow_record_is_bounded() -> None:
    read = 0

    def records() -> Iterator[Incoming]:
        nonlocal read
        for i in range(1000):
            read += 1
            yield (["x"] * 500 if i == 0 else [],)

    main = composed("main", List(TEXT), {"xs": List(TEXT)}, "r", Map(result="r", callee="f", args=("xs",)))
    engine = Table(f=str.upper)
    stream = executor(engine, neural("f"), main).stream("main", records(), batch=2)
    assert len(value(next(stream))) == 500
    assert read <= 16


def test_a_trace_shows_every_value_and_its_time() -> None:
    engine = Table(f=str.upper)
    inner = composed("lib.inner", TEXT, {"x": TEXT}, "r", call("r", "f", "x"))
    main = composed(
        "m.main",
        TEXT,
        {"x": TEXT},
        "r",
        Const(result="c", value="!"),
        call("a", "lib.inner", "x"),
        Concat(result="r", args=("a", "c")),
    )
    ((outcome, steps),) = executor(engine, neural("f"), inner, main).trace("m.main", [("hi",)])
    assert value(outcome) == "HI!"
    assert [(step.place, step.operation, value(step.outcome)) for step in steps] == [
        ("lib.inner %r", "call f", "HI"),
        ("m.main %a", "call lib.inner", "HI"),
        ("m.main %r", "concat", "HI!"),
    ]
    assert all(step.seconds >= 0 for step in steps)


def test_an_unknown_function_is_a_fault_of_ours() -> None:
    with pytest.raises(InternalError, match="no function `nope`"):
        executor(Table()).run("nope", [()])


def test_an_engine_that_loses_a_record_is_a_fault_of_ours() -> None:
    class Loses(Table):
        def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
            return super().call(function, batch)[1:]

    with pytest.raises(InternalError, match="1 outcomes for 2 calls"):
        executor(Loses(f=str.upper), neural("f")).run("f", [("a",), ("b",)])


def test_a_session_gives_each_outcome_with_the_ticket_of_its_call() -> None:
    engine = Table(f=lambda x: ODD if x == "odd" else x.upper())
    operations = (Call(result="0", callee="f", args=("x",)), Concat(result="1", type=TEXT, args=("0", "0")))
    twice = composed("g", TEXT, {"x": TEXT}, "1", *operations)
    session = executor(engine, neural("f"), twice).session(batch=8)
    for ticket, symbol, text in ((1, "f", "a"), (2, "g", "b"), (3, "f", "odd"), (4, "f", "a")):
        session.begin(ticket, symbol, (text,))
    session.begin(5, "f", (3,))
    ((unfit, failure),) = session.take()
    assert unfit == 5
    assert isinstance(failure, Failure) and failure.code == "P0801"
    session.advance()
    found = {ticket: outcome.value if isinstance(outcome, Answer) else outcome for ticket, outcome in session.take()}
    assert found == {1: "A", 2: "BB", 3: ODD, 4: "A"}
    assert engine.batches == [("f", [("a",), ("b",), ("odd",)])]
    session.advance()
    assert session.take() == []


def test_in_a_session_a_lone_call_is_not_passed_over_for_ever() -> None:
    engine = Table(common=lambda x: x, rare=lambda x: x)
    session = executor(engine, neural("common"), neural("rare")).session(batch=2)
    session.begin("rare", "rare", ("a",))
    for turn in range(20):
        for number in range(2):
            session.begin(turn, "common", (f"{turn} {number}",))
        session.advance()
        if "rare" in [ticket for ticket, _ in session.take()]:
            break
    assert 0 < turn <= PATIENCE


def test_a_session_does_not_know_functions_that_are_not_there() -> None:
    with pytest.raises(InternalError, match="nothing"):
        executor(Table()).session().begin(1, "nothing", ())
