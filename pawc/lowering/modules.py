"""Syntax tree -> IR of stage `lowered`: sugar is gone, types are known, literals are values, data files are read.

Callees stay as the source wrote them, and nothing is checked against types: `resolve` and `check` do that.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path

from pawc.base.diagnostics import Collector, fail
from pawc.base.source import Span
from pawc.base.types import TEXT, Type
from pawc.ir import nodes as ir
from pawc.lowering.body import BodyLowering
from pawc.lowering.datafiles import read_rows
from pawc.lowering.neural import NeuralLowering
from pawc.lowering.type_names import TypeTable
from pawc.syntax import nodes as syntax
from pawc.syntax.tree_builder import RESERVED


def lower(file: syntax.File, module: str, root: Path) -> ir.Module:
    """The module of a file; PawError with everything that is wrong with it.

    `module` is the file's path below the project's `root`, without `.paw`.
    """
    lowered, errors = lower_with_errors(file, module, root)
    errors.raise_if_any()
    return lowered


def lower_with_errors(file: syntax.File, module: str, root: Path) -> tuple[ir.Module, Collector]:
    """As much of a module as can be had, and what is wrong. With errors it is good for finding more, no further."""
    lowering = _Lowering(file, module, root)
    return lowering.lower(), lowering.errors


@dataclass
class _Lowering:
    file: syntax.File
    module: str
    root: Path
    errors: Collector = field(default_factory=Collector)
    sources: dict[str, str] = field(default_factory=dict)

    def lower(self) -> ir.Module:
        items = self.file.items
        self.types = TypeTable([item for item in items if isinstance(item, syntax.TypeDefinition)], self.errors)
        self.sources[f"{self.module}.paw"] = hashlib.sha256(self.file.source.text.encode()).hexdigest()
        functions = [item for item in items if isinstance(item, syntax.Function)]
        self.names = [function.name.text for function in functions]
        imports = [self._import(item) for item in items if isinstance(item, syntax.Import | syntax.FromImport)]
        lowered: list[ir.Function] = []
        tests: list[ir.TestSuite] = []
        for function in functions:
            made, suites = self._function(function)
            lowered.append(made)
            tests += suites
        return ir.Module(
            name=self.module,
            stage="lowered",
            imports=tuple(item for item in imports if item is not None),
            functions=tuple(lowered),
            tests=tuple(tests),
            sources=tuple(self.sources.items()),
        )

    # ---- imports

    def _import(self, item: syntax.Import | syntax.FromImport) -> ir.Import | None:
        with self.errors.guard():
            path = self._target(item.target)
            if isinstance(item, syntax.Import):
                alias = item.alias.text if item.alias else _alias(path, item.target)
                return ir.Import(path=path, alias=alias, span=item.target.span)
            names = tuple((each.name.text, (each.alias or each.name).text) for each in item.names)
            spans = tuple(each.name.span for each in item.names if each.name.span)
            return ir.Import(path=path, alias=None, names=names, span=item.target.span, name_spans=spans)
        return None

    def _target(self, target: syntax.Target) -> str:
        """The module that an import names."""
        if target.is_standard:
            if not target.path.startswith("std."):
                help = f'a file is imported by its path: `import "./{target.path}.paw"`'
                fail("P0164", f"there is no module `{target.path}`", target.span, label="not in `std`", help=help)
            return target.path
        if not target.path.endswith(".paw"):
            help = f'write `"{target.path}.paw"`' if re.fullmatch(r"[\w./-]*\w", target.path) else ""
            fail("P0164", "only `.paw` files are imported", target.span, label="does not end in `.paw`", help=help)
        return self._below_root(target.path, target.span).removesuffix(".paw")

    def _below_root(self, path: str, span: Span | None) -> str:
        """A path that the file names, from the project's root."""
        if path.startswith("/") or "\\" in path or re.match(r"[A-Za-z][\w+.-]*:", path):
            help = "write it relative to this file, with `/`: `./data/file.csv`"
            fail("P0164", f"`{path}` is not a relative path", span, label="not relative to this file", help=help)
        if "\0" in path or not path.strip():
            fail("P0164", "this is not a path", span, label="names no file")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(self.module), path))
        if found == ".." or found.startswith("../"):
            help = "move it into the project, whose root is where `paw.toml` or `.git` stands"
            fail("P0209", f"`{path}` is outside the project", span, label="leads out of the root", help=help)
        return found

    # ---- functions

    def _function(self, function: syntax.Function) -> tuple[ir.Function, list[ir.TestSuite]]:
        name, symbol = function.name, f"{self.module}.{function.name.text}"
        kinds = [self.types.type(param.type) for param in function.params]
        result = self.types.type(function.result)
        known = result is not None and None not in kinds
        params = tuple(
            ir.Param(name=param.name.text, type=kind or TEXT, span=param.name.span)
            for param, kind in zip(function.params, kinds, strict=True)
        )
        result = result or TEXT
        if not params:
            help = f"write `fn {name.text}(input: text)`"
            self.errors.add(
                "P0159", f"`{name.text}` has no parameters", name.span, label="needs one or more", help=help
            )
        if isinstance(function.body, tuple):

            def rows(path: syntax.Literal) -> tuple[ir.Example, ...]:
                return self._rows(path, params, result) if known else ()  # rows of unknown types cannot be wrong

            return NeuralLowering(name, params, result, function.body, rows, self.errors).lower(symbol)
        body = BodyLowering(params, self.names, self.errors).lower(function.body)
        return ir.ComposedFunction(symbol=symbol, params=params, result=result, body=body, span=name.span), []

    def _rows(self, path: syntax.Literal, params: tuple[ir.Param, ...], result: Type) -> tuple[ir.Example, ...]:
        """The examples of a data file, which becomes one of the module's sources."""
        with self.errors.guard():
            below = self._below_root(str(path.value), path.span)
            place = self.root / below
            shown = posixpath.normpath(posixpath.join(posixpath.dirname(self.file.source.name), str(path.value)))
            rows, digest = read_rows(place, params, result, shown, path.span)
            if digest and self.sources.setdefault(below, digest) != digest:
                fail("P0420", f"`{shown}` changed while it was read", path.span, label="read twice", help="try again")
            return rows
        return ()


def _alias(path: str, target: syntax.Target) -> str:
    """What a file is called where its import gives it no name."""
    alias = posixpath.basename(path) if not target.is_standard else path.rpartition(".")[2]
    if re.fullmatch(r"_?[a-z][a-z0-9_]*", alias) is None or alias in RESERVED:
        better = re.sub(r"\W+", "_", alias).strip("_").lower() or "other"
        help = f'give it one: `import "{target.path}" as {better}`'
        fail("P0165", f"`{alias}` cannot be used as a name", target.span, label="needs a name", help=help)
    return alias
