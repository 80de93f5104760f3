"""Bytes of UTF-8 read as classes of characters."""

from __future__ import annotations

import pytest

from pawc.runtime.utf8 import Run, decoder


def classes(runs: list[Run], text: bytes) -> list[int]:
    """The classes of the characters; 0 at the end for what is no character of any class."""
    table, node, found = decoder(runs), 0, []
    for byte in text:
        node = int(table[node, byte])
        if node <= 0:
            found.append(-node)
        if node == 0:
            break
        node = max(node, 0)
    return found


@pytest.mark.parametrize(
    "char", ["\0", "\x7f", "\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"]
)
def test_characters_at_the_borders_of_lengths_are_read(char: str) -> None:
    code = ord(char)
    assert classes([(code, code, 3)], char.encode()) == [3]
    before, after = (chr(other) for other in (max(code - 1, 0), min(code + 1, 0x10FFFF)))
    for other in {before, after} - {char}:
        if not 0xD800 <= ord(other) <= 0xDFFF:
            assert classes([(code, code, 3)], other.encode()) == [0]


def test_each_character_has_its_own_class() -> None:
    runs = [(0x61, 0x7A, 1), (0xE9, 0xE9, 2), (0x20AC, 0x20AD, 1), (0x1F600, 0x1F64F, 3)]
    assert classes(runs, "aé€😀z".encode()) == [1, 2, 1, 3, 1]


@pytest.mark.parametrize(
    "text", [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xff", b"\x80", b"\xf4\x90\x80\x80"]
)
def test_what_is_no_utf8_is_read_as_nothing(text: bytes) -> None:
    runs = [(0, 0xD7FF, 1), (0xE000, 0x10FFFF, 1)]
    assert classes(runs, text) == [0]
    assert classes(runs, "\u07ff\u0800\U0010ffff".encode()) == [1, 1, 1]


def test_equal_subtrees_are_one_node() -> None:
    assert len(decoder([(0, 0x10FFFF, 1)])) <= 8
