"""`pawc run` as a filter: order, latency, pipes, memory, and what happens to records that fail."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from conftest import INTERPRETER, Place, Result

Command = Callable[..., Result]

TWICE = "fn main(x: text) -> text = x ++ x\n"
REPLY = 'fn reply(tone: text, times: int, message: text) -> text = tone ++ ": " ++ times ++ message\n'
NUMBERS = "import std.math\nfn main(n: int) -> int = math.add(n, 1)\n"
LABEL = 'fn f(x: text) -> "a" | "b" { spec "Which?" example "1" -> "a" example "2" -> "b" }\n'


def build(place: Place, pawc: Command, source: str, *flags: str) -> str:
    """Build a source to `x.pawx`."""
    place.write("x.paw", source)
    result = pawc("build", "x.paw", *flags)
    assert result.code == 0, result.err
    return "x.pawx"


def test_a_thousand_lines_come_out_in_order(place: Place, pawc: Command) -> None:
    lines = [f"line {i}" for i in range(1, 1001)]
    result = place.run("run", build(place, pawc, TWICE), input="".join(f"{line}\n" for line in lines))
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [line + line for line in lines]


def test_a_thousand_lines_through_a_model_come_out_in_order(place: Place, pawc: Command) -> None:
    program = build(place, pawc, LABEL + "fn main(x: text) -> text = f(x) ++ x\n", *INTERPRETER)
    lines = [f"line {i}" for i in range(1, 1001)]
    result = place.run("run", program, input="".join(f"{line}\n" for line in lines))
    assert (result.code, result.err) == (0, "")
    assert [out[1:] for out in result.out.splitlines()] == lines
    assert {out[0] for out in result.out.splitlines()} <= {"a", "b"}


def test_a_line_typed_is_answered_before_the_next_one_is_typed(place: Place, pawc: Command) -> None:
    with place.start("run", build(place, pawc, TWICE)) as process:
        assert process.stdin and process.stdout
        for line in (b"one\n", b"two\n", b"three\n"):
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline() == line[:-1] * 2 + b"\n"
        process.stdin.close()
    assert process.returncode == 0


def test_a_pipe_closed_by_its_reader_ends_it_quietly(place: Place, pawc: Command) -> None:
    process = place.start("run", build(place, pawc, TWICE))
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(b"line\n" * 10_000)
    process.stdin.flush()
    assert process.stdout.readline() == b"lineline\n"
    process.stdout.close()
    with suppress(BrokenPipeError):  # it has ended
        for _ in range(100):
            process.stdin.write(b"line\n" * 1000)
    process.wait(timeout=60)
    assert process.stderr.read() == b""
    assert process.returncode == 141
    process.stderr.close()
    with suppress(BrokenPipeError):
        process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_number_of_lines(place: Place, pawc: Command) -> None:
    with place.start("run", build(place, pawc, TWICE)) as process:
        assert process.stdin and process.stdout
        peaks = []
        for count in (1_000, 20_000):
            for _ in range(count):
                process.stdin.write(b"some line of text that is not short\n")
                process.stdin.flush()
                process.stdout.readline()
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:  # noqa: PTH123
                peaks.append(int(next(line for line in status if line.startswith("VmHWM")).split()[1]))
        process.stdin.close()
    assert peaks[1] < peaks[0] * 1.05


def test_a_record_that_fails_is_reported_and_the_others_are_answered(place: Place, pawc: Command) -> None:
    result = place.run("run", build(place, pawc, NUMBERS), input=b"1\nx\n\xff\n4\n")
    assert result.code == 1
    assert result.out == "2\n\n\n5\n"
    assert [line.partition(": not")[0][:27] for line in result.err.splitlines()] == [
        "record 2: error[P0953]: `n`",
        "record 3: error[P0951]: the",
    ]


def test_fail_fast_stops_at_the_first_record_that_fails(place: Place, pawc: Command) -> None:
    result = place.run("run", "--fail-fast", build(place, pawc, NUMBERS), input="1\nx\n3\n")
    assert (result.code, result.out) == (1, "2\n\n")


def test_json_goes_in_and_out_a_line_each(place: Place, pawc: Command) -> None:
    records = [{"tone": "kind", "times": 2, "message": "a\nb"}, {"tone": "kind"}, "text"]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    result = place.run("run", "--json", build(place, pawc, REPLY), input=lines + "{\n")
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert answers[0] == {"output": "kind: 2a\nb"}
    assert [(a["error"]["code"], a["error"]["record"]) for a in answers[1:]] == [
        ("P0953", 2),
        ("P0953", 3),
        ("P0952", 4),
    ]
    assert (result.code, result.err) == (1, "")


def test_arguments_that_are_the_same_for_all_records_come_from_the_command_line(place: Place, pawc: Command) -> None:
    program = build(place, pawc, REPLY)
    place.write("in.txt", "hello\nbye\n")
    result = pawc("run", program, "--arg", "tone=kind", "--arg", "times=3", "-i", "in.txt")
    assert result == Result(0, "kind: 3hello\nkind: 3bye\n", "")


def test_a_program_whose_arguments_are_all_given_is_called_once_and_reads_nothing(place: Place, pawc: Command) -> None:
    program = build(place, pawc, REPLY)
    given = ["--arg", "tone=kind", "--arg", "times=3", "--arg", "message=hello\nyou"]
    assert pawc("run", program, *given) == Result(0, "kind: 3hello\nyou\n", "")
    assert pawc("run", program, *given, "--json").out == '{"output": "kind: 3hello\\nyou"}\n'
    refused = pawc("run", program, *given, "-i", "in.txt")
    assert "--arg gives every parameter of `reply`" in refused.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--arg", "tone=kind"), "P0909"),
        (("--arg", "tone=kind", "--arg", "times=3", "--arg", "message=hi", "--in", "lines"), "P0909"),
        (("--arg", "tone=kind", "--arg", "times=x"), "P0909"),
        (("--arg", "tne=kind"), "P0909"),
        (("--arg", "tone"), "P0909"),
        (("-f", "none_such"), "P0908"),
        (("--batch", "0"), "P0901"),
        (("--in", "csv"), "P0901"),
    ],
)
def test_a_command_line_that_does_not_fit_the_program_is_a_usage_error(
    place: Place, pawc: Command, arguments: tuple[str, ...], code: str
) -> None:
    result = pawc("run", build(place, pawc, REPLY), *arguments)
    assert (result.code, result.out) == (2, "")
    assert f"error[{code}]" in result.err


def test_all_of_the_input_can_be_one_record_and_is_answered_verbatim(place: Place, pawc: Command) -> None:
    place.write("in.txt", "a\nb\n")
    result = pawc("run", build(place, pawc, TWICE), "--in", "whole", "-i", "in.txt")
    assert result.out == "a\nb\na\nb\n\n"


def test_records_may_end_in_nul_and_answers_still_take_a_line(place: Place, pawc: Command) -> None:
    place.write("in.txt", "a\nb\0c\0")
    result = pawc("run", build(place, pawc, TWICE), "--in", "nul", "-i", "in.txt")
    assert result.out == "a\\nba\\nb\ncc\n"


def test_scores_and_traces_are_added_to_the_answers(place: Place, pawc: Command) -> None:
    program = build(place, pawc, LABEL + "fn main(x: text) -> text = f(x ++ x)\n", *INTERPRETER)
    place.write("in.jsonl", '"1"\n')
    (answer,) = pawc("run", program, "--json", "--trace", "-i", "in.jsonl").out.splitlines()
    trace = json.loads(answer)["trace"]
    assert [step["value"] for step in trace] == ["11", json.loads(answer)["output"]]
    (answer,) = pawc("run", program, "-f", "f", "--json", "--scores", "-i", "in.jsonl").out.splitlines()
    assert sum(json.loads(answer)["scores"].values()) == pytest.approx(1, abs=1e-4)


def test_scores_and_traces_of_lines_are_shown_on_stderr(place: Place, pawc: Command) -> None:
    program = build(place, pawc, LABEL + "fn main(x: text) -> text = f(x ++ x)\n", *INTERPRETER)
    place.write("in.txt", "1\n")
    joined, called = pawc("run", program, "--trace", "-i", "in.txt").err.splitlines()
    assert re.fullmatch(r'record 1: +[\d.]+ ms  x\.main %\w+ = concat: "11"', joined)
    assert re.fullmatch(r'record 1: +[\d.]+ ms  x\.main %\w+ = call x\.f: "\w+"', called)
    (scores,) = pawc("run", program, "-f", "f", "--scores", "-i", "in.txt").err.splitlines()
    assert re.fullmatch(r"record 1: \w+ [01]\.\d{3}  \w+ [01]\.\d{3}", scores)


def test_scores_of_what_is_no_choice_among_labels_are_refused(place: Place, pawc: Command) -> None:
    result = pawc("run", build(place, pawc, TWICE), "--scores")
    assert (result.code, result.out) == (1, "")
    assert "error[P0955]" in result.err


def test_a_source_is_built_in_the_cache_and_run(place: Place, pawc: Command) -> None:
    place.write("x.paw", TWICE)
    place.write("in.txt", "ab\n")
    assert pawc("run", "x.paw", "-i", "in.txt") == Result(0, "abab\n", "")
    assert not list(place.folder.glob("*.pawx"))
    place.write("x.paw", TWICE.replace("x ++ x", 'x ++ "!"'))
    assert pawc("run", "x.paw", "-i", "in.txt").out == "ab!\n"


def test_an_interrupt_ends_it_quietly(place: Place, pawc: Command) -> None:
    process = place.start("run", build(place, pawc, TWICE))
    assert process.stdin and process.stdout
    process.stdin.write(b"a\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"aa\n"
    process.send_signal(signal.SIGINT)
    # Waited for first: to ask for its output closes its input, and the end of that may come before the signal does.
    assert process.wait(timeout=60) == 130
    assert process.communicate() == (b"", b"")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.txt", "", "P0954"),
        ("x.pawx", "nonsense", "P05"),
        ("none.pawx", None, "P0502"),
        ("none", None, "P0502"),
        ("x.paw", "fn", "P01"),
    ],
)
def test_what_is_no_program_is_refused(place: Place, pawc: Command, name: str, content: str | None, code: str) -> None:
    if content is not None:
        place.write(name, content)
    result = pawc("run", name)
    assert result.code == 1
    assert f"error[{code}" in result.err


def test_the_first_answer_does_not_wait_for_the_whole_input(place: Place, pawc: Command) -> None:
    """A slow producer: each line is answered before the next is written, also when several come at once."""
    with place.start("run", build(place, pawc, TWICE)) as process:
        assert process.stdin and process.stdout
        process.stdin.write(b"a\nb\nc\n")
        process.stdin.flush()
        assert [process.stdout.readline() for _ in range(3)] == [b"aa\n", b"bb\n", b"cc\n"]
        os.write(process.stdin.fileno(), b"half a li")
        time.sleep(0.05)
        os.write(process.stdin.fileno(), b"ne\n")
        assert process.stdout.readline() == b"half a linehalf a line\n"
        process.stdin.close()


def test_an_executable_may_have_any_name(place: Place, pawc: Command) -> None:
    place.write("a.paw", TWICE)
    place.write("in.txt", "ab\n")
    for name in ("twice.exe", "twice"):
        assert pawc("build", "a.paw", "-o", name).code == 0
        assert pawc("run", name, "-i", "in.txt") == Result(0, "abab\n", "")
        assert pawc("inspect", name).out.startswith("a: executable")
    assert pawc("diff", "twice.exe", "twice", "--inputs", "in.txt") == Result(0, "", "")
    assert "up to date" in pawc("build", "a.paw", "-o", "twice").err
    assert "error[P0954]: `a.paw` is no object" in pawc("link", "a.paw", "-o", "b").err


def test_running_an_executable_needs_no_part_of_the_compiler(place: Place, pawc: Command) -> None:
    """`pawc-runtime` has none of it."""
    hidden = "pawc.passes", "pawc.grammar", "pawc.neural", "pawc.pass_base", "torch", "lark", "safetensors"
    script = f"import sys; sys.modules |= dict.fromkeys({hidden}); from pawc.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "run", build(place, pawc, TWICE)]
    done = subprocess.run(command, cwd=place.folder, env=place.env, input=b"a\n", capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"aa\n", b"")
