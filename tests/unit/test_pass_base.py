from __future__ import annotations

import subprocess
import sys

import pytest

from pawc.base.diagnostics import InternalError
from pawc.pass_base import Context, Pass


def test_a_pass_without_run_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Pass()  # type: ignore[abstract]


def test_contexts_share_nothing_by_default() -> None:
    assert Context().blobs is not Context().blobs


def test_asking_for_signatures_that_nobody_gives_is_our_fault() -> None:
    with pytest.raises(InternalError, match="lib/answers"):
        Context().signatures("lib/answers")


def test_knowing_the_passes_loads_none_of_them_nor_anything_heavy() -> None:
    script = """
import sys
from pawc.pass_base import Context
from pawc.pass_spec import parse_pipeline
from pawc.passes import PASSES
assert not [name for name in sys.modules if name.startswith("pawc.passes.")]
assert not {"numpy", "torch", "lark", "safetensors"} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", script], check=True)
