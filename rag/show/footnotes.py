"""A draft with a footnote behind each quotation and claim that has a source, or is a fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.show.check_page import show_changes
from rag.show.markdown import escape_markdown, format_code
from rag.show.phrases import get_phrase_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rag.records import CheckedItem, Citation, DraftCheck

_LABEL = re.compile(r"\[\^(\d{1,6})\]")
_FINE = ("exact", "supported")  # what needs no word beside its source


class _Footnote(NamedTuple):
    """A footnote, and behind which character of the draft it belongs."""

    offset: int
    text: str


def footnoted_draft(text: str, check: DraftCheck) -> str:
    """Return the text of a draft with footnotes; those that it has keep their numbers."""
    highest = max((int(match[1]) for match in _LABEL.finditer(text)), default=0)
    footnotes = sorted(_list_footnotes(text, check), key=_get_offset)
    parts = []
    notes = []
    position = 0
    for number, footnote in enumerate(footnotes, highest + 1):
        parts.append(text[position : footnote.offset])
        parts.append(f"[^{number}]")
        notes.append(f"[^{number}]: {footnote.text}\n")
        position = footnote.offset
    parts.append(text[position:].rstrip())
    parts.append("\n")
    if notes:
        parts += ["\n", *notes]
    return "".join(parts)


def _get_offset(footnote: _Footnote) -> int:
    return footnote.offset


def _list_footnotes(text: str, check: DraftCheck) -> Iterator[_Footnote]:
    """Yield a footnote for each item that has a source, or is a fault."""
    phrases = get_phrase_table(check.language, "check")
    for item in check.items:
        if item.citation is None and not item.is_fault:
            continue
        end = item.start + len(text[item.start : item.end].rstrip())
        yield _Footnote(end, _describe(item, phrases))


def _describe(item: CheckedItem, phrases: Mapping[str, str]) -> str:
    """Return what stands in a footnote: the source, and what became of the item if not well."""
    parts = []
    if item.citation is not None and item.status not in ("not_found", "nothing_found"):
        parts.append(_format_source(item.citation))
    if item.status not in _FINE:
        parts.append(escape_markdown(phrases[item.status]))
    if item.changes:
        changes = "".join(segment.text for segment in show_changes(item.changes))
        parts.append(escape_markdown(changes))
    for fact in item.facts:
        parts.append(escape_markdown(phrases["source_says"].format(fact.draft, fact.source)))
    return " — ".join(parts)


def _format_source(citation: Citation) -> str:
    """Return publisher, day, title, and file and line of a citation."""
    article = citation.passage.article
    day = article.date.isoformat() if article.date else None
    known = [escape_markdown(part) for part in (article.publisher, day, article.title) if part]
    return ", ".join([*known, format_code(citation.location)])
