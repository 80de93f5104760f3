"""`pawc train`: a configuration and a folder -> a trained compiler in it; or a run that stopped and can go on."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from pawc.base.fsio import write_atomic
from pawc.data.decontaminate import Report
from pawc.driver.console import Console
from pawc.interpreters.store import Store
from pawc.neural import checkpoint
from pawc.neural.compiler import preferred_dtype
from pawc.neural.model import NeuralCompiler
from pawc.neural.norms import fuse_norms
from pawc.neural.shipped import compiler_file
from pawc.runtime.interpreter import Interpreter
from pawc.train import plots, programs, saving, sources
from pawc.train.batches import Corpus
from pawc.train.config import STAGES, Config
from pawc.train.curriculum import Curriculum
from pawc.train.loop import Driver
from pawc.train.parallel import processes, wait
from pawc.train.phase import Job, Phase
from pawc.train.stage1 import Reward, Warm
from pawc.train.stage2 import Prefix
from pawc.train.stage3 import Joint

PHASES: dict[str, type[Phase]] = {kind.name: kind for kind in (Warm, Reward, Prefix, Joint, Curriculum)}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the command line asks for. `stage` 0: all; `resume`: the folder holds a run to go on with."""

    folder: Path
    stage: int = 0
    resume: bool = False
    device: str = "auto"
    max_minutes: float = math.inf


def train(config: Config, request: Request, console: Console, store: Store | None = None) -> bool:
    """Train. Whether everything that was asked for is done (else it stopped early and can be resumed)."""
    if config.start and not request.resume:
        config = replace(config, model=checkpoint.read(Path(config.start[0]))[0].settings)
    with processes(request.device) as (rank, world, device):
        console = console if rank == 0 else Console(quiet=True)
        if device.type == "cuda":
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
            torch.use_deterministic_algorithms(True, warn_only=True)
            # Nothing here reads memory before it is written; to fill all of it first costs a kernel per tensor.
            torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        return _train(config, request, console, store or Store(), rank, world, device)


def _train(
    config: Config, request: Request, console: Console, store: Store, rank: int, world: int, device: torch.device
) -> bool:
    folder = request.folder
    if rank == 0:
        if request.resume:
            saving.go_on(folder, config)
        else:
            saving.refuse_run(folder)
    wait()
    # Only one process fetches the interpreter, should it not be there.
    if rank == 0:
        store.resolve(config.interpreter)
    wait()
    interpreter = _loaded(store, config.interpreter, config, device)
    network = _loaded(store, config.network, config, device) if config.network else interpreter
    compiler = NeuralCompiler(interpreter, config.model, network=network, seed=config.seed)
    loaded = sources.load(config.data, config.seed)
    held_out = loaded.held_out
    if rank == 0:
        _tell_removed(folder, loaded.removed, console)
    corpus = Corpus(loaded.sources, config.data, interpreter.layout)
    held = Corpus({"held_out": held_out}, replace(config.data, weights={}), interpreter.layout) if held_out else None
    job = Job(config, compiler, corpus, folder, rank, world)
    if rank == 0 and not request.resume:
        saving.start(folder, config)  # Not before: what cannot be trained on is no run.
    _tell(console, job, held)
    place = saving.place_of(folder) if request.resume else None
    if rank == 0:
        saving.forget_metrics_after(folder, place, config.phases)
    wait()
    if place is not None:
        saving.restore_compiler(folder, compiler)
    elif config.start:
        checkpoint.restore(compiler, *map(Path, config.start))
    driver = Driver(job, console, held_out=held, max_minutes=request.max_minutes)
    wanted = [name for name in config.phases if request.stage in (0, STAGES[name])]
    if place is not None and place.phase in wanted:
        wanted = wanted[wanted.index(place.phase) :]
    with driver.stopping_on_signals():
        for name in wanted:
            job.programs = programs.read(folder / programs.FILE, compiler)
            if not driver.run(PHASES[name](job), place):
                if rank == 0:
                    _ship(job, console)
                console.log(f"stopped; to go on: pawc train --resume {folder}")
                return False
            wait()
    if rank == 0:
        _ship(job, console)
    if device.type == "cuda":
        console.log(f"GPU memory: {torch.cuda.max_memory_allocated(device) / 1e9:.1f} GB at most")
    return True


def _loaded(store: Store, name: str, config: Config, device: torch.device) -> Interpreter:
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}.get(config.dtype)
    if dtype is None:
        dtype = torch.bfloat16 if device.type == "cuda" else preferred_dtype()
    interpreter = Interpreter.load(store.resolve(name).folder, dtype)
    interpreter.model.to(device)
    if device.type == "cuda":
        # Eager attention writes its scores out, in float32 and once a layer. (On a CPU its backward is the faster one.)
        interpreter.model.set_attn_implementation("sdpa")
        fuse_norms(interpreter.model)
    return interpreter


def _tell(console: Console, job: Job, held: Corpus | None) -> None:
    size = sum(parameter.numel() for parameter in job.compiler.parameters())
    console.log(
        f"{len(job.corpus.tasks)} tasks to train on, {len(held.tasks) if held else 0} held out; "
        f"{size / 1e6:.1f} M parameters; {job.world} process(es), {job.compiler.embeddings.device}, "
        f"{job.compiler.interpreter.dtype}"
    )
    for what, count in sorted(job.corpus.left_out.items()):
        if count:
            console.log(f"left out: {count} {what}")


def _tell_removed(folder: Path, removed: Mapping[str, Report], console: Console) -> None:
    """Say what was taken out of the training data for being of dev; every task of it in a file of the run."""
    for name, report in removed.items():
        whole = sum(removal.whole for removal in report.removals)
        single = sum(removal.examples for removal in report.removals if not removal.whole)
        console.log(f"{name}: {whole} tasks and {single} examples of others are of dev, and were taken out")
    if removed:
        texts = (f"{name}: {report}\n" for name, report in removed.items())
        write_atomic(folder / "removed.txt", "".join(texts).encode())


def _form(rows: Sequence[Mapping[str, Any]]) -> str:
    """What belongs behind the prefixes of the compiler, by the last look at held-out tasks (`shipped.FORMS`)."""
    last: dict[str, float] = next((row["validation"] for row in reversed(rows) if "validation" in row), {})
    forms = {"both": "spec", "prefix": "none", "whole": "written"}  # of equally good ones the first
    return forms[max(forms, key=lambda arm: round(last.get(arm, 0.0), 6))]  # a mean's last digits say nothing


def _ship(job: Job, console: Console) -> None:
    """Write the compiler as it ships, and the curves: as far as training has come."""
    path, metrics = job.folder / saving.SHIPPED, job.folder / saving.METRICS
    rows = [json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines()]
    trained = {
        "form": _form(rows) if job.config.form == "auto" else job.config.form,
        "phases": {row["phase"]: row["step"] for row in rows},
        "seed": job.config.seed,
        "start": [compiler_file(Path(name)).sha256 for name in job.config.start],
    }
    size = checkpoint.export(job.compiler, path, job.config.export, trained)
    plots.draw(metrics, job.folder / "curves.svg")
    console.log(f"written: {path} ({size / 1e6:.2f} MB, {job.config.export})")
