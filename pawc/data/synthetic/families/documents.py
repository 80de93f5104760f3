"""What letters and orders hold: prices, percentages, quotes, code, phone numbers, ordered items, who wrote to whom."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.finding import Thing, find, text_with
from pawc.data.synthetic.forms import Fields, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, FIRST_NAMES, MONTHS, PRODUCTS, SERVICES, THINGS


@family("extraction")
def price(draw: Draw) -> Function:
    """Prices in sentences, as they are written."""
    shape = draw.choice(("${}", "€{}", "£{}", "{} EUR", "{} USD", "{} CHF"))
    return find(
        draw,
        Thing(
            key=draw.choice(("price", "amount", "cost")),
            one="price",
            many="prices",
            pattern=re.compile(re.escape(shape).replace(r"\{\}", r"\d+(?:\.\d\d)?") + r"(?!\d)"),
            make=lambda d: shape.format(
                d.choice((d.digits(2), d.digits(3), f"{d.randint(1, 99)}.{d.randint(10, 99)}"))
            ),
            carriers=(
                "it costs {x} in the shop.",
                "I paid {x} for the lamp.",
                "{x} is too much for me.",
                "they offer it at {x}, with delivery.",
            ),
            given=("a message about a purchase", "a customer's note", "an offer", "a text"),
            rules=(f"Prices are written like {shape.format('12.50')}; copy them as they are.",),
            stated=(shape.format("12.50"),),
        ),
    )


@family("extraction")
def percentage(draw: Draw) -> Function:
    """Percentages in a report."""
    sign = draw.choice(("%", " percent", " per cent"))
    return find(
        draw,
        Thing(
            key=draw.choice(("percent", "share", "rate")),
            one="percentage",
            many="percentages",
            pattern=re.compile(rf"(\d+(?:\.\d)?){sign}"),
            make=lambda d: d.choice((str(d.randint(1, 99)), f"{d.randint(1, 99)}.{d.randint(1, 9)}")) + sign,
            carriers=(
                "sales went up by {x} this year.",
                "{x} of the visitors came back.",
                "the rate is now {x}, as planned.",
                "we lost {x} of them.",
            ),
            given=("a sentence of a report", "a line of a summary", "a text"),
            copying=(f'Give the number without "{sign.strip()}".',),
        ),
    )


@family("extraction")
def quotation(draw: Draw) -> Function:
    """What stands between marks: quotes, backticks, brackets, stars."""
    before, after, said = draw.choice(
        (
            ('"', '"', "double quotes"),
            ("`", "`", "backticks"),
            ("(", ")", "parentheses"),
            ("[", "]", "square brackets"),
            ("<", ">", "angle brackets"),
            ("*", "*", "asterisks"),
            ("_", "_", "underscores"),
            ("{", "}", "curly braces"),
            ("|", "|", "vertical bars"),
        )
    )
    return find(
        draw,
        Thing(
            key=draw.choice(("text", "inner", "quote", "value")),
            one=f"passage between {said}",
            many=f"passages between {said}",
            pattern=re.compile(rf"{re.escape(before)}([a-z ]+){re.escape(after)}"),
            make=lambda d: (
                before + d.choice((d.choice(THINGS), d.phrase(), f"{d.choice(ADJECTIVES)} {d.choice(THINGS)}")) + after
            ),
            carriers=(
                "she called it {x} and left.",
                "look up {x} in the manual.",
                "{x} is not what I meant.",
                "the button {x} does nothing.",
            ),
            copying=(f"Leave out the {said} themselves.",),
            stated=(said,),
        ),
    )


@family("extraction")
def telephone(draw: Draw) -> Function:
    """Telephone numbers of one shape."""
    shape = draw.choice(("###-####", "(###) ###-####", "+## ### ######", "0### ######", "###.###.####"))
    pattern = re.escape(shape.replace("#", "9")).replace("9", r"\d")
    return find(
        draw,
        Thing(
            key=draw.choice(("phone", "tel", "number")),
            one=draw.choice(("phone number", "telephone number")),
            many="phone numbers",
            pattern=re.compile(rf"(?<!\d){pattern}(?!\d)"),
            make=lambda d: re.sub("#", lambda _: str(d.randint(1, 9)), shape),
            carriers=(
                "call me at {x} after lunch.",
                "my number is {x}.",
                "{x} is always busy.",
                "the office ({x}) is closed.",
            ),
            rules=(f"They look like {shape}, where # is a digit.",),
            stated=(shape,),
        ),
    )


@family("extraction")
def order_line(draw: Draw) -> Function:
    """Quantity and article of a line of an order."""
    shape = draw.choice(
        ("{n} x {item}", "{n}x {item}", "{item} (x{n})", "{item}, qty {n}", "{item} * {n}", "#{n} {item}")
    )
    ask = draw.choice(("count", "item", "both"))
    noun = {
        "count": draw.choice(("the quantity", "the number of pieces")),
        "item": draw.choice(("the article", "the name of the item")),
    }
    carriers = (
        "please send {x} to my office.",
        "I would like to order {x}.",
        "for me: {x}.",
        "{x}, as soon as possible.",
    )
    pattern = re.compile(
        re.escape(shape)
        .replace(r"\{n\}", r"(?P<n>\d+)")
        .replace(r"\{item\}", r"(?P<item>[a-z]+ [a-z]+)")
        .replace(r"\ ", " ")
    )

    def case(draw: Draw) -> Case:
        count, item = str(draw.randint(2, 250)), draw.choice(PRODUCTS)
        text = text_with(draw, [shape.format(n=count, item=item)], carriers)
        return text, {"count": count, "item": item} if ask == "both" else count if ask == "count" else item

    def reference(text: str) -> str | dict[str, str | None] | None:
        match = pattern.search(text)
        if match is None:
            return None
        return (
            {"count": match["n"], "item": match["item"]} if ask == "both" else match["n" if ask == "count" else "item"]
        )

    return Function(
        given=("an order by mail", "a customer's order", "a short order", "a text with an order"),
        answer=Fields(nouns=noun)
        if ask == "both"
        else Single(
            key=draw.choice((ask, "value")),
            do=tuple(f"{verb} {noun[ask]}" for verb in ("extract", "find", "give", "pull out")),
        ),
        draw=case,
        reference=reference,
        rules=(f"An order is written like {shape.format(n=3, item='blue mug')}.",),
        stated=(shape.format(n=3, item="blue mug"),),
    )


@family("extraction")
def correspondent(draw: Draw) -> Function:
    """Who a letter is to, or who signed it."""
    sender = draw.chance(0.5)
    role = (
        draw.choice(("the name of the sender", "the name below the letter", "who signed it"))
        if sender
        else draw.choice(("the name of the addressee", "who the letter is addressed to", "the name in the salutation"))
    )
    opening, closing = re.compile(r"^(?:Dear|Hi|Hello) (.+?),"), re.compile(r"(?:Regards|Best|Yours|Sincerely), (.+)$")

    def case(draw: Draw) -> Case:
        to, by = (
            draw.choice((draw.name(), draw.choice(FIRST_NAMES))),
            draw.choice((draw.name(), draw.choice(FIRST_NAMES))),
        )
        body = " ".join(draw.filler() for _ in range(draw.randint(1, 3)))
        head, foot = draw.choice(("Dear", "Hi", "Hello")), draw.choice(("Regards", "Best", "Yours", "Sincerely"))
        return f"{head} {to}, {body} {foot}, {by}", by if sender else to

    def reference(text: str) -> str | None:
        match = (closing if sender else opening).search(text)
        return match[1] if match else None

    return Function(
        given=("a short letter", "an e-mail on one line", "a letter", "a mail"),
        answer=Single(
            key=draw.choice(("name", "person", "from" if sender else "to")),
            do=tuple(f"{verb} {role}" for verb in ("extract", "give", "find", "write down")),
        ),
        draw=case,
        reference=reference,
        stated=(role,),
        hints=("Write it exactly as in the letter.",),
    )


@family("extraction")
def labelled_line(draw: Draw) -> Function:
    """The value of one field in a form of `field: value` parts."""
    names = draw.sample(
        ("owner", "status", "city", "due", "budget", "team", "color", "size", "source", "phase", "region", "model"), 5
    )
    wanted, joint = names[0], draw.choice(("; ", "\n", " | ", ", "))
    mark = draw.choice((": ", "=", " = ", " -> "))
    optional = draw.chance(0.5)

    def case(draw: Draw) -> Case:
        chosen = draw.sample(names[1:], draw.randint(2, 4))
        value = draw.choice(
            (
                draw.choice(THINGS),
                draw.choice(ADJECTIVES),
                draw.choice(SERVICES),
                str(draw.randint(1, 900)),
                draw.choice(MONTHS),
            )
        )
        there = not optional or draw.chance(0.7)
        pairs = [f"{name}{mark}{draw.choice((draw.choice(THINGS), str(draw.randint(1, 900))))}" for name in chosen]
        if there:
            pairs.insert(draw.randint(0, len(pairs)), f"{wanted}{mark}{value}")
        return joint.join(pairs), value if there else None

    def reference(text: str) -> str | None:
        found = dict(part.split(mark, 1) for part in text.split(joint))
        return found.get(wanted)

    said = (f'the value of "{wanted}"', f'what stands at "{wanted}"', f'the "{wanted}" field')
    return Function(
        given=(
            "a form with named fields",
            "a record written as named values",
            "a few named fields",
            "a text of names and values",
        ),
        answer=Single(
            key=wanted,
            do=tuple(f"{verb} {what}" for verb in ("give", "extract", "look up") for what in said),
            optional=optional,
        ),
        draw=case,
        reference=reference,
        stated=(f'"{wanted}"',),
    )
