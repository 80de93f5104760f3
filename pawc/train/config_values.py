"""Plain values <-> dataclasses: YAML and `key.key=value` -> settings; mistakes are coded errors that name the key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from pawc.base.diagnostics import fail, nearest


def build(kind: Any, values: Any, where: str, path: str = "") -> Any:
    """The dataclass `kind` whose fields have these values; what is not named has its default."""
    if not isinstance(values, Mapping):
        fail("P1210", f"`{path}` holds several keys, not `{values}`", where=where)
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    found = {}
    for key, value in values.items():
        if key not in names:
            fail(
                "P1210",
                f"there is no key `{path}{key}`",
                where=where,
                help=nearest(str(key), names) or f"there are: {', '.join(names)}",
            )
        hint = hints[key]
        found[key] = (
            build(hint, value, where, f"{path}{key}.") if is_dataclass(hint) else _value(hint, value, where, path + key)
        )
    return kind(**found)


def _value(hint: Any, value: Any, where: str, key: str) -> Any:
    if get_origin(hint) is tuple and isinstance(value, str):  # one, where there may be several
        value = [value] if value else []
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_value(get_args(hint)[0], item, where, key) for item in value)
    if get_origin(hint) not in (None, tuple) and isinstance(value, Mapping):
        return {str(name): _value(float, item, where, f"{key}.{name}") for name, item in value.items()}
    if hint is float and isinstance(value, int | str) and not isinstance(value, bool):
        with suppress(ValueError):  # YAML reads 4e-4 as a text
            return float(value)
    fits = isinstance(hint, type) and isinstance(value, hint) and not (hint is int and isinstance(value, bool))
    if not fits:
        several = "a list" if get_origin(hint) is tuple else "several keys"
        kinds = {int: "a whole number", float: "a number", str: "a text"}
        fail("P1210", f"`{key}` is `{value}`, not {kinds.get(hint, several)}", where=where)
    return value


def set_key(values: dict[str, Any], change: str) -> None:
    """Make one change, written `key.key=value`."""
    key, equals, text = change.partition("=")
    if not equals:
        fail("P1210", f"`{change}` is not `key=value`", where="--set")
    *parents, last = key.strip().split(".")
    place = values
    for parent in parents:
        inner = place.setdefault(parent, {})
        if not isinstance(inner, dict):
            fail("P1210", f"`{parent}` has no keys of its own", where="--set")
        place = inner
    place[last] = read_yaml(text, "--set")


def read_yaml(text: str, where: str) -> Any:
    """The plain value of a YAML text; a coded error names its line."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}:{mark.line + 1}" if mark else where
        fail("P1210", f"not valid YAML: {getattr(error, 'problem', error)}", where=place)


def plain_values(value: Any) -> Any:
    """A value with lists in place of tuples, as YAML and JSON have them."""
    if isinstance(value, Mapping):
        return {key: plain_values(item) for key, item in value.items()}
    return [plain_values(item) for item in value] if isinstance(value, tuple | list) else value
