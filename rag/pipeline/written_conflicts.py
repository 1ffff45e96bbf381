"""Sources that differ, below an answer that a language model wrote: its citations are others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Citation, Conflict, Passage

    Quotation = tuple[Passage, Span]


def list_differing_quotations(answer: Answer, written: Sequence[Quotation]) -> list[Quotation]:
    """Return what sources that differ are quoted for, where it is not quoted as written."""
    numbers = set()
    for conflict in answer.conflicts:
        for figure in conflict.figures:
            numbers.add(figure.citation)
    quotations: list[Quotation] = []
    for citation in answer.citations:
        span = Span(citation.start, citation.end)
        quotation = (citation.passage, span)
        if citation.n in numbers and quotation not in written:
            quotations.append(quotation)
    return quotations


def renumber_conflicts(answer: Answer, cited: Sequence[Citation]) -> tuple[Conflict, ...]:
    """Return the conflicts of an answer with the numbers of other citations of the same words."""
    new_numbers: dict[tuple[str, int, int], int] = {}
    for citation in cited:
        place = _locate(citation)
        new_numbers.setdefault(place, citation.n)
    numbers = {}
    for citation in answer.citations:
        place = _locate(citation)
        if place in new_numbers:
            numbers[citation.n] = new_numbers[place]
    conflicts = []
    for conflict in answer.conflicts:
        figures = []
        for figure in conflict.figures:
            if figure.citation in numbers:
                number = numbers[figure.citation]
                moved = figure._replace(citation=number)
                figures.append(moved)
        if len(figures) == len(conflict.figures):
            conflict = replace(conflict, figures=tuple(figures))
            conflicts.append(conflict)
    return tuple(conflicts)


def _locate(citation: Citation) -> tuple[str, int, int]:
    """Return what tells the words of a citation from those of others."""
    return citation.passage.id, citation.start, citation.end
