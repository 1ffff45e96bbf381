"""What files said of themselves when they were read: what is unchanged is not extracted again.

A PDF takes seconds, and its bytes give the same text for ever. A generation has the text in its
catalog; beside it, in ``readings.jsonl``, stands what else its format gave, by the SHA-256 of the
bytes and the format with its version. A file that was moved is known as well.

Plain text is not kept: to decode it is faster than to look it up.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.checked_files import report_damage
from rag.reading.extraction import ReadFile
from rag.reading.wire import (
    decode_metadata,
    decode_parts,
    decode_warnings,
    encode_metadata,
    encode_parts,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from rag.index.held_generation import FolderIndex
    from rag.reading.extraction import Fingerprint

READINGS = "readings.jsonl"
_HEAD = '{"readings": 1}'  # the first line; raised when those below it have another form
_DECODED = "text"  # the format that is not kept


class _Reading(NamedTuple):
    """Where the text of a file stands in the catalog, and what belongs to it."""

    path: str
    facts: dict[str, Any]


def encode_reading(file: ReadFile) -> str | None:
    """Return what is kept of a file as a line; None where nothing is."""
    document = file.document
    if document.format == _DECODED:
        return None
    facts = {
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "version": document.format_version,
        "metadata": encode_metadata(file.metadata),
        "parts": encode_parts(file.parts),
        "warnings": file.warnings,
    }
    return json.dumps(facts)


def write_readings(folder: Path, lines: Iterable[str]) -> None:
    """Write what is kept of the files whose documents a generation has. Raises OSError."""
    content = "\n".join([_HEAD, *lines])
    (folder / READINGS).write_bytes(content.encode("ascii"))


class Readings:
    """Gives files as they were read, by their bytes."""

    def __init__(self, generation: FolderIndex) -> None:
        """Read nothing yet."""
        self._generation = generation

    @cached_property
    def _lines(self) -> list[str]:
        lines: list[str] = []
        for segment in self._generation.list_segments():
            if READINGS not in segment.manifest["files"]:
                continue  # written before rag kept them
            path = segment.check(READINGS)
            head, *own_lines = path.read_text(encoding="ascii").splitlines()
            if head == _HEAD:
                lines += own_lines
        return lines

    @report_damage
    def list_lines(self, paths: Collection[str]) -> list[str]:
        """Return what the documents of these paths said of themselves, as it is stored."""
        if not paths:
            return []
        # Of a path that an older segment names, too, the newest counts.
        line_of_path = {json.loads(line)["path"]: line for line in self._lines}
        return [line for path, line in line_of_path.items() if path in paths]

    @cached_property
    def _readings(self) -> dict[Fingerprint, _Reading]:
        readings: dict[Fingerprint, _Reading] = {}
        for line in self._lines:
            facts = json.loads(line)
            fingerprint = (facts["sha256"], facts["format"], facts["version"])
            readings[fingerprint] = _Reading(facts["path"], facts)
        return readings

    @report_damage
    def find(self, name: str, fingerprint: Fingerprint) -> ReadFile | None:
        """Return the file of these bytes and this format, under a name; None for a new one."""
        reading = self._readings.get(fingerprint)
        if reading is None:
            return None
        document = self._generation.document(reading.path)
        if (document.sha256, document.format, document.format_version) != fingerprint:
            return None
        facts = reading.facts
        return ReadFile(
            replace(document, path=name),
            decode_metadata(facts["metadata"]),
            decode_parts(facts["parts"], document.text),
            decode_warnings(facts["warnings"]),
        )
