"""The GPU session's packing: what is cut up is put together again, and nothing else is."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from bench import gpu_session


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = bytes(range(251)) * 7
    for name in ("a.whl", "train.gz", "dev.gz"):
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(gpu_session, "WHEEL_SHA256", hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(gpu_session, "KEPT", tmp_path / "kept")
    call = ["pack", "--bare", "--folder", str(tmp_path / "gpu"), "--wheel", str(tmp_path / "a.whl")]
    gpu_session.main([*call, "--data", str(tmp_path / "train.gz"), "--dev", str(tmp_path / "dev.gz")])
    return tmp_path


def test_two_calls_carry_the_wheel_and_the_tasks(packed: Path) -> None:
    for at in range(2):
        gpu_session.main(["stash", str(packed / "gpu" / f"part-{at}")])
    assert gpu_session.joined(packed / "kept") == (packed / "a.whl").read_bytes()
    assert {"train.jsonl.gz", "dev.jsonl.gz"} <= {path.name for path in (packed / "kept").iterdir()}


def test_a_part_that_was_not_carried_is_missed(packed: Path) -> None:
    gpu_session.main(["stash", str(packed / "gpu/part-1")])
    with pytest.raises(SystemExit, match="part 0 is not here"):
        gpu_session.joined(packed / "kept")


def test_a_large_file_comes_back_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_session, "MOST_BACK", 100)
    (tmp_path / "back").mkdir()
    for name, size in (("small", 100), ("large", 250)):
        (tmp_path / name).write_bytes(os.urandom(size))
        gpu_session.bring_back(tmp_path / name, tmp_path / "back")
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["large.0", "large.1", "large.2", "small"]
    assert (tmp_path / "back/small").read_bytes() == (tmp_path / "small").read_bytes()
    pieces = [(tmp_path / f"back/large.{at}").read_bytes() for at in range(3)]
    assert b"".join(pieces) == (tmp_path / "large").read_bytes()


def test_weights_for_a_rehearsal_have_the_shape_of_the_configuration(tmp_path: Path) -> None:
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 16, "vocab_size": 40}
    config |= {"num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 24}
    (tmp_path / "config.json").write_text(json.dumps(config))
    gpu_session._random_weights(tmp_path)
    assert load_file(tmp_path / "model.safetensors")["model.layers.0.mlp.up_proj.weight"].shape == (24, 16)


def test_damaged_parts_are_refused(packed: Path) -> None:
    for at in range(2):
        gpu_session.main(["stash", str(packed / "gpu" / f"part-{at}")])
    (packed / "kept" / f"{gpu_session.WHEEL}.0").write_bytes(b"x")
    with pytest.raises(SystemExit, match="sha256"):
        gpu_session.joined(packed / "kept")


def test_the_training_machine_imports_pawc_without_installing_it(tmp_path: Path) -> None:
    folder = gpu_session.importable(tmp_path / "site")
    script = "import pawc.passes.link, pawc.train.run; print(pawc.passes.link.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(str(folder)), done.stderr
