"""Marked options, options in another style, ballots, answer sheets."""

from __future__ import annotations

import re
from collections import Counter

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.options import SHAPES, Options, some_texts
from pawc.data.synthetic.forms import Choice, Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.saying import either, ways
from pawc.data.synthetic.vocabulary import FIRST_NAMES, THINGS

_MARKS = (("*", ""), ("", " (x)"), ("", " <-"), ("> ", ""), ("", " [correct]"), ("+ ", ""), ("", " !"), ("[x] ", ""))


@family("extraction")
def marked_option(draw: Draw) -> Function:
    """The option with the mark, or those without it."""
    before, after = draw.choice(_MARKS)
    act, joint = draw.choice(("one", "one", "several", "unmarked", "count")), draw.choice((", ", "\n", "; ", " | "))
    blank = "[ ] " if before == "[x] " else ""
    shown = f"{before}option{after}"

    def case(draw: Draw) -> str:
        texts = some_texts(draw, draw.randint(3, 5))
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
    other = draw.choice([shape for shape in SHAPES if shape != options.shape])
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
