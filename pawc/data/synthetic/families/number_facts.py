"""Simple facts about numbers, and numbers said another way: even or odd, sign, range, nearest ten, percent, tally, score."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.lexicon import many
from pawc.data.synthetic.numbers_text import in_words
from pawc.data.synthetic.saying import finishing, ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, FRUIT, PRODUCTS, THINGS, each

_CARRIERS = ("{n}", "{n}", "number {n}", "{n} {ts}", "the {t} has {n} parts", "ticket {n}", "{t}: {n}", "no. {n}, {c}")


def _around(draw: Draw, number: int | str) -> str:
    thing = draw.choice(THINGS)
    return draw.choice(_CARRIERS).format(n=number, t=thing, ts=many(thing), c=draw.choice(CITIES))


def _number(text: str) -> int:
    match = re.search(r"-?\d+", text)
    return int(match[0]) if match else 0


@family("classification")
def parity(draw: Draw) -> Function:
    """Whether a number is even, odd, a multiple of ten, ends in a digit."""
    digit, most = draw.randint(0, 9), draw.choice((99, 999, 9999))
    holds, fails, test = draw.choice(
        (
            (("the number is even", "the number is divisible by two"), ("the number is odd",), lambda n: n % 2 == 0),
            (("the number is even",), ("the number is odd", "it cannot be halved evenly"), lambda n: n % 2 == 0),
            (
                ("the number is a multiple of ten", "the number ends in 0"),
                ("the number does not end in 0",),
                lambda n: n % 10 == 0,
            ),
            (
                ("the number is a multiple of five", "it ends in 0 or 5"),
                ("it ends neither in 0 nor in 5",),
                lambda n: n % 5 == 0,
            ),
            (
                (f"the last digit is {digit}", f"the number ends in {digit}"),
                (f"the last digit is not {digit}",),
                lambda n: n % 10 == digit,
            ),
            (
                (f"the first digit is {digit or 1}", f"the number starts with {digit or 1}"),
                (f"the number does not start with {digit or 1}",),
                lambda n: str(n)[0] == str(digit or 1),
            ),
        )
    )

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            number = draw.randint(1, most)
            if test(number) == wanted:
                return _around(draw, number), wanted

    return Function(
        given=("a number, perhaps with a few words", "a text with one number", "a number"),
        answer=Decision(holds=holds, fails=fails),
        draw=case,
        reference=lambda text: test(_number(text)),
    )


@family("classification")
def sign(draw: Draw) -> Function:
    """Negative, zero or positive, under labels of the house."""
    what = draw.choice(("balance", "change", "level", "temperature", "difference", "score"))
    labels = draw.choice(
        (("below", "zero", "above"), ("minus", "nil", "plus"), ("debt", "even", "credit"), ("cold", "mid", "warm"))
    )
    when = {labels[0]: f"the {what} is negative", labels[1]: f"the {what} is 0", labels[2]: f"the {what} is positive"}
    shapes = (f"{what}: {{n}}", f"{what} = {{n}}", f"today's {what} is {{n}}", "{n}", f"{{n}} ({what})")

    def case(draw: Draw) -> str:
        number = draw.choice((0, draw.randint(-99, -1), draw.randint(1, 99), draw.randint(1, 99)))
        text = f"{'+' if number > 0 and draw.chance(0.3) else ''}{number}"
        shape = draw.choice(shapes)
        return shape.format(n=text) + (f", {draw.choice(CITIES)}" if draw.chance(0.5) else "")

    def reference(text: str) -> str:
        number = _number(text)
        return labels[0] if number < 0 else labels[2] if number else labels[1]

    return Function(
        given=(f"a {what}", f"a line with the {what}", f"a number, the {what}"),
        answer=Choice(when=when),
        draw=case,
        reference=reference,
    )


@family("classification")
def in_range(draw: Draw) -> Function:
    """Whether a number lies between two limits that count, or do not count, as inside."""
    low = draw.choice((1, 5, 10, 20, 50, 100, 200))
    high = low + draw.choice((5, 10, 20, 50, 100))
    closed = draw.chance(0.6)
    two = draw.chance(0.5)
    said = f"from {low} to {high}, both included" if closed else f"between {low} and {high}, neither included"

    def place(number: int) -> str:
        if (low <= number <= high) if closed else (low < number < high):
            return "inside"
        return "under" if number <= low else "over"

    def case(draw: Draw) -> Case:
        wanted = draw.choice(("inside", "inside", "under", "over"))
        while True:
            number = draw.choice(
                (low, high, draw.randint(0, low), draw.randint(low, high), draw.randint(high, 2 * high))
            )
            if place(number) == wanted:
                return _around(draw, number), wanted == "inside" if two else wanted

    when = {"inside": f"the number is {said}", "under": "it is smaller than that", "over": "it is greater than that"}
    return Function(
        given=("a text with one number", "a number, perhaps with words around it", "a reading"),
        answer=Decision(
            holds=(f"the number is {said}", f"the number lies in the range {said}"),
            fails=(f"it is not so that the number is {said}", f"the number is outside the range {said}"),
        )
        if two
        else Choice(when=when),
        draw=case,
        reference=lambda text: place(_number(text)) == "inside" if two else place(_number(text)),
        stated=(said,),
    )


@family("reasoning")
def nearest(draw: Draw) -> Function:
    """Whole numbers rounded to tens, hundreds or thousands, in any direction, in a text or alone."""
    unit, name = draw.choice(((10, "ten"), (100, "hundred"), (1000, "thousand"), (5, "multiple of five")))
    way = draw.choice(("nearest", "nearest", "up", "down"))
    whole = draw.chance(0.4)
    said = f"the nearest {name}" if way == "nearest" else f"the {'next higher' if way == 'up' else 'next lower'} {name}"

    def rounded(number: int) -> int:
        return {"nearest": (number + unit // 2) // unit, "up": -(-number // unit), "down": number // unit}[way] * unit

    def reference(text: str) -> str:
        return re.sub(r"\d+", lambda match: str(rounded(int(match[0]))), text) if whole else str(rounded(_number(text)))

    def case(draw: Draw) -> str:
        number = draw.randint(1, 12 * unit) if unit > 5 else draw.randint(1, 99)
        number += 1 if number % unit == 0 else 0
        return _around(draw, number if unit != 10 or number % 10 != 5 or way != "nearest" else number + 1)

    do = (
        (f"round the number in the text to {said} and leave the words alone", f"replace the number by {said}")
        if whole
        else (f"round the number to {said}", f"give {said} for the number", f"write {said}, rounding the number")
    )
    return Function(
        given=("a text with a whole number", "a line with one number in it", "a whole number with or without words"),
        answer=Rewrite(do=do) if whole else Single(key=draw.choice(("value", "rounded")), do=do),
        draw=case,
        reference=reference,
        stated=(said,),
        hints=("No decimals.",),
    )


@family("transformation")
@finishing
def comparison_sign(draw: Draw) -> Function:
    """Two numbers with the sign between them that fits: <, > or =; in words where the house wants it."""
    whole, mark = draw.chance(0.4), draw.choice((" ? ", " _ ", " ... ", " | ", " and "))
    words = draw.choice((("<", "=", ">"), ("<", "=", ">"), ("less", "equal", "greater"), ("LT", "EQ", "GT")))
    least, most = draw.choice(((0, 99), (-20, 20), (100, 999)))

    def sign_of(text: str) -> str:
        a, b = map(int, text.split(mark))
        return words[0] if a < b else words[1] if a == b else words[2]

    def case(draw: Draw) -> str:
        a = draw.randint(least, most)
        return f"{a}{mark}{draw.choice((a, draw.randint(least, most), a + draw.choice((-1, 1, 10))))}"

    named = f'"{words[0]}" if the first number is smaller, "{words[1]}" if they are equal, "{words[2]}" if it is larger'
    do = (
        (
            f'replace "{mark.strip()}" by what fits: {named}',
            f'put the right sign in the place of "{mark.strip()}": {named}',
        )
        if whole
        else (f"compare the numbers: {named}", f"choose {named}", f"give {named}")
    )
    return Function(
        given=(f'two numbers with "{mark.strip()}" between them', f'a pair of numbers, separated by "{mark.strip()}"'),
        answer=Rewrite(do=do, what="line") if whole else Single(key=draw.choice(("sign", "relation")), do=do),
        draw=case,
        reference=lambda text: text.replace(mark, f" {sign_of(text)} ") if whole else sign_of(text),
        stated=(named,),
    )


_FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}
_FRACTIONS |= {"1/5": "one fifth", "2/5": "two fifths", "3/5": "three fifths", "1/8": "one eighth", "1/10": "one tenth"}


@family("transformation")
@finishing
def share(draw: Draw) -> Function:
    """Shares: fractions in words, percent as decimals, and both ways round."""
    act = draw.choice(("words", "signs", "to percent", "from percent"))
    tails = (" of the {t}", " of all {p}s", " off the {p}", "", " for {n}", " of the {p}", " is missing from the {t}")

    def case(draw: Draw) -> str:
        tail = draw.choice(tails).format(t=draw.choice(THINGS), p=draw.choice(PRODUCTS), n=draw.choice(FIRST_NAMES))
        percent = draw.randint(1, 99)
        head = {
            "words": draw.choice(sorted(_FRACTIONS)), "signs": draw.choice(sorted(_FRACTIONS.values())),
            "to percent": f"0.{percent:02}", "from percent": f"{percent}%",
        }[act]  # fmt: skip
        return f"{head}{tail}"

    def reference(text: str) -> str:
        match act:
            case "words":
                return re.sub(r"\d/\d+", lambda m: _FRACTIONS[m[0]], text)
            case "signs":
                found = next(sign for sign, words in _FRACTIONS.items() if text.startswith(words))
                return text.replace(_FRACTIONS[found], found, 1)
            case "to percent":
                return re.sub(r"0\.(\d\d)", lambda m: f"{int(m[1])}%", text)
            case _:
                return re.sub(r"(\d+)%", lambda m: f"0.{int(m[1]):02}", text)

    do = {
        "words": (
            "write the fraction in words and keep the rest",
            "spell out the fraction, as in one half or two thirds",
        ),
        "signs": (
            "write the fraction in figures and keep the rest",
            "turn the fraction in words into figures such as 2/3",
        ),
        "to percent": (
            "write the decimal number as a percentage and keep the rest",
            "turn 0.NN into NN%, without leading zeros",
        ),
        "from percent": (
            "write the percentage as a decimal number of two places",
            "turn NN% into 0.NN and keep the rest",
        ),
    }[act]
    return Function(
        given=("a share of something", "a phrase with a share"), answer=Rewrite(do=do), draw=case, reference=reference
    )


@family("reasoning")
def digits_of_number(draw: Draw) -> Function:
    """The digits of a number: first, last, how many, their sum, reversed, the largest, grouped, spelt."""
    acts: dict[str, Callable[[str], str]] = {
        "the first digit": lambda t: t[0],
        "the last digit": lambda t: t[-1],
        "the last two digits": lambda t: t[-2:],
        "the second digit": lambda t: t[1],
        "the number of digits": lambda t: str(len(t)),
        "the sum of the digits": lambda t: str(sum(map(int, t))),
        "the largest digit": max,
        "the smallest digit": min,
        "the digits in reverse order": lambda t: t[::-1],
        "the digits with hyphens between": "-".join,
        "the digits with spaces between": " ".join,
        "the digits as words with spaces between": lambda t: " ".join(in_words(int(c)) for c in t),
        "the digits from the smallest to the largest, without spaces": lambda t: "".join(sorted(t)),
        "the number without its last digit": lambda t: t[:-1],
        "the number without its zeros": lambda t: t.replace("0", ""),
    }
    said, (low, high) = draw.choice(sorted(acts)), draw.choice(((2, 4), (3, 3), (4, 4), (3, 6)))
    size = f"{low} digits" if low == high else f"{low} to {high} digits"
    return Function(
        given=(f"a number of {size}", f"a whole number with {size}", f"{size}"),
        answer=Single(key=draw.choice(("digits", "value", "result")), do=ways("give, write, return, print", said)),
        draw=lambda d: d.digits(d.randint(low, high)),
        reference=lambda text: acts[said](text),
        stated=(said,),
    )


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
                f'there are {total} {what}: compute the number still free and write "{full}" instead of 0',
            )[:1]
            + (f'work out how many of {total} {what} are still free; where none is, write "{full}"',),
        ),
        draw=case,
        reference=lambda text: str(total - _number(text)) if _number(text) < total else full,
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
        "We saw {n} {ts} in {c}.|{c} has {n} {ts}.|{p} owns {n} {ts}.|There were {n} {ts} left.|Please send {n} {ts} to {c}.|"
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
