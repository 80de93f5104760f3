"""Messages about compiling neural functions: P10xx."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P1001",
        title="no neural compiler for this level",
        what="`-O1` was asked for, and there is no trained neural compiler for the interpreter: none comes with pawc, "
        "and `--compiler` names none.",
        why="At `-O1` a trained network writes the program in one pass; without it there is nothing to run.",
        bad="pawc build -O1 --interp mine mail.paw",
        good="pawc build -O1 --interp mine --compiler runs/mine/compiler.safetensors mail.paw",
    ),
    Code(
        code="P1002",
        title="refining a prefix diverged",
        what="The loss of a gradient step of `-O2` or `-O3` was infinite or not a number.",
        why="A prefix that such a step leaves behind is worthless, so the build stops instead of keeping it.",
        bad="option steps = 100000",
        good="option steps = 60",
    ),
    Code(
        code="P1003",
        title="a specification or an example is too long for the interpreter",
        what="The specification, or it with one example, takes more than half of the interpreter's positions.",
        why="What lies beyond its positions an interpreter cannot read.",
        bad='example "(a whole book)" -> "long"',
        good='example "(a paragraph)" -> "short"',
    ),
)
