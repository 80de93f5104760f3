"""Codes of training: files of tasks that cannot be used, splits that cannot be made, dev material in training."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P1101",
        title="a file of tasks cannot be decoded",
        what="The file is not UTF-8 text, or its name ends in `.gz` and it is not a whole gzip file.",
        why="Training on the part that can be read would be training on something else.",
        bad="pawc train on a corpus.jsonl.gz whose download broke off",
        good="pawc train on the whole file",
    ),
    Code(
        code="P1102",
        title="a line is not a JSON object",
        what="Each line of a file of tasks or rows is one JSON object; no key stands twice in it.",
        why="A line that is passed over is a task that is missing without anybody knowing.",
        bad='{"task": "a", "spec": "Count the words."',
        good='{"task": "a", "spec": "Count the words.", "examples": [["one two", "2"]], ...}',
    ),
    Code(
        code="P1103",
        title="a task lacks a key, or has one that is wrong",
        what="A task has `task`, `source`, `dataset`, `license`, `spec`, `kind` and `examples`; `spec_variants`, "
        "`labels` and `canary` may be there. Other keys are misspelt ones.",
        why="Licence and family decide where a task may be used: neither can be guessed.",
        bad='{"task": "a", "spec": "...", "example": [["one two", "2"]]}',
        good='{"task": "a", "source": "mine", "dataset": "words", "license": "CC0-1.0", "spec": "...", "kind": '
        '"extraction", "examples": [["one two", "2"]]}',
    ),
    Code(
        code="P1104",
        title="the examples of a task define no function",
        what="A task has one example or more, each [input, output]; no input comes twice, and where there are labels "
        "every output is one of them.",
        why="Two answers to one input cannot both be learned, and an evaluation would count one as wrong.",
        bad='"labels": ["yes", "no"], "examples": [["a", "yes"], ["a", "no"], ["b", "maybe"]]',
        good='"labels": ["yes", "no"], "examples": [["a", "yes"], ["b", "no"]]',
    ),
    Code(
        code="P1105",
        title="two tasks have the same name",
        what="A name stands for one task of a file.",
        why="Results and random numbers are kept by the names of tasks.",
        bad='{"task": "count", ...}\n{"task": "count", ...}',
        good='{"task": "count_words", ...}\n{"task": "count_lines", ...}',
    ),
    Code(
        code="P1106",
        title="a file of tasks is empty",
        what="The file was read and holds no task or row at all.",
        why="Training on nothing is a mistake in a file name, not a wish.",
        bad="a tasks.jsonl of 0 bytes",
        good="a tasks.jsonl with a line per task",
    ),
    Code(
        code="P1107",
        title="a row cannot be imported",
        what="A row has a specification, an input and an output, all texts. Rows of one specification are one task: "
        "they give one output for one input, and one family.",
        why="Rows that contradict each other make no function.",
        bad='{"spec": "Count the words.", "input": "one two"}',
        good='{"spec": "Count the words.", "input": "one two", "output": "2"}',
    ),
    Code(
        code="P1108",
        title="the tasks cannot be split like this",
        what="A split needs two families or more, and holds out families that are there.",
        why="Held-out tasks of a family that is trained on measure memory.",
        bad="hold_out(tasks, ['datse'])",
        good="hold_out(tasks, ['dates'])",
    ),
    Code(
        code="P1109",
        title="training tasks hold something of the dev tasks",
        what="A training task is of a dev family, has a dev specification, or an input of a dev task.",
        why="A result on tasks that were trained on says nothing.",
        bad="require_clean(corpus, dev)",
        good="kept, report = decontaminate(corpus, dev)",
    ),
    Code(
        code="P1110",
        title="the generator cannot make this",
        what="The number of tasks or of examples is out of range, or the generator found no new task to make.",
        why="Fewer or other tasks than asked for would be another training set under the same name.",
        bad="python -m pawc.data.synthetic --count 0 -o tasks.jsonl.gz",
        good="python -m pawc.data.synthetic --count 5000 -o tasks.jsonl.gz",
    ),
)
