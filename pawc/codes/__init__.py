"""The registry of messages: every code a diagnostic can carry, with what it means and how to mend it.

One module per area, each exporting `CODES`; they are joined here into `BY_CODE`, which `pawc explain` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Code:
    """One message: a title, what is wrong, why pawc refuses it, an input that is refused and one that is not."""

    code: str
    title: str
    what: str
    why: str
    bad: str
    good: str


def join(areas: Iterable[Iterable[Code]]) -> dict[str, Code]:
    """All codes of all areas by their name, in order; a code registered twice is a fault of ours."""
    from pawc.base.diagnostics import InternalError

    found: dict[str, Code] = {}
    for code in (code for area in areas for code in area):
        if code.code in found:
            raise InternalError(f"code {code.code} is registered twice")
        found[code.code] = code
    return dict(sorted(found.items()))


def all_codes() -> Mapping[str, Code]:
    """Every registered code, sorted. The area modules are read at the first call only."""
    from pawc.codes import (
        cli,
        data,
        evaluation,
        examples,
        files,
        interp,
        link,
        lowering,
        names,
        neural,
        run,
        serve,
        syntax,
        training,
        training_run,
        types,
    )

    areas = (
        syntax,
        lowering,
        names,
        types,
        examples,
        data,
        files,
        link,
        interp,
        run,
        cli,
        neural,
        training,
        training_run,
        evaluation,
        serve,
    )
    return join(area.CODES for area in areas)
