"""Source files -> a project: every file they import, directly or not, loaded once, checked, in an order to build in.

Everything that is wrong with any of the files is reported in one go, as far as one error does not make
another: a function that could not be understood is not judged, nor what calls it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from pawc.base.diagnostics import Collector, Diagnostic, InternalError, Note, fail
from pawc.base.fsio import neighbour
from pawc.base.graphs import find_cycle, in_order
from pawc.base.source import Source, Span, bad_byte
from pawc.ir.nodes import Declaration, Import, Module
from pawc.lowering.modules import lower_with_errors
from pawc.pass_base import Context
from pawc.passes.check import judge
from pawc.passes.resolve import bind
from pawc.syntax import nodes as syntax
from pawc.syntax.parser import parse

ROOT_MARKERS = ("paw.toml", ".git")


@dataclass(frozen=True, kw_only=True)
class Project:
    """Files without errors. Modules stand in dependency order: each after those it imports.

    `sources` are the files asked for and `roots` the names of their modules. `modules` are as lowered, which is
    what pipelines start from; `checked` are the same ones after `resolve` and `check`. `files` are the syntax trees
    by module names.
    """

    root: Path
    sources: tuple[Path, ...]
    roots: tuple[str, ...]
    modules: tuple[Module, ...]
    checked: tuple[Module, ...]
    files: Mapping[str, syntax.File]

    @classmethod
    def load(cls, sources: Sequence[Path], root: Path | None = None) -> Project:
        """The project of these source files; PawError with everything that is wrong with it."""
        if not sources:
            raise InternalError("a project needs a source file")
        top = find_root(sources[0]) if root is None else root.resolve()
        loader = _Loader(top)
        roots = []
        for path in sources:
            with loader.errors.guard():
                roots.append(loader.load_source(path))
        loader.refuse_cycles()
        order = in_order(loader.graph())
        checked = loader.check(order)
        loader.errors.raise_if_any()
        return cls(
            root=top,
            sources=tuple(sources),
            roots=tuple(dict.fromkeys(roots)),
            modules=tuple(loader.modules[name] for name in order),
            checked=tuple(checked[name] for name in order),
            files={name: loader.files[name] for name in order},
        )

    def signatures(self, path: str) -> tuple[Declaration, ...]:
        """The declarations of all functions of a module, private ones too (`ir.is_public` tells)."""
        return declarations(next(module for module in self.modules if module.name == path))

    def shown(self, name: str) -> str:
        """The file of a module, as the user would write it from where they stand."""
        return _shown(self.root / f"{name}.paw")


def find_root(source: Path) -> Path:
    """The project root of a source file: the nearest folder above it that holds one of `ROOT_MARKERS`, else the
    current folder if the file is below it, else the file's own folder."""
    folder = source.resolve().parent
    for above in (folder, *folder.parents):
        if any((above / marker).exists() for marker in ROOT_MARKERS):
            return above
    here = Path.cwd().resolve()
    return here if folder.is_relative_to(here) else folder


def declarations(module: Module) -> tuple[Declaration, ...]:
    """What other modules see of a module's functions."""
    return tuple(Declaration(symbol=f.symbol, params=f.params, result=f.result, span=f.span) for f in module.functions)


class _Loader:
    """Loads files and what they import, and gathers what is wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.errors = Collector()
        self.files: dict[str, syntax.File] = {}
        self.modules: dict[str, Module] = {}
        self.faults: dict[str, tuple[Diagnostic, ...]] = {}
        self.seen: set[str] = set()

    def load_source(self, path: Path) -> str:
        """Load a file that was asked for, and all it imports; the name of its module."""
        shown = _shown(path)
        if path.suffix != ".paw":
            fail("P0216", f"`{shown}` is not a source file", where=shown, help="source files end in `.paw`")
        place = path.resolve()
        if not place.is_relative_to(self.root):
            help = f"give another root, or move the file below `{_shown(self.root)}`"
            fail("P0209", f"`{shown}` is outside the project", where=shown, help=help)
        name = place.relative_to(self.root).as_posix().removesuffix(".paw")
        waiting: list[tuple[str, Span | None]] = [(name, None)]
        while waiting:
            each, imported_at = waiting.pop(0)
            if each not in self.seen:
                self.seen.add(each)
                with self.errors.guard():
                    waiting += self._load(each, imported_at)
        return name

    def _load(self, name: str, imported_at: Span | None) -> Iterable[tuple[str, Span | None]]:
        """Load one module; the modules it imports, and where."""
        file = parse(_read(self.root, name, imported_at))
        module, found = lower_with_errors(file, name, self.root)
        self.files[name], self.modules[name] = file, module
        self.faults[name] = found.found
        return [(item.path, item.span) for item in _file_imports(module)]

    def graph(self) -> dict[str, list[str]]:
        """Which loaded module imports which."""
        return {
            name: sorted({item.path for item in _file_imports(module)} & self.modules.keys())
            for name, module in sorted(self.modules.items())
        }

    def refuse_cycles(self) -> None:
        """Report files that import each other, and stop there: nothing in them can be bound."""
        if not (cycle := find_cycle(self.graph())):
            return
        for faults in self.faults.values():
            self.errors.extend(faults)
        (span, label), *others = [
            (_import_of(self.modules[one], other).span, f"`{one}.paw` imports `{other}.paw`")
            for one, other in pairwise(cycle)
        ]
        notes = tuple(Note(place, text) for place, text in others if place)
        chain = " -> ".join(f"{name}.paw" for name in cycle)
        message = f"files import each other: {chain}" if len(cycle) > 2 else f"`{cycle[0]}.paw` imports itself"
        self.errors.add("P0208", message, span, label=label, notes=notes)
        self.errors.raise_if_any()

    def check(self, order: Sequence[str]) -> dict[str, Module]:
        """The modules, checked; what is wrong is gathered. `order`: each after those it imports."""
        checked: dict[str, Module] = {}
        doubtful: set[str] = set()  # symbols of functions whose signatures may not be what was meant
        for name in order:
            module, faults = self.modules[name], self.faults[name]
            self.errors.extend(faults)
            damage = _damage(self.files[name], name, faults)
            doubtful |= damage.signatures | _repeated(function.symbol for function in module.functions)
            if damage.types:
                doubtful |= {function.symbol for function in module.functions}
            if damage.imports:
                continue
            missing = {item.path for item in _file_imports(module)} - self.modules.keys()
            ctx = Context(signatures=lambda path: declarations(self.modules[path]))
            resolved, wrong_names, _ = bind(module, ctx, unreadable=missing)
            self.errors.extend(wrong_names.found)
            if not damage.types:
                checked[name] = judge(_without(resolved, damage.functions, doubtful), self.errors)
        return checked


def _read(root: Path, name: str, imported_at: Span | None) -> Source:
    """The text of a module's file."""
    path = root / f"{name}.paw"
    shown = _shown(path)
    if name.startswith("std."):
        fail("P0216", f"`{shown}` has the name of a standard module", imported_at, where=shown, help="rename the file")
    if imported_at is not None and not path.resolve().is_relative_to(root):
        fail("P0209", f"`{shown}` is outside the project", imported_at, label="a link that leads out of the root")
    try:
        return Source(shown, path.read_bytes().decode())
    except FileNotFoundError:
        code = "P0203" if imported_at else "P0215"
        help = _neighbour(path)
        fail(code, f"there is no file `{shown}`", imported_at, label="imported here", where=shown, help=help)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fail("P0215", f"cannot read `{shown}`: {reason}", imported_at, label="imported here", where=shown)
    except UnicodeDecodeError as error:
        message = f"`{shown}` is not UTF-8: {bad_byte(error)}"
        fail("P0215", message, imported_at, label="imported here", where=shown, help="save it as UTF-8")


def _neighbour(path: Path) -> str:
    """The file that was probably meant."""
    return neighbour(path, ".paw") if path.parent.is_dir() else f"there is no folder `{_shown(path.parent)}` either"


def _shown(path: Path) -> str:
    """A path as the user would write it from where they stand."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _file_imports(module: Module) -> list[Import]:
    """The imports of a module that are files of the project."""
    return [item for item in module.imports if not item.path.startswith("std.")]


def _import_of(module: Module, path: str) -> Import:
    return next(item for item in _file_imports(module) if item.path == path)


@dataclass(frozen=True)
class _Damage:
    """What the errors found in lowering a file make doubtful: functions as a whole and their signatures (symbols),
    all its types, its imports."""

    functions: frozenset[str]
    signatures: frozenset[str]
    types: bool
    imports: bool


def _damage(file: syntax.File, name: str, faults: Iterable[Diagnostic]) -> _Damage:
    """Which parts of a file its faults stand in. A fault in a data file makes nothing else doubtful.

    Nor does one in the braces of a neural function: lowering leaves that case or option out, and the rest is as meant.
    """
    found = [
        (item, fault.span)
        for fault in faults
        for item in file.items
        if _holds(item, fault.span) and not _left_out(item, fault)
    ]
    functions = [(f"{name}.{item.name.text}", item, span) for item, span in found if isinstance(item, syntax.Function)]
    return _Damage(
        functions=frozenset(symbol for symbol, _, _ in functions),
        signatures=frozenset(symbol for symbol, function, span in functions if not _in_body(function, span)),
        types=any(isinstance(item, syntax.TypeDefinition) for item, _ in found),
        imports=any(isinstance(item, syntax.Import | syntax.FromImport) for item, _ in found),
    )


def _left_out(item: syntax.Item, fault: Diagnostic) -> bool:
    if not isinstance(item, syntax.Function) or not isinstance(item.body, tuple):
        return False
    return fault.code == "P0160" or _in_body(item, fault.span)  # a specification that is missing is told at the name


def _in_body(function: syntax.Function, span: Span | None) -> bool:
    body = function.body[0] if isinstance(function.body, tuple) and function.body else function.body
    return bool(isinstance(body, syntax.Node) and body.span and span and body.span.start <= span.start)


def _holds(item: syntax.Item, span: Span | None) -> bool:
    around = item.span
    return bool(around and span and around.source is span.source and around.start <= span.start < around.end)


def _repeated(symbols: Iterable[str]) -> set[str]:
    return {symbol for symbol, count in Counter(symbols).items() if count > 1}


def _without(module: Module, functions: Set[str], signatures: Set[str]) -> Module:
    """The module without some functions and their tests, of which their signatures stay but for some."""
    known = (*module.declarations, *(d for d in declarations(module) if d.symbol in functions))
    return replace(
        module,
        functions=tuple(f for f in module.functions if f.symbol not in functions | signatures),
        declarations=tuple(d for d in known if d.symbol not in signatures),
        tests=tuple(t for t in module.tests if t.function not in functions | signatures),
    )
