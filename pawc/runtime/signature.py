"""A call's arguments -> the text that the interpreter reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pawc.base.types import render
from pawc.ir.nodes import Param


def input_text(params: Sequence[Param], args: Sequence[Any]) -> str:
    """The only argument as it is; several as one labelled block each: `subject: ...`, in order."""
    if len(params) == 1:
        return render(params[0].type, args[0])
    return "\n".join(f"{param.name}: {render(param.type, arg)}" for param, arg in zip(params, args, strict=True))
