"""Sources that differ stand below what a model wrote, with the numbers of its own sources."""

from __future__ import annotations

from answers import citation, dated

from rag.pipeline.written_conflicts import list_differing_quotations, renumber_conflicts
from rag.records import Span


def test_conflicts_keep_their_sources_under_other_numbers() -> None:
    """Catches a conflict that is dropped, and one whose number leads to another source."""
    answer = dated()
    [conflict] = answer.conflicts
    newer, older = answer.citations
    written = [(older.passage, Span(older.start, older.end))]
    further = list_differing_quotations(answer, written)
    assert further == [(newer.passage, Span(newer.start, newer.end))]
    cited = []
    for number, each in enumerate((older, newer), 1):
        cited.append(citation(number, each.passage.article, each.quote))
    [moved] = renumber_conflicts(answer, cited)
    numbers = {figure.value: figure.citation for figure in moved.figures}
    values = {figure.citation: figure.value for figure in conflict.figures}
    assert numbers == {values[older.n]: 1, values[newer.n]: 2}
    assert renumber_conflicts(answer, cited[:1]) == ()
