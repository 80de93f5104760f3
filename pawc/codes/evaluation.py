"""Messages about evaluating: P13xx."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P1301",
        title="an arm that cannot be measured",
        what="`--arms` or `--versus` names an arm that does not exist, is not measured, or lacks the compiler or model "
        "that it needs.",
        why="An arm that is left out without a word looks like one that was measured.",
        bad="pawc eval dev.jsonl.gz --arms raw,universal",
        good="pawc eval dev.jsonl.gz --arms raw,universal --universal runs/universal/compiler.safetensors",
    ),
    Code(
        code="P1302",
        title="nothing to evaluate",
        what="None of the files holds a function with tests.",
        why="A mean over nothing is no result.",
        bad="pawc eval without-tests.paw",
        good="pawc eval with-tests.paw",
    ),
)
