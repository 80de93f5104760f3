from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from pawc.passes import PASSES

from pawc.base.diagnostics import InternalError, PawError
from pawc.ir.nodes import Module
from pawc.pass_base import Context, Pass
from pawc.pass_spec import format_pipeline, load_pass, option_fields, parse_pipeline

HERE = {"probe": f"{__name__}:Probe", "other-probe": f"{__name__}:Other", "wrong": f"{__name__}:Probe"}


@dataclass(frozen=True, kw_only=True)
class Probe(Pass):
    """Has an option of every kind."""

    name: ClassVar[str] = "probe"
    count: int = 1
    rate: float = 0.5
    dry_run: bool = False
    keep: str = "all"

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"count is positive, not {self.count}")

    def run(self, module: Module, ctx: Context) -> Module:
        return module


class Other(Probe):
    name = "other-probe"


def refused(text: str, code: str) -> str:
    with pytest.raises(PawError) as caught:
        parse_pipeline(text, HERE)
    assert caught.value.diagnostics[0].code == code
    return str(caught.value)


def test_a_pipeline_is_passes_with_their_options() -> None:
    found = parse_pipeline('probe, other-probe{count=3, rate=1,dry-run=true,keep="a b"},probe{}', HERE)
    assert found == (Probe(), Other(count=3, rate=1.0, dry_run=True, keep="a b"), Probe())


@pytest.mark.parametrize(
    "passes",
    [
        (Probe(),),
        (Other(count=7), Probe(rate=1e-9, dry_run=True)),
        (Probe(keep=""), Probe(keep='a,b{"}'), Probe(keep="m/a.main"), Probe(keep="ä b")),
    ],
)
def test_what_is_written_reads_back(passes: tuple[Pass, ...]) -> None:
    assert parse_pipeline(format_pipeline(passes), HERE) == passes


def test_defaults_are_not_written() -> None:
    assert format_pipeline((Probe(), Other(count=2))) == "probe,other-probe{count=2}"


def test_an_unknown_pass_is_refused_with_the_nearest() -> None:
    assert "did you mean `probe`?" in refused("prob", "P0540")
    assert "`pawc passes` lists them" in refused("xyz", "P0540")


def test_an_unknown_option_is_refused_with_the_nearest_or_all() -> None:
    assert "did you mean `count`?" in refused("probe{counts=1}", "P0541")
    assert "count, rate, dry_run, keep" in refused("probe{zzz=1}", "P0541")


@pytest.mark.parametrize("option", ["count=x", "count=1.5", "rate=fast", "dry_run=1", "dry_run=True", "count=-1"])
def test_a_wrong_value_is_refused(option: str) -> None:
    assert option.partition("=")[0] in refused(f"probe{{{option}}}", "P0542")


@pytest.mark.parametrize(
    "text",
    [
        *("", ",", "probe,", "probe probe", "probe{", "probe{count", "probe{count=", "probe{count=1", "probe}"),
        *("probe{count=1 rate=2}", "probe{=1}", "probe{count=1,count=2}", "probe{count={}}", "{}", "probe;probe"),
        *('probe{keep="\\q"}', 'probe{keep="open}'),
    ],
)
def test_malformed_pipelines_are_refused(text: str) -> None:
    refused(text, "P0543")


def test_an_entry_that_is_another_pass_is_our_fault() -> None:
    with pytest.raises(InternalError):
        load_pass("wrong", HERE)


@pytest.mark.parametrize("name", PASSES)
def test_every_registered_pass_loads_and_says_what_it_does(name: str) -> None:
    cls = load_pass(name, PASSES)
    assert cls.__doc__ and not cls.__doc__.startswith(f"{cls.__name__}(")
    for option in option_fields(cls):
        assert str(option.type) in ("int", "float", "bool", "str")
    assert parse_pipeline(format_pipeline((cls(),)), PASSES) == (cls(),)
