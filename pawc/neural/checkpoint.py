"""A trained compiler <-> one file: safetensors, with canonical JSON in its header that says what it was trained for.

No pickle anywhere. The file's sha256 is the compiler's identity: every program it compiles names it. `float32` is
for training on; `bfloat16` and `int8` (one scale a row) are for shipping and may take at most 25 MB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from pawc.base import canonical
from pawc.base.diagnostics import fail
from pawc.base.fsio import read_bytes, write_atomic
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.runtime.interpreter import Interpreter

FORMAT = 1
LARGEST = 25_000_000
"""The size in bytes that a compiler may have that is part of the package."""
KINDS = ("float32", "bfloat16", "int8")
_SCALE = ".scale"


@dataclass(frozen=True)
class Facts:
    """What a checkpoint says about itself; `trained` is what training wants to tell (steps, data, seeds)."""

    settings: ModelSettings
    seed: int
    interpreter: str
    network: str
    kind: str
    trained: Mapping[str, Any]
    sha256: str


def encode(compiler: NeuralCompiler, kind: str = "float32", trained: Mapping[str, Any] | None = None) -> bytes:
    """The file of a compiler."""
    header = {
        "format": FORMAT,
        "settings": {**asdict(compiler.settings), "targets": list(compiler.settings.targets)},
        "seed": compiler.seed,
        "interpreter": compiler.interpreter.sha256,
        "network": compiler.network.sha256,
        "kind": kind,
        "trained": dict(trained or {}),
    }
    tensors: dict[str, Tensor] = {}
    for name, tensor in compiler.state_dict().items():
        tensors |= _packed(name, tensor.detach().float().cpu().contiguous(), kind)
    return save(tensors, {"pawc": canonical.dumps(header)})


def export(compiler: NeuralCompiler, path: Path, kind: str, trained: Mapping[str, Any] | None = None) -> int:
    """Write a compiler to ship; its size in bytes. A coded error where it is more than the package can carry."""
    data = encode(compiler, kind, trained)
    if len(data) > LARGEST:
        smaller = "a smaller model.rank" if kind == "int8" else "int8, or a smaller model.rank"
        fail(
            "P1205",
            f"the compiler takes {len(data) / 1e6:.1f} MB as {kind}; {LARGEST / 1e6:.0f} MB are allowed",
            where=str(path),
            help=f"try {smaller}",
        )
    write_atomic(path, data)
    return len(data)


def read(path: Path) -> tuple[Facts, dict[str, Tensor]]:
    """The facts of a compiler's file, and its parameters in float32."""
    data = read_bytes(path)
    try:
        tensors = load(data)
        length = int.from_bytes(data[:8], "little")
        header = canonical.loads(_header(data[8 : 8 + length]), str(path))
        settings = ModelSettings(**{**header["settings"], "targets": tuple(header["settings"]["targets"])})
        if header["format"] != FORMAT:
            _refuse(path, f"it has format {header['format']}, not {FORMAT}")
        facts = Facts(
            settings,
            header["seed"],
            header["interpreter"],
            header["network"],
            header["kind"],
            header["trained"],
            hashlib.sha256(data).hexdigest(),
        )
        return facts, _unpacked(tensors)
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
        _refuse(path, str(error))


def load_compiler(path: Path, interpreter: Interpreter, network: Interpreter | None = None) -> NeuralCompiler:
    """The compiler in a file, on its interpreter; a coded error where that is another one."""
    facts, tensors = read(path)
    compiler = NeuralCompiler(interpreter, facts.settings, network=network, seed=facts.seed)
    _put(compiler, facts, tensors, path)
    return compiler


def restore(compiler: NeuralCompiler, *paths: Path) -> None:
    """Give a compiler the parameters of a file; a coded error where they are not for its networks or do not fit.

    Of several files the mean (a model soup: Wortsman et al. 2022, section 2).
    """
    found = [read(path) for path in paths]
    for path, (facts, tensors) in zip(paths, found, strict=True):
        if facts.settings != found[0][0].settings:
            _refuse(path, f"it has another shape than {paths[0]}, and no mean with it")
        _put(compiler, facts, tensors, path)
    if len(found) > 1:
        names = found[0][1]
        compiler.load_state_dict({name: torch.stack([tensors[name] for _, tensors in found]).mean(0) for name in names})


def _put(compiler: NeuralCompiler, facts: Facts, tensors: Mapping[str, Tensor], path: Path) -> None:
    for role, wanted, given in (
        ("interpreter", facts.interpreter, compiler.interpreter),
        ("network", facts.network, compiler.network),
    ):
        if wanted != given.sha256:
            fail(
                "P1206",
                f"the compiler was trained with another {role} than `{given.name}`",
                where=str(path),
                help=f"its {role} has the sha256 {wanted[:16]}...",
            )
    try:
        compiler.load_state_dict(dict(tensors))
    except RuntimeError as error:
        _refuse(path, str(error).splitlines()[-1].strip())


def _header(data: bytes) -> str:
    text: str = json.loads(data)["__metadata__"]["pawc"]
    return text


def _packed(name: str, tensor: Tensor, kind: str) -> dict[str, Tensor]:
    if kind == "bfloat16":
        return {name: tensor.bfloat16()}
    if kind == "float32" or tensor.dim() < 2:
        return {name: tensor}
    scale = tensor.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127
    return {name: (tensor / scale).round().to(torch.int8), name + _SCALE: scale}


def _unpacked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = {}
    for name, tensor in tensors.items():
        if not name.endswith(_SCALE):
            found[name] = tensor.float()
            if tensor.dtype == torch.int8:
                found[name] *= tensors[name + _SCALE]
    return found


def _refuse(path: Path, why: str) -> NoReturn:
    fail("P1204", f"not a compiler that can be used: {why}", where=str(path))
