"""Training configurations: those that ship are right, mistakes are coded errors that say what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.train.config import Config, load, parse, plain


@pytest.mark.parametrize("name", ["tiny", "default", "curriculum"])
def test_a_configuration_that_ships_is_right_and_its_first_line_is_the_command_that_runs_it(name: str) -> None:
    assert isinstance(load(name), Config)
    text = Path(f"pawc/train/configs/{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# pawc train --config {name} ")


def test_a_configuration_survives_being_written() -> None:
    config = load("default", ["data.weights={synthetic: 2}", "model.targets=[q_proj, v_proj]"])
    assert parse(plain(config), "again") == config


def test_changes_reach_the_key_they_name() -> None:
    config = load("tiny", ["prefix.learning_rate=1e-3", "seed=7", "phases=[prefix]"], ["a.jsonl"])
    assert (config.prefix.learning_rate, config.seed, config.phases) == (1e-3, 7, ("prefix",))
    assert config.data.files == ("a.jsonl",)
    assert config.prefix.steps == load("tiny").prefix.steps


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("prefix.learning_rte=1e-3", "no key `prefix.learning_rte`(.|\n)*`learning_rate`"),
        ("prefx.steps=3", "no key `prefx`(.|\n)*`prefix`"),
        ("prefix.steps=many", "`prefix.steps` is `many`, not a whole number"),
        ("prefix.steps=true", "not a whole number"),
        ("prefix.distil=[1]", "not a number"),
        ("prefix=3", "holds several keys"),
        ("seed.x=3", "`seed` is"),
        ("prefix.steps", "is not `key=value`"),
        ("prefix.steps=[", "not valid YAML"),
        ("phases=[warn]", "no phase(.|\n)*`warm`"),
        ("dtype=float16", "one of auto"),
        ("curriculum.order=forwards", "one of instructions"),
        ("prefix.functions=0", "at least 1"),
        ("prefix.given_share=1.5", "between 0 and 1"),
        ("prefix.spec_share=0.95", "more than 1 together"),
        ("reward.candidates=1", "2 or more"),
        ("prefix.steps=-1", "negative"),
    ],
)
def test_a_wrong_change_is_refused(change: str, message: str) -> None:
    with pytest.raises(PawError, match=f"P1210(.|\n)*{message}"):
        load("default", [change])


@pytest.mark.parametrize(("text", "files"), [("a", ("a",)), ("[a, b]", ("a", "b")), ("''", ()), ("[]", ())])
def test_one_text_is_a_list_of_one(text: str, files: tuple[str, ...]) -> None:
    assert load("tiny", [f"start={text}"]).start == files


def test_an_unknown_configuration_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(PawError, match=r"P1211(.|\n)*`default`"):
        load("defalt")


def test_yaml_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("seed: 1\nprefix: {steps: 2\n", encoding="utf-8")
    with pytest.raises(PawError, match=r"P1210(.|\n)*c\.yaml:\d"):
        load(str(tmp_path / "c.yaml"))
