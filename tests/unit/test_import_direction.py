"""Imports run downwards only, from the command line to the source text; nothing runs in circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAYERS = (
    ("base", "base codes"),
    ("syntax", "grammar syntax"),
    ("ir", "ir lowering"),
    ("std", "std"),
    ("files", "files interpreters"),
    ("runtime", "runtime neural data"),
    ("passes", "pass_base pass_spec pass_manager passes"),
    ("backends", "backends"),
    ("driver", "driver api"),
    ("train", "train evaluate"),
    ("serve", "serve"),
    ("cli", "cli"),
)
RANK = {f"pawc.{module}": rank for rank, (_, modules) in enumerate(LAYERS) for module in modules.split()}
RANK["pawc"] = RANK["pawc.api"]  # the package itself hands on the API
FOLDERS = {"pawc": "pawc", "passes": "pawc.passes", "backends": "pawc.backends", "grammar": "pawc.grammar"}


def module_files() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for folder, package in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = [package, *path.relative_to(ROOT / folder).with_suffix("").parts]
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


FILES = module_files()


def rank(module: str) -> int | None:
    """The layer of a module: its own entry, or the one of the package it is in (`pawc` stands for itself alone)."""
    name = module
    while name not in RANK and "." in name:
        name = name.rpartition(".")[0]
    return None if name == "pawc" != module else RANK.get(name)


def imports(path: Path, *, only_at_top: bool = False) -> Iterator[str]:
    """What a file imports, as dotted module names; `from a import b` counts as `a.b` where that is a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _top(tree) if only_at_top else ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str() as module, names=names):
                yield from (full if (full := f"{module}.{alias.name}") in FILES else module for alias in names)


def _top(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that run on import: not function bodies, not `if TYPE_CHECKING`."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If):
            yield node


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One cycle of a graph, or nothing."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        done.add(node)
        return next((found for after in sorted(graph.get(node, ())) if (found := visit(after, [*path, node]))), [])

    return next((found for node in sorted(graph) if (found := visit(node, []))), [])


@pytest.mark.parametrize("module", FILES)
def test_every_module_has_a_layer(module: str) -> None:
    assert rank(module) is not None, f"put {module} into LAYERS"


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_nothing_above_it(module: str) -> None:
    own = rank(module)
    assert own is not None
    above = [name for name in imports(FILES[module]) if (other := rank(name)) is not None and other > own]
    assert not above, f"{module} ({LAYERS[own][0]}) imports from a higher layer: {', '.join(above)}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: set(imports(path, only_at_top=True)) & FILES.keys() for module, path in FILES.items()}
    assert cycle(graph) == []


def test_the_mapped_folders_are_never_imported_by_their_own_names() -> None:
    """`passes` beside `pawc.passes` would be a second copy of every class in it."""
    files = [*FILES.values(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    second = {"passes", "backends", "grammar"}
    assert [path for path in files if second & {name.partition(".")[0] for name in imports(path)}] == []


def test_the_cycle_finder_finds_a_cycle() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_layer_of_a_module_is_its_package_s() -> None:
    assert rank("pawc.cli.run") == rank("pawc.cli") == len(LAYERS) - 1
    assert rank("pawc.unheard_of") is None
