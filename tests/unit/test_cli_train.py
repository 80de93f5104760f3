"""`pawc train` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from pawc.cli.main import main
from pawc.cli.train import configure
from pawc.neural import checkpoint
from tests.tiny import tiny_info, tiny_interpreter

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_tiny_configuration_runs_all_three_stages_and_a_done_run_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tiny_info().folder.parents[1]))
    out = tmp_path / "run"
    command = ["train", "--config", "tiny", "--interp", "tiny-llama", "--out", str(out), "--device", "cpu"]
    assert main(command) == 0
    said = capfd.readouterr().err
    for phase in ("warm 3/3", "reward 2/2", "prefix 4/4", "joint 2/2"):
        assert phase in said
    first = (out / "compiler.safetensors").read_bytes()
    assert checkpoint.load_compiler(out / "compiler.safetensors", tiny_interpreter()).settings.program_tokens == 4
    assert main(["train", "--resume", str(out), "--device", "cpu", "--quiet"]) == 0
    assert (out / "compiler.safetensors").read_bytes() == first


def test_torchrun_leaves_our_flags_alone() -> None:
    """Without `--` it takes `--start` for the beginning of a flag of its own."""
    from torch.distributed.run import get_args_parser

    lines = (ROOT / "docs" / "training.md").read_text().splitlines()
    (command,) = (line.split() for line in lines if line.startswith("    torchrun"))
    ours = [*command[command.index("pawc.cli.main") + 1 :], "--start", "compiler.safetensors"]
    parsed = get_args_parser().parse_args([*command[1:], *ours[-2:]])
    assert (parsed.module, parsed.training_script, parsed.training_script_args) == (True, "pawc.cli.main", ours)


def test_data_may_be_named_by_one_flag_or_by_several() -> None:
    parser = argparse.ArgumentParser()
    configure(parser)
    one = parser.parse_args(["--data", "a.jsonl", "b.jsonl", "--dev", "c.jsonl"])
    several = parser.parse_args(["--data", "a.jsonl", "--dev", "c.jsonl", "--data", "b.jsonl"])
    assert one == several and one.data == ["a.jsonl", "b.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "P0901"),
        (["--config", "tiny", "--resume", "runs/a"], 2, "P0901"),
        (["--resume", "runs/a", "--out", "runs/b"], 2, "P0901"),
        (["--config", "tiny", "--stage", "7"], 2, "P0901"),
        (["--config", "tniy"], 2, "did you mean `tiny`"),
        (["--config", "tiny", "--set", "prefix.stps=3"], 1, "did you mean `steps`"),
        (["--resume", "nowhere"], 1, "P1214"),
    ],
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == code
    assert message in capsys.readouterr().err
