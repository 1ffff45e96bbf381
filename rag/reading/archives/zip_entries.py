"""ZIP archives: the directory is read by ``zipfile``, contents are unpacked here.

``zipfile`` takes of bzip2 and LZMA all that a block gives, which may be gigabytes for four
kilobytes: here each method is told how much it gives at most.
"""

from __future__ import annotations

import bz2
import lzma
import stat
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, cast

from rag.reading.archives.entries import (
    ENCRYPTED,
    LINK,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_TOTAL,
    MIB,
    MIN_SUSPICIOUS,
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

_MAX_DIRECTORY = 8 * MIB  # more than so many names of entries take
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # of an entry: signature, length of name, of extra
_LOCAL_MAGIC = b"PK\x03\x04"
_ENCRYPTED_FLAG = 1
_UTF8_FLAG = 1 << 11
# What zipfile raises over a damaged directory, and the methods over damaged content.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    OverflowError,
    NotImplementedError,
    MemoryError,
)


class _Directory:
    """A file whose reads are bounded: zipfile reads the whole directory of an archive at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises SourceError for more than any directory has."""
        if size > _MAX_DIRECTORY:
            raise make_count_error()
        # Without a size it asks for the end of the file, where the directory's place stands.
        return self._file.read(_MAX_DIRECTORY if size < 0 else size)

    def seekable(self) -> bool:
        """Return that it may be read from any place."""
        return True


def list_zip_entries(file: IO[bytes]) -> Iterator[Entry]:
    """Yield the entries of a ZIP archive, in the order of its directory.

    Raises SourceError where it is damaged, or holds more than is read of an archive.
    """
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", _Directory(file)))
    except _DAMAGED as error:
        raise make_damaged_error("no ZIP archive, or its end is missing") from error
    unpacked = 0

    def make_taker(info: zipfile.ZipInfo) -> Callable[[int], bytes]:
        def take(size: int) -> bytes:
            nonlocal unpacked
            limit = max(MIN_SUSPICIOUS, MAX_RATIO * info.compress_size)
            content = _unpack(file, info, min(size, limit + 1))
            # A bomb is counted as well: there may be many.
            unpacked += len(content)
            if len(content) > limit:
                raise make_bomb_error()
            # Where less came than was asked for, it is all there is.
            if len(content) < size and zlib.crc32(content) != info.CRC:
                raise make_damaged_error("its checksum is another")
            return content

        return take

    for number, info in enumerate(archive.infolist()):
        if number == MAX_ENTRIES:
            raise make_count_error()
        if unpacked > MAX_TOTAL:
            raise make_total_error()
        if info.filename.endswith("/"):
            continue
        fault = _find_fault(info)
        take = refuse if fault else make_taker(info)
        yield Entry(_repair_name(info), info.file_size, fault, take)


def _find_fault(info: zipfile.ZipInfo) -> str:
    """Return why an entry is not read, as its directory has it; else ""."""
    if info.flag_bits & _ENCRYPTED_FLAG:
        return ENCRYPTED
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in (0, stat.S_IFREG):
        return NO_FILE
    if info.compress_type not in _METHODS:
        return f"packed by method {info.compress_type}, which rag does not know"
    return ""


def _repair_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry: UTF-8 also where the archive forgot to say so, as many do."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except ValueError:
        return info.filename


def _unpack(file: IO[bytes], info: zipfile.ZipInfo, size: int) -> bytes:
    """Return the first bytes of an entry, up to a size. Raises SourceError where it is damaged."""
    unpack = _METHODS[info.compress_type]
    try:
        packed = _read_packed(file, info, size)
        return unpack(packed, size)
    except _DAMAGED as error:
        raise make_damaged_error("it cannot be unpacked") from error


def _read_packed(file: IO[bytes], info: zipfile.ZipInfo, size: int) -> bytes:
    """Return the packed content of an entry, no more than its first ``size`` bytes may need."""
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    magic, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if magic != _LOCAL_MAGIC:
        raise ValueError("no entry here")
    file.seek(name_length + extra_length, 1)
    # Packing makes nothing longer by more than this.
    needed = size + size // 8 + MIB
    return file.read(min(info.compress_size, needed))


def _unpack_stored(packed: bytes, size: int) -> bytes:
    return packed[:size]


def _unpack_deflated(packed: bytes, size: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size)


def _unpack_bzip2(packed: bytes, size: int) -> bytes:
    return bz2.BZ2Decompressor().decompress(packed, size)


def _unpack_lzma(packed: bytes, size: int) -> bytes:
    # A ZIP archive has the properties after four bytes of its own; what ".lzma" files have after
    # them is the length, which may be left open.
    properties = packed[4:9]
    header = properties + b"\xff" * 8
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=256 * MIB)
    return decompressor.decompress(header + packed[9:], size)


_METHODS: dict[int, Callable[[bytes, int], bytes]] = {
    zipfile.ZIP_STORED: _unpack_stored,
    zipfile.ZIP_DEFLATED: _unpack_deflated,
    zipfile.ZIP_BZIP2: _unpack_bzip2,
    zipfile.ZIP_LZMA: _unpack_lzma,
}
