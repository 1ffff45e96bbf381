"""The marks around a quotation: those of the page's language, never a pair inside the same pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.show.phrases import get_phrase_list

if TYPE_CHECKING:
    from collections.abc import Iterator

# Pairs of marks as articles write them.
PAIRS = (("«", "»"), ("“", "”"), ("„", "“"), ("»", "«"), ('"', '"'))


class Marks(NamedTuple):
    """What is written before a quotation and after it."""

    opening: str
    closing: str


def choose_marks(quote: str, language: str) -> Marks:
    """Return the marks for a quotation: the first pair that does not stand in it already.

    None for one that the article itself has between marks.
    """
    if _is_enclosed(quote):
        return Marks("", "")
    for marks in _list_marks(language):
        characters = (marks.opening + marks.closing).replace(" ", "")
        if not set(characters).intersection(quote):
            return marks
    return Marks("", "")


def _is_enclosed(quote: str) -> bool:
    """Return whether a text begins with a mark and ends with the one that closes it."""
    for opening, closing in PAIRS:
        inside = quote[1:-1]
        if quote.startswith(opening) and quote.endswith(closing):
            return opening not in inside and closing not in inside
    return False


def _list_marks(language: str) -> Iterator[Marks]:
    """Yield the pairs of marks of a language, the outer one first."""
    for template in get_phrase_list(language, "quotation_marks"):
        opening, _, closing = template.partition("{}")
        yield Marks(opening, closing)
