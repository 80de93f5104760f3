"""The arms of an evaluation: each a way to make a program of a function, all measured on the same tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pawc.ir.nodes import NeuralFunction
from pawc.neural.compiler import Compiled, Settings, compile_function, unseen
from pawc.neural.model import GENERIC
from pawc.neural.o1 import GIVEN, O1
from pawc.neural.teacher import Teacher, can_teach
from pawc.neural.template import Template, instruction, template
from pawc.runtime.interpreter import Interpreter

FEW = 5


@dataclass(frozen=True)
class Tools:
    """What programs are made with. `o1` is the compiler of the arm, where it needs one; `writer` the one that writes
    pseudo-programs, where that is another; `teacher` writes examples."""

    interpreter: Interpreter
    o1: O1 | None = None
    seed: int = 0
    writer: O1 | None = None
    teacher: Teacher | None = None

    @property
    def compiler(self) -> O1:
        """The compiler, for arms that need one."""
        assert self.o1 is not None
        return self.o1

    def written(self, function: NeuralFunction) -> tuple[int, ...]:
        """The pseudo-program that is written for a function's specification."""
        return (self.writer or self.compiler).written(instruction(function))


Maker = Callable[[NeuralFunction, Tools], Compiled]


@dataclass(frozen=True)
class Arm:
    """A way to make programs. `needs`: `compiler`, `writer`, `teacher`, `teacher+compiler`, `universal` or `large`;
    `bits`: a number of the prefix. (What a teacher takes to write is not counted, as it writes for all at once.)"""

    title: str
    make: Maker
    needs: str = ""
    bits: int = 16


def _done(function: NeuralFunction, made: Template, tools: Tools) -> Compiled:
    """A program that shows no example, with what can be said of its labels' scores."""
    level, by = (0, "") if made.prefix is None or tools.o1 is None else (1, tools.o1.sha256)
    fitted = unseen(function, made, tools.interpreter)
    return Compiled(level, made.tokens, made.prefix, (), fitted, by)


def _behind(function: NeuralFunction, tools: Tools, read: str) -> Compiled:
    """The specification behind the prefix of what the compiler reads."""
    plain = template(instruction(function), (), tools.interpreter.layout)
    return _done(function, replace(plain, prefix=tools.compiler.prefix(read)), tools)


def _both(function: NeuralFunction, tools: Tools) -> Compiled:
    return _behind(function, tools, instruction(function))


def _generic(function: NeuralFunction, tools: Tools) -> Compiled:
    return _behind(function, tools, GENERIC)


def _prefix(function: NeuralFunction, tools: Tools) -> Compiled:
    return _done(function, Template((), {}, tools.compiler.prefix(instruction(function))), tools)


def _program(function: NeuralFunction, tools: Tools) -> Compiled:
    return _done(function, Template(tools.written(function), {}), tools)


def _whole(function: NeuralFunction, tools: Tools) -> Compiled:
    return _done(function, Template(tools.written(function), {}, tools.compiler.prefix(instruction(function))), tools)


def _level(level: int, count: int | None = None) -> Maker:
    def make(function: NeuralFunction, tools: Tools) -> Compiled:
        known = replace(function, examples=function.examples[:count])
        return compile_function(known, tools.interpreter, Settings(level=level, seed=tools.seed), None, tools.o1)

    return make


def _taught(level: int) -> Maker:
    def make(function: NeuralFunction, tools: Tools) -> Compiled:
        assert tools.teacher is not None
        alone = unaided(function)
        more = tools.teacher.taught(alone) if can_teach(alone) else alone
        settings = Settings(level=level, seed=tools.seed)
        return compile_function(more, tools.interpreter, settings, None, tools.o1, len(more.examples))

    return make


def unaided(function: NeuralFunction) -> NeuralFunction:
    """The function as a teacher is told of it: no example."""
    return replace(function, examples=())


ARMS: dict[str, Arm] = {
    "raw": Arm("raw prompt (specification)", _level(0, 0)),
    "fewshot": Arm(f"{FEW}-shot prompt", _level(0, FEW)),
    "O0": Arm("`-O0`: all examples as a prompt", _level(0)),
    "program": Arm("pseudo-program only", _program, "writer"),
    "prefix": Arm("prefix only", _prefix, "compiler"),
    "both": Arm("prefix and specification", _both, "compiler"),
    "whole": Arm("prefix and pseudo-program", _whole, "writer"),
    "both-4": Arm("prefix (4 bits) and specification", _both, "compiler", 4),
    "taught-O0": Arm("`-O0`, examples of a teacher", _taught(0), "teacher"),
    "taught": Arm("`-O1`, examples of a teacher", _taught(1), "teacher+compiler"),
    "generic": Arm("prefix of a generic sentence, and specification", _generic, "compiler"),
    "universal": Arm("universal prefix, and specification", _generic, "universal"),
    "O1": Arm(f"`-O1`, {GIVEN} examples", _level(1, GIVEN), "compiler"),
    "O2": Arm("`-O2`", _level(2)),
    "O2-8": Arm("`-O2`, 8-bit prefix", _level(2), bits=8),
    "O2-6": Arm("`-O2`, 6-bit prefix", _level(2), bits=6),
    "O2-4": Arm("`-O2`, 4-bit prefix", _level(2), bits=4),
    "large-raw": Arm("large model, raw prompt", _level(0, 0), "large"),
    "large-fewshot": Arm(f"large model, {FEW}-shot prompt", _level(0, FEW), "large"),
}
