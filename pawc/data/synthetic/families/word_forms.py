"""Forms and partners of words, from a lexicon: irregular plurals, comparatives, -ly, -ing, opposites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pawc.data.synthetic import lexicon
from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Single
from pawc.data.synthetic.function import Function, Wordings, family
from pawc.data.synthetic.saying import an, finishing


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
    one, two = draw.sample(sorted(table), 2)
    like = f"{one} gives {table[one]} and {two} gives {table[two]}"
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
                f"put the {what} in the place of every {source} ({like}) and keep the separators",
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
                    f"find the {what} ({like}) and print {shown}",
                )
                if style == "both"
                else (
                    f"give the {what} of the {source}",
                    f"turn the {source} into its {what}",
                    f"write down the {what} that belongs to this {source}",
                    f"replace the {source} by its {what}",
                    f"find the {what} for it",
                    f"name the {what}: {like}",
                    f"give the {what} (just as {like})",
                    f"answer with the {what} of what you are given",
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


def both_ways(
    draw: Draw, table: Mapping[str, str], first: str, partners: Wordings, second: str, origins: Wordings
) -> Function:
    """From words of the sort `first` to their partners, or back; `partners`, `origins`: names for what is asked for."""
    return related(
        draw,
        Relation(table=table, source=first, what=partners),
        Relation(table=lexicon.back(table), source=second, what=origins),
    )


@family("transformation")
@finishing
def irregular_plural(draw: Draw) -> Function:
    """Plurals that have to be known, among regular ones, and their singulars."""
    return both_ways(
        draw,
        lexicon.PLURALS,
        "singular noun",
        ("plural", "plural form", "form for more than one"),
        "plural noun",
        ("singular", "singular form", "form for one"),
    )


@family("transformation")
@finishing
def comparison(draw: Draw) -> Function:
    """Adjectives, their comparatives and superlatives, from any of the three to another."""
    more, most = lexicon.COMPARATIVES, lexicon.SUPERLATIVES
    return related(
        draw,
        Relation(
            table=more, source="adjective", what=("comparative", "comparative form", "first degree of comparison")
        ),
        Relation(table=most, source="adjective", what=("superlative", "superlative form", "highest degree")),
        Relation(table=lexicon.back(more), source="comparative", what=("base form", "positive", "plain adjective")),
        Relation(table=lexicon.back(most), source="superlative", what=("base form", "positive", "plain adjective")),
        Relation(
            table={more[word]: most[word] for word in more},
            source="comparative",
            what=("superlative", "superlative form"),
        ),
    )


@family("transformation")
@finishing
def adverb(draw: Draw) -> Function:
    """Adjectives <-> adverbs, mostly in -ly."""
    return both_ways(
        draw,
        lexicon.ADVERBS,
        "adjective",
        ("adverb", "adverb of manner", "adverb form"),
        "adverb",
        ("adjective", "underlying adjective"),
    )


@family("transformation")
@finishing
def ing_form(draw: Draw) -> Function:
    """Verbs <-> their forms in -ing."""
    return both_ways(
        draw,
        lexicon.ING_FORMS,
        "verb",
        ("form in -ing", "gerund", "present participle", "-ing form"),
        "gerund",
        ("base form", "bare infinitive", "plain verb"),
    )


@family("transformation")
@finishing
def agent_noun(draw: Draw) -> Function:
    """What somebody does <-> what such a person is called."""
    return both_ways(
        draw,
        lexicon.AGENTS,
        "verb",
        ("agent noun", "noun for the doer", "name of the doer"),
        "agent noun",
        ("verb", "underlying verb", "verb for the activity"),
    )


@family("transformation")
@finishing
def noun_of_verb(draw: Draw) -> Function:
    """Verbs <-> the nouns for what they tell."""
    return both_ways(
        draw,
        lexicon.NOUNS_OF_VERBS,
        "verb",
        ("noun", "abstract noun", "nominalisation", "noun from the same root"),
        "noun",
        ("verb", "verb from the same root", "underlying verb"),
    )


@family("transformation")
@finishing
def noun_of_quality(draw: Draw) -> Function:
    """Adjectives <-> the nouns for the quality."""
    return both_ways(
        draw,
        lexicon.NOUNS_OF_QUALITIES,
        "adjective",
        ("abstract noun", "noun for the quality", "noun from the same root"),
        "abstract noun",
        ("adjective", "adjective from the same root"),
    )


@family("transformation")
@finishing
def adjective_of_noun(draw: Draw) -> Function:
    """Nouns <-> the adjectives that are made of them."""
    return both_ways(
        draw,
        lexicon.ADJECTIVES_OF_NOUNS,
        "noun",
        ("adjective", "corresponding adjective", "adjective from the same root"),
        "adjective",
        ("noun", "base noun", "noun from the same root"),
    )


@family("transformation")
@finishing
def opposite_word(draw: Draw) -> Function:
    """A word -> its opposite, an unrelated word."""
    table = lexicon.OPPOSITES | lexicon.back(lexicon.OPPOSITES)
    return related(
        draw,
        Relation(table=table, source="word", what=("opposite", "antonym", "exact contrary")),
    )


@family("transformation")
@finishing
def negative_prefix(draw: Draw) -> Function:
    """Words with the negative prefix that they take (un-, in-, im-, il-, ir-, dis-), or without it."""
    return both_ways(
        draw,
        lexicon.NEGATIVES,
        "word",
        ("form with a negative prefix", "negative made with a prefix such as un-, in- or dis-"),
        "negated word",
        ("form without the negative prefix", "positive counterpart without its prefix"),
    )


@family("transformation")
@finishing
def spelling_variant(draw: Draw) -> Function:
    """British <-> American spelling."""
    return both_ways(
        draw,
        lexicon.SPELLINGS,
        "British spelling",
        ("American spelling", "spelling used in America"),
        "American spelling",
        ("British spelling", "spelling used in Britain"),
    )


@family("transformation")
@finishing
def young_animal(draw: Draw) -> Function:
    """An animal -> what its young is called."""
    return related(
        draw,
        Relation(table=lexicon.YOUNG, source="animal", what=("young", "young one", "baby")),
    )
