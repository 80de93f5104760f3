"""Short texts sorted by what they mean, in classes that are only named: topic, intent, language."""

from __future__ import annotations

from collections.abc import Mapping

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision, Single
from pawc.data.synthetic.function import Case, Function, Wordings, family
from pawc.data.synthetic.lexicon import CLASSES
from pawc.data.synthetic.saying import an
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, FRUIT, MONTHS, PRODUCTS, THINGS, WEEKDAYS, each


def _product(first: str, second: str) -> tuple[str, ...]:
    """Every first half with every second half, both between bars."""
    return tuple(f"{a} {b}." for a in each(first, "|") for b in each(second, "|"))


def sorted_by_meaning(
    draw: Draw, texts: Mapping[str, tuple[str, ...]], clauses: Mapping[str, Wordings], given: Wordings, most: int = 4
) -> Function:
    """Texts of a few of the classes, or of one class and the others; a text belongs to one class only."""
    own = {text: label for label, group in texts.items() for text in group}
    names = draw.sample(sorted(texts), draw.randint(2, min(most, len(texts))))
    if draw.chance(0.35):
        name = names[0]
        holds = clauses[name]
        return Function(
            given=given,
            answer=Decision(holds=holds, fails=tuple(f"it is not so that {clause}" for clause in holds)),
            draw=lambda d: d.choice(texts[name] if d.chance(0.5) else texts[d.choice([n for n in texts if n != name])]),
            reference=lambda text: own[text] == name,
        )
    rest = draw.chance(0.35) and len(names) < len(texts)
    others = [name for name in texts if name not in names]

    def case(draw: Draw) -> Case:
        label = draw.choice([*names, *(["other"] if rest else [])])
        return draw.choice(texts[label if label in texts else draw.choice(others)]), label

    return Function(
        given=given,
        answer=Choice(when={n: draw.choice(clauses[n]) for n in names}, otherwise="other" if rest else None),
        draw=case,
        reference=lambda text: own[text] if own[text] in names else "other",
    )


_TOPIC_TEXTS = {
    "sports": _product(
        "The home team|Our goalkeeper|The young striker|The coach|The tennis champion|The referee",
        "played well in the second half|won the final match|trained hard for the tournament|"
        "got injured before the game",
    ),
    "food": _product(
        "The soup|Her apple pie|The grilled fish|This pasta|The chef's salad|Our breakfast",
        "needs a little more salt|tastes wonderful with bread|was served with fresh herbs|must simmer for an hour",
    ),
    "weather": _product(
        "Heavy rain|Thick fog|A cold wind|Light snow|A thunderstorm|Hot sunshine",
        "is expected in the north|will last until the weekend|covered the whole coast|is forecast for the valley",
    ),
    "health": _product(
        "The nurse|My doctor|The patient|The new vaccine|The surgeon|A bad cough",
        "was discussed in the clinic|needs two weeks of recovery|was seen at the hospital|is a matter of health",
    ),
    "travel": _product(
        "Our flight|The night train|The guided tour|The hotel by the beach|The ferry|Our suitcase",
        "was booked for the whole holiday|was delayed at the border|is popular with tourists|took us to the islands",
    ),
    "money": _product(
        "The bank|The tax office|Her savings account|The mortgage|The stock market|The pension fund",
        "raised the interest rate|lost a tenth of its value|paid out a dividend|is a concern for investors",
    ),
    "technology": _product(
        "The new laptop|This software|The phone's battery|Our server|The web browser|The robot",
        "crashed after the update|runs on a faster chip|was hacked through the network|stores its data in the cloud",
    ),
    "music": _product(
        "The orchestra|The singer|Her violin solo|The rock band|The choir|The pianist",
        "performed a new song|opened the concert|recorded an album|rehearsed the melody all day",
    ),
}


@family("classification")
def topic(draw: Draw) -> Function:
    """What a sentence is about: sports, food, weather, money..."""
    clauses = {
        name: (f"it is about {name}", f"the topic is {name}", f"the sentence deals with {name}")
        for name in _TOPIC_TEXTS
    }
    given = ("a sentence from a newspaper", "a sentence", "one line of news", "a short text on some topic")
    return sorted_by_meaning(draw, _TOPIC_TEXTS, clauses, given)


def filled(templates: str) -> tuple[str, ...]:
    """Templates between bars, each with several things, articles, towns, names and days in its places."""
    return tuple(
        template.format(
            t=THINGS[(at * 7) % 49],
            p=PRODUCTS[(at * 3) % 20],
            c=CITIES[(at * 3) % 11],
            n=FIRST_NAMES[(at * 11) % 40],
            w=WEEKDAYS[(at * 5) % 7],
            m=MONTHS[(at * 5) % 12],
        )
        for at, template in enumerate(6 * each(templates, "|"))
    )


_LANGUAGES = {
    "German": (
        "Das Buch|Der Hund|Meine Schwester|Unser Haus|Die Stadt",
        "ist sehr klein|liegt auf dem Tisch|war nicht da|und der Garten",
    ),
    "French": (
        "Le livre|Le chien|Ma sœur|Notre maison|La ville",
        "est très petite|se trouve dans la rue|n'était pas là|et le jardin",
    ),
    "Spanish": (
        "El libro|El perro|Mi hermana|Nuestra casa|La ciudad",
        "es muy bonita|está en la mesa|no estaba allí|y el jardín",
    ),
    "Italian": (
        "Il libro|Il cane|Mia sorella|La nostra casa|Questa città",
        "è molto bella|si trova sul tavolo|non c'era|e il giardino",
    ),
    "English": (
        "The book|The dog|My sister|Our house|The town",
        "is very small|lies on the table|was not there|and the garden",
    ),
    "Dutch": (
        "Het boek|De hond|Mijn zus|Ons huis|De stad",
        "is heel klein|ligt op de tafel|was er niet|en de tuin",
    ),
}  # fmt: skip


@family("classification")
def language_of_text(draw: Draw) -> Function:
    """The language of a short text."""
    texts = {name: _product(*halves) for name, halves in _LANGUAGES.items()}
    clauses = {
        name: (f"the text is in {name}", f"it is written in {name}", f"the language is {name}") for name in texts
    }
    given = ("a short text", "a text in some European language", "a phrase", "a line that a visitor wrote")
    return sorted_by_meaning(draw, texts, clauses, given, most=5)


@family("classification")
def class_of_word(draw: Draw) -> Function:
    """Words sorted by what they name: vehicles, tools, trees, drinks..."""
    texts = {
        name: tuple(text for noun in nouns for text in (noun, noun.capitalize(), f"the {noun}"))
        for name, nouns in (*CLASSES.items(), ("fruit", FRUIT))
        if name != "weather"
    }
    clauses = {name: (f"it is {an(name)}", f"the word names {an(name)}", f"it stands for {an(name)}") for name in texts}
    return sorted_by_meaning(draw, texts, clauses, ("a word", "a noun", "one noun, perhaps with its article"), most=5)


@family("extraction")
def word_of_class(draw: Draw) -> Function:
    """The word of a sentence that names a thing of one sort: the instrument, the vegetable, the drink."""
    name = draw.choice([name for name in CLASSES if name != "weather"])
    others = [other for other in CLASSES if other not in (name, "weather")]
    optional = draw.chance(0.3)
    shapes = each(
        "I noticed {a}, {b} and {c}.|{n} talked about {a}, but also about {b} and {c}.|"
        "First came {a}, then {b}, then {c}.|"
        "In the picture there is {a} between {b} and {c}.|{a}, {b}, {c}|The list says: {a}; {b}; {c}.",
        "|",
    )

    def case(draw: Draw) -> Case:
        found = [draw.choice(CLASSES[other]) for other in draw.sample(others, 3)]
        hit = not optional or draw.chance(0.7)
        if hit:
            found[draw.randrange(3)] = draw.choice(CLASSES[name])
        return draw.choice(shapes).format(a=found[0], b=found[1], c=found[2], n=draw.choice(FIRST_NAMES)), next(
            (word for word in found if word in CLASSES[name]), None
        )

    def reference(text: str) -> str | None:
        words = "".join(char if char.isalpha() else " " for char in text).split()
        return next((word for word in words if word in CLASSES[name]), None)

    return Function(
        given=("a sentence with several nouns", "a few nouns", "a line of text"),
        answer=Single(
            key=name.replace(" ", "_"),
            do=(f"extract the {name}", f"find the word that names {an(name)}", f"copy the one word that is {an(name)}"),
            optional=optional,
        ),
        draw=case,
        reference=reference,
        stated=(name,),
    )
