"""What was read of a file, with what tells that it has not changed since."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rag.reading.formats import NOT_READ
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.reading.extraction import ReadFile


class FileStamp(NamedTuple):
    """What the system says of a file: its length, its times in nanoseconds, and its number."""

    size: int
    modified: int
    changed: int
    inode: int


class FileRecord(NamedTuple):
    """What a file gave: the documents that it holds, and what of it was passed over.

    ``sha256`` is that of its bytes where it is one document, and empty where it is an archive.
    """

    path: str
    stamp: FileStamp
    sha256: str
    documents: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]
    warnings: tuple[str, ...]


def read_stamp(path: Path) -> FileStamp | None:
    """Return the stamp of a file, links followed; None where the system gives none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - for each of many files
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class NotedFile(NamedTuple):
    """What a record keeps of a document that was read; its warnings name it."""

    path: str
    sha256: str
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, file: ReadFile) -> NotedFile:
        """Return what is kept of a file as it was read."""
        path = file.document.path
        warnings = [f"{path}: {warning}" for warning in file.warnings]
        return cls(path, file.document.sha256, tuple(warnings))


FileResult: TypeAlias = "NotedFile | SkippedFile"


def make_record(
    name: str, stamp: FileStamp | None, results: Sequence[FileResult]
) -> FileRecord | None:
    """Return the record of a file; None where reading it again may give something else.

    A file may have been passed over for a reason that has gone: it was locked, or took too long.
    """
    if stamp is None:
        return None
    documents = []
    skipped = []
    warnings: list[str] = []
    sha256 = ""
    for result in results:
        if isinstance(result, SkippedFile):
            if result.reason != NOT_READ:
                return None
            skipped.append(result)
            continue
        documents.append(result.path)
        warnings += result.warnings
        if result.path == name:
            sha256 = result.sha256
    return FileRecord(name, stamp, sha256, tuple(documents), tuple(skipped), tuple(warnings))
