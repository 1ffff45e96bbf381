"""The text of a file that is no text itself: paragraphs, and where places begin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.records import Place

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["page", "anchor", "chapter", "entry", "row"]

_PARAGRAPH_END = "\n\n"
# Characters of the text of one file; chosen by hand: the longest novels have ten million.
MAX_TEXT = 20_000_000
# What a line of a text cannot hold, or what would break it: controls, lone halves of a pair.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"[ \t\r\f\v\u2000-\u200a\u205f]+")
_SPACES_AT_LINE_ENDS = re.compile(r" *\n *")


def clean_block(text: str) -> str:
    """Return a paragraph without controls, its white space single; its line breaks stay."""
    text = _UNPRINTABLE.sub(" ", text)
    text = _SPACES.sub(" ", text)
    text = _SPACES_AT_LINE_ENDS.sub("\n", text)
    return text.strip()


class TextBuilder:
    """A text that grows by paragraphs, and the places that were met on the way."""

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []
        self._waiting: list[tuple[Kind, str]] = []
        self._places: list[Place] = []

    @property
    def places(self) -> tuple[Place, ...]:
        """Return the places in order; one behind the last paragraph is none."""
        return tuple(self._places)

    @property
    def text(self) -> str:
        """Return the paragraphs, a blank line between two."""
        return "".join(self._parts)

    @property
    def next_start(self) -> int:
        """Return the offset at which the next paragraph will begin."""
        return self.length + len(_PARAGRAPH_END) if self._parts else 0

    def mark_place(self, kind: Kind, name: str) -> None:
        """Note that a place begins with the next paragraph."""
        self._waiting.append((kind, name))

    def add_block(self, text: str, *, separator: str = _PARAGRAPH_END) -> None:
        """Add a paragraph; nothing happens where it is blank.

        Raises:
            SourceError: the text is longer than any article.
        """
        text = clean_block(text)
        if not text:
            return
        if self._parts:
            self._add(separator)
        for kind, name in self._waiting:
            place = Place(self.length, kind, name)
            self._places.append(place)
        self._waiting.clear()
        self._add(text)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise SourceError(
                f"more than {MAX_TEXT:,} characters of text", hint="split it into smaller files"
            )
