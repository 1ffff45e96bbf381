"""The process that unpacks archives: a walk through one, member by member, or one member of it.

An answer is a line of JSON with what is said of a member, and then its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import SourceError
from rag.reading.archives.members import Member, read_member, read_members
from rag.reading.guarded_child import (
    Limits,
    answer_requests,
    limit_time,
    make_memory_error,
)

# What is asked: the first member of an archive, the one after that, one by its name.
WALK, NEXT, FIND = "walk", "next", "find"
_END = b"null\n"


class _Unpacker:
    """Answers requests, and remembers how far the walk has come."""

    def __init__(self) -> None:
        self._members: Iterator[Member] = iter(())

    def answer(self, name: str, data: bytes, limits: Limits) -> bytes:
        """Return the member that is asked for, or why it is not read, as bytes."""
        try:
            if name == NEXT:
                return self._encode_next()
            # A walk has its time as a whole.
            limit_time(limits.seconds)
            path, max_bytes, member_name = json.loads(data)
            if name == FIND:
                content = read_member(Path(path), member_name, max_bytes=max_bytes)
                return encode_member(Member(member_name, content))
            self._members = read_members(Path(path), max_bytes=max_bytes)
            return self._encode_next()
        except SourceError as error:
            return encode_member(Member("", b"", error))
        except OSError as error:
            # It was there when this was asked.
            return encode_member(Member("", b"", SourceError(error.strerror or str(error))))
        except MemoryError:
            return encode_member(Member("", b"", make_memory_error()))

    def _encode_next(self) -> bytes:
        member = next(self._members, None)
        return _END if member is None else encode_member(member)


def serve(*limits: int) -> None:
    """Unpack archives until there are no more requests."""
    answer_requests(Limits(*limits), _Unpacker().answer)


def encode_member(member: Member) -> bytes:
    """Return a member as bytes."""
    error = member.error
    reason = None if error is None else [error.message, error.hint]
    head = json.dumps([member.name, reason])
    return head.encode() + b"\n" + member.data


def decode_member(answer: bytes) -> Member | None:
    """Return the member that was encoded; None after the last. Raises one of ``wire.DAMAGE``."""
    head, _, content = answer.partition(b"\n")
    said: Any = json.loads(head)
    if said is None:
        return None
    name, reason = said
    if not isinstance(name, str):
        raise TypeError("no name")
    if reason is None:
        return Member(name, content)
    message, hint = reason
    return Member(name, b"", SourceError(str(message), hint=str(hint)))
