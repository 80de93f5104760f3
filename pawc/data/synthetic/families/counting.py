"""Counts and results: tallies, matches, free places, vague numbers, lists with all counts changed."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.number_facts import number_in
from pawc.data.synthetic.forms import Choice, Rewrite, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.lexicon import many
from pawc.data.synthetic.saying import finishing, ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, FRUIT, THINGS, each


@family("transformation")
def tally(draw: Draw) -> Function:
    """Tally marks <-> numbers, with the mark and the groups of the house."""
    mark, size, forward = draw.choice("|/x*.o"), draw.choice((3, 4, 5, 5)), draw.chance(0.6)

    def write(number: int) -> str:
        groups = [mark * size] * (number // size) + ([mark * (number % size)] if number % size else [])
        return " ".join(groups)

    def case(draw: Draw) -> str:
        number = draw.randint(1, 4 * size)
        label = draw.choice((draw.choice(THINGS), draw.choice(FRUIT), draw.choice(FIRST_NAMES)))
        return f"{label}: {write(number) if forward else number}"

    def reference(text: str) -> str:
        label, _, rest = text.partition(": ")
        return f"{label}: {rest.count(mark) if forward else write(int(rest))}"

    sort = f"groups of {size}, such as {mark * size} {mark * 2}"
    do = (
        (
            f"replace the tally ({sort}) by its number",
            f"count the marks, which stand in {sort}, and write the number instead",
        )
        if forward
        else (f"write the number as a tally in {sort}", f"replace the number by that many marks in {sort}")
    )
    return Function(
        given=("a name and a tally", "a tally with a name in front") if forward else ("a name and a number", "a count"),
        answer=Rewrite(do=do, what="line"),
        draw=case,
        reference=reference,
        stated=(sort,),
    )


@family("reasoning")
def match_result(draw: Draw) -> Function:
    """A result such as `Ada 3:2 Ben`: who won, who lost, a draw, how it ended in the words of the house."""
    shape = draw.choice(
        ("{a} {x}:{y} {b}", "{a} - {b} {x}-{y}", "{a} {x}, {b} {y}", "{a} vs. {b} ({x}:{y})", "{x}:{y} {a}/{b}")
    )
    act, fewest = draw.choice(("winner", "loser", "label", "words")), draw.chance(0.2)
    note = "The lower number wins." if fewest else "The higher number wins."

    def case(draw: Draw) -> str:
        a, b = draw.sample(FIRST_NAMES, 2)
        x = draw.randint(0, 12)
        return shape.format(a=a, b=b, x=x, y=x if draw.chance(0.2) else draw.randint(0, 12))

    def reference(text: str) -> Value:
        a, b = (str(name) for name in re.findall(r"[A-Z]\w+", text))
        x, y = map(int, re.findall(r"\d+", text))
        if x == y:
            return {"label": "draw", "words": f"{a} draws with {b}"}.get(act)
        first = (x > y) != fewest
        winner, loser = (a, b) if first else (b, a)
        label = "first" if first else "second"
        return {"winner": winner, "loser": loser, "label": label, "words": f"{winner} beats {loser}"}[act]

    given = (
        "the result of a match",
        "the result of a game of two",
        f"a result like {shape.format(a='A', b='B', x=3, y=1)}",
    )
    when = {"first": "the first one named wins", "second": "the second one named wins", "draw": "nobody wins"}
    return Function(
        given=given,
        answer=Choice(when=when)
        if act == "label"
        else Rewrite(do=("write it as WINNER beats LOSER, or as ONE draws with OTHER in their order",), what="sentence")
        if act == "words"
        else Single(key=act, do=ways("name, give", f"the {act} of the match", f"the {act}"), optional=True),
        draw=case,
        reference=reference,
        rules=(note,),
    )


@family("reasoning")
def free_places(draw: Draw) -> Function:
    """What is left of a capacity that the specification fixes."""
    total, full = (
        draw.choice((12, 20, 24, 30, 40, 50, 60, 100)),
        draw.choice(("full", "sold out", "none left", "closed")),
    )
    what = draw.choice(each("seats places beds tickets rooms desks lockers"))
    templates = (
        "{n} {w} are taken.",
        "booked so far: {n} {w}",
        "{c}: {n} {w} gone",
        "we have given away {n} {w}",
        "{n} {w} reserved, {c}",
    )

    def case(draw: Draw) -> str:
        number = total if draw.chance(0.15) else draw.randint(0, total - 1)
        return draw.fill(draw.choice(templates), n=str(number), w=what, c=draw.choice(CITIES))

    return Function(
        given=(
            f"how many {what} are taken",
            f"a message about booked {what}",
            f"a line with the number of {what} taken",
        ),
        answer=Single(
            key=draw.choice(("left", "free")),
            do=(
                f'say how many of the {total} {what} are left, or "{full}" if that is 0',
                f'compute how many of all {total} {what} are still free and write "{full}" instead of 0',
                f'work out how many of {total} {what} are still free; where none is, write "{full}"',
            ),
        ),
        draw=case,
        reference=lambda text: str(total - number_in(text)) if number_in(text) < total else full,
        stated=(f"{total} {what}", f'"{full}"'),
    )


@family("transformation")
@finishing
def vague_number(draw: Draw) -> Function:
    """A number in a sentence replaced by a vague word, by limits that the specification gives."""
    low = draw.choice((3, 5, 10, 20))
    high = low * draw.choice((4, 5, 10))
    words = draw.choice(
        (("a few", "some", "many"), ("hardly any", "several", "lots of"), ("few", "quite a few", "countless"))
    )
    told = f'"{words[0]}" below {low}, "{words[1]}" from {low} to {high}, "{words[2]}" above {high}'
    shapes = each(
        "We saw {n} {ts} in {c}.|{c} has {n} {ts}.|{p} owns {n} {ts}.|There were {n} {ts} left.|"
        "Please send {n} {ts} to {c}.|"
        "Last year {p} sold {n} {ts}.",
        "|",
    )

    def case(draw: Draw) -> str:
        number = draw.choice((draw.randint(2, low - 1), draw.randint(low, high), draw.randint(high + 1, 4 * high)))
        return draw.choice(shapes).format(
            n=number, ts=many(draw.choice(THINGS)), c=draw.choice(CITIES), p=draw.choice(FIRST_NAMES)
        )

    def vague(number: int) -> str:
        return words[0] if number < low else words[1] if number <= high else words[2]

    do = (
        f"replace the number by a vague word: {told}",
        f"rewrite the sentence without a number, with {told} in its place",
        f"put words for the number: {told}",
    )
    return Function(
        given=("a sentence with a number", "a sentence that says how many"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=lambda text: re.sub(r"\d+", lambda match: vague(int(match[0])), text),
        stated=(told,),
    )


@family("transformation")
@finishing
def scaled_recipe(draw: Draw) -> Function:
    """A list of counted things, all counts doubled, tripled, halved or raised."""
    works: dict[str, Callable[[int], int]] = {
        "double": lambda n: 2 * n,
        "triple": lambda n: 3 * n,
        "halve": lambda n: n // 2,
        "raise by one": lambda n: n + 1,
        "multiply by ten": lambda n: 10 * n,
    }
    said = draw.choice(sorted(works))
    joint, shape = draw.choice((", ", "\n", "; ")), draw.choice(("{n} {ts}", "{t}: {n}", "{n}x {t}", "{t} ({n})"))

    def case(draw: Draw) -> str:
        counts = [2 * draw.randint(1, 12) for _ in range(draw.choice((2, 2, 3)))]
        items = draw.sample((*FRUIT, "egg", "onion", "carrot", "biscuit"), len(counts))
        return joint.join(shape.format(n=n, t=t, ts=many(t)) for n, t in zip(counts, items, strict=True))

    verb, _, rest = said.partition(" ")
    return Function(
        given=("a list of things to buy with their numbers", "ingredients with their counts", "a few counted things"),
        answer=Rewrite(
            do=(
                f"{verb} every number{' ' + rest if rest else ''} and keep everything else",
                f"rewrite the list with each number changed: {said}",
            ),
            what="list",
        ),
        draw=case,
        reference=lambda text: re.sub(r"\d+", lambda match: str(works[said](int(match[0]))), text),
    )
