"""One syntax error of lark's -> one diagnostic that says what was expected, and what was probably meant.

The likely mistakes are an ordered table of small functions, `_RULES`: the first that recognises the
error explains it; otherwise the message is what was expected and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pawc.base.diagnostics import Diagnostic, Note
from pawc.base.source import Source
from pawc.syntax.terminals import BODY, CLOSER, TOKEN, TOP, VALUES, either, expectations, likely_keyword, sign
from pawc.syntax.trouble import Trouble, found_type

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput

_FOREIGN = {
    "else": "in a `match`, what is left over is written `_ => ...`",
    "if": "cases are told apart with `match x { true => ..., false => ... }`",
    "elif": "cases are told apart with `match x { ... }`",
    "case": "an arm of a `match` is written `pattern => value`",
    "default": "in a `match`, what is left over is written `_ => ...`",
    "return": "the last expression of a block is its value: leave `return` out",
    "for": "to apply a function to each item of a list, write `items |> map f`",
    "while": "there are no loops; `items |> map f` applies a function to each item of a list",
    "var": "a name is introduced with `let`, inside braces",
    "const": "a name is introduced with `let`, inside braces",
    "let": "`let` stands inside braces: `{ let a = f(x) g(a) }`",
    "map": "`map` stands to the right of a pipe: `items |> map f`",
    "and": "there is no boolean arithmetic; use `match`",
    "or": "there is no boolean arithmetic; use `match`",
    "True": "write `true`",
    "False": "write `false`",
    "None": "write `null`",
    "nil": "write `null`",
    "undefined": "write `null`",
}


def explain(source: Source, error: UnexpectedInput, place: int, item: int) -> Diagnostic:
    """The diagnostic for an error at offset `place`, in an item (or after one) that starts at `item`."""
    expected = getattr(error, "accepts", None) or getattr(error, "expected", None) or ()
    trouble = Trouble(source, place, item, found_type(error), str(getattr(error, "token", "")), frozenset(expected))
    for rule in _RULES:
        if (diagnostic := rule(trouble)) is not None:
            return diagnostic
    return _anything_else(trouble)


# ---- characters that begin nothing


def _open_text(t: Trouble) -> Diagnostic | None:
    if t.kind or not t.rest_of_line.startswith(('"', "/")):
        return None
    if t.rest_of_line.startswith('"""'):
        return t.says(
            "P0103", "this text is never closed", "opened here", 'end it with `"""`', t.at(t.place, t.place + 3)
        )
    what, quote = ("text", '"') if t.rest_of_line[0] == '"' else ("regular expression", "/")
    help = 'close it with `"`; a text of several lines stands between `"""`' if quote == '"' else "close it with `/`"
    return t.says(
        "P0103",
        f"this {what} is not closed on its line",
        "opened here",
        help,
        t.at(t.place, t.place + len(t.rest_of_line)),
    )


def _wrong_quotes(t: Trouble) -> Diagnostic | None:
    closing = {"'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb"}
    if t.kind or (first := t.rest_of_line[:1]) not in closing:
        return None
    end = t.rest_of_line.find(closing[first], 1)
    inside = t.rest_of_line[1 : end if end > 0 else None]
    return t.says(
        "P0108",
        "a text stands between double quotes",
        "not a quotation mark of the language",
        f'write `"{inside}"`' if end > 0 and '"' not in inside else "",
        t.at(t.place, t.place + (end + 1 if end > 0 else 1)),
    )


def _unknown_character(t: Trouble) -> Diagnostic | None:
    if t.kind:
        return None
    char = t.source.text[t.place]
    known = {
        ";": "items need nothing between them: leave it out",
        "+": "texts are joined with `++`; sums are made by `std.math`",
        "-": "there is no arithmetic; `std.math` has exact functions",
        "*": "there is no arithmetic; `std.math` has exact functions",
        "%": "there is no arithmetic; `std.math` has exact functions",
        "!": "there are no operators on truth values; use `match`",
        "&": "there are no operators on truth values; use `match`",
    }
    help = known.get(char, "names are of ASCII letters, digits and `_`" if char.isalnum() else "")
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return t.says("P0102", f"unexpected character `{shown}`", "nothing begins with this", help)


# ---- brackets


def _unclosed(t: Trouble) -> Diagnostic | None:
    """The file or the item ends, or a bracket closes, while another bracket is open."""
    closes = t.word in CLOSER.values()
    ends = t.kind == "$END" or (t.word in TOP.values() and _begins_line(t))
    in_params = t.kind == "ARROW" and "RPAR" in t.expected
    if not (closes or ends or in_params) or not t.open_brackets:
        return None
    opening = t.open_brackets[-1]
    bracket = t.source.text[opening]
    if CLOSER[bracket] == t.word:
        return None
    what = "the file ends" if t.kind == "$END" else f"`{t.word}` comes"
    return Diagnostic(
        "P0104",
        f"this `{bracket}` is never closed",
        t.at(opening, opening + 1),
        f"needs a `{CLOSER[bracket]}`",
        notes=(Note(t.span, f"{what} before it is closed"),),
    )


def _closes_nothing(t: Trouble) -> Diagnostic | None:
    if t.word not in CLOSER.values() or t.open_brackets:
        return None
    return t.says("P0104", f"this `{t.word}` closes nothing", "no bracket is open here", "remove it")


def _begins_line(t: Trouble) -> bool:
    return not t.source.text[t.source.text.rfind("\n", 0, t.place) + 1 : t.place].strip()


# ---- words


def _foreign_comment(t: Trouble) -> Diagnostic | None:
    if t.kind != "REGEX" or not t.word.startswith(("//", "/*")):
        return None
    return t.says("P0117", "comments begin with `#`", "not a comment here", "write `# ...`, to the end of the line")


def _foreign_word(t: Trouble) -> Diagnostic | None:
    """A statement of other languages: the word itself is met, or what follows it."""
    if t.kind in ("NAME", "LET", "MAP") and t.word in _FOREIGN:
        return t.says("P0109", f"`{t.word}` cannot stand here", "not known here", _FOREIGN[t.word])
    if t.before in _FOREIGN and t.kind in {"NAME", *VALUES}:
        end = t.source.text.rindex(t.before, 0, t.place) + len(t.before)
        span = t.at(end - len(t.before), end)
        return t.says("P0109", f"`{t.before}` cannot stand here", "not known here", _FOREIGN[t.before], span)
    return None


def _misspelt(t: Trouble) -> Diagnostic | None:
    """A word where only keywords may stand."""
    known = _known_items(t)
    if t.kind in ("$END", "") or "NAME" in t.expected or not known:
        return None
    if not re.fullmatch(r"[A-Za-z_]\w*", t.word):
        return None
    where = "in a function" if "spec" in known else "at the top level"
    meant = likely_keyword(t.word, known)
    help = f"did you mean `{meant}`?" if meant else ""
    if t.word in BODY.values():
        help = "it stands inside the braces of a function"
    return t.says("P0105", f"`{t.word}` begins nothing {where}", f"expected {either(f'`{w}`' for w in known)}", help)


def _known_items(t: Trouble) -> list[str]:
    for names in (BODY, TOP):
        if set(names) <= t.expected:
            return list(names.values())
    return []


# ---- arrows and signs


def _no_result_type(t: Trouble) -> Diagnostic | None:
    """`fn f(x: text) {` and `fn f(x: text) -> { spec ...`."""
    header = t.source.text[t.item : t.place].startswith("fn")
    if header and not t.open_brackets and t.expected == {"ARROW"} and t.kind in ("LBRACE", "EQUAL", "COLON"):
        help = f"write `-> text {t.word}`" if t.kind != "COLON" else "write `->` before the result type"
        return t.says("P0106", "the function has no result type", "expected `->` and a type", help)
    if header and "COLON" in t.expected and t.before in BODY.values() and t.open_brackets:
        opening = t.open_brackets[-1]
        if t.source.text[t.item : opening].rstrip().endswith("->"):
            span = t.at(opening, opening + 1)
            return t.says("P0106", "the function has no result type", "expected a type", "write `-> text {`", span)
    return None


def _no_output(t: Trouble) -> Diagnostic | None:
    """`example "a"` without an output."""
    if t.expected != {"ARROW"} or not t.open_brackets or t.kind in ("EQUAL", "FAT_ARROW", "COLON"):
        return None
    help = "an example is written `example INPUT -> OUTPUT`"
    return t.says("P0106", "expected `->` and an output", f"found {_found(t)}", help, t.gap)


def _wrong_sign(t: Trouble) -> Diagnostic | None:
    """One of `->`, `=>`, `=` and `:` for another."""
    signs = {"ARROW", "FAT_ARROW", "EQUAL", "COLON"}
    wanted = signs & t.expected
    if t.kind not in signs or len(wanted) != 1:
        return None
    right = sign(next(iter(wanted)))
    return t.says("P0107", f"expected `{right}`, found `{t.word}`", f"should be `{right}`", f"write `{right}`")


def _no_parameter_type(t: Trouble) -> Diagnostic | None:
    if t.expected != {"COLON"} or t.kind not in ("RPAR", "COMMA", "RBRACE") or not t.before:
        return None
    return t.says("P0106", f"`{t.before}` has no type", "expected `:` and a type", f"write `{t.before}: text`")


def _text_ended_early(t: Trouble) -> Diagnostic | None:
    '''A long text closed by the opening `"""` of the next one.'''
    upto = t.source.text[: t.place].rstrip()
    if not upto.endswith('"""') or t.kind not in ("NAME", "REGEX", "INT"):
        return None
    opening = _opening_of_long_text(t.source.text, len(upto))
    if opening is None or not re.search(r"\n\s*(spec|example|test|fn)\b", t.source.text[opening : t.place]):
        return None
    return Diagnostic(
        "P0103",
        "this text ends later than it should",
        t.at(opening, opening + 3),
        "opened here",
        'a `"""` before the next item is missing',
        notes=(Note(t.at(len(upto) - 3, len(upto)), "closed only here"),),
    )


def _opening_of_long_text(text: str, end: int) -> int | None:
    tokens = (token for token in TOKEN.finditer(text) if token.lastgroup == "long")
    return next((token.start() for token in tokens if token.end() == end), None)


def _bare_text(t: Trouble) -> Diagnostic | None:
    """A text without quotes, in an example."""
    if t.kind != "NAME" or not t.expected >= VALUES or "NAME" in t.expected:
        return None
    return t.says("P0101", f"expected a value, found `{t.word}`", "not a value", f'a text needs quotes: `"{t.word}"`')


def _union_of_types(t: Trouble) -> Diagnostic | None:
    if t.kind != "NAME" or t.expected != {"STRING"} or not t.source.text[: t.place].rstrip().endswith("|"):
        return None
    return t.says(
        "P0101", f"expected a label, found `{t.word}`", "only labels can be joined by `|`", "write the label in quotes"
    )


def _optional_label(t: Trouble) -> Diagnostic | None:
    if t.kind != "QMARK" or "VBAR" not in t.expected:
        return None
    return t.says("P0101", "`?` after a label", "the whole union is meant", 'use parentheses: `("a" | "b")?`')


def _named_argument(t: Trouble) -> Diagnostic | None:
    if t.kind not in ("COLON", "EQUAL") or not {"PIPE", "COMMA", "RPAR"} <= t.expected:
        return None
    return t.says("P0101", "arguments are given by position", "no names here", "leave the name out: `f(a, b)`")


def _comparison(t: Trouble) -> Diagnostic | None:
    compares = t.kind in ("LESSTHAN", "MORETHAN") or (t.kind == "EQUAL" and t.rest_of_line.startswith("=="))
    if not compares or "PIPE" not in t.expected:
        return None
    return t.says("P0109", "there are no comparisons", "not an operator", "cases are told apart with `match`")


def _path_without_quotes(t: Trouble) -> Diagnostic | None:
    if t.before not in ("import", "from") or t.kind not in ("DOT", "REGEX"):
        return None
    path = t.rest_of_line.split()[0].strip(",;")
    span = t.at(t.place, t.place + len(path))
    return t.says("P0101", "a path stands in quotes", "not a module's name", f'write `"{path}"`', span)


_RULES: tuple[Callable[[Trouble], Diagnostic | None], ...] = (
    _open_text,
    _wrong_quotes,
    _unknown_character,
    _foreign_comment,
    _text_ended_early,
    _no_result_type,
    _no_parameter_type,
    _unclosed,
    _closes_nothing,
    _foreign_word,
    _misspelt,
    _no_output,
    _comparison,
    _wrong_sign,
    _bare_text,
    _union_of_types,
    _optional_label,
    _named_argument,
    _path_without_quotes,
)


# ---- what was expected, what was found


def _anything_else(t: Trouble) -> Diagnostic:
    wanted = either(expectations(t.expected))
    return t.says("P0101", f"expected {wanted}, found {_found(t)}", "not expected here")


def _found(t: Trouble) -> str:
    if t.kind == "$END":
        return "the end of the file"
    short = t.word.split("\n")[0]
    return f"`{short if len(short) <= 30 else short[:29] + '…'}`"
