"""Random composed modules: the batched dataflow gives what evaluating one record after the other gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pawc import std
from pawc.base.types import TEXT, List
from pawc.ir.nodes import (
    AnyOperation,
    Arm,
    Block,
    Call,
    ComposedFunction,
    Concat,
    Const,
    MakeList,
    Map,
    Match,
    Module,
    NeuralFunction,
    Param,
)
from pawc.runtime.executor import Executor
from pawc.runtime.outcome import Answer, Failure, Outcome

X = (Param(name="x", type=TEXT),)
NEURAL = tuple(NeuralFunction(symbol=name, params=X, result=TEXT, spec="") for name in ("n0", "n1", "n2"))


def answer(symbol: str, text: str) -> Outcome:
    """What the fake interpreter says: short, so that values meet again; it fails for some."""
    digest = (sum(map(ord, text)) * 31 + len(text) + int(symbol[1])) % 11
    return Failure("P0000", f"{symbol} failed on {text}") if digest == 7 else Answer("abc"[digest % 3], "")


class Engine:
    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        return [answer(function.symbol, text) for (text,) in batch]


def naive(functions: Mapping[str, Any], symbol: str, argument: Any) -> Any:
    """One record, one operation at a time, on demand; a failure is raised as it is met."""
    function = functions.get(symbol)
    if isinstance(function, NeuralFunction):
        outcome = answer(symbol, argument)
        if isinstance(outcome, Failure):
            raise Failed(outcome)
        return outcome.value
    if function is None:
        builtin = std.lookup(symbol)
        assert builtin is not None
        value = builtin.call(argument)
        if isinstance(value, std.Error):
            raise Failed(Failure("P0804", f"{symbol.removeprefix('std.')}: {value.message}"))
        return value
    return naive_block(functions, function.body, {"x": lambda: argument})


def naive_block(functions: Mapping[str, Any], block: Block, outer: Mapping[str, Any]) -> Any:
    values = dict(outer)
    for operation in block.operations:
        values[operation.result] = lambda operation=operation: evaluate(functions, operation, values)
    return values[block.result]()


def evaluate(functions: Mapping[str, Any], operation: AnyOperation, values: Mapping[str, Any]) -> Any:
    match operation:
        case Const(value=value):
            return value
        case Call(callee=callee, args=(arg,)):
            return naive(functions, callee, values[arg]())
        case Map(callee=callee, args=(arg,)):
            return [naive(functions, callee, item) for item in values[arg]()]
        case Concat(args=args):
            return "".join([values[arg]() for arg in args])
        case MakeList(args=args):
            return [values[arg]() for arg in args]
        case Match(arg=arg, arms=arms):
            subject = values[arg]()
            arm = next(arm for arm in arms if arm.is_default or arm.pattern == subject)
            return naive_block(functions, arm.block, values)
    raise AssertionError(operation)


class Failed(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure


@st.composite
def blocks(draw: st.DrawFn, callees: tuple[str, ...], texts: tuple[str, ...], depth: int, prefix: str) -> Block:
    """A block over the text values it can see; it yields a text."""
    lists: tuple[str, ...] = ()
    operations: list[AnyOperation] = []
    for index in range(draw(st.integers(1, 5))):
        name = f"{prefix}{index}"
        one = draw(st.sampled_from(texts))
        kinds = ["call", "call", "concat", "const", "list", *(["map"] if lists else []), *(["match"] if depth else [])]
        kind = draw(st.sampled_from(kinds))
        if kind == "call":
            operations.append(Call(result=name, callee=draw(st.sampled_from(callees)), args=(one,)))
        elif kind == "concat":
            operations.append(Concat(result=name, args=(one, draw(st.sampled_from(texts)))))
        elif kind == "const":
            operations.append(Const(result=name, value=draw(st.sampled_from(["a", "b", " q ", ""]))))
        elif kind == "list":
            items = draw(st.lists(st.sampled_from(texts), max_size=4))
            operations.append(MakeList(result=name, args=tuple(items)))
            lists += (name,)
            continue
        elif kind == "map":
            mapped = Map(result=f"{name}m", callee=draw(st.sampled_from(callees)), args=(draw(st.sampled_from(lists)),))
            operations.append(mapped)
            operations.append(Call(result=name, callee="joined", args=(f"{name}m",)))
        else:
            patterns = draw(st.lists(st.sampled_from("abc"), unique=True, max_size=2))
            arms = [Arm(pattern=p, block=draw(blocks(callees, texts, depth - 1, f"{name}{p}"))) for p in patterns]
            default = draw(blocks(callees, texts, depth - 1, f"{name}d"))
            arms.append(Arm(pattern=None, is_default=True, block=default))
            operations.append(Match(result=name, arg=one, arms=tuple(arms)))
        texts += (name,)
    return Block(operations=tuple(operations), result=draw(st.sampled_from(texts)))


@st.composite
def modules(draw: st.DrawFn) -> Module:
    """Neural functions, and composed ones that call those before them; the last is the entry."""
    joined = ComposedFunction(
        symbol="joined",
        params=(Param(name="x", type=List(TEXT)),),
        result=TEXT,
        body=Block(operations=(Call(result="r", callee="std.json.format", args=("x",)),), result="r"),
    )
    functions: list[ComposedFunction] = []
    for index in range(draw(st.integers(1, 4))):
        callees = ("n0", "n1", "n2", "std.text.upper", "std.text.strip", *(f.symbol for f in functions))
        body = draw(blocks(callees, ("x",), 2, "v"))
        functions.append(ComposedFunction(symbol=f"c{index}", params=X, result=TEXT, body=body))
    return Module(name="m", stage="linked", functions=(*NEURAL, joined, *functions), entry=functions[-1].symbol)


@given(
    module=modules(),
    records=st.lists(st.text("abcq ", max_size=4), max_size=12),
    batch=st.integers(1, 5),
    traced=st.booleans(),
)
def test_dataflow_gives_what_naive_evaluation_gives(
    module: Module, records: list[str], batch: int, traced: bool
) -> None:
    functions = {function.symbol: function for function in module.functions}
    executor = Executor(module, Engine())
    assert module.entry is not None
    incoming = [(text,) for text in records]
    if traced:
        found = [outcome for outcome, _ in executor.trace(module.entry, incoming, batch)]
    else:
        found = executor.run(module.entry, incoming, batch)
    expected: list[Outcome] = []
    for text in records:
        try:
            value = naive(functions, module.entry, text)
            expected.append(Answer(value, value))
        except Failed as error:
            expected.append(error.failure)
    assert [kind(outcome) for outcome in found] == [kind(outcome) for outcome in expected]


def kind(outcome: Outcome) -> object:
    """A record fails in both or in neither; of several failures each may meet another first."""
    return "failed" if isinstance(outcome, Failure) else outcome
