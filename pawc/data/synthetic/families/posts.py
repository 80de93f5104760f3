"""Posts and plain-text marks: hashtags, mentions, smileys, stars, symbols, headings, bullets, brackets, stretched words."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.saying import either, finishing, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, FRUIT, PRODUCTS, THINGS, each

_GIVEN = ("a post", "a short post on the web", "what somebody posted", "a message with marks in it")


@family("transformation")
@finishing
def hashtag_words(draw: Draw) -> Function:
    """Hashtags <-> the words in them."""
    forward, style = draw.chance(0.5), draw.choice(("camel", "small", "under"))

    def tag(words: list[str]) -> str:
        return "#" + {
            "camel": "".join(word.capitalize() for word in words), "small": "".join(words), "under": "_".join(words),
        }[style]  # fmt: skip

    def case(draw: Draw) -> str:
        words = [draw.choice(ADJECTIVES), *draw.sample((*THINGS, *FRUIT), draw.choice((1, 2)))]
        return " ".join(words) if forward else tag(words)

    style = "camel" if not forward and style == "small" else style
    shown = tag(["quiet", "lamp"])
    do = (
        ways("make, write, build", f"one hashtag of the words, in the style {shown}")
        if forward
        else ways(
            "split, take apart", f"the hashtag (written like {shown}) into its words, in small letters with spaces"
        )
    )

    def reference(text: str) -> str:
        return tag(text.split(" ")) if forward else re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text[1:]).lower()

    return Function(
        given=("a few words", "two or three words in small letters") if forward else ("a hashtag", "one hashtag"),
        answer=Single(key="tag" if forward else "words", do=do),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


_SORTS: dict[str, tuple[str, Callable[[Draw], str]]] = {
    "hashtags": (r"#\w+", lambda d: f"#{d.choice(THINGS)}"),
    "mentions with @": (r"@\w+", lambda d: f"@{d.choice(FIRST_NAMES).lower()}"),
    "links": (r"https?://\S+", lambda d: f"https://{d.choice(THINGS)}.test/{d.choice(FRUIT)}"),
    "smileys such as :) and ;-)": (r"[:;]-?[()D]", lambda d: d.choice((":)", ":-)", ";)", ":(", ":D", ";-)"))),
    "notes in square brackets": (r"\[[^]]*\]", lambda d: f"[{d.choice(ADJECTIVES)} {d.choice(THINGS)}]"),
    "notes in parentheses": (r"\([a-z][^)]*\)", lambda d: f"({d.choice(ADJECTIVES)} {d.choice(THINGS)})"),
}


@family("transformation")
def without_marks(draw: Draw) -> Function:
    """Posts without their hashtags, mentions, links, smileys or bracketed notes; or with something in their place."""
    said = draw.choice(sorted(_SORTS))
    pattern, make = _SORTS[said]
    others = [name for name in sorted(_SORTS) if name != said]
    instead = draw.choice(("", "", "[...]", "*", "<cut>", "(removed)", "_"))

    def case(draw: Draw) -> str:
        words = draw.filler().split(" ")
        for maker in [make] * draw.choice((0, 1, 1, 2)) + [_SORTS[draw.choice(others)][1]] * draw.choice((0, 1)):
            words.insert(draw.randint(1, len(words)), maker(draw))
        return " ".join(words)

    def reference(text: str) -> str:
        parts = re.findall(r"\[[^]]*\]|\([a-z][^)]*\)|\S+", text)
        kept = [instead if re.fullmatch(pattern, part) else part for part in parts]
        return " ".join(part for part in kept if part)

    do = (
        (f'put "{instead}" in the place of each of the {said}', f'replace all {said} by "{instead}"')
        if instead
        else (f"remove all {said}, without leaving double spaces", f"take out the {said} and keep everything else")
    )
    return Function(
        given=_GIVEN,
        answer=Rewrite(do=do, what="post"),
        draw=case,
        reference=reference,
        stated=(said, *((f'"{instead}"',) if instead else ())),
    )


_MOODS = {
    ":)": "happy",
    ":-)": "happy",
    ":D": "happy",
    ":(": "sad",
    ":-(": "sad",
    ":'(": "sad",
    ">:(": "angry",
    ":o": "surprised",
}
_MOODS |= {
    ":-o": "surprised",
    ";)": "joking",
    ";-)": "joking",
    ":P": "silly",
    "<3": "in love",
    ":/": "unsure",
    ":-/": "unsure",
}


@family("classification")
def smiley_mood(draw: Draw) -> Function:
    """The mood that a smiley stands for: as everybody knows it, or by the list of the house."""
    own = draw.chance(0.5)
    moods = draw.sample(("happy", "sad", "angry", "surprised", "joking", "unsure", "in love"), draw.choice((2, 3, 4)))
    signs = draw.sample(("^_^", "-_-", "o_O", "x_x", "=)", "~~", "!?", "<>", "(!)", "*_*"), len(moods))
    of = dict(zip(signs, moods, strict=True)) if own else {sign: mood for sign, mood in _MOODS.items() if mood in moods}
    when = {
        mood: f"the text has {either([s for s in of if of[s] == mood])}" if own else f"the smiley looks {mood}"
        for mood in moods
    }

    def reference(text: str) -> str:
        return next((of[word] for word in text.split(" ") if word in of), "none")

    def case(draw: Draw) -> str:
        sign = draw.choice([*of, *of, ""])
        text = draw.choice(
            (
                draw.filler(),
                f"{draw.choice(FIRST_NAMES)} has a new {draw.choice(THINGS)}",
                f"off to {draw.choice(CITIES)}",
            )
        )
        return draw.choice((f"{text} {sign}", f"{sign} {text}")).strip()

    return Function(
        given=("a post with or without a smiley", "a chat message", "a line that may hold a smiley"),
        answer=Choice(when=when, otherwise="none"),
        draw=case,
        reference=reference,
        stated=tuple(when.values()),
    )


@family("classification")
def stars(draw: Draw) -> Function:
    """Stars <-> words for them, by a scale that the specification gives."""
    most = draw.choice((3, 5, 5, 6))
    style = draw.choice(("★☆", "*", "stars", "of"))
    cut = draw.choice(((2, 3), (1, 3), (2, 4))) if most > 3 else (1, 2)
    words = draw.choice(
        (("poor", "fair", "good"), ("bad", "ok", "great"), ("avoid", "maybe", "go"), ("low", "mid", "top"))
    )

    def span(low: int, high: int) -> str:
        return f"{low} to {high} stars" if low < high else "one star" if low == 1 else f"{low} stars"

    when = {words[0]: span(1, cut[0]), words[1]: span(cut[0] + 1, cut[1]), words[2]: span(cut[1] + 1, most)}
    when = {word: f"it has {said}" for word, said in when.items()}

    def write(number: int, draw: Draw) -> str:
        text = {
            "★☆": "★" * number + "☆" * (most - number), "*": "*" * number, "stars": f"{number} star{'s' * (number > 1)}",
            "of": f"{number}/{most}",
        }[style]  # fmt: skip
        about = draw.choice(
            (f"{draw.choice(PRODUCTS)}", f"hotel in {draw.choice(CITIES)}", f"{draw.choice(FIRST_NAMES)}'s café")
        )
        return draw.choice((f"{about}: {text}", f"{text} {about}", f"{about} ({text})"))

    def label(number: int) -> str:
        return words[0] if number <= cut[0] else words[1] if number <= cut[1] else words[2]

    def case(draw: Draw) -> Case:
        number = draw.choice(
            (draw.randint(1, cut[0]), draw.randint(cut[0] + 1, cut[1]), draw.randint(cut[1] + 1, most))
        )
        return write(number, draw), label(number)

    def reference(text: str) -> str:
        match = re.search(r"\d", text)
        return label(int(match[0]) if match else len(re.findall(r"★|\*", text)))

    return Function(
        given=(f"a rating of up to {most} stars", "a rating in stars", f"something rated with 1 to {most} stars"),
        answer=Choice(when=when),
        draw=case,
        reference=reference,
        stated=tuple(when.values()),
    )


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

    do = (f"replace the signs: {told}", f"write the text with {told}", f"rewrite it so that {told}")
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
            "cut the last part off the section number; no title",
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
        "{a} send the {t}|the {t} is here {a}|{a} where is the {t}|call me {a} about the {t}|my {t} broke {a}|{a} it is {b}|"
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
