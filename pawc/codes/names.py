"""Codes of names and imports.

`bad` and `good` are whole programs; where one takes several files, a comment names each before its text.
"""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0201",
        title="unknown function",
        what="A call names a function that is neither defined in this file nor imported by name.",
        why="A program calls only what it can see, so that a misspelt name is found before anything runs.",
        bad=(
            'fn urgency(message: text) -> "now" | "wait" { spec "How urgent is it?" }\n'
            "fn main(message: text) -> text = urgancy(message)"
        ),
        good=(
            'fn urgency(message: text) -> "now" | "wait" { spec "How urgent is it?" }\n'
            "fn main(message: text) -> text = urgency(message)"
        ),
    ),
    Code(
        code="P0203",
        title="no such file to import",
        what="An `import` names a file that does not exist.",
        why="Paths are relative to the file that imports, not to where `pawc` is run.",
        bad=(
            "# main.paw\n"
            'import "./dats.paw"\n'
            "fn main(mail: text) -> text = dats.day(mail)\n"
            "# dates.paw\n"
            'fn day(mail: text) -> text { spec "The day of the meeting." }'
        ),
        good=(
            "# main.paw\n"
            'import "./dates.paw"\n'
            "fn main(mail: text) -> text = dates.day(mail)\n"
            "# dates.paw\n"
            'fn day(mail: text) -> text { spec "The day of the meeting." }'
        ),
    ),
    Code(
        code="P0204",
        title="the imported file has no such function",
        what=("A name that is imported, or called as `module.name`, is not defined in that file or standard module."),
        why="Only functions are imported, by the names they have where they are defined.",
        bad=("import std.text\nfn main(mail: text) -> text = text.stripp(mail)"),
        good=("import std.text\nfn main(mail: text) -> text = text.strip(mail)"),
    ),
    Code(
        code="P0205",
        title="the function is private",
        what="A function whose name starts with `_` is used in another file.",
        why="A leading `_` keeps a function to its file, so that the file can change it freely.",
        bad=(
            "# main.paw\n"
            'from "./dates.paw" import _day\n'
            "fn main(mail: text) -> text = _day(mail)\n"
            "# dates.paw\n"
            'fn _day(mail: text) -> text { spec "The day of the meeting." }'
        ),
        good=(
            "# main.paw\n"
            'from "./dates.paw" import day\n'
            "fn main(mail: text) -> text = day(mail)\n"
            "# dates.paw\n"
            'fn day(mail: text) -> text { spec "The day of the meeting." }'
        ),
    ),
    Code(
        code="P0206",
        title="a name is defined twice",
        what="Two functions, or a function and an import, or two imports have the same name in one file.",
        why="A call must mean one function. `as` gives an import another name.",
        bad=(
            'fn short(message: text) -> text { spec "Shorten it." }\n'
            'fn short(message: text) -> text { spec "Summarise it." }'
        ),
        good=(
            'fn short(message: text) -> text { spec "Shorten it." }\n'
            'fn summary(message: text) -> text { spec "Summarise it." }'
        ),
    ),
    Code(
        code="P0207",
        title="two parameters have one name",
        what="A function has two parameters of the same name.",
        why="A name in the body must mean one value, and examples give inputs by name.",
        bad='fn reply(mail: text, mail: text) -> text { spec "Answer the mail." }',
        good='fn reply(mail: text, style: text) -> text { spec "Answer the mail." }',
    ),
    Code(
        code="P0208",
        title="files import each other in a circle",
        what="Following the imports of a file leads back to it.",
        why=(
            "A file is built after those it imports; in a circle there is no first one. Move what both need "
            "into a third file."
        ),
        bad=(
            "# main.paw\n"
            'import "./dates.paw"\n'
            "fn main(mail: text) -> text = dates.day(mail)\n"
            "# dates.paw\n"
            'import "./main.paw"\n'
            "fn day(mail: text) -> text = main.main(mail)"
        ),
        good=(
            "# main.paw\n"
            'import "./dates.paw"\n'
            "fn main(mail: text) -> text = dates.day(mail)\n"
            "# dates.paw\n"
            'fn day(mail: text) -> text { spec "The day of the meeting." }'
        ),
    ),
    Code(
        code="P0209",
        title="a file is outside the project",
        what="A source file, or what a link points to, is not below the root of the project.",
        why=(
            "Names of modules are paths below the root (where `paw.toml` or `.git` is), so that a build is "
            "the same wherever the project lies."
        ),
        bad="pawc build ../other-project/dates.paw dates.paw",
        good="pawc build dates.paw",
    ),
    Code(
        code="P0210",
        title="recursion",
        what="A function calls itself, on its own or by way of others.",
        why=(
            "A composed function is evaluated as a fixed plan of calls; recursion would never end. `map` "
            "applies a function to many values."
        ),
        bad=("fn a(mail: text) -> text = b(mail)\nfn b(mail: text) -> text = a(mail)"),
        good=('fn a(mail: text) -> text = b(mail)\nfn b(mail: text) -> text { spec "Shorten it." }'),
    ),
    Code(
        code="P0211",
        title="not a function",
        what="What is called is a parameter, the value of a `let`, or a type.",
        why="Only functions are called; values are passed on as they are.",
        bad='fn main(mail: text) -> text = mail("x")',
        good='fn main(mail: text) -> text = mail ++ "x"',
    ),
    Code(
        code="P0212",
        title="no import of that name",
        what="A call is written `module.name`, and nothing is imported as `module` in this file.",
        why="Each file says itself what it uses of others.",
        bad="fn main(mail: text) -> text = text.strip(mail)",
        good=("import std.text\nfn main(mail: text) -> text = text.strip(mail)"),
    ),
    Code(
        code="P0213",
        title="no such standard module",
        what="An `import std....` names a module that the standard library does not have.",
        why="The standard library is part of pawc; `docs/std.md` lists all of it.",
        bad=("import std.txt\nfn main(mail: text) -> text = txt.strip(mail)"),
        good=("import std.text\nfn main(mail: text) -> text = text.strip(mail)"),
    ),
    Code(
        code="P0214",
        title="unused import",
        what="Nothing of an import is called. This is a warning.",
        why="An import that nothing needs still has to be there, and to be right.",
        bad=('import std.json\nfn main(mail: text) -> text = "got: " ++ mail'),
        good='fn main(mail: text) -> text = "got: " ++ mail',
    ),
    Code(
        code="P0215",
        title="a source file cannot be read",
        what="A source file does not exist, may not be read, or is not UTF-8 text.",
        why="All source files are UTF-8, so that they mean the same on every machine.",
        bad="pawc build mian.paw",
        good="pawc build main.paw",
    ),
    Code(
        code="P0216",
        title="not a source file",
        what=(
            "A file was given as source whose name does not end in `.paw`, or that has the name of a standard module."
        ),
        why=("The name of a file is the name of its module; `std.text.paw` would be taken for the standard library."),
        bad="pawc build main.txt",
        good="pawc build main.paw",
    ),
)
