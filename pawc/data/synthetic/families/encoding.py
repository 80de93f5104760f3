"""Words in simple codes, as the specification describes them. (Scrambled words and Pig Latin are left to others.)"""

from __future__ import annotations

from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, ANIMALS, FRUIT, THINGS, each

_SHORT = tuple(word for word in (*ANIMALS, *FRUIT, *THINGS) if len(word) <= 5)
_SPELLING = {
    word[0].lower(): word
    for word in each(
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec "
        "Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
    )
}


@family("transformation")
def letters_apart(draw: Draw) -> Function:
    """Words spelt with something between the letters, or put together again."""
    mark, said = draw.choice(
        (
            ("-", "hyphens"),
            (" ", "spaces"),
            (".", "full stops"),
            ("/", "slashes"),
            (", ", "commas and spaces"),
            ("_", "underscores"),
        )
    )
    upper, back = draw.chance(0.3), draw.chance(0.35)

    def apart(word: str) -> str:
        return mark.join(word.upper() if upper else word)

    do = (
        (
            f"join the letters, which are separated by {said}, to a word in small letters",
            f"remove the {said} between the letters and use small letters",
        )
        if back
        else tuple(
            f"{clause}{', in capitals' if upper else ''}"
            for clause in (
                f"spell the word with {said} between the letters",
                f"put {said} between the letters of the word",
            )
        )
    )

    def case(draw: Draw) -> Case:
        word = draw.choice((*_SHORT, *THINGS, *ADJECTIVES))
        return (apart(word), word) if back else (word, apart(word))

    return Function(
        given=(f"a word spelt out with {said}",) if back else ("a word", "one word in small letters"),
        answer=Rewrite(do=do, what="word"),
        draw=case,
        reference=lambda text: "".join(text.split(mark)).lower() if back else apart(text),
        stated=(said,),
    )


@family("transformation")
def spelling_alphabet(draw: Draw) -> Function:
    """Words in the spelling alphabet of radio, and back."""
    back, mark = draw.chance(0.4), draw.choice((" ", "-", ", "))

    def case(draw: Draw) -> Case:
        word = draw.choice(_SHORT)
        coded = mark.join(_SPELLING[char] for char in word)
        return (coded, word) if back else (word, coded)

    def reference(text: str) -> str:
        return (
            "".join(word[0] for word in text.split(mark)).lower()
            if back
            else mark.join(_SPELLING[char] for char in text)
        )

    do = (
        (
            "give the word that the spelling alphabet spells, in small letters",
            "take the first letters of the code words and write them in small letters",
        )
        if back
        else (
            f'spell the word in the NATO alphabet (Alfa, Bravo, ...) with "{mark}" between',
            f'write its letters as Alfa, Bravo, Charlie and so on, with "{mark}" between',
        )
    )
    return Function(
        given=("a word spelt in the NATO alphabet",) if back else ("a short word", "a word of at most five letters"),
        answer=Rewrite(do=do, what="word" if back else "spelling"),
        draw=case,
        reference=reference,
        stated=() if back else (f'"{mark}"',),
    )


_CODES: dict[str, Callable[[str], str]] = {
    "replace each vowel by *": lambda w: "".join("*" if c in "aeiou" else c for c in w),
    "remove the vowels": lambda w: "".join(c for c in w if c not in "aeiou") or w,
    "double every letter": lambda w: "".join(c * 2 for c in w),
    "write the word backwards": lambda w: w[::-1],
    "write the word twice with a hyphen between": lambda w: f"{w}-{w}",
    "swap the first and the last letter": lambda w: w[-1] + w[1:-1] + w[0],
    "replace every a by 4, every e by 3, every i by 1 and every o by 0": lambda w: w.translate(
        str.maketrans("aeio", "4310")
    ),
    "write only the first and the last letter": lambda w: w[0] + w[-1],
    "write the number of letters behind the word": lambda w: f"{w}{len(w)}",
    "write the vowels in capitals and the rest in small letters": lambda w: "".join(
        c.upper() if c in "aeiou" else c for c in w
    ),
    "write each letter as its number in the alphabet, with hyphens between": lambda w: "-".join(
        str(ord(c) - 96) for c in w
    ),
    "keep the first three letters": lambda w: w[:3],
    "keep the last two letters": lambda w: w[-2:],
    "write the first letter as a capital and end with an exclamation mark": lambda w: f"{w.capitalize()}!",
}


@family("transformation")
def letter_code(draw: Draw) -> Function:
    """One rule for the letters of a word, or two one after the other."""
    first, *second = draw.sample(sorted(_CODES), draw.choice((1, 1, 1, 2)))
    if second and (any(char in first for char in "*4") or "number" in first or "number" in second[0]):
        second = []  # two rules must not be in each other's way
    said = f"{first}, then {second[0]} of the result" if second and second[0].startswith(("remove", "keep")) else first

    def code(word: str) -> str:
        word = _CODES[first](word)
        return _CODES[second[0]](word) if said != first else word

    return Function(
        given=("a word", "one word in small letters", "a single word"),
        answer=Rewrite(do=(said, f"{said}; nothing else changes"), what="word")
        if draw.chance(0.6)
        else Single(key=draw.choice(("code", "word")), do=(said, f"please {said}")),
        draw=lambda d: d.choice((*THINGS, *ANIMALS, *ADJECTIVES, *FRUIT)),
        reference=code,
        stated=(said[1:],),
    )


@family("reasoning")
def letter_facts(draw: Draw) -> Function:
    """How long a word is, how often a letter stands in it, which letter stands where."""
    letter = draw.choice("aeilnorst")
    said, get = draw.choice(
        (
            ("the number of letters of the word", lambda w: str(len(w))),
            (f'how often the letter "{letter}" occurs in the word', lambda w: str(w.count(letter))),
            ("the first letter of the word", lambda w: w[0]),
            ("the last letter of the word", lambda w: w[-1]),
            ("the second letter of the word", lambda w: w[1]),
            ("the number of vowels of the word", lambda w: str(sum(c in "aeiou" for c in w))),
            ("the first vowel of the word", lambda w: next((c for c in w if c in "aeiou"), "y")),
        )
    )
    return Function(
        given=("a word", "one word"),
        answer=Single(
            key=draw.choice(("answer", "letter", "n")),
            do=tuple(f"{verb} {said}" for verb in ("give", "say", "return", "print")),
        ),
        draw=lambda d: d.choice((*THINGS, *ANIMALS, *ADJECTIVES, *FRUIT)),
        reference=get,
        stated=(said,),
    )
