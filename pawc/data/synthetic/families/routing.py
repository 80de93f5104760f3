"""Routing: an item goes to one of the house's destinations, by what the specification says of each."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, ANIMALS, FIRST_NAMES, FRUIT, THINGS

_DESKS = {
    "billing": ("invoice", "payment", "receipt", "bank transfer", "overcharge"),
    "shipping": ("parcel", "courier", "delivery", "tracking link", "customs form"),
    "account": ("password", "login", "profile page", "user name", "verification code"),
    "repair": ("cracked screen", "dead battery", "broken handle", "strange noise", "spare part"),
    "kitchen": ("menu", "allergy", "dinner table", "breakfast", "wine list"),
    "staff": ("job offer", "interview", "payslip", "training course", "day off"),
}


@family("classification")
def desk(draw: Draw) -> Function:
    """Messages sent to the desk that is in charge of what they mention."""
    names = draw.sample(sorted(_DESKS), draw.choice((3, 3, 4)))
    used = {name: draw.sample(_DESKS[name], 3) for name in names}
    rest = draw.chance(0.5)
    when = {name: f"it mentions {', '.join(words[:-1])} or {words[-1]}" for name, words in used.items()}
    templates = (
        "there is a problem with the {k}.",
        "who can help me with my {k}?",
        "I have a question about the {k}.",
        "the {k} is not what I expected.",
        "could you tell me more about the {k}?",
    )
    strangers = [word for name, words in _DESKS.items() if name not in names for word in words]

    def case(draw: Draw) -> Case:
        label = draw.choice([*names, *(["front desk"] if rest else [])])
        text = draw.fill(draw.choice(templates), k=draw.choice(used.get(label, strangers)))
        return f"{draw.filler()} {text}" if draw.chance(0.4) else text, label

    def reference(text: str) -> str:
        return next((name for name, words in used.items() if any(word in text for word in words)), "front desk")

    return Function(
        given=("a customer's message", "a message to the reception", "a mail to a company"),
        answer=Choice(when=when, otherwise="front desk" if rest else None),
        draw=case,
        reference=reference,
        stated=tuple(word for words in used.values() for word in words),
    )


@family("classification")
def by_prefix(draw: Draw) -> Function:
    """Codes sorted by how they start."""
    prefixes = draw.sample(
        ("AX", "BR", "C7", "DE", "EK", "F1", "GH", "K9", "LM", "NO", "Q2", "RT", "S5", "VW", "ZZ"),
        draw.choice((2, 3, 4)),
    )
    when = {f"group {prefix}": f"the code starts with {prefix}" for prefix in prefixes}

    def case(draw: Draw) -> Case:
        prefix = draw.choice([*prefixes, "Y"])
        code = f"{prefix}{draw.choice(('-', '', '/'))}{draw.digits(draw.randint(3, 5))}"
        return code, f"group {prefix}" if prefix in prefixes else "other"

    return Function(
        given=("a code", "the code of an article", "an article number"),
        answer=Choice(when=when, otherwise="other"),
        draw=case,
        reference=lambda text: next((f"group {prefix}" for prefix in prefixes if text.startswith(prefix)), "other"),
        stated=tuple(prefixes),
    )


_TYPES = {
    "image": ("png", "jpg", "gif"),
    "table": ("csv", "xlsx", "ods"),
    "text": ("txt", "md", "rst"),
    "code": ("py", "c", "rs"),
    "archive": ("zip", "tar", "7z"),
    "sound": ("mp3", "wav", "ogg"),
}


@family("classification")
def file_type(draw: Draw) -> Function:
    """Files sorted by their extensions."""
    chosen = draw.sample(sorted(_TYPES), draw.choice((2, 3, 4)))
    when = {name: f"the file ends in .{', .'.join(_TYPES[name][:-1])} or .{_TYPES[name][-1]}" for name in chosen}
    known = {extension: name for name in chosen for extension in _TYPES[name]}

    def case(draw: Draw) -> Case:
        label = draw.choice([*chosen, "other"])
        extension = draw.choice(_TYPES.get(label, ("bin", "iso", "db", "lock")))
        stem = draw.choice("_- ").join((draw.choice(ADJECTIVES), draw.choice(THINGS)))
        return f"{stem}.{draw.choice((extension, extension.upper()))}", label

    return Function(
        given=("a file name", "the name of an attachment", "the name of a file"),
        answer=Choice(when=when, otherwise="other"),
        draw=case,
        reference=lambda text: known.get(text.rpartition(".")[2].lower(), "other"),
        hints=("Capitals in the extension make no difference.",),
    )


_KINDS = {"fruit": FRUIT, "animal": ANIMALS, "person": FIRST_NAMES}
_KIND_NAMES = {"fruit": "a fruit", "animal": "an animal", "person": "the first name of a person"}


@family("classification")
def kind_of_word(draw: Draw) -> Function:
    """Words sorted by what they name: common knowledge under labels of the house."""
    chosen = draw.sample(("fruit", "animal", "person"), draw.choice((2, 3)))
    when = {name: f"it is {_KIND_NAMES[name]}" for name in chosen}

    def case(draw: Draw) -> Case:
        label = draw.choice([*chosen, "object"])
        return draw.choice(_KINDS.get(label, THINGS)), label

    return Function(
        given=("a word", "one word", "a single English word or name"),
        answer=Choice(when=when, otherwise="object"),
        draw=case,
        reference=lambda text: next((name for name in chosen if text in _KINDS[name]), "object"),
    )


@family("classification")
def shape_of_text(draw: Draw) -> Function:
    """Short texts sorted by their form: number, date, code, word."""
    kinds = {
        "number": "it consists of digits only",
        "code": "it mixes capitals and digits",
        "word": "it is one word of small letters",
        "sentence": "it is a sentence with a full stop",
    }
    chosen = draw.sample(sorted(kinds), draw.choice((2, 3)))

    def make(draw: Draw, kind: str) -> str:
        return {
            "number": draw.digits(draw.randint(1, 6)),
            "code": f"{draw.choice('ABKRT')}{draw.choice('XYZ')}{draw.digits(3)}",
            "word": draw.choice(THINGS),
            "sentence": draw.filler(),
        }[kind]

    def of(text: str) -> str:
        patterns = {"number": r"\d+", "code": r"[A-Z]+\d+", "word": "[a-z]+", "sentence": r".* .*\."}
        return next(kind for kind, pattern in patterns.items() if re.fullmatch(pattern, text))

    def case(draw: Draw) -> Case:
        kind = draw.choice(sorted(kinds))
        return make(draw, kind), kind if kind in chosen else "other"

    return Function(
        given=("a short text", "a piece of text", "the content of a cell"),
        answer=Choice(when={kind: kinds[kind] for kind in chosen}, otherwise="other"),
        draw=case,
        reference=lambda text: kind if (kind := of(text)) in chosen else "other",
        stated=tuple(kinds[kind] for kind in chosen),
    )
