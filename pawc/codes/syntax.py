"""Codes of syntax: what does not parse."""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0101",
        title="something else was expected",
        what="The text cannot go on like this: the message says what may stand here, and what was found.",
        why="What is not part of the language has no meaning that pawc could keep.",
        bad=("fn f(x: text) -> text = g(x x)\nfn g(x: text) -> text = x"),
        good=("fn f(x: text) -> text = g(x)\nfn g(x: text) -> text = x"),
    ),
    Code(
        code="P0102",
        title="a character that begins nothing",
        what="No word, number or sign of the language begins with this character.",
        why="It is mostly a sign of another language: `;`, `+`, `!`.",
        bad='fn f(x: text) -> text = "re: " + x',
        good='fn f(x: text) -> text = "re: " ++ x',
    ),
    Code(
        code="P0103",
        title="a text that is not closed",
        what=(
            "A text in double quotes ends on its line; one between triple quotes, or a regular expression "
            "between slashes, ends somewhere."
        ),
        why="Without its end, all that follows would be part of the text.",
        bad=('fn f(x: text) -> text {\n  spec "Repeat it.\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n}'),
    ),
    Code(
        code="P0104",
        title="brackets that do not match",
        what="A bracket is never closed, is closed by one of another kind, or closes nothing.",
        why="What belongs together could only be guessed.",
        bad=("fn f(x: text) -> text = g(x\nfn g(x: text) -> text = x"),
        good=("fn f(x: text) -> text = g(x)\nfn g(x: text) -> text = x"),
    ),
    Code(
        code="P0105",
        title="a word that begins nothing",
        what=(
            "Only `fn`, `type`, `import` and `from` begin an item of a file, and only `spec`, `example`, "
            "`examples`, `test`, `tests` and `option` one of a function."
        ),
        why="A misspelt `example` that was skipped would silently make a worse function.",
        bad=('fn f(x: text) -> text {\n  spec "Repeat it."\n  exmaple "a" -> "a"\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n  example "a" -> "a"\n}'),
    ),
    Code(
        code="P0106",
        title="a type or an output is missing",
        what="Every parameter has a type, every function a result type, every example an output.",
        why="The types are the contract of a function; an example without an output shows nothing.",
        bad=('fn f(x: text) {\n  spec "Repeat it."\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n}'),
    ),
    Code(
        code="P0107",
        title="one sign for another",
        what=(
            "`->` stands before results and outputs, `=>` in the arms of a `match`, `=` before what "
            "something is defined as, `:` before types and the values of fields."
        ),
        why="Each has one meaning, so that a file reads the same everywhere.",
        bad=('fn f(x: text) -> text {\n  spec "Repeat it."\n  example "a" => "a"\n}'),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n  example "a" -> "a"\n}'),
    ),
    Code(
        code="P0108",
        title="other quotation marks",
        what='Texts stand between double quotes, `"`, or three of them.',
        why="One way to write a text is enough, and apostrophes stay usable inside it.",
        bad=("fn f(x: text) -> text {\n  spec 'Repeat it.'\n}"),
        good=('fn f(x: text) -> text {\n  spec "Repeat it."\n}'),
    ),
    Code(
        code="P0109",
        title="a statement of another language",
        what="`if`, `else`, `for`, `return`, comparisons and the like are not part of the language.",
        why="A composition is one expression; `match`, `|>` and `map` say what they would.",
        bad='fn f(x: bool) -> text = match x { true => "yes", else => "no" }',
        good='fn f(x: bool) -> text = match x { true => "yes", false => "no" }',
    ),
    Code(
        code="P0110",
        title="nested too deeply",
        what=(
            "Brackets, pipes and fields inside each other go at most 30 levels deep; a type, its names "
            "replaced, has at most 30 levels and 1000 parts."
        ),
        why="Every tool that reads the program, and every file it is stored in, can rely on that.",
        bad="type Deep = " + "list<" * 40 + "text" + ">" * 40,
        good=("fn f(x: text) -> text = x\n\ntype Deep = list<list<text>>"),
    ),
    Code(
        code="P0111",
        title="an escape that means nothing",
        what=(
            'After a backslash in a text comes `n`, `t`, `"`, another backslash, or `u{...}` with a Unicode '
            "character in hexadecimal."
        ),
        why="A backslash that was kept or dropped in silence would change the text.",
        bad='fn f(x: text) -> text = "\\d: " ++ x',
        good='fn f(x: text) -> text = "\\\\d: " ++ x',
    ),
    Code(
        code="P0112",
        title="a number that cannot be written",
        what="An int has at most 64 bits and no leading zeros, a float is finite.",
        why="Other tools that read the same data would read another number.",
        bad=('fn f(x: text) -> int {\n  spec "Count the words."\n  example "a b" -> 02\n}'),
        good=('fn f(x: text) -> int {\n  spec "Count the words."\n  example "a b" -> 2\n}'),
    ),
    Code(
        code="P0113",
        title="a word of the language as a name",
        what="`fn`, `let`, `map`, `match`, `true`, `false`, `null` and `_` cannot be names.",
        why="An expression that used the name would mean something else.",
        bad="fn map(x: text) -> text = x",
        good="fn map_text(x: text) -> text = x",
    ),
    Code(
        code="P0114",
        title="a name that is not in snake_case",
        what="Functions, parameters, aliases and `let` names are written in small letters, digits and `_`.",
        why="Types and functions can be told apart at a glance, in every file.",
        bad=('fn stripHtml(page: text) -> text {\n  spec "Return the visible text."\n}'),
        good=('fn strip_html(page: text) -> text {\n  spec "Return the visible text."\n}'),
    ),
    Code(
        code="P0115",
        title="a type's name that is not in CamelCase",
        what="The name of a type begins with a capital letter and goes on with letters and digits.",
        why="Types and functions can be told apart at a glance, in every file.",
        bad=('type urgency = "now" | "later"\nfn f(x: text) -> text = x'),
        good=('type Urgency = "now" | "later"\nfn f(x: text) -> text = x'),
    ),
    Code(
        code="P0116",
        title="a type that takes no arguments",
        what="Only `list` is followed by a type in `<>`, and only `text` by `matching` and a regular expression.",
        why="There are no other generic types.",
        bad=("type Names = set<text>\nfn f(x: text) -> text = x"),
        good=("type Names = list<text>\nfn f(x: text) -> text = x"),
    ),
    Code(
        code="P0117",
        title="a comment in another style",
        what="Comments begin with `#` and run to the end of their line.",
        why="`//` and `/* */` are regular expressions here.",
        bad=("// repeats its input\nfn f(x: text) -> text = x"),
        good=("# repeats its input\nfn f(x: text) -> text = x"),
    ),
    Code(
        code="P0118",
        title="something that cannot be called",
        what="Only the name of a function, or of a function of an imported file, is followed by arguments.",
        why="Functions are not values, so no expression can give one.",
        bad="fn f(x: text) -> text = x.name.first(x)",
        good=("fn f(x: text) -> text = first(x)\nfn first(x: text) -> text = x"),
    ),
)
