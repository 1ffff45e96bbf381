"""Sources that give different figures for one thing: both are cited, and what merely looks so stays
unsaid.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import article, passage

from rag import show
from rag.answer.amounts import find_amounts
from rag.answer.conflicts import DifferingFigure, cite_conflicts
from rag.answer.quotation_spans import Candidate, Quotation
from rag.pipeline import Rag
from rag.records import Figure, Hit, Span

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import measure_dates


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("conflicts")
    sources = folder / "sources"
    sources.mkdir()
    measure_dates.write_sources(sources)
    with measure_dates.open_index(sources, folder / "index") as opened:
        yield opened


def test_the_set_has_conflicts_and_traps() -> None:
    """Wrong: a set without what must stay silent."""
    rows = measure_dates.read_rows("conflicts.jsonl")
    assert sum(bool(row["figures"]) for row in rows) >= 8
    assert sum(not row["figures"] for row in rows) >= 15


def test_conflicts_are_found_and_none_is_invented(rag: Rag) -> None:
    """Wrong: another year, town, firm or kind of figure taken for a contradiction; a limit or a
    rounding; none found at all.
    """
    counts, wrong = measure_dates.measure_conflicts(rag)
    assert counts["invented"] == 0, "\n".join(wrong)
    assert counts["found"] >= 9, "\n".join(wrong)


def test_both_are_cited_newest_first_and_told(rag: Rag) -> None:
    """Wrong: a figure without its source, the older one first, a line that nobody sees."""
    row = measure_dates.read_rows("conflicts.jsonl")[0]
    answer = measure_dates.ask_on_its_day(rag, row)
    first, second = answer.citations[:2]
    assert "370" in first.quote
    assert "350" in second.quote
    assert {citation.verified for citation in answer.citations} == {"exact"}
    assert answer.conflicts == ((Figure("370", 1), Figure("350", 2)),)
    page = "\n".join(line.plain for line in show.answer_page(answer))
    assert (
        "Les sources diffèrent : 370 (Le Courrier du Large, 2025-12-16) [1] · 350 (La Vigie, 2025-12-12) [2]"
        in page
    )
    assert answer.to_dict()["conflicts"] == [
        {"figures": [{"value": "370", "citation": 1}, {"value": "350", "citation": 2}]}
    ]


def test_a_quotation_that_is_there_is_not_cited_twice() -> None:
    """Wrong: the same sentence as [1] and [3], or a quotation that loses the sentence its pronoun
    means.
    """
    of = article("Le groupe se réduit. Il supprime 370 postes.\n")
    other = article("Il supprime 350 postes.\n")
    grown = Quotation(passage(of), Span(0, 44))
    third = Quotation(passage(other), Span(3, 11))
    candidates = [
        Candidate(Hit(passage(some), 1.0), 0, 0, span, None, None)  # type: ignore[arg-type]
        for some, span in ((of, Span(21, 44)), (other, Span(0, 23)))
    ]
    differing = [
        DifferingFigure(candidate, find_amounts(candidate.text, "fr")[0])
        for candidate in candidates
    ]
    quotes, figures = cite_conflicts([grown, third], differing)
    assert quotes == [grown, (candidates[1].hit.passage, Span(0, 23)), third]
    assert figures == (Figure("370", 1), Figure("350", 2))
    assert cite_conflicts([grown], []) == ([grown], ())
