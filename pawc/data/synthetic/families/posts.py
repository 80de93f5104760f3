"""Posts on the web: hashtags, marks taken out, smileys, stars."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.saying import either, finishing, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, FRUIT, PRODUCTS, THINGS

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
            "★☆": "★" * number + "☆" * (most - number), "*": "*" * number,
            "stars": f"{number} star{'s' * (number > 1)}",
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
