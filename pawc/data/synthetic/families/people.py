"""People compared and related in a sentence: who is older, who is in the middle, who is whose teacher."""

from __future__ import annotations

import re
from itertools import pairwise

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES


@family("reasoning")
def compared_people(draw: Draw) -> Function:
    """`Ada is taller than Ben.`: who is the taller, the shorter, and with three people who is in the middle."""
    more, less = draw.choice(
        (
            ("taller", "shorter"),
            ("older", "younger"),
            ("faster", "slower"),
            ("richer", "poorer"),
            ("stronger", "weaker"),
        )
    )
    three = draw.chance(0.45)
    act = draw.choice(("most", "least", "middle") if three else ("most", "least"))
    ends = {
        "taller": "tall",
        "older": "old",
        "faster": "fast",
        "richer": "rich",
        "stronger": "strong",
        "shorter": "short",
    }
    ends |= {"younger": "young", "slower": "slow", "poorer": "poor", "weaker": "weak"}

    def clause(draw: Draw, first: str, second: str) -> str:
        if draw.chance(0.35):
            return f"{second} is {less} than {first}"
        return draw.choice((f"{first} is {more} than {second}", f"{first} is much {more} than {second}"))

    def case(draw: Draw) -> Case:
        people = draw.sample(FIRST_NAMES, 3 if three else 2)  # the first has the most
        clauses = [clause(draw, a, b) for a, b in pairwise(people)]
        if draw.chance(0.4):
            clauses.reverse()
        answer = people[{"most": 0, "least": -1, "middle": 1}[act]]
        return f"{draw.choice(('. ', ', and ')).join(clauses)}.", answer

    def reference(text: str) -> str:
        below: dict[str, str] = {}
        for one, word, two in re.findall(rf"(\w+) is (?:much )?({more}|{less}) than (\w+)", text):
            below |= {one: two} if word == more else {two: one}
        top = next(name for name in below if name not in below.values())
        line = [top]
        while line[-1] in below:
            line.append(below[line[-1]])
        return line[{"most": 0, "least": -1, "middle": 1}[act]]

    said = {
        "most": f"the {ends[more]}est person" if three else f"the {more} person",
        "least": f"the {ends[less]}est person" if three else f"the {less} person",
        "middle": f"the person in the middle, neither the {ends[more]}est nor the {ends[less]}est",
    }[act]
    return Function(
        given=("two comparisons of three people", "how three people compare", "a line about three people")
        if three
        else ("a comparison of two people", "how two people compare", "a sentence about two people"),
        answer=Single(key=draw.choice(("name", "person", "answer")), do=ways("name, give, find", said)),
        draw=case,
        reference=reference,
        stated=(said,),
    )


_KIN = {"teacher": "pupil", "boss": "employee", "landlord": "tenant", "doctor": "patient", "coach": "player"}


_KIN |= {"host": "guest", "mentor": "apprentice", "guardian": "ward", "seller": "buyer", "writer": "editor"}


@family("extraction")
def related_people(draw: Draw) -> Function:
    """`Ada is Ben's teacher.`: who is the teacher, who the pupil; in sentences that say it either way."""
    role = draw.choice(sorted(_KIN))
    other = _KIN[role]
    wanted = draw.choice((role, other))
    loose = draw.chance(0.3)
    shapes = (
        "{a} is {b}'s {r}.", "{b}'s {r} is {a}.", "{a} is the {r} of {b}.", "The {r} of {b} is {a}.",
        "{b} has a {r}, {a}.", "{a} lives in {c} and is the {r} of {b}.", "In {c}, {a} is known as {b}'s {r}.",
    )  # fmt: skip

    def case(draw: Draw) -> Case:
        a, b = draw.sample(FIRST_NAMES, 2)
        said = role if not loose or draw.chance(0.7) else draw.choice(("friend", "neighbour"))
        text = draw.choice(shapes).format(a=a, b=b, r=said, c=draw.choice(CITIES))
        return text, None if said != role else a if wanted == role else b

    def reference(text: str) -> str | None:
        for shape in shapes:
            parts = re.split(r"\\\{(\w)\\\}", re.escape(shape))
            pattern = "".join(f"(?P<{part}>\\w+)" if at % 2 else part for at, part in enumerate(parts))
            match = re.fullmatch(pattern, text)
            if match:
                return None if match["r"] != role else match["a" if wanted == role else "b"]
        return None

    return Function(
        given=(f"a sentence about a {role} and a {other}", "a sentence about two people", "how two people are related")
        if role[0] not in "ao"
        else (
            f"a sentence about an {role} and somebody else",
            "a sentence about two people",
            "how two people are related",
        ),
        answer=Single(
            key=draw.choice(("name", "who")),
            do=ways("name, give, extract", f"the {wanted}", f"who is the {wanted}"),
            optional=loose,
        ),
        draw=case,
        reference=reference,
        stated=(f"the {wanted}",),
    )
