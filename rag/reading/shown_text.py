"""A stretch of a document as a person sees it, cut into sentences that stay spans of the file.

Paragraphs and sentences are looked for in what is seen, so that markup neither ends one nor hides
an end. A document without edits is seen as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from rag.records import Span
from rag.text import split_paragraphs, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.records import Document, Edit

_BULLET = "• "


class _Segment(NamedTuple):
    """A run of what is seen: characters of the file as they are, or what an edit puts there."""

    start: int  # in what is seen
    source: int  # in the document
    source_end: int
    is_edit: bool


class ShownText:
    """What is seen of a stretch of a document; spans of it are led back to the document."""

    def __init__(self, document: Document, start: int, end: int) -> None:
        """Without edits the text is the document's, and every span stays as it is."""
        self.text = document.text
        self.start = start
        self.end = end
        self._segments: list[_Segment] = []
        if document.edits:
            self._segments = list(_list_segments(document, start, end))
            self.text = document.show(start, end)
            self.start = 0
            self.end = len(self.text)
        self._starts = [segment.start for segment in self._segments]

    def locate(self, span: Span) -> Span:
        """Return the part of the document that shows a span; an edit is taken whole."""
        if not self._segments or span.start == span.end:
            return span
        first = self._find_segment(span.start)
        last = self._find_segment(span.end - 1)
        start = first.source
        if not first.is_edit:
            start += span.start - first.start
        end = last.source_end
        if not last.is_edit:
            end = last.source + span.end - last.start
        return Span(start, end)

    def split_sentences(self, start: int, end: int) -> list[Span]:
        """Return the sentences of a stretch of what is seen; none begins within an edit."""
        sentences = split_sentences(self.text, start, end)
        if not self._segments:
            return sentences
        whole: list[Span] = []
        is_open = False
        for sentence in sentences:
            first = self._skip_bullet(sentence)
            if is_open:
                first = whole.pop().start
            if first < sentence.end:
                whole.append(Span(first, sentence.end))
            # Words that are put in front of others may look like the end of a sentence.
            is_open = first < sentence.end and self._is_lead(sentence.end)
        return whole

    def _is_lead(self, end: int) -> bool:
        """Return whether an edit goes on behind the end of a sentence."""
        segment = self._find_segment(end - 1)
        following = self._find_segment(end)
        return segment.is_edit and segment is following

    def _skip_bullet(self, sentence: Span) -> int:
        """Return where a sentence begins behind the bullet of a list, if the file has none such."""
        has_bullet = self.text.startswith(_BULLET, sentence.start)
        if has_bullet and self._find_segment(sentence.start).is_edit:
            return sentence.start + len(_BULLET)
        return sentence.start

    def _find_segment(self, offset: int) -> _Segment:
        number = bisect_right(self._starts, offset) - 1
        return self._segments[number]


def split_shown_sentences(document: Document, start: int, end: int) -> list[Span]:
    """Return the sentences of a stretch of a document, as parts of the document."""
    if not document.edits:
        return split_sentences(document.text, start, end)
    shown = ShownText(document, start, end)
    sentences = shown.split_sentences(shown.start, shown.end)
    return [shown.locate(sentence) for sentence in sentences]


def split_shown_paragraphs(shown: ShownText) -> Iterator[list[Span]]:
    """Yield the sentences of each paragraph of what is seen."""
    for paragraph in split_paragraphs(shown.text, shown.start, shown.end):
        yield shown.split_sentences(*paragraph)


def _list_segments(
    document: Document,
    start: int,
    end: int,
) -> Iterator[_Segment]:
    """Yield the runs of what is seen of a stretch, as ``Document.show`` puts them together."""
    first = bisect_right(document.edits, start, key=_get_edit_end)
    shown_length = 0
    position = start
    inside = takewhile(lambda edit: edit.start < end, islice(document.edits, first, None))
    for edit in inside:
        # One that the stretch begins in the midst of shows nothing here.
        text = edit.text if edit.start >= start else ""
        if edit.start > position:
            yield _Segment(shown_length, position, edit.start, is_edit=False)
            shown_length += edit.start - position
        if text:
            yield _Segment(shown_length, edit.start, edit.end, is_edit=True)
            shown_length += len(text)
        position = edit.end
    if position < end:
        yield _Segment(shown_length, position, end, is_edit=False)


def _get_edit_end(edit: Edit) -> int:
    return edit.end
