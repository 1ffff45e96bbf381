"""What gzip, bzip2 and xz have packed, unpacked from its beginning to its end and counted."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from typing import IO, TYPE_CHECKING, cast

from rag.reading.archives.entries import (
    CUT_OFF,
    MAX_RATIO,
    MAX_TOTAL,
    make_bomb_error,
    make_damaged_error,
    make_total_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_STEP = 1 << 16  # bytes that are unpacked at once
# What the methods raise over what is damaged; the first of them where the end is missing.
UNPACKING_ERRORS = (EOFError, zlib.error, lzma.LZMAError, OSError, ValueError, MemoryError)


class UnpackedStream:
    """A packed file that is read forwards only, and counted as it is unpacked.

    ``kind`` is how it is packed. More than ``suspicious`` bytes are a bomb where the packed ones
    are too few for them, and more than ``most`` are too many in any case.
    """

    def __init__(
        self, packed: IO[bytes], kind: str, *, suspicious: int, most: int | None = None
    ) -> None:
        self._packed = packed
        self._unpacked = _UNPACKERS[kind](packed)
        self._suspicious = suspicious
        self._most = MAX_TOTAL if most is None else most
        self._position = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes. Raises SourceError when there are too many all together."""
        parts = []
        missing = size
        while missing > 0:
            part = self._unpack(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
            self._position += len(part)
            self._check()
        return b"".join(parts)

    def _unpack(self, size: int) -> bytes:
        """Return the next bytes, some of those that are asked for."""
        step = min(size, _STEP)
        try:
            return self._unpacked.read(step)
        except EOFError as error:
            raise make_damaged_error(CUT_OFF) from error
        except UNPACKING_ERRORS as error:
            raise make_damaged_error("it cannot be unpacked") from error

    def _check(self) -> None:
        if self._position > self._most:
            raise make_total_error()
        packed_size = self._packed.tell()
        if self._position > max(self._suspicious, MAX_RATIO * packed_size):
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
