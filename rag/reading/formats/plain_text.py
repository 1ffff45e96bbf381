"""Text as it stands: of its characters none is changed."""

from __future__ import annotations

from typing import NamedTuple

from rag.reading.encoding import decode
from rag.reading.formats.base import Extracted


class PlainText(NamedTuple):
    """A file of text."""

    name: str = "text"
    media_type: str = "text/plain"
    suffixes: frozenset[str] = frozenset((".txt", ".text"))
    version: int = 1
    is_guarded: bool = False

    def fits(self, data: bytes) -> bool:
        """Return False: any text may be of another kind."""
        return False

    def extract(self, data: bytes) -> Extracted:
        """Return the text of a file, without a byte order mark.

        Raises:
            SourceError: the bytes are no text.
        """
        text, encoding = decode(data)
        return Extracted(text, encoding=encoding)


PLAIN_TEXT = PlainText()
