"""Link: several compiled modules -> one module that needs no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.base.diagnostics import Collector, fail, nearest
from pawc.base.graphs import find_cycle, in_order
from pawc.files.loaded import std_problems
from pawc.ir.callgraph import call_graph
from pawc.ir.nodes import STAGES, Declaration, Function, Module, NeuralFunction, base_name, is_public
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class Link(Pass):
    """Join a module and the objects it imports, directly or not (`ctx.objects`), into one linked module.

    Rules: every declaration is matched with a public function of the object it names, of the same parameters and
    result; nothing is defined twice; all programs are for one interpreter, made by one neural compiler (or none).
    The linked module exports the public functions of the modules that no other imports. `entry` names what
    `pawc run` calls; without it that is `main`, else the only export, else nothing.
    Specifications stay; examples and tests do not: an executable carries programs, not the data they were made from.

    Needs: compiled modules. Leaves: a linked one.
    """

    name: ClassVar[str] = "link"
    stages: ClassVar[tuple[str, ...]] = ("compiled",)
    entry: str = ""

    def run(self, module: Module, ctx: Context) -> Module:
        return link(_needed(module, ctx.objects), self.entry)


def link(modules: Sequence[Module], entry: str = "") -> Module:
    """The modules as one; every independent error is reported."""
    if not modules:
        fail("P0601", "there is nothing to link")
    _check_stages(modules)
    errors = Collector()
    by_name = _unique_modules(modules, errors)
    ordered = _in_order(by_name, errors)
    functions = _unique_functions(ordered, errors)
    for module in ordered:
        with errors.guard():
            _check_imports(module, by_name)
        for declaration in module.declarations:
            with errors.guard():
                _check_declaration(declaration, module, by_name, functions)
        for problem in std_problems(module):
            errors.add("P0614", f"this pawc's standard library does not fit: {problem}", where=_where(module))
    _check_programs(ordered, errors)
    errors.raise_if_any()

    imported = {item.path for module in ordered for item in module.imports}
    roots = [module for module in modules if module.name not in imported]
    exports = tuple(f.symbol for module in roots for f in module.functions if is_public(f.symbol))
    linked = Module(
        name=roots[0].name,
        stage="linked",
        functions=tuple(_without_data(function) for module in ordered for function in module.functions),
        entry=_entry(entry, roots, functions, exports),
        exports=exports,
        sources=tuple(dict.fromkeys(source for module in ordered for source in module.sources)),
    )
    if cycle := find_cycle(call_graph(linked)):
        fail("P0616", "functions of different files call each other in a circle: " + " -> ".join(cycle))
    return linked


def _needed(module: Module, objects: Iterable[Module]) -> list[Module]:
    """The module and those of the objects that it imports, directly or not; it comes first."""
    there: dict[str, list[Module]] = {}
    for other in objects:
        if other != module:
            there.setdefault(other.name, []).append(other)
    found = [module, *there.pop(module.name, ())]
    for current in found:
        for item in current.imports:
            found += there.pop(item.path, ())
    return found


def _check_stages(modules: Sequence[Module]) -> None:
    errors = Collector()
    for module in modules:
        if module.stage == "linked":
            errors.add("P0603", f"`{module.name}` is a linked program, not an object", where=_where(module))
        elif STAGES.index(module.stage) < STAGES.index("compiled"):
            errors.add("P0602", f"`{module.name}` is not compiled: it is only {module.stage}", where=_where(module))
    errors.raise_if_any()


def _unique_modules(modules: Sequence[Module], errors: Collector) -> dict[str, Module]:
    for name, count in Counter(module.name for module in modules).items():
        if count > 1:
            errors.add("P0604", f"{count} of the objects are `{name}`", help="link each file once", where=f"{name}.paw")
    return {module.name: module for module in modules}


def _in_order(by_name: Mapping[str, Module], errors: Collector) -> list[Module]:
    """The modules, each after those it imports."""
    graph = {
        name: tuple(item.path for item in module.imports if item.path in by_name) for name, module in by_name.items()
    }
    if cycle := find_cycle(graph):
        errors.add("P0615", "files import each other in a circle: " + " -> ".join(f"`{name}`" for name in cycle))
        return list(by_name.values())
    return [by_name[name] for name in in_order(graph)]


def _unique_functions(modules: Sequence[Module], errors: Collector) -> dict[str, Function]:
    homes: dict[str, str] = {}
    functions: dict[str, Function] = {}
    for module in modules:
        for function in module.functions:
            if (home := homes.setdefault(function.symbol, module.name)) != module.name:
                message = f"`{function.symbol}` is defined in `{home}` and in `{module.name}`"
                errors.add("P0605", message, where=_where(module))
            functions[function.symbol] = function
    return functions


def _check_imports(module: Module, by_name: Mapping[str, Module]) -> None:
    for item in module.imports:
        if item.path not in by_name and not item.path.startswith("std."):
            message = f"`{module.name}` imports `{item.path}`, and no object of it is given"
            fail("P0606", message, help=nearest(item.path, by_name) or f"add `{item.path}.pawo`", where=_where(module))


def _check_declaration(
    wanted: Declaration, module: Module, by_name: Mapping[str, Module], functions: Mapping[str, Function]
) -> None:
    """What a module was compiled against must be what the other object has."""
    home = by_name.get(wanted.symbol.rpartition(".")[0])
    found = functions.get(wanted.symbol)
    where = _where(module)
    if found is None and home is None:
        if any(item.path == wanted.symbol.rpartition(".")[0] for item in module.imports):
            return  # that the object is missing has been said
        fail("P0607", f"`{module.name}` uses `{wanted.symbol}`, which no object defines", where=where)
    if found is None and home is not None:
        hint = nearest(wanted.symbol, (f.symbol for f in home.functions))
        fail("P0607", f"`{home.name}` has no function `{base_name(wanted.symbol)}`", help=hint, where=where)
    assert found is not None
    if not is_public(found.symbol) and found not in module.functions:
        fail("P0608", f"`{found.symbol}` is private to its file, and `{module.name}` uses it", where=where)
    again = "compile it again: it was compiled against another version"
    if len(wanted.params) != len(found.params):
        message = f"`{found.symbol}` has {len(found.params)} parameters, `{module.name}` gives it {len(wanted.params)}"
        fail("P0609", message, help=again, where=where)
    for ours, theirs in zip(wanted.params, found.params, strict=True):
        if ours.type != theirs.type:
            message = (
                f"parameter `{theirs.name}` of `{found.symbol}` is of type `{theirs.type}`; "
                f"`{module.name}` gives it `{ours.type}`"
            )
            fail("P0610", message, help=again, where=where)
    if wanted.result != found.result:
        message = f"`{found.symbol}` gives `{found.result}`; `{module.name}` expects `{wanted.result}`"
        fail("P0611", message, help=again, where=where)


def _check_programs(modules: Sequence[Module], errors: Collector) -> None:
    """One interpreter runs the whole program; programs of different neural compilers do not mix."""
    interpreters: dict[str, str] = {}
    compilers: dict[str, str] = {}
    for module in modules:
        for function in module.neural:
            if function.program is not None:
                interpreters.setdefault(function.program.interpreter, function.symbol)
                compilers.setdefault(function.program.compiler, function.symbol)
    compilers.pop("", None)  # templates, and prefixes tuned from them, come from no neural compiler
    if len(interpreters) > 1:
        errors.add("P0612", _different("interpreters", interpreters), help="build all files with one `--interp`")
    if len(compilers) > 1:
        errors.add("P0613", _different("neural compilers", compilers), help="compile the older objects again")


def _different(what: str, found: Mapping[str, str]) -> str:
    (one, by_one), (other, by_other), *_ = sorted(found.items(), key=lambda item: item[1])
    return f"different {what}: {one[:12]} of `{by_one}`, {other[:12]} of `{by_other}`"


def _entry(
    wanted: str, roots: Sequence[Module], functions: Mapping[str, Function], exports: Sequence[str]
) -> str | None:
    """What a run calls when it is not told: the function that was asked for, `main`, the only one there is."""
    if wanted:
        return _named_entry(wanted, functions, exports)
    mains = [symbol for symbol in exports if base_name(symbol) == "main"]
    if len(mains) > 1:
        listed = " and ".join(f"`{symbol}`" for symbol in mains)
        fail(
            "P0618",
            f"several functions could be the entry: {listed}",
            help=f"choose one: `link{{entry={mains[0]}}}` among the passes",
        )
    if mains:
        return mains[0]
    if not exports:
        fail("P0617", f"there is nothing to call: `{roots[0].name}` has no public function", where=_where(roots[0]))
    return exports[0] if len(exports) == 1 else None


def _named_entry(wanted: str, functions: Mapping[str, Function], exports: Sequence[str]) -> str:
    if (found := functions.get(wanted)) is not None and not is_public(wanted):
        fail("P0620", f"`{found.symbol}` is private to its file: it cannot be the entry")
    if wanted in functions:
        return wanted
    matches = [symbol for symbol in exports if base_name(symbol) == wanted]
    if len(matches) > 1:
        listed = " and ".join(f"`{symbol}`" for symbol in matches)
        fail("P0618", f"several functions could be the entry: {listed}", help="name it with its module")
    if not matches:
        known = [*map(base_name, exports), *exports]
        fail("P0619", f"the entry `{wanted}` is not a public function of the program", help=nearest(wanted, known))
    return matches[0]


def _without_data(function: Function) -> Function:
    return replace(function, examples=()) if isinstance(function, NeuralFunction) else function


def _where(module: Module) -> str:
    return f"{module.name}.paw"
