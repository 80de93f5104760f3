"""Interpreters that are alike but for their chat template: a program runs under the layout it was built for, or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Place, Result
from pawc.backends.batch import BatchEngine
from tiny import CHATML, save_model

from pawc import api
from pawc.files.executable import Executable

Command = Callable[..., Result]

SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Can it wait?"
  example "The server is down" -> "immediate"
  example "Picnic on Friday" -> "wait"
}
"""
BUILD = ("build", "a.paw", "--interp", "mine")


@pytest.fixture
def models(place: Place, tmp_path: Path) -> tuple[str, str]:
    """Two models that differ in their chat template; the store is empty, and a source is there."""
    (place.cache / "interpreters").unlink()
    place.write("a.paw", SOURCE)
    other = CHATML.replace("'\n' + message['content']", "' says ' + message['content']")
    assert other != CHATML
    return str(save_model(tmp_path / "one")), str(save_model(tmp_path / "two", template=other))


def opening(place: Place) -> str:
    """What the program writes before an input."""
    engine = api.load(place.folder / "a.pawx").engine
    assert isinstance(engine, BatchEngine)
    layout = engine.machine.layout
    return layout.tokenizer.decode(layout.before_input)


def test_a_program_runs_under_the_layout_it_was_built_for(place: Place, pawc: Command, models: tuple[str, str]) -> None:
    assert pawc("interp", "add", "mine", models[0]).code == 0
    assert pawc(*BUILD).code == 0
    assert pawc("interp", "add", "another", models[1]).code == 0
    assert "\n" in opening(place)
    assert pawc("interp", "rm", "mine").code == 0
    refused = place.run("run", "a.pawx", input="hello\n")
    assert refused.code == 1
    assert "P0711" in refused.err and "`another` has another chat layout" in refused.err


def test_an_interpreter_under_another_name_will_do(place: Place, pawc: Command, models: tuple[str, str]) -> None:
    assert pawc("interp", "add", "mine", models[0]).code == 0
    assert pawc(*BUILD).code == 0
    for command in (("rm", "mine"), ("add", "a-first", models[1]), ("add", "renamed", models[0])):
        assert pawc("interp", *command).code == 0
    assert "\n" in opening(place)


def test_another_layout_under_the_same_name_is_built_for_again(
    place: Place, pawc: Command, models: tuple[str, str]
) -> None:
    assert pawc("interp", "add", "mine", models[0]).code == 0
    assert pawc(*BUILD).code == 0
    before = Executable.load(place.folder / "a.pawx").module.neural[0].program
    for command in (("rm", "mine"), ("add", "mine", models[1])):
        assert pawc("interp", *command).code == 0
    assert "wrote a.pawx" in pawc(*BUILD).err
    after = Executable.load(place.folder / "a.pawx").module.neural[0].program
    assert before is not None and after is not None
    assert before.tokens != after.tokens  # not what the cache has of the other layout
    assert place.run("run", "a.pawx", input="hello\n").code == 0


def test_objects_of_two_layouts_are_not_linked(place: Place, pawc: Command, models: tuple[str, str]) -> None:
    for name, model in zip(("mine", "another"), models, strict=True):
        assert pawc("interp", "add", name, model).code == 0
    place.write("b.paw", SOURCE.replace("urgency", "other"))
    assert pawc("build", "--emit", "obj", "a.paw", "--interp", "mine").code == 0
    assert pawc("build", "--emit", "obj", "b.paw", "--interp", "another").code == 0
    assert "error[P0612]" in pawc("link", "a.pawo", "b.pawo", "-o", "x.pawx").err
