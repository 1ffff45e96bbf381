"""A draft as it is checked: its text, its language and day, its quotations and its sentences."""

from __future__ import annotations

import datetime
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.draft_quotations import (
    MIN_WORDS,
    DraftQuotation,
    find_block_quotations,
    find_quotations,
    make_block_quotation,
)
from rag.errors import SourceError
from rag.models import tokenizer
from rag.reading.articles import find_articles
from rag.reading.extraction import extract_document
from rag.reading.file_bytes import MAX_BYTES, read_bytes
from rag.reading.language_sample import sample_language
from rag.reading.shown_text import ShownText, split_shown_sentences
from rag.records import Span
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rag.reading.extraction import ReadFile
    from rag.records import Document

_STDIN_HINT = "check the spelling; rag check - reads a draft from stdin"
PASTED = "draft.md"  # the name of a draft that came without one: it is read as Markdown
# Characters of a draft that are checked. Chosen by hand: a long book has as many.
MAX_CHARACTERS = 1_500_000


class Draft(NamedTuple):
    """A manuscript."""

    document: Document
    path: Path | None  # of its file
    language: str  # ISO 639-1
    day: datetime.date | None  # that it says it is of

    @property
    def end(self) -> int:
        """How much of its text is checked."""
        return min(len(self.document.text), MAX_CHARACTERS)


class PlacedQuotation(NamedTuple):
    """A quotation, the text that its offsets are of, and where it stands in the draft."""

    quotation: DraftQuotation
    text: str
    span: Span  # of the document, with its marks

    @property
    def shown(self) -> str:
        """The quotation without its marks."""
        start, end = self.quotation.span
        return self.text[start:end].strip()


class DraftQuotations(NamedTuple):
    """The quotations of a draft, and how many are too short to be looked up."""

    looked_up: list[PlacedQuotation]
    short: int


class DraftSentence(NamedTuple):
    """A sentence of a draft, and what of it is not quoted."""

    span: Span  # of the document
    shown: str
    claimed: str


def read_draft(path: Path, *, likely: Mapping[str, int], max_bytes: int = MAX_BYTES) -> Draft:
    """Return a file as a draft; ``likely`` counts the passages of each language in the index.

    Raises:
        SourceError: it cannot be read, or has no text.
    """
    try:
        data = read_bytes(path, max_bytes=max_bytes)
    except SourceError as error:
        message = f"{path}: {error.message}"
        raise SourceError(message, hint=error.hint) from error
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{path}: {reason.lower()}"
        raise SourceError(message, hint=_STDIN_HINT) from error
    return make_draft(
        data,
        name=str(path),
        path=path,
        likely=likely,
    )


def make_draft(
    data: bytes, *, likely: Mapping[str, int], name: str = PASTED, path: Path | None = None
) -> Draft:
    """Return the bytes of a draft, read by the format that fits its name or its content.

    Raises:
        SourceError: it is of no known format, damaged, or without text.
    """
    try:
        read = extract_document(name, data)
    except SourceError as error:
        label = path or "the draft"
        message = f"{label}: {error.message}"
        raise SourceError(message, hint=error.hint) from error
    language = _tell_language(read, likely)
    day = _find_day(read, language)
    return Draft(
        read.document,
        path,
        language,
        day,
    )


def list_quotations(draft: Draft) -> DraftQuotations:
    """Return the quotations of a draft in order; a block that quotes between marks is not one."""
    document = draft.document
    shown = ShownText(document, 0, draft.end)
    placed = []
    text = shown.text[shown.start : shown.end]
    for quotation in find_quotations(text):
        span = shown.locate(quotation.outer)
        marked = PlacedQuotation(quotation, text, span)
        placed.append(marked)
    if document.is_plain:
        spans = [each.span for each in placed]
        placed += _list_blocks(draft, spans)
    placed.sort(key=_get_span)
    looked_up = []
    for each in placed:
        if each.quotation.word_count >= MIN_WORDS:
            looked_up.append(each)
    short = len(placed) - len(looked_up)
    return DraftQuotations(looked_up, short)


def _get_span(placed: PlacedQuotation) -> Span:
    return placed.span


def list_sentences(draft: Draft, quotations: DraftQuotations) -> Iterator[DraftSentence]:
    """Yield the sentences of a draft, what is quoted in them left out of what they claim."""
    document = draft.document
    waiting = deque(each.span for each in quotations.looked_up)
    for sentence in split_shown_sentences(document, 0, draft.end):
        while waiting and waiting[0].end <= sentence.start:
            waiting.popleft()
        parts = []
        for start, end in _list_unquoted(sentence, waiting):
            part = document.show(start, end)
            parts.append(part)
        claimed = " ".join(parts)
        yield DraftSentence(
            sentence,
            document.show(*sentence),
            to_one_line(claimed),
        )


def _list_unquoted(sentence: Span, quoted: Iterable[Span]) -> Iterator[Span]:
    """Yield the parts of a sentence that are in none of the quotations, which come in order."""
    position = sentence.start
    for start, end in quoted:
        if start >= sentence.end:
            break
        if start > position:
            yield Span(position, start)
        position = max(position, end)
    if position < sentence.end:
        yield Span(position, sentence.end)


def _list_blocks(draft: Draft, marked: list[Span]) -> Iterator[PlacedQuotation]:
    """Yield the quoted blocks of a text in which nothing stands between marks."""
    document = draft.document
    for block in find_block_quotations(document.text[: draft.end]):
        if any(block.start <= span.start < block.end for span in marked):
            continue
        text = document.show(*block)
        quotation = make_block_quotation(
            text,
            Span(0, len(text)),
        )
        yield PlacedQuotation(quotation, text, block)


def _tell_language(read: ReadFile, likely: Mapping[str, int]) -> str:
    """Return the language that a draft says it is in, or looks like."""
    if read.metadata.language:
        return read.metadata.language
    document = read.document
    sample = sample_language(
        document,
        0,
        len(document.text),
    )
    return tokenizer.get_tokenizer().detect_language(sample, likely=likely)


def _find_day(read: ReadFile, language: str) -> datetime.date | None:
    """Return the day that a draft bears."""
    articles = find_articles(
        read.document,
        language=lambda text: language,
        metadata=read.metadata,
        parts=read.parts,
    )
    return articles[0].date if articles else None
