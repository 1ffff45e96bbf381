"""The channels against slow references, and what filters may let through."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rag.index.held_generation import Generation
from rag.index.terms import QueryTerm
from rag.models import embedders as embed
from rag.pipeline import Rag, build
from rag.question.date_filter import Scope
from rag.question.expand import Expansion, Query, WeightedTokens
from rag.records import Filters
from rag.search import channels, fusion
from rag.settings.schema import Settings
from rag.text.words import Word

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
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder / "lettre.txt"])
    with Rag.open(settings) as opened:
        yield opened


def found(rag: Rag, question: str, filters: Filters | None = None) -> list[str]:
    result = fusion.search_passages(
        rag.query(question),
        generation=rag.generation,
        table=embed.open_token_vectors(),
        scope=Scope(filters or Filters()),
    )
    return [
        hit.passage.article.title for hit in fusion.make_hits(result, 10, generation=rag.generation)
    ]


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


MIXED = {
    "factory.md": """---
title: Bad news
publisher: Harbour Gazette
---
The factory will lay off 120 workers in spring.
The dismissals were announced by the director on Friday, the union says.
""",
    "rathaus.md": """---
title: Neues aus der Stadt
publisher: Nordbote
---
Der Bürgermeister will die Wasserversorgung erneuern.
Die Arbeiten an den Leitungen dauern drei Jahre und kosten viel Geld.
""",
    "escuela.md": """---
title: Una noticia
publisher: El Faro
---
La escuela del barrio cerrará en junio por falta de alumnos.
Los padres protestaron ayer delante del ayuntamiento.
""",
    "pain.md": """---
title: Le prix du pain
publisher: La Gazette
---
Le boulanger augmente le prix du pain.
La farine coûte deux fois plus cher que l'année dernière, dit le syndicat.
""",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """One article in each of four languages."""
    folder = tmp_path_factory.mktemp("mixed")
    for name, text in MIXED.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder])
    with Rag.open(settings) as opened:
        assert set(opened.generation.passages_by_language) == {"en", "de", "es", "fr"}
        yield opened


def searched(rag: Rag, question: str) -> tuple[Query, fusion.RankedPassages]:
    query = rag.query(question)
    return query, fusion.search_passages(
        query, generation=rag.generation, table=embed.open_token_vectors()
    )


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Qui annonce les licenciements à l'usine ?", "Bad news"),
        ("Combien de temps durent les travaux du maire pour l'eau ?", "Neues aus der Stadt"),
        ("Pourquoi l'école ferme-t-elle en juin ?", "Una noticia"),
        ("Pourquoi le pain est-il plus cher ?", "Le prix du pain"),
        ("Why is bread more expensive?", "Le prix du pain"),
        ("Warum schließt die Schule?", "Una noticia"),
        ("¿Quién anunció los despidos en la fábrica?", "Bad news"),
        ("How long will the works on the water supply take?", "Neues aus der Stadt"),
    ],
)
def test_every_language_finds_every_other(mixed: Rag, question: str, title: str) -> None:
    """Catches a language of the index that no channel asks in."""
    assert found(mixed, question)[0] == title


def test_words_of_another_language_are_lexical_hits(mixed: Rag) -> None:
    """Catches translations that never reach the search for words: units asked in the wrong language
    or field.
    """
    _, result = searched(mixed, "licenciements")
    titles = [
        hit.passage.article.title
        for hit in fusion.make_hits(result, 10, generation=mixed.generation)
    ]
    lexical = dict(zip(titles, result.channels["lexical"].tolist(), strict=True))
    assert {title for title, score in lexical.items() if score > 0} == {"Bad news"}


@pytest.mark.parametrize(
    ("asked", "title"),
    [("Harbour Gazette", "Bad news"), ("Nordbote", "Neues aus der Stadt"), ("Faro", "Una noticia")],
)
def test_words_that_only_headline_or_publisher_hold_are_lexical_hits(
    mixed: Rag, asked: str, title: str
) -> None:
    """Catches a search that asks titles only for the words that the text has, too."""
    _, result = searched(mixed, asked)
    hits = fusion.make_hits(result, 10, generation=mixed.generation)
    scores = {hit.passage.article.title: hit.scores["lexical"] for hit in hits}
    assert max(scores, key=scores.__getitem__) == title
    assert scores[title] > 0


def test_the_dense_channel_is_the_best_sentence_in_the_passages_language(mixed: Rag) -> None:
    """Catches sentences compared with another language's vector, and a passage scored by its
    neighbour's sentences.
    """
    query, result = searched(mixed, "Pourquoi l'école ferme-t-elle en juin ?")
    for row, cosine in zip(result.rows.tolist(), result.channels["dense"].tolist(), strict=True):
        [language] = mixed.generation.languages([row])
        sentences = np.array(list(mixed.generation.sentence_rows(row)))
        slow = max(
            vector @ query.vector_for(language)
            for vector in mixed.generation.vectors.reconstruct(sentences)
        )
        assert cosine == pytest.approx(slow, abs=1e-5)
    assert result.foreign.tolist() == [
        mixed.generation.languages([row]) != ["fr"] for row in result.rows.tolist()
    ]


def test_all_that_stands_for_a_word_is_as_rare_as_all_together() -> None:
    """Catches a rare mistranslation that outweighs the right word, as it would if each counted by
    its own rarity.
    """
    total, sizes = 1000, {"en": 600, "fr": 400}
    words = (Word("licenciement", 0, 12, "licenciement"),)
    english = (
        Expansion(0, "fire", "fire", 0.5, 200),
        Expansion(0, "layoff", "layoff", 0.3, 4),
        Expansion(0, "misdirect", "misdirected", 0.1, 1),
    )
    vector = np.zeros(1, np.float32)
    query = Query("", "fr", words, ((),), (False,), vector, {"fr": (), "en": english}, {}, {})
    terms = channels.make_query_terms(query, total, sizes)
    assert QueryTerm("words", "licenciement", channels.FIELD_WEIGHTS["words"]) in terms

    def idf(frequency: float, of: int) -> float:
        return float(np.log1p((of - frequency + 0.5) / (frequency + 0.5)))

    together = idf(sum(match.weight * match.frequency for match in english), sizes["en"])
    boosts = {term.term: term.boost for term in terms if term.field == "stems"}
    assert set(boosts) == {"en:fire", "en:layoff", "en:misdirect"}
    for match in english:  # the search multiplies the boost with the term's own idf
        counted = boosts[f"en:{match.unit}"] * idf(match.frequency, total)
        assert counted == pytest.approx(channels.FIELD_WEIGHTS["stems"] * match.weight * together)


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


def test_the_index_folder_is_found_by_path(rag: Rag) -> None:
    """Catches hits whose passages are not slices of their document."""
    for hit in fusion.make_hits(
        fusion.search_passages(
            rag.query("phare"), generation=rag.generation, table=embed.open_token_vectors()
        ),
        3,
        generation=rag.generation,
    ):
        passage = hit.passage
        assert passage.text == STORIES[passage.start : passage.end]
        assert Path(passage.article.document.path).name == "lettre.txt"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """5,000 stories that say nearly the same; one of them is of another day, publisher and
    language.
    """
    folder = tmp_path_factory.mktemp("many")
    (folder / "articles").mkdir()
    text = "Le port de Brisac gagne un quai de {0} mètres."
    told = f"Port numéro {{0}}\n{text}\nOuest Marin / 9 juin 2025\n"
    (folder / "articles" / "many.txt").write_text(
        "".join(told.format(n) for n in range(4999)), encoding="utf-8"
    )
    head = "---\ntitle: A harbour\npublisher: Île Nouvelle\ndate: 2024-02-03\n---\n"
    (folder / "articles" / "one.md").write_text(
        f"{head}\nSomewhere else the port is painted, and gulls watch.\n", encoding="utf-8"
    )
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder / "articles"])
    with Rag.open(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since=datetime.date(2024, 1, 1), until=datetime.date(2024, 12, 31)),
        Filters(until=datetime.date(2025, 1, 1)),
        Filters(publishers=("ILE NOUVELLE",)),
        Filters(languages=("en",)),
    ],
)
def test_a_filter_that_leaves_one_of_five_thousand_finds_it(many: Rag, filters: Filters) -> None:
    """Catches a filter applied after the best have been taken, in either search; a publisher that
    must be written as is.
    """
    assert many.generation.manifest["counts"]["articles"] == 5000
    query = many.query("Quel port de Brisac gagne un quai de 12 mètres ?")
    assert found(many, query.text)[0] == "Port numéro 12"
    assert found(many, query.text, filters) == ["A harbour"]
    [row] = channels.score_lexical(query, many.generation, filters)
    assert many.generation.passages([row])[0].article.title == "A harbour"
    assert channels.find_dense_candidates(query, many.generation, filters) == {row}
    assert many.generation.coverage(filters).articles == 1


# Of fixed questions over seeds/: the passage rows of the best candidates, and what the dense, the
# lexical and the soft channel and their fusion give them. Written down on 28 November 2026, when sections
# began to count.
GOLDEN = [
    ("Qui remplacera Frédéric Duval ?", [
        (6, 0.28761, 11.47745, 18.08324, 11.41114),
        (7, 0.17202, 9.09969, 10.30464, 8.88999),
        (5, 0.10186, 1.57997, 0.97162, -0.12376),
    ]),
    ("How many jobs will Amazon cut?", [
        (0, 0.4241, 5.20014, 3.16379, 15.72386),
        (1, 0.418, 1.91915, 0.43611, 6.50185),
        (8, 0.40525, 2.29964, 2.26089, 5.11334),
    ]),
    ("Wie viele Stellen streicht Amazon in Luxemburg?", [
        (13, 0.68039, 5.31701, 8.41911, 19.67839),
        (2, 0.101, 2.76385, 6.36186, 3.04424),
        (1, 0.34771, 1.72095, 1.59692, 1.92341),
    ]),
    ("indemnité des salariés (Clichy)", [
        (13, 0.12159, 3.95072, 7.58474, 7.15556),
        (0, 0.09833, 2.73152, 6.57777, 4.75497),
        (7, 0.06784, 2.8199, 4.70217, 3.75228),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), GOLDEN)
def test_the_scores_of_the_seeds(
    seeds_index: Path, question: str, expected: list[tuple[float, ...]]
) -> None:
    """Catches any change of a score by accident: a weight, an idf, a stem, a vector, a
    translation.
    """
    with Rag.open(Settings(index=seeds_index, reader="off")) as rag:
        _, candidates = searched(rag, question)
    scores = []
    for rank, row in enumerate(candidates.rows[:3].tolist()):
        by_channel = candidates.get_scores(rank)
        names = ("dense", "lexical", "soft")
        scores.append((row, *(by_channel[name] for name in names), float(candidates.fused[rank])))
    assert np.array(scores) == pytest.approx(np.array(expected), abs=1e-4)


def make_query(vectors: dict[str, list[float]], language: str = "fr") -> Query:
    """A question without words, with these vectors."""
    by_language = {code: np.array(vector, np.float32) for code, vector in vectors.items()}
    nothing = WeightedTokens(np.zeros(0, np.int64), np.zeros(0, np.float32))
    own = by_language.pop(language)
    return Query("", language, (), (), (), own, {}, {language: nothing}, by_language)


class FakeVectors:
    """Sentence vectors; the nearest to anything are the first rows."""

    def __init__(self, vectors: np.ndarray) -> None:
        self.vectors = vectors

    def search(
        self, vector: np.ndarray, k: int, rows: np.ndarray | None
    ) -> tuple[np.ndarray, None]:
        return (np.arange(len(self.vectors)) if rows is None else rows)[:k], None

    def reconstruct(self, rows: np.ndarray) -> np.ndarray:
        return self.vectors[rows]


NO_FILTERS = Filters()
FRENCH = Filters(languages=("fr",))
GERMAN = Filters(languages=("de",))


@pytest.mark.parametrize(
    ("sentences_a_passage", "count"), [(1, 60), (3, 60), (4, 60), (5, 48), (8, 30)]
)
def test_sixty_passages_of_the_nearest_sentences(sentences_a_passage: int, count: int) -> None:
    """Catches another number of candidates or of sentences asked for, and passages that are counted
    twice.
    """
    allowed_rows = {NO_FILTERS: None, FRENCH: np.array([7, 9]), GERMAN: np.array([], np.int64)}
    generation: Any = SimpleNamespace(
        owners=np.arange(1000) // sentences_a_passage,
        vectors=FakeVectors(np.ones((1000, 2), np.float32)),
        passages_by_language={"fr": 1},
        rows_where=allowed_rows.__getitem__,
    )
    for name in ("nearest_passages", "sentences_where", "nearest_sentences"):
        setattr(generation, name, partial(getattr(Generation, name), generation))
    query = make_query({"fr": [1, 0]})
    candidates = channels.find_dense_candidates(query, generation, NO_FILTERS)
    assert candidates == set(range(count))
    assert channels.find_dense_candidates(query, generation, FRENCH) == {7, 9}
    assert channels.find_dense_candidates(query, generation, GERMAN) == set()
    unsaid = make_query({"fr": [0, 0]})
    assert channels.find_dense_candidates(unsaid, generation, NO_FILTERS) == set()


def test_each_language_weighs_by_its_passages() -> None:
    """Catches languages that weigh alike, and a vector that is not of length 1."""
    query = make_query({"fr": [1, 0], "en": [0, 1]})
    mixed = channels.mix_language_vectors(query, {"fr": 3, "en": 4})
    assert mixed == pytest.approx(np.array([0.6, 0.8]))
    assert channels.mix_language_vectors(query, {}) == pytest.approx(np.array([1.0, 0.0]))


def test_a_passage_without_sentences_scores_nothing() -> None:
    """Catches sentences that slip to the next passage, and the mean or the last instead of the
    best.
    """
    spans = [range(2), range(2, 2), range(2, 3)]
    vectors = np.array([[0.9, 0.1], [0.2, 0.3], [0.4, 0.5]], np.float32)
    generation: Any = SimpleNamespace(
        sentence_rows=lambda row: spans[row], vectors=FakeVectors(vectors)
    )
    query = make_query({"fr": [1, 0], "en": [0, 1]})
    scores = channels.score_dense(query, generation, np.arange(3), ["fr", "fr", "en"])
    assert scores == pytest.approx(np.array([0.9, 0.0, 0.5]))


def test_what_the_index_does_not_hold_gets_no_boost() -> None:
    """Catches a division by the idf of a unit that is nowhere, or a title that is not asked."""
    words = (Word("pain", 0, 4, "pain"),)
    expansions = {"fr": (Expansion(0, "pain", "pain", 0.8, 0),)}
    query = Query("", "fr", words, ((),), (False,), np.zeros(1, np.float32), expansions, {}, {})
    terms = channels.make_query_terms(query, 10, {"fr": 10})
    assert [term[:2] for term in terms] == [("words", "pain"), ("title", "fr:pain")]
    assert [term.boost for term in terms] == pytest.approx([0.5, 0.5 * 0.8])


def test_sixty_passages_have_the_words(many: Rag) -> None:
    """Catches another number of candidates of the search for words."""
    query = many.query("Quel port de Brisac gagne un quai ?")
    assert len(channels.score_lexical(query, many.generation, Filters())) == 60


@pytest.mark.parametrize(
    ("question", "golden"),
    [
        (
            "Quand le phare a-t-il été rallumé ?",
            {
                "Le phare de Kermor rallumé": (0.603, 8.351, 8.936, 4.24),
                "Le port de Brisac s'agrandit": (-0.036, 1.251, 0.633, -2.057),
                "Une ligne de tram à Valbois": (-0.013, 1.224, 0.012, -2.183),
            },
        ),
        (
            "How long is the new quay of Brisac?",
            {
                "Le port de Brisac s'agrandit": (0.358, 4.579, 5.756, 8.435),
                "Une ligne de tram à Valbois": (0.044, 0.89, 1.263, -3.747),
                "Le phare de Kermor rallumé": (-0.022, 0.988, 0.527, -4.688),
            },
        ),
    ],
)
def test_golden_scores(
    rag: Rag, question: str, golden: dict[str, tuple[float, float, float, float]]
) -> None:
    """Catches a weight, a length or a rarity that changed what a channel gives, by a hundredth."""
    result = fusion.search_passages(
        rag.query(question), generation=rag.generation, table=embed.open_token_vectors()
    )
    hits = fusion.make_hits(result, 10, generation=rag.generation)
    assert [hit.passage.article.title for hit in hits] == list(golden)
    for hit in hits:
        scores = (*(hit.scores[name] for name in ("dense", "lexical", "soft")), hit.score)
        assert scores == pytest.approx(golden[hit.passage.article.title], abs=0.01)
