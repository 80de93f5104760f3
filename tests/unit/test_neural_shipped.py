"""Which neural compiler a build has, found by reading headers only."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.neural.shipped import compiler_file, compiler_for
from tests.compilers import compiler_path
from tests.tiny import tiny_info


def test_a_file_says_what_it_is_for(tmp_path: Path) -> None:
    path = compiler_path(tmp_path, form="none")
    found = compiler_file(path)
    assert (found.interpreter, found.network) == (tiny_info().sha256, tiny_info().sha256)
    assert (found.form, found.sha256) == ("none", hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_compiler_in_the_box_is_found_by_the_interpreter_s_hash(tmp_path: Path) -> None:
    path = compiler_path(tmp_path)
    found = compiler_for(tiny_info().sha256, folder=tmp_path)
    assert found is not None and found.path == path
    assert compiler_for(tiny_info("qwen3").sha256, folder=tmp_path) is None


def test_a_named_compiler_has_to_be_for_the_interpreter(tmp_path: Path) -> None:
    with pytest.raises(PawError, match="P1206"):
        compiler_for(tiny_info("qwen3").sha256, str(compiler_path(tmp_path)))


@pytest.mark.parametrize("data", [b"", b"\x00" * 40, b"\x80\x04pickle" * 9])
def test_what_is_no_compiler_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(data)
    with pytest.raises(PawError, match="P1204"):
        compiler_file(path)


def test_a_form_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PawError, match="P1204"):
        compiler_file(compiler_path(tmp_path, form="poem"))


def test_looking_for_a_compiler_imports_no_torch() -> None:
    script = "import sys; from pawc.neural import shipped; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "False\n"
