"""Things in order: the item that is asked for, the first of two, rankings, rows of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.records import POOLS
from pawc.data.synthetic.forms import Listing, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.numbers_text import ordinal
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import FIRST_NAMES, FRUIT, MONTHS, PRODUCTS, THINGS, WEEKDAYS


@family("extraction")
def asked_item(draw: Draw) -> Function:
    """The item of a list whose number the input names, by digit or ordinal, from the front or the back."""
    joint, kind = (
        draw.choice((", ", " | ", "; ", " ")),
        draw.choice([name for name in sorted(POOLS) if name != "articles"]),
    )
    style, back = draw.choice(("{n}: {l}", "{o} of: {l}", "{l}\n{n}", "{l} [{n}]", "#{n} {l}")), draw.chance(0.25)

    def case(draw: Draw) -> str:
        items = draw.sample(POOLS[kind], draw.randint(3, 6))
        number = draw.randint(1, len(items) + (1 if draw.chance(0.3) else 0))
        return style.format(n=number, o=ordinal(number), l=joint.join(items))

    def reference(text: str) -> str | None:
        match = re.search(r"\d+", text)
        number = int(match[0]) if match else 0
        body = re.sub(r"^#?\d+\w*(?: of)?:? |\n\d+$| \[\d+\]$", "", text)
        items = body.split(joint)
        return items[-number if back else number - 1] if number <= len(items) else None

    said = "counting from the end" if back else "counting from the front"
    return Function(
        given=(
            f"a number and a list of {kind}",
            f"{kind} in a row, with a number",
            f"a list of {kind} and which one is wanted",
        ),
        answer=Single(
            key=draw.choice(("item", "value")),
            do=(f"give the item with that number, {said}", f"pick the item that the number names ({said}, from 1 on)"),
            optional=True,
        ),
        draw=case,
        reference=reference,
        stated=(said,),
    )


@family("extraction")
def first_of_two(draw: Draw) -> Function:
    """Which of two comes first or is longer: words, weekdays, months, years, dates, names in the alphabet."""
    later, mark = draw.chance(0.4), draw.choice((" or ", ", ", " / ", " vs ", " - ", "\n"))
    dates = [f"{month} {day}" for month in MONTHS for day in range(1, 29)]
    kinds: tuple[tuple[str, str, str, tuple[str, ...], Callable[[str], int | str]], ...] = (
        (
            "weekdays",
            "comes first in the week, which starts on Monday",
            "comes last in the week, which starts on Monday",
            WEEKDAYS,
            WEEKDAYS.index,
        ),
        ("months", "comes earlier in the year", "comes later in the year", MONTHS, MONTHS.index),
        ("days of one year", "is earlier", "is later", tuple(dates), dates.index),
        ("years", "is earlier", "is later", tuple(map(str, range(1900, 2025))), int),
        ("words", "comes first in the alphabet", "comes last in the alphabet", THINGS, str),
        ("names", "comes first in the alphabet", "comes last in the alphabet", FIRST_NAMES, str),
        ("words", "is shorter", "is longer", (*THINGS, *PRODUCTS), len),
        ("phrases", "has fewer letters", "has more letters", (*PRODUCTS, *FRUIT), lambda t: len(t.replace(" ", ""))),
    )
    what, low, high, pool, rank = draw.choice(kinds)
    said = high if later else low

    def case(draw: Draw) -> str:
        while True:
            a, b = draw.sample(pool, 2)
            if rank(a) != rank(b):
                return f"{a}{mark}{b}"

    def reference(text: str) -> str:
        a, b = text.split(mark)
        first = rank(a) < rank(b)  # type: ignore[operator]
        return a if first != later else b

    return Function(
        given=(f"two {what}", f"a pair of {what}", f"two {what} to compare"),
        answer=Single(
            key=draw.choice(("answer", "pick", "value")),
            do=(f"give the one that {said}", f"say which of the two {said}", f"copy the one of them that {said}"),
        ),
        draw=case,
        reference=reference,
        stated=(said, what),
    )


@family("extraction")
def ranking(draw: Draw) -> Function:
    """Names with points: in order, above a limit, the second best, the gap."""
    mark, joint = draw.choice((" ", ": ", " (", "=")), draw.choice((", ", "\n", "; "))
    end, limit = (")" if mark == " (" else ""), draw.choice((20, 30, 40, 50, 60))
    act = draw.choice(("order", "above", "below", "second", "last", "points", "gap"))

    def case(draw: Draw) -> str:
        names = draw.sample(FIRST_NAMES, draw.choice((2, 3, 3, 4)))
        points = draw.sample(range(1, 99), len(names))
        return joint.join(f"{name}{mark}{point}{end}" for name, point in zip(names, points, strict=True))

    def reference(text: str) -> Value:
        rows: list[tuple[str, int]] = [(name, int(n)) for name, n in re.findall(r"([A-Z]\w+)\W+(\d+)", text)]
        best = sorted(rows, key=lambda row: -row[1])
        match act:
            case "order":
                return tuple(name for name, _ in best)
            case "above" | "below":
                return tuple(name for name, points in rows if (points > limit if act == "above" else points < limit))
            case "second" | "last":
                return best[1 if act == "second" else -1][0]
            case "points":
                return str(best[0][1])
            case _:
                return str(best[0][1] - best[1][1])

    do = {
        "order": ways("list, give", "the names by points, the most first", "the people from the best to the last"),
        "above": ways("list, give", f"those with more than {limit} points, in the given order"),
        "below": ways("list, give", f"those with fewer than {limit} points, in the given order"),
        "second": ways("name, give", "the one with the second most points", "who came second"),
        "last": ways("name, give", "the one with the fewest points", "who came last"),
        "points": ways("give, find", "the highest number of points", "the points of the best one, as a number"),
        "gap": ways("compute, give", "by how many points the best is ahead of the second"),
    }[act]
    return Function(
        given=("names with their points", "the points of some players", "a list of results, more points being better"),
        answer=Listing(do=do, what="names", optional=act != "order")
        if act in ("order", "above", "below")
        else Single(key=draw.choice(("answer", "value")), do=do),
        draw=case,
        reference=reference,
    )


@family("transformation")
def numbers_in_row(draw: Draw) -> Function:
    """Rows of numbers sorted, filtered, without repeats, each changed."""
    joint, said_joint = draw.choice(((", ", "commas"), (" ", "spaces"), ("; ", "semicolons"), (" | ", "bars")))
    limit = draw.choice((10, 20, 50, 70))
    acts: dict[str, Callable[[list[int]], list[int]]] = {
        "sort the numbers, the smallest first": sorted,
        "sort the numbers, the greatest first": lambda row: sorted(row, reverse=True),
        f"keep only the numbers above {limit}": lambda row: [n for n in row if n > limit],
        f"drop every number above {limit}": lambda row: [n for n in row if n <= limit],
        "keep only the even numbers": lambda row: [n for n in row if n % 2 == 0],
        "keep only the odd numbers": lambda row: [n for n in row if n % 2],
        "remove repeated numbers, keeping the first of each": lambda row: list(dict.fromkeys(row)),
        "add one to each number": lambda row: [n + 1 for n in row],
        "double each number": lambda row: [2 * n for n in row],
        "give the smallest and the greatest number, in this order": lambda row: [min(row), max(row)],
        "keep only the numbers of one digit": lambda row: [n for n in row if n < 10],
        "write the numbers from the last to the first": lambda row: row[::-1],
    }
    said = draw.choice(sorted(acts))

    def case(draw: Draw) -> str:
        row = [draw.choice((draw.randint(0, 99), draw.randint(0, 12))) for _ in range(draw.randint(2, 5))]
        if draw.chance(0.4):
            row.insert(draw.randint(0, len(row)), draw.choice(row))
        return joint.join(map(str, row))

    return Function(
        given=(f"a row of numbers with {said_joint} between them", f"some numbers, separated by {said_joint}"),
        answer=Listing(do=(said, f"{said}, nothing else"), what="numbers", optional="keep" in said or "drop" in said),
        draw=case,
        reference=lambda text: tuple(map(str, acts[said](list(map(int, text.split(joint)))))),
        stated=(said[1:],),
    )
