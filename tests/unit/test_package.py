"""What is installed: every package that has code, with its data files."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from test_import_direction import FILES, FOLDERS, ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA = {"pawc/py.typed", "pawc/paw.mk", "pawc/grammar/paw.lark", "pawc/serve/page.html"}


def expected() -> set[str]:
    """The files of a wheel, without its metadata."""
    code = {
        name.replace(".", "/") + ("/__init__.py" if path.name == "__init__.py" else ".py")
        for name, path in FILES.items()
    }
    grammars = {f"pawc/grammar/{path.name}" for path in (ROOT / "grammar").glob("*.lark")}
    configurations = {f"pawc/train/configs/{path.name}" for path in (ROOT / "pawc/train/configs").glob("*.yaml")}
    engine = {f"pawc/backends/native/{path.name}" for path in (ROOT / "backends/native").glob("*.[ch]*")}
    compilers = {f"pawc/neural/compilers/{path.name}" for path in (ROOT / "pawc/neural/compilers").iterdir()}
    compilers = {name for name in compilers if name.endswith(".safetensors")}
    return code | DATA | grammars | configurations | engine | compilers


def test_every_folder_with_code_or_data_is_a_listed_package() -> None:
    with_code = {name if path.name == "__init__.py" else name.rpartition(".")[0] for name, path in FILES.items()}
    with_data = {"pawc.train.configs", "pawc.neural.compilers"}
    assert with_code | with_data == set(SETTINGS["tool"]["setuptools"]["packages"])


def test_the_mapped_folders_are_the_mapped_packages() -> None:
    assert SETTINGS["tool"]["setuptools"]["package-dir"] == {package: folder for folder, package in FOLDERS.items()}


def test_a_wheel_holds_every_module_and_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in (*FOLDERS, "pyproject.toml", "README.md"):
        (source / name).symlink_to(ROOT / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        source,
    ]
    subprocess.run(command, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == expected()
