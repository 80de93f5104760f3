"""Texts with what must not be seen replaced, by the mark and the rule of the house."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.web import email_address
from pawc.data.synthetic.finding import text_with
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import FIRST_NAMES, THINGS

_MARKS = ("[redacted]", "***", "XXX", "<hidden>", "###", "[removed]", "█████", "(secret)")


def _short_text(draw: Draw, things: list[str], carriers: tuple[str, ...]) -> str:
    """A text that leaves room for marks in the longest output."""
    while len(text := text_with(draw, things, carriers)) > 95:
        continue
    return text


@family("transformation")
def mask_addresses(draw: Draw) -> Function:
    """E-mail addresses replaced, wholly or up to the @."""
    mark, whole = draw.choice(_MARKS), draw.chance(0.6)
    said = (
        f'replace every e-mail address by "{mark}"'
        if whole
        else f'replace the part before the @ of every e-mail address by "{mark}"'
    )
    pattern = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+" if whole else r"[\w.+-]+(?=@)")
    carriers = ("write to {x} today.", "{x} has the key.", "the copy is for {x}.")
    return Function(
        given=("a message", "a short text", "a note with addresses"),
        answer=Rewrite(do=(said, f"{said} and keep the rest")),
        draw=lambda d: _short_text(d, [email_address(d) for _ in range(d.choice((0, 1, 1, 1)))], carriers),
        reference=lambda text: pattern.sub(mark, text),
        stated=(f'"{mark}"',),
    )


@family("transformation")
def mask_digits(draw: Draw) -> Function:
    """Digits replaced: all, all but the last few, or whole numbers."""
    mark, keep = draw.choice("*#X_0"), draw.choice((0, 2, 3, 4))
    groups = draw.choice(("-", " ", ""))

    def reference(text: str) -> str:
        left = len(re.findall(r"\d", text)) - keep
        found = ""
        for char in text:
            hide = char.isdigit() and left > 0
            left -= char.isdigit()
            found += mark if hide else char
        return found

    said = f'replace every digit by "{mark}"' + (f" except the last {keep} digits" if keep else "")
    return Function(
        given=("a card number", "an account number", "a number in groups"),
        answer=Rewrite(do=(said, f"{said}, leaving everything else", f"hide the number: {said}"), what="number"),
        draw=lambda d: (
            d.choice(("", "", "No. ", "card ")) + groups.join(d.digits(4) for _ in range(d.choice((2, 3, 4))))
        ),
        reference=reference,
        stated=(said[1:],),
    )


@family("transformation")
def mask_names(draw: Draw) -> Function:
    """People's first names replaced by a mark or by initials."""
    mark = draw.choice((*_MARKS, "initial"))
    said = (
        "replace every first name of a person by its first letter and a full stop"
        if mark == "initial"
        else f'replace every first name of a person by "{mark}"'
    )
    pattern = re.compile(rf"\b({'|'.join(FIRST_NAMES)})\b")
    carriers = (
        "{x} has the key.",
        "I spoke to {x} about it.",
        "the desk of {x} is free.",
        "please ask {x} first.",
        "{x} and I agree.",
    )

    def reference(text: str) -> str:
        return pattern.sub(lambda name: f"{name[0][0]}." if mark == "initial" else mark, text)

    return Function(
        given=("a message about colleagues", "a short text with names", "a note"),
        answer=Rewrite(do=(said, f"{said}; the rest stays")),
        draw=lambda d: _short_text(d, d.sample(FIRST_NAMES, d.choice((1, 1, 2))), carriers),
        reference=reference,
        stated=() if mark == "initial" else (f'"{mark}"',),
    )


@family("transformation")
def mask_word(draw: Draw) -> Function:
    """Certain words replaced, removed or starred out."""
    words = draw.sample(THINGS, draw.choice((1, 2, 3)))
    named = " and ".join(f'"{word}"' for word in words)
    mark = draw.choice(_MARKS)
    act = draw.choice(("mark", "stars", "first"))
    said = {
        "mark": f'replace {named} by "{mark}"',
        "stars": f"replace each letter of {named} by *",
        "first": f"replace all letters but the first of {named} by *",
    }[act]
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")

    def cover(word: re.Match[str]) -> str:
        return {"mark": mark, "stars": "*" * len(word[0]), "first": word[0][0] + "*" * (len(word[0]) - 1)}[act]

    carriers = ("where is the {x} now?", "the {x} was sold.", "nobody needs a {x}.", "I found the {x} behind the door.")

    def case(draw: Draw) -> Case:
        return _short_text(
            draw, [draw.choice((*words, *words, draw.choice(THINGS))) for _ in range(draw.choice((1, 2)))], carriers
        )

    return Function(
        given=("a text", "a message", "a sentence or two"),
        answer=Rewrite(do=(said, f"{said}, wherever they stand" if len(words) > 1 else f"{said}, wherever it stands")),
        draw=case,
        reference=lambda text: pattern.sub(cover, text),
        stated=(named,),
    )


@family("transformation")
def mask_secret(draw: Draw) -> Function:
    """The values of secret settings replaced in lines of configuration."""
    secrets = draw.sample(("password", "token", "secret", "api_key", "pin", "passphrase"), draw.choice((1, 2)))
    mark, equals, joint = draw.choice(_MARKS), draw.choice(("=", ": ", " = ")), draw.choice((" ", "; ", "\n"))
    named = " and ".join(secrets)
    said = f'replace the value of {named} by "{mark}"'
    pattern = re.compile(rf"\b((?:{'|'.join(secrets)}){equals})\w+")

    def case(draw: Draw) -> str:
        others = [
            f"{name}{equals}{draw.choice(THINGS)}"
            for name in draw.some(("user", "host", "mode", "path", "theme"), 1, 2)
        ]
        hidden = [
            f"{name}{equals}{draw.choice(THINGS)}{draw.randint(1, 999)}"
            for name in draw.some(secrets, 0 if draw.chance(0.2) else 1, 2)
        ]
        rows = others + hidden
        draw.shuffle(rows)
        return joint.join(rows)

    return Function(
        given=("some settings", "lines of a configuration", "settings with their values"),
        answer=Rewrite(do=(said, f"{said} and keep the other settings", f"hide secrets: {said}")),
        draw=case,
        reference=lambda text: pattern.sub(lambda found: found[1] + mark, text),
        stated=(named, f'"{mark}"'),
    )
