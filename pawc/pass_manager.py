"""Running passes: a module and a list of passes -> the module after them, and how long each took.

Every pass is held to its contract: it is given a module of a stage it takes, gives back a module that keeps
the rules of its stage, and gives back the same object when it changed nothing. What breaks it is our fault,
and the error names the pass and those that ran before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from pawc.base.diagnostics import InternalError, PawError, fail
from pawc.ir.nodes import Module
from pawc.ir.verify import problems
from pawc.pass_base import Context, Pass


@dataclass(frozen=True)
class Timing:
    """One run of one pass on one module."""

    name: str
    module: str
    seconds: float
    changed: bool


@dataclass(kw_only=True)
class PassManager:
    """Runs passes in order. `after(pass name, module)` is told what each pass left (`--print-after`)."""

    passes: Sequence[Pass]
    after: Callable[[str, Module], None] | None = None
    timings: list[Timing] = field(default_factory=list)

    def run(self, module: Module, ctx: Context) -> Module:
        """The module after all passes."""
        check(module, "what came in")
        for index, step in enumerate(self.passes):
            before = ", ".join(earlier.name for earlier in self.passes[:index]) or "none"
            module = self._step(step, module, ctx, f"pass `{step.name}` on `{module.name}` (ran before: {before})")
            if self.after is not None:
                self.after(step.name, module)
        return module

    def _step(self, step: Pass, module: Module, ctx: Context, who: str) -> Module:
        if module.stage not in step.stages:
            wanted = " or ".join(step.stages)
            fail(
                "P0544", f"pass `{step.name}` takes a {wanted} module; `{module.name}` is {module.stage} at that point"
            )
        start = perf_counter()
        try:
            result = step.run(module, ctx)
        except PawError:
            raise
        except Exception as error:
            raise InternalError(f"{who} failed: {error}") from error
        self.timings.append(Timing(step.name, module.name, perf_counter() - start, result is not module))
        if result is not module:
            if result == module:
                raise InternalError(f"{who} changed nothing, and did not give back the same module")
            check(result, who)
        return result


def check(module: Module, who: str) -> None:
    """Raise our own error for a module that breaks a rule; `who` left it."""
    if found := problems(module):
        lines = [f"  {message}" + (f" ({span})" if span else "") for message, span in found[:10]]
        raise InternalError("\n".join([f"{who} left an invalid {module.stage} module:", *lines]))
