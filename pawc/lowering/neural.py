"""The braces of a neural function -> its IR and its test suites: spec, options, examples, tests.

Literals become values and are not compared with types yet: `check` does that, at the places kept here.
"""

from __future__ import annotations

from collections.abc import Callable

from pawc.base.diagnostics import Collector, note_at
from pawc.base.source import Span
from pawc.base.types import Frozen, FrozenRecord, Type
from pawc.ir import nodes as ir
from pawc.lowering.body import report_repeated
from pawc.syntax import nodes as syntax


class NeuralLowering:
    """Lowers one neural function and its tests. `rows` reads a data file of the function."""

    def __init__(
        self,
        name: syntax.Word,
        params: tuple[ir.Param, ...],
        result: Type,
        body: tuple[syntax.BodyItem, ...],
        rows: Callable[[syntax.Literal], tuple[ir.Example, ...]],
        errors: Collector,
    ) -> None:
        self.name = name
        self.params = params
        self.result = result
        self.body = body
        self.rows = rows
        self.errors = errors

    def lower(self, symbol: str) -> tuple[ir.NeuralFunction, list[ir.TestSuite]]:
        spec = self._spec()
        examples: list[ir.Example] = []
        cases: list[ir.Example] = []
        suites: list[ir.TestSuite] = []
        for item in self.body:
            match item:
                case syntax.Case(is_test=is_test):
                    (cases if is_test else examples).extend(self._case(item))
                case syntax.CasesFrom(is_test=False, path=path):
                    examples += self.rows(path)
                case syntax.CasesFrom(path=path):
                    rows = self.rows(path)
                    suites.append(
                        ir.TestSuite(function=symbol, cases=rows, at_least=self._rate(item.at_least), span=path.span)
                    )
        if cases:
            suites.insert(0, ir.TestSuite(function=symbol, cases=tuple(cases), span=self.name.span))
        options = self._options()
        places = [(option.name.span, option.value.span) for option in options]
        function = ir.NeuralFunction(
            symbol=symbol,
            params=self.params,
            result=self.result,
            spec=spec,
            examples=tuple(examples),
            options=tuple((option.name.text, self._frozen(option.value)) for option in options),
            option_spans=tuple((name, value) for name, value in places if name and value),
            span=self.name.span,
        )
        return function, suites

    def _spec(self) -> str:
        specs = [item for item in self.body if isinstance(item, syntax.Spec)]
        for again in specs[1:]:
            notes = note_at(specs[0].span, "first here")
            help = "say everything in one text"
            self.errors.add("P0160", "two specifications", again.span, label="again here", help=help, notes=notes)
        if not specs:
            help = 'write `spec "..."` inside its braces: what it does, in a sentence'
            self.errors.add(
                "P0160", f"`{self.name.text}` has no specification", self.name.span, label="needs a `spec`", help=help
            )
            return ""
        text = str(specs[0].text.value)
        if not text.strip():
            self.errors.add("P0160", "the specification is empty", specs[0].text.span, label="says nothing")
        return text

    def _options(self) -> list[syntax.Option]:
        """The option lines, each name once."""
        found: dict[str, syntax.Option] = {}
        for item in self.body:
            if not isinstance(item, syntax.Option):
                continue
            first = found.setdefault(item.name.text, item)
            if first is not item:
                message, notes = f"option `{item.name.text}` is set twice", note_at(first.name.span, "first here")
                self.errors.add("P0162", message, item.name.span, label="again here", notes=notes)
        return list(found.values())

    def _rate(self, rate: syntax.Literal | None) -> float | None:
        if rate is None:
            return None
        value = float(rate.value or 0)
        if not 0 <= value <= 1:
            help = f"write `{value / 100:g}`" if 2 <= value <= 100 else ""
            self.errors.add("P0163", "a pass rate is from 0 to 1", rate.span, label="not a rate", help=help)
            return None
        return value

    # ---- examples and tests

    def _case(self, case: syntax.Case) -> list[ir.Example]:
        if (given := self._inputs(case)) is None:
            return []
        inputs = tuple(self._frozen(value) for value in given)
        return [
            ir.Example(
                inputs=inputs,
                output=self._frozen(case.output),
                span=case.span,
                input_spans=tuple(value.span for value in given if value.span),
                output_span=case.output.span,
            )
        ]

    def _inputs(self, case: syntax.Case) -> list[syntax.Expression] | None:
        """The value of each parameter, in their order."""
        if not isinstance(case.inputs, tuple):
            if len(self.params) == 1:
                return [case.inputs]
            if self.params:
                self._wrong_inputs(
                    case.inputs.span, f"`{self.name.text}` has {len(self.params)} parameters", "one value"
                )
            return None
        report_repeated(case.inputs, self.errors)
        given = {entry.name.text: entry for entry in case.inputs}
        known = [param.name for param in self.params]
        for name, entry in given.items():
            if name not in known:
                self._wrong_inputs(entry.name.span, f"`{self.name.text}` has no parameter `{name}`", "not a parameter")
        missing = [name for name in known if name not in given]
        if missing and set(given) <= set(known):
            self._wrong_inputs(case.span, f"no input for `{missing[0]}`", "every parameter needs one")
        return None if missing or set(given) != set(known) else [given[name].value for name in known]

    def _wrong_inputs(self, span: Span | None, message: str, label: str) -> None:
        shown = ", ".join(f"{param.name}: ..." for param in self.params)
        self.errors.add("P0161", message, span, label=label, help=f"write `({shown})`")

    def _frozen(self, value: syntax.Expression) -> Frozen:
        """The value that literals stand for."""
        match value:
            case syntax.Literal(value=plain):
                return plain
            case syntax.ListOf(items=items):
                return tuple([self._frozen(item) for item in items])
            case syntax.RecordOf(entries=entries):
                report_repeated(entries, self.errors)
                given = {entry.name.text: self._frozen(entry.value) for entry in entries}
                return FrozenRecord(tuple(given.items()))
        raise TypeError(f"no literal: {type(value).__name__}")
