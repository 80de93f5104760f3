"""Golden tests of the linker: `link/CASE.ir` holds objects as IR text, `CASE.stderr` what the linker says of them.

Objects are separated by lines of `----`; a first line `# entry: NAME` asks for an entry. A case without an error
has `CASE.linked.ir`, the linked module.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pawc.passes.link import link

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.codes.link import CODES
from pawc.ir.parser import parse_module
from pawc.ir.printer import print_module
from pawc.ir.verify import problems

FOLDER = Path(__file__).parent / "link"
CASES = sorted(path for path in FOLDER.glob("*.ir") if not path.name.endswith(".linked.ir"))


def linked(path: Path) -> tuple[str, str]:
    """What linking a case gives: the suffix of its golden file, and the text."""
    text = path.read_text(encoding="utf-8")
    entry = match[1] if (match := re.match(r"# entry: (\S+)\n", text)) else ""
    parts = [part for part in re.split(r"^-+$", text, flags=re.MULTILINE) if part.strip()]
    try:
        module = link([parse_module(Source(path.name, part)) for part in parts], entry)
    except PawError as error:
        return ".stderr", f"{error}\n"
    assert problems(module) == []
    return ".linked.ir", print_module(module)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_linker_says_what_its_golden_file_says(path: Path, bless: bool) -> None:
    suffix, text = linked(path)
    golden = path.with_suffix(suffix)
    if bless:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_linker_code_has_a_golden_file() -> None:
    shown = " ".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.stderr"))
    assert [code.code for code in CODES if f"[{code.code}]" not in shown] == ["P0601"]  # no objects: no file


def test_linking_nothing_is_an_error() -> None:
    with pytest.raises(PawError, match="P0601"):
        link([])
