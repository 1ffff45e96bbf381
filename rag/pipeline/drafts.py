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
    from collections.abc import Iterator, Mapping

    from rag.reading.extraction import ReadFile
    from rag.records import Document

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
        return self.text[self.quotation.span.start : self.quotation.span.end].strip()


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
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check the spelling; rag check - reads a draft from stdin"
        raise SourceError(f"{path}: {reason.lower()}", hint=hint) from error
    except SourceError as error:
        raise SourceError(f"{path}: {error.message}", hint=error.hint) from error
    except ValueError as error:  # no path holds a NUL
        raise SourceError(f"{path}: no such file", hint="check the spelling") from error
    return make_draft(data, name=str(path), path=path, likely=likely)


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
        label = str(path) if path else "the draft"
        raise SourceError(f"{label}: {error.message}", hint=error.hint) from error
    language = _tell_language(read, likely)
    return Draft(read.document, path, language, _find_day(read, language))


def list_quotations(draft: Draft) -> DraftQuotations:
    """Return the quotations of a draft in order; a block that quotes between marks is not one."""
    document = draft.document
    shown = ShownText(document, 0, draft.end)
    placed = []
    for quotation in find_quotations(shown.text[shown.start : shown.end]):
        span = shown.locate(quotation.outer)
        placed.append(PlacedQuotation(quotation, shown.text, span))
    if document.is_plain:
        placed += _list_blocks(draft, [each.span for each in placed])
    placed.sort(key=lambda each: each.span)
    looked_up = [each for each in placed if each.quotation.word_count >= MIN_WORDS]
    return DraftQuotations(looked_up, len(placed) - len(looked_up))


def list_sentences(draft: Draft, quotations: DraftQuotations) -> Iterator[DraftSentence]:
    """Yield the sentences of a draft, what is quoted in them left out of what they claim."""
    document = draft.document
    waiting = deque(each.span for each in quotations.looked_up)
    for sentence in split_shown_sentences(document, 0, draft.end):
        while waiting and waiting[0].end <= sentence.start:
            waiting.popleft()
        parts = []
        position = sentence.start
        for quoted in waiting:
            if quoted.start >= sentence.end:
                break
            if quoted.start > position:
                part = document.show(position, quoted.start)
                parts.append(part)
            position = max(position, quoted.end)
        if position < sentence.end:
            part = document.show(position, sentence.end)
            parts.append(part)
        yield DraftSentence(
            sentence,
            document.show(*sentence),
            to_one_line(" ".join(parts)),
        )


def _list_blocks(draft: Draft, marked: list[Span]) -> Iterator[PlacedQuotation]:
    """Yield the quoted blocks of a text in which nothing stands between marks."""
    document = draft.document
    for block in find_block_quotations(document.text[: draft.end]):
        if any(block.start <= span.start < block.end for span in marked):
            continue
        text = document.show(*block)
        quotation = make_block_quotation(text, Span(0, len(text)))
        yield PlacedQuotation(quotation, text, block)


def _tell_language(read: ReadFile, likely: Mapping[str, int]) -> str:
    """Return the language that a draft says it is in, or looks like."""
    if read.metadata.language:
        return read.metadata.language
    document = read.document
    sample = sample_language(document, 0, len(document.text))
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
