"""Simple facts about numbers: even or odd, sign, range, nearest ten, the greater one, shares, digits."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.lexicon import many
from pawc.data.synthetic.numbers_text import in_words
from pawc.data.synthetic.saying import finishing, ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, PRODUCTS, THINGS

_CARRIERS = ("{n}", "{n}", "number {n}", "{n} {ts}", "the {t} has {n} parts", "ticket {n}", "{t}: {n}", "no. {n}, {c}")


def _around(draw: Draw, number: int | str) -> str:
    thing = draw.choice(THINGS)
    return draw.choice(_CARRIERS).format(n=number, t=thing, ts=many(thing), c=draw.choice(CITIES))


def number_in(text: str) -> int:
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
        reference=lambda text: test(number_in(text)),
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
        number = number_in(text)
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
        reference=lambda text: place(number_in(text)) == "inside" if two else place(number_in(text)),
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
        return (
            re.sub(r"\d+", lambda match: str(rounded(int(match[0]))), text) if whole else str(rounded(number_in(text)))
        )

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
@finishing
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
