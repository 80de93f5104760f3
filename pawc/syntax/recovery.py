"""A text that does not parse -> a diagnostic for each of its independent syntax errors.

After an error, parsing starts again at the next line that begins an item: `fn`, `type`, `import` or `from`
at the top level, `spec`, `example`, ... inside the braces of a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pawc.base.diagnostics import Diagnostic
from pawc.base.source import Source
from pawc.syntax import mistakes
from pawc.syntax.terminals import BODY, TOKEN, TOP, likely_keyword
from pawc.syntax.trouble import found_type

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

_MOST = 50  # more errors than this help nobody


def syntax_errors(source: Source, grammar: Lark, error: UnexpectedInput) -> list[Diagnostic]:
    """Every independent syntax error of a text, `error` being its first."""
    from lark import TextSlice
    from lark.exceptions import UnexpectedInput

    text = source.text
    resumes = _resume_points(text)
    found: list[Diagnostic] = []
    begin = -1
    while len(found) < _MOST:
        place = _place(error, text)
        item = max((point for point, start in resumes if start == "file" and point < place), default=0)
        found.append(mistakes.explain(source, error, place, item))
        following = [resume for resume in resumes if resume[0] >= place and resume[0] > begin]
        if not following:
            break
        begin, start = following[0]
        try:
            grammar.parse(TextSlice(text, begin, len(text)), start=start)
        except UnexpectedInput as next_error:
            error = next_error
        else:
            break
    return list(dict.fromkeys(found))


def _place(error: UnexpectedInput, text: str) -> int:
    """Where the text stops making sense; its end, without trailing white space, if something is missing there."""
    if found_type(error) == "$END":
        return len(text.rstrip())
    return error.pos_in_stream or 0


def _resume_points(text: str) -> list[tuple[int, str]]:
    """Offsets where an item begins a line, and the rule of the grammar to start again with there.

    A misspelt keyword begins an item too: at the top level at the very start of a line, else in a body.
    """
    points: list[tuple[int, str]] = []
    in_function = in_body = False
    for token in TOKEN.finditer(text):
        word = token[0]
        line_start = text.rfind("\n", 0, token.start()) + 1
        if token.lastgroup == "word" and not text[line_start : token.start()].strip():
            unindented = line_start == token.start()
            if word in TOP.values() or (unindented and not in_body and likely_keyword(word, TOP.values())):
                points.append((token.start(), "file"))
                in_function, in_body = likely_keyword(word, TOP.values()) == "fn", False
            elif in_body and likely_keyword(word, BODY.values()):
                points.append((token.start(), "rest_of_body"))
        elif in_function and word == "{":
            in_function, in_body = False, True
        elif in_function and word == "=":
            in_function = False
        elif in_body and word == "}" and line_start == token.start():
            in_body = False
    return points
