"""The names under which a server offers functions."""

from __future__ import annotations

import pytest
from serving import Lengths, program

from pawc.serve.catalog import Catalog
from pawc.serve.messages import Refusal


def test_the_functions_of_one_program_have_their_own_names() -> None:
    catalog = Catalog({"m": program(Lengths())})
    assert [service.name for service in catalog.services] == ["size", "twice", "echo", "note"]
    assert catalog.find("size") is catalog.find("m:size") is catalog.find_entry()
    assert catalog.find("size").spec == "How long?"


def test_functions_that_several_programs_have_are_named_with_their_program() -> None:
    catalog = Catalog({"a": program(Lengths()), "b": program(Lengths())})
    assert catalog.find("b:size").program == "b"
    assert catalog.find("b:size") in catalog.services
    with pytest.raises(Refusal, match="size") as caught:
        catalog.find("size")
    assert (caught.value.status, caught.value.error["code"]) == (404, "P0908")
    assert "`a:size`" in caught.value.error["help"] or "`b:size`" in caught.value.error["help"]


@pytest.mark.parametrize("programs", [1, 2])
def test_there_is_no_entry_without_one_program_that_has_one(programs: int) -> None:
    found = {str(number): program(Lengths(), entry=None if programs == 1 else "m.size") for number in range(programs)}
    with pytest.raises(Refusal, match="no entry") as caught:
        Catalog(found).find_entry()
    assert caught.value.status == 404
