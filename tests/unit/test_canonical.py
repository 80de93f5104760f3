from __future__ import annotations

import pytest

from pawc.base import canonical
from pawc.base.diagnostics import InternalError, PawError


def test_keys_are_sorted_and_nothing_is_spaced_or_escaped() -> None:
    assert canonical.dumps({"ü": [1, 1.0, True, None], "a": 'x"\n'}) == '{"a":"x\\"\\n","ü":[1,1.0,true,null]}'


@pytest.mark.parametrize("value", [0, -0.0, 0.1, 1e300, 10**40, "", "é\u2028", [], {}, [{"a": [None]}]])
def test_canonical_text_reads_back_as_the_same_value(value: object) -> None:
    assert repr(canonical.loads(canonical.dumps(value))) == repr(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", '{"a":1,"a":1}', '{"b":1,"a":1}', "[1, 2]", " 1", "1.50", "1e2", "1E+2", "-0.00", "01"),
        *("NaN", "Infinity", "-Infinity", "1e999", '"\\u0041"', '"\\ud800"', "9" * 5000, '"\ud800"'),
    ],
)
def test_text_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(PawError, match="P0517"):
        canonical.loads(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PawError, match="P0519"):
        canonical.loads("[" * 100_000 + "]" * 100_000)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_has_no_canonical_form_is_our_fault(value: object) -> None:
    with pytest.raises(InternalError):
        canonical.dumps(value)
