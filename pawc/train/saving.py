"""The folder of a training run: configuration, metrics and checkpoints that are there as a whole or not at all.

config.json          the configuration as it was resolved
metrics.jsonl        one line a step, one a validation
programs.jsonl       what stage 1 stored for stage 2
latest.json          which checkpoint is the last one, with the sha256 of its files
checkpoints/NAME/    compiler.safetensors, optimizer.safetensors
compiler.safetensors the compiler to ship, written when all phases are done
curves.svg           the metrics, drawn
"""

from __future__ import annotations

import hashlib
import json
import shutil
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
from pawc.neural import checkpoint
from pawc.neural.model import NeuralCompiler
from pawc.train.config import Config, plain
from pawc.train.config import load as load_config

CONFIG, METRICS, LATEST, CHECKPOINTS = "config.json", "metrics.jsonl", "latest.json", "checkpoints"
SHIPPED = "compiler.safetensors"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a run stands: so many steps of a phase are done; `finished`: with what comes after its last step."""

    phase: str
    step: int
    finished: bool = False


def refuse_run(folder: Path) -> None:
    """A coded error where a folder holds a run already."""
    if (folder / CONFIG).exists():
        fail(
            "P1215",
            f"`{folder}` holds a training run",
            where=str(folder),
            help=f"go on with it by --resume {folder}, or give another --out",
        )


def start(folder: Path, config: Config) -> None:
    """Begin a run in a folder that holds none."""
    refuse_run(folder)
    write_atomic(folder / CONFIG, canonical.dumps(plain(config)).encode())


def config_file(folder: Path) -> Path:
    """Where the configuration of the run in a folder is; a coded error where there is no run."""
    if not (folder / CONFIG).exists():
        _refuse(folder, "there is no training run")
    return folder / CONFIG


def go_on(folder: Path, config: Config) -> None:
    """Go on with the run in a folder, by this configuration from now on; not with another model than it has."""
    before = load_config(str(config_file(folder)))
    for key in ("model", "interpreter", "network"):
        if getattr(before, key) != getattr(config, key):
            _refuse(folder, f"the run was made with another `{key}`")
    if before != config:
        write_atomic(folder / CONFIG, canonical.dumps(plain(config)).encode())


def write(
    folder: Path, place: Place, compiler: NeuralCompiler, optimizer: torch.optim.Optimizer, state: Mapping[str, Tensor]
) -> None:
    """Make this the run's last checkpoint. Whoever is killed in between leaves the one before."""
    name = f"{place.phase}-{place.step:07}{'-finished' if place.finished else ''}"
    files = {
        "compiler.safetensors": checkpoint.encode(compiler, "float32", asdict(place)),
        "optimizer.safetensors": save(_flat(optimizer, state)),
    }
    for file, data in files.items():
        write_atomic(folder / CHECKPOINTS / name / file, data)
    hashes = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
    write_atomic(folder / LATEST, canonical.dumps({"name": name, "sha256": hashes, **asdict(place)}).encode())
    for other in (folder / CHECKPOINTS).iterdir():
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def place_of(folder: Path) -> Place | None:
    """Where the run in a folder stands; nothing before its first checkpoint."""
    if not (folder / LATEST).exists():
        return None
    found = _latest(folder)
    return Place(phase=found["phase"], step=found["step"], finished=found["finished"])


def restore_compiler(folder: Path, compiler: NeuralCompiler) -> None:
    """Give a compiler the parameters of the last checkpoint."""
    checkpoint.restore(compiler, _file(folder, "compiler.safetensors"))


def restore_optimizer(folder: Path, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Give an optimiser the state of the last checkpoint; the phase's own state."""
    path = _file(folder, "optimizer.safetensors")
    try:
        tensors = load(read_bytes(path))
    except SafetensorError as error:
        _refuse(folder, f"its checkpoint is damaged: {error}")
    values: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "optimizer":
            number, _, what = rest.partition("/")
            values.setdefault(int(number), {})[what] = tensor
    optimizer.load_state_dict({"state": values, "param_groups": optimizer.state_dict()["param_groups"]})
    return {name.removeprefix("phase/"): tensor for name, tensor in tensors.items() if name.startswith("phase/")}


def forget_metrics_after(folder: Path, place: Place | None, phases: tuple[str, ...]) -> None:
    """Drop the lines of steps that a resumed run will do again."""
    path = folder / METRICS
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        try:
            row = json.loads(line)
        except ValueError:  # the last line of a process that was killed while it wrote
            continue
        if place is not None and _before(row, place, phases):
            kept.append(line)
    write_atomic(path, "".join(kept).encode())


def append_metrics(folder: Path, row: Mapping[str, Any]) -> None:
    """One more line of metrics."""
    with (folder / METRICS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


def _before(row: Mapping[str, Any], place: Place, phases: tuple[str, ...]) -> bool:
    if row["phase"] == place.phase:
        if row["step"] == place.step and not place.finished:  # what comes after a step comes after its checkpoint
            return not {"finish", "validation"} & row.keys()
        return bool(row["step"] <= place.step)
    order = {phase: number for number, phase in enumerate(phases)}
    return order.get(row["phase"], -1) < order.get(place.phase, len(order))


def _flat(optimizer: torch.optim.Optimizer, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = {f"phase/{name}": tensor.detach().cpu().contiguous().clone() for name, tensor in state.items()}
    for number, values in optimizer.state_dict()["state"].items():
        for name, tensor in values.items():
            found[f"optimizer/{number}/{name}"] = tensor.detach().cpu().contiguous().clone()
    return found


def _latest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = canonical.loads(read_bytes(folder / LATEST).decode(errors="replace"), str(folder / LATEST))
    if not isinstance(found, dict) or not {"name", "sha256", "phase", "step", "finished"} <= found.keys():
        _refuse(folder, f"`{LATEST}` is damaged")
    return found


def _file(folder: Path, file: str) -> Path:
    latest = _latest(folder)
    path = folder / CHECKPOINTS / str(latest["name"]) / file
    if hashlib.sha256(read_bytes(path)).hexdigest() != latest["sha256"].get(file):
        _refuse(folder, f"`{path.name}` is not what was saved")
    return path


def _refuse(folder: Path, why: str) -> NoReturn:
    fail("P1214", f"cannot resume: {why}", where=str(folder), help="--resume takes the folder that --out named")
