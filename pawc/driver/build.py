"""The build driver: sources -> objects and executables, doing only what is not done yet.

    Project -> per file passes -> one compiled module each (.pawo) -> link, whole-program passes -> .pawx

Compiling is cached per function (`cache`), so an edit to one function compiles one function. An output whose
manifest says that it would come out the same is left alone (`uptodate`), which needs neither a parser nor a model.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pawc.backends import BACKENDS, backend
from pawc.base.diagnostics import Diagnostic, fail, nearest
from pawc.driver import uptodate
from pawc.driver.console import Console
from pawc.driver.pipeline import Pipeline, building
from pawc.driver.project import Project, find_root
from pawc.files import objfile
from pawc.files.blobs import BlobStore
from pawc.files.cache import CompileCache
from pawc.files.carried import attach
from pawc.files.executable import Executable
from pawc.files.objfile import ObjectFile
from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.store import Store, cache_root
from pawc.ir.nodes import Declaration, Module, NeuralFunction, base_name
from pawc.ir.printer import print_module
from pawc.ir.tensors import PREFIX_BITS
from pawc.lowering.options import OPTIONS, out_of_range
from pawc.neural.shipped import compiler_file
from pawc.pass_base import Context, Pass
from pawc.pass_manager import PassManager, Timing, check
from pawc.passes.link import Link, link
from pawc.passes.neural_compile import NeuralCompile
from pawc.runtime.outcome import Engine

Signatures = Callable[[str], tuple[Declaration, ...]]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a build is told. `level` -1: -O2 where a function has enough examples, else -O1 if it can be, else -O0.

    `compiler` is the neural compiler's file; empty: the one that comes with pawc for the interpreter, if there is one.
    `teacher` is the interpreter that writes examples of functions with few; empty: none does.
    """

    level: int = -1
    interpreter: str = ""
    compiler: str = ""
    teacher: str = ""
    target: str = "cpu"
    static: bool = False
    bits: int = 8
    seed: int = 0
    jobs: int = 1
    passes: str = ""
    print_after: tuple[str, ...] = ()
    time_passes: bool = False

    def __post_init__(self) -> None:
        if self.target not in BACKENDS:
            # What is near in spelling may be far in meaning (`gpu`, `cpu`): the others are shown beside it.
            help = f"{nearest(self.target, BACKENDS)} there are {', '.join(BACKENDS)}".strip()
            fail("P0904", f"target `{self.target}` does not exist", help=help)
        seed = OPTIONS["seed"]
        self._need("level", self.level in range(-1, 4), "0 to 3")
        self._need("bits", self.bits in PREFIX_BITS, f"one of {', '.join(map(str, PREFIX_BITS))}")
        whole = isinstance(self.seed, int) and not out_of_range(seed, self.seed)
        self._need("seed", whole, f"{seed.low} to {seed.high}")

    def _need(self, name: str, fits: bool, wanted: str) -> None:
        if not fits:
            message = f"`{name}` must be {wanted}, not {getattr(self, name)!r}"
            fail("P0956", message, where="options of a build")

    def pipeline(self) -> Pipeline:
        """The passes that were asked for, or the default ones."""
        return Pipeline(self.passes) if self.passes else building(level=self.level, seed=self.seed, bits=self.bits)


class Builder:
    """One run of the driver: its options, the caches it shares with other builds, where it reports."""

    def __init__(self, options: Options, console: Console, pipeline: Pipeline | None = None) -> None:
        self.options = options
        self.console = console
        self.pipeline = pipeline or options.pipeline()
        self.store = Store(cache_root(), say=console.log)
        self.blobs = BlobStore()
        self.timings: list[Timing] = []
        self._cache = CompileCache(cache_root() / "compiled")
        self._told: set[str] = set()

    # Files

    def prepare(self, outputs: Sequence[tuple[Sequence[Path], Path]], *, objects: bool = False) -> None:
        """Compile what several outputs (sources, file) lack together, so that `jobs` have something to share out.

        Those that are then made find it in the cache.
        """
        functions: list[NeuralFunction] = []
        for sources, output in outputs:
            root, flags = self._flags(sources)
            if self._current(output, root, flags, is_object=objects) is None:
                project = Project.load(sources)
                functions += self._front(project.modules, project.signatures)[1]
        self._fill(functions)

    def executable_file(self, sources: Sequence[Path], output: Path) -> list[Path]:
        """Make `output`, the executable of the program that `sources` are, unless it is there and current.

        Gives the files it is made from. An output in the cache is nobody's business, and not announced.
        """
        root, flags = self._flags(sources)
        manifest = self._current(output, root, flags, is_object=False)
        if manifest is None:
            executable = self.executable(Project.load(sources))
            executable.save(output)
            manifest = dict(executable.manifest)
            self._announce(output, f"wrote {output} ({output.stat().st_size / 1024:.0f} KiB)")
            if warning := without_entry(executable.module, output):
                self._announce(output, warning)
        else:
            self._announce(output, f"{output} is up to date")
        return [root / path for path, _ in uptodate.sources(manifest)]

    def object_file(self, source: Path, output: Path) -> list[Path]:
        """Make `output`, the object of one source, unless it is there and current. Gives the files it is made from."""
        root, flags = self._flags([source])
        manifest = self._current(output, root, flags, is_object=True)
        if manifest is None:
            project = Project.load([source])
            (module,) = self.modules(project, only=project.roots)
            _need(module, "compiled", self.pipeline.text)
            # An object depends on what its imports declare, and its module lists only what it was itself read from.
            others = [other for other in project.modules if other.name != module.name]
            imported = {f"{other.name}.paw": dict(other.sources)[f"{other.name}.paw"] for other in others}
            stored = ObjectFile(
                module=module,
                interpreter=self._interpreter(module),
                flags={**flags, uptodate.IMPORTED: json.dumps(sorted(imported.items()))},
            )
            stored.save(output, self.blobs)
            manifest = objfile.read_manifest(output)
            self._announce(output, f"wrote {output} ({output.stat().st_size / 1024:.0f} KiB)")
        else:
            self._announce(output, f"{output} is up to date")
        return [root / path for path, _ in uptodate.sources(manifest)]

    def _current(self, output: Path, root: Path, flags: uptodate.Flags, *, is_object: bool) -> dict[str, Any] | None:
        """The manifest of an output that need not be made."""
        if self.options.print_after or self.options.time_passes:
            return None  # to say what passes do, they have to run
        return uptodate.current_manifest(output, root, flags, self.store, self.options.interpreter, is_object=is_object)

    def _announce(self, output: Path, message: str) -> None:
        if not output.is_relative_to(cache_root()):
            self.console.log(message)

    def _flags(self, sources: Sequence[Path]) -> tuple[Path, uptodate.Flags]:
        """The root of the project, and the flags of what is made of its `sources`."""
        root = find_root(sources[0])
        return root, self.flags(" ".join(sorted(os.path.relpath(path.resolve(), root) for path in sources)))

    def flags(self, program: str) -> uptodate.Flags:
        """What goes into a manifest: all that decides the bytes of an output but the sources and the interpreter."""
        return {
            "passes": self.pipeline.text,
            "target": self.options.target,
            "program": program,
            "pawc": uptodate.toolchain(),
            # Compilers that come with pawc are part of the toolchain.
            "compiler": compiler_file(Path(compiler)).sha256 if (compiler := self.options.compiler) else "",
            **({"teacher": self.store.resolve(self.options.teacher).identity} if self.options.teacher else {}),
        } | ({"static": True} if self.options.static else {})

    # Modules

    def executable(self, project: Project) -> Executable:
        """The executable of a project."""
        return self.link(self.modules(project), self._flags(project.sources)[1])

    def modules(self, project: Project, only: Sequence[str] = ()) -> tuple[Module, ...]:
        """The modules of a project (all, or those named `only`) after the passes per file."""
        wanted = [module for module in project.modules if not only or module.name in only]
        return self.compile(wanted, project.signatures)

    def compile(self, modules: Sequence[Module], signatures: Signatures | None = None) -> tuple[Module, ...]:
        """Lowered modules after the passes per file."""
        checked, functions = self._front(modules, signatures)
        self._fill(functions)
        ctx = self._context(signatures)
        return tuple(self._run(module, self.pipeline.per_file[self._compiler :], ctx) for module in checked)

    def _front(
        self, modules: Sequence[Module], signatures: Signatures | None
    ) -> tuple[list[Module], list[NeuralFunction]]:
        """Modules after the passes before `neural-compile`, and the functions it will be given."""
        ctx = self._context(signatures)
        checked = [self._run(module, self.pipeline.per_file[: self._compiler], ctx) for module in modules]
        return checked, [function for module in checked for function in module.neural]

    def _fill(self, functions: Sequence[NeuralFunction]) -> None:
        """Compile functions of several files together into the cache, where `neural-compile` then finds them."""
        for compiler in self.pipeline.per_file[self._compiler : self._compiler + 1]:
            assert isinstance(compiler, NeuralCompile)
            compiler.compile_all(list(dict.fromkeys(functions)), self._context())
            self.console.close()

    @property
    def _compiler(self) -> int:
        """Where `neural-compile` stands among the passes per file; behind them all, if it is not there."""
        steps = self.pipeline.per_file
        return next((i for i, step in enumerate(steps) if isinstance(step, NeuralCompile)), len(steps))

    def link(
        self, modules: Sequence[Module], flags: uptodate.Flags, interpreter: Mapping[str, str] | None = None
    ) -> Executable:
        """The executable of compiled modules: linked, and taken through the passes over the whole program.

        `interpreter` is what objects say they were compiled for; without it, that of this build.
        """
        first, *rest = self.pipeline.whole or (None,)
        if not isinstance(first, Link):
            fail(
                "P0910",
                f"`{self.pipeline.text}` does not link",
                where="--passes",
                help="add `link` after the passes per file",
            )
        start = time.perf_counter()
        module = link(modules, first.entry)
        self.timings.append(Timing(first.name, module.name, time.perf_counter() - start, True))
        check(module, "pass `link`")
        self._after(first.name, module)
        linked = self._run(module, rest, self._context())
        found = (interpreter or self._interpreter(linked)) if linked.neural else None
        target = backend(self.options.target)
        attachments = dict(target.attachments(linked, self.blobs))
        if found:
            find = partial(self.store.of_program, found)
            target.prepare(find, self.console.log)
            if self.options.static:
                info = find()
                info.check_files()
                attachments |= attach(target.interpreter_files(info), self.blobs)
        return Executable.build(
            linked,
            self.blobs,
            target=self.options.target,
            interpreter=found,
            flags=flags,
            attachments=attachments,
        )

    def report_times(self) -> None:
        """Say how long each pass took, if that was asked for."""
        if not self.options.time_passes:
            return
        rows: dict[str, list[Timing]] = {}
        for timing in self.timings:
            rows.setdefault(timing.name, []).append(timing)
        width = max(map(len, rows), default=0)
        for name, timings in rows.items():
            seconds, changed = sum(t.seconds for t in timings), sum(t.changed for t in timings)
            self.console.warn(f"{name:<{width}} {seconds * 1000:10.1f} ms  changed {changed} of {len(timings)} modules")

    def _run(self, module: Module, steps: Sequence[Pass], ctx: Context) -> Module:
        manager = PassManager(passes=steps, after=self._after, timings=self.timings)
        return manager.run(module, ctx)

    def _after(self, name: str, module: Module) -> None:
        if name in self.options.print_after:
            self.console.warn(f"# after {name}\n{print_module(module)}")

    def _context(self, signatures: Signatures | None = None) -> Context:
        options = self.options
        ctx = Context(
            blobs=self.blobs,
            cache=self._cache,
            store=self.store,
            level=options.level,
            interpreter=options.interpreter,
            compiler=options.compiler,
            teacher=options.teacher,
            engine=self._engine,
            seed=options.seed,
            jobs=options.jobs,
            log=self.console.log,
            told=self._told,
            progress=self.console.progress,
        )
        return ctx if signatures is None else replace(ctx, signatures=signatures)

    def _engine(self, info: InterpreterInfo) -> Engine:
        from pawc.backends.quickest import quickest

        return quickest(info)

    def _interpreter(self, module: Module) -> dict[str, str] | None:
        """What a manifest says of the interpreter that the module's programs are for."""
        if not module.neural:
            return None
        return self.store.resolve(self.options.interpreter).named


def _need(module: Module, stage: str, passes: str) -> None:
    if module.stage != stage:
        fail("P0910", f"`{passes}` leaves `{module.name}` {module.stage}, not {stage}", where="--passes")


def without_entry(module: Module, output: Path) -> str:
    """What to say of an executable that nothing runs until a function is named; nothing if it has an entry."""
    if module.entry is not None:
        return ""
    names = [base_name(symbol) for symbol in module.exports]
    known = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    message = f"`{output}` has no entry: no public function is called `main`, and there is not just one"
    help = f"write a `main`, or choose one with `pawc run -f NAME`: {known}" if names else "make a function public"
    return Diagnostic("P0908", message, where=str(output), help=help, severity="warning").render()
