"""A single file that gzip, bzip2 or xz has packed: an archive of one entry."""

from __future__ import annotations

from typing import IO

from rag.reading.archives.entries import MIN_SUSPICIOUS, Entry
from rag.reading.archives.unpacking import UnpackedStream

_SUFFIXES = (".gz", ".bz2", ".xz")
_UNKNOWN_SIZE = 0  # gzip states it modulo 4 GiB, bzip2 nowhere


def make_single_entry(file: IO[bytes], kind: str, name: str) -> Entry:
    """Return what a packed file of this name holds, called as the file without its last suffix.

    What gzip says of the name before is not believed: who renames a file means its new name.
    """
    stream = UnpackedStream(file, kind, suspicious=MIN_SUSPICIOUS)
    content = b""

    def take(size: int) -> bytes:
        nonlocal content
        content += stream.take(size - len(content))
        return content[:size]

    return Entry(_strip_suffix(name), _UNKNOWN_SIZE, "", take, is_whole=True)


def _strip_suffix(name: str) -> str:
    """Return the name of a file before it was packed."""
    for suffix in _SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name
