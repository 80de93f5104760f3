"""std.json: exact functions on JSON documents. A document is a `text`; its parts are reached by a path.

A path is `user.tags.0`: keys and positions (from 0) with dots between, or a JSON Pointer, `/user/tags/0`;
the empty path is the whole document.
"""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

from pawc.std.builtin import LONGEST_TEXT, TOO_LONG, Error

T = TypeVar("T")

_MISSING = Error("")  # there is nothing at the path: told apart from a null that stands there


def parse(document: str) -> str | Error:
    """The document, written in one line with `, ` and `: ` between its parts; an error if it is not JSON.

    json.parse("[1,2,  {}]") -> "[1, 2, {}]"
    json.parse("{'a': 1}") -> error
    """
    value = _load(document)
    return value if isinstance(value, Error) else _dump(value)


def is_valid(document: str) -> bool:
    """Whether the text is a JSON document.

    json.is_valid("[1, 2") -> false
    """
    return not isinstance(_load(document), Error)


def format(value: T) -> str:
    r"""Any value as JSON.

    json.format(["a", "b"]) -> "[\"a\", \"b\"]"
    """
    return _dump(value)


def indent(document: str) -> str | Error:
    r"""The document on several lines, each level indented by two spaces.

    json.indent("[1]") -> "[\n  1\n]"
    """
    value = _load(document)
    if isinstance(value, Error):
        return value
    pieces, length = [], 0
    for piece in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_TEXT:  # every item of a deep list stands behind as many spaces as it lies deep
            return TOO_LONG
    return "".join(pieces)


def has(document: str, path: str) -> bool | Error:
    """Whether there is something at the path, be it null.

    json.has("{\\"a\\": null}", "a") -> true
    """
    found = _find(document, path)
    return found if isinstance(found, Error) and found is not _MISSING else found is not _MISSING


def get(document: str, path: str) -> str | Error | None:
    """What stands at the path: a string bare, anything else as JSON; null where there is nothing or null.

    json.get("{\\"user\\": {\\"name\\": \\"Ada\\"}}", "user.name") -> "Ada"
    json.get("{\\"tags\\": [1, 2]}", "tags.1") -> "2"
    json.get("{}", "user") -> null
    json.get("{", "user") -> error
    """
    found = _find(document, path)
    if found is None or found is _MISSING:
        return None
    return found if isinstance(found, str | Error) else _dump(found)


def get_int(document: str, path: str) -> int | Error | None:
    """The integer at the path, or null where there is nothing; anything else is an error.

    json.get_int("{\\"level\\": 3}", "level") -> 3
    json.get_int("{\\"level\\": \\"high\\"}", "level") -> error
    """
    found = _find(document, path)
    ok = isinstance(found, int | Error) and not isinstance(found, bool)
    return _or_null(found, path) if ok or found is None else _wrong("an int", found, path)


def get_float(document: str, path: str) -> float | Error | None:
    """The number at the path, or null where there is nothing; anything else is an error.

    json.get_float("{\\"price\\": 9.5}", "price") -> 9.5
    """
    found = _find(document, path)
    ok = isinstance(found, int | float | Error) and not isinstance(found, bool)
    return _or_null(found, path) if ok or found is None else _wrong("a number", found, path)


def get_bool(document: str, path: str) -> bool | Error | None:
    """The boolean at the path, or null where there is nothing; anything else is an error.

    json.get_bool("{\\"ok\\": true}", "ok") -> true
    """
    found = _find(document, path)
    ok = isinstance(found, bool | Error)
    return _or_null(found, path) if ok or found is None else _wrong("a bool", found, path)


def get_list(document: str, path: str) -> list[str] | Error | None:
    """The items of the array at the path (strings bare, others as JSON), or null where there is nothing.

    json.get_list("{\\"tags\\": [\\"a\\", 1]}", "tags") -> ["a", "1"]
    """
    found = _find(document, path)
    if isinstance(found, list):
        return [item if isinstance(item, str) else _dump(item) for item in found]
    return _or_null(found, path) if found is None or isinstance(found, Error) else _wrong("an array", found, path)


def keys(document: str) -> list[str] | Error:
    """The keys of the object, in order.

    json.keys("{\\"b\\": 1, \\"a\\": 2}") -> ["b", "a"]
    json.keys("[]") -> error
    """
    found = _load(document)
    if isinstance(found, dict):
        return list(found)
    return found if isinstance(found, Error) else Error("not a JSON object")


def _or_null(found: Any, path: str) -> Any:
    return None if found is _MISSING else found


def _wrong(expected: str, found: Any, path: str) -> Error:
    shown = _dump(found)
    return Error(f"`{path}` is not {expected}: {shown if len(shown) <= 40 else shown[:39] + '…'}")


def _find(document: str, path: str) -> Any:
    """What stands at the path, `_MISSING`, or the error that the document is none."""
    found = _load(document)
    for part in _parts(path):
        if isinstance(found, Error):
            break
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and part.isascii() and len(part) < 10:
            found = found[int(part)] if int(part) < len(found) else _MISSING
        else:
            found = _MISSING
    return found


def _parts(path: str) -> list[str]:
    if path.startswith("/"):  # RFC 6901
        return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    return path.split(".") if path else []


def _load(document: str) -> Any:
    """The value of a document, or the error that says why it is none."""
    try:
        value = json.loads(document, parse_constant=_refuse, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Error(f"not JSON: {reason.partition(': 0x')[0] if isinstance(error, UnicodeError) else reason}")
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"`{constant}` is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _refuse(digits)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
