"""The bytes of a file into a Document, by the format that fits."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.formats import find_format
from rag.records import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.reading.formats.base import Metadata, Part

    FindKnown = Callable[[str, "Fingerprint"], "ReadFile | None"]

# The SHA-256 of a file's bytes, the name of its format, and the version of that.
Fingerprint = tuple[str, str, int]


_FEW_EDITS = 8


class ReadFile(NamedTuple):
    """A file as text, with what it says of itself and of the articles that it surely holds."""

    document: Document
    metadata: Metadata
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]


def extract_document(name: str, data: bytes, find_known: FindKnown | None = None) -> ReadFile:
    """Return the text of a file's bytes as a document of this name.

    ``find_known`` gives what was extracted of these bytes before, where it was.

    Raises:
        SourceError: it is of no known format, damaged, or without text; the message is the bare
            reason.
    """
    if not data.strip():
        raise SourceError("empty")
    suffix = PurePosixPath(name).suffix
    file_format = find_format(suffix, data)
    sha256 = hashlib.sha256(data).hexdigest()
    if find_known is not None:
        known = find_known(name, (sha256, file_format.name, file_format.version))
        if known is not None:
            return known
    if file_format.is_guarded:
        # With what starts a process, which plain text needs not.
        from rag.reading.guard import extract_guarded

        extracted = extract_guarded(file_format.name, data)
    else:
        extracted = file_format.extract(data)
    if not extracted.text.strip():
        raise SourceError("empty")
    document = Document(
        name,
        extracted.text,
        sha256,
        file_format.media_type,
        extracted.encoding,
        file_format.name,
        file_format.version,
        extracted.places,
        extracted.edits,
    )
    if not _shows_text(document):
        raise SourceError("no text that a reader sees")
    return ReadFile(document, extracted.metadata, extracted.parts, extracted.warnings)


def _shows_text(document: Document) -> bool:
    """Return whether a person sees anything of a document: not of a file with an image alone."""
    # Where nothing is seen, all of it is one edit, or a few.
    if len(document.edits) > _FEW_EDITS:
        return True
    return document.show(0, len(document.text)).strip() != ""
