"""Which source supports which sentence, and is it really there: every quotation is looked up in its file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from rag.records import AnswerSentence, Citation, Reprint
from rag.text.words import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.records import Article, Document, Passage, Span, Verified

    SourceText = Callable[[Document], str | None]


def read_source(document: Document, *, root: Path) -> str | None:
    """The document as its file reads today, or None when the file is gone or no longer decodes."""
    try:
        raw = (root / document.path).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(raw).hexdigest() == document.sha256:
        return document.text
    try:
        return raw.decode(document.encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def verify(quote: str, start: int, text: str | None) -> Verified:
    """Compare a quotation with today's text of its file.

    "exact": the very characters stand at ``start``; "near": they stand elsewhere, or differ only in
    white space, case, accents or typography; "none": they are not there, or the file is gone (None).
    """
    if text is None or not quote.strip():
        return "none"
    if text[start : start + len(quote)] == quote:
        return "exact"
    near = quote in text or _loose(quote) in _loose(text)
    return "near" if near else "none"


def cite_quotations(
    quotes: Sequence[tuple[Passage, Span]],
    *,
    source: SourceText,
    reprints: Callable[[Article], Sequence[Article]],
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """One numbered, verified citation per quotation, and the sentence of the answer that rests on it.

    Of the article's ``reprints`` a citation names those that hold the quotation, too.
    """
    sentences, cited = [], []
    for n, (passage, (start, end)) in enumerate(quotes, 1):
        document = passage.article.document
        quote = document.text[start:end]
        also = (
            locate_quotation(quote, article, source=source) for article in reprints(passage.article)
        )
        verified = verify(quote, start, source(document))
        cited.append(Citation(n, passage, start, end, quote, verified, tuple(filter(None, also))))
        sentences.append(AnswerSentence(to_one_line(quote), (n,)))
    return tuple(sentences), tuple(cited)


def locate_quotation(quote: str, article: Article, *, source: SourceText) -> Reprint | None:
    """Where a quotation stands in another article, word for word; None where it does not, or no longer does in its file."""
    text = article.document.text
    start = text.find(quote, article.start, article.end)
    end = start + len(quote)
    if start < 0:
        wanted, there = [word.term for word in find_words(quote)], find_words(article.text)
        terms = [word.term for word in there]
        runs = (
            at
            for at, term in enumerate(terms)
            if term == wanted[0] and terms[at : at + len(wanted)] == wanted
        )
        at = next(runs, None) if wanted else None
        if at is None:
            return None
        start, end = (
            article.start + there[at].start,
            article.start + there[at + len(wanted) - 1].end,
        )
    return (
        None
        if verify(text[start:end], start, source(article.document)) == "none"
        else Reprint(article, start)
    )


def warn_of_changes(citations: Sequence[Citation]) -> tuple[str, ...]:
    """A warning for each file that no longer reads as it was indexed."""
    paths = sorted(
        {
            citation.passage.article.document.path
            for citation in citations
            if citation.verified != "exact"
        }
    )
    return tuple(
        f"{path} has changed or is gone since it was indexed; `rag index` reads it again"
        for path in paths
    )


def _loose(text: str) -> str:
    return " ".join(fold(text).split())
