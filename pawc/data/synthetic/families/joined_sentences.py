"""Several sentences at once, and words inside one: joined, split, chosen, freed from fillers, with a word exchanged."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.saying import capital, either, finishing, quoted, ways
from pawc.data.synthetic.vocabulary import (
    ADJECTIVES,
    ANIMALS,
    CITIES,
    FIRST_NAMES,
    FRUIT,
    PREDICATES,
    SUBJECTS,
    THINGS,
    each,
)


def _clause(draw: Draw) -> str:
    subject = draw.choice((draw.choice(SUBJECTS), draw.choice(FIRST_NAMES), f"the {draw.choice(ANIMALS)}"))
    return f"{subject} {draw.choice([said for said in PREDICATES if ' and ' not in said])}"


@family("transformation")
@finishing
def join_sentences(draw: Draw) -> Function:
    """Two sentences <-> one, with the word between them that the specification wants."""
    word = draw.choice(("and", "but", "because", "while", "so", "although", ";", "and yet"))
    forward = draw.chance(0.65)
    joint = "; " if word == ";" else f", {word} " if draw.chance(0.5) else f" {word} "
    shown = f'"{joint.strip()}"'

    def case(draw: Draw) -> str:
        first, second = _clause(draw), _clause(draw)
        return f"{capital(first)}. {capital(second)}." if forward else f"{capital(first)}{joint}{second}."

    def reference(text: str) -> str:
        first, _, second = text.rstrip(".").partition(". " if forward else joint)
        small = second if second.split(" ")[0] in FIRST_NAMES else second[0].lower() + second[1:]
        return f"{first}{joint}{small}." if forward else f"{first}. {capital(second)}."

    do = (
        (
            f"join the two sentences with {shown}",
            f"make one sentence of the two, with {shown} between them",
            f"connect both sentences by {shown}; the second goes on in small letters unless a name starts it",
        )
        if forward
        else (
            f"split the sentence into two at {shown} and leave {shown} out",
            f"make two sentences of it, without {shown}",
            f"break the sentence where {shown} stands; both parts become sentences",
        )
    )
    return Function(
        given=("two short sentences", "two sentences in a row")
        if forward
        else ("a sentence of two parts", "a long sentence"),
        answer=Rewrite(do=do),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("extraction")
def nth_sentence(draw: Draw) -> Function:
    """One of several sentences: by place, by length, by a word or a mark in it."""
    word = draw.choice((*THINGS[:20], *FRUIT[:8]))
    said = draw.choice(
        (
            "the first sentence", "the second sentence", "the last sentence", "the longest sentence, by characters",
            "the shortest sentence, by characters", "the sentence that ends in a question mark",
            f'the sentence with the word "{word}"', "the sentence with a number in it",
        )
    )  # fmt: skip

    def reference(text: str) -> str:
        parts: list[str] = [part.strip() for part in re.findall(r"[^.?]+[.?]", text)]
        if said.startswith("the first"):
            return parts[0]
        if said.startswith(("the second", "the last")):
            return parts[1 if "second" in said else -1]
        if "est sentence" in said:
            return (max if "longest" in said else min)(parts, key=len)
        test = "?" if "question" in said else word if "word" in said else r"\d"
        return next(
            part
            for part in parts
            if re.search(rf"\b{test}\b" if test == word else re.escape(test) if test == "?" else test, part)
        )

    def case(draw: Draw) -> str:
        while True:
            parts = [f"{capital(_clause(draw))}." for _ in range(draw.choice((2, 3, 3)))]
            special = (
                f"Is it true that {_clause(draw)}?" if "question" in said else f"We have {draw.randint(2, 90)} of them."
            )
            special = f"The {word} {draw.choice(PREDICATES)}." if "word" in said else special
            if "question" in said or "word" in said or "number" in said or draw.chance(0.3):
                parts[draw.randrange(len(parts))] = special
            if len({len(part) for part in parts}) == len(parts):
                return " ".join(parts)

    return Function(
        given=("a few sentences", "a short text of several sentences", "two or three sentences"),
        answer=Single(key=draw.choice(("sentence", "text")), do=ways("copy, give, extract, return", said)),
        draw=case,
        reference=reference,
        stated=(said,),
    )


_FILLERS = each("um|uh|well|you know|I mean|sort of|like|basically|actually|honestly", "|")


@family("transformation")
@finishing
def without_fillers(draw: Draw) -> Function:
    """Spoken sentences without the filler words on the list."""
    listed = draw.sample(_FILLERS, draw.choice((2, 3, 4)))
    strict = draw.chance(0.5)
    named = quoted(listed, "and")

    def case(draw: Draw) -> str:
        words = _clause(draw).split(" ")
        for _ in range(draw.choice((1, 2, 2, 3))):
            words.insert(
                draw.randint(1, len(words)), draw.choice(listed if draw.chance(0.75) or not strict else _FILLERS)
            )
        return " ".join(words)

    def reference(text: str) -> str:
        out = re.sub(rf"\b(?:{'|'.join(sorted(listed, key=len, reverse=True))})\b", "", text)
        return re.sub(" +", " ", out).strip()

    do = (
        f"remove the fillers {named}",
        f"clean up the spoken sentence: {named} go, the rest stays",
        f"delete every {either(listed)} (the fillers {named})",
    )
    return Function(
        given=("a spoken sentence", "a transcript of speech", "something that was said, in small letters"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        rules=("Other fillers are kept.",) if strict else (),
        stated=(named,),
    )


@family("transformation")
@finishing
def exchanged_word(draw: Draw) -> Function:
    """One word of a sentence replaced by another, or two words exchanged, as the specification says."""
    pool = draw.choice((THINGS, FRUIT, ANIMALS, CITIES))
    old, new = draw.sample(pool, 2)
    both = draw.chance(0.3)
    place = pool == CITIES
    shapes = (
        (
            "We went from {a} to {b}.",
            "{a} is larger than {b}.",
            "{n} moved to {a} last year.",
            "The road to {a} is closed.",
        )
        if place
        else (
            "The {a} is next to the {b}.",
            "{n} has the {a}.",
            "No {a} without the {b}!",
            "Where is the {a}?",
            "We need one {a} and one {b}.",
        )
    )

    def case(draw: Draw) -> str:
        first = draw.choice(
            [old, old, old, *([new] if both else []), draw.choice([word for word in pool if word != new])]
        )
        second = draw.choice([word for word in pool if word not in ([] if both else [new, old])])
        return draw.choice(shapes).format(a=first, b=second, n=draw.choice(FIRST_NAMES))

    def reference(text: str) -> str:
        table = {old: new, new: old} if both else {old: new}
        return re.sub(r"\w+", lambda match: table.get(match[0], match[0]), text)

    said = f'"{old}" and "{new}"' if both else f'"{old}" by "{new}"'
    do = (
        (f"exchange {said} with each other wherever they occur", f"put each of {said} in the place of the other")
        if both
        else (
            f"replace {said} and change nothing else",
            f"rewrite the sentence with {said} replaced",
            f"substitute {said}",
        )
    )
    return Function(
        given=("a sentence", "a short sentence", "one sentence"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        stated=(said,),
    )


@family("transformation")
def spoken_line(draw: Draw) -> Function:
    """Who says what: `Ada: I am late.` in the style of a play, a novel, a chat, and back."""
    shapes = (
        "{n}: {t}", '{n} says, "{t}"', '"{t}" ({n})', "{n} - {t}", "<{n}> {t}", '"{t}", says {n}.', "{n}> {t}",
        "[{n}] {t}",
    )  # fmt: skip
    old, new = draw.sample(shapes, 2)
    loud = draw.chance(0.3)
    shown = new.format(n="NAME" if not loud else "NAME (in capitals)", t="WORDS")
    before = old.format(n="NAME", t="WORDS")

    def reference(text: str) -> str:
        pattern = re.escape(old).replace(r"\{n\}", "(?P<n>[A-Z][a-z]+)").replace(r"\{t\}", "(?P<t>.+)")
        match = re.fullmatch(pattern, text)
        name, words = (match["n"], match["t"]) if match else ("", "")
        return new.format(n=name.upper() if loud else name, t=words)

    return Function(
        given=(f"a line of a dialogue, {before}", f"what somebody says, written as {before}"),
        answer=Rewrite(
            do=ways("write the line as, bring the line into the form, change the style to", shown), what="line"
        ),
        draw=lambda d: old.format(n=d.choice(FIRST_NAMES), t=d.choice((d.filler(), f"{capital(_clause(d))}."))),
        reference=reference,
        stated=(shown, before),
    )


@family("transformation")
@finishing
def adjective_moved(draw: Draw) -> Function:
    """`The lamp is old.` <-> `the old lamp`, and two sentences into one phrase."""
    act, article = draw.choice(("phrase", "sentence", "merge")), draw.choice(("the", "my", "our", "this"))
    nouns = (*THINGS, *ANIMALS)

    def case(draw: Draw) -> str:
        noun, (one, two) = draw.choice(nouns), draw.sample(ADJECTIVES, 2)
        first = f"{capital(article)} {noun} is {one}."
        return {"phrase": first, "sentence": f"{article} {one} {noun}", "merge": f"{first} It is {two}."}[act]

    def reference(text: str) -> str:
        words = re.findall(r"\w+", text)
        if act == "sentence":
            return f"{capital(words[0])} {words[2]} is {words[1]}."
        if act == "phrase":
            return f"{words[0].lower()} {words[3]} {words[1]}"
        return f"{words[0]} {words[1]} is {words[3]} and {words[6]}."

    do = {
        "phrase": (
            "turn the sentence into a phrase with the adjective in front of the noun",
            "drop the verb and put the adjective before the noun, without a full stop",
        ),
        "sentence": (
            "make a sentence of the phrase, with is",
            "say the same as a sentence: the noun, is, the adjective",
        ),
        "merge": ("make one sentence of the two, with and", "put both adjectives into one sentence, joined by and"),
    }[act]
    example = {
        "phrase": f"{article} ... ...",
        "sentence": f"{capital(article)} ... is ...",
        "merge": "... is ... and ...",
    }[act]
    return Function(
        given={
            "phrase": ("a sentence with an adjective at its end", "a sentence such as `The sky is blue.`"),
            "sentence": ("a phrase with an adjective", "a noun with an adjective in front"),
            "merge": ("two sentences about one thing", "two short sentences that describe a thing"),
        }[act],
        answer=Rewrite(do=do),
        draw=case,
        reference=reference,
        rules=(f"The result looks like this: {example}",),
    )
