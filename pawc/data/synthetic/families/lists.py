"""Lists of words or numbers on one line: an item chosen, the list counted, filtered, ordered, rewritten."""

from __future__ import annotations

from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.vocabulary import ANIMALS, CITIES, FIRST_NAMES, FRUIT, THINGS

_JOINTS = {
    "commas": ", ",
    "semicolons": "; ",
    "spaces": " ",
    "vertical bars": " | ",
    "slashes": "/",
    "plus signs": " + ",
}
_POOLS = {"words": THINGS, "names": FIRST_NAMES, "animals": ANIMALS, "fruits": FRUIT, "places": CITIES}


def _setting(
    draw: Draw, *, repeats: float = 0.0, low: int = 3, high: int = 7
) -> tuple[tuple[str, ...], Callable[[Draw], str], Callable[[str], list[str]], str]:
    """Noun phrases for a list, how one is drawn, how one is read, and what its items are called."""
    said, what = draw.choice(sorted(_JOINTS)), draw.choice(sorted(_POOLS))
    joint, pool = _JOINTS[said], _POOLS[what]

    def make(draw: Draw) -> str:
        items = draw.sample(pool, draw.randint(low, high))
        while draw.chance(repeats) and len(items) < 9:
            items.insert(draw.randint(0, len(items)), draw.choice(items))
        return joint.join(items)

    given = (
        f"a list of {what} separated by {said}",
        f"{what} with {said} between them",
        f"a line of {what}, separated by {said}",
    )
    return given, make, lambda text: text.split(joint), what


_PICKS: dict[str, Callable[[list[str]], str]] = {
    "the first item": lambda items: items[0],
    "the last item": lambda items: items[-1],
    "the second item": lambda items: items[1],
    "the third item": lambda items: items[2],
    "the last but one item": lambda items: items[-2],
    "the longest item (the first of them, if several are equally long)": lambda items: max(items, key=len),
    "the shortest item (the first of them, if several are equally short)": lambda items: min(items, key=len),
    "the item that comes first in the alphabet": min,
    "the item that comes last in the alphabet": max,
}


@family("extraction")
def list_item(draw: Draw) -> Function:
    """One item: first, last, third, longest, first in the alphabet..."""
    given, make, read, _ = _setting(draw)
    said = draw.choice(sorted(_PICKS))
    return Function(
        given=given,
        answer=Single(
            key=draw.choice(("item", "value", "pick")),
            do=tuple(f"{verb} {said}" for verb in ("give", "return", "pick", "name", "extract")),
        ),
        draw=make,
        reference=lambda text: _PICKS[said](read(text)),
        stated=(said,),
    )


@family("reasoning")
def list_count(draw: Draw) -> Function:
    """How many items: all, different ones, those with a letter."""
    given, make, read, _ = _setting(draw, repeats=0.4, low=2, high=8)
    letter = draw.choice("aeiorst")
    said, count = draw.choice(
        (
            ("the items", len),
            ("the different items", lambda items: len(set(items))),
            (
                f'the items that contain the letter "{letter}"',
                lambda items: sum(letter in item.lower() for item in items),
            ),
            ("the items with more than five letters", lambda items: sum(len(item) > 5 for item in items)),
        )
    )
    return Function(
        given=given,
        answer=Single(
            key=draw.choice(("count", "n", "total")),
            do=(f"count {said}", f"say how many there are of {said}", f"give the number of {said}"),
        ),
        draw=make,
        reference=lambda text: str(count(read(text))),
        stated=(said,),
    )


@family("transformation")
def list_filter(draw: Draw) -> Function:
    """The items that satisfy a condition, or all that do not."""
    given, make, read, _ = _setting(draw, high=6)
    letter, size = draw.choice("abcdefgklmprs"), draw.choice((4, 5, 6))
    said, test = draw.choice(
        (
            (f'start with "{letter}" in either case', lambda item: item.lower().startswith(letter)),
            (f'contain the letter "{letter}"', lambda item: letter in item.lower()),
            (f"have more than {size} letters", lambda item: len(item) > size),
            (f"have exactly {size} letters", lambda item: len(item) == size),
            ("start with a vowel", lambda item: item[0].lower() in "aeiou"),
            ("end in a vowel", lambda item: item[-1] in "aeiou"),
        )
    )
    negated = draw.chance(0.35)
    do = (
        (
            f"remove the items that {said}",
            f"drop all items that {said} and keep the others",
            f"give the items left after taking out those that {said}",
        )
        if negated
        else (f"keep only the items that {said}", f"list the items that {said}", f"give those items that {said}")
    )
    return Function(
        given=given,
        answer=Listing(do=do, what="items"),
        draw=make,
        reference=lambda text: tuple(item for item in read(text) if test(item) != negated),
        stated=(said,),
    )


@family("transformation")
def list_order(draw: Draw) -> Function:
    """Lists sorted, reversed, rotated, without repeats."""
    given, make, read, _ = _setting(draw, repeats=0.3, high=5)
    said, change = draw.choice(
        (
            ("sort the items alphabetically", sorted),
            ("sort the items from the end of the alphabet to its start", lambda items: sorted(items, reverse=True)),
            ("reverse the order of the items", lambda items: items[::-1]),
            ("remove repeated items, keeping the first of each", lambda items: list(dict.fromkeys(items))),
            (
                "sort the items by length, shortest first, those of equal length in their old order",
                lambda items: sorted(items, key=len),
            ),
            ("move the first item to the end", lambda items: [*items[1:], items[0]]),
            ("move the last item to the front", lambda items: [items[-1], *items[:-1]]),
            ("swap the first and the last item", lambda items: [items[-1], *items[1:-1], items[0]]),
            ("drop the first item", lambda items: items[1:]),
            ("drop the last item", lambda items: items[:-1]),
            ("keep the first two items", lambda items: items[:2]),
            ("keep every second item, starting with the first", lambda items: items[::2]),
        )
    )
    return Function(
        given=given,
        answer=Listing(
            do=(said, f"{said} and leave the items as they are", f"{said}, nothing else"), what="items", optional=False
        ),
        draw=make,
        reference=lambda text: tuple(change(read(text))),
        stated=(said[1:],),
    )


@family("transformation")
def list_style(draw: Draw) -> Function:
    """Lists written another way: separators, numbering, bullets, "and" before the last."""
    given, make, read, _ = _setting(draw, low=2, high=4)
    said, write = draw.choice(
        (
            ('with commas and "and" before the last item', lambda items: ", ".join(items[:-1]) + " and " + items[-1]),
            ('with commas and "or" before the last item', lambda items: ", ".join(items[:-1]) + " or " + items[-1]),
            ("as lines starting with a hyphen and a space", lambda items: "\n".join(f"- {item}" for item in items)),
            (
                "as numbered lines like 1. item",
                lambda items: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)),
            ),
            ("each item in double quotes, with commas between", lambda items: ", ".join(f'"{item}"' for item in items)),
            ("with arrows -> between the items", lambda items: " -> ".join(items)),
            ("in square brackets with commas, like [a, b]", lambda items: f"[{', '.join(items)}]"),
            (
                "with each item in parentheses, one behind the other",
                lambda items: " ".join(f"({item})" for item in items),
            ),
            ("joined by hyphens, without spaces", lambda items: "-".join(items)),
        )
    )
    return Function(
        given=given,
        answer=Rewrite(
            do=(f"write the list {said}", f"rewrite the items {said}", f"print the same items {said}"), what="list"
        ),
        draw=make,
        reference=lambda text: write(read(text)),
        stated=(said,),
    )


@family("classification")
def list_contains(draw: Draw) -> Function:
    """Whether a list holds an item, has repeats, is sorted, is long."""
    said, what = draw.choice(sorted(_JOINTS)), draw.choice(sorted(_POOLS))
    joint, pool = _JOINTS[said], _POOLS[what]
    wanted, limit = draw.choice(pool), draw.choice((3, 4, 5))
    holds, fails, test = draw.choice(
        (
            (f'the list contains "{wanted}"', f'the list does not contain "{wanted}"', lambda items: wanted in items),
            (f'the list starts with "{wanted}"', f'the first item is not "{wanted}"', lambda items: items[0] == wanted),
            ("some item occurs twice or more", "all items are different", lambda items: len(set(items)) < len(items)),
            (
                "the items are in alphabetical order",
                "the items are not in alphabetical order",
                lambda items: items == sorted(items),
            ),
            (
                f"the list has more than {limit} items",
                f"the list has {limit} items or fewer",
                lambda items: len(items) > limit,
            ),
        )
    )

    def case(draw: Draw) -> str:
        items = draw.sample(pool, draw.randint(2, 7))
        if draw.chance(0.5):
            items[0] = wanted
            items = list(dict.fromkeys(items))
        if draw.chance(0.3):
            draw.shuffle(items)
        if draw.chance(0.35):
            items.append(draw.choice(items))
        return joint.join(sorted(items) if draw.chance(0.35) else items)

    return Function(
        given=(f"a list of {what} separated by {said}", f"{what} with {said} between them"),
        answer=Decision(holds=(holds,), fails=(fails,)),
        draw=case,
        reference=lambda text: test(text.split(joint)),
    )
