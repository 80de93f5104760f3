"""Chats and errands: who spoke, what was said, who asks whom for what."""

from __future__ import annotations

import re
from collections import Counter

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Fields, Listing, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, THINGS

_CHATS = ("{n}: {t}", "<{n}> {t}", "[{n}] {t}", "{n} > {t}", "@{n} {t}", "({n}) {t}", "{n} says: {t}")


@family("extraction")
def chat(draw: Draw) -> Function:
    """A few lines of a chat: who spoke first, last or most, what somebody said, who took part."""
    shape, act = draw.choice(_CHATS), draw.choice(("last", "first", "most", "said", "people", "count", "text"))
    people = draw.sample(FIRST_NAMES, 5)
    who = people[0]
    lines = re.compile(re.escape(shape).replace(r"\{n\}", r"(\w+)").replace(r"\{t\}", "(.+)"))

    def case(draw: Draw) -> str:
        few = [who, *draw.sample(people[1:], 2)]
        while True:
            said = [(draw.choice(few), draw.filler()) for _ in range(draw.randint(2, 5))]
            top = Counter(name for name, _ in said).most_common()
            if act != "most" or len(top) == 1 or top[0][1] > top[1][1]:
                return "\n".join(shape.format(n=n, t=t) for n, t in said)

    def reference(text: str) -> Value:
        said = [match.groups() for line in text.split("\n") if (match := lines.fullmatch(line))]
        match act:
            case "last" | "first":
                return said[-1 if act == "last" else 0][0]
            case "most":
                return Counter(name for name, _ in said).most_common(1)[0][0]
            case "said":
                return next((words for name, words in said if name == who), None)
            case "people":
                return tuple(dict.fromkeys(name for name, _ in said))
            case "text":
                return said[-1][1]
            case _:
                return str(sum(name == who for name, _ in said))

    do = {
        "last": ways("name, give", "the one who spoke last", "the speaker of the last line"),
        "first": ways("name, give", "the one who spoke first", "the speaker of the first line"),
        "most": ways("name, give", "the one who wrote the most lines", "the most frequent speaker"),
        "said": ways("copy, give, extract", f"the first line of {who}, without the name", f"what {who} said first"),
        "people": ways("list, give", "the people who took part, each once, in order", "all speakers without repeats"),
        "text": ways("copy, give", "the last message without its speaker", "what was said last"),
        "count": ways("count, give the number of", f"the lines of {who}", f"the messages by {who}"),
    }[act]
    return Function(
        given=(
            f"a chat, each line as {shape.format(n='NAME', t='TEXT')}",
            f"chat lines like {shape.format(n='NAME', t='...')}",
        ),
        answer=Listing(do=do, what="names", optional=False)
        if act == "people"
        else Single(key=draw.choice(("answer", act)), do=do, optional=act == "said"),
        draw=case,
        reference=reference,
        stated=(who,) if act in ("said", "count") else (),
    )


@family("extraction")
def errand(draw: Draw) -> Function:
    """Who asks whom to bring, fetch or repair what, and where."""
    nouns = {
        "asker": draw.choice(("the person who asks", "who makes the request")),
        "helper": draw.choice(("the person who is asked to do it", "who is to do it")),
        "thing": draw.choice(("the thing that it is about", "the object that is needed")),
        "place": draw.choice(("the town", "the place of it")),
    }
    shapes = (
        "{asker} asked {helper} to bring the {thing} to {place}.",
        "{helper}, could you fetch the {thing} in {place}? {asker}",
        "{asker} wants the {thing} repaired in {place}, and {helper} is to take care of it.",
        "On behalf of {asker}: {helper} should leave the {thing} in {place}.",
        "{helper} has to go to {place}, because {asker} needs the {thing}.",
        "The {thing} has to get to {place}. {asker} hopes that {helper} will do it.",
    )
    chosen = draw.sample(sorted(nouns), draw.choice((1, 1, 2)))

    def case(draw: Draw) -> Case:
        asker, helper = draw.sample(FIRST_NAMES, 2)
        found = {"asker": asker, "helper": helper, "thing": draw.choice(THINGS), "place": draw.choice(CITIES)}
        text = draw.choice(shapes).format(**found)
        text = f"{draw.filler()} {text}" if draw.chance(0.3) else text
        return text, {key: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]

    def reference(text: str) -> Value:
        for shape in shapes:
            parts = re.split(r"\\\{(\w+)\\\}", re.escape(shape))
            pattern = "".join(f"(?P<{part}>\\w+)" if at % 2 else part for at, part in enumerate(parts))
            if match := re.search(f"{pattern}$", text):
                return {key: match[key] for key in chosen} if chosen[1:] else match[chosen[0]]
        return None

    return Function(
        given=("a sentence about an errand", "a note about something to be done", "a request between colleagues"),
        answer=Fields(nouns={key: nouns[key] for key in chosen})
        if chosen[1:]
        else Single(
            key=draw.choice((chosen[0], "value")), do=ways("extract, give, find, write down", nouns[chosen[0]])
        ),
        draw=case,
        reference=reference,
        stated=tuple(nouns[key] for key in chosen),
    )
