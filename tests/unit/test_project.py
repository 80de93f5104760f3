"""Source files -> a project."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.driver.project import Project, find_root
from pawc.ir.nodes import is_public
from pawc.ir.verify import problems

ANSWERS = 'fn short(mail: text) -> text { spec "A short answer." }\nfn _secret(mail: text) -> text { spec "x" }\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the user stands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    """Files by their paths, `/` written `__`, without `.paw`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.paw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def told(*sources: str, root: Path | None = None) -> list[str]:
    """The codes of what is wrong with a project."""
    with pytest.raises(PawError) as caught:
        Project.load([Path(source) for source in sources], root)
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


def test_imports_are_followed_and_come_before_what_imports_them(folder: Path) -> None:
    write(
        folder,
        main='import "./lib/mail.paw"\nfn main(m: text) -> text = mail.reply(m)',
        lib__mail='import "../answers.paw" as ans\nfn reply(m: text) -> text = ans.short(m)',
        answers=ANSWERS,
        unused="fn broken(",
    )
    project = Project.load([Path("main.paw")])
    assert [module.name for module in project.modules] == ["answers", "lib/mail", "main"]
    assert {module.stage for module in project.modules} == {"lowered"}
    assert [module.name for module in project.checked] == ["answers", "lib/mail", "main"]
    assert {module.stage for module in project.checked} == {"checked"}
    assert [problem for module in (*project.modules, *project.checked) for problem in problems(module)] == []
    assert project.roots == ("main",)
    assert project.root == folder.resolve()
    assert project.files["answers"].source.name == "answers.paw"


def test_the_order_of_modules_does_not_depend_on_how_they_were_named(folder: Path) -> None:
    write(folder, a=ANSWERS, b=ANSWERS, c='import "./b.paw"\nfn f(m: text) -> text = b.short(m)')
    orders = [["a.paw", "b.paw", "c.paw"], ["c.paw", "./b.paw", "a.paw", "a.paw"]]
    first, second = (Project.load([Path(name) for name in order]) for order in orders)
    assert first.modules == second.modules
    assert first.roots == ("a", "b", "c")
    assert second.roots == ("c", "b", "a")


def test_signatures_are_those_of_all_functions(folder: Path) -> None:
    write(folder, answers=ANSWERS)
    found = Project.load([Path("answers.paw")]).signatures("answers")
    assert [(declaration.symbol, is_public(declaration.symbol)) for declaration in found] == [
        ("answers.short", True),
        ("answers._secret", False),
    ]


def test_the_hash_of_a_source_is_that_of_its_bytes(folder: Path) -> None:
    data = ("\ufeff" + ANSWERS.replace("\n", "\r\n")).encode()
    (folder / "answers.paw").write_bytes(data)
    (module,) = Project.load([Path("answers.paw")]).modules
    assert module.sources == (("answers.paw", hashlib.sha256(data).hexdigest()),)


@pytest.mark.parametrize("marker", ["paw.toml", ".git"])
def test_the_root_is_where_a_marker_is(folder: Path, marker: str) -> None:
    write(folder, top__deep__a=ANSWERS)
    (folder / "top" / marker).mkdir()
    assert find_root(Path("top/deep/a.paw")) == folder.resolve() / "top"
    (module,) = Project.load([Path("top/deep/a.paw")]).modules
    assert module.name == "deep/a"


def test_without_a_marker_the_root_is_where_the_user_stands(folder: Path) -> None:
    assert find_root(folder / "deep" / "a.paw") == folder.resolve()


def test_without_a_marker_the_root_of_a_file_elsewhere_is_its_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    assert find_root(folder / "there" / "a.paw") == folder.resolve() / "there"


def test_a_root_that_is_given_wins(folder: Path) -> None:
    write(folder, top__a=ANSWERS)
    (folder / "paw.toml").touch()
    (module,) = Project.load([Path("top/a.paw")], root=Path("top")).modules
    assert module.name == "a"


def test_a_source_outside_the_root_is_refused(folder: Path) -> None:
    write(folder, a=ANSWERS, top__b=ANSWERS)
    assert told("a.paw", "top/b.paw", root=Path("top")) == ["P0209"]


def test_a_link_out_of_the_root_is_refused(folder: Path) -> None:
    write(folder, top__a='import "./b.paw"\nfn f(m: text) -> text = b.short(m)', elsewhere=ANSWERS)
    (folder / "top" / "b.paw").symlink_to(folder / "elsewhere.paw")
    assert told("top/a.paw", root=Path("top")) == ["P0209"]


def test_what_is_no_source_file_is_refused(folder: Path) -> None:
    write(folder, a=ANSWERS)
    (folder / "a.txt").write_text(ANSWERS)
    (folder / "std.text.paw").write_text(ANSWERS)
    (folder / "folder.paw").mkdir()
    (folder / "latin.paw").write_bytes("# Grüße\n".encode("latin1"))
    assert told("a.txt") == ["P0216"]
    assert told("std.text.paw") == ["P0216"]
    assert told("b.paw") == ["P0215"]
    assert told("folder.paw") == ["P0215"]
    assert told("latin.paw") == ["P0215"]


def test_a_missing_source_is_told_with_its_neighbour(folder: Path) -> None:
    write(folder, answers=ANSWERS)
    with pytest.raises(PawError, match=r"there is no file `answer.paw`(.|\n)*did you mean `answers.paw`"):
        Project.load([Path("answer.paw")])


def test_a_missing_import_is_told_where_it_is_named(folder: Path) -> None:
    write(folder, main='import "./gone.paw"\nfn main(m: text) -> text = gone.f(m)')
    with pytest.raises(PawError) as caught:
        Project.load([Path("main.paw")])
    (found,) = caught.value.diagnostics
    assert found.code == "P0203"
    assert str(found.span) == "main.paw:1:8"


def test_names_are_shown_from_where_the_user_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, top__a="fn f(m: text) -> int = m", below__b=ANSWERS)
    monkeypatch.chdir(folder / "below")
    with pytest.raises(PawError, match=r"--> \.\./top/a\.paw:1:24"):
        Project.load([folder / "top" / "a.paw"])


def test_files_that_import_each_other_are_refused(folder: Path) -> None:
    write(folder, a='import "./b.paw"\nfn f(m: text) -> text = m', b='import "./a.paw"\nfn g(m: text) -> text = nope')
    assert told("a.paw") == ["P0208", "P0155"]


def test_errors_of_several_files_are_told_at_once(folder: Path) -> None:
    write(
        folder,
        a='import "./b.paw"\nimport "./c.paw"\nfn f(m: text) -> int = m',
        b="fn g(",
        c="fn h(m: text) -> text = gone(m)",
    )
    assert sorted(code for code in told("a.paw") if code >= "P02") == ["P0201", "P0312"]
    assert any(code < "P02" for code in told("a.paw"))


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ("fn short(mail: text) -> text = gone", ["P0155", "P0302"]),  # what it takes is known all the same
        ("fn short(mail: Gone) -> text = mail", ["P0151"]),  # what it takes is not known
        ('type T = "a"\nfn short(mail: T) -> text = "b"', ["P0315"]),
        ("fn short(mail: text) -> text = gone\nfn long(m: text) -> int = m", ["P0155", "P0312", "P0302"]),
        ('import "nowhere"\nfn short(mail: text) -> text = nowhere.f(mail)', ["P0164", "P0302"]),
    ],
)
def test_one_error_does_not_make_others(folder: Path, answers: str, codes: list[str]) -> None:
    write(folder, answers=answers, main='import "./answers.paw"\nfn main(m: text) -> text = answers.short(3)')
    assert told("main.paw") == codes


def test_a_broken_function_does_not_hide_errors_of_others(folder: Path) -> None:
    write(
        folder,
        main="fn a(m: text) -> text = gone\nfn b(m: text) -> int = a(m)\n"
        'fn c(m: text) -> text { spec "" example "x" -> 3 }',
    )
    assert told("main.paw") == ["P0155", "P0312", "P0160", "P0401"]


def test_a_fault_in_the_braces_of_a_neural_function_hides_no_other_there(folder: Path) -> None:
    options = 'option max_tokens = 0 option foo = 1 option seed = 1 option seed = 2 example "a" -> 1 tests from "n.tsv"'
    write(folder, a=f"fn f(x: text) -> text {{ {options} }}\nfn g(x: text) -> text = f(x, x)")
    assert told("a.paw") == ["P0160", "P0411", "P0409", "P0162", "P0401", "P0420", "P0301"]


def test_functions_of_one_name_are_not_judged(folder: Path) -> None:
    first = 'fn f(m: text) -> text { spec "x" test "a" -> "b" }'
    write(folder, main=f"{first}\nfn f(m: int, n: int) -> text = m\nfn g(m: text) -> int = f(m, m, m)")
    assert told("main.paw") == ["P0206"]


def test_loading_changes_no_directory(folder: Path) -> None:
    write(folder, a=ANSWERS)
    Project.load([Path("a.paw")])
    assert os.listdir(folder) == ["a.paw"]  # noqa: PTH208 (names are all that is asked for)
