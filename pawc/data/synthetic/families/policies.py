"""Policies of a house: limits, keywords, lists of who and what; decided on short requests."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import CITIES, PRODUCTS, SERVICES, THINGS

_KEYWORDS = (
    "refund",
    "cancel",
    "lawyer",
    "password",
    "urgent",
    "invoice",
    "broken",
    "delivery",
    "holiday",
    "contract",
    "discount",
    "complaint",
    "password",
    "allergy",
    "warranty",
    "upgrade",
    "accident",
    "parking",
    "catering",
    "deadline",
)


@family("classification")
def amount_limit(draw: Draw) -> Function:
    """Expenses above or below a limit."""
    limit, strict = draw.choice((20, 50, 75, 100, 150, 200, 250, 500, 1000)), draw.chance(0.5)
    unit = draw.choice(("dollars", "euros", "pounds", "francs"))
    templates = (
        "please pay {n} {u} for the {x}.",
        "the {x} was {n} {u}.",
        "{n} {u}, spent on a {x}.",
        "I need {n} {u} to buy a {x}.",
    )

    def test(amount: int) -> bool:
        return amount > limit if strict else amount >= limit

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            amount = limit if draw.chance(0.05) else draw.randint(1, 2 * limit)
            if test(amount) == wanted:
                return draw.fill(draw.choice(templates), n=str(amount), u=unit, x=draw.choice(PRODUCTS)), wanted

    over = f"the amount is more than {limit} {unit}" if strict else f"the amount is {limit} {unit} or more"
    under = f"the amount is {limit} {unit} or less" if strict else f"the amount is less than {limit} {unit}"
    return Function(
        given=("a request for money", "an expense", "a line of an expense report", "a claim"),
        answer=Decision(holds=(over, over.replace("the amount is", "it asks for")), fails=(under,)),
        draw=case,
        reference=lambda text: test(int(re.findall(r"\d+", text)[0])),
        stated=(f"{limit} {unit}",),
    )


@family("classification")
def amount_bands(draw: Draw) -> Function:
    """Quantities sorted into three bands with limits of the house."""
    low = draw.choice((5, 10, 20, 50, 100))
    high = low * draw.choice((3, 4, 5, 10))
    what = draw.choice(("pieces", "guests", "pages", "items", "boxes", "people", "seats"))
    when = {
        "small": f"there are fewer than {low} {what}",
        "medium": f"there are {low} to {high} {what}",
        "large": f"there are more than {high} {what}",
    }
    templates = ("we expect {n} {w}.", "it is for {n} {w}, near {c}.", "{n} {w} in all.", "could you plan for {n} {w}?")

    def label(number: int) -> str:
        return "small" if number < low else "medium" if number <= high else "large"

    def case(draw: Draw) -> Case:
        number = draw.choice((draw.randint(1, low - 1), draw.randint(low, high), draw.randint(high + 1, 3 * high)))
        return draw.fill(draw.choice(templates), n=str(number), w=what, c=draw.choice(CITIES)), label(number)

    return Function(
        given=("a request", "an inquiry with a number in it", "a customer's plan"),
        answer=Choice(when=when),
        draw=case,
        reference=lambda text: label(int(re.findall(r"\d+", text)[0])),
        stated=(str(low), str(high), what),
    )


@family("classification")
def keyword_policy(draw: Draw) -> Function:
    """Messages with one of the house's keywords."""
    words = draw.sample(sorted(set(_KEYWORDS)), draw.choice((1, 2, 2, 3)))
    others = [word for word in _KEYWORDS if word not in words]
    named = " or ".join(f'"{word}"' for word in words)
    templates = (
        "it is about the {k}.",
        "could we talk about a {k}?",
        "my question on the {k} is still open.",
        "{k}: who is in charge of it?",
    )

    def case(draw: Draw) -> Case:
        hit = draw.chance(0.5)
        text = draw.fill(draw.choice(templates), k=draw.choice(words if hit else others))
        return f"{text} {draw.filler()}" if draw.chance(0.6) else f"{draw.filler()} {text}", hit

    holds = (f"the message mentions {named}", f"the word {named} occurs in it", f"it contains {named}")
    fails = (f"the message does not mention {named}", f"it contains no {named}")
    return Function(
        given=("a message to the office", "a customer's message", "a mail"),
        answer=Decision(holds=holds, fails=fails),
        draw=case,
        reference=lambda text: any(re.search(rf"\b{word}\b", text) for word in words),
        stated=tuple(f'"{word}"' for word in words),
    )


@family("classification")
def two_conditions(draw: Draw) -> Function:
    """Two conditions joined by and, or, but not."""
    first, second = draw.sample(sorted(set(_KEYWORDS)), 2)
    others = [word for word in _KEYWORDS if word not in (first, second)]
    joint = draw.choice(("and", "or", "but not"))
    clause = {
        "and": f'mentions both "{first}" and "{second}"',
        "or": f'mentions "{first}" or "{second}" or both',
        "but not": f'mentions "{first}" but not "{second}"',
    }[joint]

    def test(text: str) -> bool:
        a, b = first in text.split(), second in text.split()
        return {"and": a and b, "or": a or b, "but not": a and not b}[joint]

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            pool = [first, second, draw.choice(others), draw.choice(others)]
            a, b = draw.sample(pool, 2)
            text = draw.fill(
                draw.choice(
                    ("it is about {a} and {b} .", "one thing: {a} , the other: {b} .", "first {a} then {b} , please.")
                ),
                a=a,
                b=b,
            )
            if test(text) == wanted:
                return f"{text} {draw.filler()}" if draw.chance(0.7) else f"{draw.filler()} {text}", wanted

    return Function(
        given=("a message", "a short request", "a mail to the desk"),
        answer=Decision(
            holds=(f"the message {clause}", f"it {clause}"), fails=(f"it is not so that the message {clause}",)
        ),
        draw=case,
        reference=test,
        stated=(f'"{first}"', f'"{second}"'),
    )


@family("classification")
def allowed_list(draw: Draw) -> Function:
    """Whether what is asked for stands on the house's list."""
    kind, pool = draw.choice((("city", CITIES), ("service", SERVICES), ("thing", THINGS[:24])))
    listed = draw.sample(pool, draw.choice((2, 3, 4)))
    named = ", ".join(listed)
    templates = (
        "may I have access to {x}?",
        "we would like to go to {x}.",
        "please order {x} for us.",
        "it is for {x}, as before.",
        "{x} is what I need.",
    )

    def case(draw: Draw) -> Case:
        hit = draw.chance(0.5)
        text = draw.fill(
            draw.choice(templates), x=draw.choice(listed if hit else [item for item in pool if item not in listed])
        )
        return f"{text} {draw.filler()}" if draw.chance(0.5) else text, hit

    return Function(
        given=("a request", "a short request", "a message"),
        answer=Decision(
            holds=(f"the {kind} in it is one of {named}", f"it asks for one of these: {named}"),
            fails=(f"the {kind} in it is none of {named}",),
        ),
        draw=case,
        reference=lambda text: any(re.search(rf"\b{item}\b", text) for item in listed),
        stated=(named,),
    )


@family("classification")
def age_rule(draw: Draw) -> Function:
    """Tariffs by age, with the ages of the house."""
    child, senior = draw.choice((6, 10, 12, 14, 16)), draw.choice((60, 63, 65, 67, 70))
    when = {"child": f"the person is younger than {child}", "senior": f"the person is {senior} or older"}
    templates = ("{n} is {a} years old.", "{n}, aged {a}.", "a ticket for {n} ({a} years).", "{n} has just turned {a}.")

    def label(age: int) -> str:
        return "child" if age < child else "senior" if age >= senior else "adult"

    def case(draw: Draw) -> Case:
        age = draw.choice((draw.randint(2, child - 1), draw.randint(child, senior - 1), draw.randint(senior, 95)))
        return draw.fill(draw.choice(templates), n=draw.name(), a=str(age)), label(age)

    return Function(
        given=("a sentence about a visitor", "a visitor with an age", "a request for a ticket"),
        answer=Choice(when=when, otherwise="adult"),
        draw=case,
        reference=lambda text: label(int(re.findall(r"\d+", text)[0])),
        stated=(str(child), str(senior)),
    )


@family("classification")
def priority(draw: Draw) -> Function:
    """Priorities by impact and urgency, as a house's table says."""
    order = draw.choice(("impact", "urgency"))
    other = "urgency" if order == "impact" else "impact"
    when = {
        "P1": f"{order} and {other} are both high",
        "P2": f"only the {order} is high",
        "P3": f"only the {other} is high",
    }
    shape = draw.choice(("impact: {i}, urgency: {u}", "{i} impact, {u} urgency", "urgency={u} impact={i}"))

    def label(values: dict[str, str]) -> str:
        first, second = values[order] == "high", values[other] == "high"
        return "P1" if first and second else "P2" if first else "P3" if second else "P4"

    def case(draw: Draw) -> Case:
        values = {
            name: "high" if draw.chance(0.5) else draw.choice(("low", "medium")) for name in ("impact", "urgency")
        }
        return f"{draw.phrase().capitalize()} ({shape.format(i=values['impact'], u=values['urgency'])})", label(values)

    def reference(text: str) -> str:
        found = re.findall(r"\b(low|medium|high)\b", text[text.index("(") :])
        pair = ("urgency", "impact") if shape.startswith("urgency") else ("impact", "urgency")
        return label(dict(zip(pair, found, strict=True)))

    return Function(
        given=("a ticket with its impact and urgency", "a report with impact and urgency in brackets"),
        answer=Choice(when=when, otherwise="P4"),
        draw=case,
        reference=reference,
    )
