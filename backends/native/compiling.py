"""The engine's C++ sources -> a shared library in the cache, compiled at first use by the machine's own compiler.

A library holds kernels for several kinds of processor and chooses when it is loaded, so it runs on every machine of
its architecture. Its name is the hash of all that it depends on.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.interpreters.store import cache_root

SOURCES = Path(__file__).parent
FLAGS = ("-O3", "-std=c++17", "-fPIC", "-Wno-psabi")
AVX2 = ("-mavx2", "-mfma", "-mf16c")
AVX512 = (
    *AVX2,
    *(f"-mavx512{part}" for part in ("f", "bw", "dq", "vl", "vnni")),
    "-mprefer-vector-width=512",
    "-Wno-maybe-uninitialized",  # gcc 12 says so of its own intrinsics
)


def library() -> Path:
    """The compiled engine."""
    machine, compiler = platform.machine(), os.environ.get("CXX", "c++")
    digest = hashlib.sha256("\0".join((machine, platform.system(), compiler, *FLAGS, *AVX512)).encode())
    for source in sorted(path for path in SOURCES.iterdir() if path.suffix in (".cpp", ".h")):
        digest.update(source.read_bytes())
    target = cache_root() / "native" / f"engine-{digest.hexdigest()[:16]}.so"
    if target.exists():
        return target
    with fsio.lock(target):
        if not target.exists():
            print("compiling the native engine (once)", file=sys.stderr, flush=True)
            _compile(compiler, machine, target)
    return target


def _compile(compiler: str, machine: str, target: Path) -> None:
    if shutil.which(compiler) is None:
        help = "install a C++ compiler (or name one in CXX), or run with `--engine torch`"
        fail("P0719", f"the native engine is compiled at first use, and there is no `{compiler}` here", help=help)
    kinds: dict[str, tuple[str, ...]] = {"portable": ()}
    if machine in ("x86_64", "AMD64"):
        kinds |= {"avx2": AVX2, "avx512": AVX512}
    with tempfile.TemporaryDirectory(prefix="pawc-native-") as folder, fsio.replacing(target) as temporary:
        objects = [f"{folder}/engine.o"]
        commands = [[*FLAGS, "-c", str(SOURCES / "engine.cpp"), "-o", objects[0]]]
        for kind, flags in kinds.items():
            objects.append(f"{folder}/{kind}.o")
            named = (f"-DKERNELS={kind}_kernels", f'-DKERNELS_NAME="{kind}"')
            commands.append([*FLAGS, *flags, *named, "-c", str(SOURCES / "kernels.cpp"), "-o", objects[-1]])
        commands.append(["-shared", "-pthread", *objects, "-o", str(temporary)])
        for command in commands:
            result = subprocess.run([compiler, *command], capture_output=True, text=True)
            if result.returncode:
                said = next((line for line in result.stderr.splitlines() if "error" in line), result.stderr[:200])
                fail(
                    "P0719", f"`{compiler}` cannot compile the native engine: {said}", help="run with `--engine torch`"
                )
