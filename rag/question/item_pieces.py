"""A sentence cut where its enumerations may be: at commas and conjunctions, brackets apart."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.text import UNSPACED, load_section

if TYPE_CHECKING:
    from re import Match, Pattern

COMMA = r"\s*[,;](?=\s)\s*|\s*[、،，؛]\s*"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_MASK = "\0"  # in place of a separator inside brackets
WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
_SEPARATING = re.compile(r"[\s,;、，]")


class Piece(NamedTuple):
    """What stands between two separators."""

    start: int
    end: int
    joined: bool  # what stands before it is a conjunction, perhaps with a comma


class ItemText(NamedTuple):
    """A sentence, or what stands in its brackets."""

    text: str
    language: str
    is_introduced: bool  # as by a colon: it begins with an item

    def cut(self, piece: Piece) -> str:
        """Return a piece as it is written."""
        return self.text[piece.start : piece.end]


def split_pieces(text: ItemText) -> list[Piece]:
    """Return a text cut at its commas and conjunctions, those in brackets apart."""
    masked = _BRACKETS.sub(
        _mask_separators,
        text.text,
    )
    separators = load_separators(text.language)
    pieces = []
    start = 0
    joined = False
    for separator in separators.finditer(masked):
        piece = Piece(
            start,
            separator.start(),
            joined,
        )
        pieces.append(piece)
        start = separator.end()
        joined = separator["join"] is not None
    last = Piece(
        start,
        len(masked),
        joined,
    )
    return [*pieces, last]


def _mask_separators(match: Match[str]) -> str:
    """Return what stands in brackets, as long as it is, without anything that separates."""
    return _SEPARATING.sub(
        _MASK,
        match[0],
    )


@functools.cache
def load_separators(language: str) -> Pattern[str]:
    """Return the pattern of what stands between items: a comma, or a conjunction (``join``)."""
    section = load_section(
        language,
        "forms",
    )
    spaced: list[str] = []
    unspaced: list[str] = []
    for join in section.get("joins", ()):
        side = unspaced if WITHOUT_SPACES.search(join) else spaced
        escaped = re.escape(join)
        side.append(escaped)
    words = "|".join([*spaced, "&"])
    signs = "|".join(unspaced) or "(?!)"
    join = rf"(?:\s*,)?\s+(?:{words})\s+|\s*(?:{signs})\s*"
    return re.compile(
        rf"(?P<join>{join})|{COMMA}",
        re.IGNORECASE,
    )
