"""Compile neural functions: a checked module -> a compiled one, in which every neural function has its program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pawc.base.diagnostics import InternalError, fail
from pawc.base.types import TEXT
from pawc.files.cache import compile_key
from pawc.ir.nodes import Module, NeuralFunction, Prefix, Program
from pawc.lowering.options import OPTIONS, out_of_range
from pawc.neural import teacher as teaching
from pawc.neural.shipped import compiler_for
from pawc.pass_base import Context, Pass

if TYPE_CHECKING:
    import numpy as np

    from pawc.interpreters.info import InterpreterInfo
    from pawc.neural.compiler import Compiled, Settings
    from pawc.neural.o1 import O1
    from pawc.neural.shipped import CompilerFile
    from pawc.runtime.interpreter import Interpreter

AUTO = -1
ENOUGH_EXAMPLES = 8
"""With this many a function is refined (`-O2`) unless the user asks for another level."""
WRITTEN = "examples written"
"""What a program's report calls the number of its teacher's examples."""
REVISION = "6"
"""Part of every cache key: raise it when the same function would be compiled to something else."""


@dataclass(frozen=True)
class Task:
    """One function to compile, and where its program belongs in the cache.

    Its last examples, so many as are `written`, are a teacher's, where it is `taught`.
    """

    function: NeuralFunction
    level: int
    key: str
    taught: bool = False
    written: int = 0


@dataclass(frozen=True, kw_only=True)
class NeuralCompile(Pass):
    """Give every neural function a program for the build's interpreter.

    Rules: a function that the cache knows is not compiled again; the others are compiled together, by `jobs`
    processes that load the interpreter once each. The result does not depend on `jobs`.
    `level` -1: 2 where a function has at least 8 examples, else 1 where there is a neural compiler, else 0.
    The neural compiler is that of the build (`--compiler`), else the one that comes with pawc for the interpreter.
    Where the build has a teacher (`--teacher`), functions with few examples whose answers are no labels are compiled
    with some that it writes; the level is chosen without these.
    Needs: a checked module. Leaves: a compiled one.
    """

    name: ClassVar[str] = "neural-compile"
    stages: ClassVar[tuple[str, ...]] = ("checked",)
    level: int = AUTO
    seed: int = 0

    def __post_init__(self) -> None:
        if not AUTO <= self.level <= 3:
            raise ValueError(f"level is 0 to 3, or {AUTO} to choose one for each function, not {self.level}")
        if out_of_range(OPTIONS["seed"], self.seed):
            raise ValueError(f"seed is {OPTIONS['seed'].low} to {OPTIONS['seed'].high}, not {self.seed}")

    def run(self, module: Module, ctx: Context) -> Module:
        programs = self.compile_all(module.neural, ctx)
        functions = tuple(
            replace(f, program=programs[f.symbol]) if isinstance(f, NeuralFunction) else f for f in module.functions
        )
        return replace(module, functions=functions, stage="compiled")

    def compile_all(self, functions: Sequence[NeuralFunction], ctx: Context) -> dict[str, Program]:
        """The program of each function, by symbol. A driver calls it with those of many modules to fill the cache."""
        if not functions:
            return {}
        if ctx.store is None:
            raise InternalError("neural-compile needs the interpreter store")
        info = ctx.store.resolve(ctx.interpreter)
        compiler = compiler_for(info.sha256, ctx.compiler)
        teacher = ctx.store.resolve(ctx.teacher) if ctx.teacher else None
        tasks = [self._task(function, info, compiler, teacher) for function in functions]
        programs: dict[str, Program] = {}
        missing = []
        for task in tasks:
            found = ctx.cache.get(task.key, ctx.blobs) if ctx.cache else None
            if found is not None:
                programs[task.function.symbol] = found
                _tell(task, found, ctx, "; from the cache")
            else:
                missing.append(task)
        # What compiling needs may have to be fetched: not where everything is in the cache.
        taught = _taught(missing, teacher, ctx)
        made = self._compile(taught, self._tools(info, compiler, ctx), ctx) if missing else []
        for task, known, (program, states) in zip(missing, taught, made, strict=True):
            if known.written and program.level < 2:  # nothing is refined on a teacher's
                program = replace(program, report=(*program.report, (WRITTEN, known.written)))
            if states is not None and program.prefix is not None:
                ctx.blobs.put(states, "BF16")
            programs[task.function.symbol] = program
            if ctx.cache:
                ctx.cache.put(task.key, program, ctx.blobs)
            _tell(task, program, ctx)
        return programs

    def _task(
        self,
        function: NeuralFunction,
        info: InterpreterInfo,
        compiler: CompilerFile | None,
        teacher: InterpreterInfo | None,
    ) -> Task:
        level = self.level
        if level == AUTO:
            level = 2 if len(function.examples) >= ENOUGH_EXAMPLES else int(compiler is not None)
        if level == 1 and compiler is None:
            fail(
                "P1001",
                f"there is no neural compiler for interpreter `{info.name}`",
                function.span,
                label="asked to be compiled at -O1",
                help="`--compiler FILE` names one (`pawc train` makes it); or use -O0, or -O2 or -O3 with examples",
            )
        made_by = f"{compiler.sha256 if compiler is not None and level > 0 else ''}/{REVISION}"
        taught = teacher is not None and teaching.can_teach(function)
        if teacher is not None and taught:
            made_by += f"/{teacher.identity}/{teaching.REVISION}"
        key = compile_key(function, level=level, interpreter=info.identity, compiler=made_by, seed=self.seed)
        return Task(function, level, key, taught)

    @staticmethod
    def _tools(info: InterpreterInfo, compiler: CompilerFile | None, ctx: Context) -> Tools:
        if compiler is None:
            return Tools(info.folder)
        assert ctx.store is not None
        own = compiler.network == info.sha256
        return Tools(info.folder, compiler.path, None if own else ctx.store.by_sha256(compiler.network).folder)

    def _compile(self, tasks: Sequence[Task], tools: Tools, ctx: Context) -> Iterator[Made]:
        if ctx.jobs > 1 and sum(task.level >= 1 for task in tasks) > 1:
            yield from self._in_processes(tasks, tools, ctx)
            return
        compiler: _Worker | None = None
        tuning = self._tuning(tasks)
        for number, task in enumerate(tasks):
            compiler = compiler or _Worker(tools)
            name = task.function.symbol
            if number in tuning:
                ctx.log(tuning[number])
            yield compiler.compile(task, self.seed, lambda done, total, name=name: ctx.progress(name, done, total))

    def _in_processes(self, tasks: Sequence[Task], tools: Tools, ctx: Context) -> Iterator[Made]:
        workers = min(ctx.jobs, len(tasks))
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(tools,)
        ) as pool:
            futures = [pool.submit(_compile_in_worker, task, self.seed) for task in tasks]
            tuning, begun = self._tuning(tasks), 0
            for number, future in enumerate(futures):
                while True:
                    # Processes take the functions in order: one more is begun with each that is done.
                    ahead = min(workers + sum(each.done() for each in futures), len(tasks))
                    for line in (tuning[each] for each in range(begun, ahead) if each in tuning):
                        ctx.log(line)
                    begun = max(begun, ahead)
                    if future.done():
                        break
                    wait([each for each in futures if not each.done()], return_when=FIRST_COMPLETED)
                yield future.result()
                ctx.progress("functions", number + 1, len(tasks))

    def _tuning(self, tasks: Sequence[Task]) -> dict[int, str]:
        """What to say when tuning begins, by the numbers of the tasks that take long, as tuning does."""
        from pawc.neural.compiler import Settings, is_refined

        long = [
            number
            for number, task in enumerate(tasks)
            if is_refined(task.function, Settings(level=task.level), len(task.function.examples) - task.written)
        ]
        return {
            number: f"[{place}/{len(long)}] tuning {tasks[number].function.symbol}"
            for place, number in enumerate(long, 1)
        }


def _taught(tasks: Sequence[Task], teacher: InterpreterInfo | None, ctx: Context) -> list[Task]:
    """The tasks with the examples that the teacher writes of their functions."""
    if teacher is None:
        return list(tasks)
    for task in tasks:
        if not task.taught and teaching.has_few(task.function):
            ctx.log(f"{task.function.symbol}: not taught, as its answers are labels; `pawc suggest` writes examples")
    asked = [task.function for task in tasks if task.taught]
    if not asked:
        return list(tasks)
    ctx.log(f"{teacher.name} writes examples of {len(asked)} function{'' if len(asked) == 1 else 's'}")
    writing = teaching.Teacher(teacher, ctx.engine(teacher))
    writing.ask(asked)
    for function in asked:
        if why := writing.failure(function):
            ctx.log(f"{function.symbol}: not taught: {why}")
    return [_with_examples(task, writing.taught(task.function)) if task.taught else task for task in tasks]


def _with_examples(task: Task, function: NeuralFunction) -> Task:
    return replace(task, function=function, written=len(function.examples) - len(task.function.examples))


Made = tuple[Program, "np.ndarray[Any, Any] | None"]
"""A program, and the bfloat16 bits of its prefix."""


@dataclass(frozen=True)
class Tools:
    """Where what compiles lies: the interpreter, the neural compiler, the network under that if it is another one."""

    interpreter: Path
    compiler: Path | None = None
    network: Path | None = None


class _Worker:
    """What one process compiles with: the interpreter and the neural compiler, loaded once and when needed."""

    def __init__(self, tools: Tools) -> None:
        from pawc.neural.compiler import preferred_dtype
        from pawc.runtime.interpreter import Interpreter

        self._tools = tools
        self._interpreter: Interpreter = Interpreter.load(tools.interpreter, preferred_dtype())

    @cached_property
    def _o1(self) -> O1 | None:
        from pawc.neural.o1 import O1
        from pawc.runtime.interpreter import Interpreter

        if (file := self._tools.compiler) is None:
            return None
        folder = self._tools.network
        network = None if folder is None else Interpreter.load(folder, self._interpreter.dtype)
        return O1.load(file, self._interpreter, network)

    def compile(self, task: Task, seed: int, progress: Any = None) -> Made:
        from pawc.neural.compiler import Settings, compile_function

        settings: Settings = Settings(level=task.level, seed=seed)
        o1 = self._o1 if task.level > 0 else None
        compiled = compile_function(task.function, self._interpreter, settings, progress, o1, task.written)
        return made_program(compiled, self._interpreter.sha256)


_worker: _Worker | None = None


def _start_worker(tools: Tools) -> None:
    global _worker
    _worker = _Worker(tools)


def _compile_in_worker(task: Task, seed: int) -> Made:
    assert _worker is not None
    return _worker.compile(task, seed)


def made_program(compiled: Compiled, interpreter: str) -> Made:
    """What was compiled for the interpreter with this sha256, as the IR holds it."""
    import torch

    from pawc.files.blobs import blob_ref

    made = Program(
        level=compiled.level,
        interpreter=interpreter,
        compiler=compiled.compiler,
        tokens=compiled.tokens,
        calibration=compiled.calibration,
        report=compiled.report,
    )
    if compiled.prefix is None:
        return made, None
    bits: np.ndarray[Any, Any] = compiled.prefix.to(torch.bfloat16).contiguous().view(torch.uint16).numpy()
    data = blob_ref(bits.tobytes(), tuple(bits.shape), "BF16")
    return replace(made, prefix=Prefix(length=bits.shape[3], bits=16, group=0, data=data)), bits


def _tell(task: Task, program: Program, ctx: Context, more: str = "") -> None:
    """Say how a function was compiled, unless this build has said so already."""
    if (key := f"{task.function.symbol} {task.key}") not in ctx.told:
        ctx.told.add(key)
        ctx.log(_told(task, program) + more)
        if warning := _doubt(task, program):
            ctx.log(warning)


def _told(task: Task, program: Program) -> str:
    level = f"-O{program.level}"
    facts = dict(program.report)
    count = len(task.function.examples)
    examples = f"{count} example{'' if count == 1 else 's'}"
    if WRITTEN in facts:
        examples += f" and {facts[WRITTEN]} of the teacher's"
    if "kept" in facts:
        rates = ", ".join(f"{name.removeprefix('exact ')} {rate:.0%}" for name, rate in program.report if "-O" in name)
        return f"{task.function.symbol}: {level}, {examples}, the best on examples held back ({rates})"
    if program.level < task.level:
        tried = "exact before" in facts
        level += f" (-O{task.level} " + ("answers no better)" if tried else "needs more examples)")
    elif "exact after" in facts:
        before, after = facts["exact before"], facts["exact after"]
        assert isinstance(before, float) and isinstance(after, float)
        # As counts: of two examples a share would promise more than anybody knows.
        held = facts["held back"]
        assert isinstance(held, int)
        counts = f"{round(before * held)} -> {round(after * held)} of {held}"
        return f"{task.function.symbol}: {level}, held-back examples right: {counts}"
    return f"{task.function.symbol}: {level}, {examples}"


def _doubt(task: Task, program: Program) -> str:
    """A warning of a program that answers no example right of those that it was chosen by; else nothing."""
    facts = dict(program.report)
    kept = facts.get(f"exact {facts['kept']}" if "kept" in facts else "exact after")
    if kept is None or kept:
        return ""
    held = f"{facts['held back']} " if "held back" in facts else ""
    right = "word for word" if task.function.result == TEXT else "right"  # free text may be right otherwise
    advice = "see what it answers to tests, and give it more examples"
    return f"{task.function.symbol}: warning: answers none of the {held}held-back examples {right}; {advice}"
