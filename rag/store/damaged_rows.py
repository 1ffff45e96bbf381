"""Rows that are not what rag wrote: an error with a way out, wherever they are unpacked.

A database keeps no checksums of its rows, and who may write there may write anything. The methods
of what reads a store take values of our own: where one fails over a shape, it is that of a row.
"""

from __future__ import annotations

import functools
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

from rag.errors import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import ParamSpec

    Arguments = ParamSpec("Arguments")

Kind = TypeVar("Kind")
Result = TypeVar("Result")
# What Python and NumPy raise over a value of another shape, range or type.
_MISFITS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
# What to do then: the rows are made anew of the articles.
REBUILD_HINT = "rag index --rebuild"


def require_rows(condition: object, what: str, hint: str = REBUILD_HINT) -> None:
    """Raise IndexDamaged unless something holds of what a store says."""
    if not condition:
        raise IndexDamaged(f"the store holds rows that rag did not write: {what}", hint=hint)


def explain_rows(kind: type[Kind]) -> type[Kind]:
    """Return a class whose public methods and properties raise IndexDamaged over a row's shape."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if inspect.isfunction(member):
            setattr(kind, name, explain_misfits(member))
        elif isinstance(member, property) and member.fget is not None:
            setattr(kind, name, member.getter(explain_misfits(member.fget)))
        elif isinstance(member, functools.cached_property):
            member.func = explain_misfits(member.func)
    return kind


def explain_misfits(read: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a function that raises IndexDamaged where rows do not fit together."""
    if inspect.isgeneratorfunction(read):

        @functools.wraps(read)
        def iterate(*arguments: Arguments.args, **options: Arguments.kwargs) -> Iterator[object]:
            with explaining_rows():
                yield from cast("Iterator[object]", read(*arguments, **options))

        return cast("Callable[Arguments, Result]", iterate)

    @functools.wraps(read)
    def explained(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        with explaining_rows():
            return read(*arguments, **options)

    return explained


@contextmanager
def explaining_rows(hint: str = REBUILD_HINT) -> Iterator[None]:
    """Raise IndexDamaged where what is read inside does not fit together."""
    try:
        yield
    except _MISFITS as error:
        reason = f"{type(error).__name__}: {error}"
        raise IndexDamaged(
            f"the store holds rows that rag did not write ({reason:.100})", hint=hint
        ) from error
