"""Comments and blank lines around parts that are written again. Whole files are in test_formatter."""

from __future__ import annotations

from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax.comment_placing import CommentPlacer
from pawc.syntax.parser import parse


def written(text: str) -> list[str]:
    """The items of a file as their first words, with what stood around them."""
    file = parse(Source("t.paw", text))

    def name(index: int, item: syntax.TypeDefinition, indent: str) -> str:
        return f"{index}:{item.name.text}"

    return CommentPlacer(file).sequence(file.items, "  ", name, len(text))


def test_parts_are_written_with_their_index_and_indentation() -> None:
    assert written("type A = int type B = int") == ["  0:A", "  1:B"]


def test_a_comment_stands_before_behind_or_after_a_part() -> None:
    text = "# before\ntype A = int # behind\n# between\ntype B = int\n# after"
    assert written(text) == ["  # before", "  0:A  # behind", "  # between", "  1:B", "  # after"]


def test_a_comment_behind_two_parts_goes_with_the_second() -> None:
    assert written("type A = int type B = int # both") == ["  0:A", "  1:B  # both"]


def test_many_blank_lines_become_one_and_none_stands_first() -> None:
    assert written("\n\ntype A = int\n\n\n# c\n\n\ntype B = int\n\n") == ["  0:A", "", "  # c", "", "  1:B"]


def test_a_node_is_commented_while_a_comment_in_it_is_not_written() -> None:
    file = parse(Source("t.paw", "type A = list< # c\nint>\ntype B = int"))
    placer = CommentPlacer(file)
    assert placer.commented(file.items[0])
    assert not placer.comment_before(file.items[0])
    assert placer.comment_before(file.items[1])
    placer.before(len(placer.text))
    assert not placer.commented(file.items[0])


def test_a_node_without_a_place_has_no_comments() -> None:
    placer = CommentPlacer(parse(Source("t.paw", "# c\n")))
    assert not placer.commented(syntax.Placeholder())
    assert placer.behind(None, 10) == ("", None)
