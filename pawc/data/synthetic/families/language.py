"""Regular patterns of English words: plurals, articles, endings, contractions. (Past tenses are left to others.)"""

from __future__ import annotations

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.lexicon import with_s
from pawc.data.synthetic.vocabulary import ADJECTIVES, ANIMALS, FIRST_NAMES, FRUIT, THINGS, each

_NOUNS = tuple(
    word
    for word in (
        *THINGS,
        *ANIMALS,
        *FRUIT,
        "box",
        "bus",
        "city",
        "baby",
        "church",
        "dish",
        "lady",
        "class",
        "party",
        "watch",
    )
    if word not in ("moose", "shelf")
)
_VERBS = each(
    "walk jump clean watch fix carry play push study open wash try pass call mix enjoy teach worry paint reach "
    "cook hurry touch pull guess help deny kick miss lift copy sort follow search empty brush ask marry catch "
    "climb listen answer visit finish brush borrow invent dress press stretch march polish bury worship polish "
    "rely supply tidy employ enter offer repeat travel float watch notice",
)
_CONTRACTIONS = {
    "do not": "don't",
    "cannot": "can't",
    "is not": "isn't",
    "are not": "aren't",
    "it is": "it's",
    "we are": "we're",
    "you will": "you'll",
    "I am": "I'm",
    "they have": "they've",
    "would not": "wouldn't",
    "did not": "didn't",
    "has not": "hasn't",
    "should not": "shouldn't",
}


_BACK = {with_s(noun): noun for noun in _NOUNS}


@family("transformation")
def plural(draw: Draw) -> Function:
    """Regular nouns between singular and plural, perhaps with a number."""
    act = draw.choice(("plural", "singular", "counted"))
    number = draw.choice(("two", "three", "many", "several", "no"))
    do = {
        "plural": ("write the plural of the noun", "put the noun into the plural", "give the plural form"),
        "singular": ("write the singular of the noun", "put the noun into the singular", "give the singular form"),
        "counted": (
            f'write "{number}" and the plural of the noun',
            f'put "{number}" in front of the plural of the noun',
        ),
    }[act]

    def reference(text: str) -> str:
        if act == "singular":
            return _BACK[text]
        return with_s(text) if act == "plural" else f"{number} {with_s(text)}"

    return Function(
        given=("a plural noun", "an English noun in the plural")
        if act == "singular"
        else ("a noun", "an English noun in the singular"),
        answer=Single(key=draw.choice(("noun", "form", act)), do=do),
        draw=lambda d: with_s(d.choice(_NOUNS)) if act == "singular" else d.choice(_NOUNS),
        reference=reference,
        stated=(f'"{number}"',) if act == "counted" else (),
    )


@family("transformation")
def article(draw: Draw) -> Function:
    """The indefinite article of a phrase: added, or chosen."""
    alone = draw.chance(0.4)

    def reference(text: str) -> str:
        chosen = "an" if text[0] in "aeiou" and not text.startswith("uni") else "a"
        return chosen if alone else f"{chosen} {text}"

    do = (
        (
            "say which indefinite article it takes, a or an",
            "choose between a and an for it",
            "give the right article: a or an",
        )
        if alone
        else (
            "put the right indefinite article (a or an) in front",
            "add a or an in front of it",
            "write it with its indefinite article, a or an",
        )
    )

    def case(draw: Draw) -> str:
        noun = draw.choice((*_NOUNS, *FRUIT))
        words = (
            [word for word in ADJECTIVES if word != "urban"]
            if draw.chance(0.5)
            else [word for word in ADJECTIVES if word[0] in "aeio"]
        )
        return f"{draw.choice(words)} {noun}"

    return Function(
        given=("an adjective and a noun", "a noun phrase without its article", "two English words"),
        answer=Single(key="article", do=do) if alone else Rewrite(do=do, what="phrase"),
        draw=case,
        reference=reference,
    )


@family("transformation")
def third_person(draw: Draw) -> Function:
    """Verbs with the subject he, she, it or a name, in the present."""
    subject = draw.choice(("he", "she", "it", "nobody", *FIRST_NAMES[:8]))
    bare = draw.chance(0.3)
    do = (
        ("write the third person singular of the verb, present tense", "give the verb's form in -s, as after he or she")
        if bare
        else (
            f'write "{subject}" and the verb in the present tense',
            f'make the present-tense sentence of "{subject}" and the verb, without a full stop',
        )
    )
    return Function(
        given=("a verb", "the base form of an English verb"),
        answer=Single(key=draw.choice(("verb", "form", "text")), do=do),
        draw=lambda d: d.choice(_VERBS),
        reference=lambda text: with_s(text) if bare else f"{subject} {with_s(text)}",
        stated=() if bare else (f'"{subject}"',),
    )


@family("transformation")
def contraction(draw: Draw) -> Function:
    """Contractions written out, or made."""
    forward = draw.chance(0.5)
    do = (
        (
            "write the contraction out",
            "replace the contraction by the full words",
            "expand the short form with an apostrophe",
        )
        if forward
        else (
            "use the contraction",
            "replace the two words by their contraction",
            "shorten it with an apostrophe where English does so",
        )
    )
    # The first words keep their case: none of them starts a sentence.
    frames = (
        "so {} ready",
        "because {} easy",
        "but {} there yet",
        "and {} the same",
        "maybe {} long",
        "when {} late",
        "since {} new",
    )

    def change(text: str) -> str:
        for full, short in _CONTRACTIONS.items():
            old, new = (short, full) if forward else (full, short)
            if f" {old} " in text:
                return text.replace(f" {old} ", f" {new} ", 1)
        return text

    def case(draw: Draw) -> str:
        full = draw.choice(sorted(_CONTRACTIONS))
        return draw.choice(frames).format(_CONTRACTIONS[full] if forward else full)

    return Function(
        given=("a few English words", "a phrase"), answer=Rewrite(do=do, what="phrase"), draw=case, reference=change
    )


@family("transformation")
def word_part(draw: Draw) -> Function:
    """Prefixes and endings put on or taken off, as the specification says."""
    affix = draw.choice(
        ("un", "re", "pre", "non-", "super", "anti-", "mini", "-like", "less", "ish", "wise", "-free", "ful", "-ready")
    )
    front = affix in ("un", "re", "pre", "non-", "super", "anti-", "mini")
    take = draw.chance(0.4)
    place = "prefix" if front else "ending"
    do = (
        (f'remove the {place} "{affix}" from the word', f'take off "{affix}", the {place} of the word')
        if take
        else (f'put the {place} "{affix}" on the word', f'add "{affix}" to the word as its {place}')
    )

    def add(word: str) -> str:
        return f"{affix}{word}" if front else f"{word}{affix}"

    def case(draw: Draw) -> str:
        word = draw.choice((*THINGS, *ADJECTIVES, *ANIMALS))
        return add(word) if take else word

    return Function(
        given=("a word", "one word"),
        answer=Single(key="word", do=do),
        draw=case,
        reference=lambda text: (text.removeprefix(affix) if front else text.removesuffix(affix)) if take else add(text),
        stated=(f'"{affix}"',),
    )


@family("transformation")
def possessive(draw: Draw) -> Function:
    """`the lamp of Ada` <-> `Ada's lamp`."""
    forward = draw.chance(0.6)
    shown = "the lamp of Ada", "Ada's lamp"
    do = (
        ("write it with an apostrophe and s", "use the possessive with 's", "turn it round, with 's behind the owner")
        if forward
        else ("write it with of", "replace the 's by of", "turn it into the form the ... of ...")
    )

    def case(draw: Draw) -> tuple[str, str]:
        owner = draw.choice([name for name in FIRST_NAMES if not name.endswith("s")])
        thing = draw.choice((draw.choice(THINGS), f"{draw.choice(ADJECTIVES)} {draw.choice(THINGS)}"))
        pair = (f"the {thing} of {owner}", f"{owner}'s {thing}")
        return pair if forward else (pair[1], pair[0])

    def reference(text: str) -> str:
        if forward:
            thing, _, owner = text.removeprefix("the ").rpartition(" of ")
            return f"{owner}'s {thing}"
        owner, _, thing = text.partition("'s ")
        return f"the {thing} of {owner}"

    given = (
        (f"a phrase like {shown[0]}", "who owns what, with of")
        if forward
        else (f"a phrase like {shown[1]}", "who owns what, with 's")
    )
    return Function(given=given, answer=Rewrite(do=do, what="phrase"), draw=case, reference=reference)


@family("classification")
def word_number(draw: Draw) -> Function:
    """Whether a noun is in the plural, or a phrase has the right article."""
    about_articles = draw.chance(0.5)

    def case(draw: Draw) -> str:
        noun = draw.choice(_NOUNS)
        if about_articles:
            return f"{draw.choice(('a', 'an'))} {noun}"
        return draw.choice(
            (noun, with_s(noun), f"the {noun}", f"the {with_s(noun)}", f"my {noun}", f"our {with_s(noun)}")
        )

    def reference(text: str) -> bool:
        first, _, noun = text.rpartition(" ")
        return (first == "an") == (noun[0] in "aeiou") if about_articles else noun in _BACK

    holds, fails = (
        (
            ("the article (a or an) fits the noun", "a or an is used correctly"),
            ("the article (a or an) does not fit the noun",),
        )
        if about_articles
        else (
            ("the noun is in the plural", "it names more than one thing"),
            ("the noun is in the singular", "it names a single thing"),
        )
    )
    return Function(
        given=("an article and a noun", "a noun with a or an")
        if about_articles
        else ("a noun, perhaps with a word in front", "a noun"),
        answer=Decision(holds=holds, fails=fails),
        draw=case,
        reference=reference,
    )
