"""A source outside of rag: the archive that holds its file, its address for a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat import system
from rag.errors import RagError

if TYPE_CHECKING:
    from pathlib import Path

    from rag.records import Document, Span


def open_archive(path: Path, number: str) -> None:
    """Open the archive that holds a file, in what the system opens such files with.

    Raises RagError where there is none, and where the file was no archive's.
    """
    from rag.reading.archives import find_archive

    archive = find_archive(path)
    if archive is None:
        hint = f"/show {number} shows it as it was indexed, /open {number} url its page on the web"
        raise RagError(f"{path} is gone", hint=hint)
    archive_path, _ = archive
    if not system.open_in_browser(archive_path.as_uri()):
        hint = f"/show {number} shows it here"
        raise RagError(f"there is no program that opens {archive_path}", hint=hint)


def make_address(path: Path, document: Document, span: Span) -> str:
    """Return the address of a file, where its viewer can at the page, or at the words quoted."""
    address = path.as_uri()
    place = document.find_place(span.start)
    if document.format == "html":
        from rag.reading.formats.html_page import make_text_fragment

        return address + make_text_fragment(document.show(span.start, span.end))
    if place is not None and place.kind == "page":
        return f"{address}#page={place.name}"
    return address
