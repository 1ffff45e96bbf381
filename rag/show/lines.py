"""Lines for a screen: segments with styles, cut, marked and joined into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.text.words import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.records import Passage

SNIPPET = 30  # words shown of a passage


class Segment(NamedTuple):
    """A stretch of a line in one style: a key of ``screen.STYLES``, or "" for none."""

    text: str
    style: str = ""


class Line(NamedTuple):
    """A line of a page; where it is wrapped, the rows below are indented by the width of ``lead``."""

    segments: tuple[Segment, ...] = ()
    lead: str = ""

    @property
    def plain(self) -> str:
        """The line as plain text."""
        return self.lead + "".join(segment.text for segment in self.segments)


Page = list[Line]


def place(passage: Passage) -> str:
    """``path:line`` of a passage's first line, for an editor to open."""
    document = passage.article.document
    return to_one_line(f"{document.path}:{document.line(passage.start)}")


def marked(text: str, question: str) -> list[Segment]:
    """The text cut into segments, those words of it that the question has too marked; short ones are left alone."""
    asked = {word.term for word in find_words(question) if _telling(word.term)}
    segments, done = [], 0
    for word in find_words(text):
        if word.term in asked and word.start >= done:
            segments += [
                Segment(text[done : word.start]),
                Segment(text[word.start : word.end], "mark"),
            ]
            done = word.end
    return [segment for segment in (*segments, Segment(text[done:])) if segment.text]


def snippet(text: str, question: str = "", *, length: int = SNIPPET) -> str:
    """About ``length`` words of a text on one line: those around the most words of the question, else its first."""
    parts = to_one_line(text).split(" ")
    asked = {word.term for word in find_words(question) if _telling(word.term)}
    telling = [fold(part).strip(".,;:!?()«»\"'") in asked for part in parts] if asked else []
    best = max(
        range(0, max(1, len(parts) - length + 1)),
        key=lambda at: (sum(telling[at : at + length]), -at),
    )
    cut = " ".join(parts[best : best + length])[: 8 * length]
    whole = best + length >= len(parts) and len(cut) < 8 * length
    return ("… " if best else "") + cut + ("" if whole else " …")


def _telling(term: str) -> bool:
    return len(term) > 3 or not term.isascii() or any(character.isdigit() for character in term)


def line(text: str, *, style: str = "", lead: str = "") -> Line:
    """A text as a line of one style."""
    return Line((Segment(to_one_line(text), style),), lead)


def joined(blocks: Iterable[Page]) -> Page:
    """The blocks with an empty line between them; empty blocks are left out."""
    page: Page = []
    for block in filter(None, blocks):
        page += [Line(), *block] if page else block
    return page
