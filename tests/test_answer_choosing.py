"""Sentences chosen, refused and explained."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import search
from rag.answer import choosing as extract
from rag.answer.feature_names import FEATURE_NAMES
from rag.answer.quotation_spans import Candidate
from rag.models import embedders as embed
from rag.pipeline import Rag, build
from rag.question.expand import Query
from rag.settings.schema import Settings

STORY = """Le phare de Kermor rallumé

Le phare de Kermor a été rallumé après trois ans de travaux. Le chantier a coûté 4,2 millions d'euros.
"""


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "phare.txt").write_text(STORY, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder / "phare.txt"])
    with Rag.open(settings) as opened:
        yield opened


def candidates(rag: Rag, question: str) -> tuple[Query, list[Candidate]]:
    query = rag.query(question)
    found = search.search_passages(
        query, generation=rag.generation, table=embed.open_token_vectors()
    )
    hits = search.make_hits(found, 5, generation=rag.generation)
    return query, extract.list_candidates(hits, found.rows.tolist(), generation=rag.generation)


def choice(rag: Rag, question: str) -> extract.Choice:
    query, found = candidates(rag, question)
    return extract.choose_sentences(
        query, found, table=embed.open_token_vectors(), size=rag.generation.size, budget=60
    )


def test_the_sentence_that_answers_is_quoted(rag: Rag) -> None:
    """Catches the headline or the neighbour quoted in its place, and a best sentence that is not
    the one quoted first.
    """
    chosen = choice(rag, "Combien a coûté le chantier du phare ?")
    assert "4,2 millions" in chosen.top_sentences[0].text
    passage, span = chosen.quotations[0]
    assert "4,2 millions" in passage.article.document.text[span.start : span.end]


def test_nothing_found_answers_nothing(rag: Rag) -> None:
    """Catches an error, or an answer, where no passage was found."""
    assert (
        extract.choose_sentences(
            rag.query("?"), [], table=embed.open_token_vectors(), size=1, budget=60
        ).status
        == "not_in_sources"
    )


@pytest.mark.parametrize(
    "question", ["Combien a coûté le phare de Brisac ?", "How tall is Mount Everest?"]
)
def test_what_the_articles_do_not_say_is_refused_or_named(rag: Rag, question: str) -> None:
    """Catches an answer about Kermor to a question about Brisac."""
    chosen = choice(rag, question)
    assert chosen.status == "not_in_sources" or "Brisac" in chosen.missing_terms


def test_an_explanation_adds_up(rag: Rag) -> None:
    """Catches a family left out, a feature counted twice, reasons of another sentence."""
    chosen = choice(rag, "Combien a coûté le chantier ?")
    why = chosen.explanation
    assert why is not None and why.question_type == "number"
    assert [reason.sentence for reason in why.top_sentences] == [
        candidate.text for candidate in chosen.top_sentences
    ]
    assert set(why.top_sentences[0].contributions) == set(extract.FAMILIES)
    columns = sorted(
        column for columns in extract.list_family_columns().values() for column in columns
    )
    assert columns == list(range(len(FEATURE_NAMES)))
    assert (why.confidence >= why.confidence_threshold) == (chosen.status != "not_in_sources")


@pytest.mark.parametrize(
    ("size", "threshold"), [(1, 0.4), (100, 0.4), (101, 0.55), (1_000_000, 0.55)]
)
def test_a_larger_index_needs_more_confidence(size: int, threshold: float) -> None:
    """Catches the limit one passage away from where it is, and one threshold for all."""
    assert extract.get_confidence_threshold(size) == threshold


@pytest.mark.parametrize(
    ("confidence", "status"),
    [
        (0.399, "not_in_sources"),  # below the threshold of a small index
        (0.4, "partial"),  # at it; and below .85 a word that nothing covers is named
        (0.849, "partial"),
        (0.85, "answered"),
    ],
)
def test_confidence_decides(
    rag: Rag, confidence: float, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches limits that moved, and "greater" for "at least"."""
    monkeypatch.setattr(extract, "compute_confidence", lambda *_: confidence)
    monkeypatch.setattr(extract, "find_missing_terms", lambda *_: ["tungstène"])
    monkeypatch.setattr(extract, "is_off_topic", lambda *_: False)
    chosen = choice(rag, "Combien a coûté le chantier du phare ?")
    assert chosen.status == status
    assert chosen.missing_terms == (() if status == "answered" else ("tungstène",))
    assert bool(chosen.quotations) == (status != "not_in_sources")


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (
            "Combien a coûté le chantier du phare ?",
            "Le chantier a coûté 4,2 millions d'euros.",
        ),
        (
            "Après combien d'années de travaux le phare a-t-il été rallumé ?",
            "Le phare de Kermor a été rallumé après trois ans de travaux.",
        ),
        (
            "How much did the work on the lighthouse cost?",
            "Le chantier a coûté 4,2 millions d'euros.",
        ),
    ],
)
def test_golden_choices(rag: Rag, question: str, quoted: str) -> None:
    """Catches a change of what is quoted first that nobody meant."""
    passage, span = choice(rag, question).quotations[0]
    assert passage.article.document.text[span.start : span.end] == quoted
