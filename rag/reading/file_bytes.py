"""The bytes of a file, read without waiting for what never ends."""

from __future__ import annotations

import os
import stat
from typing import IO, TYPE_CHECKING

from rag.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

_MIB = 1 << 20
MAX_BYTES = 32 * _MIB  # of a file; chosen by hand, a book has less than one
# Never wait, never take a terminal for the one that commands us, leave line ends as they are. No
# system has all of these flags.
_OPEN_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _name, 0)


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """Return the content of a regular file.

    Raises:
        SourceError: it is no regular file, or longer than ``max_bytes``.
        OSError: it is not there, or may not be read.
    """
    # Opening a pipe waits, and opening some devices does something: what a name leads to is looked
    # at before it is opened, and once more after, as it may have been replaced meanwhile.
    _check_status(path.stat(), max_bytes)
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        _check_status(status, max_bytes)
        # A file of /proc says that it is empty; reading it may wait, or never end.
        return _read_blocks(descriptor, max_bytes) if status.st_size else b""
    finally:
        os.close(descriptor)


def read_head(path: Path, size: int) -> bytes:
    """Return the first bytes of a regular file, at most ``size``.

    Raises:
        SourceError: it is no regular file.
        OSError: it is not there, or may not be read.
    """
    _check_regular(path.stat())
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        _check_regular(status)
        return os.read(descriptor, size) if status.st_size else b""
    finally:
        os.close(descriptor)


def open_file(path: Path) -> IO[bytes]:
    """Return a regular file, opened for reading.

    Raises:
        SourceError: it is no regular file.
        OSError: it is not there, or may not be read.
    """
    _check_regular(path.stat())
    file = os.fdopen(os.open(path, _OPEN_FLAGS), "rb")
    try:
        _check_regular(os.fstat(file.fileno()))
    except SourceError:
        file.close()
        raise
    return file


def _check_regular(status: os.stat_result) -> None:
    """Raise SourceError for what is no regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise SourceError("is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("not a regular file")


def _check_status(status: os.stat_result, max_bytes: int) -> None:
    """Raise SourceError for what is no regular file, and for a large one."""
    _check_regular(status)
    if status.st_size > max_bytes:
        raise make_too_large_error(status.st_size, max_bytes)


def _read_blocks(descriptor: int, max_bytes: int) -> bytes:
    """Return the content of an open file, which may grow meanwhile."""
    content = bytearray()
    while block := os.read(descriptor, _MIB):
        content += block
        if len(content) > max_bytes:
            raise make_too_large_error(len(content), max_bytes)
    return bytes(content)


def make_too_large_error(size: int, max_bytes: int) -> SourceError:
    """Return the error for a file that is longer than what is read."""
    return SourceError(
        f"too large: {size / _MIB:,.1f} MiB, over the limit of {max_bytes / _MIB:,.4g} MiB",
        hint="split the file or raise RAG_MAX_FILE_MB",
    )
