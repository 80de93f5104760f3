"""Codes of data files.

`bad` and `good` are whole programs; where one takes several files, a comment names each before its text.
"""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0420",
        title="a data file cannot be read",
        what="The file of an `examples from` or `tests from` does not exist or may not be read.",
        why="Paths are relative to the source file that names them.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mail.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
    ),
    Code(
        code="P0421",
        title="a kind of file that rows are not read from",
        what="The name of a data file ends neither in `.jsonl` nor in `.csv` or `.tsv`.",
        why="The ending says how rows are written; guessing could read a file wrongly without a word.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.txt"\n'
            "}\n"
            "# mails.txt\n"
            "input,output\n"
            "The server is down!,now"
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
    ),
    Code(
        code="P0422",
        title="a data file is not UTF-8",
        what="A data file has bytes that are not UTF-8 text.",
        why="Read in another encoding, letters would silently become others.",
        bad="mails.csv as a spreadsheet saves it in Windows-1252",
        good="mails.csv saved as UTF-8, with or without a byte order mark",
    ),
    Code(
        code="P0423",
        title="a data file without rows",
        what="A data file is empty, or has a header and nothing else.",
        why="An empty file of tests would pass, and tell nothing.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output"
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
    ),
    Code(
        code="P0424",
        title="a row that cannot be read",
        what="A row is not valid JSON, gives a key twice, or a quoted cell does not end.",
        why="Skipping what cannot be read would leave examples out without a word.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.jsonl"\n'
            "}\n"
            "# mails.jsonl\n"
            '{"input": "The server is down!" "output": "now"}'
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.jsonl"\n'
            "}\n"
            "# mails.jsonl\n"
            '{"input": "The server is down!", "output": "now"}'
        ),
    ),
    Code(
        code="P0425",
        title="a row or header without what is needed",
        what=(
            "A row is no object with `input` and `output`, a header lacks a column, or a row has more or "
            "fewer cells than the header."
        ),
        why="Every row gives a value for each parameter, and the output.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "mail,label\n"
            "The server is down!,now"
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
    ),
    Code(
        code="P0426",
        title="a value of the wrong type in a data file",
        what="A value of a row is not of the type of its parameter, or of the function's result.",
        why="Examples are what a function learns from: one wrong label in a file teaches a wrong answer.",
        bad=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,noww"
        ),
        good=(
            "# main.paw\n"
            'fn urgency(message: text) -> "now" | "wait" {\n'
            '  spec "How urgent is it?"\n'
            '  examples from "mails.csv"\n'
            "}\n"
            "# mails.csv\n"
            "input,output\n"
            "The server is down!,now"
        ),
    ),
    Code(
        code="P0427",
        title="the inputs of a row do not fit the parameters",
        what="The `input` of a row is not an object with a value for each parameter.",
        why="With several parameters, only names can tell which value is whose.",
        bad=(
            "# main.paw\n"
            "fn reply(mail: text, style: text) -> text {\n"
            '  spec "Answer the mail."\n'
            '  examples from "mails.jsonl"\n'
            "}\n"
            "# mails.jsonl\n"
            '{"input": "hello", "output": "Hi!"}'
        ),
        good=(
            "# main.paw\n"
            "fn reply(mail: text, style: text) -> text {\n"
            '  spec "Answer the mail."\n'
            '  examples from "mails.jsonl"\n'
            "}\n"
            "# mails.jsonl\n"
            '{"input": {"mail": "hello", "style": "short"}, "output": "Hi!"}'
        ),
    ),
    Code(
        code="P0428",
        title="more rows are wrong than are shown",
        what="A data file has so many wrong rows that not all are listed.",
        why="After the first ten, it is the file that is wrong, not its rows.",
        bad="a file of a thousand rows with misspelt labels",
        good="a file of a thousand rows, each of its types",
    ),
    Code(
        code="P0429",
        title="a data file is too large",
        what="A data file has more than 64 MiB.",
        why="A function is compiled from tens to thousands of examples; more only takes longer.",
        bad='examples from "all_mail_since_1998.csv"',
        good='examples from "500_mails.csv"',
    ),
)
