"""The channels against slow references, and what filters may let through."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag import embed, retrieve
from rag.pipeline import Rag, build
from rag.records import Filters
from rag.retrieve import soft_matches, unit
from rag.settings import Settings

STORIES = """Le phare de Kermor rallumé
Le phare de Kermor a été rallumé après trois ans de travaux.
Ouest Marin / 3 mars 2025
Une ligne de tram à Valbois
La ville de Valbois ouvrira sa première ligne de tramway en mars.
La Gazette / 5 mai 2025
Le port de Brisac s'agrandit
Le port de Brisac gagne un quai de 300 mètres.
Ouest Marin / 9 juin 2025
"""


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("stories")
    (folder / "lettre.txt").write_text(STORIES, encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [folder / "lettre.txt"])
    with Rag.open(settings) as opened:
        yield opened


def found(rag: Rag, question: str, filters: Filters | None = None) -> list[str]:
    result = retrieve.search(rag.query(question), generation=rag.generation, table=embed.token_vectors(), filters=filters)
    return [hit.passage.article.title for hit in retrieve.hits(result, 10, generation=rag.generation)]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Qu'est devenu le phare de Kermor ?", "Le phare de Kermor rallumé"),
        ("When does the tramway open?", "Une ligne de tram à Valbois"),
        ("quai port brisac", "Le port de Brisac s'agrandit"),
        ("Welcher Leuchtturm wurde wieder angezündet?", "Le phare de Kermor rallumé"),
    ],
)
def test_the_right_story_comes_first_in_any_language(rag: Rag, question: str, title: str) -> None:
    """Catches a channel left out of the fusion or one added with the wrong sign."""
    assert found(rag, question)[0] == title


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(publishers=("ouest marin",)), 2),
        (Filters(since=datetime.date(2025, 5, 5)), 2),
        (Filters(until=datetime.date(2025, 5, 5)), 2),
        (Filters(since=datetime.date(2025, 4, 1), until=datetime.date(2025, 5, 31)), 1),
        (Filters(languages=("fr",)), 3),
        (Filters(languages=("de",)), 0),
        (Filters(publishers=("ouest marin",), since=datetime.date(2025, 4, 1)), 1),
    ],
)
def test_filters_hold_in_every_channel(rag: Rag, filters: Filters, count: int) -> None:
    """Catches a filter applied to one search only, after the top k, or with an exclusive end."""
    assert len(set(found(rag, "phare tram port Kermor Valbois Brisac", filters))) == count


def test_a_question_without_words_finds_nothing_or_something_but_never_fails(rag: Rag) -> None:
    """Catches divisions by zero and empty arrays on the way."""
    for question in ("?", "…", "   ", "0", "\u200b", "xqzwv " * 50):
        assert isinstance(found(rag, question), list)


def test_soft_matches_agree_with_a_slow_reference() -> None:
    """Catches cosines of unnormalised rows, neighbours beyond the limit, weights summing above one."""
    random = np.random.default_rng(0)
    vocabulary = random.normal(size=(50, 8)).astype(np.float16)
    asked = np.concatenate([vocabulary[:3], random.normal(size=(3, 8)).astype(np.float16)])
    weights = soft_matches(asked, vocabulary)
    for row, word in enumerate(asked.astype(np.float64)):
        cosines = np.array([word @ v / (np.linalg.norm(word) * np.linalg.norm(v)) for v in vocabulary.astype(np.float64)])
        near = [i for i in np.argsort(-cosines)[: retrieve.NEIGHBOURS] if cosines[i] > retrieve.NEAR]
        shared = np.zeros(50)
        shared[near] = cosines[near] ** 4
        shared /= max(1.0, shared.sum())
        expected = np.where(np.arange(50) == row, 1.0, 0.3 * shared) if row < 3 else min(1.0, 1.2 * cosines.max()) * shared
        assert weights[row] == pytest.approx(expected, abs=1e-3)


def test_unit_keeps_zero_rows() -> None:
    """Catches a division by zero that spreads NaN through the ranking."""
    rows = unit(np.array([[3, 4], [0, 0]], dtype=np.float16))
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), abs=1e-3)


def test_the_index_folder_is_found_by_path(rag: Rag) -> None:
    """Catches hits whose passages are not slices of their document."""
    for hit in retrieve.hits(
        retrieve.search(rag.query("phare"), generation=rag.generation, table=embed.token_vectors()), 3, generation=rag.generation
    ):
        passage = hit.passage
        assert passage.text == STORIES[passage.start : passage.end]
        assert Path(passage.article.document.path).name == "lettre.txt"


def test_fusing_agrees_with_a_slow_reference() -> None:
    """Catches a channel of foreign passages weighed like the others, and an order that its scores do not follow."""
    random = np.random.default_rng(1)
    rows = np.arange(20)
    channels = {name: random.normal(size=20) for name in ("dense", "lexical", "soft")}
    foreign = random.random(20) < 0.5
    found = retrieve.fuse(rows, channels, foreign)
    expected = {}
    for row in rows.tolist():
        weights = retrieve.FOREIGN if foreign[row] else retrieve.SAME
        expected[row] = sum(weights[name] * (values[row] - np.mean(values)) / np.std(values) for name, values in channels.items())
    assert found.rows.tolist() == sorted(expected, key=lambda row: -expected[row])
    assert found.fused == pytest.approx([expected[row] for row in found.rows.tolist()])
    assert found.foreign.tolist() == foreign[found.rows].tolist()
    assert found.scores(0) == pytest.approx({name: values[found.rows[0]] for name, values in channels.items()})


def test_without_variance_a_channel_says_nothing() -> None:
    """Catches a division by zero when all candidates score the same."""
    found = retrieve.fuse(np.arange(2), {name: np.ones(2) for name in retrieve.SAME}, np.zeros(2, dtype=bool))
    assert found.fused.tolist() == [0, 0]
