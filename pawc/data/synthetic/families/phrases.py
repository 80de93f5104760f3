"""Phrases of English: who owns what, compounds, numbers as words of a phrase."""

from __future__ import annotations

from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.lexicon import PLURALS, ROLES, with_s
from pawc.data.synthetic.numbers_text import from_words, in_words, ordinal
from pawc.data.synthetic.saying import finishing, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, ANIMALS, FIRST_NAMES, PRODUCTS, THINGS, each

_OWNERS = (*map(with_s, ROLES), "children", "women", "men", "people", "mice", "geese")


@family("transformation")
@finishing
def plural_owner(draw: Draw) -> Function:
    """`the desks of the teachers` <-> `the teachers' desks`, with owners in the singular and the plural."""
    forward = draw.chance(0.6)
    owners = (*ROLES, *_OWNERS)

    def short(thing: str, owner: str) -> str:
        mark = "'" if owner.endswith("s") else "'s"
        return f"the {owner}{mark} {thing}"

    def reference(text: str) -> str:
        if forward:
            thing, _, owner = text.removeprefix("the ").partition(" of the ")
            return short(thing, owner)
        owner, _, thing = text.removeprefix("the ").partition(" ")
        owner = owner[:-2] if owner.endswith("'s") else owner[:-1]
        return f"the {thing} of the {owner}"

    def case(draw: Draw) -> str:
        noun = draw.choice(THINGS)
        thing, owner = draw.choice((noun, with_s(noun) if noun != "shelf" else noun)), draw.choice(owners)
        if draw.chance(0.3):
            thing = f"{draw.choice(ADJECTIVES)} {thing}"
        return f"the {thing} of the {owner}" if forward else short(thing, owner)

    given = (
        ("a phrase with of that tells who owns something", "a phrase such as `the keys of the clerks`")
        if forward
        else ("a phrase with an apostrophe that tells who owns something", "a phrase such as `the clerks' keys`")
    )
    do = (
        (
            "write it with the possessive apostrophe instead of of",
            "turn the phrase with of into one with an apostrophe: 's, or ' alone behind a plural in -s",
            "put the owner in front, with 's or s'",
        )
        if forward
        else (
            "write it with of instead of the apostrophe",
            "resolve the possessive into the form the ... of the ...",
            "put the owner behind the thing, with of",
        )
    )
    return Function(given=given, answer=Rewrite(do=do, what="phrase"), draw=case, reference=reference)


@family("transformation")
@finishing
def compound(draw: Draw) -> Function:
    """`a shelf for books` <-> `a book shelf`."""
    forward, linked = draw.chance(0.6), draw.choice((" ", "-"))
    uses = {
        with_s(word): word for word in (*THINGS, *ANIMALS) if word not in ("shelf", "moose") and not word.endswith("ch")
    }
    heads = each("box rack store hook book shelf stand bag list cover shop room case holder")

    def reference(text: str) -> str:
        if forward:
            head, _, many = text.removeprefix("a ").partition(" for ")
            return f"{uses[many]}{linked}{head}"
        use, _, head = text.rpartition(linked)
        return f"a {head} for {with_s(use)}"

    def case(draw: Draw) -> str:
        head, many = draw.choice(heads), draw.choice(sorted(uses))
        return f"a {head} for {many}" if forward else f"{uses[many]}{linked}{head}"

    said = "with a hyphen" if linked == "-" else "as two words"
    do = (
        (
            f"make a compound of it {said}, without an article",
            f"say the same {said}: first what it is for, in the singular, then the thing",
            f"shorten the phrase to a compound noun {said} (no article)",
        )
        if forward
        else (
            f"explain the compound, written {said}, as a ... for ..., with a plural",
            'spell the compound out: "a", the second noun, "for", and the plural of the first noun',
        )
    )
    return Function(
        given=("what something is for, such as `a rack for coats`", "a noun phrase with for")
        if forward
        else ("a compound of two nouns", "a compound noun such as `coat" + linked + "rack`"),
        answer=Rewrite(do=do, what="phrase"),
        draw=case,
        reference=reference,
        stated=(said,) if forward else (),
    )


@family("transformation")
@finishing
def measure_adjective(draw: Draw) -> Function:
    """`a walk of ten minutes` -> `a ten-minute walk`, and back."""
    forward = draw.chance(0.65)
    units = {"minute": "walk", "page": "book", "day": "trip", "door": "car", "week": "course", "room": "flat"}
    units |= {"year": "plan", "man": "team", "storey": "house", "hour": "film", "week ": "holiday", "person": "tent"}

    def reference(text: str) -> str:
        words = text.split(" ")
        if forward:
            singular = {PLURALS.get(unit.strip(), with_s(unit.strip())): unit.strip() for unit in units}
            return f"a {words[3]}-{singular[words[4]]} {words[1]}"
        number, _, unit = words[1].partition("-")
        return f"a {words[2]} of {number} {PLURALS.get(unit, with_s(unit))}"

    def case(draw: Draw) -> str:
        unit, head = draw.choice(sorted(units.items()))
        unit, number = unit.strip(), in_words(draw.choice([n for n in range(2, 21) if n not in (8, 11, 18)]))
        return f"a {head} of {number} {PLURALS.get(unit, with_s(unit))}" if forward else f"a {number}-{unit} {head}"

    do = (
        (
            "put the number and its noun in front, joined by a hyphen, with the noun in the singular",
            "turn the part after of into an adjective with a hyphen",
            "rewrite it with a hyphenated adjective such as ten-day",
        )
        if forward
        else (
            "put the number behind the noun, with of and the plural",
            "resolve the hyphenated adjective: the noun first, then of and the number with a plural",
        )
    )
    return Function(
        given=("a phrase like `a tour of nine days`", "how long or large something is, said with of")
        if forward
        else ("a phrase like `a nine-day tour`", "a noun with a number and a hyphen in front"),
        answer=Rewrite(do=do, what="phrase"),
        draw=case,
        reference=reference,
    )


_TIMES = {2: "twice", 3: "three times", 1: "once"}


_DOZENS = {6: "half a dozen", 12: "a dozen", 24: "two dozen", 36: "three dozen"}
_GROUPS = {1: "single", 2: "double", 3: "triple"}


@family("transformation")
@finishing
def number_in_phrase(draw: Draw) -> Function:
    """Numbers as words of a phrase: once and twice, the third lamp, a dozen."""
    act = draw.choice(("times", "ordinal", "ordinal back", "group", "dozen"))
    ordinals = {word: n for n, word in enumerate(each("first second third fourth fifth sixth seventh eighth ninth"), 1)}
    names = {n: word for word, n in ordinals.items()}
    kinds: dict[str, tuple[Callable[[Draw], Case], Callable[[str], str], tuple[str, ...], str]] = {
        "times": (
            lambda d: f"{d.choice(FIRST_NAMES)} called {d.randint(1, 9)}x",
            lambda t: (
                t.rpartition(" ")[0]
                + " "
                + _TIMES.get(n := int(t.rpartition(" ")[2].rstrip("x")), f"{in_words(n)} times")
            ),
            (
                "replace the count such as 4x by words: once, twice, three times, four times and so on",
                "write out how often (1x is once, 2x is twice, 3x is three times, ...)",
            ),
            "a note with a count like 3x",
        ),
        "ordinal": (
            lambda d: f"{d.choice(THINGS)} number {d.randint(1, 9)}",
            lambda t: f"the {names[int(t.split()[2])]} {t.split()[0]}",
            (
                "say it with an ordinal in words, such as the fourth lamp",
                'write "the", the ordinal number as a word, and the thing',
            ),
            "a thing with its number",
        ),
        "ordinal back": (
            lambda d: f"the {d.choice(sorted(ordinals))} {d.choice(THINGS)}",
            lambda t: f"{t.split()[2]} {ordinals[t.split()[1]]}",
            (
                "write the thing first and then its number as a digit, without the",
                "turn the ordinal into a digit behind the noun",
            ),
            "a phrase with an ordinal in words",
        ),
        "group": (
            lambda d: f"{d.randint(1, 3)} x {d.choice(PRODUCTS)}",
            lambda t: f"{_GROUPS[int(t[0])]} {t[4:]}",
            (
                "write single for 1 x, double for 2 x and triple for 3 x in front of the article",
                "replace 1 x, 2 x and 3 x by single, double and triple",
            ),
            "a line of an order with 1 x, 2 x or 3 x",
        ),
        "dozen": (
            lambda d: f"{in_words(d.choice((6, 12, 24, 36, 3, 7, 10)))} {with_s(d.choice(THINGS[:40]))}",
            lambda t: f"{_DOZENS.get(from_words(t.split()[0]), t.split()[0])} {t.split()[1]}",
            (
                "write six as half a dozen, twelve as a dozen, and 24 and 36 as two and three dozen; keep "
                "other numbers",
                "count in dozens where it comes out even (half a dozen, a dozen, two dozen, three dozen); "
                "leave any other number",
            ),
            "a number in words and some things",
        ),
    }
    make, reference, do, given = kinds[act]
    return Function(given=(given, f"{given}, in English"), answer=Rewrite(do=do), draw=make, reference=reference)


@family("transformation")
@finishing
def place_in_line(draw: Draw) -> Function:
    """Results such as `Ada 3` -> `Ada came 3rd`, in a pattern of the house."""
    pattern = draw.choice(("{n} came {o}", "{o} place: {n}", "{n}, {o} of {t}", "{o} of {t}: {n}", "{n} ({o})"))
    total = draw.choice((9, 12, 20, 24, 40))
    given = draw.choice(("{n} {k}", "{k}. {n}", "{n}: {k}", "{n} #{k}"))
    shown = pattern.format(n="NAME", o="RANK", t=total)

    def case(draw: Draw) -> tuple[str, str]:
        name, rank = draw.choice(FIRST_NAMES), draw.randint(1, total)
        return given.format(n=name, k=rank), pattern.format(n=name, o=ordinal(rank), t=total)

    def reference(text: str) -> str:
        rank = int("".join(char for char in text if char.isdigit()))
        name = "".join(char for char in text if char.isalpha())
        return pattern.format(n=name, o=ordinal(rank), t=total)

    return Function(
        given=("a name and a rank", f"a line of a ranking like {given.format(n='Robin', k=2)}", "who came where"),
        answer=Rewrite(do=ways("write it as, put the result into the form, bring the line into the form", shown)),
        draw=case,
        reference=reference,
        rules=("RANK is an ordinal such as 1st, 2nd, 3rd, 4th.",),
        stated=(shown,),
    )
