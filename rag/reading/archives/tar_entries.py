"""TAR archives, packed or not, read from their beginning to their end: nothing is gone back to."""

from __future__ import annotations

import re
import tarfile
from typing import IO, TYPE_CHECKING, cast

from rag.reading.archives.entries import (
    CUT_OFF,
    LINK,
    MAX_ENTRIES,
    MIB,
    NO_FILE,
    Entry,
    make_count_error,
    make_damaged_error,
    refuse,
)
from rag.reading.archives.unpacking import UNPACKING_ERRORS, UnpackedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a whole archive, which may hold thousands of pages that are all alike; chosen by hand.
MIN_SUSPICIOUS = 64 * MIB
_BLOCK = 512  # bytes of a header, to which contents are filled up
# A header that goes on: a long name, and what the system says of the file beside it.
_MAX_HEADER = 1 << 16
# All headers of an entry: tarfile keeps each hole of a sparse file that one of them lists, which
# may be millions.
_MAX_HEADERS = 1 << 18
_SPARSE = "a sparse file, of which an archive has a part; pack it without --sparse"
# tarfile takes quadratic time over a header of digits (CVE-2024-6232, until Python 3.11.10).
_DIGITS = re.compile(rb"\d{1000}")
# What tarfile raises over a damaged archive, and what unpacks one.
_DAMAGED = (
    *UNPACKING_ERRORS,
    tarfile.TarError,
    IndexError,
    KeyError,
    OverflowError,
    RecursionError,
)


class _Headers:
    """What is read of an archive between two contents, for tarfile, which believes all lengths."""

    def __init__(self, stream: UnpackedStream) -> None:
        self._stream = stream
        self._length = 0
        self.last_block = b""  # of those that tarfile asked for
        self.tell = stream.tell
        self.seek = stream.seek

    def read(self, size: int) -> bytes:
        """Return the next bytes of a header. Raises SourceError where no header is so long."""
        self._length += size
        if size > _MAX_HEADER or self._length > _MAX_HEADERS:
            raise make_damaged_error("a header is too long")
        self.last_block = self._stream.take(size)
        if _DIGITS.search(self.last_block):
            raise make_damaged_error("a header of nothing but digits")
        return self.last_block

    def begin(self) -> None:
        """Count from here: what was read until now is the header of an entry."""
        self._length = 0


def list_tar_entries(file: IO[bytes], kind: str) -> Iterator[Entry]:
    """Yield the entries of a TAR archive that is packed in a way, in their order.

    Raises SourceError where it is damaged, or holds more than is read of an archive.
    """
    stream = UnpackedStream(file, kind, suspicious=MIN_SUSPICIOUS)
    for number, info in enumerate(iterate_headers(stream)):
        if number == MAX_ENTRIES:
            raise make_count_error()
        if not info.isdir():
            yield _make_entry(stream, info)


def iterate_headers(stream: UnpackedStream) -> Iterator[tarfile.TarInfo]:
    """Yield what stands before each content of a TAR archive; raises SourceError for a damaged one.

    Whoever takes a content from the stream does so before going on.
    """
    headers = _Headers(stream)
    try:
        archive = tarfile.TarFile(fileobj=cast("IO[bytes]", headers), errorlevel=2)
        for info in archive:
            headers.begin()
            yield info
    except _DAMAGED as error:
        raise make_damaged_error(_describe_damage(stream)) from error
    # tarfile takes whatever it cannot read for the end, which is a block of zeros.
    if len(headers.last_block) < _BLOCK or headers.last_block.strip(b"\0"):
        raise make_damaged_error(CUT_OFF)


def _describe_damage(stream: UnpackedStream) -> str:
    """Return what is wrong with an archive that could not be read on."""
    return CUT_OFF if stream.tell() > _BLOCK else "no TAR archive"


def find_fault(info: tarfile.TarInfo) -> str:
    """Return why an entry is no file whose content an archive has; empty where it is one."""
    if info.issym() or info.islnk():
        return LINK
    if info.issparse():
        return _SPARSE
    return "" if info.isreg() else NO_FILE


def _make_entry(stream: UnpackedStream, info: tarfile.TarInfo) -> Entry:
    """Return an entry whose content is taken from the stream when it is asked for."""
    fault = find_fault(info)
    if fault:
        return Entry(info.name, info.size, fault, refuse)
    content = b""

    def take(size: int) -> bytes:
        nonlocal content
        wanted = min(size, info.size)
        if len(content) < wanted:
            stream.seek(info.offset_data + len(content))
            content += stream.take(wanted - len(content))
        if len(content) < wanted:
            raise make_damaged_error(CUT_OFF)
        return content[:size]

    return Entry(info.name, info.size, fault, take)
