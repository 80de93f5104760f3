"""Small records on a line: checklists, stocks, who has what, two lists against each other, which of two comes first."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Single
from pawc.data.synthetic.function import Answer, Function, Value, family
from pawc.data.synthetic.numbers_text import ordinal
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, FRUIT, MONTHS, PRODUCTS, THINGS, WEEKDAYS, each

_POOLS = {"things": THINGS, "names": FIRST_NAMES, "fruits": FRUIT, "articles": PRODUCTS, "towns": CITIES}


@family("extraction")
def checklist(draw: Draw) -> Function:
    """Done and open items of a list with boxes or words behind the items."""
    done, left = draw.choice(
        (("[x] {t}", "[ ] {t}"), ("{t} - done", "{t} - open"), ("(+) {t}", "(-) {t}"), ("{t}: yes", "{t}: no"),
         ("✓ {t}", "· {t}"), ("done: {t}", "todo: {t}"), ("{t} OK", "{t} --"))
    )  # fmt: skip
    joint, act = draw.choice(("\n", ", ", "; ")), draw.choice(("done", "left", "count", "count left", "first", "all"))
    verbs = each("sweep paint count sort pack clean check move")

    def case(draw: Draw) -> str:
        items = [f"{draw.choice(verbs)} the {thing}" for thing in draw.sample(THINGS, draw.randint(2, 4))]
        share = 0.85 if act == "all" else 0.5
        return joint.join((done if draw.chance(share) else left).format(t=item) for item in items)

    def bare(part: str) -> tuple[bool, str]:
        for shape, state in ((done, True), (left, False)):
            before, _, after = shape.partition("{t}")
            if part.startswith(before) and part.endswith(after):
                return state, part.removeprefix(before).removesuffix(after)
        return False, part

    def reference(text: str) -> Value:
        items = [bare(part) for part in text.split(joint)]
        finished, rest = ([item for state, item in items if state == wanted] for wanted in (True, False))
        match act:
            case "done" | "left":
                return tuple(finished if act == "done" else rest)
            case "count" | "count left":
                return str(len(finished if act == "count" else rest))
            case "first":
                return rest[0] if rest else None
            case _:
                return not rest

    shown = f"{done.format(t='X')} means done, {left.format(t='X')} means still open."
    answer: Answer
    if act == "all":
        answer = Decision(holds=("every item is done", "nothing is left to do"), fails=("an item is still open",))
    elif act in ("done", "left"):
        what = "the items that are done" if act == "done" else "the items that are still open"
        answer = Listing(do=ways("list, give, collect", f"{what}, without their marks"), what="items")
    elif act == "first":
        answer = Single(key="next", do=ways("give, name", "the first open item, without its mark"), optional=True)
    else:
        what = "the items that are done" if act == "count" else "the items that are still open"
        answer = Single(key="count", do=ways("count, give the number of", what))
    return Function(
        given=("a checklist", "a list of tasks, some of them done", "somebody's list of things to do"),
        answer=answer,
        draw=case,
        reference=reference,
        rules=(shown,),
    )


@family("extraction")
def stock(draw: Draw) -> Function:
    """A stock list: what has run out, what is below a limit, how many of one thing, what there is most of."""
    mark, joint = draw.choice((": ", " - ", "=", " x ")), draw.choice((", ", "\n", "; "))
    limit, act = draw.choice((2, 3, 5, 10)), draw.choice(("out", "low", "most", "least", "one", "kinds", "any"))
    wanted = draw.choice(THINGS)

    def case(draw: Draw) -> str:
        things = draw.sample([thing for thing in THINGS if thing != wanted], draw.randint(2, 4))
        if act == "one" and draw.chance(0.75):
            things[draw.randrange(len(things))] = wanted
        highest = 3 * limit if act in ("low", "any") else 40
        counts = draw.sample(range(1, highest + 20), len(things))
        if act in ("low", "any") and draw.chance(0.55):
            counts[draw.randrange(len(counts))] = draw.randint(0, limit - 1)
        if act == "out":
            counts = [0 if draw.chance(0.4) else count for count in counts]
        return joint.join(f"{thing}{mark}{count}" for thing, count in zip(things, counts, strict=True))

    def reference(text: str) -> Value:
        found = {thing: int(count) for thing, count in (part.split(mark) for part in text.split(joint))}
        match act:
            case "out" | "low":
                return tuple(thing for thing, count in found.items() if count < (1 if act == "out" else limit))
            case "most" | "least":
                return (max if act == "most" else min)(found, key=lambda thing: found[thing])
            case "one":
                return str(found[wanted]) if wanted in found else None
            case "any":
                return any(count < limit for count in found.values())
            case _:
                return str(len(found))

    do = {
        "out": ways("list, name", "the things that have run out (0 left)", "whatever has a count of 0"),
        "low": ways(
            "list, name", f"the things of which fewer than {limit} are left", f"whatever has a count below {limit}"
        ),
        "most": ways("name, give", "the thing with the highest count", "what there is most of"),
        "least": ways("name, give", "the thing with the lowest count", "what there is least of"),
        "one": ways("give, look up", f'the count of "{wanted}"', f'how many there are of "{wanted}"'),
        "kinds": ways("count, give the number of", "the different things on the list, not their pieces"),
    }
    answer: Answer
    if act == "any":
        answer = Decision(
            holds=(f"something has a count below {limit}", f"of some thing fewer than {limit} are left"),
            fails=(f"there are at least {limit} of everything",),
        )
    elif act in ("out", "low"):
        answer = Listing(do=do[act], what="things")
    else:
        answer = Single(
            key=draw.choice(("answer", "item" if act in ("most", "least") else "count")),
            do=do[act],
            optional=act == "one",
        )
    return Function(
        given=(
            "a stock list",
            "things with their counts",
            f"a list such as lamp{mark}4{joint.rstrip() or ','} and so on",
        ),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(f'"{wanted}"',) if act == "one" else (),
    )


@family("extraction")
def who_has_what(draw: Draw) -> Function:
    """Pairs `Ada - lamp; Ben - desk`: what belongs to the one who is asked for, in the input or always the same one."""
    mark, joint = draw.choice((" - ", ": ", " -> ", "=", " has ")), draw.choice(("; ", ", ", "\n"))
    ask, fixed, turned = draw.choice(("\n{}?", "\n? {}", "\nfor {}", " // {}")), draw.chance(0.4), draw.chance(0.35)
    left, right = ("name", "thing") if not turned else ("thing", "name")
    who = draw.choice(THINGS if turned else FIRST_NAMES)

    def case(draw: Draw) -> str:
        names, things = draw.sample(FIRST_NAMES, 4), draw.sample(THINGS, 4)
        keys = things if turned else names
        if fixed and who not in keys and draw.chance(0.75):
            keys[draw.randrange(3)] = who
        shown = draw.choice((2, 3))
        text = joint.join(f"{n}{mark}{t}" for n, t in zip(names[:shown], things[:shown], strict=True))
        return text if fixed else text + ask.format(draw.choice(keys[:shown] if draw.chance(0.8) else keys))

    def reference(text: str) -> str | None:
        before, _, after = ask.partition("{}")
        body, _, key = (text, "", who) if fixed else text.rpartition(before)
        pairs = [part.split(mark) for part in body.split(joint)]
        table = {thing: name for name, thing in pairs} if turned else dict(pairs)
        return table.get(key.removesuffix(after) if not fixed else key)

    asked = f'"{who}"' if fixed else f"the {left} asked for at the end"
    return Function(
        given=(
            f"a list of who has what, NAME{mark}THING"
            + ("" if fixed else f", and a question at its end ({ask.strip().format('...')})"),
            f"pairs of a name and a thing ({mark.strip()} between them)"
            + ("" if fixed else ", and behind them one that is asked for"),
        ),
        answer=Single(key=right, do=ways("give, find, look up", f"the {right} that belongs to {asked}"), optional=True),
        draw=case,
        reference=reference,
        stated=(asked,),
    )


@family("transformation")
def two_lists(draw: Draw) -> Function:
    """Two lists against each other: what is missing, in both, in either, in one alone."""
    kind = draw.choice(sorted(_POOLS))
    first, second = draw.choice((("have", "need"), ("old", "new"), ("A", "B"), ("here", "there"), ("left", "right")))
    joint, act = draw.choice((" | ", "\n", "; ")), draw.choice(("missing", "extra", "both", "either", "same"))

    def case(draw: Draw) -> str:
        pool = draw.sample(_POOLS[kind], 5)
        one = draw.sample(pool, draw.randint(1, 4))
        two = (
            draw.sample(one, len(one)) if act == "same" and draw.chance(0.5) else draw.sample(pool, draw.randint(1, 4))
        )
        return f"{first}: {', '.join(one)}{joint}{second}: {', '.join(two)}"

    def reference(text: str) -> Value:
        one, two = (part.partition(": ")[2].split(", ") for part in text.split(joint))
        match act:
            case "missing":
                return tuple(item for item in two if item not in one)
            case "extra":
                return tuple(item for item in one if item not in two)
            case "both":
                return tuple(item for item in one if item in two)
            case "same":
                return set(one) == set(two)
            case _:
                return tuple(dict.fromkeys((*one, *two)))

    a, b = f'"{first}"', f'"{second}"'
    do = {
        "missing": ways(
            "list, give", f"the {kind} of {b} that are not under {a}", f"what stands under {b} but not under {a}"
        ),
        "extra": ways(
            "list, give", f"the {kind} of {a} that are not under {b}", f"what stands under {a} but not under {b}"
        ),
        "both": ways("list, give", f"the {kind} that stand under {a} and under {b}, in the order of {a}"),
        "either": (
            f"merge the lists {a} and {b} without repeats, {a} first",
            f"join {b} to {a} and drop what comes twice",
        ),
    }
    answer: Answer = (
        Decision(
            holds=(f"{first} and {second} list the same {kind}, in any order",),
            fails=(f"{first} and {second} do not list the same {kind} (order is no difference)",),
        )
        if act == "same"
        else Listing(do=do[act], what=kind, optional=act != "either")
    )
    return Function(
        given=(f"two lists of {kind}, {a} and {b}", f"a line of {kind} under {a} and another under {b}"),
        answer=answer,
        draw=case,
        reference=reference,
        stated=() if act == "same" else (a, b),
    )


@family("extraction")
def asked_item(draw: Draw) -> Function:
    """The item of a list whose number the input names, by digit or ordinal, from the front or the back."""
    joint, kind = (
        draw.choice((", ", " | ", "; ", " ")),
        draw.choice([name for name in sorted(_POOLS) if name != "articles"]),
    )
    style, back = draw.choice(("{n}: {l}", "{o} of: {l}", "{l}\n{n}", "{l} [{n}]", "#{n} {l}")), draw.chance(0.25)

    def case(draw: Draw) -> str:
        items = draw.sample(_POOLS[kind], draw.randint(3, 6))
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
