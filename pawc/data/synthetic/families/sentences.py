"""Sentences edited: denied, asked politely, put into the passive or the future, with other names."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.lexicon import ING_FORMS, PARTICIPLES, ROLES, THIRD_PERSON, back
from pawc.data.synthetic.saying import capital, finishing
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, THINGS, WEEKDAYS

_BASE = back(THIRD_PERSON)


_TRANSITIVE = re.compile(r"(The \w+|[A-Z]\w+) (\w+) (the .+)\.")


GIVEN = ("a sentence", "a short English sentence", "one sentence in the present tense", "a plain statement")


def _subject(draw: Draw) -> str:
    return draw.choice((f"The {draw.choice(ROLES)}", draw.choice(FIRST_NAMES)))


def _thing(draw: Draw) -> str:
    noun = draw.choice(THINGS)
    return f"the {draw.choice(ADJECTIVES)} {noun}" if draw.chance(0.3) else f"the {noun}"


def some_action(draw: Draw) -> str:
    """`The cook cleans the lamp.`"""
    return f"{_subject(draw)} {THIRD_PERSON[draw.choice(sorted(PARTICIPLES))]} {_thing(draw)}."


def parts_of(text: str) -> tuple[str, str, str]:
    """Subject, base form of the verb, object."""
    match = _TRANSITIVE.fullmatch(text)
    return (match[1], _BASE[match[2]], match[3]) if match else ("", "", "")


def inside(subject: str) -> str:
    return subject.replace("The ", "the ")


@family("transformation")
@finishing
def negate(draw: Draw) -> Function:
    """Statements denied with not, n't or never, or their denial taken out."""
    act = draw.choice(("not", "n't", "never", "remove"))
    helpers = ("is", "can", "will", "should", "has to")[: 3 if act != "remove" else 4]
    ends = ("late", "ready", "open", "quiet", "new", "warm", "at home", "on the table", "for sale", "empty")
    tails = ("stay here", "be ready soon", "come back", "wait", "be sold", "work at night")

    def deny(text: str, word: str) -> str:
        return re.sub(r" (is|can|will|should) ", lambda m: f" {_denied(m[1], word)} ", text, count=1)

    def case(draw: Draw) -> str:
        helper = draw.choice(helpers)
        subject = draw.choice((f"The {draw.choice(THINGS)}", _subject(draw)))
        text = f"{subject} {helper} {draw.choice(ends if helper == 'is' else tails)}."
        return deny(text, draw.choice(("not", "n't"))) if act == "remove" else text

    def reference(text: str) -> str:
        if act != "remove":
            return deny(text, act)
        full = text.replace("cannot", "can not").replace("can't", "can not").replace("won't", "will not")
        return full.replace("n't", " not").replace(" not ", " ", 1)

    do = {
        "not": ("negate the sentence with not", "make the sentence say the contrary, with not (can becomes cannot)"),
        "n't": ("negate the sentence with a short form such as isn't", "deny the statement; use isn't, can't, won't"),
        "never": ("put never into the sentence, behind its first verb", 'deny it with "never" after is, can or will'),
        "remove": ("remove the negation", "make the negated sentence positive", "take out not or n't"),
    }[act]
    given = ("a negated sentence", "a sentence with not or n't") if act == "remove" else GIVEN
    return Function(given=given, answer=Rewrite(do=do, what="sentence"), draw=case, reference=reference)


def _denied(verb: str, word: str) -> str:
    if word == "n't":
        return {"can": "can't", "will": "won't"}.get(verb, f"{verb}n't")
    return "cannot" if (verb, word) == ("can", "not") else f"{verb} {word}"


@family("transformation")
@finishing
def polite_request(draw: Draw) -> Function:
    """Commands -> polite requests by the formula of the house, and back."""
    shape = draw.choice(
        (
            "Please {}.",
            "Could you {}, please?",
            "Would you kindly {}?",
            "Can I ask you to {}?",
            "If you have a minute, {}.",
            "It would be great if you could {}.",
            "We would be grateful if you could {}.",
            "Kindly {}. Thank you!",
            "Would you mind {ing}?",
            "I would appreciate your {ing}.",
        )
    )
    backwards = draw.chance(0.25)
    verbs = sorted(ING_FORMS.keys() & {"close", "move", "open", "wash", "buy", "clean", "carry", "visit", "cut", "get"})
    base = back(ING_FORMS)
    shown = f'"{shape.replace("{}", "...").replace("{ing}", "...ing ...")}"'

    def polite(text: str) -> str:
        verb, _, rest = text.rstrip(".!").partition(" ")
        return shape.replace("{ing}", f"{ING_FORMS[verb.lower()]} {rest}").replace("{}", f"{verb.lower()} {rest}")

    def reference(text: str) -> str:
        if not backwards:
            return polite(text)
        before, _, after = shape.replace("{ing}", "{}").partition("{}")
        inner = text.removeprefix(before).removesuffix(after)
        verb, _, rest = inner.partition(" ")
        return f"{capital(base.get(verb, verb))} {rest}."

    def case(draw: Draw) -> str:
        text = f"{draw.choice(verbs)} {_thing(draw)}{draw.choice(('', '', ' today', ' before lunch', ' for me'))}"
        return polite(text) if backwards else f"{capital(text)}{draw.choice('.!') if draw.chance(0.8) else ''}"

    do = (
        (
            f"strip the politeness ({shown}) and leave a plain command with a full stop",
            f"turn the polite form {shown} into a bare command that ends in a full stop",
        )
        if backwards
        else (
            f"make the command polite: {shown}",
            f"reword the order as a polite request of the form {shown}",
            f"ask for the same thing nicely, always as {shown}",
        )
    )
    return Function(
        given=("a polite request", "a request in polite words") if backwards else ("a command", "a blunt order"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("transformation")
@finishing
def two_names(draw: Draw) -> Function:
    """The two people of a sentence change places, get initials or capitals, or one of them another name."""
    act, new = (
        draw.choice(("swap", "swap", "first", "second", "loud", "short", "roles")),
        draw.choice(("Robin", "Alex", "X", "N.N.")),
    )
    shapes = (
        "{a} gives {b} {t}.", "{a} and {b} share {t}.", "{a} waits for {b} in {c}.", "{b} is older than {a}.",
        "On {w}, {a} writes to {b}.", "{a} sells {t} to {b}.", "{a} thinks that {b} has {t}.", "{t}: from {a} to {b}",
    )  # fmt: skip
    pattern = re.compile(rf"\b(?:{'|'.join(FIRST_NAMES)})\b")

    def case(draw: Draw) -> str:
        first, second = draw.sample(FIRST_NAMES, 2)
        text = draw.choice(shapes).format(
            a=first, b=second, t=_thing(draw), c=draw.choice(CITIES), w=draw.choice(WEEKDAYS)
        )
        return capital(text)

    def reference(text: str) -> str:
        first, second = pattern.findall(text)
        table = {
            "swap": {first: second, second: first}, "first": {first: new}, "second": {second: new},
            "loud": {first: first.upper(), second: second.upper()},
            "short": {first: f"{first[0]}.", second: f"{second[0]}."},
            "roles": {first: "A", second: "B"},
        }[act]  # fmt: skip
        return pattern.sub(lambda match: table.get(match[0], match[0]), text)

    do = {
        "swap": (
            "swap the two names",
            "let the two people change places and leave all other words alone",
            "exchange the two names with each other",
            "put each of the two names where the other one stands",
        ),
        "first": (f'replace the name that comes first by "{new}"', f'put "{new}" in the place of the first name'),
        "second": (f'replace the name that comes second by "{new}"', f'put "{new}" in the place of the second name'),
        "loud": ("write both names in capitals", "put the two names into capitals and leave the rest as it is"),
        "short": ("shorten both names to their first letter with a dot", "write initials such as K. for the two names"),
        "roles": (
            "write A for the name that comes first and B for the other",
            "call the first person A, the second one B",
        ),
    }[act]
    return Function(
        given=("a sentence about two people", "a sentence with two names", "a line that names two persons"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        stated=(f'"{new}"',) if act in ("first", "second") else (),
    )


@family("transformation")
@finishing
def voice(draw: Draw) -> Function:
    """Active <-> passive, in the present; or the passive without its agent."""
    act = draw.choice(("passive", "passive", "active", "drop"))

    def passive(text: str) -> str:
        subject, verb, thing = parts_of(text)
        return f"{capital(thing)} is {PARTICIPLES[verb]} by {inside(subject)}."

    def reference(text: str) -> str:
        if act == "passive":
            return passive(text)
        if act == "drop":
            return f"{text.partition(' by ')[0]}."
        thing, _, rest = text.rstrip(".").partition(" is ")
        participle, _, agent = rest.partition(" by ")
        verb = next(base for base, form in PARTICIPLES.items() if form == participle)
        return f"{capital(agent)} {THIRD_PERSON[verb]} {inside(thing)}."

    do = {
        "passive": (
            "put the sentence into the passive, with by",
            "turn it round: the thing first, then is and by whom",
        ),
        "active": ("put the sentence into the active voice", "say it without the passive: who does what"),
        "drop": ("leave out who does it: cut the part with by", "keep the passive but drop the agent with by"),
    }[act]
    given = GIVEN if act == "passive" else ("a sentence in the passive", "a passive sentence with by")
    return Function(
        given=given,
        answer=Rewrite(do=do, what="sentence"),
        draw=lambda d: some_action(d) if act == "passive" else passive(some_action(d)),
        reference=reference,
    )


@family("transformation")
@finishing
def future(draw: Draw) -> Function:
    """Present -> future or with a modal verb, or the plain present again."""
    helper = draw.choice(("will", "is going to", "must", "can", "should", "may", "wants to", "has to", "plans to"))
    backwards = draw.chance(0.25)

    def there(text: str) -> str:
        subject, verb, thing = parts_of(text)
        return f"{subject} {helper} {verb} {thing}."

    def reference(text: str) -> str:
        if not backwards:
            return there(text)
        subject, _, rest = text.partition(f" {helper} ")
        verb, _, thing = rest.partition(" ")
        return f"{subject} {THIRD_PERSON[verb]} {thing}"

    do = (
        (f'take out "{helper}" and put the verb into the plain present', f'say it without "{helper}", in the present')
        if backwards
        else (
            f'put "{helper}" in front of the verb, which loses its -s',
            f'rewrite the sentence with "{helper}" and the base form of the verb',
            f'use "{helper}" with the verb of the sentence',
        )
    )
    return Function(
        given=(f'a sentence with "{helper}"', "a short sentence") if backwards else GIVEN,
        answer=Rewrite(do=do, what="sentence"),
        draw=lambda d: there(some_action(d)) if backwards else some_action(d),
        reference=reference,
        stated=(f'"{helper}"',),
    )
