"""Lines for a screen: segments of text with a style, and the page that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.text import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.records import Passage

SNIPPET_WORDS = 30  # words shown of a passage; chosen by hand
# Texts without spaces are cut by characters: about as many as that number of words would have.
CHARACTERS_PER_WORD = 8
MIN_TERM_LENGTH = (
    4  # letters of an ASCII word that is worth marking; shorter ones are mostly stop words
)
PUNCTUATION = ".,;:!?()«»\"'"  # that may cling to a word of a snippet


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


def make_line(text: str, *, style: str = "", lead: str = "") -> Line:
    """Return a text as a line of one style; whatever the text holds is made safe for a terminal."""
    return Line((Segment(to_one_line(text), style),), lead)


def join_blocks(blocks: Iterable[Page]) -> Page:
    """Return the blocks as one page with an empty line between them; empty blocks are left out."""
    page: Page = []
    for block in blocks:
        if page and block:
            page.append(Line())
        page += block
    return page


def format_place(passage: Passage) -> str:
    """Return ``path:line`` of a passage's first line, for an editor to open."""
    document = passage.article.document
    return to_one_line(f"{document.path}:{document.line(passage.start)}")


def mark_terms(text: str, question: str) -> list[Segment]:
    """Return the text cut into segments, the words that the question has too in the style "mark"."""
    terms = _find_content_terms(question)
    segments: list[Segment] = []
    done = 0
    for word in find_words(text):
        # A number such as "14 000" is one word that overlaps its parts: what is marked is not cut again.
        if word.term not in terms or word.start < done:
            continue
        segments.append(Segment(text[done : word.start]))
        segments.append(Segment(text[word.start : word.end], "mark"))
        done = word.end
    segments.append(Segment(text[done:]))
    return [segment for segment in segments if segment.text]


def cut_snippet(text: str, question: str = "", *, length: int = SNIPPET_WORDS) -> str:
    """Return about ``length`` words of a text on one line: the window with the most words of the question.

    Without a question, or where no word is shared, that is the beginning. An ellipsis stands where something is left out.
    """
    words = to_one_line(text).split(" ")
    start = _find_densest_window(words, _find_content_terms(question), length)
    window = " ".join(words[start : start + length])
    snippet = window[: CHARACTERS_PER_WORD * length]
    is_cut = start + length < len(words) or len(snippet) == CHARACTERS_PER_WORD * length
    before = "… " if start > 0 else ""
    after = " …" if is_cut else ""
    return before + snippet + after


def _find_densest_window(words: Sequence[str], terms: set[str], length: int) -> int:
    """Return where the window of ``length`` words begins that holds the most of the terms; the first of equals."""
    if not terms:
        return 0
    is_term = [fold(word).strip(PUNCTUATION) in terms for word in words]
    best_start = 0
    best_count = sum(is_term[:length])
    for start in range(1, len(words) - length + 1):
        count = sum(is_term[start : start + length])
        if count > best_count:
            best_start, best_count = start, count
    return best_start


def _find_content_terms(question: str) -> set[str]:
    """Return the terms of a question that are worth marking."""
    return {word.term for word in find_words(question) if _is_content_term(word.term)}


def _is_content_term(term: str) -> bool:
    """Return whether a term is likely to carry meaning: long enough, or not ASCII, or with a digit."""
    if len(term) >= MIN_TERM_LENGTH or not term.isascii():
        return True
    return any(character.isdigit() for character in term)
