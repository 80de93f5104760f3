"""The store: by name, by hash, by folder; whole or not at all; and never torch only to look something up."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from shutil import copytree

import pytest
import torch
import transformers
from tiny import ARCHITECTURES, save_model, tiny_info, tiny_store
from tokenizers import Tokenizer as RawTokenizer

from pawc.base.diagnostics import PawError
from pawc.interpreters import convert as store_convert
from pawc.interpreters import sources as store_sources
from pawc.interpreters.info import InterpreterInfo
from pawc.interpreters.store import DEFAULT, DEFAULT_SHA256, Store, cache_root
from pawc.runtime.interpreter import Interpreter


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", say=lambda message: None)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as somebody else would have it on disk."""
    return save_model(tmp_path_factory.mktemp("model"))


def refused(code: str, store: Store, path: Path) -> str:
    """The message with which adding `path` is refused; nothing is left of it."""
    with pytest.raises(PawError, match=code) as caught:
        store.add("mine", path)
    assert store.list() == []
    assert not [left for left in (store._folder).iterdir() if left.is_dir()]
    return str(caught.value)


def test_what_was_added_is_found_by_name_and_by_hash(store: Store, model: Path) -> None:
    added = store.add("mine", model)
    assert store.resolve("mine") == store.by_sha256(added.sha256) == store.of_program(added.named) == added
    assert store.list() == [added]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_stored_model_is_the_model(architecture: str, store: Store, tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", architecture)
    stored = Interpreter.load(store.add("mine", folder).folder).model
    given = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    ids = torch.arange(20)[None]
    assert torch.equal(stored(ids).logits, given(ids).logits)


def test_the_same_model_has_the_same_identity_everywhere(store: Store, model: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "other").add("another-name", copytree(model, tmp_path / "elsewhere"))
    added = store.add("mine", model)
    assert (other.sha256, other.tokenizer_sha256) == (added.sha256, added.tokenizer_sha256)


def test_facts_are_read_back_as_they_were_written(store: Store, model: Path) -> None:
    added = store.add("mine", model)
    assert InterpreterInfo.read(added.folder) == added
    assert (added.layers, added.kv_heads, added.head_dim, added.max_positions) == (3, 2, 8, 512)
    assert added.source == f"file:{model.name}"


def test_the_licence_is_that_of_the_model_card(store: Store, model: Path, tmp_path: Path) -> None:
    folder = copytree(model, tmp_path / "model")
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\n")
    assert store.add("mine", folder).licence == "apache-2.0"


def test_sharded_weights_become_one_file(store: Store, model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sharded"
    copytree(model, folder, ignore=lambda _, names: [name for name in names if name.endswith(".safetensors")])
    loaded = transformers.AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16)
    loaded.save_pretrained(folder, max_shard_size="20KB")
    assert len(list(folder.glob("*.safetensors"))) > 1
    assert store.add("mine", folder).sha256 == Store(tmp_path / "other").add("whole", model).sha256


def test_a_name_is_taken_once(store: Store, model: Path) -> None:
    store.add("mine", model)
    with pytest.raises(PawError, match="P0708"):
        store.add("mine", model)


@pytest.mark.parametrize("name", ["../mine", "a/b", "", ".hidden", "hf:", "hf:a", "hf:a/b/c", "a b"])
def test_names_that_are_no_names_are_refused(store: Store, model: Path, name: str) -> None:
    with pytest.raises(PawError, match="P0709"):
        store.add(name, model)


def test_what_was_removed_is_gone(store: Store, model: Path) -> None:
    folder = store.add("mine", model).folder
    store.remove("mine")
    assert store.list() == []
    assert not folder.exists()
    with pytest.raises(PawError, match="P0701"):
        store.remove("mine")


def test_an_unknown_name_gets_the_nearest_known_one(store: Store, model: Path) -> None:
    store.add("mine", model)
    with pytest.raises(PawError, match="did you mean `mine`"):
        store.resolve("mime")
    with pytest.raises(PawError, match=f"did you mean `{DEFAULT}`"):
        store.resolve("smollm2-135m")


def test_an_unknown_model_of_the_hub_gets_the_command_that_fetches_it(store: Store) -> None:
    with pytest.raises(PawError, match=r"`pawc interp pull hf:Qwen/Qwen3-0\.6B`"):
        store.resolve("hf:Qwen/Qwen3-0.6B")


def test_a_missing_interpreter_of_a_program_gets_the_command_that_fetches_it(store: Store) -> None:
    with pytest.raises(PawError, match=r"P0710.*(\n.*)*`pawc interp pull hf:Qwen/Qwen3-0.6B`"):
        store.of_program(
            {"name": "hf:Qwen/Qwen3-0.6B", "sha256": "0" * 64, "tokenizer_sha256": "", "layout_sha256": ""}
        )


def test_another_interpreter_under_the_programs_name_is_told_apart(store: Store, model: Path) -> None:
    added = store.add("mine", model)
    for field, what in (("sha256", "weights"), ("tokenizer_sha256", "tokenizer"), ("layout_sha256", "chat layout")):
        with pytest.raises(PawError, match=f"P0711.*another {what}"):
            store.of_program(added.named | {field: "0" * 64})


def test_of_interpreters_that_are_alike_the_one_of_the_programs_name_is_taken(store: Store, model: Path) -> None:
    for name in ("a", "mine", "z"):
        store.add(name, model)
    assert store.of_program(store.resolve("mine").named).name == "mine"
    assert store.of_program(store.resolve("mine").named | {"name": "gone"}).name == "a"


def test_a_program_of_format_version_2_takes_any_layout_but_that_of_its_name_first(store: Store, model: Path) -> None:
    folder = store.add("a", model).folder
    facts = json.loads((folder / "interp.json").read_text())
    (folder / "interp.json").write_text(json.dumps(facts | {"pieces": facts["pieces"] | {"start": "x"}}))
    named = store.add("mine", model).named
    del named["layout_sha256"]
    assert store.of_program(named).name == "mine"
    store.remove("mine")
    assert store.of_program(named).name == "a"


def test_a_damaged_interpreter_is_not_listed_and_resolving_it_says_why(store: Store, model: Path) -> None:
    (store.add("mine", model).folder / "interp.json").write_text("{")
    assert store.list() == []
    with pytest.raises(PawError, match="P0712"):
        store.resolve("mine")


def test_an_interpreter_of_a_later_format_is_refused(store: Store, model: Path) -> None:
    path = store.add("mine", model).folder / "interp.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(PawError, match="format 2"):
        store.resolve("mine")


def test_what_a_killed_process_left_is_cleared_away(store: Store, model: Path) -> None:
    place = store.add("mine", model).folder
    place.replace(place.with_name(".mine.partial"))
    assert store.list() == []
    (place.with_name(".mine.partial") / "half").write_text("x")
    added = store.add("mine", model)
    assert sorted(path.name for path in added.folder.iterdir()) == [
        "config.json",
        "interp.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert not place.with_name(".mine.partial").exists()


def test_two_that_pull_at_once_fetch_once(store: Store, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []

    def hub(name: str, target: Path, say: object) -> None:
        fetched.append(name)
        store_convert.from_folder(name, model, target, "test")

    monkeypatch.setattr(store_sources, "hub", hub)
    found: list[InterpreterInfo] = []
    threads = [threading.Thread(target=lambda: found.append(store.pull("hf:a/b"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == ["hf:a/b"]
    assert len(found) == 3


def test_only_what_can_be_fetched_can_be_pulled(store: Store) -> None:
    with pytest.raises(PawError, match="P0701"):
        store.pull("mine")


def test_a_full_disk_leaves_nothing(store: Store, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, *args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transformers.PreTrainedModel, "save_pretrained", full)
    assert "PAWC_CACHE_DIR" in refused("P0703", store, model)


def test_a_model_of_the_hub_is_what_the_hub_gives(
    store: Store, model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    snapshot = copytree(model, tmp_path / "0123abcd")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda name, allow_patterns: str(snapshot))
    info = store.pull("hf:owner/tiny-model")
    assert (info.name, info.source) == ("hf:owner/tiny-model", "hf:owner/tiny-model@0123abcd")
    assert store.resolve("hf:owner/tiny-model") == store.pull("hf:owner/tiny-model") == info


def test_a_hub_that_cannot_be_reached_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(name: str, allow_patterns: list[str]) -> str:
        raise ConnectionError("no route\nto anywhere")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    with pytest.raises(PawError, match="P0702"):
        store.pull("hf:owner/model")


def test_there_must_be_a_model(store: Store, tmp_path: Path) -> None:
    refused("P0705", store, tmp_path / "nowhere")
    (tmp_path / "file.txt").write_text("x")
    refused("P0705", store, tmp_path / "file.txt")
    (tmp_path / "empty").mkdir()
    refused("P0705", store, tmp_path / "empty")


def test_pickled_weights_are_never_opened(store: Store, model: Path, tmp_path: Path) -> None:
    folder = copytree(model, tmp_path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "pickle" in refused("P0705", store, folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"])
def test_damaged_files_are_refused(store: Store, model: Path, tmp_path: Path, name: str) -> None:
    folder = copytree(model, tmp_path / "model")
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    refused("P0705", store, folder)


def test_weights_that_lack_a_layer_are_refused(store: Store, model: Path, tmp_path: Path) -> None:
    folder = copytree(model, tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 4}))
    assert "lack" in refused("P0705", store, folder)


def test_a_model_without_attention_is_refused(store: Store, model: Path, tmp_path: Path) -> None:
    mamba = transformers.MambaConfig(vocab_size=278, hidden_size=16, num_hidden_layers=2, state_size=4)
    folder = copytree(model, tmp_path / "mamba", ignore=lambda *_: ["model.safetensors", "config.json"])
    transformers.MambaForCausalLM(mamba).save_pretrained(folder)
    refused("P0706", store, folder)


def test_a_model_with_layers_of_several_shapes_is_refused(store: Store, model: Path, tmp_path: Path) -> None:
    config = transformers.LlamaConfig(
        vocab_size=278, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16
    )
    uneven = transformers.LlamaForCausalLM(config)
    attention = uneven.model.layers[1].self_attn
    attention.k_proj, attention.v_proj = (torch.nn.Linear(16, 8) for _ in range(2))
    with pytest.raises(PawError, match="P0706"):
        store_convert._probe("uneven", uneven)


def test_a_chat_template_that_cannot_be_used_is_refused(store: Store, tmp_path: Path) -> None:
    refused("P0706", store, save_model(tmp_path / "model", template="{{ raise_exception('no') }}"))


def test_markup_among_ordinary_tokens_becomes_control_tokens(store: Store, model: Path, tmp_path: Path) -> None:
    folder = copytree(model, tmp_path / "model")
    tokenizer = RawTokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_tokens(["<think>", "<table>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["chat_template"] += "{# <think> #}"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    control = Interpreter.load(store.add("mine", folder).folder).tokenizer.control
    assert "<think>" in control
    assert "<table>" not in control


def test_looking_up_needs_no_torch() -> None:
    count = len(ARCHITECTURES) + 1
    script = (
        "import sys; from pathlib import Path; from pawc.interpreters.store import Store\n"
        f"store = Store(Path({str(tiny_info().folder.parents[1])!r}))\n"
        "info = store.resolve('tiny-llama')\n"
        f"assert store.by_sha256(info.sha256) == info and len(store.list()) == {count}\n"
        "assert not {'torch', 'transformers', 'tokenizers', 'numpy'} & sys.modules.keys(), 'heavy'"
    )
    assert len(tiny_store().list()) == count
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    assert cache_root() == tmp_path
    monkeypatch.delenv("PAWC_CACHE_DIR")
    assert cache_root().name == "pawc"


@pytest.mark.interpreter
def test_the_embedded_interpreter_is_what_it_should_be() -> None:
    info = Store().resolve()
    assert (info.name, info.sha256, info.licence) == (DEFAULT, DEFAULT_SHA256, "apache-2.0")
    assert (info.layers, info.kv_heads, info.head_dim, info.parameters) == (30, 3, 64, 134_515_008)
