"""Archives unpacked in a process of their own: what they do to it, they do to nothing else.

Of a walk the process is asked for one member at a time, and what it gives is counted here once
more. Each walk has a process to itself, those that are done with one leave it to the next.
"""

from __future__ import annotations

import atexit
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.archives.entries import (
    MAX_ENTRIES,
    MAX_TOTAL,
    make_count_error,
    make_total_error,
)
from rag.reading.archives.guarded_child import FIND, NEXT, WALK, decode_member
from rag.reading.archives.members import Member
from rag.reading.file_bytes import open_file
from rag.reading.guard import Guard, make_crash_error
from rag.reading.guarded_child import Limits
from rag.reading.wire import DAMAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Chosen by hand: half a GiB that bzip2 has packed takes a minute.
LIMITS = Limits(seconds=180, memory=2 << 30, characters=0)
_CHILD = "rag.reading.archives.guarded_child"
_MAX_HEAD = 1 << 16  # bytes of an answer beside the content: a name, or a reason
_idle: list[Guard] = []


def read_members(path: Path, *, max_bytes: int) -> Iterator[Member]:
    """Yield what ``members.read_members`` does, unpacked in another process.

    Where that fails, the last one says so, with an empty name.
    """
    _check_opens(path)
    with _borrow_guard() as guard:
        total = 0
        try:
            request = _encode(path, max_bytes)
            answer = guard.ask(WALK, request, most=_count_most(max_bytes))
            for _ in range(MAX_ENTRIES + 2):  # with one that says that there are more
                member = _decode(answer)
                if member is None:
                    return
                total += len(member.data)
                if total > MAX_TOTAL + max_bytes:
                    raise make_total_error()
                yield member
                answer = guard.ask_on(NEXT, most=_count_most(max_bytes))
            raise make_count_error()
        except SourceError as error:
            guard.close()  # it may be in the middle of an archive
            yield Member("", b"", error)


def read_member(path: Path, name: str, *, max_bytes: int) -> bytes:
    """Return the bytes of a member of an archive, unpacked in another process.

    Raises:
        SourceError: it is not there, or is not read.
        OSError: the archive is not there.
    """
    _check_opens(path)
    with _borrow_guard() as guard:
        request = _encode(path, max_bytes, name)
        answer = guard.ask(FIND, request, most=_count_most(max_bytes))
        member = _decode(answer)
    if member is None:
        raise make_crash_error()
    if member.error is not None:
        raise member.error
    return member.data


def _check_opens(path: Path) -> None:
    """Raise OSError or SourceError for what is no file that may be read."""
    open_file(path).close()


def _encode(path: Path, max_bytes: int, name: str = "") -> bytes:
    absolute = os.path.abspath(path)  # noqa: PTH100 - a string
    request = json.dumps([absolute, max_bytes, name])
    return request.encode()


def _count_most(max_bytes: int) -> int:
    """Return how many bytes an answer has at most."""
    return max_bytes + _MAX_HEAD


def _decode(answer: bytes) -> Member | None:
    """Return the member of an answer. Raises SourceError for one that no archive gives."""
    try:
        return decode_member(answer)
    except DAMAGE:
        raise make_crash_error() from None


@contextmanager
def _borrow_guard() -> Iterator[Guard]:
    """Give a process that nobody else asks; whoever stops in the middle of a walk ends it."""
    try:
        guard = _idle.pop()
    except IndexError:
        guard = Guard(LIMITS, _CHILD)
    is_done = False
    try:
        yield guard
        is_done = True
    finally:
        if is_done:
            _idle.append(guard)
        else:
            guard.close()


def _close_all() -> None:
    for guard in _idle:
        guard.close()


atexit.register(_close_all)
