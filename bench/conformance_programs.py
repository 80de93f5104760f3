"""Public tasks -> the programs and inputs that `bench.conformance` asks every backend."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.project import Project
from pawc.files.executable import Executable
from pawc.ir.nodes import NeuralFunction

TASKS = {
    "bigbench/anachronism_detect": "labels",
    "bigbench/color_name_rgb": "text",
    "bigbench/metaphor_paraphrase_check": "labels",
    "bigbench/past_tense": "text",
    "bigbench/unscramble_word": "text",
    "bigbench/valid_parentheses": "labels",
    "bigbench/wrangling/time_to_24h": "text matching /[0-9:]{5,8}/",
    "bigbench/wrangling/value_of_quantity": "text matching /[0-9.]{1,8}/",
    "fv/country_capital": "text",
    "fv/next_item": "text",
    "fv/present_to_past": "text",
    "fv/previous_item": "text",
    "node_semver/in_range": "labels",
    "price_parser/amount": "text matching /none|[0-9.]{1,10}/",
    "query_wellformedness/rewrite_flag": "labels",
    "query_wellformedness/wellformed": "labels",
    "superni/sentiment140": "labels",
    "t0/app_review_stars": "int",
    "tweeteval/emotion": "labels",
    "tweeteval/offensive": "labels",
}
"""Tasks with short texts, and the output type of each; "labels": those of the task."""

WITH_PREFIX = ("bigbench/past_tense", "fv/country_capital", "query_wellformedness/wellformed", "superni/sentiment140")
"""Compiled with `-O2` (few steps, 8 bits); all others with `-O0`."""

SHOTS, INPUTS = 2, 50


@dataclass(frozen=True)
class Case:
    """One program and the inputs it is asked, each with the answer that the corpus has."""

    name: str
    function: NeuralFunction
    executable: Executable
    inputs: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """A hash of all that decides an answer but the input."""
        program = self.function.program
        assert program is not None
        facts = (program.interpreter, program.tokens, program.prefix, self.function.result, self.function.options)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def cases(corpus: Path, work: Path, interpreter: str = "") -> Iterator[Case]:
    """The programs of the tasks, built in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "paw.toml").touch()
    reader = gzip.open if corpus.suffix == ".gz" else open
    with reader(corpus, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    for record in sorted(records, key=lambda record: str(record["task"])):
        if (kind := TASKS.get(record["task"])) is None:
            continue
        rows = sorted({given: (given, wanted) for given, wanted in record["examples"]}.values())
        random.Random(record["task"]).shuffle(rows)
        yield _case(record, kind, rows, work, interpreter)


def _case(record: Mapping[str, Any], kind: str, rows: Sequence[tuple[str, str]], work: Path, interpreter: str) -> Case:
    tuned = record["task"] in WITH_PREFIX
    shots, rows = rows[: 8 if tuned else SHOTS], rows[8:]
    result = " | ".join(map(_quoted, record["labels"])) if kind == "labels" else kind
    body = [f"  spec {_quoted(record['spec'])}", "  option max_tokens = 12"]
    body += ["  option steps = 6"] if tuned else []
    body += [f"  example {_quoted(given)} -> {_literal(kind, wanted)}" for given, wanted in shots]
    path = work / f"{record['task'].replace('/', '_')}.paw"
    path.write_text(f"fn answer(input: text) -> {result} {{\n" + "\n".join(body) + "\n}\n", encoding="utf-8")
    builder = Builder(Options(level=2 if tuned else 0, interpreter=interpreter), Console(quiet=True))
    executable = builder.executable(Project.load([path], work))
    (function,) = executable.module.neural
    return Case(record["task"], function, executable, tuple(rows[:INPUTS]))


def _literal(kind: str, text: str) -> str:
    return text if kind == "int" else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
