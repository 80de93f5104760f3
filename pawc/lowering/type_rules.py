"""What makes a type itself wrong, whoever wrote it: a type in, coded diagnostics out.

Union labels that stand twice or alone or read as null, regular expressions that are none or that no decoder can
enforce, record fields that stand twice. Whether values and calls agree with types is `passes/check.py`'s matter.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from pawc.base.diagnostics import Diagnostic
from pawc.base.pattern import Unsupported, translate
from pawc.base.source import Span
from pawc.base.types import Labels, List, Matching, Optional, Record, Type, is_ambiguous


def problems(kind: Type, span: Span | None = None) -> Iterator[Diagnostic]:
    """Everything wrong with a type, and with the types inside it; `span` is where it is written."""
    match kind:
        case Labels(names):
            yield from _label_problems(names, span)
        case Matching(pattern):
            yield from _pattern_problems(pattern, span)
        case List(item) | Optional(item):
            yield from problems(item, span)
            if is_ambiguous(kind):
                yield Diagnostic(
                    "P0323",
                    f"`{kind}` has a label that is written like the null it may also be",
                    span,
                    "null twice",
                    help="give the label another name, or leave out the `?`",
                )
        case Record(fields):
            for name in _repeated(tuple(name for name, _ in fields)):
                yield Diagnostic("P0321", f"the record has two fields named `{name}`", span, "one of them must go")
            for _, field_kind in fields:
                yield from problems(field_kind, span)


def _label_problems(names: tuple[str, ...], span: Span | None) -> Iterator[Diagnostic]:
    for name in _repeated(names):
        yield Diagnostic("P0316", f'the label "{name}" stands twice in one union', span, "each label once")
    if len(names) == 1:
        yield Diagnostic(
            "P0315",
            f'a union of one label, "{names[0]}", leaves nothing to decide',
            span,
            "one label only",
            help=f'add the other labels (`"{names[0]}" | "..."`), or use `text`',
        )


def _pattern_problems(pattern: str, span: Span | None) -> Iterator[Diagnostic]:
    if why := _not_a_pattern(pattern):
        yield Diagnostic("P0317", f"`/{pattern}/` is not a regular expression: {why}", span, "not valid")
    elif why := _not_enforceable(pattern):
        yield Diagnostic(
            "P0318",
            f"`/{pattern}/` cannot be enforced while an answer is written: {why}",
            span,
            "not a regular language, as far as the decoder knows",
            help="write it without look-around, back-references and word boundaries; it always matches the whole text",
        )


def _not_a_pattern(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[a]` means what it says
            re.compile(pattern)
    except re.error as error:
        return str(error)
    except (OverflowError, RecursionError):
        return "it is too large"
    return ""


def _not_enforceable(pattern: str) -> str:
    try:
        translate(pattern)
    except Unsupported as error:
        return str(error)
    return ""


def _repeated(names: tuple[str, ...]) -> list[str]:
    return [name for index, name in enumerate(names) if name in names[:index] and name not in names[index + 1 :]]
