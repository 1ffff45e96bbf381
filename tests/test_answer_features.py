"""What sentences show of a question."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag import search
from rag.answer import choosing as extract
from rag.answer.answerability import (
    COVERAGE_FEATURES,
    compute_answerability_features,
    compute_coverage_features,
    find_missing_terms,
    is_off_topic,
)
from rag.answer.coverage import REPRINTED_WORDS, number_articles
from rag.answer.feature_names import CHANNELS, FEATURE_NAMES, WEIGHTS
from rag.answer.features import PARENTHESES_WEIGHT, Features
from rag.models import embedders as embed
from rag.pipeline import Rag, build
from rag.settings.schema import Settings

STORIES = {
    "phare.txt": """Le phare de Kermor rallumé

Le phare de Kermor a été rallumé après trois ans de travaux. Le chantier a coûté 4,2 millions d'euros.
""",
    "gare.txt": """La gare de Lanvoc agrandie

La gare de Lanvoc aura deux voies de plus. Elle accueille chaque jour six mille voyageurs.
""",
}


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("stories")
    for name, text in STORIES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder])
    with Rag.open(settings) as opened:
        yield opened


def features(rag: Rag, question: str) -> Features:
    query = rag.query(question)
    found = search.search_passages(
        query, generation=rag.generation, table=embed.open_token_vectors()
    )
    hits = search.make_hits(found, 5, generation=rag.generation)
    candidates = extract.list_candidates(hits, found.rows.tolist(), generation=rag.generation)
    return Features(query, candidates, table=embed.open_token_vectors(), size=rag.generation.size)


def shown(rag: Rag, question: str) -> dict[str, dict[str, float]]:
    """By sentence, by feature."""
    found = features(rag, question)
    rows = (dict(zip(FEATURE_NAMES, row, strict=True)) for row in found.matrix.tolist())
    return dict(zip((candidate.text.strip() for candidate in found.candidates), rows, strict=True))


COST = "Le chantier a coûté 4,2 millions d'euros."
LIT = "Le phare de Kermor a été rallumé après trois ans de travaux."


def test_features_say_what_a_reader_would(rag: Rag) -> None:
    """Catches features of the wrong sentence, or in another order than their names."""
    by = shown(rag, "Combien a coûté le chantier ?")
    for name in ("exact rare", "soft rare", "soft even", "dense", "soft own"):
        assert max(by, key=lambda text: by[text][name]) == COST, name
    asked = ("asks number", "holds number", "holds money", "asks number holds money", "asks time")
    assert [by[COST][name] for name in asked] == [1, 1, 1, 1, 0]
    assert by[COST]["soft rare below best"] == 0 > by[LIT]["soft rare below best"]
    assert [
        row["headline"] for text, row in by.items() if text == "Le phare de Kermor rallumé"
    ] == [1]
    assert {row["foreign"] for row in by.values()} == {0}


def test_coverages_lie_between_nothing_and_all(rag: Rag) -> None:
    """Catches shares that do not add up to one, and a window that covers less than its sentence."""
    for row in shown(rag, "Combien de voyageurs la gare de Lanvoc accueille-t-elle ?").values():
        for weight in WEIGHTS:
            assert all(0 <= row[f"{channel} {weight}"] <= 1 + 1e-9 for channel in CHANNELS)
            assert (
                row[f"exact {weight}"]
                <= row[f"soft {weight}"] + 1e-9
                <= row[f"window {weight}"] + 2e-9
            )
            assert row[f"window {weight}"] <= row[f"passage {weight}"] + 1e-9


def test_a_sentence_that_leans_has_the_words_of_the_one_before(rag: Rag) -> None:
    """Catches "Elle accueille …" scored as if nobody knew who she is."""
    by = shown(rag, "Combien de voyageurs la gare de Lanvoc accueille-t-elle ?")
    row = by["Elle accueille chaque jour six mille voyageurs."]
    assert row["leans"] == 1 and row["window names"] == 1 > row["exact names"]


def test_a_question_in_another_language_is_foreign_and_softly_covered(rag: Rag) -> None:
    """Catches translations that count as the words themselves, or for nothing."""
    by = shown(rag, "How much did the works on the lighthouse cost?")
    assert {row["foreign"] for row in by.values()} == {1}
    assert by[COST]["soft rare"] > by[COST]["exact rare"]


@pytest.mark.parametrize(
    "question", ["?", "…", "le la les", "¿", "x" * 300, "Kermor " * 200, "灯台はいつ", "\u202e"]
)
def test_any_question_is_described(rag: Rag, question: str) -> None:
    """Catches a question without words, or with one a thousand times, that ends in an error or in
    not-a-number.
    """
    found = features(rag, question)
    if found.candidates:
        assert (
            np.isfinite(found.matrix).all() and np.isfinite(compute_coverage_features(found)).all()
        )


def test_what_no_passage_says_is_unseen_and_lacking(rag: Rag) -> None:
    """Catches an answer about Kermor to a question about Brisac."""
    for name, unseen in (("Kermor", 0.0), ("Brisac", 1.0)):
        found = features(rag, f"Combien a coûté le phare de {name} ?")
        around = dict(
            zip(COVERAGE_FEATURES, compute_coverage_features(found)[0].tolist(), strict=True)
        )
        assert around["unseen names"] == unseen
        assert ("Brisac" in find_missing_terms(found, 0)) == bool(unseen)


def test_the_best_sentence_is_the_one_judged(rag: Rag) -> None:
    """Catches another sentence's features judged, and margins over the wrong rivals."""
    found = features(rag, "Combien a coûté le chantier ?")
    scores = np.arange(len(found.candidates), dtype=float)
    row = compute_answerability_features(
        found.matrix, compute_coverage_features(found), scores, found.article_numbers
    )
    assert row[: len(FEATURE_NAMES)].tolist() == found.matrix[-1].tolist()
    rivals = scores[found.article_numbers != found.article_numbers[-1]]
    assert row[-3:].tolist() == [scores[-1], scores[-1] - rivals.max(), 1.0]


def test_what_is_in_parentheses_weighs_less(rag: Rag) -> None:
    """Catches a follow-up answered by the sentence that repeats what it leans on."""
    found = features(rag, "Combien (phare Kermor) ?")
    assert found.query.in_parentheses == [False, True, True]
    assert found.shares["even"].tolist() == pytest.approx(
        [1 / (1 + 2 * PARENTHESES_WEIGHT), *2 * [PARENTHESES_WEIGHT / (1 + 2 * PARENTHESES_WEIGHT)]]
    )
    assert not any(features(rag, "Combien (à Kermor) a coûté le phare ?").query.in_parentheses)


def test_another_word_for_the_same_is_not_lacking(rag: Rag) -> None:
    """Catches "nothing here about: licencie" under a quotation that says who is dismissed."""
    found = features(rag, "Qui dirige le phare de Kermor ?")
    assert (
        found.paraphrased.shape == (len(found.query.terms), len(found.candidates))
        and not found.paraphrased.any()
    )


def test_a_question_about_nothing_that_is_there_is_elsewhere(rag: Rag) -> None:
    """Catches an answer all of whose words are lacking."""
    assert is_off_topic(features(rag, "谁在月球上种橄榄？"), 0)
    assert not is_off_topic(features(rag, "Combien a coûté le phare ?"), 0)


def test_articles_with_a_sentence_in_common_are_one_story() -> None:
    """Catches an answer that looks doubtful because two papers print it, and a headline word that
    joins strangers.
    """
    long, other, short = (
        [f"w{i}" for i in range(REPRINTED_WORDS)],
        [f"v{i}" for i in range(REPRINTED_WORDS)],
        ["w1"],
    )
    assert number_articles(["a", "a", "b", "b", "c"], [short, long, other, long, short]) == [
        0,
        0,
        0,
        0,
        4,
    ]
    assert number_articles([], []) == []
