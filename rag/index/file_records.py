"""Which files are as they were: those need not be read again.

A generation keeps of each file its length, its times and its number in the file system. Where all
of them are the same the file is unchanged, as git has it: a file that was written shortly before it
was read may have been written once more within the same tick of the clock, and is compared by the
SHA-256 of its bytes. So is a file of the same length whose time or number is another one: it was
copied, or checked out anew. Whatever else decides what is read of a file is part of a key: with
another key every file is read.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import rag
from rag.errors import SourceError
from rag.index.checked_files import report_damage
from rag.index.manifest import FILE_RECORDS
from rag.reading.file_bytes import read_bytes
from rag.reading.file_records import FileRecord, FileStamp
from rag.reading.formats import FORMATS, load_format
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rag.index.held_generation import FolderIndex

_VERSION = 1  # of the form of its lines
# How coarse the times of a file system may be, in nanoseconds: two seconds on FAT.
_CLOCK_TICK = 2_000_000_000


def compute_reading_key(max_bytes: int, publishers: Sequence[tuple[str, str]]) -> str:
    """Return what decides, beside its bytes, what is read of a file, as hexadecimal digits."""
    rows = [list(row) for row in publishers]
    # A new format may be told by what a file holds.
    kinds = [[known.name, *known.suffixes] for known in FORMATS]
    facts = [rag.__version__, _VERSION, max_bytes, rows, kinds]
    encoded = json.dumps(facts).encode("ascii")
    return hashlib.sha256(encoded).hexdigest()[:16]


def encode_records(records: Iterable[FileRecord], *, key: str, started: int) -> bytes:
    """Return the records as they are stored; ``started``: when the first file was read."""
    lines = [json.dumps({"key": key, "started": started})]
    for record in records:
        line = json.dumps(record)
        lines.append(line)
    return "\n".join(lines).encode("ascii")


class FileRecords:
    """Tells which files of an index are as they were."""

    def __init__(self, generation: FolderIndex, *, key: str, max_bytes: int) -> None:
        """Read nothing yet; ``key`` is that of today."""
        self._generation = generation
        self._key = key
        self._max_bytes = max_bytes
        self._started = 0

    @cached_property
    def _records(self) -> dict[str, FileRecord]:
        newest = self._generation.list_segments()[-1]
        if FILE_RECORDS not in newest.manifest["files"]:
            return {}  # written before rag kept them
        path = newest.check(FILE_RECORDS)
        head, *lines = path.read_text(encoding="ascii").split("\n")
        facts = json.loads(head)
        if facts["key"] != self._key:
            return {}
        self._started = int(facts["started"])
        outdated = set(self._list_outdated_paths())
        records = {}
        for line in lines:
            record = _decode_record(json.loads(line))
            if outdated.isdisjoint(record.documents):
                records[record.path] = record
        return records

    def _list_outdated_paths(self) -> Iterable[str]:
        """Yield the paths of documents whose format reads them otherwise today."""
        versions: dict[str, int | None] = {}
        for path, name, version in self._generation.list_formats():
            if name not in versions:
                versions[name] = _find_version(name)
            if versions[name] != version:
                yield path

    @report_damage
    def find(self, path: Path, name: str, stamp: FileStamp) -> FileRecord | None:
        """Return the record of a file that is as it was; None for any other."""
        record = self._records.get(name)
        if record is None or stamp.size != record.stamp.size:
            return None
        is_settled = max(stamp.modified, stamp.changed) < self._started - _CLOCK_TICK
        if stamp == record.stamp and is_settled:
            return record
        if not record.sha256 or self._compute_sha256(path) != record.sha256:
            return None
        return record._replace(stamp=stamp)

    def _compute_sha256(self, path: Path) -> str:
        try:
            data = read_bytes(path, max_bytes=self._max_bytes)
        except (OSError, SourceError):
            return ""
        return hashlib.sha256(data).hexdigest()


def _find_version(name: str) -> int | None:
    """Return the version of a format; None when there is no such format any more."""
    try:
        return load_format(name).version
    except KeyError:
        return None


def _decode_record(values: list[Any]) -> FileRecord:
    """Return a stored record. Raises TypeError or ValueError for what is never written."""
    path, stamp, sha256, documents, skipped, warnings = values
    return FileRecord(
        str(path),
        FileStamp(*map(int, stamp)),
        str(sha256),
        tuple(map(str, documents)),
        tuple(SkippedFile(*map(str, file)) for file in skipped),
        tuple(map(str, warnings)),
    )
