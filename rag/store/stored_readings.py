"""What files said of themselves when they were read: see ``rag.index.readings``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.index.catalog_tables import unpack
from rag.reading.extraction import ReadFile
from rag.reading.wire import decode_metadata, decode_parts, decode_warnings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.reading.extraction import Fingerprint
    from rag.store.stored_index import StoredIndex

_KEPT = ("metadata", "parts", "warnings")
_DECODED = "text"  # the format that is not kept: to decode it is faster than to look it up


def encode_readings(lines: Iterable[str]) -> dict[str, str]:
    """Return what a store keeps of files, by their paths, from lines of ``rag.index.readings``."""
    readings = {}
    for line in lines:
        facts = json.loads(line)
        kept = {name: facts[name] for name in _KEPT}
        readings[facts["path"]] = json.dumps(kept)
    return readings


def list_reading_lines(index: StoredIndex) -> list[str]:
    """Return what files said of themselves, as lines of ``rag.index.readings``."""
    rows = index.snapshot.select(
        "SELECT path, sha256, format, format_version, reading FROM documents"
        " WHERE reading IS NOT NULL ORDER BY path"
    )
    lines = []
    for path, sha256, format_name, version, reading in rows:
        facts = {
            "path": unpack(path),
            "sha256": sha256,
            "format": format_name,
            "version": version,
            **json.loads(reading),
        }
        lines.append(json.dumps(facts))
    return lines


class StoredReadings:
    """Gives files as they were read, by their bytes."""

    def __init__(self, index: StoredIndex) -> None:
        self._index = index

    def find(self, name: str, fingerprint: Fingerprint) -> ReadFile | None:
        """Return the file of these bytes and this format, under a name; None for a new one."""
        sha256, format_name, version = fingerprint
        if format_name == _DECODED:
            return None
        rows = self._index.snapshot.select(
            "SELECT row, reading FROM documents WHERE sha256 = %(sha256)s"
            " AND format = %(format)s AND format_version = %(version)s AND reading IS NOT NULL"
            " LIMIT 1",
            {"sha256": sha256, "format": format_name, "version": version},
        )
        if not rows:
            return None
        [(row, reading)] = rows
        document = self._index.read_document(row)
        facts = json.loads(reading)
        return ReadFile(
            replace(document, path=name),
            decode_metadata(facts["metadata"]),
            decode_parts(facts["parts"], document.text),
            decode_warnings(facts["warnings"]),
        )
