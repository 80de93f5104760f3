"""Short texts in one form -> another: case, slugs, columns, Markdown, quotes, white space, acronyms."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, THINGS

_CASES: dict[str, Callable[[list[str]], str]] = {
    "snake_case": lambda words: "_".join(words),
    "kebab-case": lambda words: "-".join(words),
    "camelCase": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "PascalCase": lambda words: "".join(word.capitalize() for word in words),
    "CONSTANT_CASE": lambda words: "_".join(words).upper(),
    "Title Case": lambda words: " ".join(word.capitalize() for word in words),
    "dot.case": lambda words: ".".join(words),
    "plain words": lambda words: " ".join(words),
    "UPPER CASE": lambda words: " ".join(words).upper(),
    "Train-Case": lambda words: "-".join(word.capitalize() for word in words),
}


def words(draw: Draw, low: int = 2, high: int = 4) -> list[str]:
    """A few words in small letters."""
    return [*draw.sample(ADJECTIVES, draw.randint(low, high) - 1), draw.choice(THINGS)]


@family("transformation")
def name_case(draw: Draw) -> Function:
    """Identifiers and headings from one case into another."""
    source, target = draw.sample(sorted(_CASES), 2)
    do = (f"write it in {target}", f"convert it to {target}", f"change the case to {target}", f"rename it to {target}")

    def reference(text: str) -> str:
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.-]", " ", text)
        return _CASES[target](spaced.lower().split())

    return Function(
        given=(f"an identifier in {source}", f"a few words in {source}", f"a name written in {source}"),
        answer=Rewrite(do=do, what="identifier"),
        draw=lambda d: _CASES[source](words(d)),
        reference=reference,
        stated=(target, source),
    )


@family("transformation")
def slug(draw: Draw) -> Function:
    """Titles -> slugs for addresses or file names, by the house's rules."""
    mark, most = draw.choice("-_."), draw.choice((0, 0, 2, 3))
    suffix = draw.choice(("", "", ".html", ".md", "/"))
    rules = (
        f'Words are joined by "{mark}".',
        *((f"Only the first {most} words count.",) if most else ()),
        *((f'It ends in "{suffix}".',) if suffix else ()),
    )

    def reference(text: str) -> str:
        found = re.findall(r"[a-z0-9]+", text.lower())
        return mark.join(found[: most or len(found)]) + suffix

    def case(draw: Draw) -> str:
        title = " ".join(words(draw, 3, 5)).capitalize()
        return draw.choice(("{}!", "{}", "{}?", "The {}", "{}: part {n}", '"{}"')).format(title, n=draw.randint(2, 9))

    do = (
        "make a slug of the title, in small letters and without punctuation",
        "turn the title into a lower-case slug without punctuation",
        "write the title as a slug: small letters, digits, no punctuation",
    )
    return Function(
        given=("a title", "the title of an article", "a headline"),
        answer=Rewrite(do=do, what="slug"),
        draw=case,
        reference=reference,
        rules=rules,
        stated=(f'"{mark}"',),
    )


@family("transformation")
def columns(draw: Draw) -> Function:
    """Rows of a table: columns reordered, dropped, or joined by something else."""
    fields = draw.sample(("name", "city", "item", "color", "amount"), draw.choice((3, 4)))
    makers: dict[str, Callable[[Draw], str]] = {
        "name": lambda d: d.choice(FIRST_NAMES),
        "city": lambda d: d.choice(CITIES),
        "item": lambda d: d.choice(THINGS),
        "color": lambda d: d.choice(("red", "blue", "green", "grey")),
        "amount": lambda d: str(d.randint(1, 999)),
    }
    old, new = draw.choice((",", ";", "\t", "|")), draw.choice((",", ", ", "; ", " | ", " - ", " / "))
    chosen = draw.sample(fields, draw.randint(2, len(fields)))
    target = ", ".join(chosen)
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
    do = (
        f"print the columns {target} in this order",
        f"rearrange the row to {target}",
        f"keep these columns, in this order: {target}",
    )

    def reference(text: str) -> str:
        cells = dict(zip(fields, text.split(old), strict=True))
        return new.join(cells[field] for field in chosen)

    given = f"a row with the columns {', '.join(fields)}, separated by {names[old]}"
    return Function(
        given=(given, f"{given[2:]} (one row)", f"one line of a table: {', '.join(fields)}, with {names[old]} between"),
        answer=Rewrite(do=do, what="row"),
        draw=lambda d: old.join(makers[field](d) for field in fields),
        reference=reference,
        rules=(f'In the output, put "{new}" between the values.',),
        stated=(target, f'"{new}"'),
    )


@family("transformation")
def markup(draw: Draw) -> Function:
    """Markdown or tags put around a text or taken off it."""
    before, after, said = draw.choice(
        (
            ("**", "**", "bold Markdown (**text**)"),
            ("*", "*", "Markdown emphasis (*text*)"),
            ("`", "`", "Markdown code (`text`)"),
            ("# ", "", "a Markdown heading (# text)"),
            ("- ", "", "a Markdown list item (- text)"),
            ("> ", "", "a Markdown quotation (> text)"),
            ("<b>", "</b>", "bold HTML (<b>text</b>)"),
            ("<li>", "</li>", "an HTML list item (<li>text</li>)"),
            ("[ ] ", "", "an open task ([ ] text)"),
            ("~~", "~~", "struck-out Markdown (~~text~~)"),
            ("<h2>", "</h2>", "an HTML heading (<h2>text</h2>)"),
            ("## ", "", "a second-level heading (## text)"),
            ("(", ")", "a remark in parentheses"),
            ("«", "»", "a quotation in guillemets («text»)"),
            ("// ", "", "a comment (// text)"),
            ("[", "](#)", "a Markdown link to #, [text](#)"),
        )
    )
    forward = draw.chance(0.6)

    def case(draw: Draw) -> tuple[str, str]:
        text = draw.choice((draw.phrase(), draw.filler(), draw.choice(THINGS)))
        marked = f"{before}{text}{after}"
        return (text, marked) if forward else (marked, text)

    do = (
        (f"make the text {said}", f"turn the text into {said}", f"write the text as {said}")
        if forward
        else (f"remove the markup from {said}", f"give the plain text of {said}", f"undo the formatting of {said}")
    )
    return Function(
        given=("a short text", "a few words") if forward else ("a formatted text", "a text with markup"),
        answer=Rewrite(do=do),
        draw=case,
        reference=lambda text: f"{before}{text}{after}" if forward else text.removeprefix(before).removesuffix(after),
        stated=(said,),
    )


@family("transformation")
def tidy(draw: Draw) -> Function:
    """White space and punctuation put right or taken out."""
    said, spoil, mend = draw.choice(
        (
            (
                "reduce every run of spaces to one space",
                lambda d, t: re.sub(" ", lambda _: " " * d.choice((1, 2, 3)), t),
                lambda t: re.sub(" +", " ", t),
            ),
            (
                "remove the spaces at the start and the end",
                lambda d, t: " " * d.randint(1, 3) + t + " " * d.randint(1, 3),
                str.strip,
            ),
            ("remove all punctuation", lambda d, t: t, lambda t: re.sub(r"[.,!?;:]", "", t)),
            (
                "remove the exclamation marks",
                lambda d, t: t.replace(".", "!" * d.randint(1, 4)),
                lambda t: t.replace("!", ""),
            ),
            (
                "capitalise the first letter and leave the rest",
                lambda d, t: t[0].lower() + t[1:],
                lambda t: t[0].upper() + t[1:],
            ),
            (
                "put a full stop at the end if there is none",
                lambda d, t: t if d.chance(0.4) else t.rstrip("."),
                lambda t: t if t.endswith(".") else f"{t}.",
            ),
            ("write everything in small letters", lambda d, t: d.choice((t, t.upper(), t.title())), str.lower),
            ("write everything in capitals", lambda d, t: d.choice((t, t.title())), str.upper),
            (
                "capitalise every word and leave the rest",
                lambda d, t: t,
                lambda t: " ".join(word[:1].upper() + word[1:] for word in t.split(" ")),
            ),
            ("remove the spaces", lambda d, t: t, lambda t: t.replace(" ", "")),
            ("replace the spaces by underscores", lambda d, t: t, lambda t: t.replace(" ", "_")),
            ("break the text into one word a line", lambda d, t: t, lambda t: t.replace(" ", "\n")),
        )
    )
    return Function(
        given=("a sentence", "a short text", "a line of text"),
        answer=Rewrite(do=(said, f"{said}, nothing else", f"tidy the text up: {said}")),
        draw=lambda d: spoil(d, d.choice((d.filler(), f"{d.phrase().capitalize()}, please."))),
        reference=mend,
        stated=(said[1:],),
    )


@family("transformation")
def words_of_text(draw: Draw) -> Function:
    """Some words of a sentence: the first n, the last n, initials, longest, reversed, counted."""
    count = draw.choice((1, 2, 3))
    number = {1: "word", 2: "two words", 3: "three words"}[count]
    said, act = draw.choice(
        (
            (f"the first {number} of the sentence", lambda w: " ".join(w[:count])),
            (f"the last {number} of the sentence", lambda w: " ".join(w[-count:])),
            (
                "the acronym of the text: the first letters of all words, as capitals",
                lambda w: "".join(x[0] for x in w).upper(),
            ),
            ("the longest word, the first of them if several are equally long", lambda w: max(w, key=len)),
            ("the words in reverse order", lambda w: " ".join(w[::-1])),
            ("the number of words", lambda w: str(len(w))),
            ("the first letters of the words, with spaces between", lambda w: " ".join(x[0] for x in w)),
            (f"the text without its first {number}", lambda w: " ".join(w[count:])),
        )
    )

    def reference(text: str) -> Value:
        return act(text.rstrip(".").split(" "))

    return Function(
        given=("a sentence", "a short text", "a few words"),
        answer=Single(
            key=draw.choice(("text", "result", "words")),
            do=tuple(f"{verb} {said}" for verb in ("give", "write", "print", "return")),
        ),
        draw=lambda d: d.choice((d.filler(), f"{d.phrase()} {d.choice(('and', 'or', 'with', 'near'))} {d.phrase()}")),
        reference=reference,
        rules=("A full stop at the end is dropped.",),
        stated=(said,),
    )


@family("generation")
def template(draw: Draw) -> Function:
    """Named values filled into a pattern of the house."""
    fields = draw.sample(("name", "city", "item", "count"), 2)
    makers: dict[str, Callable[[Draw], str]] = {
        "name": lambda d: d.choice(FIRST_NAMES),
        "city": lambda d: d.choice(CITIES),
        "item": lambda d: d.choice(THINGS),
        "count": lambda d: str(d.randint(2, 99)),
    }
    shape = draw.choice(
        (
            "<{a}> from <{b}>",
            "<{b}>: <{a}>",
            "[<{a}>/<{b}>]",
            "<{a}> (<{b}>)",
            "<{b}> for <{a}>",
            "<{a}>@<{b}>",
            "{b}=<{b}>&{a}=<{a}>",
            "new <{a}>, old <{b}>",
            "<{a}> -> <{b}>",
        )
    )
    pattern = shape.format(a=fields[0], b=fields[1])
    joint = draw.choice((", ", "; ", "\n"))

    def reference(text: str) -> str:
        found = dict(part.split(": ") for part in text.split(joint))
        return re.sub(r"<(\w+)>", lambda slot: found[slot[1]], pattern)

    def case(draw: Draw) -> str:
        order = draw.sample(fields, 2)
        return joint.join(f"{field}: {makers[field](draw)}" for field in order)

    do = (
        f"fill the values into {pattern}",
        f"write the values as {pattern}",
        f"put the values in the places of {pattern}",
    )
    return Function(
        given=(f"values of {fields[0]} and {fields[1]}", f"two named values, {fields[0]} and {fields[1]}"),
        answer=Rewrite(do=do, what="line"),
        draw=case,
        reference=reference,
        stated=(pattern,),
    )
