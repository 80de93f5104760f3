"""Options in the input, `A) lamp B) desk`: the one that is asked for, that fits, that answers a question."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.lexicon import CLASSES, OPPOSITES, SYNONYMS, back
from pawc.data.synthetic.saying import an, ways
from pawc.data.synthetic.vocabulary import FIRST_NAMES, PRODUCTS, THINGS

SHAPES = ("{k}) {t}", "{k}. {t}", "({k}) {t}", "[{k}] {t}", "{k}: {t}", "{k} = {t}", "{k} - {t}")


_JOINTS = (" ", "\n", "; ", " | ", ", ")


class Options:
    """Options of one layout: written, and read again."""

    def __init__(self, draw: Draw) -> None:
        self.shape, self.joint = draw.choice(SHAPES), draw.choice(_JOINTS)
        self.letters = draw.choice(("ABCD", "abcd", "1234", "WXYZ", "ABC", "123"))
        mark = re.escape(self.shape.partition("{t}")[0]).replace(r"\{k\}", f"([{self.letters}])")
        self._mark = re.compile(rf"(?:^|(?<=\s)){mark}")
        self.shown = self.joint.replace("\n", " ").join(
            self.shape.format(k=letter, t="...") for letter in self.letters[:2]
        )
        self.given = (
            f"options like {self.shown}",
            f"lettered or numbered options, {self.shown} and so on",
            f"a few options in the form {self.shown}",
        )

    def write(self, texts: list[str]) -> str:
        """The options with their letters."""
        return self.joint.join(self.shape.format(k=k, t=t) for k, t in zip(self.letters, texts, strict=False))

    def read(self, text: str) -> dict[str, str]:
        """Letter -> option."""
        parts = self._mark.split(text)[1:]
        strip = self.joint.strip()
        return {k: t.strip().removesuffix(strip).strip() for k, t in zip(parts[::2], parts[1::2], strict=True)}

    @property
    def count(self) -> int:
        """How many options there are."""
        return len(self.letters)


def some_texts(draw: Draw, count: int) -> list[str]:
    pool = draw.choice((THINGS, PRODUCTS, FIRST_NAMES))
    return draw.sample(pool, count)


@family("extraction")
def option_text(draw: Draw) -> Function:
    """The text of one option: of a letter that is fixed, or of one that the input names."""
    options = Options(draw)
    fixed = draw.choice(options.letters) if draw.chance(0.5) else ""
    ask = draw.choice(("answer: {}", "-> {}", "chosen: {}", "{} is right", "key {}"))

    def case(draw: Draw) -> str:
        text = options.write(some_texts(draw, options.count))
        return text if fixed else f"{text}\n{ask.format(draw.choice(options.letters))}"

    def reference(text: str) -> str:
        body, _, last = text.rpartition("\n") if not fixed else (text, "", "")
        letter = fixed or re.sub(re.escape(ask).replace(r"\{\}", "(.)"), r"\1", last)
        return options.read(body)[letter]

    said = f"option {fixed}" if fixed else f"the option that the last line names ({ask.format('...')})"
    return Function(
        given=options.given if fixed else tuple(f"{given}, and a last line with the choice" for given in options.given),
        answer=Single(
            key=draw.choice(("option", "text", "choice")),
            do=ways("copy the text of, give the words of, write out", said),
        ),
        draw=case,
        reference=reference,
        rules=("Leave out the letter or number in front.",),
        stated=(said, options.shown),
    )


@family("reasoning")
def fitting_option(draw: Draw) -> Function:
    """The one option that satisfies a condition: that names a fruit, holds a digit, is the longest."""
    options, name = Options(draw), draw.choice([name for name in CLASSES if name != "weather"])
    text_wanted = draw.chance(0.35)
    kinds: tuple[tuple[str, Callable[[str], bool], Callable[[Draw], str], Callable[[Draw], str]], ...] = (
        (
            f"names {an(name)}",
            lambda t: t in CLASSES[name],
            lambda d: d.choice(CLASSES[name]),
            lambda d: d.choice(THINGS),
        ),
        (
            f"names {an(name)}",
            lambda t: t in CLASSES[name],
            lambda d: d.choice(CLASSES[name]),
            lambda d: d.choice(THINGS),
        ),
        (
            "has a number in its text",
            lambda t: any(char.isdigit() for char in t),
            lambda d: f"{d.choice(THINGS)} {d.randint(2, 99)}",
            lambda d: d.phrase(),
        ),
        ("is written in capitals", str.isupper, lambda d: d.choice(THINGS).upper(), lambda d: d.choice(THINGS)),
        (
            "consists of two words",
            lambda t: " " in t,
            lambda d: d.choice(PRODUCTS),
            lambda d: d.choice(THINGS),
        ),
        (
            "is the first name of a person",
            lambda t: t.capitalize() in FIRST_NAMES,
            lambda d: d.choice(FIRST_NAMES).lower(),
            lambda d: d.choice(THINGS),
        ),
    )
    said, test, good, bad = draw.choice(kinds)

    def case(draw: Draw) -> str:
        texts = [bad(draw) for _ in range(options.count)]
        texts[draw.randrange(options.count)] = good(draw)
        return options.write(texts)

    def reference(text: str) -> str:
        letter, found = next((k, t) for k, t in options.read(text).items() if test(t))
        return found if text_wanted else letter

    what = "text" if text_wanted else ("number" if options.letters[0].isdigit() else "letter")
    return Function(
        given=options.given,
        answer=Single(
            key=draw.choice(("option", what, "answer")),
            do=(
                f"give the {what} of the option that {said}",
                f"find the option that {said} and write its {what}",
                f"one of the options {said}; write the {what} of that one",
            ),
        ),
        draw=case,
        reference=reference,
        stated=(said, what),
    )


@family("reasoning")
def word_question(draw: Draw) -> Function:
    """Multiple choice on words: the option that means the same as the word in front, or the opposite."""
    options, opposite = Options(draw), draw.chance(0.5)
    pairs = OPPOSITES if opposite else SYNONYMS
    table = pairs | back(pairs)
    text_wanted = draw.chance(0.4)
    mark = draw.choice(("?\n", ":\n", " =>\n"))

    def case(draw: Draw) -> str:
        word = draw.choice(sorted(table))
        near = {word, table[word], table.get(table[word], "")}
        texts = draw.sample([other for other in sorted(table) if other not in near], options.count)
        texts[draw.randrange(options.count)] = table[word]
        return f"{word}{mark}{options.write(texts)}"

    def reference(text: str) -> str:
        word, _, body = text.partition(mark)
        letter, found = next((k, t) for k, t in options.read(body).items() if t == table[word])
        return found if text_wanted else letter

    what = "text" if text_wanted else "letter or number"
    said = "the opposite of the word in the first line" if opposite else "the same as the word in the first line"
    return Function(
        given=tuple(f"a word and, below it, {given}" for given in options.given),
        answer=Single(
            key=draw.choice(("option", "answer")),
            do=(
                f"answer with the {what} of the option that means {said}",
                f"pick the option with a meaning that is {said}; write its {what}",
                f"which option means {said}? Write its {what}",
            )[:2],
        ),
        draw=case,
        reference=reference,
        stated=(said, what),
    )


@family("reasoning")
def sum_question(draw: Draw) -> Function:
    """Multiple choice on a small sum: the option with the right result."""
    options, most = Options(draw), draw.choice((9, 12, 20))
    text_wanted = draw.chance(0.25)

    def case(draw: Draw) -> str:
        a, b = draw.randint(2, most), draw.randint(2, most)
        near = [n for n in range(max(1, a + b - 6), a + b + 7) if n != a + b]
        texts = [str(n) for n in draw.sample(near, options.count)]
        texts[draw.randrange(options.count)] = str(a + b)
        return f"{a} + {b} = ?\n{options.write(texts)}"

    def reference(text: str) -> str:
        question, _, body = text.partition("\n")
        total = str(sum(map(int, re.findall(r"\d+", question))))
        letter = next(k for k, t in options.read(body).items() if t == total)
        return total if text_wanted else letter

    what = "the result itself" if text_wanted else "what stands in front of that option"
    return Function(
        given=tuple(f"a sum and, below it, {given}" for given in options.given),
        answer=Single(
            key=draw.choice(("option", "answer", "choice")),
            do=(
                f"find the option with the right result and write {what}",
                f"solve the sum, look for the result among the options and give {what}",
            ),
        ),
        draw=case,
        reference=reference,
        stated=(what,),
    )
