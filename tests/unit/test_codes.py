"""The registry of messages: complete, without duplicates, and true: the bad examples are refused with their code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pawc.base.diagnostics import InternalError, PawError
from pawc.base.source import Source
from pawc.codes import Code, all_codes, join, lowering, syntax
from pawc.lowering.modules import lower
from pawc.syntax.parser import parse

ROOT = Path(__file__).parents[2]


def codes_used() -> set[str]:
    """Every code that stands as a text of its own in the code, the registry and bounds of ranges aside."""
    files = [path for folder in ("pawc", "passes", "backends") for path in (ROOT / folder).rglob("*.py")]
    texts = (path.read_text(encoding="utf-8") for path in files if path.parent.name != "codes")
    return {code for text in texts for code in re.findall(r'(?<!< )"(P\d{4})"(?! <)', text)}


def test_every_code_that_is_used_is_registered() -> None:
    assert codes_used() - set(all_codes()) == set()


def test_every_registered_code_is_used() -> None:
    assert set(all_codes()) - codes_used() == set()


def test_a_code_registered_twice_is_a_fault_of_ours() -> None:
    one = Code(code="P0001", title="t", what="w", why="w", bad="b", good="g")
    with pytest.raises(InternalError, match="P0001"):
        join([[one], [one]])


def test_every_code_explains_itself() -> None:
    for code in all_codes().values():
        assert re.fullmatch(r"P\d{4}", code.code)
        assert code.title
        assert not code.title.endswith(".")
        assert code.what.endswith(".")
        assert code.why.endswith(".")
        assert code.bad != code.good


@pytest.mark.parametrize("code", (*syntax.CODES, *lowering.CODES), ids=lambda code: code.code)
def test_the_bad_example_is_refused_with_its_code_alone(code: Code, tmp_path: Path) -> None:
    with pytest.raises(PawError) as caught:
        lower(parse(Source("bad.paw", code.bad)), "bad", tmp_path)
    found = {diagnostic.code for diagnostic in caught.value.diagnostics} - {"P0420"}  # a data file that is not here
    assert found == {code.code}


@pytest.mark.parametrize("code", (*syntax.CODES, *lowering.CODES), ids=lambda code: code.code)
def test_the_good_example_is_accepted(code: Code, tmp_path: Path) -> None:
    lower(parse(Source("good.paw", code.good)), "good", tmp_path)
