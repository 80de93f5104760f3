"""What a pass is: a module -> a module, and what it may use on the way.

A pass is a frozen, keyword-only dataclass; its fields are its options, and `--passes` sets them by name.
Its docstring says what it does, what it needs and what it leaves. `pass_manager` runs passes and holds them
to their contract, `pass_spec` reads and writes `'resolve,neural-compile{level=2},link'`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from pawc.base.diagnostics import InternalError
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import STAGES, Declaration, Module

if TYPE_CHECKING:
    from pawc.files.cache import CompileCache
    from pawc.interpreters.info import InterpreterInfo
    from pawc.interpreters.store import Store
    from pawc.runtime.outcome import Engine


def _no_log(message: str) -> None:
    """Say nothing."""


def _no_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""


def _no_signatures(path: str) -> tuple[Declaration, ...]:
    raise InternalError(f"the signatures of `{path}` were asked for, and the driver gave no way to find them")


def _no_engine(info: InterpreterInfo) -> Engine:
    raise InternalError(f"an engine for `{info.name}` was asked for, and the driver gave no way to load one")


@dataclass(kw_only=True)
class Context:
    """What passes share: where tensors are kept, the stores, the options of the build, ways to speak to the user.

    `signatures(path)` gives the declarations of all functions of another module of the project, private ones too
    (`ir.is_public` tells), for `resolve`.
    `objects` are the other compiled modules of the program (for `link`).
    `level` -1 leaves the optimisation level to the compiler, per function. `compiler` is the path of the neural
    compiler, empty for the one that comes with pawc. `teacher` is the interpreter that writes examples of functions
    with few, whose answers are written; empty: none does. `engine` loads an interpreter to run programs on.
    `told` are the keys of the functions about which `log` was told how they were compiled: once is enough.
    """

    blobs: BlobStore = field(default_factory=BlobStore)
    cache: CompileCache | None = None
    store: Store | None = None
    signatures: Callable[[str], tuple[Declaration, ...]] = _no_signatures
    objects: tuple[Module, ...] = ()
    level: int = -1
    interpreter: str = ""
    compiler: str = ""
    teacher: str = ""
    engine: Callable[[InterpreterInfo], Engine] = _no_engine
    seed: int = 0
    jobs: int = 1
    log: Callable[[str], None] = _no_log
    told: set[str] = field(default_factory=set)
    progress: Callable[[str, int, int], None] = _no_progress


@dataclass(frozen=True, kw_only=True)
class Pass(ABC):
    """One step of the pipeline. Give back the very module that came in when there was nothing to change."""

    name: ClassVar[str]
    stages: ClassVar[tuple[str, ...]] = STAGES
    """The stages of a module it takes."""

    @abstractmethod
    def run(self, module: Module, ctx: Context) -> Module:
        """The module after this step."""


Registry = Mapping[str, str]
"""Pass names -> `module:Class`, imported when asked for."""
