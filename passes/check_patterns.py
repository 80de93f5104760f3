"""Patterns of a match: the arms and the type of what is matched -> what is missing, doubled or never reached."""

from __future__ import annotations

import json

from pawc.base import types
from pawc.base.diagnostics import Collector, nearest, note_at
from pawc.base.source import Span
from pawc.base.types import Frozen, Labels, Optional, Type
from pawc.ir.nodes import Arm, Match


def check_patterns(operation: Match, subject: Type, place: Span | None, errors: Collector) -> None:
    """Report what is wrong with the patterns of a match of a `subject`, which stands at `place`."""
    bare = subject.item if isinstance(subject, Optional) else subject
    if not isinstance(bare, Labels | types.Int | types.Bool):
        help = "a match tells labels, ints and bools apart"
        if isinstance(bare, types.Text | types.Matching):
            help = 'give the function that makes it a result like `"yes" | "no"`, and match that'
        errors.add("P0322", f"a value of type `{subject}` cannot be matched", place, label="in this match", help=help)
        return
    left = _values(subject)
    default: Arm | None = None
    wrong = False
    seen: dict[tuple[type, Frozen], Arm] = {}
    for arm in operation.arms:
        key = (type(arm.pattern), arm.pattern)
        if arm.is_default:
            default = arm
            if left is not None and not left:
                message = "`_` is never reached: every value has its arm"
                errors.add("P0305", message, arm.span, label="nothing is left for it")
        elif why := types.mismatch(subject, types.thaw(arm.pattern)):
            wrong = True
            _wrong_pattern(arm, subject, why, errors)
        elif key in seen:
            notes = note_at(seen[key].span, "first here")
            message = f"two arms for {_shown(arm.pattern)}"
            errors.add("P0306", message, arm.span, label="never reached", notes=notes)
        else:
            seen[key] = arm
            if left is not None:
                left.remove(arm.pattern)
    if default is not None or wrong:
        return  # a wrong pattern was probably meant for what is missing
    if left is None:
        message = f"the match does not cover every `{subject}`"
        errors.add("P0304", message, place, label="only some values have an arm", help="add `_ => ...`")
    elif left:
        missing = ", ".join(_shown(value) for value in left)
        message = f"the match does not cover {missing}"
        help = f"add {'an arm' if len(left) == 1 else 'arms'} for {missing}, or `_ => ...`"
        errors.add("P0304", message, place, label=f"this is `{subject}`", help=help)


def _wrong_pattern(arm: Arm, subject: Type, why: str, errors: Collector) -> None:
    bare = subject.item if isinstance(subject, Optional) else subject
    close = nearest(arm.pattern, bare.names) if isinstance(bare, Labels) and isinstance(arm.pattern, str) else ""
    label = "this value is never null" if arm.pattern is None else "never matches"
    errors.add("P0307", f"the pattern is {why}", arm.span, label=label, help=close)


def _values(kind: Type) -> list[Frozen] | None:
    """Every value of a type that can be matched, in order; None where there are too many."""
    match kind:
        case Optional(item):
            values = _values(item)
            return None if values is None else [*values, None]
        case Labels(names):
            return list(names)
        case types.Bool():
            return [True, False]
    return None


def _shown(value: Frozen) -> str:
    return json.dumps(value, ensure_ascii=False)
