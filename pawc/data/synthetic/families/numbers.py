"""Numbers in one form -> the same numbers in another."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Listing, Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.numbers_text import from_roman, from_words, in_words, ordinal, roman
from pawc.data.synthetic.vocabulary import THINGS

_GIVEN_NUMBER = ("a number", "a whole number", "a number in digits")


@family("transformation")
def words_to_digits(draw: Draw) -> Function:
    """Numbers in words -> digits."""
    most = draw.choice((100, 1000, 10000, 999_999))

    def case(draw: Draw) -> tuple[str, str]:
        number = draw.randint(0, most)
        text = in_words(number)
        return draw.choice((text, text, text.capitalize(), text.upper())), str(number)

    do = (
        "write the number in digits",
        "convert the number words to digits",
        "turn the spelled-out number into figures",
        "give the value of the number",
    )
    return Function(
        given=("a number written in English words", "a spelled-out number", "a number in words"),
        answer=Single(key=draw.choice(("number", "value", "n")), do=do),
        draw=case,
        reference=lambda text: str(from_words(text.lower())),
        hints=("No thousands separators.", "Case does not matter."),
    )


@family("transformation")
def digits_to_words(draw: Draw) -> Function:
    """Digits -> numbers in words."""
    upper = draw.choice(("lower case", "capitals", "lower case with a capital first letter"))
    style = {"lower case": str.lower, "capitals": str.upper, "lower case with a capital first letter": str.capitalize}[
        upper
    ]
    most = draw.choice((100, 1000, 9999))
    do = (
        "write the number in English words",
        "spell the number out",
        "convert the digits to words",
        "say the number in words",
    )
    return Function(
        given=_GIVEN_NUMBER,
        answer=Rewrite(do=do, what="number in words"),
        draw=lambda d: str(d.randint(0, most)),
        reference=lambda text: style(in_words(int(text))),
        rules=(f"Use {upper}.",),
        hints=("Compound tens take a hyphen.", 'There is no "and" in it.'),
        stated=(upper,),
    )


@family("transformation")
def ordinals(draw: Draw) -> Function:
    """Cardinals <-> short ordinals."""
    forward = draw.chance(0.6)
    do = (
        (
            "write the number as an ordinal with its ending",
            "turn the number into an ordinal such as 3rd",
            "add st, nd, rd or th to the number",
        )
        if forward
        else (
            "give the number of the ordinal",
            "turn the ordinal into a plain number",
            "drop the ending of the ordinal number",
        )
    )
    most = draw.choice((120, 500, 2000))

    def case(draw: Draw) -> tuple[str, str]:
        number = draw.randint(1, most)
        return (str(number), ordinal(number)) if forward else (ordinal(number), str(number))

    return Function(
        given=_GIVEN_NUMBER if forward else ("an ordinal such as 3rd", "an ordinal number with its ending"),
        answer=Single(key=draw.choice(("rank", "place", "number")), do=do),
        draw=case,
        reference=lambda text: ordinal(int(text)) if forward else re.sub(r"\D", "", text),
    )


@family("transformation")
def roman_numerals(draw: Draw) -> Function:
    """Roman numerals <-> digits."""
    forward, most = draw.chance(0.5), draw.choice((39, 99, 399))
    do = (
        (
            "write the number in roman numerals",
            "convert the number to a roman numeral",
            "give the roman numeral of the number",
        )
        if forward
        else (
            "convert the roman numeral to digits",
            "give the value of the roman numeral",
            "write the roman numeral as a plain number",
        )
    )

    def case(draw: Draw) -> tuple[str, str]:
        number = draw.randint(1, most)
        return (str(number), roman(number)) if forward else (roman(number), str(number))

    return Function(
        given=_GIVEN_NUMBER if forward else ("a roman numeral", "a number in roman numerals"),
        answer=Single(key=draw.choice(("value", "numeral", "number")), do=do),
        draw=case,
        reference=lambda text: roman(int(text)) if forward else str(from_roman(text)),
    )


@family("transformation")
def thousands(draw: Draw) -> Function:
    """Thousands separators put in, taken out or changed."""
    marks = {"a comma": ",", "a point": ".", "a space": " ", "an apostrophe": "'", "an underscore": "_"}
    old, new = draw.sample(sorted(marks), 2)
    act = draw.choice(("put in", "take out", "change"))
    said = {
        "put in": f"group the digits of the number in threes with {new} between the groups",
        "take out": f"remove the thousands separators ({old}) from the number",
        "change": f"replace {old} as thousands separator by {new}",
    }[act]

    def reference(text: str) -> str:
        plain = text.replace(marks[old], "")
        return plain if act == "take out" else f"{int(plain):,}".replace(",", marks[new])

    def case(draw: Draw) -> str:
        number = int(draw.digits(draw.randint(4, 8)))
        return str(number) if act == "put in" else f"{number:,}".replace(",", marks[old])

    return Function(
        given=("a large number", "a number of several digits", "an amount"),
        answer=Rewrite(do=(said, f"please {said}"), what="number"),
        draw=case,
        reference=reference,
        stated=(said[1:],),
    )


@family("transformation")
def rounding(draw: Draw) -> Function:
    """Decimal numbers cut or rounded to so many places."""
    places, cut = draw.choice((0, 1, 2)), draw.chance(0.5)
    amount = {0: "no decimals", 1: "one decimal", 2: "two decimals"}[places]
    said = f"cut the number down to {amount} without rounding" if cut else f"round the number to {amount}"

    def reference(text: str) -> str:
        whole, _, decimals = text.partition(".")
        number = int(whole) * 1000 + int(decimals)
        step = 10 ** (3 - places)
        units = number // step if cut else (number + step // 2) // step
        return f"{units // 10**places}.{units % 10**places:0{places}}" if places else str(units)

    return Function(
        given=("a decimal number", "a number with three decimals", "a measured value"),
        answer=Single(key=draw.choice(("value", "number", "rounded")), do=(said, f"{said} and write nothing else")),
        draw=lambda d: f"{d.randint(0, 400)}.{d.randint(0, 999):03}",
        reference=reference,
        hints=() if cut else ("A five is rounded up.",),
        stated=(said[1:],),
    )


@family("transformation")
def zero_padding(draw: Draw) -> Function:
    """Numbers padded to a width, or stripped of leading zeros."""
    width = draw.randint(4, 8)
    prefix = draw.choice(("", "", "#", "No. ", "ID-"))
    said = f"pad the number with leading zeros to {width} digits" + (f' and put "{prefix}" in front' if prefix else "")
    return Function(
        given=_GIVEN_NUMBER,
        answer=Rewrite(do=(said, f"always {said}"), what="number"),
        draw=lambda d: str(d.randint(1, 10 ** (width - 1))) if d.chance(0.5) else d.digits(d.randint(1, width)),
        reference=lambda text: f"{prefix}{text.zfill(width)}",
        stated=(said[1:],),
    )


@family("extraction")
def numbers_of_text(draw: Draw) -> Function:
    """A number chosen from a sentence: largest, smallest, first, sum, all, even ones."""
    act = draw.choice(("largest", "smallest", "sum", "all", "even", "odd", "count"))
    do = {
        "largest": ("give the largest number in the text", "find the greatest of the numbers"),
        "smallest": ("give the smallest number in the text", "find the least of the numbers"),
        "sum": ("add up the numbers in the text", "give the sum of all numbers"),
        "all": ("list the numbers in the text", "extract all numbers in order"),
        "even": ("list the even numbers in the text", "extract only the even numbers, in order"),
        "odd": ("list the odd numbers in the text", "extract only the odd numbers, in order"),
        "count": ("count the numbers in the text", "say how many numbers the text has"),
    }[act]
    templates = (
        "we have {a} {x} and {b} {y}.",
        "{a} {x}, {b} {y}, {c} {z}",
        "there were {a} {x} on the shelf, now there are {b}.",
        "take {a} of the {x} and {b} of the {y}, then {c} more.",
    )

    def reference(text: str) -> str | tuple[str, ...]:
        found = re.findall(r"\d+", text)
        numbers = [int(number) for number in found]
        match act:
            case "all":
                return tuple(found)
            case "even" | "odd":
                return tuple(number for number in found if int(number) % 2 == (act == "odd"))
            case "count":
                return str(len(found))
            case "sum":
                return str(sum(numbers))
            case _:
                return str(max(numbers) if act == "largest" else min(numbers))

    def case(draw: Draw) -> str:
        values = {slot: str(draw.randint(1, 60)) for slot in "abc"} | {
            slot: f"{draw.choice(THINGS)}s" for slot in "xyz"
        }
        return draw.fill(draw.choice(templates), **values)

    listed = act in ("all", "even", "odd")
    return Function(
        given=("a sentence with numbers", "a line about stock", "a text with numbers in it"),
        answer=Listing(do=do, what="numbers", optional=act != "all")
        if listed
        else Single(key=draw.choice(("number", "value", act)), do=do),
        draw=case,
        reference=reference,
    )
