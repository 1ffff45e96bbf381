"""Lines for a screen: segments of text with a style, and the page that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.text import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.records import Passage

SNIPPET_WORDS = 30  # words shown of a passage; chosen by hand
# Texts without spaces are cut by characters: about as many as that number of words would have.
CHARACTERS_PER_WORD = 8
MIN_TERM_LENGTH = (
    4  # letters of an ASCII word that is worth marking; shorter ones are mostly stop words
)
PUNCTUATION = ".,;:!?()«»\"'"  # that may cling to a word of a snippet


class Shrink(NamedTuple):
    """How a segment may be shortened where a row is too narrow, and to how many cells at least.

    A "path" loses its first folders, a "file" also the middle of a name that is wider than the row.
    A line with ``rows`` may be wrapped to as many before it is shortened.
    """

    how: Literal["middle", "end", "path", "file"]
    least: int = 0
    rows: int = 1


class Segment(NamedTuple):
    """A stretch of a line in one style: a key of ``screen.STYLES``, or "" for none.

    ``link`` is the address that a click on it opens, made of a path and of nothing else.
    """

    text: str
    style: str = ""
    link: str = ""
    shrink: Shrink | None = None


class Line(NamedTuple):
    """A line of a page; where it is wrapped, further rows are indented by the width of ``lead``.

    ``narrower``: rows that are written in its place where it does not fit on one, fullest first.
    """

    segments: tuple[Segment, ...] = ()
    lead: str = ""
    narrower: tuple[tuple[Line, ...], ...] = ()

    @property
    def plain(self) -> str:
        """The line as plain text."""
        return self.lead + "".join(segment.text for segment in self.segments)


Page = list[Line]


def make_line(text: str, *, style: str = "", lead: str = "") -> Line:
    """Return a text as a line of one style, made safe for a terminal whatever it holds."""
    segment = Segment(to_one_line(text), style)
    return Line((segment,), lead)


def join_blocks(blocks: Iterable[Page]) -> Page:
    """Return the blocks as one page with an empty line between them; empty blocks are left out."""
    page: Page = []
    for block in blocks:
        if page and block:
            page.append(Line())
        page += block
    return page


def format_place(passage: Passage) -> str:
    """Return where a passage begins: ``path:line``, for an editor to open, or page or chapter."""
    document = passage.article.document
    return to_one_line(document.locate(passage.start))


def mark_terms(text: str, question: str) -> list[Segment]:
    """Return the text in segments, those words that the question has too in the style "mark"."""
    segments = _cut_at_terms(text, find_content_terms(question))
    return [segment for segment in segments if segment.text]


def mark_value(text: str, value: str) -> list[Segment]:
    """Return the text in segments, a value that stands in it in the style "mark"."""
    if not value:
        return [Segment(text)]
    before, marked, after = text.partition(value)
    segments = (Segment(before), Segment(marked, "mark"), Segment(after))
    return [segment for segment in segments if segment.text]


def _cut_at_terms(text: str, terms: set[str]) -> Iterator[Segment]:
    """Yield the text in segments; some of them may be empty."""
    done = 0
    for word in find_words(text):
        if word.term not in terms:
            continue
        # The bigrams of a script without spaces overlap: what is marked is not cut again.
        if word.start < done:
            continue
        yield Segment(text[done : word.start])
        yield Segment(text[word.start : word.end], "mark")
        done = word.end
    yield Segment(text[done:])


def cut_snippet(text: str, question: str = "", *, length: int = SNIPPET_WORDS) -> str:
    """Return about ``length`` words of a text: the window with the most words of the question.

    Without a question, or where no word is shared, that is the beginning. An ellipsis stands where
    something is left out.
    """
    words = to_one_line(text).split(" ")
    terms = find_content_terms(question)
    start = _find_densest_window(words, terms, length)
    end = start + length
    snippet = " ".join(words[start:end])
    is_cut = end < len(words)
    # A text without spaces is one word, however long it is.
    max_characters = CHARACTERS_PER_WORD * length
    if len(snippet) >= max_characters:
        snippet = snippet[:max_characters]
        is_cut = True
    if start > 0:
        snippet = f"… {snippet}"
    if is_cut:
        snippet = f"{snippet} …"
    return snippet


def _find_densest_window(words: Sequence[str], terms: set[str], length: int) -> int:
    """Return where the window of ``length`` words begins that holds the most terms, the first one.

    The window moves on word by word, and its count with it.
    """
    if not terms:
        return 0
    is_term = [_strip_word(word) in terms for word in words]
    count = sum(is_term[:length])
    best_start = 0
    best_count = count
    for end in range(length, len(words)):
        start = end - length
        count += is_term[end]
        count -= is_term[start]
        if count > best_count:
            best_count = count
            best_start = start + 1
    return best_start


def _strip_word(word: str) -> str:
    return fold(word).strip(PUNCTUATION)


def find_content_terms(question: str) -> set[str]:
    """Return the terms of a question that are worth marking."""
    terms = set()
    for word in find_words(question):
        if _is_content_term(word.term):
            terms.add(word.term)
    return terms


def _is_content_term(term: str) -> bool:
    """Return whether a term is likely to carry meaning: long, or not ASCII, or with a digit."""
    if len(term) >= MIN_TERM_LENGTH or not term.isascii():
        return True
    return any(character.isdigit() for character in term)
