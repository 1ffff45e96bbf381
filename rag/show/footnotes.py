"""A draft with a footnote behind each quotation and claim that has a source, or is a fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.show.checked_draft import show_changes
from rag.show.days import format_day
from rag.show.markdown import escape_markdown, format_code
from rag.show.phrases import get_phrase_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.records import CheckedItem, Citation, DraftCheck

_LABEL = re.compile(r"\[\^(\d{1,6})\]")
_WITHOUT_SOURCE = ("not_found", "nothing_found")  # though a file may have said it once
_FINE = ("exact", "supported")  # what needs no word beside its source


class _Footnote(NamedTuple):
    """A footnote, and behind which character of the draft it belongs."""

    offset: int
    text: str


def footnoted_draft(text: str, check: DraftCheck) -> str:
    """Return the text of a draft with footnotes; those that it has keep their numbers."""
    labels = [int(match[1]) for match in _LABEL.finditer(text)]
    highest = max(labels, default=0)
    footnotes = list(_list_footnotes(text, check))
    footnotes.sort(key=_get_offset)
    parts = []
    notes = []
    position = 0
    for number, footnote in enumerate(footnotes, highest + 1):
        part = text[position : footnote.offset]
        label = f"[^{number}]"
        parts += [part, label]
        note = f"{label}: {footnote.text}\n"
        notes.append(note)
        position = footnote.offset
    rest = text[position:].rstrip()
    parts += [rest, "\n"]
    if notes:
        parts.append("\n")
    return "".join(parts + notes)


def _get_offset(footnote: _Footnote) -> int:
    return footnote.offset


def _list_footnotes(text: str, check: DraftCheck) -> Iterator[_Footnote]:
    """Yield a footnote for each item that has a source, or is a fault."""
    for item in check.items:
        if item.citation is None and not item.is_fault:
            continue
        written = text[item.start : item.end].rstrip()
        yield _Footnote(
            item.start + len(written),
            _describe(item, check.language),
        )


def _describe(item: CheckedItem, language: str) -> str:
    """Return what stands in a footnote: the source, and what became of the item if not well."""
    phrases = get_phrase_table(language, "check")
    parts = []
    if item.citation is not None and item.status not in _WITHOUT_SOURCE:
        source = _format_source(item.citation, language)
        parts.append(source)
    remarks = []
    if item.status not in _FINE:
        remarks.append(phrases[item.status])
    if item.changes:
        segments = show_changes(item.changes)
        changes = "".join(segment.text for segment in segments)
        remarks.append(changes)
    for fact in item.facts:
        remark = phrases["source_says"].format(
            fact.draft,
            fact.source,
        )
        remarks.append(remark)
    parts += map(escape_markdown, remarks)
    return " — ".join(parts)


def _format_source(citation: Citation, language: str) -> str:
    """Return publisher, day, title, and file and line of a citation."""
    article = citation.passage.article
    day = format_day(article.date, language) if article.date else None
    parts = []
    for part in (article.publisher, day, article.title):
        if part:
            parts.append(escape_markdown(part))
    place = format_code(citation.location)
    return ", ".join([*parts, place])
