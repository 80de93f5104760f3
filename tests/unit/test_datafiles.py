"""Data files -> examples, and what is said about rows that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.types import INT, TEXT, FrozenRecord, Labels, List, Matching, Optional, Record, Type
from pawc.ir.nodes import Example, Param
from pawc.lowering import datafiles
from pawc.lowering.datafiles import read_rows

LEVEL = Labels(("now", "wait"))
MESSAGE = (Param(name="message", type=TEXT),)
MAIL = (Param(name="subject", type=TEXT), Param(name="size", type=INT))
TICKET = Record((("name", TEXT), ("level", INT), ("due", Optional(TEXT))))


def read(
    folder: Path, name: str, content: str | bytes, params: tuple[Param, ...] = MESSAGE, result: Type = LEVEL
) -> tuple[Example, ...]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rows(path, params, result, f"data/{name}", None)[0]


def values(rows: tuple[Example, ...]) -> list[tuple[object, ...]]:
    return [(*row.inputs, row.output) for row in rows]


def refusal(
    folder: Path, name: str, content: str | bytes, params: tuple[Param, ...] = MESSAGE, result: Type = LEVEL
) -> str:
    """What the user reads; one diagnostic after the other."""
    with pytest.raises(PawError) as caught:
        read(folder, name, content, params, result)
    return str(caught.value)


GOOD = [
    ("a.jsonl", '{"input": "x", "output": "now"}\n{"output": "wait", "input": "y"}\n'),
    ("no line end.jsonl", '{"input": "x", "output": "now"}\n{"input": "y", "output": "wait"}'),
    ("crlf.jsonl", '\ufeff{"input": "x", "output": "now"}\r\n\r\n  {"input": "y", "output": "wait"}  \r\n'),
    ("names.jsonl", '{"input": {"message": "x"}, "output": "now"}\n{"input": "y", "output": "wait", "id": 7}\n'),
    ("a.csv", "input,output\nx,now\ny,wait\n"),
    ("names.csv", '\ufeffid, output ,message\r\n1,now,x\r\n\r\n2,"wait","y"\r\n'),
    ("a.tsv", "output\tinput\nnow\tx\nwait\ty"),
    ("A.CSV", "input,output\nx,now\ny,wait\n"),
]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _ in GOOD])
def test_every_way_of_writing_the_same_rows_gives_the_same_examples(tmp_path: Path, name: str, content: str) -> None:
    assert values(read(tmp_path, name, content)) == [("x", "now"), ("y", "wait")]


def test_several_parameters_come_by_their_names(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.jsonl", '{"input": {"size": 3, "subject": "s"}, "output": "now"}', MAIL)
    assert values(rows) == [("s", 3, "now")]
    rows = read(tmp_path, "a.csv", "size,output,subject\n3,now,s\n", MAIL)
    assert values(rows) == [("s", 3, "now")]


def test_an_object_for_a_single_record_parameter_is_the_record(tmp_path: Path) -> None:
    params = (Param(name="name", type=TICKET),)
    record = '{"name": "n", "level": 2}'
    expected = FrozenRecord((("name", "n"), ("level", 2)))
    assert values(read(tmp_path, "a.jsonl", f'{{"input": {record}, "output": "now"}}', params)) == [(expected, "now")]
    by_name = f'{{"input": {{"name": {record}}}, "output": "now"}}'
    assert values(read(tmp_path, "b.jsonl", by_name, params)) == [(expected, "now")]


def test_cells_are_read_by_type(tmp_path: Path) -> None:
    params = (Param(name="n", type=Optional(INT)), Param(name="tags", type=List(TEXT)))
    rows = read(tmp_path, "a.csv", 'n,tags,output\n 7 ,"[""a""]",wait\n,[],now\nnull,[],now\n', params)
    assert values(rows) == [(7, ("a",), "wait"), (None, (), "now"), (None, (), "now")]


def test_an_empty_cell_of_optional_text_is_empty_text(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", "input,output\n,now\n", (Param(name="x", type=Optional(TEXT)),))
    assert values(rows) == [("", "now")]


def test_a_parameter_that_may_be_null_may_be_left_out_of_an_object(tmp_path: Path) -> None:
    params = (*MAIL, Param(name="due", type=Optional(TEXT)))
    rows = read(tmp_path, "a.jsonl", '{"input": {"size": 3, "subject": "s"}, "output": "now"}', params)
    assert values(rows) == [("s", 3, None, "now")]


def test_a_quoted_cell_may_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", 'input,output\n"a, ""b""\nc",now\nd,wait\n')
    assert values(rows) == [('a, "b"\nc', "now"), ("d", "wait")]
    assert [(row.span.line, row.output_span.line) for row in rows if row.span and row.output_span] == [(2, 3), (4, 4)]


def test_examples_point_at_their_values(tmp_path: Path) -> None:
    for name, content in GOOD:
        for row in read(tmp_path, name, content):
            assert row.output_span and row.span
            text = row.output_span.source.text
            assert text[row.output_span.start : row.output_span.end].strip('"') == row.output
            assert all(text[s.start : s.end].strip('"') == v for s, v in zip(row.input_spans, row.inputs, strict=True))
            assert row.span.source.name == f"data/{name}"


def test_a_wrong_value_is_shown_in_its_row(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.jsonl", '{"input": "x", "output": "now"}\n{"input": "y", "output": "wiat"}\n') == (
        'error[P0426]: the output is not of type `"now" | "wait"`: "wiat"\n'
        " --> data/a.jsonl:2:26\n"
        "  |\n"
        '2 | {"input": "y", "output": "wiat"}\n'
        '  |                          ^^^^^^ expected `"now" | "wait"`\n'
        "  = help: did you mean `wait`?"
    )


def test_a_wrong_cell_is_shown_in_its_row(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.csv", 'subject,size,output\n"a ""b""",many,now\n', MAIL) == (
        'error[P0426]: `size` is not of type `int`: "many"\n'
        " --> data/a.csv:2:11\n"
        "  |\n"
        '2 | "a ""b""",many,now\n'
        "  |           ^^^^ expected `int`"
    )


BAD = [
    ("a.jsonl", '{"input": "x", "output": "now"', "P0424", "data/a.jsonl:1:31"),
    ("a.jsonl", '{"input": "x" "output": "now"}', "P0424", "data/a.jsonl:1:15"),
    ("a.jsonl", '{"input": NaN, "output": "now"}', "P0424", "NaN is not a number of JSON"),
    ("a.jsonl", '{"input": "\\ud800", "output": "now"}', "P0424", "surrogate"),
    ("a.jsonl", '{"input": "x", "input": "y", "output": "now"}', "P0424", "data/a.jsonl:1:16"),
    ("a.jsonl", "[" * 100_000, "P0424", "nested too deeply"),
    ("a.jsonl", '{"input": ' + "9" * 5000 + ', "output": "now"}', "P0424", "data/a.jsonl:1:1"),
    ("a.jsonl", '["x", "now"]', "P0425", "this is a list"),
    ("a.jsonl", '{"inputs": "x", "output": "now"}', "P0425", "did you mean `inputs`?"),
    ("a.jsonl", '{"input": "x"}', "P0425", 'no "output"'),
    ("a.jsonl", '{"input": 3, "output": "now"}', "P0426", "data/a.jsonl:1:11"),
    ("a.jsonl", '{"input": {"massage": "x"}, "output": "now"}', "P0426", "not of type `text`"),
    ("a.jsonl", '{"input": "x", "output": null}', "P0426", "data/a.jsonl:1:26"),
    ("a.jsonl", "", "P0423", "has no rows"),
    ("a.jsonl", "\n  \n", "P0423", "has no rows"),
    ("a.csv", "", "P0423", "has no rows"),
    ("a.csv", "input,output\n\n", "P0423", "has no rows"),
    ("a.csv", "input,outptu\nx,now\n", "P0425", "did you mean `outptu`?"),
    ("a.csv", "text,label\nx,now\n", "P0425", "lacks the columns `message` and `output`"),
    ("a.csv", "text,label\nx,now\n", "P0425", "named `message` or `input`, that of the answers `output`"),
    ("a.csv", "input\toutput\nx\tnow\n", "P0425", "separated by commas"),
    ("a.csv", "input,output,output\nx,now,now\n", "P0425", "two columns are named `output`"),
    ("a.csv", "input,output\nx,y,now\n", "P0425", "must be quoted"),
    ("a.csv", "input,output\nx\n", "P0425", "the row has 1 cell, the header 2"),
    ("a.csv", 'input,output\n"x,now\ny,now\n', "P0424", "data/a.csv:2:1"),
    ("a.csv", "input,output\nx,soon\n", "P0426", "data/a.csv:2:3"),
    ("a.txt", "x\tnow\n", "P0421", "`data/a.txt` is not of a kind"),
    ("rows", "x\tnow\n", "P0421", ".jsonl, .csv or .tsv"),
    ("a.csv", b"input,output\ncaf\xe9,now\n", "P0422", "byte 0xe9 in line 2"),
]


@pytest.mark.parametrize(("name", "content", "code", "part"), BAD)
def test_a_malformed_file_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: str | bytes, code: str, part: str
) -> None:
    told = refusal(tmp_path, name, content)
    assert told.startswith(f"error[{code}]: ")
    assert part in told


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('{"input": "x", "output": "now"}', "must be an object with `subject` and `size`"),
        ('{"input": {"subject": "x"}, "output": "now"}', "lacks `size`"),
        ('{"input": {"subject": "x", "siez": 3}, "output": "now"}', "did you mean `size`?"),
    ],
)
def test_inputs_of_several_parameters_must_name_them(tmp_path: Path, content: str, part: str) -> None:
    told = refusal(tmp_path, "a.jsonl", content, MAIL)
    assert told.startswith("error[P0427]: ")
    assert part in told


def test_every_malformed_row_is_reported(tmp_path: Path) -> None:
    told = refusal(tmp_path, "a.jsonl", '{"input": 1, "output": "now"}\n{"input": "x", "output": "now"}\nno\n')
    assert [line for line in told.splitlines() if "-->" in line] == [
        " --> data/a.jsonl:1:11",
        " --> data/a.jsonl:3:1",
    ]


def test_a_file_of_nothing_but_malformed_rows_is_not_reported_in_full(tmp_path: Path) -> None:
    told = refusal(tmp_path, "a.csv", "input,output\n" + "x,soon\n" * 100)
    assert told.count("error[P0426]") == datafiles.MOST_REPORTED
    assert f"{100 - datafiles.MOST_REPORTED} more rows" in told


def test_a_missing_file_is_named_with_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "urgency.csv").write_text("")
    with pytest.raises(PawError, match=r"P0420.*no such file(.|\n)*did you mean `urgency.csv`"):
        read_rows(tmp_path / "urgancy.csv", MESSAGE, LEVEL, "urgancy.csv", None)


def test_a_folder_is_no_data_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(PawError, match=r"P0420.*is a directory"):
        read_rows(tmp_path / "a.csv", MESSAGE, LEVEL, "a.csv", None)


def test_a_path_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(PawError, match="P0420"):
        read_rows(Path("a\0.csv"), MESSAGE, LEVEL, "a.csv", None)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(datafiles.MOST_BYTES + 1)
    with pytest.raises(PawError, match=r"P0429.*64 MiB is the most"):
        read_rows(tmp_path / "a.csv", MESSAGE, LEVEL, "a.csv", None)


def test_rows_of_a_type_that_is_itself_wrong_are_not_judged(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "input,output\nx,now\n", result=Matching("(")) == ()
