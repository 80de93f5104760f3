"""IR -> text, plain values or files -> the same IR, whatever the module."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ir_strategies import BLOBS, TYPES, any_module, modules, programs, values
from pawc.passes import PASSES

from pawc.base import canonical
from pawc.base.source import Source
from pawc.base.types import Frozen
from pawc.files.blobs import BlobStore
from pawc.files.cache import CompileCache
from pawc.files.executable import Executable
from pawc.files.manifest import module_blobs
from pawc.files.objfile import ObjectFile
from pawc.ir import codec
from pawc.ir.nodes import Const, Module, Program, content_key
from pawc.ir.parser import parse_module
from pawc.ir.printer import print_module
from pawc.ir.verify import problems
from pawc.pass_base import Context
from pawc.pass_spec import load_pass

few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
LINK_TIME = ("share-programs", "inline", "fold-constants", "deduplicate-calls", "eliminate-dead")
INTERPRETER = {"name": "tiny", "sha256": "", "tokenizer_sha256": "t", "layout_sha256": "l"}


def same(one: Module, other: Module) -> bool:
    """Equal, and no number became one of another kind (1 == 1.0 == True in Python)."""
    return one == other and codec.canonical_json(one) == codec.canonical_json(other)


def interpreter_of(module: Module) -> dict[str, str] | None:
    programs = [function.program for function in module.neural if function.program is not None]
    return {**INTERPRETER, "sha256": programs[0].interpreter} if programs else None


@few
@given(any_module())
def test_generated_modules_keep_the_rules(module: Module) -> None:
    assert problems(module) == []


@few
@given(any_module())
def test_printed_ir_parses_back_equal(module: Module) -> None:
    text = print_module(module)
    again = parse_module(Source("printed", text))
    assert same(again, module)
    assert print_module(again) == text


@few
@given(any_module())
def test_the_codec_is_an_exact_inverse(module: Module) -> None:
    text = codec.canonical_json(module)
    again = codec.decode(Module, canonical.loads(text))
    assert same(again, module)
    assert content_key(again) == content_key(module)


@few
@given(TYPES.flatmap(values))
def test_the_codec_tells_values_apart_that_python_calls_equal(value: Frozen) -> None:
    again = codec.decode(Const, canonical.loads(codec.canonical_json(Const(result="0", value=value))))
    assert repr(again.value) == repr(value)


@few
@given(modules("compiled"))
def test_an_object_file_gives_its_module_and_tensors_back(module: Module) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.pawo"
        ObjectFile(module=module, interpreter=interpreter_of(module), flags={"level": 2}).save(path, BLOBS)
        blobs = BlobStore()
        again = ObjectFile.load(path, blobs)
        assert same(again.module, module)
        assert again.flags == {"level": 2}
        for ref in module_blobs(module):
            assert bytes(blobs.get_bytes(ref)) == bytes(BLOBS.get_bytes(ref))
        first = path.read_bytes()
        again.__class__(module=again.module, interpreter=again.interpreter, flags=again.flags).save(path, blobs)
        assert path.read_bytes() == first


@few
@given(modules("linked"))
def test_an_executable_gives_its_module_and_tensors_back(module: Module) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.pawx"
        built = Executable.build(module, BLOBS, target="cpu", interpreter=interpreter_of(module))
        built.save(path)
        again = Executable.load(path)
        assert same(again.module, module)
        assert again.manifest == built.manifest
        first = path.read_bytes()
        again.save(path)
        assert path.read_bytes() == first


@few
@given(programs("ab" * 32))
def test_the_cache_gives_a_program_back(program: Program) -> None:
    with TemporaryDirectory() as folder:
        cache = CompileCache(Path(folder))
        cache.put("f" * 64, program, BLOBS)
        again = cache.get("f" * 64, BlobStore())
        assert again is not None
        assert codec.canonical_json(again) == codec.canonical_json(program)


@few
@given(modules("linked"), st.permutations(LINK_TIME))
def test_link_time_passes_keep_the_rules_in_any_order_and_then_rest(module: Module, order: list[str]) -> None:
    """What each leaves is valid; and after a few rounds nothing is left to do, so none reports changes for ever."""
    passes = [load_pass(name, PASSES)() for name in order]
    ctx = Context(blobs=BLOBS)
    before = None
    for _ in range(8):
        before = module
        for step in passes:
            result = step.run(module, ctx)
            assert result is module or result != module
            assert problems(result) == []
            module = result
    assert module is before
