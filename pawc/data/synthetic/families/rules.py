"""Rules of a house with several conditions, told in the specification: returns, access, fees, bookings."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.saying import capital, either
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, PRODUCTS, THINGS, WEEKDAYS, each


@family("classification")
def return_policy(draw: Draw) -> Function:
    """Whether a return is accepted, by days since the purchase, state of the article and receipt."""
    days = draw.choice((7, 10, 14, 21, 28, 30, 60))
    state, other = draw.choice(
        (("unopened", "opened"), ("unused", "used"), ("sealed", "unsealed"), ("whole", "damaged"))
    )
    paper = draw.choice(("receipt", "invoice", "box", "price tag"))
    conditions = draw.sample(("days", "state", "paper"), draw.choice((2, 2, 3)))
    said = {
        "days": f"at most {days} days have passed",
        "state": f"the article is {state}",
        "paper": f"the {paper} is there",
    }
    named = either([said[condition] for condition in conditions], "and")
    shapes = (
        "{p}, {s}, bought {d} days ago, {r}.",
        "{n} returns a {p} after {d} days; it is {s}, {r}.",
        "{d} days | {p} | {s} | {r}",
        "bought {d} days ago in {c}: {p} ({s}), {r}",
    )

    def test(text: str) -> bool:
        match = re.search(r"\d+", text)
        holds = {
            "days": bool(match) and int(match[0]) <= days if match else False,
            "state": re.search(rf"\b{state}\b", text) is not None,
            "paper": f"with {paper}" in text,
        }
        return all(holds[condition] for condition in conditions)

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            text = draw.choice(shapes).format(
                p=draw.choice(PRODUCTS),
                s=state if draw.chance(0.7) else other,
                d=draw.randint(1, days) if draw.chance(0.65) else draw.randint(days + 1, 3 * days),
                r=f"{'with' if draw.chance(0.7) else 'no'} {paper}",
                n=draw.choice(FIRST_NAMES),
                c=draw.choice(CITIES),
            )
            if test(text) == wanted:
                return text, wanted

    return Function(
        given=(
            "a return",
            "what a customer wants to return",
            "a line about a returned article",
            "a case at the counter",
        ),
        answer=Decision(
            holds=(f"all of this is so: {named}", f"{named}", f"the rules for returns are met ({named})"),
            fails=(f"any of this is not so: {named}", f"it fails one of the conditions ({named})"),
        ),
        draw=case,
        reference=test,
        stated=(named,),
    )


@family("classification")
def access_rule(draw: Draw) -> Function:
    """Who may do what: roles and actions by a table in the specification."""
    roles = draw.sample(each("admin editor reader guest auditor trainee"), draw.choice((2, 3)))
    actions = draw.sample(each("open edit delete print share approve"), draw.choice((2, 3)))
    allowed = {
        role: draw.sample(actions, draw.randint(0 if at else 1, len(actions) - (at > 0)))
        for at, role in enumerate(roles)
    }
    told = "; ".join(
        f"{role}: {either(sorted(allowed[role]), 'and') if allowed[role] else 'nothing'}" for role in roles
    )
    shapes = (
        "{r} wants to {a} the {t}",
        "{n} ({r}): {a} {t}",
        "role={r} action={a} file={t}",
        "may the {r} {n} {a} the {t}?",
    )

    def test(text: str) -> bool:
        words = re.findall(r"[a-z]+", text)
        role = next(word for word in words if word in roles)
        action = next(word for word in words if word in actions)
        return action in allowed[role]

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            text = draw.choice(shapes).format(
                r=draw.choice(roles), a=draw.choice(actions), t=draw.choice(THINGS), n=draw.choice(FIRST_NAMES)
            )
            if test(text) == wanted:
                return text, wanted

    return Function(
        given=("a request with a role and an action", "what somebody wants to do", "an action that is asked for"),
        answer=Decision(
            holds=(f"the role may do it ({told})", f"the action is granted by this table: {told}"),
            fails=(f"the role may not do it ({told})", f"the table does not grant the action ({told})"),
        ),
        draw=case,
        reference=test,
        stated=(told,),
    )


@family("classification")
def fee_rule(draw: Draw) -> Function:
    """What a visitor pays, by membership, age and group, in the order of the house's rules."""
    size, child = draw.choice((5, 8, 10, 12)), draw.choice((6, 10, 12, 14))
    names = draw.choice(
        (("free", "reduced", "group", "full"), ("A", "B", "C", "D"), ("zero", "half", "shared", "whole"))
    )
    order = draw.sample(("age", "membership", "group"), 3)
    clause = {
        "age": f"the visitor is younger than {child}",
        "membership": "the visitor is a member",
        "group": f"the group has {size} people or more",
    }
    when = {name: clause[rule] for name, rule in zip(names, order, strict=False)}
    shapes = (
        "{n}, {a} years, {m}, group of {g}",
        "age {a}; {m}; {g} people",
        "{m} aged {a}, comes with {g} people in all",
    )

    def label(age: int, member: bool, group: int) -> str:
        holds = {"age": age < child, "membership": member, "group": group >= size}
        return next((name for name, rule in zip(names, order, strict=False) if holds[rule]), names[3])

    def case(draw: Draw) -> Case:
        wanted = draw.choice(names)
        while True:
            age = draw.randint(2, child - 1) if draw.chance(0.35) else draw.randint(child, 80)
            member, group = draw.chance(0.4), draw.choice((1, 2, 3, size - 1, size, size + 3, size + 9))
            if label(age, member, group) == wanted:
                text = draw.choice(shapes).format(
                    n=draw.choice(FIRST_NAMES), a=age, g=group, m="member" if member else "no member"
                )
                return text, wanted

    def reference(text: str) -> str:
        age, group = map(int, re.findall(r"\d+", text))
        return label(age, "no member" not in text, group)

    return Function(
        given=("a visitor at the desk", "a visitor with age, membership and group", "a line of the visitors' book"),
        answer=Choice(when=when, otherwise=names[3]),
        draw=case,
        reference=reference,
        stated=tuple(clause.values()),
        rules=(f"If several apply, {order[0]} goes before {order[1]} and {order[1]} before {order[2]}.",),
    )


@family("classification")
def booking_rule(draw: Draw) -> Function:
    """Whether a booking fits: number of guests, weekday and notice, as the house allows."""
    most, days = draw.choice((4, 6, 8, 12, 20)), draw.sample(WEEKDAYS, draw.choice((1, 2)))
    closed = either(days)
    joint = draw.choice(("and", "or"))
    small, open_day = f"there are {most} guests or fewer", f"the day is not {closed}"
    said = f"{small} and {open_day}" if joint == "and" else f"{small} or {open_day} (or both)"
    shapes = (
        "a table for {g} on {w}, please",
        "{w}: {g} guests, name {n}",
        "{n} would like to come on {w} with {h} others",
        "{g} people, {w}",
    )

    def test(text: str) -> bool:
        match = re.search(r"\d+", text)
        guests = int(match[0]) + ("others" in text) if match else 0
        day = next(day for day in WEEKDAYS if day in text)
        return (guests <= most and day not in days) if joint == "and" else (guests <= most or day not in days)

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            guests = draw.randint(2, most) if draw.chance(0.5) else draw.randint(most + 1, 2 * most)
            day = draw.choice(days) if draw.chance(0.45) else draw.choice(WEEKDAYS)
            text = capital(draw.choice(shapes).format(g=guests, h=guests - 1, w=day, n=draw.choice(FIRST_NAMES)))
            if test(text) == wanted:
                return text, wanted

    fails = (
        f"there are more than {most} guests or the day is {closed}"
        if joint == "and"
        else f"there are more than {most} guests and the day is {closed}"
    )
    return Function(
        given=("a booking", "a request for a table", "a message that books a table"),
        answer=Decision(holds=(said, f"the booking fits: {said}"), fails=(fails,)),
        draw=case,
        reference=test,
        stated=(closed, str(most)),
        rules=("Somebody who comes with 5 others makes 6 guests.",),
    )
