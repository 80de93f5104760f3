"""The rules of the IR: a module -> what is wrong with it.

`RULES` is the whole list, by the stage from which each rule holds: a module must keep the rules of its own
stage and of all before it. A rule is a function that yields a message, with a place where there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pawc.base.graphs import find_cycle
from pawc.base.types import Type, assignable, is_ambiguous, mismatch, thaw
from pawc.base.unicode import is_text
from pawc.ir import tensors
from pawc.ir.callgraph import call_graph, is_std
from pawc.ir.nodes import STAGES, Call, Map, Module, walk
from pawc.ir.op_types import signatures, type_error
from pawc.ir.verify_parts import (
    Problem,
    blob_problem,
    calibration_problem,
    composed,
    depth,
    examples,
    is_hash,
    operations,
    repeated,
    scope_problems,
    shape_problem,
    signature_types,
    texts,
    type_problem,
    types,
    value_problem,
    values,
)
from pawc.lowering import options

Rule: TypeAlias = Callable[[Module], Iterator[Problem]]

MAX_NESTING = 32
"""Matches inside matches: what is read back must stay within `codec.MAX_DEPTH`."""


def problems(module: Module) -> list[Problem]:
    """Everything wrong with a module for its stage. Rules that take others for granted wait until those hold."""
    if module.stage not in STAGES:
        return [(f"`{module.stage}` is no stage", None)]
    for stage in STAGES[: STAGES.index(module.stage) + 1]:
        for rule in RULES[stage]:
            if found := list(rule(module)):
                return found
    return []


# --- lowered: a well-formed tree -----------------------------------------------------------------------------


def texts_are_unicode(module: Module) -> Iterator[Problem]:
    """No text holds half a character (a lone surrogate): it could not be written to a file."""
    for text in texts(module):
        if not is_text(text):
            yield f"half a character in {text[:40]!r}", None


def symbols_are_unique(module: Module) -> Iterator[Problem]:
    """A symbol names one function or declaration."""
    everything = (*module.functions, *module.declarations)
    for symbol, count in Counter(f.symbol for f in everything).items():
        if count > 1:
            yield f"@{symbol} is defined {count} times", None


def symbols_carry_the_module(module: Module) -> Iterator[Problem]:
    """Symbols are `<module>.<name>`; until linking, a module's functions carry its own name. None is in `std.*`."""
    for function in (*module.functions, *module.declarations):
        home, dot, name = function.symbol.rpartition(".")
        if not (home and dot and name):
            yield f"@{function.symbol} is not `<module>.<name>`", function.span
        elif is_std(function.symbol):
            yield f"@{function.symbol} is in the standard library", function.span
    if module.stage == "linked":
        return
    for function in module.functions:
        if function.symbol.rpartition(".")[0] != module.name:
            yield f"@{function.symbol} does not belong to module {module.name}", function.span


def types_are_sound(module: Module) -> Iterator[Problem]:
    """Unions have labels, each once, records have fields, each once; patterns are decidable; nesting is bounded.

    No label of what may be null reads as null, where a function takes or gives it.
    """
    for kind, span in types(module):
        if why := type_problem(kind):
            yield why, span
    for kind, span in signature_types(module):
        if is_ambiguous(kind):
            yield f"`{kind}` has a label that is written like null", span


def parameters_are_sound(module: Module) -> Iterator[Problem]:
    """A function has parameters, of different names."""
    for function in (*module.functions, *module.declarations):
        names = [param.name for param in function.params]
        if not names or not all(names):
            yield f"@{function.symbol} has no parameters, or one without a name", function.span
        for name in repeated(names):
            yield f"@{function.symbol} has two parameters %{name}", function.span


def constants_are_values(module: Module) -> Iterator[Problem]:
    """Constants, examples, options and reports hold values of the language: no NaN, no infinity."""
    for value, span in values(module):
        if why := value_problem(value):
            yield why, span


def blocks_are_bounded(module: Module) -> Iterator[Problem]:
    """Matches are not nested deeper than files can hold."""
    for function in composed(module):
        if depth(function.body) > MAX_NESTING:
            yield f"@{function.symbol} nests matches more than {MAX_NESTING} deep", function.span


def operations_are_well_formed(module: Module) -> Iterator[Problem]:
    """Operations have the operands they need: a map maps over one of its arguments, a match has arms, ..."""
    for _, operation in operations(module):
        if why := shape_problem(operation):
            yield f"%{operation.result}: {why}", operation.span


def values_are_assigned_before_use(module: Module) -> Iterator[Problem]:
    """Each value is assigned once in its function, before it is used, in a block that encloses the use."""
    for function in composed(module):
        names = [param.name for param in function.params]
        names += [operation.result for operation in walk(function.body)]
        for name in repeated(names):
            yield f"%{name} is assigned twice in @{function.symbol}", function.span
        yield from scope_problems(function.body, frozenset(p.name for p in function.params), function)


def examples_fit_parameters(module: Module) -> Iterator[Problem]:
    """An example or test has one input per parameter."""
    for function, example in examples(module):
        if len(example.inputs) != len(function.params):
            yield f"an example of @{function.symbol} has {len(example.inputs)} inputs", example.span


def options_are_unique(module: Module) -> Iterator[Problem]:
    """An option or a fact of a report is given once."""
    for function in module.neural:
        report = function.program.report if function.program else ()
        for name in (*repeated([n for n, _ in function.options]), *repeated([n for n, _ in report])):
            yield f"@{function.symbol} says `{name}` twice", function.span


def options_are_possible(module: Module) -> Iterator[Problem]:
    """Options are those of `lowering.options`, each a number of its kind and range, of a result that it suits."""
    for function in module.neural:
        for name, given in function.options:
            if (option := options.OPTIONS.get(name)) is None:
                yield f"@{function.symbol} has an option `{name}`, and there is none", function.span
            elif not isinstance(given, int | float) or options.wrong_type(option, given):
                yield f"`{name}` of @{function.symbol} is no {option.kind.__name__}", function.span
            elif options.out_of_range(option, given):
                yield f"`{name}` of @{function.symbol} is not from {option.low} to {option.high}", function.span
            elif not option.suits(function.result):
                yield f"@{function.symbol} cannot have `{name}`, that is for {option.suits_doc}", function.span


def tests_name_functions(module: Module) -> Iterator[Problem]:
    """A test suite tests a function of this module, and its pass rate is a rate."""
    for suite in module.tests:
        if module.function(suite.function) is None:
            yield f"a test of @{suite.function}, which is not here", suite.span
        if suite.at_least is not None and not 0 <= suite.at_least <= 1:
            yield f"a pass rate of {suite.at_least}", suite.span


def sources_have_hashes(module: Module) -> Iterator[Problem]:
    """Every source has its sha256, and is named once."""
    for path, digest in module.sources:
        if not is_hash(digest):
            yield f"source {path!r} has no sha256", None
    for path in repeated([path for path, _ in module.sources]):
        yield f"source {path!r} is named twice", None


def programs_are_sound(module: Module) -> Iterator[Problem]:
    """A program's level, tokens and names are possible ones; prefix and calibration are as docs/format.md says."""
    for function in module.neural:
        if (program := function.program) is None:
            continue
        if program.level not in range(4):
            yield f"@{function.symbol} was compiled at level {program.level}", function.span
        if any(not 0 <= token < 1 << 32 for token in program.tokens):
            yield f"@{function.symbol} has tokens that are none", function.span
        if not is_hash(program.interpreter) or not (program.compiler == "" or is_hash(program.compiler)):
            yield f"@{function.symbol} names its interpreter or compiler by something else than sha256", function.span
        if (fitted := program.calibration) is not None and (fault := calibration_problem(fitted, function.result)):
            yield f"@{function.symbol}: {fault}", function.span
        if program.prefix is None:
            continue
        for blob in (program.prefix.data, program.prefix.scales):
            if blob is not None and (why := blob_problem(blob)):
                yield f"@{function.symbol}: {why}", function.span
                return
        if why := tensors.prefix_problem(program.prefix):
            yield f"the prefix of @{function.symbol}: {why}", function.span


# --- resolved: names mean something --------------------------------------------------------------------------


def callees_are_declared(module: Module) -> Iterator[Problem]:
    """Every callee is defined or declared here, or is in `std`."""
    known = signatures(module)
    for function, operation in operations(module):
        if isinstance(operation, Call | Map) and operation.callee not in known and not is_std(operation.callee):
            yield f"@{function.symbol} calls @{operation.callee}, which is not declared", operation.span


# --- checked: types agree ------------------------------------------------------------------------------------


def functions_do_not_recur(module: Module) -> Iterator[Problem]:
    """No function reaches itself."""
    if cycle := find_cycle(call_graph(module)):
        yield "functions call each other in a circle: " + " -> ".join(f"@{symbol}" for symbol in cycle), None


def operations_are_typed(module: Module) -> Iterator[Problem]:
    """Every operation carries its type."""
    for function, operation in operations(module):
        if operation.type is None:
            yield f"%{operation.result} in @{function.symbol} has no type", operation.span


def operations_agree_with_types(module: Module) -> Iterator[Problem]:
    """Operands are of the types their operation wants, and its own type is what it gives."""
    known = signatures(module)
    for function in composed(module):
        types: dict[str, Type] = {param.name: param.type for param in function.params}
        types |= {op.result: op.type for op in walk(function.body) if op.type is not None}
        for operation in walk(function.body):
            if why := type_error(operation, types, known):
                yield f"%{operation.result} in @{function.symbol}: {why}", operation.span
        if not assignable(types[function.body.result], function.result):
            yield f"@{function.symbol} yields `{types[function.body.result]}`, not `{function.result}`", function.span


def examples_are_of_their_types(module: Module) -> Iterator[Problem]:
    """Inputs and outputs of examples and tests are values of the parameters' types and the result type."""
    for function, example in examples(module):
        for param, value in zip(function.params, example.inputs, strict=True):
            if why := mismatch(param.type, thaw(value)):
                yield f"an example of @{function.symbol}: {param.name}: {why}", example.span
        if why := mismatch(function.result, thaw(example.output)):
            yield f"an example of @{function.symbol}: {why}", example.span


def entry_is_a_function(module: Module) -> Iterator[Problem]:
    """The entry and the exports are functions of the module."""
    for symbol in (*([] if module.entry is None else [module.entry]), *module.exports):
        if module.function(symbol) is None:
            yield f"@{symbol} is to be called from outside, and is not here", None
    for symbol in repeated(list(module.exports)):
        yield f"@{symbol} is exported twice", None


# --- compiled, linked ----------------------------------------------------------------------------------------


def neural_functions_are_compiled(module: Module) -> Iterator[Problem]:
    """Every neural function has a program."""
    for function in module.neural:
        if function.program is None:
            yield f"@{function.symbol} has no program", function.span


def nothing_is_left_to_link(module: Module) -> Iterator[Problem]:
    """No imports or declarations are left: every callee is defined here, or is in `std`."""
    if module.imports or module.declarations:
        yield "imports or declarations are left", None


def something_can_be_called(module: Module) -> Iterator[Problem]:
    """There is an entry, or an exported function."""
    if module.entry is None and not module.exports:
        yield "there is neither an entry nor an exported function", None


def programs_share_an_interpreter(module: Module) -> Iterator[Problem]:
    """All programs are for one interpreter."""
    interpreters = {f.program.interpreter for f in module.neural if f.program is not None}
    if len(interpreters) > 1:
        yield "programs for different interpreters: " + ", ".join(sorted(i[:12] for i in interpreters)), None


RULES: dict[str, tuple[Rule, ...]] = {
    "lowered": (
        blocks_are_bounded,
        operations_are_well_formed,
        constants_are_values,
        texts_are_unicode,
        sources_have_hashes,
        programs_are_sound,
    ),
    "resolved": (symbols_carry_the_module, symbols_are_unique, callees_are_declared, values_are_assigned_before_use),
    "checked": (
        types_are_sound,
        parameters_are_sound,
        examples_fit_parameters,
        options_are_unique,
        options_are_possible,
        tests_name_functions,
        functions_do_not_recur,
        operations_are_typed,
        operations_agree_with_types,
        examples_are_of_their_types,
        entry_is_a_function,
    ),
    "compiled": (neural_functions_are_compiled,),
    "linked": (nothing_is_left_to_link, something_can_be_called, programs_share_an_interpreter),
}
