"""The manifest of a generation: what it holds, how it was made, and the digest of every other file.

The SHA-256 of the manifest is part of its folder's name, so that CURRENT, a few bytes that are
replaced atomically, vouches for every byte of the index.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypedDict, cast

from rag.errors import IndexDamaged, IndexMismatch
from rag.files import is_generation_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.files import Digest

# Raise it when the files of a generation change in a way that older versions of rag cannot read.
FORMAT = 8
SEGMENTED_FORMAT = 9  # of a generation that answers together with others
MANIFEST = "manifest.json"
# Files of a generation that several modules read.
VECTORS = "vectors.faiss"
FILE_RECORDS = "files.jsonl"  # see ``file_records``
CLUSTERS = "clusters"  # of the articles of all segments, in a generation that has others
NEW_INDEX_HINT = (
    "rag index --rebuild FOLDER"  # with FOLDER: what was indexed can no longer be known
)
_NAME_DIGITS = 12  # of the manifest's SHA-256 in the name of its generation


class _OptionalEntries(TypedDict, total=False):
    """What an index of this format may lack, having been written before rag wrote it."""

    skipped: dict[str, int]  # files that were passed over, by kind
    follow_links: bool  # whether links may lead out of the sources
    recall: dict[str, float]  # of the inverted file of vectors, where there is one
    segments: list[str]  # the generations before that answer together with this one, oldest first
    own: dict[str, int]  # what this one holds itself, where it has segments


class Manifest(_OptionalEntries):
    """What is written into ``manifest.json``."""

    format: int
    created: str  # ISO 8601, UTC
    fingerprint: str  # of everything that makes vectors comparable
    model: str
    sources: list[str]  # the files and folders that were indexed
    root: str  # what the documents' paths are relative to
    counts: dict[str, int]
    dates: tuple[str | None, str | None]  # first and last day, ISO 8601
    publishers: dict[str, int]
    languages: dict[str, int]
    passages_by_language: dict[str, int]  # the most frequent language first
    kept: list[str]  # damaged generations that are not removed until somebody says so
    files: dict[str, Digest]


def encode_manifest(manifest: Mapping[str, object]) -> bytes:
    """Return the content of the file."""
    return json.dumps(manifest, indent=1).encode("ascii")


def compute_name_suffix(data: bytes) -> str:
    """Return the digits that the name of a generation with this manifest ends with."""
    return hashlib.sha256(data).hexdigest()[:_NAME_DIGITS]


def has_right_name(folder: Path, data: bytes) -> bool:
    """Return whether a manifest is the one that its folder is named after."""
    return folder.name.endswith(f"-{compute_name_suffix(data)}")


def decode_manifest(folder: Path, data: bytes, *, any_format: bool = False) -> Manifest:
    """Return the manifest of a generation's folder.

    Raises IndexDamaged, and IndexMismatch when another version of rag wrote it, unless
    ``any_format``.
    """
    try:
        manifest = json.loads(data)
        number = manifest["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(f"{folder / MANIFEST} is damaged", hint=NEW_INDEX_HINT) from error
    if not has_right_name(folder, data):
        raise IndexDamaged(f"{folder / MANIFEST} is not what was written", hint=NEW_INDEX_HINT)
    is_current = number in (FORMAT, SEGMENTED_FORMAT)
    if not is_current and not any_format:
        raise IndexMismatch(
            f"{folder} has format {number}; this version of rag reads format {FORMAT}",
            hint=NEW_INDEX_HINT,
        )
    fault = find_fault(manifest, is_current=is_current)
    if fault:
        raise IndexDamaged(
            f"{folder / MANIFEST} holds what rag does not write: {fault}", hint=NEW_INDEX_HINT
        )
    return cast("Manifest", manifest)


def find_fault(manifest: Mapping[str, Any], *, is_current: bool = True) -> str:
    """Return the first entry that does not have the form that rag writes; empty when all have."""
    for name, has_form in _FORMS.items():
        if not is_current and name in _NEW_ENTRIES:
            continue
        if name in _OPTIONAL_ENTRIES and name not in manifest:
            continue
        if name not in manifest or not has_form(manifest[name]):
            return name
    if is_current and not all(map(_are_blocks, manifest["files"].values())):
        return "files"
    return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_COUNT


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_names(value: object) -> bool:
    return _are_texts(value) and all(map(is_generation_name, cast("list[str]", value)))


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def _are_numbers(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(number, int | float) and 0 <= number < _MAX_COUNT for number in value.values()
    )


def _are_all_counts(value: object) -> bool:
    return _are_counts(value) and cast("dict[str, int]", value).keys() >= _COUNTED


def _are_days(value: object) -> bool:
    try:
        first, last = cast("list[str | None]", value)
        return all(day is None or datetime.date.fromisoformat(day) for day in (first, last))
    except (TypeError, ValueError):
        return False


def _are_files(value: object) -> bool:
    """Return whether an entry names files below the folder, each with its length and checksum."""
    return isinstance(value, dict) and all(
        _is_relative(name) and _is_digest(digest) for name, digest in value.items()
    )


def _is_relative(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not set(name) & {"\\", ":", "\0"}


def _is_digest(value: object) -> bool:
    return (
        isinstance(value, dict) and _is_count(value.get("bytes")) and _is_text(value.get("sha256"))
    )


def _are_blocks(digest: Mapping[str, object]) -> bool:
    return _is_text(digest.get("blocks"))


_MAX_COUNT = 1 << 48
_COUNTED = {"documents", "articles", "passages", "sentences", "publishers"}
_NEW_ENTRIES = {"kept"}  # which older formats do not have
_OPTIONAL_ENTRIES = {"skipped", "follow_links", "recall", "segments", "own"}
_FORMS: dict[str, Callable[[Any], bool]] = {
    "created": _is_text,
    "fingerprint": _is_text,
    "model": _is_text,
    "sources": _are_texts,
    "root": _is_text,
    "counts": _are_all_counts,
    "dates": _are_days,
    "publishers": _are_counts,
    "languages": _are_counts,
    "passages_by_language": _are_counts,
    "kept": _are_texts,
    "files": _are_files,
    "skipped": _are_counts,
    "follow_links": _is_switch,
    "recall": _are_numbers,
    "segments": _are_names,
    "own": _are_all_counts,
}
