"""Marks of plain text and chats: signs, headings, cuts, stretched words, short forms."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Rewrite, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.saying import either, finishing, ways
from pawc.data.synthetic.vocabulary import FIRST_NAMES, FRUIT, THINGS, each

_SIGNS = {
    "&": "and",
    "@": "at",
    "%": "percent",
    "+": "plus",
    "=": "equals",
    "#": "number",
    "~": "about",
    "/": "or",
    "w/": "with",
}


@family("transformation")
@finishing
def signs_in_words(draw: Draw) -> Function:
    """Signs in a text written out in words, or words as signs, by the list in the specification."""
    forward = draw.chance(0.65)
    chosen = draw.sample([sign for sign in _SIGNS if sign != "w/"], draw.choice((1, 2, 3)))
    pairs = [(sign, _SIGNS[sign]) if forward else (_SIGNS[sign], sign) for sign in chosen]
    told = either([f'"{old}" becomes "{new}"' for old, new in pairs], "and")

    def case(draw: Draw) -> str:
        parts = [draw.choice((*THINGS, *FRUIT))]
        for _ in range(draw.choice((1, 2, 2, 3))):
            sign = draw.choice(chosen) if draw.chance(0.75) else draw.choice("&@%+=~")
            parts += [sign if forward else _SIGNS[sign], draw.choice((draw.choice(THINGS), str(draw.randint(2, 90))))]
        return " ".join(parts)

    def reference(text: str) -> str:
        table = dict(pairs)
        return " ".join(table.get(word, word) for word in text.split(" "))

    do = (f"replace the signs: {told}", f"write the text anew, where {told}", f"rewrite it so that {told}")
    return Function(
        given=("a note full of signs", "a text with signs") if forward else ("a short note", "a few words"),
        answer=Rewrite(do=tuple(clause.replace("the signs", "the signs" if forward else "the words") for clause in do)),
        draw=case,
        reference=reference,
        rules=("Everything else stays as it is.",),
        stated=(told,),
    )


@family("transformation")
def heading(draw: Draw) -> Function:
    """Headings: their level, their text, one level up or down, numbered, under a line."""
    act = draw.choice(("level", "text", "down", "up", "html", "underline", "number", "parent"))
    numbered = act in ("number", "parent")

    def case(draw: Draw) -> str:
        title = draw.phrase().capitalize()
        if numbered:
            number = ".".join(str(draw.randint(1, 9)) for _ in range(draw.randint(2, 4)))
            return f"{number} {title}"
        return f"{'#' * draw.randint(2 if act == 'up' else 1, 4)} {title}"

    def reference(text: str) -> str:
        mark, _, title = text.partition(" ")
        return {
            "level": str(len(mark)), "text": title, "down": f"#{text}", "up": text[1:],
            "html": f"<h{len(mark)}>{title}</h{len(mark)}>", "underline": f"{title}\n{'=' * len(title)}",
            "number": title, "parent": mark.rpartition(".")[0],
        }[act]  # fmt: skip

    do = {
        "level": ("give the level of the heading as a number", "count the # signs"),
        "text": ("give the text of the heading without the # signs", "remove the marks of the heading"),
        "down": ("put the heading one level lower (one # more)", "demote the heading by one level"),
        "up": ("put the heading one level higher (one # less)", "promote the heading by one level"),
        "html": (
            "write the heading in HTML, as <h1> for #, <h2> for ## and so on",
            "turn # into <h1>, ## into <h2>, ...",
        ),
        "underline": (
            "write the title without # and, in the next line, as many = as it has characters",
            "underline the title with = signs instead of the # marks",
        ),
        "number": ("give the title of the section without its number", "drop the section number"),
        "parent": (
            "give the number of the section above it (3.1.2 -> 3.1)",
            "give the section number without its last part, and no title",
        ),
    }[act]
    given = (
        ("a numbered heading", "a section heading with a number")
        if numbered
        else ("a Markdown heading", "a heading with #")
    )
    short = act in ("level", "parent")
    return Function(
        given=given,
        answer=Single(key=draw.choice((act, "value")), do=do) if short else Rewrite(do=do, what="heading"),
        draw=case,
        reference=reference,
    )


@family("transformation")
@finishing
def cut_text(draw: Draw) -> Function:
    """Texts cut to a number of words, a first sentence, what stands before or behind a mark."""
    count, more = draw.choice((2, 3, 4, 5)), draw.choice(("...", " ...", " [more]", " (...)"))
    mark = draw.choice((":", " - ", ";", "|", "=>"))
    act = draw.choice(("words", "before", "behind", "sentence", "last sentence"))

    def case(draw: Draw) -> str:
        if act in ("before", "behind"):
            space = "" if mark in (" - ", ":", ";") else " "
            return f"{draw.phrase()}{space}{mark}{' ' if mark != ' - ' else ''}{draw.filler()}"
        return " ".join(draw.filler() for _ in range(draw.choice((1, 1, 2)) if act == "words" else draw.choice((2, 3))))

    def reference(text: str) -> str:
        words = text.split(" ")
        match act:
            case "words":
                return " ".join(words[:count]) + more if len(words) > count else text
            case "before":
                return text.partition(mark)[0].strip()
            case "behind":
                return text.partition(mark)[2].strip()
            case _:
                return f"{text.rstrip('.').split('. ')[0 if act == 'sentence' else -1]}."

    sign = mark.strip()
    do = {
        "words": (
            f'cut the text after {count} words and put "{more}" behind them (a text of {count} words or fewer stays)',
            f'keep the first {count} words followed by "{more}"; leave a text that is no longer than that alone',
        ),
        "before": ways("give, keep only", f'what stands before "{sign}"', f'the part in front of "{sign}"'),
        "behind": ways("give, keep only", f'what stands behind "{sign}"', f'the part after "{sign}"'),
        "sentence": ways("give, keep only, copy", "the first sentence"),
        "last sentence": ways("give, keep only, copy", "the last sentence"),
    }[act]
    return Function(
        given=("a short text", "a text of a few words", "a line or two of text"),
        answer=Rewrite(do=do),
        draw=case,
        reference=reference,
        stated={"words": (f"{count} words", f'"{more}"'), "before": (f'"{sign}"',), "behind": (f'"{sign}"',)}.get(
            act, ()
        ),
    )


@family("transformation")
def stretched(draw: Draw) -> Function:
    """Stretched letters and piled-up marks: brought back to one, or told apart."""
    act = draw.choice(("letters", "marks", "whether"))
    vowels = "aeiou"

    def case(draw: Draw) -> str:
        words = draw.filler().rstrip(".").split(" ")
        at = draw.randrange(len(words))
        if act != "marks" and draw.chance(0.6):
            letter = next((c for c in words[at].lower() if c in vowels), "")
            words[at] = words[at].replace(letter, letter * draw.randint(3, 6), 1) if letter else words[at]
        mark = draw.choice("!?.") * (draw.choice((1, 2, 3, 4)) if act == "marks" else 1)
        return " ".join(words) + mark

    def reference(text: str) -> Value:
        if act == "whether":
            return bool(re.search(r"([a-z])\1\1", text))
        return re.sub(r"([a-z])\1\1+", r"\1", text) if act == "letters" else re.sub(r"([!?.])\1+$", r"\1", text)

    do = {
        "letters": (
            "reduce every letter that stands three times or more in a row to one",
            "undo the stretching: a run of three or more equal letters becomes a single one",
        ),
        "marks": ("keep only one of the marks at the end", "reduce the run of marks at the end (!!!, ???, ...) to one"),
        "whether": (),
    }[act]
    return Function(
        given=("a chat message", "a post", "an excited message"),
        answer=Decision(
            holds=("some letter stands three times or more in a row", "a word is stretched, as in sooo"),
            fails=("no letter stands three times in a row",),
        )
        if act == "whether"
        else Rewrite(do=do),
        draw=case,
        reference=reference,
    )


_CHAT_WORDS = {
    "u": "you",
    "r": "are",
    "thx": "thanks",
    "pls": "please",
    "tmrw": "tomorrow",
    "btw": "by the way",
    "idk": "I don't know",
}


_CHAT_WORDS |= {
    "imo": "in my opinion",
    "gr8": "great",
    "asap": "as soon as possible",
    "l8": "late",
    "msg": "message",
    "b4": "before",
}


@family("transformation")
@finishing
def chat_short_forms(draw: Draw) -> Function:
    """Short forms of chats written out: the well-known ones, or those that the specification explains."""
    chosen = draw.sample(sorted(_CHAT_WORDS), draw.choice((2, 3, 4)))
    known = draw.chance(0.35)
    table = _CHAT_WORDS if known else {short: _CHAT_WORDS[short] for short in chosen}
    told = ", ".join(f"{short} = {table[short]}" for short in chosen)
    shapes = each(
        "{a} send the {t}|the {t} is here {a}|{a} where is the {t}|call me {a} about the {t}|"
        "my {t} broke {a}|{a} it is {b}|"
        "{b} and {a} again|we saw {n} {a}|{n} says {a}|is it {a} or {b}",
        "|",
    )

    def case(draw: Draw) -> str:
        pool = sorted(_CHAT_WORDS)
        a, b = (draw.choice(chosen if draw.chance(0.75) and not known else pool) for _ in "ab")
        return draw.choice(shapes).format(a=a, b=b, t=draw.choice(THINGS), n=draw.choice(FIRST_NAMES))

    do = (
        ("write out the short forms of chat language and keep the rest", "expand abbreviations such as thx, pls and b4")
        if known
        else (
            f"write out these short forms and no others: {told}",
            f"replace each short form on the list by its meaning ({told}); leave all else",
            f"expand abbreviations by this list: {told}",
        )
    )
    return Function(
        given=("a chat message", "a short message in chat style", "a text message"),
        answer=Rewrite(do=do, what="message"),
        draw=case,
        reference=lambda text: " ".join(table.get(word, word) for word in text.split(" ")),
        stated=() if known else (told,),
    )
