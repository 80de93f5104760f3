"""What comes from a file before anything runs it: a module and its tensors -> a coded error, or nothing.

The rules of the IR are in `verify`. Here they become the user's errors, and what `verify` cannot see is added:
calls of the standard library, and the numbers in prefixes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pawc import std
from pawc.base.diagnostics import fail
from pawc.base.types import List, Type, assignable
from pawc.files.blobs import BlobStore
from pawc.files.quantization import to_float32
from pawc.ir.callgraph import is_std
from pawc.ir.nodes import STAGES, Call, ComposedFunction, Map, Module, walk
from pawc.ir.verify import problems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def check_module(module: Module, where: str) -> None:
    """Refuse a module that breaks a rule of its stage, or calls the standard library as it cannot be called."""
    for message, span in problems(module):
        fail("P0526", f"not a valid {module.stage} module: {message}", span, where=where)
    if STAGES.index(module.stage) < STAGES.index("checked"):
        return
    for message in std_problems(module):
        fail("P0526", f"not a valid {module.stage} module: {message}", where=where)


def std_problems(module: Module) -> Iterator[str]:
    """What is wrong with a checked module's calls of the standard library, as this pawc has it."""
    for function in module.functions:
        if not isinstance(function, ComposedFunction):
            continue
        types = {param.name: param.type for param in function.params}
        types |= {op.result: op.type for op in walk(function.body) if op.type is not None}
        for op in walk(function.body):
            if isinstance(op, Call | Map) and is_std(op.callee) and (why := _std_problem(op, types)):
                yield f"%{op.result} in @{function.symbol}: {why}"


def check_prefixes(module: Module, blobs: BlobStore, where: str) -> None:
    """Refuse prefixes whose tensors are damaged, or hold what is no number."""
    for function in module.neural:
        if function.program is None or (prefix := function.program.prefix) is None:
            continue
        if prefix.scales is None:
            _check_floats(to_float32(prefix.data, blobs), where)
        else:
            blobs.get_bytes(prefix.data)
            _check_scales(blobs.get(prefix.scales), where)


def _std_problem(op: Call | Map, types: dict[str, Type]) -> str | None:
    if (builtin := std.lookup(op.callee)) is None:
        return f"there is no @{op.callee}"
    args = [types[arg] for arg in op.args]
    if isinstance(op, Map):
        if not isinstance(mapped := args[op.over], List):
            return f"maps over type `{mapped}`"
        args[op.over] = mapped.item
    try:
        result = builtin.signature(args)
    except ValueError as error:
        return str(error)
    given = List(result) if isinstance(op, Map) else result
    return None if assignable(given, types[op.result]) else f"type `{given}` does not fit `{types[op.result]}`"


def _check_floats(prefix: NDArray[np.float32], where: str) -> None:
    import numpy as np

    if not np.isfinite(prefix).all():
        fail("P0527", "a prefix has numbers that are not finite", where=where)


def _check_scales(scales: NDArray[Any], where: str) -> None:
    import numpy as np

    if not np.isfinite(scales).all() or (scales[:, 0] < 0).any():
        fail("P0527", "a quantised prefix has scales that are not finite, or negative", where=where)
