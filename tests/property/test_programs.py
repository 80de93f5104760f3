"""Any text is a program or is refused with codes; what is accepted keeps every rule of the IR."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.codes.data import CODES as DATA
from pawc.codes.examples import CODES as EXAMPLES
from pawc.codes.names import CODES as NAMES
from pawc.codes.types import CODES as TYPES
from pawc.driver.project import Project
from pawc.files.loaded import std_problems
from pawc.ir.verify import problems

FUNCTIONS = """
import std.text
import std.list
import std.option
type Level = "now" | "wait"
type Ticket = { name: text, level: int, due: text? }
fn level(mail: text) -> Level { spec "How urgent?" example "a" -> "now" test "b" -> "wait" }
fn act(level: Level, note: text) -> text { spec "What to do." }
fn ticket(mail: text) -> Ticket { spec "The ticket." example "a" -> { level: 1, name: "x" } }
fn file(ticket: Ticket) -> text { spec "A line about it." }
fn share(amount: float) -> text { spec "In words." example 1 -> "one" }
fn nick(name: text) -> text? { spec "The nickname." option max_tokens = 8 }
fn all(names: list<float>) -> text { spec "All of them." }
"""
BODIES = (
    "-> text = { let t = { level: 1, due: null, name: m } file(t) ++ t.name ++ x }",
    '-> list<Ticket> = [{ due: null, level: 3, name: m }, ticket(m), { name: m, due: "d", level: x }]',
    '-> Level? = match x { 0 => null, 1 => "now", _ => level(m) }',
    "-> list<Level> = match x { 0 => [], _ => [m] |> map level }",
    '-> text = option.or_else(nick(m), "none") ++ share(x) ++ share(3)',
    "-> list<int> = list.concat([x], [])",
    '-> list<text> = ["a", "b"] |> map act("now", _) |> list.concat(_, [m, text.strip(m)])',
    "-> list<list<int>> = [[], [1], [x, 2]]",
    '-> Level = match level(m) { "now" => "wait", "wait" => match x { 0 => level(m), _ => "now" } }',
    "-> text = { let a = [] let b = null let c = [a, [1]] all([1, x]) ++ list.length(c) ++ option.or_else(b, m) }",
)
PROGRAMS = [f"{FUNCTIONS}fn main(m: text, x: int) {body}\n" for body in BODIES]
SMALL = [code.good for code in (*NAMES, *TYPES, *EXAMPLES, *DATA) if "fn " in code.good]
TOKENS = re.compile(r'"[^"\n]*"|\w+|\s+|.', re.DOTALL)


def mutated(text: str, pool: list[str], rng: random.Random) -> str:
    """The text with a token left out, put in or replaced, near its end more often than not."""
    tokens = TOKENS.findall(text)
    at = rng.randrange(rng.choice((0, len(tokens) * 2 // 3)), len(tokens))
    tokens[at : at + rng.randrange(2)] = [rng.choice(pool)] if rng.random() < 0.8 else []
    return "".join(tokens)


@pytest.mark.parametrize("text", PROGRAMS, ids=BODIES)
def test_these_programs_are_accepted(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.paw").write_text(text, encoding="utf-8")
    (module,) = Project.load([tmp_path / "main.paw"], tmp_path).checked
    assert problems(module) == []
    assert list(std_problems(module)) == []


@pytest.mark.parametrize("seed", range(10))
def test_a_mutated_program_is_accepted_and_valid_or_refused_with_codes(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    pool = [token for text in (*PROGRAMS, *SMALL) for token in TOKENS.findall(text)]
    accepted = 0
    for _ in range(60):
        text = mutated(rng.choice(PROGRAMS if rng.random() < 0.7 else SMALL), pool, rng)
        (tmp_path / "main.paw").write_text(text, encoding="utf-8")
        try:
            project = Project.load([tmp_path / "main.paw"], tmp_path)
        except PawError as error:
            assert all(re.fullmatch(r"P\d{4}", diagnostic.code) for diagnostic in error.diagnostics)
            continue
        accepted += 1
        for module in (*project.modules, *project.checked):
            assert problems(module) == [], text
        for module in project.checked:
            assert list(std_problems(module)) == [], text
    assert accepted
