"""Codes of the command line: P090. to P094. are usage errors (exit code 2, as those in `cli.main.USAGE`).

The rest is about files and records.
"""

from __future__ import annotations

from pawc.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        code="P0901",
        title="the command line is not understood",
        what="An option is unknown, lacks its value, or has a value it does not take.",
        why="Guessing what was meant could overwrite a file or run the wrong thing.",
        bad="pawc build --otput x.pawx a.paw",
        good="pawc build --output x.pawx a.paw",
    ),
    Code(
        code="P0902",
        title="unknown command",
        what="The first word after `pawc` names no command.",
        why="`pawc --help` lists all of them.",
        bad="pawc biuld a.paw",
        good="pawc build a.paw",
    ),
    Code(
        code="P0903",
        title="the command does not exist yet",
        what="The command is planned, but this version does not have it.",
        why="A command that does nothing would be worse than none.",
        bad="pawc train",
        good="pawc build -O2 a.paw",
    ),
    Code(
        code="P0904",
        title="no such target",
        what="`--target` names a target that is unknown, or that this version does not have yet.",
        why="An executable is made for one target, which decides how its prefixes are stored.",
        bad="pawc build --target gpu a.paw",
        good="pawc build --target cpu a.paw",
    ),
    Code(
        code="P0907",
        title="the outputs that were asked for contradict each other",
        what="`-o` names one file, but what is built goes to several.",
        why="Only an executable joins several sources into one file.",
        bad="pawc build --emit obj -o x.pawo a.paw b.paw",
        good="pawc build --emit obj -o objects/ a.paw b.paw",
    ),
    Code(
        code="P0908",
        title="it is not clear which function to run",
        what="The program has no entry (no `main`, and several public functions), or not the function that was named.",
        why="Running an arbitrary one would answer a question that was not asked.",
        bad="pawc run tools.pawx < input.txt",
        good="pawc run -f urgency tools.pawx < input.txt",
    ),
    Code(
        code="P0909",
        title="`--arg` does not fit the function",
        what="A value given with `--arg` names no parameter, is not of its type, or leaves records several, or none.",
        why="A line of input can give one argument only; the others come from `--arg`, or records are JSON objects.",
        bad="pawc run reply.pawx < messages.txt        # reply(tone: text, message: text)",
        good="pawc run reply.pawx --arg tone=friendly < messages.txt",
    ),
    Code(
        code="P0910",
        title="the pass list does not lead to what was asked for",
        what="After the passes of `--passes` the module is not at the stage that the output needs.",
        why="An object needs compiled functions and an executable a linked module.",
        bad="pawc build --passes resolve,check a.paw",
        good="pawc build --passes resolve,check,neural-compile,link a.paw",
    ),
    Code(
        code="P0911",
        title="a part of pawc, or what it needs, is not installed",
        what="The command needs a package that is not there. `pawc-runtime` has what runs programs built for onnx.",
        why="Compiling needs PyTorch. Running a program built for onnx does not: that part can be installed alone.",
        bad="pip install pawc-runtime, then pawc build mail.paw",
        good="pip install . in pawc's folder, then pawc build mail.paw",
    ),
    Code(
        code="P0950",
        title="a file cannot be opened",
        what="The operating system refused to open, read or write a file.",
        why="What it said is in the message.",
        bad="pawc inspect no-such-file.pawx",
        good="pawc inspect triage.pawx",
    ),
    Code(
        code="P0951",
        title="a record is not UTF-8",
        what="The bytes of a record are not text.",
        why="Replacing what cannot be read would run the program on something else than the input.",
        bad="printf 'caf\\351\\n' | pawc run urgency.pawx",
        good="printf 'caf\\351\\n' | iconv -f latin1 -t utf-8 | pawc run urgency.pawx",
    ),
    Code(
        code="P0952",
        title="a record is not JSON",
        what="With `--in jsonl` every line has to be one JSON value.",
        why="Skipping a line would shift every answer after it.",
        bad="echo 'server down' | pawc run --json urgency.pawx",
        good="echo '\"server down\"' | pawc run --json urgency.pawx",
    ),
    Code(
        code="P0953",
        title="a record does not fit the parameters",
        what="A record is of another type than the parameter, lacks one, or names one that does not exist.",
        why="What a function takes is part of its signature.",
        bad='{"massage": "server down"}',
        good='{"message": "server down"}',
    ),
    Code(
        code="P0954",
        title="the file is of another kind",
        what="A command was given a file that it does nothing with.",
        why="Executables and objects are told by what is in them, however they are called; sources are called .paw.",
        bad="pawc run notes.txt",
        good="pawc run urgency.pawx",
    ),
    Code(
        code="P0955",
        title="there are no scores",
        what="Scores were asked of a function whose answer is not one of several labels chosen by a model.",
        why="Only a choice among known answers has a probability for each of them.",
        bad='pawc.load("strip_html.pawx").scores("<p>hello</p>")',
        good='pawc.load("urgency.pawx").scores("server down")',
    ),
    Code(
        code="P0956",
        title="an argument of the Python API that means nothing",
        what="A name is no identifier, an example no pair of an input and an output, or a number out of its range.",
        why="What was meant instead cannot be told: a text of two letters would pass for a pair of them.",
        bad='pawc.compile("Is it urgent?", examples=["ab"], level=7)',
        good='pawc.compile("Is it urgent?", examples=[("The server is down!", "yes")], level=0)',
    ),
)
