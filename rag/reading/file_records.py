"""What was read of a file, with what tells that it has not changed since."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.extraction import ReadFile
from rag.reading.formats import NOT_READ
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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


def make_record(
    name: str, stamp: FileStamp, results: Sequence[ReadFile | SkippedFile]
) -> FileRecord | None:
    """Return the record of a file; None where reading it again may give something else.

    A file may have been passed over for a reason that has gone: it was locked, or took too long.
    """
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
        document = result.document
        documents.append(document.path)
        warnings += describe_warnings(result)
        if document.path == name:
            sha256 = document.sha256
    return FileRecord(name, stamp, sha256, tuple(documents), tuple(skipped), tuple(warnings))


def describe_warnings(file: ReadFile) -> list[str]:
    """Return what could not be read of a file, each with its name."""
    return [f"{file.document.path}: {warning}" for warning in file.warnings]
