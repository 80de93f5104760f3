"""Forms and partners of words, from a lexicon: irregular plurals, comparatives, -ly, -ing, nouns of verbs, opposites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pawc.data.synthetic import lexicon
from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Single
from pawc.data.synthetic.function import Function, Wordings, family
from pawc.data.synthetic.saying import an


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A word of one sort -> its partner: `source` is what the first is called, `what` are names for the second."""

    table: Mapping[str, str]
    source: str
    what: Wordings
    rules: Wordings = ()


_JOINTS = {"commas": ", ", "semicolons": "; ", "slashes": " / ", "hyphens": " - "}


def related(draw: Draw, *relations: Relation) -> Function:
    """One of the relations, on a single word, on each word of a list, or with the word repeated in the answer."""
    relation, style = draw.choice(relations), draw.choice(("word", "word", "list", "both"))
    table, source = relation.table, relation.source
    said = draw.choice(sorted(_JOINTS))
    joint, shape = _JOINTS[said], draw.choice(("{0} -> {1}", "{0}: {1}", "{0} ({1})", "{1} < {0}", "{0} = {1}"))
    shown = shape.format(source, relation.what[0])
    if style == "list":
        given: Wordings = (
            f"a list of {source}s with {said} between them",
            f"two or three {source}s, separated by {said}",
            f"some {source}s ({said} in between)",
        )
        do = tuple(
            clause
            for what in relation.what
            for clause in (
                f"replace each {source} by its {what}",
                f"give the {what} of every {source}, in the same order and with the same separator",
                f"go through the list and write the {what} for each {source}",
            )
        )
    else:
        given = (an(source), f"one {source}", f"a single {source} in English", f"{an(source)} and nothing else")
        do = tuple(
            clause
            for what in relation.what
            for clause in (
                (
                    f"write the {source} together with its {what}, as {shown}",
                    f"put the {source} and its {what} into the form {shown}",
                )
                if style == "both"
                else (
                    f"give the {what} of the {source}",
                    f"turn the {source} into its {what}",
                    f"write down the {what} that belongs to this {source}",
                    f"replace the {source} by its {what}",
                    f"find the {what} for it",
                )
            )
        )

    def reference(text: str) -> str:
        if style == "list":
            return joint.join(table[word] for word in text.split(joint))
        return shape.format(text, table[text]) if style == "both" else table[text]

    words = sorted(table)
    return Function(
        given=given,
        answer=Single(key=draw.choice(("word", "form", "result", "answer")), do=do),
        draw=lambda d: joint.join(d.sample(words, d.choice((2, 3)))) if style == "list" else d.choice(words),
        reference=reference,
        rules=relation.rules,
        stated={"list": (said,), "both": (shown,)}.get(style, (source,) if relation.rules else ()),
    )


@family("transformation")
def irregular_plural(draw: Draw) -> Function:
    """Plurals that have to be known, among regular ones, and their singulars."""
    return related(
        draw,
        Relation(
            table=lexicon.PLURALS, source="singular noun", what=("plural", "plural form", "form for more than one")
        ),
        Relation(
            table=lexicon.back(lexicon.PLURALS),
            source="plural noun",
            what=("singular", "singular form", "form for one"),
        ),
    )


@family("transformation")
def comparison(draw: Draw) -> Function:
    """Adjectives, their comparatives and superlatives, from any of the three to another."""
    more, most = lexicon.COMPARATIVES, lexicon.SUPERLATIVES
    return related(
        draw,
        Relation(table=more, source="adjective", what=("comparative", "comparative form", "form before than")),
        Relation(table=most, source="adjective", what=("superlative", "superlative form", "form after the")),
        Relation(table=lexicon.back(more), source="comparative", what=("base form", "positive", "plain adjective")),
        Relation(table=lexicon.back(most), source="superlative", what=("base form", "positive", "plain adjective")),
        Relation(
            table={more[word]: most[word] for word in more},
            source="comparative",
            what=("superlative", "superlative form"),
        ),
    )


@family("transformation")
def adverb(draw: Draw) -> Function:
    """Adjectives <-> adverbs, mostly in -ly."""
    return related(
        draw,
        Relation(table=lexicon.ADVERBS, source="adjective", what=("adverb", "adverb of manner", "adverb form")),
        Relation(table=lexicon.back(lexicon.ADVERBS), source="adverb", what=("adjective", "underlying adjective")),
    )


@family("transformation")
def ing_form(draw: Draw) -> Function:
    """Verbs <-> their forms in -ing."""
    return related(
        draw,
        Relation(
            table=lexicon.ING_FORMS, source="verb", what=("form in -ing", "gerund", "present participle", "-ing form")
        ),
        Relation(table=lexicon.back(lexicon.ING_FORMS), source="gerund", what=("base form", "infinitive without to")),
    )


@family("transformation")
def agent_noun(draw: Draw) -> Function:
    """What somebody does <-> what such a person is called."""
    return related(
        draw,
        Relation(
            table=lexicon.AGENTS,
            source="verb",
            what=("word for a person who does it", "noun for the person", "agent noun"),
        ),
        Relation(
            table=lexicon.back(lexicon.AGENTS), source="agent noun", what=("verb", "verb for what the person does")
        ),
    )


@family("transformation")
def noun_of_verb(draw: Draw) -> Function:
    """Verbs <-> the nouns for what they tell."""
    return related(
        draw,
        Relation(
            table=lexicon.NOUNS_OF_VERBS,
            source="verb",
            what=("noun", "noun for the act or its result", "nominalisation", "noun from the same root"),
        ),
        Relation(
            table=lexicon.back(lexicon.NOUNS_OF_VERBS),
            source="noun",
            what=("verb", "verb from the same root", "verb that it comes from"),
        ),
    )


@family("transformation")
def noun_of_quality(draw: Draw) -> Function:
    """Adjectives <-> the nouns for the quality."""
    return related(
        draw,
        Relation(
            table=lexicon.NOUNS_OF_QUALITIES,
            source="adjective",
            what=("abstract noun", "noun for the quality", "noun from the same root"),
        ),
        Relation(
            table=lexicon.back(lexicon.NOUNS_OF_QUALITIES),
            source="abstract noun",
            what=("adjective", "adjective from the same root"),
        ),
    )


@family("transformation")
def adjective_of_noun(draw: Draw) -> Function:
    """Nouns <-> the adjectives that are made of them."""
    return related(
        draw,
        Relation(
            table=lexicon.ADJECTIVES_OF_NOUNS,
            source="noun",
            what=("adjective", "adjective made of it", "adjective from the same root"),
        ),
        Relation(
            table=lexicon.back(lexicon.ADJECTIVES_OF_NOUNS),
            source="adjective",
            what=("noun", "noun that it is made of", "noun from the same root"),
        ),
    )


@family("transformation")
def opposite_word(draw: Draw) -> Function:
    """A word -> its opposite, an unrelated word."""
    table = lexicon.OPPOSITES | lexicon.back(lexicon.OPPOSITES)
    return related(
        draw,
        Relation(table=table, source="word", what=("opposite", "antonym", "word of contrary meaning", "counterpart")),
    )


@family("transformation")
def negative_prefix(draw: Draw) -> Function:
    """Words with the negative prefix that they take (un-, in-, im-, il-, ir-, dis-), or without it."""
    return related(
        draw,
        Relation(
            table=lexicon.NEGATIVES,
            source="word",
            what=("form with a negative prefix", "negative made with a prefix such as un-, in- or dis-"),
        ),
        Relation(
            table=lexicon.back(lexicon.NEGATIVES),
            source="negated word",
            what=("form without the negative prefix", "positive counterpart without its prefix"),
        ),
    )


@family("transformation")
def spelling_variant(draw: Draw) -> Function:
    """British <-> American spelling."""
    return related(
        draw,
        Relation(
            table=lexicon.SPELLINGS, source="British spelling", what=("American spelling", "spelling used in America")
        ),
        Relation(
            table=lexicon.back(lexicon.SPELLINGS),
            source="American spelling",
            what=("British spelling", "spelling used in Britain"),
        ),
    )


@family("transformation")
def young_animal(draw: Draw) -> Function:
    """An animal -> what its young is called."""
    return related(
        draw,
        Relation(table=lexicon.YOUNG, source="animal", what=("young", "name for its young", "word for a baby animal")),
    )
