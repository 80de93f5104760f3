"""Examples, tests and options of functions: values as the user wrote them -> values of their types.

The values come out in the form that all values of their types have (`types.conform`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pawc.base import canonical, types
from pawc.base.diagnostics import Collector, nearest, note_at
from pawc.base.source import Span
from pawc.base.types import Frozen, Labels, Optional, Type
from pawc.ir import nodes as ir
from pawc.ir.nodes import Example, Function, NeuralFunction, Param, TestSuite
from pawc.lowering.options import OPTIONS, Option, out_of_range, wrong_type


def check_neural(function: NeuralFunction, errors: Collector) -> NeuralFunction:
    """Check the options and examples of a function; the function with its examples conformed."""
    name = ir.base_name(function.symbol)
    for index, (option, value) in enumerate(function.options):
        spans = function.option_spans[index] if function.option_spans else (function.span, function.span)
        _check_option(option, value, function, spans, errors)
    examples = check_cases(function, function.examples, errors)
    first: dict[tuple[Frozen, ...], Example] = {}
    for example in examples:
        earlier = first.setdefault(example.inputs, example)
        if earlier.output != example.output:
            notes = note_at(earlier.output_span or earlier.span, "another output for it here")
            message = f"two examples of `{name}` have the same input and different outputs"
            label = f"the input was seen before: {_shown(example.inputs)}"
            errors.add("P0404", message, example.output_span or example.span, label=label, notes=notes)
    return replace(function, examples=examples)


def check_tests(suite: TestSuite, function: Function, errors: Collector) -> TestSuite:
    """Check the tests of a function; the suite with its cases conformed."""
    return replace(suite, cases=check_cases(function, suite.cases, errors))


def check_agreement(suites: Sequence[TestSuite], function: Function, errors: Collector) -> None:
    """Report tests that no function could pass together with its examples, or with its other tests."""
    examples = function.examples if isinstance(function, NeuralFunction) else ()
    known = {example.inputs: (example, "example") for example in reversed(examples)}
    for test in (case for suite in suites for case in suite.cases):
        other, what = known.setdefault(test.inputs, (test, "test"))
        if other.output != test.output:
            article = "an example" if what == "example" else "another test"
            message = f"a test of `{ir.base_name(function.symbol)}` contradicts {article}"
            notes = note_at(other.output_span or other.span, f"the {what} has another output")
            label = f"the same input: {_shown(test.inputs)}"
            errors.add("P0405", message, test.output_span or test.span, label=label, notes=notes)


def check_cases(function: Function, cases: Sequence[Example], errors: Collector) -> tuple[Example, ...]:
    """Those cases whose values are of the function's types, conformed; the others are reported."""
    return tuple(good for case in cases if (good := _check_case(function, case, errors)) is not None)


def _check_case(function: Function, case: Example, errors: Collector) -> Example | None:
    params = function.params
    spans = case.input_spans or (case.span,) * len(params)
    good = [_is_of_type(*given, errors) for given in zip(params, case.inputs, spans, strict=True)]
    output = Param(name="", type=function.result)
    if not all((*good, _is_of_type(output, case.output, case.output_span or case.span, errors))):
        return None
    inputs = tuple(_conform(param.type, value) for param, value in zip(params, case.inputs, strict=True))
    return replace(case, inputs=inputs, output=_conform(function.result, case.output))


def _is_of_type(param: Param, value: Frozen, span: Span | None, errors: Collector) -> bool:
    """Whether a value is of a parameter's type; one without a name stands for the output."""
    why = types.mismatch(param.type, types.thaw(value))
    if why is None:
        return True
    bare = param.type.item if isinstance(param.type, Optional) else param.type
    help = nearest(value, bare.names) if isinstance(bare, Labels) and isinstance(value, str) else ""
    code, what = ("P0402", f"`{param.name}`") if param.name else ("P0401", "the output")
    errors.add(code, types.told(what, why), span, label=f"expected `{param.type}`", help=help)
    return False


def _check_option(
    name: str, value: Frozen, function: NeuralFunction, spans: tuple[Span | None, Span | None], errors: Collector
) -> None:
    at_name, at_value = spans
    if (option := OPTIONS.get(name)) is None:
        help = nearest(name, OPTIONS) or f"there are {', '.join(OPTIONS)}"
        errors.add("P0409", f"there is no option `{name}`", at_name, label="unknown", help=help)
        return
    if not option.suits(function.result):
        message = f"option `{name}` needs {option.suits_doc}"
        label = f"`{ir.base_name(function.symbol)}` gives `{function.result}`"
        errors.add("P0412", message, at_name, label=label, help=f"write the result as `{Optional(function.result)}`")
    if wrong_type(option, value):
        kind = "a whole number" if option.kind is int else "a number"
        errors.add(
            "P0410", f"option `{name}` is {kind}", at_value, label=f"this is {_shown((value,))}", help=_doc(option)
        )
    elif isinstance(value, int | float) and out_of_range(option, value):
        message = f"option `{name}` is between {option.low} and {option.high}"
        errors.add("P0411", message, at_value, label="out of range", help=_doc(option))


def _doc(option: Option) -> str:
    return f"`{option.name}`: {option.doc}"


def _conform(kind: Type, value: Frozen) -> Frozen:
    return types.freeze(types.conform(kind, types.thaw(value)))


def _shown(values: tuple[Frozen, ...]) -> str:
    text = canonical.dumps([types.thaw(value) for value in values])[1:-1]
    return text if len(text) <= 60 else text[:57] + "..."
