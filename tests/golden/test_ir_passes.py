"""Golden tests of passes: `passes/PASS/CASE.before.ir` becomes `CASE.after.ir`, both as IR text.

The first line of a case may be a comment `# passes: inline{limit=3}`; else the folder names the pass.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pawc.passes import PASSES

from pawc.base.source import Source
from pawc.ir.parser import parse_module
from pawc.ir.printer import print_module
from pawc.pass_base import Context
from pawc.pass_manager import PassManager
from pawc.pass_spec import parse_pipeline

FOLDER = Path(__file__).parent / "passes"
CASES = sorted(FOLDER.glob("*/*.before.ir"))
LINK_TIME = ["share-programs", "inline", "fold-constants", "deduplicate-calls", "eliminate-dead"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name.removesuffix('.before.ir')}")
def test_a_pass_rewrites_as_its_golden_file_says(path: Path, bless: bool) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    spec = first.removeprefix("# passes: ") if first.startswith("# passes: ") else path.parent.name
    module = parse_module(Source(path.name, text))
    after = print_module(PassManager(passes=parse_pipeline(spec, PASSES)).run(module, Context()))
    golden = path.with_name(path.name.replace(".before.", ".after."))
    if bless:
        golden.write_text(after, encoding="utf-8")
    assert after == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LINK_TIME)
def test_every_link_time_pass_has_golden_files(name: str) -> None:
    assert [path for path in CASES if path.parent.name == name]
