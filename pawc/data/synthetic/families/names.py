"""Names of people and firms in one form -> another."""

from __future__ import annotations

from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.vocabulary import COMPANIES, FIRST_NAMES, LAST_NAMES, THINGS

_ORDERS: dict[str, Callable[[str, str], str]] = {
    "Last, First": lambda first, last: f"{last}, {first}",
    "F. Last": lambda first, last: f"{first[0]}. {last}",
    "First L.": lambda first, last: f"{first} {last[0]}.",
    "LAST First": lambda first, last: f"{last.upper()} {first}",
    "Last F": lambda first, last: f"{last} {first[0]}",
    "first.last in lower case": lambda first, last: f"{first}.{last}".lower(),
    "first letter and last name in lower case, without a space": lambda first, last: f"{first[0]}{last}".lower(),
    "initials such as F.L.": lambda first, last: f"{first[0]}.{last[0]}.",
    "initials without dots": lambda first, last: f"{first[0]}{last[0]}",
    "only the first name": lambda first, last: first,
    "only the last name": lambda first, last: last,
    "the last name in capitals": lambda first, last: last.upper(),
    "first_last in lower case": lambda first, last: f"{first}_{last}".lower(),
}
_TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.")


@family("transformation")
def name_format(draw: Draw) -> Function:
    """A person's name in another order, as initials, as a user name."""
    target, turned = draw.choice(sorted(_ORDERS)), draw.chance(0.3)
    source = "Last, First" if turned else "First Last"

    def reference(text: str) -> str:
        first, last = reversed(text.split(", ")) if turned else text.split(" ")
        return _ORDERS[target](first, last)

    def case(draw: Draw) -> str:
        first, last = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)
        return f"{last}, {first}" if turned else f"{first} {last}"

    if target == source:
        target = "F. Last"
    do = (
        f"write the name as: {target}",
        f"convert the name to this form: {target}",
        f"turn the name into {target}",
        f"give the name in the form {target}",
    )
    return Function(
        given=(f'a person\'s name as "{source}"', f'a name in the form "{source}"'),
        answer=Single(key=draw.choice(("name", "person", "user")), do=do),
        draw=case,
        reference=reference,
        stated=(target, source),
    )


@family("transformation")
def titles(draw: Draw) -> Function:
    """The title of a name found or removed."""
    act = draw.choice(("title", "without", "last"))

    def reference(text: str) -> str | None:
        title, _, rest = text.partition(" ") if text.split()[0] in _TITLES else ("", "", text)
        return {"title": title or None, "without": rest, "last": rest.split()[-1]}[act]

    do = {
        "title": ("extract the title in front of the name", "give the person's title, as written"),
        "without": ("remove the title from the name", "give the name without its title"),
        "last": ("give the last name only, without title and first name", "extract the family name of the person"),
    }[act]
    return Function(
        given=("a person's name, perhaps with a title", "a name that may have a title such as Dr. in front"),
        answer=Single(
            key={"title": "title", "without": "name", "last": "surname"}[act], do=do, optional=act == "title"
        ),
        draw=lambda d: f"{d.choice(_TITLES)} {d.name()}" if d.chance(0.65) else d.name(),
        reference=reference,
    )


_FORMS = ("Ltd", "Inc.", "GmbH", "LLC", "AG", "Corp.", "S.A.", "Oy", "plc")


@family("transformation")
def company(draw: Draw) -> Function:
    """Legal forms of firms found, removed or put in brackets."""
    act, said = draw.choice(
        (
            ("remove", "remove the legal form (Ltd, Inc., GmbH, ...) from the company name"),
            ("find", "extract the legal form (Ltd, Inc., GmbH, ...) of the company"),
            ("bracket", "put the legal form (Ltd, Inc., GmbH, ...) of the company into round brackets"),
        )
    )

    def reference(text: str) -> str | None:
        name, _, form = text.rpartition(" ")
        if form not in _FORMS:
            return None if act == "find" else text
        return {"remove": name.rstrip(","), "find": form, "bracket": f"{name.rstrip(',')} ({form})"}[act]

    def case(draw: Draw) -> str:
        trade = draw.choice(("Systems", "Foods", "Logistics", "Media", "Tools", draw.choice(THINGS).capitalize()))
        name = f"{draw.choice(COMPANIES)} {trade}"
        return name + (draw.choice((" ", ", ")) + draw.choice(_FORMS) if draw.chance(0.8) else "")

    do = (said, f"{said}, nothing more") if act != "find" else (said, f"{said}, as written")
    return Function(
        given=("the name of a company", "a company name", "a firm"),
        answer=Single(key="form", do=do, optional=True) if act == "find" else Rewrite(do=do, what="name"),
        draw=case,
        reference=reference,
        rules=() if act == "find" else ("A name without a legal form stays as it is.",),
    )


@family("transformation")
def phone_format(draw: Draw) -> Function:
    """Telephone numbers brought into one form."""
    country = draw.choice(("1", "44", "49", "33", "47"))
    shapes = {
        "+{c} {a} {b} {d}": "{a}-{b}-{d}",
        "({a}) {b}-{d}": "{a} {b} {d}",
        "{a}.{b}.{d}": "({a}) {b}-{d}",
        "{a}-{b}-{d}": "{a}.{b}.{d}",
        "{a}{b}{d}": "({a}) {b} {d}",
        "+{c}{a}{b}{d}": "{a} {b} {d}",
        "{a}/{b}{d}": "{a}-{b}{d}",
    }
    target = draw.choice(sorted(shapes))
    shown = target.format(c=country, a="555", b="123", d="4567")
    do = (
        f"write the phone number like {shown}",
        f"normalise the phone number to the form {shown}",
        f"reformat the number as in {shown}",
    )

    def reference(text: str) -> str:
        digits = "".join(char for char in text if char.isdigit())
        return target.format(c=country, a=digits[:3], b=digits[3:6], d=digits[6:])

    def case(draw: Draw) -> str:
        number = {"a": draw.digits(3), "b": draw.digits(3), "d": draw.digits(4)}
        return draw.choice((shapes[target], "{a} {b} {d}", "{a}{b}{d}", "{a} - {b} - {d}")).format(**number)

    return Function(
        given=("a phone number of ten digits", "a ten-digit telephone number in any form"),
        answer=Single(key=draw.choice(("phone", "tel", "number")), do=do),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("generation")
def greeting(draw: Draw) -> Function:
    """A salutation or a file label made of a name by a pattern of the house."""
    pattern = draw.choice(
        (
            "Dear {f} {l},",
            "Hello {f}!",
            "Good morning, {l}.",
            "To: {l}, {f}",
            "{l} family",
            "Welcome back, {f}",
            "cc {f} {l}",
            "{f}'s desk",
            "Re: {l} / {f}",
        )
    )
    shown = pattern.format(f="<first>", l="<last>")

    def reference(text: str) -> str:
        first, last = text.split(" ")
        return pattern.format(f=first, l=last)

    do = (f"fill the name into {shown}", f"make this of the name: {shown}", f"put the name into the pattern {shown}")
    return Function(
        given=("a person's first and last name", "a full name"),
        answer=Rewrite(do=do, what="line"),
        draw=lambda d: d.name(),
        reference=reference,
        stated=(shown,),
    )
