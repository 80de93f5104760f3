"""Small records on a line: checklists, stocks, who has what, two lists against each other."""

from __future__ import annotations

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Single
from pawc.data.synthetic.function import Answer, Function, Value, family
from pawc.data.synthetic.saying import ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, FRUIT, PRODUCTS, THINGS, each

POOLS = {"things": THINGS, "names": FIRST_NAMES, "fruits": FRUIT, "articles": PRODUCTS, "towns": CITIES}


@family("extraction")
def checklist(draw: Draw) -> Function:
    """Done and open items of a list with boxes or words behind the items."""
    done, left = draw.choice(
        (("[x] {t}", "[ ] {t}"), ("{t} - done", "{t} - open"), ("(+) {t}", "(-) {t}"), ("{t}: yes", "{t}: no"),
         ("✓ {t}", "· {t}"), ("done: {t}", "todo: {t}"), ("{t} OK", "{t} --"))
    )  # fmt: skip
    joint, act = draw.choice(("\n", ", ", "; ")), draw.choice(("done", "left", "count", "count left", "first", "all"))
    verbs = each("sweep paint count sort pack clean check move")

    def case(draw: Draw) -> str:
        items = [f"{draw.choice(verbs)} the {thing}" for thing in draw.sample(THINGS, draw.randint(2, 4))]
        share = 0.85 if act == "all" else 0.5
        return joint.join((done if draw.chance(share) else left).format(t=item) for item in items)

    def bare(part: str) -> tuple[bool, str]:
        for shape, state in ((done, True), (left, False)):
            before, _, after = shape.partition("{t}")
            if part.startswith(before) and part.endswith(after):
                return state, part.removeprefix(before).removesuffix(after)
        return False, part

    def reference(text: str) -> Value:
        items = [bare(part) for part in text.split(joint)]
        finished, rest = ([item for state, item in items if state == wanted] for wanted in (True, False))
        match act:
            case "done" | "left":
                return tuple(finished if act == "done" else rest)
            case "count" | "count left":
                return str(len(finished if act == "count" else rest))
            case "first":
                return rest[0] if rest else None
            case _:
                return not rest

    shown = f"{done.format(t='X')} means done, {left.format(t='X')} means still open."
    answer: Answer
    if act == "all":
        answer = Decision(holds=("every item is done", "nothing is left to do"), fails=("an item is still open",))
    elif act in ("done", "left"):
        what = "the items that are done" if act == "done" else "the items that are still open"
        answer = Listing(do=ways("list, give, collect", f"{what}, without their marks"), what="items")
    elif act == "first":
        answer = Single(key="next", do=ways("give, name", "the first open item, without its mark"), optional=True)
    else:
        what = "the items that are done" if act == "count" else "the items that are still open"
        answer = Single(key="count", do=ways("count, give the number of", what))
    return Function(
        given=("a checklist", "a list of tasks, some of them done", "somebody's list of things to do"),
        answer=answer,
        draw=case,
        reference=reference,
        rules=(shown,),
    )


@family("extraction")
def stock(draw: Draw) -> Function:
    """A stock list: what has run out, what is below a limit, how many of one thing, what there is most of."""
    mark, joint = draw.choice((": ", " - ", "=", " x ")), draw.choice((", ", "\n", "; "))
    limit, act = draw.choice((2, 3, 5, 10)), draw.choice(("out", "low", "most", "least", "one", "kinds", "any"))
    wanted = draw.choice(THINGS)

    def case(draw: Draw) -> str:
        things = draw.sample([thing for thing in THINGS if thing != wanted], draw.randint(2, 4))
        if act == "one" and draw.chance(0.75):
            things[draw.randrange(len(things))] = wanted
        highest = 3 * limit if act in ("low", "any") else 40
        counts = draw.sample(range(1, highest + 20), len(things))
        if act in ("low", "any") and draw.chance(0.55):
            counts[draw.randrange(len(counts))] = draw.randint(0, limit - 1)
        if act == "out":
            counts = [0 if draw.chance(0.4) else count for count in counts]
        return joint.join(f"{thing}{mark}{count}" for thing, count in zip(things, counts, strict=True))

    def reference(text: str) -> Value:
        found = {thing: int(count) for thing, count in (part.split(mark) for part in text.split(joint))}
        match act:
            case "out" | "low":
                return tuple(thing for thing, count in found.items() if count < (1 if act == "out" else limit))
            case "most" | "least":
                return (max if act == "most" else min)(found, key=lambda thing: found[thing])
            case "one":
                return str(found[wanted]) if wanted in found else None
            case "any":
                return any(count < limit for count in found.values())
            case _:
                return str(len(found))

    do = {
        "out": ways("list, name", "the things that have run out (0 left)", "whatever has a count of 0"),
        "low": ways(
            "list, name", f"the things of which fewer than {limit} are left", f"whatever has a count below {limit}"
        ),
        "most": ways("name, give", "the thing with the highest count", "what there is most of"),
        "least": ways("name, give", "the thing with the lowest count", "what there is least of"),
        "one": ways("give, look up", f'the count of "{wanted}"', f'how many there are of "{wanted}"'),
        "kinds": ways("count, give the number of", "the different things on the list, not their pieces"),
    }
    answer: Answer
    if act == "any":
        answer = Decision(
            holds=(f"something has a count below {limit}", f"of some thing fewer than {limit} are left"),
            fails=(f"there are at least {limit} of everything",),
        )
    elif act in ("out", "low"):
        answer = Listing(do=do[act], what="things")
    else:
        answer = Single(
            key=draw.choice(("answer", "item" if act in ("most", "least") else "count")),
            do=do[act],
            optional=act == "one",
        )
    return Function(
        given=(
            "a stock list",
            "things with their counts",
            f"a list such as lamp{mark}4{joint.rstrip() or ','} and so on",
        ),
        answer=answer,
        draw=case,
        reference=reference,
        stated=(f'"{wanted}"',) if act == "one" else (),
    )


@family("extraction")
def who_has_what(draw: Draw) -> Function:
    """Pairs `Ada - lamp; Ben - desk`: what belongs to the one who is asked for, in the input or always the same one."""
    mark, joint = draw.choice((" - ", ": ", " -> ", "=", " has ")), draw.choice(("; ", ", ", "\n"))
    ask, fixed, turned = draw.choice(("\n{}?", "\n? {}", "\nfor {}", " // {}")), draw.chance(0.4), draw.chance(0.35)
    left, right = ("name", "thing") if not turned else ("thing", "name")
    who = draw.choice(THINGS if turned else FIRST_NAMES)

    def case(draw: Draw) -> str:
        names, things = draw.sample(FIRST_NAMES, 4), draw.sample(THINGS, 4)
        keys = things if turned else names
        if fixed and who not in keys and draw.chance(0.75):
            keys[draw.randrange(3)] = who
        shown = draw.choice((2, 3))
        text = joint.join(f"{n}{mark}{t}" for n, t in zip(names[:shown], things[:shown], strict=True))
        return text if fixed else text + ask.format(draw.choice(keys[:shown] if draw.chance(0.8) else keys))

    def reference(text: str) -> str | None:
        before, _, after = ask.partition("{}")
        body, _, key = (text, "", who) if fixed else text.rpartition(before)
        pairs = [part.split(mark) for part in body.split(joint)]
        table = {thing: name for name, thing in pairs} if turned else dict(pairs)
        return table.get(key.removesuffix(after) if not fixed else key)

    asked = f'"{who}"' if fixed else f"the {left} asked for at the end"
    return Function(
        given=(
            f"a list of who has what, NAME{mark}THING"
            + ("" if fixed else f", and a question at its end ({ask.strip().format('...')})"),
            f"pairs of a name and a thing ({mark.strip()} between them)"
            + ("" if fixed else ", and behind them one that is asked for"),
        ),
        answer=Single(key=right, do=ways("give, find, look up", f"the {right} that belongs to {asked}"), optional=True),
        draw=case,
        reference=reference,
        stated=(asked,),
    )


@family("transformation")
def two_lists(draw: Draw) -> Function:
    """Two lists against each other: what is missing, in both, in either, in one alone."""
    kind = draw.choice(sorted(POOLS))
    first, second = draw.choice((("have", "need"), ("old", "new"), ("A", "B"), ("here", "there"), ("left", "right")))
    joint, act = draw.choice((" | ", "\n", "; ")), draw.choice(("missing", "extra", "both", "either", "same"))

    def case(draw: Draw) -> str:
        pool = draw.sample(POOLS[kind], 5)
        one = draw.sample(pool, draw.randint(1, 4))
        two = (
            draw.sample(one, len(one)) if act == "same" and draw.chance(0.5) else draw.sample(pool, draw.randint(1, 4))
        )
        return f"{first}: {', '.join(one)}{joint}{second}: {', '.join(two)}"

    def reference(text: str) -> Value:
        one, two = (part.partition(": ")[2].split(", ") for part in text.split(joint))
        match act:
            case "missing":
                return tuple(item for item in two if item not in one)
            case "extra":
                return tuple(item for item in one if item not in two)
            case "both":
                return tuple(item for item in one if item in two)
            case "same":
                return set(one) == set(two)
            case _:
                return tuple(dict.fromkeys((*one, *two)))

    a, b = f'"{first}"', f'"{second}"'
    do = {
        "missing": ways(
            "list, give", f"the {kind} of {b} that are not under {a}", f"what stands under {b} but not under {a}"
        ),
        "extra": ways(
            "list, give", f"the {kind} of {a} that are not under {b}", f"what stands under {a} but not under {b}"
        ),
        "both": ways("list, give", f"the {kind} that stand under {a} and under {b}, in the order of {a}"),
        "either": (
            f"merge the lists {a} and {b} without repeats, {a} first",
            f"join {b} to {a} and drop what comes twice",
        ),
    }
    answer: Answer = (
        Decision(
            holds=(f"{first} and {second} list the same {kind}, in any order",),
            fails=(f"{first} and {second} do not list the same {kind} (order is no difference)",),
        )
        if act == "same"
        else Listing(do=do[act], what=kind, optional=act != "either")
    )
    return Function(
        given=(f"two lists of {kind}, {a} and {b}", f"a line of {kind} under {a} and another under {b}"),
        answer=answer,
        draw=case,
        reference=reference,
        stated=() if act == "same" else (a, b),
    )
