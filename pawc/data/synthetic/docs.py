"""The table of families -> docs/data.md, between its marks: `python -m pawc.data.synthetic.docs docs/data.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from pawc.base.fsio import write_atomic
from pawc.data.synthetic.families import FAMILIES, MODULES, families_of

BEGIN, END = "<!-- families: begin (generated) -->\n", "<!-- families: end -->\n"


def table() -> str:
    """All families, a section for each file of them."""
    parts = [f"{len(FAMILIES)} families in {len(MODULES)} files.\n"]
    for module in MODULES:
        about = (module.__doc__ or "").strip().partition("\n")[0]
        parts.append(f"\n**`{module.__name__.rpartition('.')[2]}`**: {about}\n\n| family | kind | |\n|---|---|---|\n")
        parts += [f"| `{family.name}` | {family.kind} | {family.about} |\n" for family in families_of(module)]
    return "".join(parts)


def updated(page: str) -> str:
    """The page with the table between its marks as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_atomic(path, updated(path.read_text(encoding="utf-8")).encode())
