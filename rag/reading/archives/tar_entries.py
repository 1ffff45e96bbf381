"""TAR archives, packed or not, read from their beginning to their end: nothing is gone back to."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zlib
from typing import IO, TYPE_CHECKING, cast

from rag.reading.archives.entries import (
    CUT_OFF,
    LINK,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_TOTAL,
    MIB,
    NO_FILE,
    Entry,
    make_bomb_error,
    make_count_error,
    make_damaged_error,
    make_total_error,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of a whole archive, which may hold thousands of pages that are all alike; chosen by hand.
_MIN_SUSPICIOUS = 64 * MIB
_BLOCK = 512  # bytes of a header, to which contents are filled up
_STEP = 1 << 16  # bytes that are passed over at once
# A header that goes on: a long name, and what the system says of the file beside it.
_MAX_HEADER = 1 << 16
# tarfile takes quadratic time over a header of digits (CVE-2024-6232, until Python 3.11.10).
_DIGITS = re.compile(rb"\d{1000}")
# What tarfile raises over a damaged archive, and what unpacks it.
_DAMAGED = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
    RecursionError,
    MemoryError,
)


class _Stream:
    """A file that is read forwards only, and counted as it is unpacked."""

    def __init__(self, packed: IO[bytes], unpacked: IO[bytes]) -> None:
        self._packed = packed
        self._unpacked = unpacked
        self._position = 0
        self.last_block = b""  # of those that tarfile asked for

    def read(self, size: int) -> bytes:
        """Return the next bytes of a header, for tarfile, which believes the length it states."""
        if size > _MAX_HEADER:
            raise make_damaged_error("a header is too long")
        self.last_block = self.take(size)
        if _DIGITS.search(self.last_block):
            raise make_damaged_error("a header of nothing but digits")
        return self.last_block

    def take(self, size: int) -> bytes:
        """Return the next bytes. Raises SourceError when there are too many all together."""
        parts = []
        missing = size
        while missing > 0:
            try:
                part = self._unpacked.read(min(missing, _STEP))
            except _DAMAGED as error:
                raise make_damaged_error(CUT_OFF) from error
            if not part:
                break
            parts.append(part)
            missing -= len(part)
            self._position += len(part)
            self._check()
        return b"".join(parts)

    def _check(self) -> None:
        if self._position > MAX_TOTAL:
            raise make_total_error()
        packed_size = self._packed.tell()
        if self._position > max(_MIN_SUSPICIOUS, MAX_RATIO * packed_size):
            raise make_bomb_error()

    def tell(self) -> int:
        """Return how much was read, or passed over."""
        return self._position

    def seek(self, position: int) -> None:
        """Pass over what stands before a position. Raises SourceError for one that was passed."""
        if position < self._position:
            raise make_damaged_error("an entry lies over another")
        while self._position < position:
            step = min(_STEP, position - self._position)
            if not self.take(step):
                return


def list_tar_entries(file: IO[bytes], kind: str) -> Iterator[Entry]:
    """Yield the entries of a TAR archive that is packed in a way, in their order.

    Raises SourceError where it is damaged, or holds more than is read of an archive.
    """
    unpacked = _UNPACKERS[kind](file)
    stream = _Stream(file, unpacked)
    try:
        archive = tarfile.TarFile(fileobj=cast("IO[bytes]", stream), errorlevel=2)
        for number, info in enumerate(archive):
            if number == MAX_ENTRIES:
                raise make_count_error()
            if not info.isdir():
                yield _make_entry(stream, info)
    except _DAMAGED as error:
        raise make_damaged_error(_describe_damage(stream)) from error
    # tarfile takes whatever it cannot read for the end, which is a block of zeros.
    if len(stream.last_block) < _BLOCK or stream.last_block.strip(b"\0"):
        raise make_damaged_error(CUT_OFF)


def _describe_damage(stream: _Stream) -> str:
    """Return what is wrong with an archive that could not be read on."""
    return CUT_OFF if stream.tell() > _BLOCK else "no TAR archive"


def _make_entry(stream: _Stream, info: tarfile.TarInfo) -> Entry:
    """Return an entry whose content is taken from the stream when it is asked for."""
    fault = ""
    if info.issym() or info.islnk():
        fault = LINK
    elif not info.isreg() or info.issparse():
        fault = NO_FILE
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


def _open_plain(file: IO[bytes]) -> IO[bytes]:
    return file


def _open_gzip(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file))


def _open_bzip2(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", bz2.BZ2File(file))


def _open_xz(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", lzma.LZMAFile(file))


_UNPACKERS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    "tar": _open_plain,
    "gzip": _open_gzip,
    "bzip2": _open_bzip2,
    "xz": _open_xz,
}
