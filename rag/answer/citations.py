"""Which source supports which sentence, and is it there: quotations are looked up in their files.

A quotation is never compared with the index's own copy, which would always agree with itself:
``SourceReader`` extracts the file as it is today, whatever its format. What the index says of a
file, its checksum and its encoding included, is not believed: an index may be damaged, or made to
lie.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.dates import find_relative_dates
from rag.errors import SourceError
from rag.reading.shown_text import ShownText
from rag.records import AnswerSentence, Citation, RelativeDays, Reprint, Span
from rag.text import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.records import Article, Document, Passage, Verified

    SourceToday = Callable[[Document], Document | None]


class SourceReader:
    """Gives documents as their files read today."""

    def __init__(self, root: Path, *, max_bytes: int) -> None:
        """``root`` is the folder that relative paths begin at; longer files are not read."""
        self._root = root
        self._max_bytes = max_bytes

    def __call__(self, document: Document) -> Document | None:
        """Return the document that indexing the file today would give; None where it would not.

        The file may be gone, no regular file, too long, or no text.
        """
        # An answer that quotes nothing reads no file.
        from rag.reading.files import read_today

        try:
            return read_today(document, root=self._root, max_bytes=self._max_bytes)
        except (SourceError, ValueError):  # ValueError: no path holds a NUL
            return None


def verify(quote: str, start: int, text: str | None) -> Verified:
    """Return how well a quotation agrees with today's text of its file.

    "exact": the very characters stand at ``start``; "near": they stand elsewhere, or differ only in
    white space, case, accents or typography; "none": they are not there, or the file is gone
    (None).
    """
    if text is None or not quote.strip():
        return "none"
    # A negative offset, which only an index made to lie has, would be counted from the end.
    if start >= 0 and text.startswith(quote, start):
        return "exact"
    if quote in text or normalise(quote) in normalise(text):
        return "near"
    return "none"


def normalise(text: str) -> str:
    """Return a text folded, each run of white space one space."""
    words = fold(text).split()
    return " ".join(words)


def cite_quotations(
    quotations: Sequence[tuple[Passage, Span]],
    *,
    source: SourceToday,
    reprints: Callable[[Article], Sequence[Article]],
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Return each quotation as a sentence of the answer, and its verified citation, from number 1.

    ``source`` gives a document as its file reads today, and is asked once for each file. Of the
    article's ``reprints`` a citation names those that hold the quotation, too.
    """
    documents_today: dict[str, Document | None] = {}

    def read_once(document: Document) -> Document | None:
        if document.path not in documents_today:
            documents_today[document.path] = source(document)
        return documents_today[document.path]

    sentences = []
    citations = []
    for number, (passage, (start, end)) in enumerate(quotations, 1):
        article = passage.article
        quote = article.document.text[start:end]
        today = read_once(article.document)
        verified = verify(quote, start, today.text if today else None)
        if verified == "exact":
            passage = _bring_up_to_date(passage, today)
        # Of an exact quotation, what today's file shows: the index may be made to lie.
        shown = passage.article.document.show(start, end)
        also = []
        for other in reprints(article):
            reprint = locate_quotation(shown, other, source=read_once)
            if reprint is not None:
                also.append(reprint)
        citation = Citation(
            number,
            passage,
            start,
            end,
            quote,
            verified,
            tuple(also),
            find_relative_days(article, shown),
            is_same_file=today is not None and today.sha256 == article.document.sha256,
        )
        sentence = AnswerSentence(
            to_one_line(shown),
            (number,),
        )
        citations.append(citation)
        sentences.append(sentence)
    return tuple(sentences), tuple(citations)


def _bring_up_to_date(passage: Passage, today: Document | None) -> Passage:
    """Return a passage of the file as it reads today: its lines and places are those of today."""
    article = passage.article
    if today is None or today == article.document:
        return passage
    return replace(passage, article=replace(article, document=today))


def find_relative_days(article: Article, quote: str) -> tuple[RelativeDays, ...]:
    """Return the days that a quotation tells by their distance from the day of its article."""
    if article.date is None:
        return ()
    days = []
    relative_dates = find_relative_dates(quote, article.language, article.date)
    for (start, end), first, last in relative_dates:
        words = quote[start:end]
        days.append(RelativeDays(words, first, last))
    return tuple(days)


def locate_quotation(quote: str, article: Article, *, source: SourceToday) -> Reprint | None:
    """Return where a quotation, as it is seen, stands in another article, word for word.

    None where it does not, or where the article's file no longer says it.
    """
    span = find_characters(quote, article) or find_same_words(quote, article)
    if span is None:
        return None
    start, end = span
    document = article.document
    today = source(document)
    if verify(document.text[start:end], start, today.text if today else None) == "none":
        return None
    return Reprint(article, start)


def find_characters(quote: str, article: Article) -> tuple[int, int] | None:
    """Return where the very characters of a quotation stand, as offsets of the document."""
    start = article.document.text.find(quote, article.start, article.end)
    if start < 0:
        return None
    return start, start + len(quote)


def find_same_words(quote: str, article: Article) -> tuple[int, int] | None:
    """Return where the words of a quotation follow each other, whatever stands between them.

    ``quote`` is what a person sees of it.
    """
    quoted_terms = [word.term for word in find_words(quote)]
    if not quoted_terms:
        return None
    # Commas, quotation marks and line breaks may differ, words may not.
    shown = ShownText(article.document, article.start, article.end)
    words = find_words(shown.text[shown.start : shown.end])
    terms = [word.term for word in words]
    for first, term in enumerate(terms):
        # The first word is compared alone, since slices at every place would be slow.
        if term != quoted_terms[0]:
            continue
        after_last = first + len(quoted_terms)
        if terms[first:after_last] == quoted_terms:
            last_word = words[after_last - 1]
            seen = Span(
                shown.start + words[first].start,
                shown.start + last_word.end,
            )
            return shown.locate(seen)
    return None


def warn_of_changes(citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return a warning for each file that does not read as the index says, by path.

    What is unchanged is not extracted again by ``rag index``: another text of the same bytes is
    damage, or the work of another version of a library.
    """
    warnings = {}
    for citation in citations:
        if citation.verified == "exact":
            continue
        path = citation.passage.article.document.path
        warnings[path] = f"{path} no longer reads as the index says; `rag index` reads it again"
        if citation.is_same_file:
            warnings[path] = (
                f"{path} is unchanged, and the index says otherwise;"
                " `rag index --rebuild` makes the index anew"
            )
    return tuple(warnings[path] for path in sorted(warnings))
