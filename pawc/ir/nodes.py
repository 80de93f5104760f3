"""The intermediate representation: one module of typed functions, neural or composed.

Frozen, keyword-only dataclasses with tuples; spans take no part in equality. A module never holds
tensors: a `BlobRef` names one in a blob store by its hash. `printer` writes a module as text,
`ir_parser` reads it back equal, `verify` says what must hold after each stage.

Stages, in order (`Module.stage`):

| stage      | what holds                                                                          |
|------------|-------------------------------------------------------------------------------------|
| `lowered`  | syntax is gone; callees are names as the source wrote them (`ans.short`)            |
| `resolved` | callees are symbols (`lib/answers.short`, `std.text.strip`); each is declared       |
| `checked`  | every operation carries its type; calls agree with signatures; examples with types  |
| `compiled` | every neural function has a program                                                 |
| `linked`   | every callee is defined in the module itself or in `std`; something can be called  |
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pawc.base.source import Span
from pawc.base.types import Frozen, Type

STAGES = ("lowered", "resolved", "checked", "compiled", "linked")


@dataclass(frozen=True, kw_only=True)
class Param:
    name: str
    type: Type
    span: Span | None = field(default=None, compare=False, repr=False)


# Operations of composed functions. Values are named `%page`, `%0`, ...: each is assigned once, and is
# visible from there to the end of its block and in the blocks nested there.


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What every operation has: a result name, the result's type once checked, places in the source.

    `operand_spans` are the places of `operands(operation)`, in their order; empty where the source is not known.
    """

    result: str
    type: Type | None = None
    span: Span | None = field(default=None, compare=False, repr=False)
    operand_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Const(Operation):
    """`%0 = const "x"`."""

    value: Frozen


@dataclass(frozen=True, kw_only=True)
class Call(Operation):
    """`%1 = call @urgency(%0)`: a neural, composed or standard-library function."""

    callee: str
    args: tuple[str, ...]
    callee_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Map(Operation):
    """`%1 = map[0] @urgency(%mails)`: the callee once per item of argument number `over`, in order."""

    callee: str
    args: tuple[str, ...]
    over: int = 0
    callee_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Concat(Operation):
    """`%2 = concat(%0, %1)`: texts joined; int, float and bool are converted (`types.render`)."""

    args: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MakeList(Operation):
    """`%2 = list(%0, %1)`."""

    args: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MakeRecord(Operation):
    """`%2 = record(name: %0, due: %1)`."""

    names: tuple[str, ...]
    args: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GetField(Operation):
    """`%1 = field %0.name`."""

    arg: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Arm:
    """`case "wait" {...}`, `default {...}`. Only the arm that is taken is evaluated."""

    pattern: Frozen
    is_default: bool = False
    block: Block
    span: Span | None = field(default=None, compare=False, repr=False)  # of the pattern


@dataclass(frozen=True, kw_only=True)
class Match(Operation):
    """`%3 = match %1 { case "a" { ... yield %2 } default { ... } }`."""

    arg: str
    arms: tuple[Arm, ...]


AnyOperation: TypeAlias = Const | Call | Map | Concat | MakeList | MakeRecord | GetField | Match


@dataclass(frozen=True, kw_only=True)
class Block:
    """Operations in order, and the name of the value the block yields."""

    operations: tuple[AnyOperation, ...]
    result: str
    result_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class BlobRef:
    """A tensor in a blob store. `dtype` as safetensors names it: `BF16`, `F16`, `I8`, `U8`."""

    sha256: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """Key/value states the interpreter attends to before anything else, positions 0 .. length-1.

    The tensor is `[layers, 2, kv_heads, length, head_dim]` (2: keys after rotary embedding, values).
    `bits` 16: `data` holds it, `scales` is None. Fewer: `data` holds packed unsigned integers, `scales`
    what is needed to undo that (`docs/format.md`, "Quantised prefixes").
    """

    length: int
    bits: int
    group: int
    data: BlobRef
    scales: BlobRef | None = None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What is known of the scores of a function's labels: `(score + bias) / temperature` are better.

    `bias` has a number for each label, in the order of the type (then null, where that is an answer); `examples`
    is how many examples it was fitted on: 0 where inputs that say nothing had to do.
    """

    temperature: float
    bias: tuple[float, ...]
    examples: int


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a neural function was compiled to. The interpreter sees: prefix, tokens, input; it writes the output.

    `level` 0..3 is the optimisation level that made it; `interpreter` and `compiler` are sha256 names
    (`compiler` is empty where no neural compiler took part); `report` is for people: key/value facts about
    how it was made (steps, held-back loss, score), in order. Without a `calibration` labels' scores count as they are.
    """

    level: int
    interpreter: str
    compiler: str = ""
    tokens: tuple[int, ...]
    prefix: Prefix | None = None
    calibration: Calibration | None = None
    report: tuple[tuple[str, Frozen], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Example:
    """One input (a value per parameter) and its output, frozen values."""

    inputs: tuple[Frozen, ...]
    output: Frozen
    span: Span | None = field(default=None, compare=False, repr=False)
    input_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    output_span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class NeuralFunction:
    """A function that a specification and examples describe."""

    symbol: str
    params: tuple[Param, ...]
    result: Type
    spec: str
    examples: tuple[Example, ...] = ()
    options: tuple[tuple[str, Frozen], ...] = ()
    program: Program | None = None
    span: Span | None = field(default=None, compare=False, repr=False)
    option_spans: tuple[tuple[Span, Span], ...] = field(default=(), compare=False, repr=False)  # name, value


@dataclass(frozen=True, kw_only=True)
class ComposedFunction:
    """A function that is an expression over others; no model is compiled for it."""

    symbol: str
    params: tuple[Param, ...]
    result: Type
    body: Block
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """The signature of a function that another object defines."""

    symbol: str
    params: tuple[Param, ...]
    result: Type
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class TestSuite:
    """Tests of one function. They stay apart from it, so that nothing that compiles it can see them.

    `at_least` is the pass rate they must reach; None: every one must hold.
    """

    __test__ = False  # not a pytest class

    function: str
    cases: tuple[Example, ...]
    at_least: float | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


Function: TypeAlias = NeuralFunction | ComposedFunction


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file this module imports: `path` is its module name (`lib/answers`), `alias` how the source calls it.

    `names` of a `from` import: (name there, name here). Standard modules have paths like `std.text`.
    """

    path: str
    alias: str | None
    names: tuple[tuple[str, str], ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)
    name_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Module:
    """One source file, or after linking the whole program.

    `name` is the file's path below the project root without `.paw` (`lib/answers`); the functions' symbols
    start with it (`lib/answers.short`). A linked module has an `entry`, or `exports`: what may be called by
    name from outside. `sources` are (path below the root, sha256) of every file read:
    the source itself and its data files.
    """

    name: str
    stage: str
    imports: tuple[Import, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    functions: tuple[Function, ...] = ()
    tests: tuple[TestSuite, ...] = ()
    entry: str | None = None
    exports: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    def function(self, symbol: str) -> Function | None:
        return next((f for f in self.functions if f.symbol == symbol), None)

    @property
    def neural(self) -> tuple[NeuralFunction, ...]:
        return tuple(f for f in self.functions if isinstance(f, NeuralFunction))


def walk(block: Block) -> Iterator[AnyOperation]:
    """Every operation of a block, nested blocks included, in order."""
    for operation in block.operations:
        yield operation
        if isinstance(operation, Match):
            for arm in operation.arms:
                yield from walk(arm.block)


def operands(operation: AnyOperation) -> tuple[str, ...]:
    """The values an operation reads itself (not those that nested blocks read)."""
    match operation:
        case Call(args=args) | Map(args=args) | Concat(args=args) | MakeList(args=args) | MakeRecord(args=args):
            return args
        case GetField(arg=arg) | Match(arg=arg):
            return (arg,)
    return ()


def base_name(symbol: str) -> str:
    """`short` of `lib/answers.short`."""
    return symbol.rpartition(".")[2]


def is_public(symbol: str) -> bool:
    """A leading `_` makes a function private to its file."""
    return not base_name(symbol).startswith("_")


def is_identifier(name: str) -> bool:
    """Whether a name can stand bare: `NAME` of the grammars, which is what Python takes, of ASCII alone."""
    return name.isascii() and name.isidentifier()


def content_key(node: NeuralFunction | ComposedFunction | Module, *salt: str) -> str:
    """sha256 of a node's canonical form (spans take no part) and of `salt`: what caches are keyed by."""
    from pawc.ir.codec import canonical_json  # the codec knows the nodes, not the other way round

    digest = hashlib.sha256(canonical_json(node).encode())
    for part in salt:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()
