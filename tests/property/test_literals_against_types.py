"""Random literals where random types are wanted: accepted with types that agree, or refused with codes."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.driver.project import Project
from pawc.files.loaded import std_problems
from pawc.ir.verify import problems

PLAIN: tuple[Type, ...] = (TEXT, INT, FLOAT, BOOL, Labels(("a", "b")), Labels(("b", "c")), Matching("[ab]*"))
LITERALS = {
    TEXT: ('"a"', '"c"', "m"),
    INT: ("1", "n"),
    FLOAT: ("2.5", "1", "n"),
    BOOL: ("true", "s"),
    **dict.fromkeys(PLAIN[4:], ('"b"',)),
}
PARAMETERS = {"m": "text", "n": "int", "s": "bool", "o": "text?"}


def some_type(rng: random.Random, depth: int = 2) -> Type:
    """A type that nests at most `depth` deep."""
    if not depth or rng.random() < 0.3:
        return rng.choice(PLAIN)
    inner = some_type(rng, depth - 1)
    match rng.randrange(4):
        case 0:
            return List(inner)
        case 1 | 2:
            return inner if isinstance(inner, Optional) else Optional(inner)
    return Record((("x", inner), ("y", Optional(INT)))[: rng.randrange(1, 3)])


def some_value(kind: Type, names: list[str], rng: random.Random, depth: int = 3) -> str:
    """An expression, more often than not one that may stand where this type is wanted."""
    if rng.random() < 0.02:
        kind = some_type(rng)
    if rng.random() < 0.05:
        return rng.choice(names)

    def part(kind: Type) -> str:
        return some_value(kind, names, rng, depth - 1)

    match rng.randrange(12) if depth else 12:
        case 0 | 1:
            return f"match s {{ true => {part(kind)}, false => {part(kind)} }}"
        case 2:
            return f"option.or_else({part(Optional(kind))}, {part(kind)})"
        case 3:
            return f"list.get({part(List(kind))}, 0)"
        case 4 if isinstance(kind, List):
            return f"list.concat({part(kind)}, {part(kind)})"
        case 5 if rng.random() < 0.2:
            return f"{rng.choice(names)}.x"
    match kind:
        case Optional(item):
            return "null" if not depth or rng.random() < 0.5 else part(item)
        case List(item):
            return f"[{', '.join(part(item) for _ in range(rng.randrange(3) if depth else 0))}]"
        case Record(fields):
            given = [f"{name}: {part(field)}" for name, field in fields]
            return "{" + ", ".join(rng.sample(given, len(given))) + "}"
    return rng.choice(LITERALS[kind])


def some_program(rng: random.Random) -> str:
    """A composed function that names a few values and gives some to functions of random types."""
    wanted = [some_type(rng, 3) for _ in range(4)]
    callees = [f'fn f{index}(v: {kind}) -> text {{ spec "Say it." }}' for index, kind in enumerate(wanted)]
    names, lines = list(PARAMETERS), []
    for index in range(rng.randrange(5)):
        callee = rng.randrange(4)
        value = rng.choice(names) if rng.random() < 0.1 else some_value(wanted[callee], names, rng)
        lines.append(f"let v{index} = " + (f"f{callee}({value})" if rng.random() < 0.5 else value))
        names.append(f"v{index}")
    params = ", ".join(f"{name}: {kind}" for name, kind in PARAMETERS.items())
    result = rng.choice(wanted)
    body = ",\n  ".join([*lines, some_value(result, names, rng)])
    main = f"fn main({params}) -> {result} = {{\n  {body}\n}}"
    return "\n".join(["import std.list", "import std.option", *callees, main]) + "\n"


@pytest.mark.parametrize("seed", range(10))
def test_random_literals_are_accepted_and_valid_or_refused_with_codes(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    file = tmp_path / "main.paw"
    accepted = 0
    for _ in range(40):
        text = some_program(rng)
        file.write_text(text, encoding="utf-8")
        try:
            (module,) = Project.load([file], tmp_path).checked
        except PawError as error:
            assert all(re.fullmatch(r"P\d{4}", diagnostic.code) for diagnostic in error.diagnostics)
            continue
        accepted += 1
        assert problems(module) == [], text
        assert list(std_problems(module)) == [], text
    assert accepted
