"""The manifest of a generation: what it holds, how it was made, and the digest of every other file.

The SHA-256 of the manifest is part of its folder's name, so that CURRENT, a few bytes that are
replaced atomically, vouches for every byte of the index.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, TypedDict, cast

from rag.errors import IndexDamaged, IndexMismatch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.files import Digest

# Raise it when the files of a generation change in a way that older versions of rag cannot read.
FORMAT = 3
MANIFEST = "manifest.json"
NEW_INDEX_HINT = (
    "rag index --rebuild FOLDER"  # with FOLDER: what was indexed can no longer be known
)
_NAME_DIGITS = 12  # of the manifest's SHA-256 in the name of its generation


class Manifest(TypedDict):
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
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{folder / MANIFEST} is damaged", hint=NEW_INDEX_HINT) from error
    if not has_right_name(folder, data):
        raise IndexDamaged(f"{folder / MANIFEST} is not what was written", hint=NEW_INDEX_HINT)
    if number != FORMAT and not any_format:
        raise IndexMismatch(
            f"{folder} has format {number}; this version of rag reads format {FORMAT}",
            hint=NEW_INDEX_HINT,
        )
    return cast("Manifest", manifest)
