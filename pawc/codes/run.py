"""Codes of running: records that do not fit, answers that could not be given. Each fails one record, not the run."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0801",
        title="the arguments do not fit the function",
        what="A record holds too few or too many arguments, or a value that is not of its parameter's type.",
        why="A function promises answers only for values of its parameter types.",
        bad='program("three") where `fn main(level: int) -> text`',
        good="program(3)",
    ),
    Code(
        code="P0802",
        title="the input is too long",
        what="The input has more tokens than the interpreter has positions left beside the program and an answer.",
        why="Cutting the input would answer a question that nobody asked.",
        bad="pawc run triage.pawx < whole_mailbox.txt --in whole",
        good="pawc run triage.pawx < mailbox_one_message_a_line.txt",
    ),
    Code(
        code="P0803",
        title="the answer was not complete",
        what="The interpreter had not finished a value of the result type within the function's `max_tokens`.",
        why="Half a number or half a record is no value of the type: nothing else may be returned.",
        bad="fn tags(x: text) -> list<text> { ... }    # long lists, and `max_tokens` is 64",
        good="fn tags(x: text) -> list<text> { ... option max_tokens = 256 }",
    ),
    Code(
        code="P0804",
        title="a standard-library function has no value for its arguments",
        what="An exact function was given what it has no result for: an empty list's first item, text that is no JSON.",
        why="Exact functions are total: they say why there is no value, and make none up.",
        bad='list.first(text.words(""))',
        good='text.words(line) |> list.append(_, "nothing") |> list.first',
    ),
    Code(
        code="P0805",
        title="no arm of a `match` is for this value",
        what="The value that a `match` decides on equals none of its patterns, and there is no `_`.",
        why="Taking any other arm would be a wrong answer.",
        bad='match level { 1 => "low", 2 => "high" }    # level is 3',
        good='match level { 1 => "low", 2 => "high", _ => "unknown" }',
    ),
    Code(
        code="P0806",
        title="the output type cannot be enforced",
        what="The type has no automaton, or one beyond the limits of the decoder; mostly for its `matching` pattern.",
        why="Without it an answer could not be held to the type.",
        bad="fn code(x: text) -> text matching /(a?){500}a{500}/ { ... }",
        good="fn code(x: text) -> text matching /a{500,1000}/ { ... }",
    ),
    Code(
        code="P0807",
        title="a value grew too large",
        what="`++` would make a text longer than a program may make, or an int stands for a float that cannot hold it.",
        why="A few lines that double a text each would fill the memory of the machine.",
        bad="let a = x ++ x    let b = a ++ a    let c = b ++ b    # ... and so on, on a long x",
        good="text.truncate(x, 1000) ++ text.truncate(y, 1000)",
    ),
)
