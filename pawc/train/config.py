"""The configuration of a training run: YAML and `--set key=value` -> frozen dataclasses; mistakes are coded errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import fail, nearest
from pawc.neural.model import ModelSettings
from pawc.neural.shipped import FORMS
from pawc.train.config_values import build, plain_values, read_yaml, set_key

STAGES = {"warm": 1, "reward": 1, "prefix": 2, "joint": 3, "curriculum": 4}
"""The phases there are, and the stage that `--stage` means them by."""
ORDERS = ("instructions", "proactive", "retroactive")


@dataclass(frozen=True, kw_only=True)
class Data:
    """What is trained on. `variants`: so many variants of each task of the files, with other labels or another form.
    `weights`: how often each source (a file's name up to its first dot, `variants` or `synthetic`) is drawn, 1 where it
    is not named. `contrast`: the share of functions whose neighbour in the batch is another
    function of the same inputs. `held_out`: the share of families kept for validation, or the file to take.
    `decontaminate`: files of tasks that will be evaluated on; whatever training data has of them is taken out (that
    of `validation` always is)."""

    files: tuple[str, ...] = ()
    variants: int = 0
    synthetic: int = 0
    weights: Mapping[str, float] = field(default_factory=dict)
    contrast: float = 0.25
    held_out: float = 0.05
    validation: str = ""
    decontaminate: tuple[str, ...] = ()
    longest_spec: int = 256
    longest_example: int = 256


@dataclass(frozen=True, kw_only=True)
class Phase:
    """What all phases have. A step learns from `functions` functions, `micro` of them at a time on one device
    (0: all at once). The rate warms up for `warmup` steps and falls as a cosine to `floor` of its peak."""

    steps: int = 0
    functions: int = 16
    micro: int = 0
    learning_rate: float = 4e-4
    warmup: int = 20
    floor: float = 0.05
    clip: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Warm(Phase):
    """Learn to write template programs: the task in another wording, then up to `shown` examples."""

    shown: int = 5
    given_share: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Reward(Phase):
    """GRPO. `dense`: what the mean log-likelihood of the answers counts beside the share of exact ones.

    One sampling serves `updates` optimiser steps; `ratio` is how far a probability may move before it is clipped.
    At most `limit` tokens are written; laid out as a conversation they may take `budget` tokens.
    """

    learning_rate: float = 5e-5
    candidates: int = 8
    held_back: int = 4
    updates: int = 1
    temperature: float = 1.0
    ratio: float = 0.2
    kl: float = 0.02
    dense: float = 0.2
    limit: int = 192
    budget: int = 320
    given_share: float = 0.5
    given: int = 5


@dataclass(frozen=True, kw_only=True)
class Prefix(Phase):
    """Supervised through the frozen interpreter. Behind the prefix stand, for these shares of the functions, the
    specification (`spec_share`), the specification with examples as turns (`shots_share`), or a stored program; else
    nothing. `given_share` of the functions show the compiler up to `given` examples; it reads those that are turns.
    `distil`: weight of matching the interpreter's own distribution under the specification and five examples.
    `drift`: weight of staying close to the stored programs. `universal`: one prefix for all functions, as the
    compiler reads a generic sentence in place of every specification: the baseline of `pawc eval`."""

    universal: bool = False
    examples: int = 4
    spec_share: float = 0.3
    shots_share: float = 0.0
    program_share: float = 0.1
    given_share: float = 0.25
    given: int = 8
    distil: float = 0.0
    drift: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Joint(Reward):
    """Both parts: GRPO with the prefix in place, and the prefix's own loss (weight `supervised`) behind the best."""

    learning_rate: float = 2e-5
    supervised: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Curriculum(Phase):
    """Functions by name, learned from their instructions' text; `demonstrated` is the share that also gets examples.

    `order`: instructions (never examples), proactive (examples in the first half, the others' text in the second),
    retroactive (all text first, then examples).
    """

    order: str = "proactive"
    demonstrated: float = 0.5
    examples: int = 4


@dataclass(frozen=True, kw_only=True)
class Programs:
    """What stage 1 stores for stage 2: so many pseudo-programs a task, sampled at this temperature. So many are
    written at a time, as `batch` says, here and in GRPO."""

    per_task: int = 2
    temperature: float = 0.7
    batch: int = 64


@dataclass(frozen=True, kw_only=True)
class Validation:
    """How held-out tasks are looked at: every so many steps (0: after each phase only), how many, how thoroughly."""

    every: int = 0
    functions: int = 32
    examples: int = 8
    batch: int = 8


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole run. `start`: the file of the compiler that training goes on from, of several their mean; the first one's
    shape is then the run's. `form`: what belongs behind the prefixes of what ships (`shipped.FORMS`); where it is
    `auto`, what does best on the held-out tasks."""

    interpreter: str = ""
    network: str = ""
    start: tuple[str, ...] = ()
    seed: int = 0
    dtype: str = "auto"
    checkpoint_minutes: float = 10.0
    export: str = "int8"
    form: str = "auto"
    phases: tuple[str, ...] = ("warm", "reward", "prefix", "joint")
    data: Data = field(default_factory=Data)
    model: ModelSettings = field(default_factory=ModelSettings)
    warm: Warm = field(default_factory=Warm)
    reward: Reward = field(default_factory=Reward)
    prefix: Prefix = field(default_factory=Prefix)
    joint: Joint = field(default_factory=Joint)
    curriculum: Curriculum = field(default_factory=Curriculum)
    programs: Programs = field(default_factory=Programs)
    validation: Validation = field(default_factory=Validation)

    def phase(self, name: str) -> Phase:
        """The settings of a phase."""
        found: Phase = getattr(self, name)
        return found


def load(name: str, changes: Sequence[str] = (), data: Sequence[str] = (), dev: Sequence[str] = ()) -> Config:
    """The configuration `name`: one that comes with pawc, or a path; then `changes`, each `key.key=value`.

    `data` are files of tasks beside those that it names, `dev` files of which nothing is trained on.
    """
    packaged = files("pawc.train") / "configs" / f"{name}.yaml"
    path = Path(name)
    if path.is_file():
        text, where = path.read_text(encoding="utf-8"), str(path)
    elif packaged.is_file():
        text, where = packaged.read_text(encoding="utf-8"), f"{name}.yaml"
    else:
        known = sorted(p.name.removesuffix(".yaml") for p in (files("pawc.train") / "configs").iterdir())
        fail(
            "P1211",
            f"there is no configuration `{name}`",
            help=nearest(name, known) or f"there are: {', '.join(known)}",
        )
    values = read_yaml(text, where)
    if not isinstance(values, dict | None):
        fail("P1210", "a configuration is a mapping of keys to values", where=where)
    values = values or {}
    for change in changes:
        set_key(values, change)
    config = parse(values, where)
    own = config.data
    return replace(
        config,
        data=replace(own, files=(*own.files, *data), decontaminate=(*own.decontaminate, *dev)),
    )


def parse(values: Mapping[str, Any], where: str) -> Config:
    """The configuration that plain values spell."""
    config: Config = build(Config, values, where)
    for at, phase in enumerate(config.phases):
        if phase not in STAGES:
            fail(
                "P1210",
                f"`phases[{at}]` is `{phase}`, no phase",
                where=where,
                help=nearest(phase, STAGES) or ", ".join(STAGES),
            )
    choices = (
        ("dtype", config.dtype, ("auto", "float32", "bfloat16")),
        ("export", config.export, ("int8", "bfloat16")),
        ("form", config.form, ("auto", *FORMS)),
        ("curriculum.order", config.curriculum.order, ORDERS),
    )
    for key, value, allowed in choices:
        if value not in allowed:
            fail("P1210", f"`{key}` is `{value}`", where=where, help=f"one of {', '.join(allowed)}")
    _check_numbers(config, where)
    return config


def plain(config: Config) -> dict[str, Any]:
    """The configuration as plain values, which `parse` reads back."""
    found: dict[str, Any] = plain_values(asdict(config))
    return found


def _check_numbers(config: Config, where: str) -> None:
    """Refuse what no run could use: counts below one, shares beyond one."""
    for part in fields(config):
        section = getattr(config, part.name)
        if not is_dataclass(section):
            continue
        for item in fields(section):
            value, key = getattr(section, item.name), f"{part.name}.{item.name}"
            if item.name in _COUNTS and value < 1:
                fail("P1210", f"`{key}` is {value}; it must be at least 1", where=where)
            if (item.name.endswith("_share") or item.name in ("contrast", "demonstrated")) and not 0 <= value <= 1:
                fail("P1210", f"`{key}` is {value}; a share lies between 0 and 1", where=where)
            if item.name in ("steps", "learning_rate", "variants", "synthetic", "micro", "mapper") and value < 0:
                fail("P1210", f"`{key}` is {value}; it cannot be negative", where=where)
    prefix = config.prefix
    if prefix.spec_share + prefix.shots_share + prefix.program_share > 1:
        what = "`prefix.spec_share`, `prefix.shots_share` and `prefix.program_share`"
        fail("P1210", f"{what} are more than 1 together", where=where)
    for name in ("reward", "joint"):
        if getattr(config, name).candidates < 2:
            fail("P1210", f"`{name}.candidates` is 1; a group to compare has 2 or more", where=where)


_COUNTS = (
    "functions",
    "examples",
    "rank",
    "program_tokens",
    "updates",
    "held_back",
    "limit",
    "batch",
    "per_task",
    "warmup",
)
