"""Strings that are texts: Python and JSON can spell half a surrogate pair, UTF-8 cannot (RFC 3629, section 3)."""

from __future__ import annotations

import json
from typing import Any


def is_text(string: str) -> bool:
    """Whether a string can be written to a file as UTF-8: whether it has no half of a surrogate pair."""
    try:
        string.encode()
    except UnicodeEncodeError:
        return False
    return True


def holds_texts(value: Any) -> bool:
    """Whether every string in a value, of the kinds that JSON has, is a text."""
    return is_text(json.dumps(value, ensure_ascii=False))
