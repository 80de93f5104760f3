"""Options in the input, `A) lamp B) desk`: which of them is marked, fits, is asked for; ballots and answer sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.lexicon import CLASSES, OPPOSITES, SYNONYMS, back
from pawc.data.synthetic.saying import an, either, ways
from pawc.data.synthetic.vocabulary import FIRST_NAMES, PRODUCTS, THINGS

_SHAPES = ("{k}) {t}", "{k}. {t}", "({k}) {t}", "[{k}] {t}", "{k}: {t}", "{k} = {t}", "{k} - {t}")
_JOINTS = (" ", "\n", "; ", " | ", ", ")


class Options:
    """Options of one layout: written, and read again."""

    def __init__(self, draw: Draw) -> None:
        self.shape, self.joint = draw.choice(_SHAPES), draw.choice(_JOINTS)
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


def _texts(draw: Draw, count: int) -> list[str]:
    pool = draw.choice((THINGS, PRODUCTS, FIRST_NAMES))
    return draw.sample(pool, count)


@family("extraction")
def option_text(draw: Draw) -> Function:
    """The text of one option: of a letter that is fixed, or of one that the input names."""
    options = Options(draw)
    fixed = draw.choice(options.letters) if draw.chance(0.5) else ""
    ask = draw.choice(("answer: {}", "-> {}", "chosen: {}", "{} is right", "key {}"))

    def case(draw: Draw) -> str:
        text = options.write(_texts(draw, options.count))
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


_MARKS = (("*", ""), ("", " (x)"), ("", " <-"), ("> ", ""), ("", " [correct]"), ("+ ", ""), ("", " !"), ("[x] ", ""))


@family("extraction")
def marked_option(draw: Draw) -> Function:
    """The option with the mark, or those without it."""
    before, after = draw.choice(_MARKS)
    act, joint = draw.choice(("one", "one", "several", "unmarked", "count")), draw.choice((", ", "\n", "; ", " | "))
    blank = "[ ] " if before == "[x] " else ""
    shown = f"{before}option{after}"

    def case(draw: Draw) -> str:
        texts = _texts(draw, draw.randint(3, 5))
        hits = set(draw.sample(texts, 1 if act == "one" else draw.randint(1, len(texts) - 1)))
        return joint.join(f"{before}{t}{after}" if t in hits else f"{blank}{t}" for t in texts)

    def reference(text: str) -> str | tuple[str, ...]:
        parts = text.split(joint)
        hit = [bool(part.startswith(before)) if before else part.endswith(after) for part in parts]
        bare = [
            part.removeprefix(before).removesuffix(after) if marked else part.removeprefix(blank)
            for part, marked in zip(parts, hit, strict=True)
        ]
        chosen = tuple(part for part, marked in zip(bare, hit, strict=True) if marked == (act != "unmarked"))
        return str(len(chosen)) if act == "count" else chosen[0] if act == "one" else chosen

    rules = (f'A marked option looks like this: "{shown}"', "The marks themselves are left out.")
    return Function(
        given=(
            "options, some of them marked",
            "a row of options with marks",
            "a list in which somebody marked something",
        ),
        answer=Listing(
            do=ways("list, give, collect", "the unmarked options" if act == "unmarked" else "all marked options"),
            what="options",
            optional=False,
        )
        if act in ("several", "unmarked")
        else Single(
            key=draw.choice(("marked", "answer")),
            do=ways("give, print", "the number of marked options")
            if act == "count"
            else ways("extract, give, copy", "the marked option", "the option with the mark"),
        ),
        draw=case,
        reference=reference,
        rules=rules[:1] if act == "count" else rules,
        stated=(shown,),
    )


@family("transformation")
def option_style(draw: Draw) -> Function:
    """Options of one layout written in another."""
    options = Options(draw)
    other = draw.choice([shape for shape in _SHAPES if shape != options.shape])
    joint = draw.choice((", ", "; ", "\n", " / "))
    keys = draw.choice(("same", "numbers", "none", "small"))
    names = {"same": options.letters, "numbers": "12345", "none": "", "small": "abcde"}[keys]
    shape = "{t}" if keys == "none" else other
    shown = joint.replace("\n", "\\n").join(
        shape.format(k=k, t=t) for k, t in zip(names or "  ", ("lamp", "desk"), strict=False)
    )
    do = (
        f"rewrite the options in the style {shown}",
        f"change the layout of the options to {shown}",
        f"print the same options like this: {shown}",
    )

    def reference(text: str) -> str:
        texts = options.read(text).values()
        return joint.join(shape.format(k=k, t=t) for k, t in zip(names or "     ", texts, strict=False))

    return Function(
        given=options.given,
        answer=Rewrite(do=do, what="list"),
        draw=lambda d: options.write(d.sample(THINGS, options.count)),
        reference=reference,
        rules=("Here \\n is a line break.",) if joint == "\n" else (),
        stated=(shown, options.shown),
    )


@family("reasoning")
def ballot(draw: Draw) -> Function:
    """Votes `Ada: yes, Ben: no`: who won, how many, who voted so."""
    sides = draw.choice(
        (("yes", "no"), ("tea", "coffee"), ("stay", "leave"), ("red", "blue", "green"), ("A", "B", "C"))
    )
    mark, joint = draw.choice((": ", " - ", "=", " votes ")), draw.choice((", ", "\n", "; "))
    act, side = draw.choice(("winner", "count", "who", "tally")), draw.choice(sides)

    def case(draw: Draw) -> str:
        return joint.join(f"{n}{mark}{draw.choice(sides)}" for n in draw.sample(FIRST_NAMES, draw.randint(3, 6)))

    def reference(text: str) -> str | tuple[str, ...] | None:
        votes = [part.split(mark) for part in text.split(joint)]
        counts = Counter(vote for _, vote in votes)
        best = [name for name, count in counts.items() if count == max(counts.values())]
        match act:
            case "winner":
                return best[0] if len(best) == 1 else "tie"
            case "count":
                return str(counts[side])
            case "who":
                return tuple(name for name, vote in votes if vote == side)
            case _:
                return ", ".join(f"{name} {counts[name]}" for name in sides)

    shown = ", ".join(f"{name} N" for name in sides)
    do = {
        "winner": ways(
            "name, give, say", f'what got the most votes ({either(sides)}), or "tie" if nothing is alone in front'
        ),
        "count": ways("count, give the number of", f'the votes for "{side}"'),
        "who": ways("list, name", f'those who voted for "{side}"'),
        "tally": ways("count the votes and write, sum up the votes as, give the result as", shown),
    }[act]
    return Function(
        given=("the votes of some people", "who voted for what", f"votes such as Robin{mark}{sides[0]}"),
        answer=Listing(do=do, what="names") if act == "who" else Single(key=draw.choice(("result", "vote")), do=do),
        draw=case,
        reference=reference,
        stated={"winner": ('"tie"',), "tally": (shown,)}.get(act, (f'"{side}"',)),
    )


@family("classification")
def answer_sheet(draw: Draw) -> Function:
    """A given answer against the key: right, wrong, or left out."""
    shape = draw.choice(
        ("key {k}, given {g}", "expected={k} got={g}", "{g} (should be {k})", "Solution: {k}. Answer: {g}.", "{k}|{g}")
    )
    shown = shape.format(k="X", g="Y")
    blank = draw.choice(("-", "none", "?", "")) if draw.chance(0.5) and "{g} (" not in shape else "~"
    letters, loose = draw.choice(("ABCD", "ABCDE", "1234")), draw.chance(0.3)
    three = blank not in ("~", "")

    def label(key: str, given: str) -> str:
        if given == blank:
            return "empty"
        return "right" if (given.lower() == key.lower() if loose else given == key) else "wrong"

    def case(draw: Draw) -> Case:
        wanted, number = draw.choice(("right", "wrong", *(["empty"] if three else []))), draw.randint(1, 60)
        while True:
            key, given = draw.choice(letters), draw.choice([*letters, *letters.lower()] if loose else letters)
            given = blank if wanted == "empty" else given
            if label(key, given) == wanted:
                text = f"{draw.choice(('Q', 'No. ', '#'))}{number}: {shape.format(k=key, g=given)}"
                return text, wanted if three else wanted == "right"

    def reference(text: str) -> str | bool:
        pattern = re.escape(shape).replace(r"\{k\}", "(?P<k>.)").replace(r"\{g\}", "(?P<g>.*?)")
        match = re.fullmatch(rf".*?: {pattern}", text)
        found = label(match["k"], match["g"]) if match else ""
        return found if three else found == "right"

    same = (
        "the answer and the key are the same letter" if not letters.isdigit() else "answer and key are the same number"
    )
    when = {"right": same, "wrong": "they differ", "empty": f'the answer is "{blank}"'}
    return Function(
        given=(
            f"a line of an answer sheet, {shown} (X is the key, Y the answer)",
            f"{shown}, with the key X and the answer Y",
        ),
        answer=Choice(when=when)
        if three
        else Decision(holds=(same, f"it is so that {same}"), fails=("answer and key differ",)),
        draw=case,
        reference=reference,
        rules=("Capital and small letters are the same.",) if loose and not letters.isdigit() else (),
        stated=(shown,),
    )
