"""What a function of the standard library is: a typed Python function -> its signature in the language.

The Python annotations are the signature: `list[T]` is `list<T>`, `str | None` is `text?`. A result
annotated `| Error` may fail: the error is a value that becomes the error of the record at hand.
"""

from __future__ import annotations

import inspect
import types as python_types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pawc.base.types import BOOL, FLOAT, INT, TEXT, List, Optional, Type, assignable, join

LONGEST_TEXT = 10_000_000
"""No text made here is longer, in characters: a short program must not be able to fill the memory."""

_SCALARS: dict[Any, Type] = {str: TEXT, int: INT, float: FLOAT, bool: BOOL}


@dataclass(frozen=True)
class Error:
    """Why a function has no value for these arguments."""

    message: str


TOO_LONG = Error(f"the text would be longer than {LONGEST_TEXT} characters")


@dataclass(frozen=True)
class Builtin:
    """An exact function: `call(*args)` gives a value, or an `Error` where `fallible`; it raises nothing.

    `params` (name and type) and `result` are as written in the language; `T` stands for any type, `N` for
    `int` or `float`, `S` for what can be sorted.
    """

    symbol: str
    doc: str
    params: tuple[tuple[str, str], ...]
    result: str
    fallible: bool
    call: Callable[..., Any]

    def __str__(self) -> str:
        params = ", ".join(f"{name}: {shape}" for name, shape in self.params)
        return f"{self.symbol.removeprefix('std.')}({params}) -> {self.result}"

    def signature(self, arg_types: Sequence[Type]) -> Type:
        """The type of the result for arguments of these types; ValueError says why they do not fit."""
        return self.instance(arg_types)[1]

    def instance(self, arg_types: Sequence[Type]) -> tuple[list[Type], Type]:
        """The types of the parameters and of the result, once these arguments have said what `T` stands for."""
        hints = get_type_hints(self.call)
        result = hints.pop("return")
        if len(arg_types) != len(hints):
            takes = "1 argument" if len(hints) == 1 else f"{len(hints)} arguments"
            raise ValueError(f"`{self.symbol.removeprefix('std.')}` takes {takes}, not {len(arg_types)}")
        bound: dict[Any, Type] = {}
        for (name, hint), given in zip(hints.items(), arg_types, strict=True):
            if not _fits(hint, given, bound):
                raise ValueError(f"argument `{name}` is of type `{given}`, expected {_expected(hint)}")
        return [_result(hint, bound) for hint in hints.values()], _result(_without_error(result), bound)


def builtin(symbol: str, function: Callable[..., Any]) -> Builtin:
    """The library function that a Python function implements."""
    hints = get_type_hints(function)
    result = hints.pop("return")
    params = tuple((name, _show(hint)) for name, hint in hints.items())
    doc = inspect.getdoc(function) or ""
    return Builtin(symbol, doc, params, _show(_without_error(result)), Error in _alternatives(result), function)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, python_types.UnionType) else (hint,)


def _without_error(hint: Any) -> Any:
    return Union[tuple(part for part in _alternatives(hint) if part is not Error)]  # noqa: UP007 (built at run time)


def _split_optional(hint: Any) -> Any:
    """`X` of `X | None`, else None."""
    parts = _alternatives(hint)
    return next(part for part in parts if part is not type(None)) if type(None) in parts else None


def _show(hint: Any) -> str:
    if (inner := _split_optional(hint)) is not None:
        return f"{_show(inner)}?"
    if get_origin(hint) is list:
        return f"list<{_show(get_args(hint)[0])}>"
    return hint.__name__ if isinstance(hint, TypeVar) else str(_SCALARS[hint])


def _expected(hint: Any) -> str:
    """The type as a message names it: a variable by what it may stand for."""
    shown = f"`{_show(hint)}`"
    inner = get_args(hint)[0] if get_origin(hint) is list else hint
    kinds = [f"`{_SCALARS[part]}`" for part in getattr(inner, "__constraints__", ())]
    return f"{shown}, where `{_show(inner)}` is {', '.join(kinds[:-1])} or {kinds[-1]}" if kinds else shown


def _fits(hint: Any, given: Type, bound: dict[Any, Type]) -> bool:
    """Whether a value of type `given` may stand where `hint` is written; binds the type variables of `hint`."""
    if (inner := _split_optional(hint)) is not None:
        return _fits(inner, given.item if isinstance(given, Optional) else given, bound)
    if get_origin(hint) is list:
        return isinstance(given, List) and _fits(get_args(hint)[0], given.item, bound)
    if not isinstance(hint, TypeVar):
        return assignable(given, _SCALARS[hint])
    if hint.__constraints__ and not any(assignable(given, _SCALARS[part]) for part in hint.__constraints__):
        return False
    joined = join(bound[hint], given) if hint in bound else given
    if joined is None:
        return False
    bound[hint] = joined
    return True


def _result(hint: Any, bound: dict[Any, Type]) -> Type:
    if (inner := _split_optional(hint)) is not None:
        item = _result(inner, bound)
        return item if isinstance(item, Optional) else Optional(item)
    if get_origin(hint) is list:
        return List(_result(get_args(hint)[0], bound))
    return bound[hint] if isinstance(hint, TypeVar) else _SCALARS[hint]
