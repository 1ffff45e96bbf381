"""Text as it stands: of its characters none is changed, entities of HTML are seen as such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.edits import find_invisible, merge_edits
from rag.reading.encoding import decode, describe_damage
from rag.reading.formats.base import Extracted
from rag.reading.mojibake import find_mojibake
from rag.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


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
        mojibake = find_mojibake(text)
        edits = merge_edits(text, find_entities(text), find_invisible(text))
        warnings = [describe_damage(data, text)]
        if mojibake is not None:
            edits = merge_edits(text, edits, mojibake.edits)
            warnings.append(mojibake.warning)
        return Extracted(
            text,
            edits=tuple(edits),
            warnings=tuple(filter(None, warnings)),
            encoding=encoding,
        )


def find_entities(text: str) -> Iterator[Edit]:
    """Yield what HTML's entities stand for, which some programs leave in the text they save."""
    if "&" not in text:
        return
    # Its table of names is long, and a question waits for what is imported.
    import html

    for match in _ENTITY.finditer(text):
        character = html.unescape(match[0])
        # One that is unknown, or stands for nothing that is seen, stays as it is.
        if (character != match[0] and character.isprintable()) or character == "\xa0":
            yield Edit(match.start(), match.end(), character)


PLAIN_TEXT = PlainText()
