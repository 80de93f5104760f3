"""How answers are written: bare, as `key: value`, as JSON, as labels of the house; with a word for what is absent.

Each kind of answer settles on one form for a function. The form's statements say the same in several ways, so that
the specification and the function always change together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pawc.base.diagnostics import InternalError
from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.function import Form, Statement, Value, Wordings
from pawc.data.synthetic.vocabulary import HOUSE_TERMS, PAIRS

ABSENT = ("none", "N/A", "-", "null", "missing", "NONE", "not found", "n/a", "nothing", "0 found", "?", "absent")
_IF_ABSENT = (
    'Write "{}" if there is none.',
    'Output "{}" when there is none.',
    'If nothing of the kind is there, the answer is "{}".',
    'Where it is absent, say "{}".',
    'Without one: "{}".',
)

_BRACKETED = ("the answer in square brackets", "that value in square brackets, [like this]")
_QUOTED = ("the answer in double quotes", "that value in double quotes")


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise InternalError(f"the reference gave {value!r} where a text is due")
    return value


def _quoted(labels: Wordings, last: str = " or ") -> str:
    *most, final = [f'"{label}"' for label in labels]
    return f"{', '.join(most)}{last}{final}" if most else final


@dataclass(frozen=True, kw_only=True)
class Single:
    """One text, which may be absent. `key` names it in keyed forms."""

    key: str
    do: Wordings
    optional: bool = False

    def settle(self, draw: Draw) -> Form:
        """Bare mostly; else under its key, as JSON or in brackets."""
        absent = draw.choice(ABSENT) if self.optional else ""
        render, outs, stated = self._shape(draw)
        notes = tuple(note.format(absent) for note in _IF_ABSENT) if self.optional else ("",)
        statements = tuple(
            Statement(do=do, out=out, notes=(note,) if note else ()) for do in self.do for out in outs for note in notes
        )
        return Form(
            render=lambda value: render(absent if value is None else _text(value)),
            statements=statements,
            stated=(*stated, f'"{absent}"') if self.optional else stated,
        )

    def _shape(self, draw: Draw) -> tuple[Callable[[str], str], Wordings, Wordings]:
        key, kind = self.key, draw.random()
        if kind < 0.6:
            bare = (
                "just that value",
                "the answer alone",
                "that and nothing else",
                "only the result",
                "the bare answer",
            )
            return str, (*bare, "nothing but the answer", "the value by itself"), ()
        if kind < 0.72:
            line = f"{key}: <value>"
            outs = (f"one line of the form `{line}`", f'the answer as "{line}"', f'"{line}" with the value filled in')
            return lambda text: f"{key}: {text}", outs, (line,)
        if kind < 0.9:
            outs = (
                f'a JSON object with the single key "{key}"',
                f'JSON, {{"{key}": "..."}}',
                f'a JSON object {{"{key}": "<value>"}}',
            )
            return lambda text: json.dumps({key: text}, ensure_ascii=False), outs, (f'"{key}"',)
        if kind < 0.95:
            return lambda text: f"[{text}]", _BRACKETED, ("in square brackets",)
        return lambda text: f'"{text}"', _QUOTED, ("in double quotes",)


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """A text made of the input, written as it is."""

    do: Wordings
    what: str = "text"

    def settle(self, draw: Draw) -> Form:
        """Always bare: quotes or keys would be part of the text."""
        outs = (
            f"the {self.what} only",
            f"just the resulting {self.what}",
            f"the {self.what}, without comment",
            "the result",
            f"nothing but the {self.what}",
            f"the finished {self.what}, no more",
        )
        return Form(render=_text, statements=tuple(Statement(do=do, out=out) for do in self.do for out in outs))


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Yes or no, in any pair of words, either way round. Both clauses are complete: `the text ends in a digit`."""

    holds: Wordings
    fails: Wordings

    def settle(self, draw: Draw) -> Form:
        """Labels, and whether the specification speaks of the condition or of its opposite."""
        yes, no = draw.choice(PAIRS)
        if draw.chance(0.15):  # a renamed pair without a meaning of its own
            yes, no = draw.sample(HOUSE_TERMS, 2)
        elif draw.chance(0.25):
            yes, no = no, yes
        out, wrap, stated = _label_shape(draw, (yes, no))
        clauses = [(c, yes, no) for c in self.holds] if draw.chance(0.7) else [(c, no, yes) for c in self.fails]
        statements = tuple(
            Statement(do=do.format(c=clause, y=then, n=other), out=out)
            for clause, then, other in clauses
            for do in (
                'answer "{y}" if {c}, otherwise "{n}"',
                'decide whether {c}: "{y}" if so, "{n}" if not',
                'check if {c} (then "{y}", else "{n}")',
                'say "{y}" when {c} and "{n}" in every other case',
                'answer "{n}" unless {c}; then it is "{y}"',
                'label it "{y}" where {c}, and "{n}" elsewhere',
                'write "{y}" if {c} and "{n}" if not',
                'return "{y}" in case {c}, or else "{n}"',
                'tell by "{y}" that {c}, by "{n}" that this is not so',
                'find out if {c}; "{y}" stands for it, "{n}" against it',
            )
        )
        return Form(
            render=lambda value: wrap(yes if value is True else no),
            statements=statements,
            stated=(f'"{yes}"', f'"{no}"', *stated),
            labels=(wrap(yes), wrap(no)),
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several labels, each with the clause that says when: `error`: `the line reports a failure`."""

    when: Mapping[str, str]
    otherwise: str | None = None  # the label where no clause holds; it has no clause of its own

    def settle(self, draw: Draw) -> Form:
        """The labels as they are, or in terms of the house."""
        own = (*self.when, *((self.otherwise,) if self.otherwise else ()))
        names = dict(zip(own, own, strict=True))
        if draw.chance(0.4):
            names = dict(zip(own, draw.sample(HOUSE_TERMS, len(own)), strict=True))
        labels = tuple(names.values())
        out, wrap, stated = _label_shape(draw, labels)
        rest = f'"{names[self.otherwise]}"' if self.otherwise else ""
        pairs = [(f'"{names[label]}"', clause) for label, clause in self.when.items()]
        draw.shuffle(pairs)
        lists = (
            "; ".join(f"{label} if {clause}" for label, clause in pairs) + (f"; otherwise {rest}" if rest else ""),
            ", ".join(f"{label} when {clause}" for label, clause in pairs)
            + (f", and {rest} in all other cases" if rest else ""),
            ", ".join(f"{label} = {clause}" for label, clause in pairs) + (f", {rest} = anything else" if rest else ""),
            "; ".join(f"{label} when {clause}" for label, clause in pairs)
            + (f"; where none of this fits, {rest}" if rest else ""),
        )
        heads = (
            *("choose the label: {}", "answer {}", "classify it: {}", "sort it into one of these: {}", "assign {}"),
            *("reply with {}", "pick the one that fits: {}", "label it by this key: {}", "decide which it is: {}"),
        )
        statements = tuple(Statement(do=head.format(rules), out=out) for rules in lists for head in heads)
        return Form(
            render=lambda value: wrap(names[_text(value)]),
            statements=statements,
            stated=(*(f'"{label}"' for label in labels), *stated),
            labels=tuple(wrap(label) for label in labels),
        )


def _label_shape(draw: Draw, labels: Wordings) -> tuple[str, Callable[[str], str], Wordings]:
    if draw.chance(0.85):
        outs = (
            f"exactly one of {_quoted(labels, ', ')}",
            f"{_quoted(labels)}",
            "the label alone",
            f"one word or code, {_quoted(labels)}",
        )
        return draw.choice(outs), str, ()
    key = draw.choice(("label", "result", "answer", "class", "verdict"))
    return (
        f'a JSON object, {{"{key}": "<label>"}}',
        lambda label: json.dumps({key: label}, ensure_ascii=False),
        (f'"{key}"',),
    )


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Several texts in order, or none."""

    do: Wordings
    what: str
    optional: bool = True

    def settle(self, draw: Draw) -> Form:
        """Joined by a separator, or a JSON list."""
        if draw.chance(0.25):
            outs = (f"a JSON list of the {self.what}", f"the {self.what} as a JSON array of strings")
            notes: Wordings = ("If there are none, the list is [].",) if self.optional else ()
            statements = tuple(Statement(do=do, out=out, notes=notes) for do in self.do for out in outs)
            return Form(
                render=lambda value: json.dumps(_items(value), ensure_ascii=False),
                statements=statements,
                stated=("JSON",),
            )
        joint, said = draw.choice(
            ((", ", 'by ", "'), ("; ", 'by "; "'), (" | ", 'by " | "'), (" ", "by single spaces"), (" / ", 'by " / "'))
        )
        outs = (f"the {self.what} separated {said}", f"the {self.what} in order, joined {said}")
        absent = draw.choice(ABSENT)
        asides = tuple(note.format(absent) for note in _IF_ABSENT[:3]) if self.optional else ("",)
        return Form(
            render=lambda value: joint.join(_items(value)) or absent,
            statements=tuple(
                Statement(do=do, out=out, notes=(note,) if note else ())
                for do in self.do
                for out in outs
                for note in asides
            ),
            stated=(said, f'"{absent}"') if self.optional else (said,),
        )


def _items(value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise InternalError(f"the reference gave {value!r} where a list is due")
    return value


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Named texts, each of which may be absent: `nouns` says what stands under each key."""

    nouns: Mapping[str, str]
    verbs: Wordings = ("extract", "find", "pull out", "give")
    optional: bool = False

    def settle(self, draw: Draw) -> Form:
        """A JSON object, `key: value` parts, or bare values in a row; the fields in an order of this function."""
        keys = draw.sample(sorted(self.nouns), len(self.nouns))
        told = " and ".join(self.nouns[key] for key in keys)
        absent = draw.choice(ABSENT)
        names = ", ".join(f'"{key}"' for key in keys)
        kind = draw.choice(("json", "lines", "inline", "row"))
        pattern = {"lines": "\\n", "inline": ", "}.get(kind, "").join(f"{key}: <value>" for key in keys)
        outs = {
            "json": (f"a JSON object with the keys {names}, in this order", f"one line of JSON with {names}"),
            "lines": (f"lines of the form {pattern}", f"one line a field, {pattern}"),
            "inline": (f"one line of the form {pattern}", f'"{pattern}"'),
            "row": ('the values in this order, joined by " | "', 'the values separated by " | " in the order named'),
        }[kind]
        notes = (
            tuple(note.format(absent) for note in ('Write "{}" for what is absent.', 'A missing one is "{}".'))
            if self.optional
            else ("",)
        )

        def render(value: Value) -> str:
            if not isinstance(value, Mapping):
                raise InternalError(f"the reference gave {value!r} where named values are due")
            found = {key: absent if (text := value[key]) is None else text for key in keys}
            if kind == "json":
                return json.dumps(found, ensure_ascii=False)
            if kind == "row":
                return " | ".join(found.values())
            return {"lines": "\n", "inline": ", "}[kind].join(f"{key}: {text}" for key, text in found.items())

        statements = tuple(
            Statement(do=f"{verb} {told}", out=out, notes=(note,) if note else ())
            for verb in self.verbs
            for out in outs
            for note in notes
        )
        shape = {"json": names, "row": '" | "'}.get(kind, pattern)
        stated = (shape, told, *((f'"{absent}"',) if self.optional else ()))
        return Form(render=render, statements=statements, stated=stated)
