"""Codes of what lowering refuses: names of types and values, pipes, examples, paths."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0150",
        title="a type defined twice",
        what="Two definitions in one file have the same name.",
        why="It would not be clear which one a signature means.",
        bad=('type Mood = "good" | "bad"\ntype Mood = "happy" | "sad"\nfn f(x: text) -> text = x'),
        good=('type Mood = "good" | "bad"\nfn f(x: text) -> text = x'),
    ),
    Code(
        code="P0151",
        title="an unknown type",
        what=(
            "A type is `text`, `int`, `float`, `bool`, `list<T>`, a record, a union of labels, or the name "
            "of one that this file defines."
        ),
        why=(
            "Types are not imported: each file states its own contract, and types are the same if they are "
            "written the same."
        ),
        bad="fn f(x: string) -> text = x",
        good="fn f(x: text) -> text = x",
    ),
    Code(
        code="P0152",
        title="a type that contains itself",
        what="A definition leads back to its own name.",
        why="Every value of the type would be without end, and no decoder can be bounded by it.",
        bad=("type Tree = {value: text, left: Tree?}\nfn f(x: text) -> text = x"),
        good=("type Tree = {value: text, left: text?}\nfn f(x: text) -> text = x"),
    ),
    Code(
        code="P0153",
        title="a record without fields",
        what="A record has at least one field.",
        why="An empty record holds nothing that a function could say or use.",
        bad=("type Nothing = {}\nfn f(x: text) -> text = x"),
        good=("type Note = {body: text}\nfn f(x: text) -> text = x"),
    ),
    Code(
        code="P0154",
        title="a name that has a value already",
        what="A `let` takes the name of a parameter or of another `let` that can be seen here.",
        why="A name keeps its value, so that it means the same wherever it is read.",
        bad=('fn f(x: text) -> text = {\n  let x = x ++ "!"\n  x\n}'),
        good=('fn f(x: text) -> text = {\n  let loud = x ++ "!"\n  loud\n}'),
    ),
    Code(
        code="P0155",
        title="a name without a value",
        what="The name is no parameter of the function, and no `let` before it gives it a value.",
        why="There is nothing to compute with.",
        bad="fn f(x: text) -> text = y",
        good="fn f(x: text) -> text = x",
    ),
    Code(
        code="P0156",
        title="a `_` that stands for nothing",
        what="`_` is the value that comes from the left of `|>`, and only stands to the right of it.",
        why="Elsewhere there is no such value.",
        bad='fn f(x: text) -> text = "re: " ++ _',
        good='fn f(x: text) -> text = x |> "re: " ++ _',
    ),
    Code(
        code="P0157",
        title="a pipe that leads nowhere",
        what="To the right of `|>` stands the name of a function, or an expression with `_` where the value goes.",
        why="Otherwise the value would be dropped.",
        bad=('fn f(x: text) -> text = x |> both("a")\nfn both(a: text, b: text) -> text = a ++ b'),
        good=('fn f(x: text) -> text = x |> both(_, "a")\nfn both(a: text, b: text) -> text = a ++ b'),
    ),
    Code(
        code="P0158",
        title="a `map` without a place for the item",
        what="Arguments after `map f` hold one `_`, standing alone: the item of the list.",
        why="It says which argument changes from item to item.",
        bad=('fn f(x: list<text>) -> list<text> = x |> map both("a", "b")\nfn both(a: text, b: text) -> text = a ++ b'),
        good=('fn f(x: list<text>) -> list<text> = x |> map both(_, "b")\nfn both(a: text, b: text) -> text = a ++ b'),
    ),
    Code(
        code="P0159",
        title="a function without parameters",
        what="A function has one parameter or more.",
        why="Without an input it would always say the same: that is a text, not a function.",
        bad='fn f() -> text = "hello"',
        good='fn f(x: text) -> text = "hello " ++ x',
    ),
    Code(
        code="P0160",
        title="not exactly one specification",
        what="A function in braces has one `spec`, and it says something.",
        why="It is what the function is compiled from.",
        bad=('fn f(x: text) -> text {\n  example "a" -> "b"\n}'),
        good=('fn f(x: text) -> text {\n  spec "The next letter."\n  example "a" -> "b"\n}'),
    ),
    Code(
        code="P0161",
        title="inputs that do not fit the parameters",
        what="An example or test gives one value if the function has one parameter, else a value for each by name.",
        why="An example with a missing input cannot be learned from.",
        bad=('fn f(subject: text, body: text) -> bool {\n  spec "Is it spam?"\n  example "Win!" -> true\n}'),
        good=(
            "fn f(subject: text, body: text) -> bool {\n"
            '  spec "Is it spam?"\n'
            '  example (subject: "Win!", body: "Click.") -> true\n'
            "}"
        ),
    ),
    Code(
        code="P0162",
        title="an option set twice",
        what="Two `option` lines of a function have the same name.",
        why="Only one of them could count.",
        bad=('fn f(x: text) -> text {\n  spec "Repeat it."\n  option max_tokens = 8\n  option max_tokens = 9\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n  option max_tokens = 8\n}'),
    ),
    Code(
        code="P0163",
        title="a pass rate that is none",
        what="After `at least` stands a number from 0 to 1.",
        why="It is the share of the rows that must pass.",
        bad=('fn f(x: text) -> text {\n  spec "Repeat it."\n  tests from "rows.csv" at least 90\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n  test "a" -> "a"\n}'),
    ),
    Code(
        code="P0164",
        title="a path that cannot be used",
        what="Files are named by paths relative to the file that names them, with `/`; imported ones end in `.paw`.",
        why="The project then means the same on every machine.",
        bad=('import "/home/me/dates.paw"\nfn f(x: text) -> text = x'),
        good="fn f(x: text) -> text = x",
    ),
    Code(
        code="P0165",
        title="an import that needs a name",
        what="The file's name is not one that an expression could use.",
        why="Its functions are called by it: `name.function(x)`.",
        bad=('import "./my-dates.paw"\nfn f(x: text) -> text = x'),
        good=('import "./my-dates.paw" as dates\nfn f(x: text) -> text = x'),
    ),
    Code(
        code="P0166",
        title="a float as a pattern",
        what="The arms of a `match` are labels, texts, ints, bools, `null` and `_`.",
        why="Whether two floats are equal depends on how they were computed.",
        bad='fn f(x: float) -> text = match x { 0.5 => "half", _ => "other" }',
        good='fn f(x: int) -> text = match x { 1 => "one", _ => "other" }',
    ),
    Code(
        code="P0167",
        title="a field given twice",
        what="A record, or the inputs of an example, has the same name twice.",
        why="Only one of the values could count.",
        bad=("type Note = {body: text}\nfn f(x: text) -> Note = {body: x, body: x}"),
        good=("type Note = {body: text}\nfn f(x: text) -> Note = {body: x}"),
    ),
)
