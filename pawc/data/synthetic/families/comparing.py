"""Arithmetic and comparison on what stands in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Fields, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.numbers_text import in_words
from pawc.data.synthetic.vocabulary import FIRST_NAMES, PRODUCTS, THINGS


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


@family("extraction")
def greater(draw: Draw) -> Function:
    """The greater or lesser of two numbers, or who has it."""
    more, mark = draw.chance(0.6), draw.choice((" or ", ", ", " vs ", " / ", " and "))
    word = draw.choice(("greater", "larger", "higher")) if more else draw.choice(("smaller", "lower", "lesser"))
    who = draw.chance(0.5)

    def case(draw: Draw) -> str:
        a, b = draw.sample(range(1, 999), 2)
        if not who:
            return f"{a}{mark}{b}"
        first, second = draw.sample(FIRST_NAMES, 2)
        return f"{first}: {a}{mark}{second}: {b}"

    def reference(text: str) -> str:
        numbers = _numbers(text)
        best = (max if more else min)(numbers)
        return re.findall(r"([A-Z]\w+):", text)[numbers.index(best)] if who else str(best)

    noun = f"the name with the {word} number" if who else f"the {word} number"
    return Function(
        given=("two names with numbers", "the results of two people") if who else ("two numbers", "a pair of numbers"),
        answer=Single(
            key="name" if who else "number", do=tuple(f"{verb} {noun}" for verb in ("give", "return", "print", "pick"))
        ),
        draw=case,
        reference=reference,
        stated=(noun,),
    )


@family("reasoning")
def arithmetic(draw: Draw) -> Function:
    """Small sums and differences in figures, words or a sentence."""
    style = draw.choice(("figures", "words", "story"))
    most = draw.choice((10, 20, 50))
    stories = {
        "plus": ("{p} has {a} {t}s and gets {b} more.", "there are {a} {t}s here and {b} there."),
        "minus": ("{p} had {a} {t}s and lost {b}.", "of {a} {t}s, {b} were sold."),
    }

    def case(draw: Draw) -> Case:
        act, a = draw.choice(("plus", "minus")), draw.randint(2, most)
        b = draw.randint(1, a if act == "minus" else most)
        answer = str(a - b if act == "minus" else a + b)
        if style == "figures":
            return f"{a} {'-' if act == 'minus' else '+'} {b}", answer
        if style == "words":
            return f"{in_words(a)} {act} {in_words(b)}", answer
        return draw.choice(stories[act]).format(p=draw.choice(FIRST_NAMES), a=a, b=b, t=draw.choice(THINGS)), answer

    def reference(text: str) -> str:
        words = {in_words(number): str(number) for number in range(most + 1)}
        figures = (
            re.sub(r"[a-z]+(?:-[a-z]+)?", lambda word: words.get(word[0], word[0]), text) if style == "words" else text
        )
        a, b = _numbers(figures)
        return str(a - b if re.search(r" - |minus|lost|sold", figures) else a + b)

    given = {
        "figures": ("a sum or difference", "an arithmetic problem"),
        "words": ("a calculation in words", "two numbers in words with plus or minus"),
        "story": ("a little story with two numbers", "a word problem"),
    }[style]
    do = ("work out the result", "compute how many that makes", "calculate the answer")
    return Function(
        given=given,
        answer=Single(key=draw.choice(("result", "answer", "total")), do=do),
        draw=case,
        reference=reference,
        rules=("The answer is in digits.",),
    )


@family("classification")
def change_of_value(draw: Draw) -> Function:
    """Whether a value rose, fell or stayed."""
    when = {
        "up": "the second number is greater than the first",
        "down": "the second number is less than the first",
        "same": "both numbers are equal",
    }
    shapes = ("from {a} to {b}", "was {a}, now {b}", "{a} -> {b}", "yesterday {a}, today {b}", "{a}, then {b}")
    shape = draw.choice(shapes)

    def label(numbers: list[int]) -> str:
        a, b = numbers
        return "up" if b > a else "down" if b < a else "same"

    def case(draw: Draw) -> Case:
        a, wanted = draw.randint(20, 300), draw.choice(("up", "down", "same"))
        b = a + {"up": 1, "down": -1, "same": 0}[wanted] * draw.randint(1, 19)
        return draw.choice(("{t}: {s}", "the {t} went {s}", "{t} ({s})")).format(
            t=draw.choice(THINGS), s=shape.format(a=a, b=b)
        ), wanted

    return Function(
        given=("two values of one thing, before and after", "a change of a value", "an old and a new value"),
        answer=Choice(when=when),
        draw=case,
        reference=lambda text: label(_numbers(text)),
        stated=tuple(when.values()),
    )


_WORK: tuple[tuple[str, Callable[[int, int], int]], ...] = (
    ("the difference between the two numbers, never negative", lambda a, b: abs(a - b)),
    ("the sum of the two numbers", lambda a, b: a + b),
    ("the first number minus the second", lambda a, b: a - b),
    ("twice the first number", lambda a, b: 2 * a),
    ("the second number plus ten", lambda a, b: b + 10),
)


@family("reasoning")
def difference(draw: Draw) -> Function:
    """The difference or sum of two numbers in a line, or one of them changed."""
    said, work = draw.choice(_WORK)
    templates = (
        "planned {a}, used {b}",
        "{a} in stock, {b} ordered",
        "budget {a} / spent {b}",
        "page {a} to page {b}",
        "{a} came, {b} stayed",
    )

    def case(draw: Draw) -> str:
        return draw.fill(draw.choice(templates), a=str(draw.randint(10, 80)), b=str(draw.randint(1, 80)))

    return Function(
        given=("a line with two numbers", "two numbers with a few words"),
        answer=Single(
            key=draw.choice(("value", "result")),
            do=tuple(f"{verb} {said}" for verb in ("give", "compute", "work out", "return")),
        ),
        draw=case,
        reference=lambda text: str(work(*_numbers(text))),
        stated=(said,),
    )


@family("classification")
def same_text(draw: Draw) -> Function:
    """Whether two texts are the same, up to what the specification lets differ."""
    mark = draw.choice((" | ", " = ", " / ", "\n"))
    said, normal = draw.choice(
        (
            ("exactly the same", str),
            ("the same apart from case", str.lower),
            ("the same apart from spaces", lambda t: t.replace(" ", "")),
            ("the same apart from hyphens and underscores", lambda t: re.sub("[-_]", "", t)),
            ("of the same length", lambda t: str(len(t))),
            ("the same in their first letter", lambda t: t[0]),
        )
    )

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            words = draw.sample(THINGS, 2)
            a = draw.choice(("-", "_", " ")).join(words)
            b = draw.choice(
                (
                    a,
                    a.upper(),
                    a.title(),
                    a.replace("-", "_"),
                    a.replace(" ", ""),
                    draw.choice(("-", " ")).join(reversed(words)),
                    "-".join(draw.sample(THINGS, 2)),
                )
            )
            if (normal(a) == normal(b)) == wanted:
                return f"{a}{mark}{b}", wanted

    def reference(text: str) -> bool:
        first, second = text.split(mark)
        return normal(first) == normal(second)

    return Function(
        given=("two short texts", "a pair of texts", "two names"),
        answer=Decision(holds=(f"the two are {said}", f"both texts are {said}"), fails=(f"the two are not {said}",)),
        draw=case,
        reference=reference,
        rules=("They stand on two lines.",) if mark == "\n" else (f'Between them stands "{mark.strip()}".',),
        stated=(said,),
    )


@family("extraction")
def receipt(draw: Draw) -> Function:
    """Lines of a receipt: the total, the dearest article, how many."""
    act = draw.choice(("total", "dearest", "cheapest", "count", "both"))
    do = {
        "total": ("add up the amounts", "compute the total of the receipt"),
        "dearest": ("name the most expensive article", "give the article with the highest amount"),
        "cheapest": ("name the cheapest article", "give the article with the lowest amount"),
        "count": ("count the articles", "say how many articles were bought"),
    }

    def case(draw: Draw) -> str:
        amounts = draw.sample(range(2, 60), draw.randint(2, 4))
        return draw.choice(("\n", ", ")).join(
            f"{item} {amount}" for item, amount in zip(draw.sample(PRODUCTS, len(amounts)), amounts, strict=True)
        )

    def reference(text: str) -> Value:
        rows = [(line.rpartition(" ")[0], int(line.rpartition(" ")[2])) for line in re.split(r"\n|, ", text)]
        first = max(rows, key=lambda row: row[1])
        match act:
            case "total":
                return str(sum(amount for _, amount in rows))
            case "count":
                return str(len(rows))
            case "both":
                return {"item": first[0], "amount": str(first[1])}
            case _:
                return first[0] if act == "dearest" else min(rows, key=lambda row: row[1])[0]

    nouns = {"item": "the most expensive article", "amount": "its amount"}
    return Function(
        given=("a receipt", "a few articles with their amounts", "a short bill"),
        answer=Fields(nouns=nouns)
        if act == "both"
        else Single(key="total" if act == "total" else "answer", do=do[act]),
        draw=case,
        reference=reference,
    )
