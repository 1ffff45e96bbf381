"""Which source supports which sentence, and is it really there: every quotation is looked up in its file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from rag.records import AnswerSentence, Citation
from rag.text import fold, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.records import Document, Passage, Span, Verified

    SourceText = Callable[[Document], str | None]


def source_text(document: Document, *, root: Path) -> str | None:
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


def citations(
    quotes: Sequence[tuple[Passage, Span]], *, source: SourceText
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """One numbered, verified citation per quotation, and the sentence of the answer that rests on it."""
    sentences, cited = [], []
    for n, (passage, (start, end)) in enumerate(quotes, 1):
        document = passage.article.document
        quote = document.text[start:end]
        cited.append(Citation(n, passage, start, end, quote, verify(quote, start, source(document))))
        sentences.append(AnswerSentence(one_line(quote), (n,)))
    return tuple(sentences), tuple(cited)


def _loose(text: str) -> str:
    return " ".join(fold(text).split())
