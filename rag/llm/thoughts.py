"""What a model thinks aloud before it answers, left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BEGIN = "<think>"
END = "</think>"


def drop_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of an answer without the thoughts that it begins with."""
    begin = ""
    stream = iter(pieces)
    for piece in stream:
        begin += piece
        if not BEGIN.startswith(begin.lstrip()[: len(BEGIN)]):
            yield begin
            break
        if BEGIN in begin:
            yield from _skip_to_end(begin, stream)
            break
    else:
        yield begin
    yield from stream


def _skip_to_end(begin: str, stream: Iterator[str]) -> Iterator[str]:
    """Yield what follows the end of the thoughts in the piece that has it."""
    tail = begin
    for piece in stream:
        if END in tail:
            yield tail.partition(END)[2]
            yield piece
            return
        # The mark may be cut in two.
        tail = tail[-len(END) :] + piece
    if END in tail:
        yield tail.partition(END)[2]
