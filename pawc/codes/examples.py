"""Codes of examples, tests and options. `bad` and `good` are whole programs."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0401",
        title="an output of the wrong type",
        what="The output of an example or test is not a value of the function's result type.",
        why=(
            "Examples are what a function learns from; its result is always of its type, so it could never give that."
        ),
        bad=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "noww"\n'
            "}"
        ),
        good=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "now"\n'
            "}"
        ),
    ),
    Code(
        code="P0402",
        title="an input of the wrong type",
        what="An input of an example or test is not a value of its parameter's type.",
        why="A function only ever sees inputs of its types.",
        bad=('fn words(count: int) -> text {\n  spec "The number in words."\n  example "3" -> "three"\n}'),
        good=('fn words(count: int) -> text {\n  spec "The number in words."\n  example 3 -> "three"\n}'),
    ),
    Code(
        code="P0404",
        title="examples contradict each other",
        what="Two examples have the same input and different outputs.",
        why="No function can give both, and one of them would be learned by chance.",
        bad=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "now"\n'
            '  example "The server is down!" -> "wait"\n'
            "}"
        ),
        good=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "now"\n'
            '  example "The server is back." -> "wait"\n'
            "}"
        ),
    ),
    Code(
        code="P0405",
        title="a test contradicts",
        what="A test has the input of an example, or of another test, and another output.",
        why="The function is compiled to give the example's output, so the test could only fail.",
        bad=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "now"\n'
            '  test "The server is down!" -> "wait"\n'
            "}"
        ),
        good=(
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  example "The server is down!" -> "now"\n'
            '  test "The server is back." -> "wait"\n'
            "}"
        ),
    ),
    Code(
        code="P0409",
        title="unknown option",
        what="An `option` line names an option that does not exist.",
        why="A misspelt option that is silently left out is hard to find.",
        bad=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_token = 8\n}'),
        good=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_tokens = 8\n}'),
    ),
    Code(
        code="P0410",
        title="an option of the wrong type",
        what="The value of an option is not of its type.",
        why="Options are numbers, whole ones where they count something.",
        bad=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_tokens = "8"\n}'),
        good=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_tokens = 8\n}'),
    ),
    Code(
        code="P0411",
        title="an option out of range",
        what="The value of an option is too small or too large.",
        why="Outside its range an option has no meaning.",
        bad=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_tokens = 0\n}'),
        good=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option max_tokens = 8\n}'),
    ),
    Code(
        code="P0412",
        title="an option that does not suit the function",
        what="An option is set on a function whose result it cannot apply to.",
        why="`abstain` answers null, which is only possible where the result type says so with `?`.",
        bad=('fn urgency(message: text) -> "now" | "wait" {\n  spec "How urgent is it?"\n  option abstain = 0.6\n}'),
        good=(
            'fn urgency(message: text) -> ("now" | "wait")? {\n  spec "How urgent is it?"\n  option abstain = 0.6\n}'
        ),
    ),
)
