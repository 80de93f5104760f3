"""JSON: broken text mended, values looked up, objects turned into other texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, THINGS

_KEYS = ("name", "city", "count", "active", "color", "owner", "size", "note", "level", "tag", "unit", "state")


def small_object(draw: Draw, keys: int = 3) -> dict[str, str | int | bool]:
    """An object of a few simple values."""
    values: dict[str, str | int | bool] = {}
    for key in draw.sample(_KEYS, draw.randint(1, keys)):
        values[key] = draw.choice(
            (draw.choice(FIRST_NAMES), draw.choice(CITIES), draw.choice(THINGS), draw.choice(ADJECTIVES))
        )
        if draw.chance(0.35):
            values[key] = draw.choice((draw.randint(0, 99), draw.randint(0, 99), True, False))
    return values


_GIVEN = ("a JSON object", "one line of JSON", "a small JSON document")
# A defect, what mends it, and how it is made. Mending is checked by parsing.
_DEFECTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "brace": ("add the missing closing brace", lambda text: text[:-1]),
    "open": ("add the missing opening brace", lambda text: text[1:]),
    "trailing": ("remove the trailing comma", lambda text: f"{text[:-1]},}}"),
    "single": ("replace the single quotes by double quotes", lambda text: text.replace('"', "'")),
    "keys": ("put double quotes around the keys", lambda text: re.sub(r'"(\w+)":', r"\1:", text)),
    "python": (
        "replace Python's True and False by true and false",
        lambda text: text.replace("true", "True").replace("false", "False"),
    ),
    "equals": ("replace the equals signs between keys and values by colons", lambda text: text.replace('": ', '" = ')),
    "semicolon": ("replace the semicolons between the pairs by commas", lambda text: text.replace(", ", "; ")),
    "comment": ("remove the comment behind the object", lambda text: f"{text} // checked"),
    "fence": ("remove the ``` around the object", lambda text: f"```{text}```"),
}


def _mend(text: str) -> str:
    """The object that a damaged text is meant to be, however it is damaged; white space as `json.dumps` has it."""
    text = (
        text.strip("`")
        .partition(" //")[0]
        .replace("'", '"')
        .replace('" = ', '": ')
        .replace("; ", ", ")
        .replace(",}", "}")
    )
    text = re.sub(r"\bTrue\b", "true", re.sub(r"\bFalse\b", "false", text))
    text = re.sub(r'(?<![\w"])(\w+):', r'"\1":', text)
    text = ("" if text.startswith("{") else "{") + text + ("" if text.endswith("}") else "}")
    return json.dumps(json.loads(text))


@family("transformation")
def json_repair(draw: Draw) -> Function:
    """Damaged JSON mended: one kind of damage, or one of several."""
    chosen = draw.sample(sorted(_DEFECTS), draw.choice((1, 1, 2, 3)))
    said = " and ".join(_DEFECTS[name][0] for name in chosen)
    do = (
        (said, f"repair the JSON: {said}", f"{said}, so that it is valid JSON")
        if len(chosen) == 1
        else (
            f"{said}, whatever is needed, so that it is valid JSON",
            f"repair the JSON; depending on the damage, {said}",
        )
    )

    def case(draw: Draw) -> Case:
        while True:
            good = json.dumps(small_object(draw))
            bad = _DEFECTS[draw.choice(chosen)][1](good)
            if bad != good:
                return bad, good

    return Function(
        given=("a damaged JSON object", "broken JSON", "a JSON object that a program cannot parse"),
        answer=Rewrite(do=do, what="valid JSON"),
        draw=case,
        reference=_mend,
        hints=("Change nothing else.", "Keys and values stay as they are."),
        stated=tuple(_DEFECTS[name][0][1:] for name in chosen),
    )


@family("extraction")
def json_value(draw: Draw) -> Function:
    """The value of one key."""
    key, optional = draw.choice(_KEYS), draw.chance(0.6)

    def case(draw: Draw) -> str:
        found = small_object(draw, 4)
        if key not in found and (not optional or draw.chance(0.6)):
            found = {**found, key: draw.choice((draw.choice(THINGS), draw.randint(0, 500), draw.choice(CITIES)))}
        return json.dumps(found)

    def reference(text: str) -> str | None:
        found = json.loads(text)
        return (value if isinstance(value := found[key], str) else json.dumps(value)) if key in found else None

    said = (f'the value of the key "{key}"', f'the value of "{key}"', f'what stands under "{key}"')
    return Function(
        given=_GIVEN,
        answer=Single(
            key=draw.choice(("value", key)),
            do=tuple(f"{verb} {what}" for verb in ("return", "extract", "look up", "give") for what in said),
            optional=optional,
        ),
        draw=case,
        reference=reference,
        rules=("A text comes without its quotes.",),
        stated=(f'"{key}"',),
    )


@family("extraction")
def json_keys(draw: Draw) -> Function:
    """The keys of an object: listed, counted, or only those with values of one kind."""
    act = draw.choice(("all", "count", "numbers", "texts", "first", "last"))
    do = {
        "all": ("list the keys of the object", "give all keys, in order"),
        "count": ("count the keys of the object", "say how many keys the object has"),
        "numbers": ("list the keys whose value is a number", "give the keys with numbers as values"),
        "texts": ("list the keys whose value is a string", "give the keys with strings as values"),
        "first": ("give the first key of the object", "name the key that comes first"),
        "last": ("give the last key of the object", "name the key that comes last"),
    }[act]

    def reference(text: str) -> str | tuple[str, ...]:
        found = json.loads(text)
        kinds = {"numbers": int, "texts": str}
        match act:
            case "count":
                return str(len(found))
            case "first" | "last":
                return str(list(found)[0 if act == "first" else -1])
            case _:
                return tuple(key for key, value in found.items() if act == "all" or type(value) is kinds[act])

    listed = act in ("all", "numbers", "texts")
    return Function(
        given=_GIVEN,
        answer=Listing(do=do, what="keys", optional=act != "all")
        if listed
        else Single(key="count" if act == "count" else "key", do=do),
        draw=lambda d: json.dumps(small_object(d, 5)),
        reference=reference,
    )


@family("transformation")
def json_to_text(draw: Draw) -> Function:
    """Objects <-> `key=value` texts."""
    mark, joint = draw.choice(("=", ": ", " -> ")), draw.choice(("; ", ", ", " | ", "&"))
    shown, forward = f"key{mark}value{joint}key{mark}value", draw.chance(0.5)
    do = (
        (
            f"write the object as {shown}",
            f"convert the JSON object to the form {shown}",
            f"flatten the object to {shown}",
        )
        if forward
        else (
            "write it as a JSON object of strings",
            "convert the pairs to a JSON object with string values",
            "turn the pairs into JSON; all values are strings",
        )
    )

    def flat(text: str) -> str:
        return joint.join(f"{key}{mark}{value}" for key, value in json.loads(text).items())

    def build(text: str) -> str:
        return json.dumps(dict(part.split(mark) for part in text.split(joint)))

    def case(draw: Draw) -> Case:
        found = json.dumps(
            {
                key: draw.choice((draw.choice(THINGS), draw.choice(CITIES), draw.digits(2)))
                for key in draw.sample(_KEYS, draw.randint(1, 3))
            }
        )
        return (found, flat(found)) if forward else (flat(found), found)

    return Function(
        given=("a JSON object of strings",) if forward else (f"pairs like {shown}", f"a line of the form {shown}"),
        answer=Rewrite(do=do, what="line" if forward else "JSON object"),
        draw=case,
        reference=flat if forward else build,
        stated=(shown,),
    )


@family("transformation")
def json_edit(draw: Draw) -> Function:
    """One key of an object renamed, removed, set or moved."""
    key, new = draw.sample(_KEYS, 2)
    value = draw.choice(THINGS)
    said, edit = draw.choice(
        (
            (
                f'rename the key "{key}" to "{new}_{value}"',
                lambda o: {(f"{new}_{value}" if k == key else k): v for k, v in o.items()},
            ),
            (f'remove the key "{key}"', lambda o: {k: v for k, v in o.items() if k != key}),
            (f'set "{key}" to "{value}", adding it at the end if it is not there', lambda o: {**o, key: value}),
            (f'keep only the keys "{key}" and "{new}"', lambda o: {k: v for k, v in o.items() if k in (key, new)}),
        )
    )

    def case(draw: Draw) -> str:
        found = small_object(draw)
        extra = {key: draw.choice(CITIES)} if draw.chance(0.7) else {}
        return json.dumps({**found, **extra} if draw.chance(0.5) else {**extra, **found})

    return Function(
        given=_GIVEN,
        answer=Rewrite(do=(said, f"{said} in the object"), what="JSON object"),
        draw=case,
        reference=lambda text: json.dumps(edit(json.loads(text))),
        hints=("The other keys keep their order.",),
        stated=(f'"{key}"',),
    )


@family("classification")
def json_valid(draw: Draw) -> Function:
    """Whether a text is valid JSON."""
    defects = draw.sample(sorted(set(_DEFECTS) - {"comment", "fence"}), 4)

    def reference(text: str) -> bool:
        try:
            json.loads(text)
        except json.JSONDecodeError:
            return False
        return True

    def case(draw: Draw) -> Case:
        good = json.dumps(small_object(draw))
        if draw.chance(0.5):
            return good, True
        bad = _DEFECTS[draw.choice(defects)][1](good)
        return bad, bad == good

    return Function(
        given=("a text that should be JSON", "a JSON object, perhaps a damaged one", "what a program wrote as JSON"),
        answer=Decision(
            holds=("the text is valid JSON", "a strict JSON parser would accept it"),
            fails=("the text is not valid JSON", "it has a syntax error as JSON"),
        ),
        draw=case,
        reference=reference,
        hints=("Trailing commas and single quotes are not allowed.",),
    )
