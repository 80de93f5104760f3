"""The families of synthetic functions: one file for each kind of work, and the table of all of them."""

from __future__ import annotations

from types import ModuleType

from pawc.data.synthetic.families import (
    addresses,
    commands,
    comparing,
    cues,
    dates,
    documents,
    encoding,
    fragments,
    identifiers,
    joined_sentences,
    json_text,
    language,
    lists,
    logs,
    mailroom,
    meaning,
    names,
    number_facts,
    numbers,
    options,
    phrases,
    policies,
    posts,
    reasoning,
    records,
    redaction,
    reformatting,
    routing,
    rules,
    schedules,
    sentences,
    source_code,
    surface,
    surface_words,
    web,
    word_forms,
)
from pawc.data.synthetic.function import Family

MODULES: tuple[ModuleType, ...] = (
    web,
    identifiers,
    documents,
    numbers,
    dates,
    schedules,
    names,
    json_text,
    logs,
    commands,
    reasoning,
    policies,
    routing,
    lists,
    reformatting,
    language,
    surface,
    surface_words,
    comparing,
    redaction,
    encoding,
    word_forms,
    phrases,
    sentences,
    cues,
    meaning,
    options,
    mailroom,
    fragments,
    source_code,
    number_facts,
    posts,
    addresses,
    records,
    rules,
    joined_sentences,
)


def families_of(module: ModuleType) -> tuple[Family, ...]:
    """The families of one file, in the order in which they stand there."""
    return tuple(value for value in vars(module).values() if isinstance(value, Family))


FAMILIES: dict[str, Family] = {family.name: family for module in MODULES for family in families_of(module)}
