"""The other commands, each through its command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import INTERPRETER, PAWC, Place, Result, children_seconds

from pawc.cli.main import COMMANDS, PLANNED
from pawc.driver.program import Program
from pawc.runtime.outcome import Answer

Command = Callable[..., Result]

ODD = """
fn odd(x: text) -> "yes" | "no" {
  spec "Odd?"
  example "1" -> "yes"
BODY}
"""


def write_tests(place: Place, pawc: Command, rate: float) -> None:
    """A source with two suites of two tests each, of which a tiny model passes one: what it answers is asked first."""
    place.write("t.paw", ODD.replace("BODY", ""))
    place.write("in.txt", "2\n3\n4\n5\n")
    right = pawc("run", "t.paw", *INTERPRETER, "-i", "in.txt").out.split()
    wrong = [{"yes": "no", "no": "yes"}[answer] for answer in right]
    place.write("odd.tsv", f"input\toutput\n4\t{right[2]}\n5\t{wrong[3]}\n")
    body = f"""  test "2" -> "{right[0]}"\n  test "3" -> "{wrong[1]}"\n  tests from "odd.tsv" at least {rate}\n"""
    place.write("t.paw", ODD.replace("BODY", body))


# --help, usage, exit codes


def test_help_answers_in_under_150_ms(place: Place) -> None:
    times = []
    for _ in range(7):
        start = children_seconds()
        subprocess.run([*PAWC, "--help"], env=place.env, check=True, stdout=subprocess.DEVNULL)
        times.append(children_seconds() - start)
    assert min(times) < 0.15


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is always full")
def test_a_full_disk_is_no_fault_of_ours(place: Place) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PAWC, "explain", "P0201"], env=place.env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error[P0950]: no space left on device") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_needs_no_model(place: Place, command: str) -> None:
    script = "import sys; from pawc.cli.main import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
    script += "print({'torch', 'transformers'} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script, command, "--help"], env=place.env, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"usage: pawc {command}")
    assert done.stderr == "set()\n"


@pytest.mark.parametrize("name", PLANNED)
def test_a_planned_command_says_that_it_does_not_exist_yet(pawc: Command, name: str) -> None:
    result = pawc(name)
    assert result.code == 2
    assert f"error[P0903]: `pawc {name}` does not exist yet" in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "usage: pawc"),
        (("biuld",), 2, "did you mean `build`?"),
        (("--verson",), 2, "unknown option `--verson`"),
        (("build",), 2, "the following arguments are required"),
        (("build", "--bits", "many", "a.paw"), 2, "argument --bits: 16, 8, 6 or 4, not `many`"),
        (("build", "--seed", "-1", "a.paw"), 2, "argument --seed: a whole number from 0 to 4294967295, not `-1`"),
        (("build", "-j", "0", "a.paw"), 2, "argument -j/--jobs: a whole number, at least 1, not `0`"),
        (("build", "--print-after", "inlin", "a.paw"), 2, "did you mean `inline`?"),
        (("bench", "a.pawx", "-i", "x", "--batch", "0"), 2, "argument --batch: "),
        (("serve", "a.pawx", "--port", "99999"), 2, "argument --port: a whole number from 0 to 65535, not `99999`"),
        (("check", "none.paw"), 1, "error[P0215]"),
        (("fmt", "none.paw"), 1, "error[P0502]"),
        (("inspect", "none.pawx"), 1, "error[P0502]"),
        (("test", "none.paw", "--junit", "/"), 1, "error[P0215]"),
        (("explain", "P9999"), 2, "there is no code"),
        (("explain", "everything"), 2, "there is no code"),
        (("build", "a.paw", "-O4"), 2, "the levels are -O0, -O1, -O2 and -O3"),
        (("check", "a.paw", "-O4"), 2, "`pawc check --help` shows what is accepted"),
        (("interp",), 2, "error[P0901]"),
        (("interp", "rm", "none-such"), 1, "`pawc interp list`"),
        (("interp", "pul"), 2, "did you mean `pull`?"),
        (("run", "a.pawx", "--in", "line"), 2, "did you mean `lines`?"),
        (("interp", "info", "none-such"), 1, "`pawc interp list` shows what is, `pawc interp pull` fetches one"),
        (("build", "--target", "gpu", "a.paw"), 2, "did you mean `cpu`? there are cpu, cuda, "),
    ],
)
def test_errors_are_diagnostics_with_an_exit_code_and_no_traceback(
    pawc: Command, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = pawc(*arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert "Traceback" not in result.err


def test_help_is_a_command_too(pawc: Command) -> None:
    assert pawc("help") == pawc("--help")
    assert pawc("help").code == 0


def test_the_version_and_the_makefile_are_named(pawc: Command) -> None:
    assert pawc("--version").out.startswith("pawc 0.")
    assert pawc("-V") == pawc("--version")
    assert Path(pawc("--makefile").out.strip()).read_text(encoding="utf-8").startswith("# paw.mk")


# check, fmt, explain, passes


def test_check_reports_the_errors_of_all_files_at_once_and_needs_no_interpreter(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn main(x: text) -> text = nothing(x)\n")
    place.write("b.paw", 'fn f(x: int) -> int { spec "s" example "x" -> 1 }\n')
    place.write("c.paw", "fn main(x: text) -> text = x\n")
    assert pawc("check", "c.paw") == Result(0, "", "")
    result = pawc("check", "a.paw", "b.paw", "c.paw")
    assert result.code == 1
    assert result.err.count("error[") == 2


def test_check_warns_of_what_build_would_refuse(place: Place, pawc: Command) -> None:
    place.write("empty.paw", "")
    place.write("private.paw", "fn _f(x: text) -> text = x\n")
    place.write("main.paw", 'import "./lib.paw"\nfn main(x: text) -> text = x\n')
    place.write("lib.paw", "")  # of what is only imported nothing is called
    for name in ("empty", "private"):
        result = pawc("check", f"{name}.paw")
        assert (result.code, result.err.count("warning[P0617]: there is nothing to call")) == (0, 1)
        assert f" --> {name}.paw\n" in result.err
        assert "error[P0617]" in pawc("build", f"{name}.paw", *INTERPRETER).err
    assert pawc("check", "empty.paw", "-q") == Result(0, "", "")
    assert "P0617" not in pawc("check", "main.paw").err


def test_a_byte_that_is_no_text_has_the_same_number_everywhere(place: Place, pawc: Command) -> None:
    (place.folder / "a.paw").write_bytes(b"fn\x97")
    for command in ("check", "fmt"):
        assert "`a.paw` is not UTF-8: byte 3 is 0x97" in pawc(command, "a.paw").err


def test_fmt_rewrites_in_place_and_check_only_says_so(place: Place, pawc: Command) -> None:
    path = place.write("a.paw", "fn   main(x:text)->text=x\n")
    assert pawc("fmt", "--check", "a.paw") == Result(1, "a.paw\n", "")
    assert "+fn main(x: text) -> text = x" in pawc("fmt", "--diff", ".").out
    assert path.read_text() == "fn   main(x:text)->text=x\n"
    assert pawc("fmt", "a.paw") == Result(0, "", "")
    assert path.read_text() == "fn main(x: text) -> text = x\n"
    assert pawc("fmt", "--check", "a.paw") == Result(0, "", "")


def test_fmt_filters_stdin_to_stdout(place: Place) -> None:
    assert place.run("fmt", "-", input="fn   main(x:text)->text=x") == Result(0, "fn main(x: text) -> text = x\n", "")
    assert place.run("fmt", "-", input=b"fn \xff").code == 1


def test_explain_shows_one_code_or_lists_all(pawc: Command) -> None:
    listed = pawc("explain").out.splitlines()
    assert len(listed) > 100
    page = pawc("explain", listed[0].split()[0].lower()).out
    assert page.startswith(listed[0].replace("  ", ": ", 1))
    assert "Refused:" in page and "Accepted:" in page
    for asked in ("P0201", "p201", "201", "error[P0201]", "[p0201]"):
        assert pawc("explain", asked).out.startswith("P0201: ")


def test_passes_are_listed_with_their_options(pawc: Command) -> None:
    out = pawc("passes").out
    assert "quantize-prefix\n" in out
    assert "    bits=8: int\n" in out


# test


def test_test_shows_expected_and_actual_and_fails_when_a_suite_does(place: Place, pawc: Command) -> None:
    write_tests(place, pawc, 0.9)
    result = pawc("test", "t.paw", *INTERPRETER, "--junit", "report.xml")
    assert result.code == 1
    assert "t.odd: 1 of 2 hold (50%): FAILED" in result.out
    assert "t.odd: 1 of 2 hold (50%, at least 90% needed): FAILED" in result.out
    assert result.out.count("expected ") == 2
    assert "0 of 2 suites passed, 2 of 4 cases hold" in result.out
    suites = ElementTree.parse(place.folder / "report.xml").getroot()
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("2", "1"), ("1", "1")]


def test_a_suite_passes_when_its_rate_is_reached(place: Place, pawc: Command) -> None:
    write_tests(place, pawc, 0.5)
    result = pawc("test", "t.paw", *INTERPRETER)
    assert "t.odd: 1 of 2 hold (50%, at least 50% needed): passed" in result.out
    assert result.code == 1  # the other suite has no rate: all of it has to hold
    source = (place.folder / "t.paw").read_text(encoding="utf-8")
    place.write("t.paw", "".join(line for line in source.splitlines(True) if not line.startswith("  test ")))
    assert pawc("test", "t.paw", *INTERPRETER).code == 0


def test_a_source_without_tests_is_not_compiled_to_be_tested(place: Place, pawc: Command) -> None:
    place.write("t.paw", ODD.replace("BODY", ""))
    result = pawc("test", "t.paw", "--interp", "none-such", "--junit", "report.xml")
    assert (result.code, result.err) == (0, "t.paw: no tests\n")
    assert result.out.startswith("nothing to test: ")
    assert len(ElementTree.parse(place.folder / "report.xml").getroot()) == 0


def test_tests_of_imported_files_are_named_where_a_source_has_none(place: Place, pawc: Command) -> None:
    place.write("main.paw", 'import "./lib/odd.paw"\nfn main(x: text) -> text = odd.odd(x)\n')
    place.write("lib/odd.paw", ODD.replace("BODY", '  test "2" -> "no"'))
    result = pawc("test", "main.paw", *INTERPRETER)
    assert (result.code, result.err) == (0, "main.paw: no tests\n")
    assert result.out == "nothing to test: `pawc test lib/odd.paw` runs the tests of what is imported\n"


def test_tests_are_no_part_of_an_executable(place: Place, pawc: Command) -> None:
    place.write("a.paw", 'fn f(x: text) -> text { spec "s" example "seen" -> "s" test "kept-secret" -> "s" }\n')
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    assert b"kept-secret" not in (place.folder / "a.pawx").read_bytes()


def test_records_that_are_not_there_are_told_with_their_place(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn main(x: text) -> text = x\n")
    place.write("inbox.txt", "a\n")
    assert pawc("build", "a.paw").code == 0
    for command in (("run", "a.pawx", "-i"), ("bench", "a.pawx", "-i"), ("diff", "a.pawx", "a.pawx", "--inputs")):
        result = pawc(*command, "inbx.txt")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("error[P0502]: cannot read `inbx.txt`")
        assert result.err.endswith(" --> inbx.txt\n  = help: did you mean `inbox.txt`?\n")


# inspect, diff, bench, interp


@pytest.fixture
def program(place: Place, pawc: Command) -> str:
    """A built program of two files."""
    place.write("lib.paw", 'fn odd(x: text) -> "yes" | "no" { spec "Is it odd?" example "1" -> "yes" }\n')
    place.write("a.paw", 'import "./lib.paw"\nimport std.text\nfn main(x: text) -> text = text.strip(x) |> lib.odd\n')
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    return "a.pawx"


def test_inspect_shows_signatures_calls_programs_and_provenance(place: Place, pawc: Command, program: str) -> None:
    out = pawc("inspect", program).out
    for line in (
        "entry        a.main",
        '  lib.odd(x: text) -> "yes" | "no"',
        "      calls    std.text.strip, lib.odd",
        "      spec     Is it odd?",
        "      level    -O0",
    ):
        assert f"{line}\n" in out
    assert "interpreter  tiny-llama" in out
    assert [line for line in out.splitlines() if line.split() == ["compiler"]] == []
    assert "Is it odd?" in next(line for line in out.splitlines() if line.startswith("      program "))
    facts = json.loads(pawc("inspect", "--json", program).out)
    assert facts["functions"][0]["program"]["level"] == 0
    assert [source["path"] for source in facts["sources"]] == ["lib.paw", "a.paw"]
    assert '  "a.main" -> "lib.odd";\n' in pawc("inspect", "--dot", program).out


def test_inspect_reads_objects_too(place: Place, pawc: Command, program: str) -> None:
    assert pawc("build", "--emit", "obj", "lib.paw", *INTERPRETER).code == 0
    assert pawc("inspect", "lib.pawo").out.startswith("lib: object\n")


def test_diff_says_what_changed_and_which_inputs_it_changes(place: Place, pawc: Command, program: str) -> None:
    shutil.copy(place.folder / program, place.folder / "before.pawx")
    assert pawc("diff", "before.pawx", program) == Result(0, "", "")
    place.write("a.paw", (place.folder / "a.paw").read_text().replace("text.strip(x) |> lib.odd", 'lib.odd(x) ++ "!"'))
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    place.write("in.txt", "1\n2\n")
    result = pawc("diff", "before.pawx", program, "--inputs", "in.txt")
    assert result.code == 1
    assert "function a.main: calls:\n  - std.text.strip\n" in result.out
    assert "function a.main: body:\n" in result.out
    assert re.search(r"^  \+   %\w+: text = concat\(", result.out, re.MULTILINE)
    assert result.out.count("record ") == 2
    assert 'record 1 "1": {"output": ' in result.out


def test_diff_names_what_is_not_there_in_words(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn one(x: text) -> text = x\n")
    place.write("b.paw", "fn one(x: text) -> text = x\nfn two(x: text) -> text = x\n")
    assert pawc("build", "a.paw", "b.paw").code == 0
    assert pawc("build", "a.paw", "-o", "static.pawx", "--static").code == 0
    assert "entry: a.one -> none\n" in pawc("diff", "a.pawx", "b.pawx").out
    assert pawc("diff", "a.pawx", "static.pawx").out == "static: none -> true\n"


def test_bench_measures_latency_and_throughput(place: Place, pawc: Command, program: str) -> None:
    place.write("in.txt", "1\n2\n3\n")
    numbers = json.loads(pawc("bench", program, "-i", "in.txt", "-n", "5", "--json").out)
    assert (numbers["records"], numbers["calls"]) == (3, 5)
    assert 0 < numbers["median_ms"] <= numbers["p90_ms"]
    assert numbers["records_per_second"] > 0


def test_bench_measures_the_engine_that_is_named(
    place: Place, pawc: Command, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines: list[str] = []
    on = Program.on
    monkeypatch.setattr(Program, "on", lambda program, backend: engines.append(backend) or on(program, "cpu"))
    place.write("in.txt", "1\n2\n")
    assert pawc("bench", program, "-i", "in.txt", "-n", "2", "--engine", "native-int8").code == 0
    assert engines == ["native-int8"]


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--target", "native"), "--target"),
        (("-O0",), "-O0"),
        (("--seed", "0", "-j", "1"), "--seed, --jobs"),
        (("--interp", "nope", "--time-passes"), "--interp, --time-passes"),
    ],
)
@pytest.mark.parametrize("command", ["run", "serve", "bench"])
def test_flags_of_a_build_are_refused_for_what_is_built(
    place: Place, pawc: Command, program: str, command: str, flags: tuple[str, ...], named: str
) -> None:
    place.write("in.txt", "1\n2\n")
    inputs = ["-i", "in.txt"] if command != "serve" else []
    result = pawc(command, program, *inputs, *flags)
    assert (result.code, result.out) == (2, "")
    assert f"error[P0901]: {named}: of no use for `a.pawx`, which is built already" in result.err


def test_interpreters_are_listed_and_described(pawc: Command) -> None:
    names = [line.split()[0] for line in pawc("interp", "list").out.splitlines()]
    assert "tiny-llama" in names
    assert json.loads(pawc("interp", "info", "tiny-llama").out)["name"] == "tiny-llama"


# make


@pytest.fixture
def make(place: Place) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `make` beside a Makefile of three lines and a program that reads a data file through an import."""
    if shutil.which("make") is None:
        pytest.skip("needs make")
    place.write("bin/pawc", f'#!/bin/sh\nexec {" ".join(PAWC)} "$@"\n').chmod(0o755)
    env = place.env | {"PATH": f"{place.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    place.write("Makefile", "PROGRAMS = a.pawx\nPAWFLAGS = --interp tiny-llama\ninclude $(shell pawc --makefile)\n")
    place.write("lib/odd.paw", 'fn odd(x: text) -> text { spec "s" examples from "odd.tsv" test "1" -> "x" }\n')
    place.write("lib/odd.tsv", "input\toutput\na\tb\n")
    place.write("a.paw", 'import "./lib/odd.paw"\nfn main(x: text) -> text = odd.odd(x)\n')

    def run(*targets: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *targets], cwd=place.folder, env=env, capture_output=True, text=True, check=False
        )

    return run


def test_a_users_makefile_of_three_lines_builds_what_changed(
    place: Place, make: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert "wrote a.pawx" in make().stderr
    assert "Nothing to be done" in make().stdout
    for path in ("lib/odd.tsv", "lib/odd.paw", "a.paw"):
        later = time.time_ns() + 5_000_000_000
        os.utime(place.folder / path, ns=(later, later))
        assert "pawc build" in make("-n").stdout, path
        for made in ("a.pawx", "a.d"):
            os.utime(place.folder / made, ns=(later, later))
        assert "Nothing to be done" in make("-n").stdout, path
    place.write("lib/odd.tsv", "input\toutput\na\tc\n")
    os.utime(place.folder / "lib/odd.tsv", ns=(later + 5_000_000_000, later + 5_000_000_000))
    assert "wrote a.pawx" in make().stderr
    assert "nothing to test" in make("paw-test").stdout  # the tests of what it imports are not its own
    assert make("paw-clean").returncode == 0
    assert not (place.folder / "a.pawx").exists()
    (place.folder / "a.paw").write_text("fn main(x: text) -> text = x\n")
    shutil.rmtree(place.folder / "lib")
    assert "wrote a.pawx" in make().stderr


def test_make_builds_what_changed_after_a_build_by_hand_too(
    place: Place, make: Callable[..., subprocess.CompletedProcess[str]], pawc: Command
) -> None:
    """A plain `pawc build` writes no .d, so make does not know what the program was built from."""
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    place.write("lib/odd.tsv", "input\toutput\na\tc\n")
    assert "wrote a.pawx" in make().stderr
    assert "Nothing to be done" in make().stdout
    # The same where there is a .d, from before the program came to read another file.
    place.write("lib/odd.paw", 'fn odd(x: text) -> text { spec "s" examples from "new.tsv" }\n')
    place.write("lib/new.tsv", "input\toutput\na\td\n")
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    place.write("lib/new.tsv", "input\toutput\na\te\n")
    assert "wrote a.pawx" in make().stderr
    assert "Nothing to be done" in make().stdout


# suggest


def test_suggested_examples_are_source(place: Place, pawc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"Input: number {n}\nOutput: yes\n" for n in range(8))
    monkeypatch.setattr("pawc.backends.batch.BatchEngine.call", lambda *_: [Answer(text, text)])
    place.write("t.paw", ODD.replace("BODY", ""))
    made = pawc("suggest", "t.paw", "--teacher", "tiny-qwen2")
    assert (made.code, made.out.splitlines()[:2]) == (0, ["# t.odd", 'example "number 0" -> "yes"'])
    lines = "".join(f"  {line}\n" for line in made.out.splitlines()[1:])
    place.write("t.paw", ODD.replace("BODY", lines))
    assert pawc("check", "t.paw").code == 0
    again = pawc("suggest", "t.paw", "--teacher", "tiny-qwen2")
    assert (again.code, again.out) == (0, "") and "t.odd: left out, as it has 5 examples or more" in again.err


def test_suggested_examples_of_several_inputs_are_source_too(
    place: Place, pawc: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """Input: {"subject": "Lunch?", "body": "At noon"}\nOutput: false\n"""
    monkeypatch.setattr("pawc.backends.batch.BatchEngine.call", lambda *_: [Answer(text, text)])
    source = 'fn spam(subject: text, body: text) -> bool {\n  spec "Spam?"\nBODY}\n'
    place.write("t.paw", source.replace("BODY", ""))
    line = 'example (subject: "Lunch?", body: "At noon") -> false'
    assert pawc("suggest", "t.paw", "--teacher", "tiny-qwen2").out == f"# t.spam\n{line}\n"
    place.write("t.paw", source.replace("BODY", f"  {line}\n"))
    assert pawc("check", "t.paw").code == 0


def test_what_a_teacher_has_no_answer_to_is_said(place: Place, pawc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("t.paw", ODD.replace("BODY", ""))
    small = pawc("suggest", "t.paw", "--teacher", "tiny-qwen2")
    assert small.code == 0 and small.out.startswith("# t.odd\n# the input has ")
    monkeypatch.setattr("pawc.backends.batch.BatchEngine.call", lambda *_: [Answer("I cannot.", "I cannot.")])
    assert pawc("suggest", "t.paw", "--teacher", "tiny-qwen2").out == "# t.odd\n# nothing that is of its type\n"
    wrong = pawc("suggest", "t.paw", "--teacher", "tiny-qwen2", "-f", "od")
    assert wrong.code == 2 and "did you mean `odd`" in wrong.err
