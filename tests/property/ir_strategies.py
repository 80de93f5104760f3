"""Hypothesis strategies for the IR: types, values, and modules that keep every rule of their stage."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import count

import numpy as np
from hypothesis import strategies as st
from pawc.passes.quantize_prefix import quantize

from pawc.base.types import (
    BOOL,
    FLOAT,
    INT,
    TEXT,
    Bool,
    Float,
    Frozen,
    FrozenRecord,
    Int,
    Labels,
    List,
    Matching,
    Optional,
    Record,
    Type,
    assignable,
    choices,
    is_ambiguous,
)
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import (
    AnyOperation,
    Arm,
    Block,
    Calibration,
    Call,
    ComposedFunction,
    Concat,
    Const,
    Declaration,
    Example,
    Function,
    GetField,
    Import,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    NeuralFunction,
    Param,
    Prefix,
    Program,
    TestSuite,
)

BLOBS = BlobStore()
"""Where the prefixes of generated programs are."""

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
OPTIONS = st.sampled_from(["max_tokens", "prefix_tokens", "steps", "seed"])  # those that suit any result
ODD_NAMES = NAMES | st.text(min_size=1, max_size=6)
MODULE_NAMES = st.sampled_from(["mail", "lib/answers", "my mail.box", "ärger/im haus", 'quo"te'])
PATTERNS = st.sampled_from([r"[a-c]+", r"a/b", r"a\/b", r"\d{2}\\", r"x|", "\n"])

SCALARS: st.SearchStrategy[Type] = st.one_of(
    st.sampled_from([TEXT, INT, FLOAT, BOOL]),
    st.lists(st.text(max_size=8), min_size=2, max_size=4, unique=True).map(lambda names: Labels(tuple(names))),
    PATTERNS.map(Matching),
)


def _containers(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    fields = st.lists(st.tuples(ODD_NAMES, inner), min_size=1, max_size=3, unique_by=lambda field: field[0])
    optional = inner.map(Optional).filter(lambda kind: not is_ambiguous(kind))  # no function may have such a type
    return st.one_of(inner.map(List), optional, fields.map(tuple).map(Record))


TYPES: st.SearchStrategy[Type] = st.recursive(SCALARS, _containers, max_leaves=4)


def values(kind: Type) -> st.SearchStrategy[Frozen]:
    """Frozen values of a type."""
    match kind:
        case Int():
            return st.integers()
        case Float():
            return st.floats(allow_nan=False, allow_infinity=False)
        case Bool():
            return st.booleans()
        case Labels(names):
            return st.sampled_from(names)
        case Matching(pattern):
            return st.from_regex(pattern, fullmatch=True)
        case List(item):
            return st.lists(values(item), max_size=3).map(tuple)
        case Optional(item):
            return st.none() | values(item)
        case Record(fields):
            inside = st.tuples(*(values(field) for _, field in fields))
            return inside.map(lambda made: FrozenRecord(tuple(zip(dict(fields), made, strict=True))))
    return st.text(max_size=20)


@cache
def _prefix(seed: int, bits: int, group: int) -> Prefix:
    """A small prefix of an interpreter that has 2 layers, 1 head of 8 channels."""
    floats = np.random.default_rng(seed).normal(size=(2, 2, 1, 3, 8)).astype(np.float32)
    if bits == 16:
        return Prefix(length=3, bits=16, group=0, data=BLOBS.put(floats.astype(np.float16)))
    return quantize(floats, bits, group, BLOBS)


PREFIXES = st.builds(_prefix, st.integers(0, 3), st.sampled_from([16, 8, 6, 4]), st.sampled_from([0, 2]))
REPORTS = st.lists(
    st.tuples(ODD_NAMES, values(INT) | values(TEXT) | values(FLOAT)), max_size=2, unique_by=lambda f: f[0]
)


def programs(interpreter: str) -> st.SearchStrategy[Program]:
    """Programs for one interpreter."""
    return st.builds(
        Program,
        level=st.integers(0, 3),
        interpreter=st.just(interpreter),
        compiler=st.just("") | HASHES,
        tokens=st.lists(st.integers(0, 2**32 - 1), max_size=30).map(tuple),
        prefix=st.none() | PREFIXES,
        report=REPORTS.map(tuple),
    )


def calibrations(labels: int) -> st.SearchStrategy[Calibration]:
    """Calibrations for so many labels."""
    return st.builds(
        Calibration,
        temperature=st.floats(0.01, 100),
        bias=st.tuples(*[st.floats(-50, 50)] * labels),
        examples=st.integers(0, 99),
    )


@st.composite
def params(draw: st.DrawFn) -> tuple[Param, ...]:
    names = draw(st.lists(ODD_NAMES, min_size=1, max_size=3, unique=True))
    return tuple(Param(name=name, type=draw(TYPES)) for name in names)


@st.composite
def examples(draw: st.DrawFn, function: Function) -> Example:
    inputs = tuple(draw(values(param.type)) for param in function.params)
    return Example(inputs=inputs, output=draw(values(function.result)))


@st.composite
def neural_functions(draw: st.DrawFn, symbol: str, interpreter: str | None) -> NeuralFunction:
    options = draw(st.lists(st.tuples(OPTIONS, st.integers(1, 99)), max_size=2, unique_by=lambda option: option[0]))
    function = NeuralFunction(
        symbol=symbol,
        params=draw(params()),
        result=draw(TYPES),
        spec=draw(st.text(max_size=40)),
        options=tuple(options),
        program=None if interpreter is None else draw(programs(interpreter)),
    )
    if function.program is not None and (answers := choices(function.result)) and draw(st.booleans()):
        fitted = draw(calibrations(len(answers)))
        function = replace(function, program=replace(function.program, calibration=fitted))
    return replace(function, examples=tuple(draw(st.lists(examples(function), max_size=2))))


def widened(draw: st.DrawFn, kind: Type) -> Type:
    """A type to which `kind` may be assigned."""
    wider = [kind, Optional(kind) if not isinstance(kind, Optional) else kind, *([FLOAT, FLOAT] if kind == INT else [])]
    return draw(st.sampled_from(wider))


class _Body:
    """Draws well-typed operations; every value it makes is of a known type."""

    def __init__(self, draw: st.DrawFn, known: list[Function | Declaration], taken: set[str]) -> None:
        self._draw = draw
        self._known = known
        self._taken = taken

    def block(self, scope: dict[str, Type], wanted: Type | None, depth: int) -> tuple[Block, Type]:
        operations: list[AnyOperation] = []
        scope = dict(scope)
        for _ in range(self._draw(st.integers(0, 3))):
            self._any(operations, scope, depth)
        if wanted is None:
            result = self._draw(st.sampled_from(sorted(scope)))
        else:
            result = self._constant(operations, scope, wanted)
        return Block(operations=tuple(operations), result=result), scope[result]

    def _add(self, operations: list[AnyOperation], scope: dict[str, Type], op: AnyOperation) -> str:
        assert op.type is not None
        operations.append(op)
        scope[op.result] = op.type
        return op.result

    def _name(self) -> str:
        base = self._draw(st.sampled_from(["", "v ", "t."]))
        name = next(name for i in count() if (name := f"{base}{i}") not in self._taken)
        self._taken.add(name)
        return name

    def _constant(self, operations: list[AnyOperation], scope: dict[str, Type], kind: Type) -> str:
        op = Const(result=self._name(), type=kind, value=self._draw(values(kind)))
        return self._add(operations, scope, op)

    def _argument(self, operations: list[AnyOperation], scope: dict[str, Type], kind: Type) -> str:
        """A value that may stand where a `kind` is expected: one that is there, one of a narrower type, a constant."""
        fitting = sorted(name for name, given in scope.items() if assignable(given, kind))
        if fitting and self._draw(st.booleans()):
            return self._draw(st.sampled_from(fitting))
        return self._constant(operations, scope, INT if kind == FLOAT and self._draw(st.booleans()) else kind)

    def _any(self, operations: list[AnyOperation], scope: dict[str, Type], depth: int) -> None:
        kinds = ["const", "concat", "list", "record", *(["call", "map"] if self._known else [])]
        kinds += ["match"] if depth < 2 else []
        match self._draw(st.sampled_from(kinds)):
            case "const":
                self._constant(operations, scope, self._draw(TYPES))
            case "concat":
                args = [self._constant(operations, scope, self._draw(SCALARS)) for _ in range(2)]
                self._add(operations, scope, Concat(result=self._name(), type=TEXT, args=tuple(args)))
            case "list":
                name, kind = self._draw(st.sampled_from(sorted(scope.items(), key=lambda item: item[0])))
                self._add(operations, scope, MakeList(result=self._name(), type=List(kind), args=(name, name)))
            case "record":
                name, kind = self._draw(st.sampled_from(sorted(scope.items(), key=lambda item: item[0])))
                field = self._draw(ODD_NAMES)
                kind = widened(self._draw, kind)
                record = MakeRecord(result=self._name(), type=Record(((field, kind),)), names=(field,), args=(name,))
                made = self._add(operations, scope, record)
                self._add(operations, scope, GetField(result=self._name(), type=kind, arg=made, name=field))
            case "call":
                callee = self._draw(st.sampled_from(self._known))
                args = [self._argument(operations, scope, param.type) for param in callee.params]
                call = Call(result=self._name(), type=callee.result, callee=callee.symbol, args=tuple(args))
                self._add(operations, scope, call)
            case "map":
                callee = self._draw(st.sampled_from(self._known))
                over = self._draw(st.integers(0, len(callee.params) - 1))
                wanted = [List(p.type) if i == over else p.type for i, p in enumerate(callee.params)]
                given = tuple(self._argument(operations, scope, kind) for kind in wanted)
                mapped = Map(result=self._name(), type=List(callee.result), callee=callee.symbol, args=given, over=over)
                self._add(operations, scope, mapped)
            case "match":
                self._match(operations, scope, depth)

    def _match(self, operations: list[AnyOperation], scope: dict[str, Type], depth: int) -> None:
        kind = self._draw(st.sampled_from([INT, BOOL, Labels(("a", "b")), Optional(BOOL)]))
        subject = self._constant(operations, scope, kind)
        wanted = self._draw(TYPES)
        patterns = self._draw(st.lists(values(kind), max_size=2, unique=True))
        arms = [Arm(pattern=pattern, block=self.block(scope, wanted, depth + 1)[0]) for pattern in patterns]
        if not arms or self._draw(st.booleans()):
            arms.append(Arm(pattern=None, is_default=True, block=self.block(scope, wanted, depth + 1)[0]))
        self._add(operations, scope, Match(result=self._name(), type=wanted, arg=subject, arms=tuple(arms)))


@st.composite
def composed_functions(draw: st.DrawFn, symbol: str, known: list[Function | Declaration]) -> ComposedFunction:
    its = draw(params())
    scope = {param.name: param.type for param in its}
    body, result = _Body(draw, known, set(scope)).block(scope, None, 0)
    return ComposedFunction(symbol=symbol, params=its, result=widened(draw, result), body=body)


@st.composite
def twins(draw: st.DrawFn, symbol: str, function: NeuralFunction) -> NeuralFunction:
    """The same function under another symbol, or one that differs in a token."""
    program = function.program
    if program is not None and draw(st.booleans()):
        program = replace(program, tokens=(*program.tokens, 7))
    return replace(function, symbol=symbol, spec=draw(st.text(max_size=5)), program=program)


@st.composite
def modules(draw: st.DrawFn, stage: str = "compiled") -> Module:
    """Modules of a stage: `checked`, `compiled` or `linked`."""
    name = draw(MODULE_NAMES)
    linked = stage == "linked"
    interpreter = None if stage == "checked" else draw(HASHES)
    declarations: list[Declaration] = []
    if not linked and draw(st.booleans()):
        declarations.append(Declaration(symbol="lib/other.short", params=draw(params()), result=draw(TYPES)))
    functions: list[Function] = []
    for short in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True)):
        symbol = f"{name}.{short}"
        neural = [function for function in functions if isinstance(function, NeuralFunction)]
        if neural and draw(st.integers(0, 2)) == 0:
            functions.append(draw(twins(symbol, draw(st.sampled_from(neural)))))
        elif draw(st.booleans()):
            functions.append(draw(neural_functions(symbol, interpreter)))
        else:
            functions.append(draw(composed_functions(symbol, [*declarations, *functions])))
    suites = []
    for function in functions if not linked else []:
        if draw(st.booleans()):
            cases = tuple(draw(st.lists(examples(function), max_size=2)))
            rate = draw(st.none() | st.floats(0, 1))
            suites.append(TestSuite(function=function.symbol, cases=cases, at_least=rate))
    imports = [Import(path="lib/other", alias=draw(st.none() | NAMES), names=(("short", draw(NAMES)),))]
    symbols = [function.symbol for function in functions]
    return Module(
        name=name,
        stage=stage,
        imports=tuple(imports) if declarations else (),
        declarations=tuple(declarations),
        functions=tuple(functions),
        tests=tuple(suites),
        entry=symbols[0] if linked else None,
        exports=tuple(symbols) if linked else (),
        sources=tuple((path, draw(HASHES)) for path in draw(st.lists(st.text(max_size=5), max_size=2, unique=True))),
    )


def any_module() -> st.SearchStrategy[Module]:
    """Modules of any stage that carries types."""
    return st.sampled_from(["checked", "compiled", "linked"]).flatmap(lambda stage: modules(stage))
