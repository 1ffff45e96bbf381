"""The linear models that choose sentences and refuse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag import embed, extract, retrieve
from rag.extract import FOREIGN, SAME, SENTENCE, weigh
from rag.pipeline import Rag, build
from rag.settings import Settings

STORY = """Le phare de Kermor rallumé

Le phare de Kermor a été rallumé après trois ans de travaux. Le chantier a coûté 4,2 millions d'euros.
"""


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "phare.txt").write_text(STORY, encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [folder / "phare.txt"])
    with Rag.open(settings) as opened:
        yield opened


def described(rag: Rag, question: str) -> dict[str, np.ndarray]:
    query = rag.query(question)
    found = retrieve.search(query, generation=rag.generation, table=embed.token_vectors())
    hits = retrieve.hits(found, 5, generation=rag.generation)
    return extract.features(
        query, extract.candidates(hits, found.rows.tolist(), generation=rag.generation), table=embed.token_vectors()
    )


def test_features_say_what_a_reader_would(rag: Rag) -> None:
    """Catches features of the wrong sentence, coverages outside [0, 1], a kind of answer seen where there is none."""
    shown = described(rag, "Combien a coûté le chantier ?")  # headline, first sentence, second sentence
    assert [values.shape for values in shown.values()] == [(3,)] * len(shown)
    assert shown["exact"].argmax() == shown["soft"].argmax() == shown["dense"].argmax() == 2
    assert shown["kind"].tolist() == [0, 0, 1]
    assert shown["lacks_kind"].tolist() == [1, 1, 0]
    assert shown["foreign"].tolist() == [0, 0, 0]
    for name in ("exact", "soft", "exact_passage", "soft_passage", "least", "least_exact", "names"):
        assert ((shown[name] >= 0) & (shown[name] <= 1)).all()
    assert (shown["soft_window"] >= shown["soft"]).all()


def test_a_question_in_another_language_is_foreign_and_softly_covered(rag: Rag) -> None:
    """Catches cross-lingual questions weighed by the words they cannot share."""
    shown = described(rag, "How much did the works on the lighthouse cost?")
    assert shown["foreign"].tolist() == [1, 1, 1]
    assert shown["soft_passage"][0] > 2 * shown["exact_passage"][0]


def test_a_translated_sentence_covers_the_question_softly(rag: Rag) -> None:
    """Catches translations that count as the words themselves, that count for nothing, or that cover another sentence."""
    shown = described(rag, "How much did the construction site cost, in millions?")  # headline, first sentence, second sentence
    assert shown["soft"].argmax() == 2
    assert shown["soft"][2] > shown["exact"][2]
    assert all((shown[name] <= 1).all() for name in ("exact", "soft", "soft_passage"))


def test_names_and_numbers_that_are_nowhere_are_noticed(rag: Rag) -> None:
    """Catches an answer about Kermor to a question about Brisac."""
    assert described(rag, "Combien a coûté le phare de Kermor ?")["names"].tolist() == [1, 1, 1]
    assert described(rag, "Combien a coûté le phare de Brisac ?")["names"].tolist() == [0, 0, 0]
    assert described(rag, "Combien a coûté le phare en 1997 ?")["names"].tolist() == [0, 0, 0]


def test_weights_name_features_that_exist() -> None:
    """Catches a weight without its feature, and a linear model that drops one."""
    described = {name: np.array([1.0, 2.0]) for name in {*SENTENCE, *SAME, *FOREIGN}}
    assert np.allclose(weigh(described, SENTENCE), sum(SENTENCE.values()) * np.array([1.0, 2.0]))
