"""Sources that give different figures for one thing: both are cited, and what merely looks so stays
unsaid.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from answers import article, dated, passage

from rag import show
from rag.answer import conflicts
from rag.answer.amounts import Amount, find_amounts
from rag.answer.conflicts import (
    AmountPair,
    DifferingFigure,
    Disagreement,
    cite_conflicts,
    pair_amounts,
)
from rag.answer.quotation_spans import Candidate, Quotation
from rag.pipeline import Rag
from rag.records import Conflict, Figure, Hit, Span

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import measure_conflicts


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("conflicts")
    measure_conflicts.write_articles(folder / "sources", PAIRS)
    with measure_conflicts.open_index(folder / "sources", folder / "index") as opened:
        yield opened


PAIRS = measure_conflicts.read_pairs([measure_conflicts.FILES[0]])


def test_the_set_has_conflicts_and_traps() -> None:
    """Wrong: a set without what must stay silent."""
    assert sum(pair.differs for pair in PAIRS) >= 8
    assert sum(not pair.differs for pair in PAIRS) >= 15


def test_conflicts_are_found_and_none_is_invented(rag: Rag) -> None:
    """Wrong: another year, town, firm or kind of figure taken for a contradiction; a limit or a
    rounding; none found at all.
    """
    counts, wrong = measure_conflicts.measure(rag, PAIRS)
    # What one firm earned and spent reads alike, as long as the reader takes both for an answer.
    assert counts["false"] <= 1, "\n".join(wrong)
    assert counts["found"] >= 11, "\n".join(wrong)


def test_both_are_cited_newest_first_and_told(rag: Rag) -> None:
    """Wrong: a figure without its source, the older one first, a line that nobody sees."""
    answer = rag.ask(PAIRS[0].question, today=PAIRS[0].as_of)
    first, second = answer.citations[:2]
    assert "370" in first.quote
    assert "350" in second.quote
    assert {citation.verified for citation in answer.citations} == {"exact"}
    assert answer.conflicts == (Conflict((Figure("370", 1), Figure("350", 2))),)
    page = "\n".join(line.plain for line in show.answer_page(answer))
    assert (
        "Les sources diffèrent : 370 (Le Courrier du Large, 16 déc. 2025) [1] · 350 (La Vigie, 12 déc. 2025) [2]"
        in page
    )
    assert answer.to_dict()["conflicts"] == [
        {
            "kind": "differ",
            "figures": [{"value": "370", "citation": 1}, {"value": "350", "citation": 2}],
        }
    ]


def test_what_was_told_earlier_is_said_to_be_earlier() -> None:
    """Wrong: a toll that rose shown as a contradiction, and the newest figure told twice."""
    [conflict] = dated().conflicts
    answer = dated(conflicts=(replace(conflict, kind="earlier"),))
    page = "\n".join(line.plain for line in show.answer_page(answer))
    assert "Les sources diffèrent" not in page
    assert re.search(r"Plus tôt : 350 \(.*\) \[2\]", page)


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
        DifferingFigure(candidate, find_amounts(candidate.text, "fr")[0].text)
        for candidate in candidates
    ]
    both = [Disagreement(differing, "differ"), Disagreement(differing[:1], "earlier")]
    quotes, told = cite_conflicts([grown, third], both)
    assert quotes == [grown, (candidates[1].hit.passage, Span(0, 23)), third]
    figures = (Figure("370", 1), Figure("350", 2))
    assert told == (Conflict(figures), Conflict(figures[:1], "earlier"))
    assert cite_conflicts([grown], []) == ([grown], ())


@pytest.mark.parametrize(
    ("mine", "other", "is_pair"),
    [(100.0, 200.0, True), (100.0, 201.0, False), (201.0, 100.0, False), (100.0, 100.0, False)],
)
def test_figures_further_apart_count_different_things(
    mine: float, other: float, is_pair: bool
) -> None:
    """Catches a ratio taken one way round only, another limit, and an agreement called a pair."""
    one, two = (
        SimpleNamespace(language="fr", amounts=[Amount(value, 1.0, "EUR", "", "none", str(value))])
        for value in (mine, other)
    )
    assert bool(pair_amounts(one, two)) == is_pair  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "is_compared"), [(45, True), (46, False), (-45, True), (-46, False)]
)
def test_what_is_told_later_is_no_contradiction(
    days: int, is_compared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches another distance, and one that is counted forwards only."""
    pair = AmountPair(*(Amount(value, 1.0, "EUR", "", "none", "") for value in (100.0, 120.0)))
    agreeing = ("share_days", "has_names_of", "answer_alike", "say_alike", "differ")
    for name in agreeing:
        monkeypatch.setattr(conflicts, name, lambda *_: True)
    monkeypatch.setattr(conflicts, "pair_amounts", lambda *_: [pair])
    day = datetime.date(2025, 3, 1)
    one, two = (
        SimpleNamespace(article=SimpleNamespace(id=name, date=date), day=date, is_wish=False)
        for name, date in (("a", day), ("b", day + datetime.timedelta(days)))
    )
    compared = conflicts.compare_sentences(one, two, None)  # type: ignore[arg-type]
    assert compared == (pair if is_compared else None)
