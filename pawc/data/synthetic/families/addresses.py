"""Addresses, names in a row, entries of a reading list: one part of them, or all in another form."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Fields, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.saying import capital, either, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, LAST_NAMES, THINGS

_WAYS = {
    "Street": "St.",
    "Avenue": "Ave.",
    "Road": "Rd.",
    "Lane": "Ln.",
    "Square": "Sq.",
    "Court": "Ct.",
    "Drive": "Dr.",
}


_LAYOUTS = (
    "{number} {street}, {code} {city}",
    "{street} {number}, {city} {code}",
    "{number} {street}\n{city}, {code}",
    "{street} {number} | {code} | {city}",
    "{city} {code}, {street} {number}",
    "{street} no. {number}; {code}-{city}",
)


def _address(draw: Draw) -> dict[str, str]:
    street = f"{capital(draw.choice((*THINGS, *ADJECTIVES)))} {draw.choice(sorted(_WAYS))}"
    number = f"{draw.randint(1, 199)}{draw.choice(('', '', 'a', 'b'))}"
    return {"number": number, "street": street, "code": draw.digits(5), "city": draw.choice(CITIES)}


def _read(layout: str, text: str) -> dict[str, str]:
    kinds = {"number": r"\d+[ab]?", "street": r"[A-Z]\w+ [A-Z]\w+", "code": r"\d{5}", "city": r"[A-Z]\w+"}
    pattern = re.sub(r"\\\{(\w+)\\\}", lambda slot: f"(?P<{slot[1]}>{kinds[slot[1]]})", re.escape(layout))
    match = re.fullmatch(pattern, text)
    return match.groupdict() if match else {}


@family("extraction")
def address_part(draw: Draw) -> Function:
    """House number, street, postcode or town of an address."""
    layout = draw.choice(_LAYOUTS)
    nouns = {
        "number": draw.choice(("the house number", "the number of the house")),
        "street": draw.choice(("the street without the number", "the name of the street")),
        "code": draw.choice(("the postcode", "the five-digit postal code")),
        "city": draw.choice(("the town", "the city")),
    }
    chosen = draw.sample(sorted(nouns), draw.choice((1, 1, 2, 3)))

    def value(found: dict[str, str]) -> Value:
        return {key: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]

    def case(draw: Draw) -> Case:
        found = _address(draw)
        return layout.format(**found), value(found)

    return Function(
        given=("an address", "a postal address", "where somebody lives"),
        answer=Fields(nouns={key: nouns[key] for key in chosen})
        if chosen[1:]
        else Single(key=chosen[0], do=ways("extract, give, copy, find", nouns[chosen[0]])),
        draw=case,
        reference=lambda text: value(_read(layout, text)),
        stated=tuple(nouns[key] for key in chosen),
    )


@family("transformation")
def address_layout(draw: Draw) -> Function:
    """Addresses of one layout in another, with or without short forms such as St."""
    old, new = draw.sample(_LAYOUTS, 2)
    short = draw.chance(0.4)
    names = {"number": "NUMBER", "street": "STREET", "code": "POSTCODE", "city": "TOWN"}
    shown, before = (
        new.format(**names).replace("\n", " <line break> "),
        old.format(**names).replace("\n", " <line break> "),
    )

    def reference(text: str) -> str:
        found = _read(old, text)
        if short:
            found["street"] = " ".join(_WAYS.get(word, word) for word in found["street"].split(" "))
        return new.format(**found)

    return Function(
        given=(f"an address written as {before}", f"an address in the order {before}"),
        answer=Rewrite(
            do=ways("write the address as, bring the address into the form, rearrange the address to", shown),
            what="address",
        ),
        draw=lambda d: old.format(**_address(d)),
        reference=reference,
        rules=(f"Streets are shortened: {either(list(_WAYS), 'and')} to {either(list(_WAYS.values()), 'and')}",)
        if short
        else (),
        stated=(shown, before),
    )


@family("transformation")
def names_in_row(draw: Draw) -> Function:
    """Several names in a row -> initials, last names, `et al.`, sorted, joined with and."""
    joint, joined = draw.choice(("; ", ", ", " and ", " / ")), draw.choice((", ", "; ", " & ", " + "))
    most = draw.choice((1, 2))
    acts: dict[str, Callable[[list[str]], str]] = {
        "with the first name as an initial (A. Berger)": lambda n: joined.join(f"{x[0]}. {x.split()[1]}" for x in n),
        "with the last names only": lambda n: joined.join(x.split()[1] for x in n),
        "with the first names only": lambda n: joined.join(x.split()[0] for x in n),
        "sorted by last name": lambda n: joined.join(sorted(n, key=lambda x: (x.split()[1], x))),
        "as initials only, such as AB": lambda n: joined.join(x[0] + x.split()[1][0] for x in n),
        "with the last name first (Berger Ada)": lambda n: joined.join(" ".join(reversed(x.split())) for x in n),
    }
    said = draw.choice(sorted(acts))
    cut = draw.chance(0.3)
    rule = f'If there are more than {most}, give only the first {most} and add "et al." behind a space.'

    def reference(text: str) -> str:
        found = text.split(joint)
        if cut and len(found) > most:
            return f"{acts[said](found[:most])} et al."
        return acts[said](found)

    cut = cut and not said.startswith("sorted")
    do = (f"write the names {said}", f"rewrite the row of names {said}", f"give the same people {said}")
    return Function(
        given=(f'full names with "{joint.strip()}" between them', f'people, separated by "{joint.strip()}"'),
        answer=Rewrite(do=do, what="names"),
        draw=lambda d: joint.join(d.name() for _ in range(d.randint(1 if cut else 2, 4))),
        reference=reference,
        rules=(f'Put "{joined}" between them.', *((rule,) if cut else ())),
        stated=(said,),
    )


_CITE = (
    "{l}, {i}. ({y}). {t}.",
    "{l} {i} ({y}): {t}",
    "{i}. {l}, {t}, {y}",
    "[{y}] {i}. {l} - {t}",
    '{l}, {i}.: "{t}", {y}',
)


@family("transformation")
def reference_entry(draw: Draw) -> Function:
    """Entries of a reading list: author, year, title, or the entry in another style."""
    old, new = draw.sample(_CITE, 2)
    act = draw.choice(("l", "y", "t", "style", "short"))
    sample = {"l": "AUTHOR", "i": "I", "y": "YEAR", "t": "TITLE"}
    shown, before = f"`{new.format(**sample)}`", f"`{old.format(**sample)}`"

    def case(draw: Draw) -> str:
        title = f"{draw.choice(('The', 'A'))} {draw.phrase()}"
        return old.format(l=draw.choice(LAST_NAMES), i=draw.choice(FIRST_NAMES)[0], y=draw.randint(1950, 2024), t=title)

    def reference(text: str) -> str:
        pattern = re.escape(old).replace(r"\{l\}", r"(?P<l>\w+)").replace(r"\{i\}", r"(?P<i>\w)")
        match = re.fullmatch(pattern.replace(r"\{y\}", r"(?P<y>\d{4})").replace(r"\{t\}", "(?P<t>[\\w ]+)"), text)
        found = match.groupdict() if match else {}
        if act == "style":
            return new.format(**found)
        return f"({found['l']} {found['y']})" if act == "short" else found[act]

    said = {"l": "the author's last name", "y": "the year", "t": "the title of the work"}
    do = {
        "style": ways("rewrite the entry as, bring the entry into the style", shown),
        "short": ways("make the short reference", "(AUTHOR YEAR), in parentheses", "(AUTHOR YEAR) that a text uses"),
    }.get(act, ways("extract, give, copy", said.get(act, "")))
    return Function(
        given=(f"an entry of a reading list, {before}", f"a book or paper written as {before}"),
        answer=Rewrite(do=do, what="entry")
        if act in ("style", "short")
        else Single(key={"l": "author", "y": "year", "t": "title"}[act], do=do),
        draw=case,
        reference=reference,
        stated=(before, *((shown,) if act == "style" else ())),
    )
