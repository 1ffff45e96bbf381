"""The channels against slow references, and what filters may let through."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.index.catalog import Owner
from rag.index.terms import QueryTerm
from rag.models import embedders as embed
from rag.pipeline import Rag, build
from rag.question.expand import Expansion, Query
from rag.records import Filters
from rag.search import channels as retrieve
from rag.search.channels import match_soft_terms, normalise_rows
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
    settings = Settings(index=folder / "index")
    build(settings, [folder / "lettre.txt"])
    with Rag.open(settings) as opened:
        yield opened


def found(rag: Rag, question: str, filters: Filters | None = None) -> list[str]:
    result = retrieve.search_passages(
        rag.query(question),
        generation=rag.generation,
        table=embed.open_token_vectors(),
        filters=filters,
    )
    return [
        hit.passage.article.title
        for hit in retrieve.make_hits(result, 10, generation=rag.generation)
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
The factory will lay off 120 workers in spring. The dismissals were announced by the director on Friday, the union says.
""",
    "rathaus.md": """---
title: Neues aus der Stadt
publisher: Nordbote
---
Der Bürgermeister will die Wasserversorgung erneuern. Die Arbeiten an den Leitungen dauern drei Jahre und kosten viel Geld.
""",
    "escuela.md": """---
title: Una noticia
publisher: El Faro
---
La escuela del barrio cerrará en junio por falta de alumnos. Los padres protestaron ayer delante del ayuntamiento.
""",
    "pain.md": """---
title: Le prix du pain
publisher: La Gazette
---
Le boulanger augmente le prix du pain. La farine coûte deux fois plus cher que l'année dernière, dit le syndicat.
""",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """One article in each of four languages."""
    folder = tmp_path_factory.mktemp("mixed")
    for name, text in MIXED.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index")
    build(settings, [folder])
    with Rag.open(settings) as opened:
        assert set(opened.generation.passages_by_language) == {"en", "de", "es", "fr"}
        yield opened


def searched(rag: Rag, question: str) -> tuple[Query, retrieve.RankedPassages]:
    query = rag.query(question)
    return query, retrieve.search_passages(
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
    """Catches translations that never reach the search for words: units asked in the wrong language or field."""
    _, result = searched(mixed, "licenciements")
    titles = [
        hit.passage.article.title
        for hit in retrieve.make_hits(result, 10, generation=mixed.generation)
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
    hits = retrieve.make_hits(result, 10, generation=mixed.generation)
    scores = {hit.passage.article.title: hit.scores["lexical"] for hit in hits}
    assert max(scores, key=scores.__getitem__) == title
    assert scores[title] > 0


def test_the_dense_channel_is_the_best_sentence_in_the_passages_language(mixed: Rag) -> None:
    """Catches sentences compared with another language's vector, and a passage scored by its neighbour's sentences."""
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
    """Catches a rare mistranslation that outweighs the right word, as it would if each counted by its own rarity."""
    total, sizes = 1000, {"en": 600, "fr": 400}
    words = (Word("licenciement", 0, 12, "licenciement"),)
    english = (
        Expansion(0, "fire", "fire", 0.5, 200),
        Expansion(0, "layoff", "layoff", 0.3, 4),
        Expansion(0, "misdirect", "misdirected", 0.1, 1),
    )
    vector = np.zeros(1, np.float32)
    query = Query("", "fr", words, ((),), (False,), vector, {"fr": (), "en": english}, {}, {})
    terms = retrieve.make_query_terms(query, total, sizes)
    assert QueryTerm("words", "licenciement", retrieve.FIELDS["words"]) in terms

    def idf(frequency: float, of: int) -> float:
        return float(np.log1p((of - frequency + 0.5) / (frequency + 0.5)))

    together = idf(sum(match.weight * match.frequency for match in english), sizes["en"])
    boosts = {term.term: term.boost for term in terms if term.field == "stems"}
    assert set(boosts) == {"en:fire", "en:layoff", "en:misdirect"}
    for match in english:  # tantivy multiplies the boost with the term's own idf
        counted = boosts[f"en:{match.unit}"] * idf(match.frequency, total)
        assert counted == pytest.approx(retrieve.FIELDS["stems"] * match.weight * together)


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
    weights = match_soft_terms(asked, vocabulary)
    for row, word in enumerate(asked.astype(np.float64)):
        cosines = np.array(
            [
                word @ v / (np.linalg.norm(word) * np.linalg.norm(v))
                for v in vocabulary.astype(np.float64)
            ]
        )
        near = [
            i for i in np.argsort(-cosines)[: retrieve.NEIGHBOURS] if cosines[i] > retrieve.NEAR
        ]
        shared = np.zeros(50)
        shared[near] = cosines[near] ** 4
        shared /= max(1.0, shared.sum())
        expected = (
            np.where(np.arange(50) == row, 1.0, 0.3 * shared)
            if row < 3
            else min(1.0, 1.2 * cosines.max()) * shared
        )
        assert weights[row] == pytest.approx(expected, abs=1e-3)


def test_unit_keeps_zero_rows() -> None:
    """Catches a division by zero that spreads NaN through the ranking."""
    rows = normalise_rows(np.array([[3, 4], [0, 0]], dtype=np.float16))
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), abs=1e-3)


def test_the_index_folder_is_found_by_path(rag: Rag) -> None:
    """Catches hits whose passages are not slices of their document."""
    for hit in retrieve.make_hits(
        retrieve.search_passages(
            rag.query("phare"), generation=rag.generation, table=embed.open_token_vectors()
        ),
        3,
        generation=rag.generation,
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
        expected[row] = sum(
            weights[name] * (values[row] - np.mean(values)) / np.std(values)
            for name, values in channels.items()
        )
    assert found.rows.tolist() == sorted(expected, key=lambda row: -expected[row])
    assert found.fused == pytest.approx([expected[row] for row in found.rows.tolist()])
    assert found.foreign.tolist() == foreign[found.rows].tolist()
    assert found.scores(0) == pytest.approx(
        {name: values[found.rows[0]] for name, values in channels.items()}
    )


def test_without_variance_a_channel_says_nothing() -> None:
    """Catches a division by zero when all candidates score the same."""
    found = retrieve.fuse(
        np.arange(2), {name: np.ones(2) for name in retrieve.SAME}, np.zeros(2, dtype=bool)
    )
    assert found.fused.tolist() == [0, 0]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """5,000 stories that say nearly the same; one of them is of another day, publisher and language."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "articles").mkdir()
    told = "Port numéro {0}\nLe port de Brisac gagne un quai de {0} mètres.\nOuest Marin / 9 juin 2025\n"
    (folder / "articles" / "many.txt").write_text(
        "".join(told.format(n) for n in range(4999)), encoding="utf-8"
    )
    head = "---\ntitle: A harbour\npublisher: Île Nouvelle\ndate: 2024-02-03\n---\n"
    (folder / "articles" / "one.md").write_text(
        f"{head}\nSomewhere else the port is painted, and gulls watch.\n", encoding="utf-8"
    )
    settings = Settings(index=folder / "index")
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
    """Catches a filter applied after the best have been taken, in either search; a publisher that must be written as is."""
    assert many.generation.manifest["counts"]["articles"] == 5000
    query = many.query("Quel port de Brisac gagne un quai de 12 mètres ?")
    assert found(many, query.text)[0] == "Port numéro 12"
    assert found(many, query.text, filters) == ["A harbour"]
    [row] = retrieve.score_lexical(query, many.generation, filters)
    assert many.generation.passages([row])[0].article.title == "A harbour"
    allowed = many.generation.rows_where(filters)
    assert retrieve._dense(query, many.generation, allowed) == {row}
    assert many.generation.coverage(filters).articles == 1


def test_preferred_articles_come_sooner_and_others_stay(rag: Rag) -> None:
    """Catches a preference that hides articles, or one that does nothing."""
    question = "travaux du port, du phare et du tramway"
    query, table = rag.query(question), embed.open_token_vectors()

    def fused(**options: Filters) -> dict[int, float]:
        result = retrieve.search_passages(query, generation=rag.generation, table=table, **options)
        return dict(zip(result.rows.tolist(), result.fused.tolist(), strict=True))

    plain = fused()
    for day in (datetime.date(2025, 3, 3), datetime.date(2025, 5, 5), datetime.date(2025, 6, 9)):
        preferred = fused(preferred=Filters(day, day))
        assert preferred.keys() == plain.keys()
        dated = {row for row in plain if rag.generation.passages([row])[0].article.date == day}
        assert dated
        assert {row for row in plain if preferred[row] > plain[row]} == dated
        assert list(preferred) == sorted(preferred, key=lambda row: -preferred[row])


def test_articles_just_spoken_of_come_sooner_and_others_stay(rag: Rag) -> None:
    """Catches a follow-up that sees the last answer's article alone, or does not know it from the others."""
    query, table = rag.query("travaux du port, du phare et du tramway"), embed.open_token_vectors()
    plain = retrieve.search_passages(query, generation=rag.generation, table=table)
    article = rag.generation.passages([int(plain.rows[-1])])[0].article.id
    leaning = retrieve.search_passages(
        query, generation=rag.generation, table=table, spoken_of={article}
    )
    assert set(leaning.rows.tolist()) == set(plain.rows.tolist())
    gained = leaning.channels[retrieve.CONVERSATION]
    own = [
        passage.article.id == article for passage in rag.generation.passages(leaning.rows.tolist())
    ]
    assert (
        gained.tolist() == [retrieve.CONVERSATION_BOOST * each for each in own]
        and any(own)
        and not all(own)
    )


class Owners:
    """All that choosing among candidates asks of a generation: (article, group, day) of each row."""

    def __init__(self, *owners: tuple[int, int, int]) -> None:
        self.owners = [Owner(*owner) for owner in owners]

    def owners_of(self, rows: list[int]) -> list[Owner]:
        return [self.owners[row] for row in rows]


def ranked(*scores: float) -> retrieve.RankedPassages:
    """Candidates with these scores; row n is the nth."""
    values = np.array(scores)
    return retrieve.RankedPassages(
        np.arange(len(scores)), values, {"dense": 10 * values}, np.arange(len(scores)) % 2 == 1
    )


def test_a_group_of_reprints_keeps_the_article_with_the_best_passage() -> None:
    """Catches a group that keeps several articles or loses the other passages of the best, and columns that part ways."""
    owners = Owners((0, 0, 5), (1, 0, 2), (2, 2, 1), (0, 0, 5), (1, 0, 2))
    found = retrieve.deduplicate(ranked(5, 4, 3, 2, 1), generation=owners)  # type: ignore[arg-type]
    assert found.rows.tolist() == [0, 2, 3]
    assert found.fused.tolist() == [5, 3, 2]
    assert found.channels["dense"].tolist() == [50, 30, 20]
    assert found.foreign.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("days", "kept"), [((5, 2), 1), ((2, 5), 0), ((0, 5), 1), ((5, 5), 0), ((0, 0), 0)]
)
def test_of_equally_good_reprints_the_earliest_stays(days: tuple[int, int], kept: int) -> None:
    """Catches the last copy shown for the first, and an undated one taken for the oldest."""
    owners = Owners(*((article, 0, day) for article, day in enumerate(days)))
    assert retrieve.deduplicate(ranked(1, 1), generation=owners).rows.tolist() == [kept]  # type: ignore[arg-type]


def test_one_article_does_not_fill_the_page() -> None:
    """Catches slices of one article in all places, and slices that are lost where nothing else was found."""
    owners = Owners(*((0, 0, 0),) * 5, (1, 1, 0), (2, 2, 0))
    order = retrieve.limit_per_article(ranked(7, 6, 5, 4, 3, 2, 1), generation=owners).rows.tolist()  # type: ignore[arg-type]
    assert order == [0, 1, 2, 5, 6, 3, 4]
    assert retrieve.PASSAGES_PER_ARTICLE == 3
    alone = retrieve.limit_per_article(ranked(3, 2, 1, 0), generation=Owners(*((0, 0, 0),) * 4))  # type: ignore[arg-type]
    assert alone.rows.tolist() == [0, 1, 2, 3]


def test_nothing_found_stays_nothing() -> None:
    """Catches an empty answer that ends in a traceback."""
    for choose in (retrieve.deduplicate, retrieve.limit_per_article):
        assert not len(choose(ranked(), generation=Owners()).rows)  # type: ignore[arg-type]
