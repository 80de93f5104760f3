"""Building: what is compiled again and what is not, what the files are, and that nothing ever is half written."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from conftest import INTERPRETER, Place, Result, children_seconds, new_place

from pawc.files.executable import Executable
from tests.compilers import compiler_path

Command = Callable[..., Result]

URGENCY = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Can it wait?"
  example "The server is down" -> "immediate"
  example "Picnic on Friday" -> "wait"
}
"""


def ten_functions(changed: int | None = None) -> str:
    """A source with ten neural functions; the specification of one may differ."""
    return "".join(
        f'fn f{i}(x: text) -> text {{ spec "Say {i}{"!" if i == changed else ""}" example "a" -> "{i}" }}\n'
        for i in range(10)
    )


def with_examples(count: int) -> str:
    """A source with one function of so many examples."""
    rows = "".join(f'  example "message {i}" -> "{"yes" if i % 2 else "no"}"\n' for i in range(count))
    return f'fn odd(x: text) -> "yes" | "no" {{\n  spec "Odd?"\n  option steps = 3\n{rows}}}\n'


def compiled(result: Result) -> list[str]:
    """The functions that a build says it compiled."""
    lines = [line for line in result.err.splitlines() if ": -O" in line]
    return [line.partition(":")[0] for line in lines if not line.endswith("; from the cache")]


def test_editing_one_of_ten_functions_compiles_one(place: Place, pawc: Command) -> None:
    place.write("ten.paw", ten_functions())
    assert compiled(pawc("build", "ten.paw", *INTERPRETER)) == [f"ten.f{i}" for i in range(10)]
    place.write("ten.paw", ten_functions(changed=4))
    edited = pawc("build", "ten.paw", *INTERPRETER)
    assert compiled(edited) == ["ten.f4"]
    assert edited.err.count(", 1 example; from the cache\n") == 9


def test_a_build_with_nothing_to_do_takes_under_a_second_and_imports_no_model(place: Place, pawc: Command) -> None:
    place.write("ten.paw", ten_functions())
    assert pawc("build", "ten.paw", *INTERPRETER).code == 0
    before = (place.folder / "ten.pawx").stat().st_mtime_ns
    script = (
        "import sys; from pawc.cli.main import main; status = main(sys.argv[1:]);"
        "print(sorted({'torch', 'transformers', 'tokenizers', 'numpy'} & set(sys.modules))); sys.exit(status)"
    )
    times = []
    for _ in range(3):
        start = children_seconds()
        command = [sys.executable, "-c", script, "build", "ten.paw", *INTERPRETER]
        done = subprocess.run(command, cwd=place.folder, env=place.env, capture_output=True, text=True, check=True)
        times.append(children_seconds() - start)
        assert done.stdout == "[]\n"
        assert "ten.pawx is up to date" in done.stderr
    assert min(times) < 1.0
    assert (place.folder / "ten.pawx").stat().st_mtime_ns == before


@pytest.mark.parametrize("change", ["source", "data", "import", "flag", "output"])
def test_an_output_is_made_again_when_anything_it_was_made_from_changes(
    place: Place, pawc: Command, change: str
) -> None:
    place.write("data.tsv", "input\toutput\na\tb\n")
    place.write("lib.paw", 'fn id(x: text) -> text = x ++ ""\n')
    place.write(
        "a.paw",
        'import "./lib.paw"\nfn f(x: text) -> text { spec "s" examples from "data.tsv" }\n'
        "fn main(x: text) -> text = x |> lib.id |> f\n",
    )
    assert pawc("build", "a.paw", *INTERPRETER).code == 0
    assert "up to date" in pawc("build", "a.paw", *INTERPRETER).err
    match change:
        case "source":
            place.write("a.paw", (place.folder / "a.paw").read_text() + "# more\n")
        case "data":
            place.write("data.tsv", "input\toutput\na\tc\n")
        case "import":
            place.write("lib.paw", 'fn id(x: text) -> text = x ++ "!"\n')
        case "output":
            (place.folder / "a.pawx").write_bytes((place.folder / "a.pawx").read_bytes()[:-1] + b"\0")
            place.write("a.pawx", "damaged")
    flags = ["--seed", "1"] if change == "flag" else []
    result = pawc("build", "a.paw", *INTERPRETER, *flags)
    assert "wrote a.pawx" in result.err
    assert "up to date" in pawc("build", "a.paw", *INTERPRETER, *flags).err


def test_an_object_is_made_again_when_what_it_imports_changes(place: Place, pawc: Command) -> None:
    place.write("lib.paw", "fn id(x: text) -> text = x\n")
    place.write("a.paw", 'import "./lib.paw"\nfn main(x: text) -> text = lib.id(x)\n')
    assert "wrote a.pawo" in pawc("build", "--emit", "obj", "a.paw").err
    assert "up to date" in pawc("build", "--emit", "obj", "a.paw").err
    place.write("lib.paw", "fn id(y: text) -> text = y\n")
    assert "wrote a.pawo" in pawc("build", "--emit", "obj", "a.paw").err


def test_without_a_level_a_function_with_eight_examples_is_tuned_and_others_are_not(
    place: Place, pawc: Command
) -> None:
    place.write("few.paw", with_examples(7))
    place.write("many.paw", with_examples(8))
    err = pawc("build", "few.paw", "many.paw", *INTERPRETER).err
    assert "few.odd: -O0" in err
    assert "many.odd: -O2" in err


def test_two_builds_of_the_same_sources_in_two_folders_are_byte_identical(tmp_path: Path) -> None:
    """Compiled apart: caches are not shared, and one build uses two processes."""
    outputs = []
    for name, jobs in (("one", "1"), ("two", "2")):
        place = new_place(tmp_path / name)
        place.write("lib/odd.paw", with_examples(9))
        place.write(
            "main.paw", f'import "./lib/odd.paw"\n{with_examples(8)}\nfn main(x: text) -> text = odd.odd(x) ++ odd(x)\n'
        )
        result = place.run("build", "main.paw", *INTERPRETER, "-j", jobs)
        assert result.code == 0, result.err
        assert len(compiled(result)) == 2
        outputs.append((place.folder / "main.pawx").read_bytes())
    assert outputs[0] == outputs[1]


def test_jobs_share_out_the_functions_of_several_programs(place: Place) -> None:
    place.write("a.paw", with_examples(8))
    place.write("b.paw", with_examples(9))
    result = place.run("build", "a.paw", "b.paw", "-j", "2", *INTERPRETER)
    said = [line for line in result.err.splitlines() if "warning: " not in line]  # of what a tiny model answers
    assert [line.split()[0] for line in said] == ["[1/2]", "[2/2]", "a.odd:", "b.odd:", "wrote", "wrote"]


def test_linking_objects_gives_the_program_that_building_the_sources_gives(place: Place, pawc: Command) -> None:
    place.write("lib.paw", URGENCY)
    place.write("main.paw", 'import "./lib.paw"\nfn main(x: text) -> text = lib.urgency(x) ++ "!"\n')
    assert pawc("build", "main.paw", *INTERPRETER).code == 0
    assert pawc("build", "--emit", "obj", "main.paw", "lib.paw", *INTERPRETER).code == 0
    assert pawc("link", "lib.pawo", "main.pawo", "-o", "linked.pawx").code == 0
    built, linked = (Executable.load(place.folder / name) for name in ("main.pawx", "linked.pawx"))
    assert built.module == linked.module
    assert built.manifest["interpreter"] == linked.manifest["interpreter"]


def test_linking_objects_that_do_not_fit_says_why(place: Place, pawc: Command) -> None:
    place.write("lib.paw", URGENCY)
    place.write("other.paw", URGENCY.replace("urgency", "other"))
    source = 'import "./lib.paw"\nimport "./other.paw"\nfn main(x: text) -> text = lib.urgency(x) ++ other.other(x)\n'
    place.write("main.paw", source)
    assert pawc("build", "--emit", "obj", "main.paw", "lib.paw", *INTERPRETER).code == 0
    missing = pawc("link", "lib.pawo", "main.pawo", "-o", "x.pawx")
    assert (missing.code, missing.err.count("error[P0606]")) == (1, 1)
    assert pawc("build", "--emit", "obj", "other.paw", "--interp", "tiny-qwen3").code == 0
    assert "error[P0612]" in pawc("link", "lib.pawo", "main.pawo", "other.pawo", "-o", "x.pawx").err
    place.write("lib.paw", URGENCY.replace('"wait"', '"later"'))
    assert pawc("build", "--emit", "obj", "lib.paw", "other.paw", *INTERPRETER).code == 0
    assert "error[P0611]" in pawc("link", "lib.pawo", "main.pawo", "other.pawo", "-o", "x.pawx").err
    assert not (place.folder / "x.pawx").exists()


def test_an_output_folder_takes_one_executable_per_source(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn main(x: text) -> text = x\n")
    place.write("b.paw", "fn main(x: text) -> text = x ++ x\n")
    assert pawc("build", "a.paw", "b.paw", "-o", "out/").code == 0
    assert sorted(path.name for path in (place.folder / "out").glob("*.pawx")) == ["a.pawx", "b.pawx"]


def test_one_output_file_takes_all_sources_together(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn one(x: text) -> text = x\n")
    place.write("b.paw", "fn two(x: text) -> text = x ++ x\n")
    assert pawc("build", "a.paw", "b.paw", "-o", "all.pawx").code == 0
    assert Executable.load(place.folder / "all.pawx").module.exports == ("a.one", "b.two")


def test_a_program_without_an_entry_is_warned_of_when_it_is_built_or_linked(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn one(x: text) -> text = x\nfn two(x: text) -> text = x ++ x\n")
    place.write("b.paw", "fn one(x: text) -> text = x\n")
    warning = "warning[P0908]: `a.pawx` has no entry"
    built = pawc("build", "a.paw", "b.paw")
    assert (built.code, built.err.count("warning[")) == (0, 1)
    assert warning in built.err and "`pawc run -f NAME`: one, two" in built.err
    assert pawc("build", "--emit", "obj", "a.paw").err.count("warning[") == 0
    assert warning in pawc("link", "a.pawo", "-o", "a.pawx").err
    assert pawc("link", "a.pawo", "-o", "a.pawx", "-q").err == ""
    assert pawc("run", "-f", "two", "a.paw", "-i", "b.paw").err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("-O1", *INTERPRETER), "P1001", 1),
        (("--target", "cpuu"), "P0904", 2),
        (("--static", "--emit", "obj"), "P0901", 2),
        (("-MMD", "--emit", "ir"), "P0901", 2),
        (("--bits", "5"), "P0901", 2),
        (("--passes", "resolve,check"), "P0910", 2),
        (("--passes", "resolv"), "P0540", 2),
        (("--interp", "none-such"), "P0701", 1),
        (("--emit", "obj", "-o", "x.pawo", "b.paw"), "P0907", 2),
        (("-o", "-"), "P0907", 2),
        (("--emit", "obj", "-o", "-"), "P0907", 2),
        (("-o", "b.paw"), "P0901", 2),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_code(
    place: Place, pawc: Command, arguments: tuple[str, ...], code: str, status: int
) -> None:
    place.write("a.paw", URGENCY)
    place.write("b.paw", URGENCY)
    result = pawc("build", "a.paw", *arguments)
    assert (result.code, f"error[{code}]" in result.err) == (status, True), result.err
    assert sorted(path.name for path in place.folder.iterdir()) == ["a.paw", "b.paw", "paw.toml"]
    assert (place.folder / "b.paw").read_text() == URGENCY


def test_ast_and_ir_are_printed_without_a_model(place: Place, pawc: Command) -> None:
    place.write("a.paw", URGENCY)
    assert "Function @2:1" in pawc("build", "--emit", "ast", "a.paw").out
    assert 'module "a" checked' in pawc("build", "--emit", "ir", "a.paw").out
    assert pawc("build", "--emit", "ir", "a.paw", "-o", "-") == pawc("build", "--emit", "ir", "a.paw")
    assert 'module "a" resolved' in pawc("build", "--emit", "ir", "a.paw", "--passes", "resolve").out


def test_passes_are_printed_and_timed_when_that_is_asked_for(place: Place, pawc: Command) -> None:
    place.write("a.paw", "fn main(x: text) -> text = x\n")
    assert pawc("build", "a.paw").code == 0
    result = pawc("build", "a.paw", "--print-after", "link", "--time-passes")
    assert '# after link\nmodule "a" linked' in result.err
    assert [line.split()[0] for line in result.err.splitlines() if " ms " in line][:2] == ["resolve", "check"]


def wait_for(place: Place, *arguments: str) -> None:
    """Build, and expect that it works."""
    result = place.run("build", *arguments, *INTERPRETER)
    assert result.code == 0, result.err


@pytest.mark.parametrize("rounds", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_a_build_that_is_killed_leaves_nothing_half_written(place: Place, tmp_path: Path, rounds: int) -> None:
    place.write("ten.paw", ten_functions() + with_examples(8))
    clean = new_place(tmp_path / "clean")
    clean.write("ten.paw", ten_functions() + with_examples(8))
    start = time.perf_counter()
    wait_for(clean, "ten.paw")
    whole = time.perf_counter() - start
    random, output = Random(0), place.folder / "ten.pawx"
    for _ in range(rounds):
        process = place.start("build", "ten.paw", *INTERPRETER, stdin=subprocess.DEVNULL)
        time.sleep(random.uniform(0.3, whole))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if output.exists():
            Executable.load(output)
            output.unlink()
    wait_for(place, "ten.paw")
    assert output.read_bytes() == (clean.folder / "ten.pawx").read_bytes()
    assert sorted(path.name for path in place.folder.iterdir()) == ["paw.toml", "ten.paw", "ten.pawx"]


def test_two_builds_at_once_over_one_cache_are_both_right(place: Place, tmp_path: Path) -> None:
    clean = new_place(tmp_path / "clean")
    clean.write("a.paw", ten_functions() + with_examples(8))
    wait_for(clean, "a.paw")
    other = Place(tmp_path / "other", place.cache)
    for each in (place, other):
        each.write("paw.toml", "")
        each.write("a.paw", ten_functions() + with_examples(8))
    processes = [each.start("build", "a.paw", *INTERPRETER) for each in (place, other)]
    for process in processes:
        err = process.communicate(timeout=300)[1]
        assert process.returncode == 0, err.decode()
    expected = (clean.folder / "a.pawx").read_bytes()
    assert [(each.folder / "a.pawx").read_bytes() == expected for each in (place, other)] == [True, True]


def test_a_teacher_is_part_of_what_a_build_was_told(place: Place, pawc: Command) -> None:
    place.write("a.paw", 'fn main(x: text) -> text {\n  spec "Say it."\n}\n')
    plain = pawc("build", "a.paw", *INTERPRETER)
    taught = pawc("build", "a.paw", "--teacher", "tiny-qwen2", *INTERPRETER)
    assert (plain.code, taught.code) == (0, 0)
    assert "tiny-qwen2 writes examples of 1 function" in taught.err
    assert "up to date" in pawc("build", "a.paw", "--teacher", "tiny-qwen2", *INTERPRETER).err
    missing = pawc("build", "a.paw", "--teacher", "tiny-qwen", *INTERPRETER)
    assert missing.code == 1 and "P0701" in missing.err and "`tiny-qwen` is not in the store" in missing.err


def test_o1_builds_and_runs_with_a_compiler_whose_hash_the_program_carries(place: Place, pawc: Command) -> None:
    compiler = compiler_path(place.folder)
    place.write("a.paw", 'fn shout(x: text) -> text {\n  spec "Shout."\n  option max_tokens = 4\n}\n')
    built = pawc("build", "a.paw", "-O1", "--compiler", "compiler.safetensors", *INTERPRETER)
    assert (built.code, compiled(built)) == (0, ["a.shout"])
    executable = Executable.load(place.folder / "a.pawx")
    assert executable.manifest["compilers"] == [hashlib.sha256(compiler.read_bytes()).hexdigest()]
    first = (place.folder / "a.pawx").read_bytes()
    again = pawc("build", "a.paw", "-O1", "--compiler", "compiler.safetensors", *INTERPRETER)
    assert "up to date" in again.err
    compiler_path(place.folder, form="none")
    other = pawc("build", "a.paw", "-O1", "--compiler", "compiler.safetensors", *INTERPRETER)
    assert (other.code, "up to date" in other.err) == (0, False)
    assert (place.folder / "a.pawx").read_bytes() != first
    assert place.run("run", "a.pawx", input="hi\n").code == 0
