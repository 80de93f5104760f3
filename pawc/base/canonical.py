"""Canonical JSON: a plain value <-> the one text that stands for it.

Keys are sorted, there is no white space, text is not escaped beyond what JSON demands, a float is the
shortest text that reads back as the same float and always shows a point or an exponent, and NaN and the
infinities do not exist. Equal values have equal text, so texts may be hashed and compared.
"""

from __future__ import annotations

import json
from typing import Any

from pawc.base.diagnostics import InternalError, fail


def dumps(value: Any) -> str:
    """The canonical text of a plain value."""
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InternalError(f"no canonical form: {error}") from error


def loads(text: str, where: str = "") -> Any:
    """The value of a canonical text; a coded error for text that is not JSON, or not in its canonical form.

    Comparing with the text that the value would have had refuses all at once: repeated keys, other key orders,
    white space, `1.50`, `1e2`, lone surrogates.
    """
    try:
        text.encode()  # a header in JSON may hold half a character, escaped
        value = json.loads(text, parse_constant=_no_constant)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except RecursionError:
        fail("P0519", "the JSON is nested too deeply", where=where)
    except ValueError as error:  # also numbers beyond what Python converts, and 1e999
        fail("P0517", f"not valid JSON: {error}", where=where)
    if again != text:
        at = next((i for i, (a, b) in enumerate(zip(again, text, strict=False)) if a != b), min(len(again), len(text)))
        fail("P0517", f"the JSON is not in its canonical form at character {at}", where=where)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")
