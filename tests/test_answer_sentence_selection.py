"""Sentences chosen by the reader: which are quoted, and when none is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from rag import search
from rag.answer import choosing
from rag.answer.choosing import Choice
from rag.answer.quotation_spans import Candidate
from rag.answer.sentence_selection import (
    CONFIDENCE_THRESHOLD,
    find_unheard_names,
    format_context,
    format_sentence,
    select_sentences,
)
from rag.models import embedders
from rag.models.reader import Reading
from rag.pipeline import Rag, build
from rag.reading.passages import format_header
from rag.records import Article, Document, Hit, Passage, Span
from rag.settings.schema import Settings

STORY = """---
title: Le phare de Kermor rallumé
publisher: Ouest Marin
date: 2025-03-03
---

Le phare de Kermor a été rallumé après trois ans de travaux.

Le chantier a coûté 4,2 millions d'euros. Il a employé trente maçons. La gardienne Maëlle Riou s'en réjouit.

Maëlle Riou
"""
LIMIT = float(np.log(CONFIDENCE_THRESHOLD / (1 - CONFIDENCE_THRESHOLD)))


class ScriptedReader:
    """Gives each sentence the score of the first key that stands in it; -9 to all others."""

    def __init__(self, scores: Mapping[str, float], *, deep: bool = True) -> None:
        self.scores = scores
        self.deep = deep
        self.asked: list[tuple[str, Sequence[Sequence[str]], Sequence[str]]] = []

    def read(
        self, question: str, passages: Sequence[Sequence[str]], contexts: Sequence[str]
    ) -> list[Reading]:
        self.asked.append((question, passages, contexts))
        return [
            Reading(
                np.array([self.score(text) for text in sentences], np.float32),
                0.0,
                [None] * len(sentences),
                self.deep,
            )
            for sentences in passages
        ]

    def score(self, text: str) -> float:
        return next((score for key, score in self.scores.items() if key in text), -9.0)


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "phare.md").write_text(STORY, encoding="utf-8")
    settings = Settings(index=folder / "index", reader="off")
    build(settings, [folder / "phare.md"])
    with Rag.open(settings) as opened:
        yield opened


def chosen(rag: Rag, question: str, reader: ScriptedReader, budget: int = 60) -> Choice:
    query = rag.query(question)
    return select_sentences(query, candidates(rag, question), reader=reader, budget=budget)


def candidates(rag: Rag, question: str) -> list[Candidate]:
    result = search.search_passages(
        rag.query(question), generation=rag.generation, table=embedders.open_token_vectors()
    )
    hits = search.make_hits(result, 5, generation=rag.generation)
    return choosing.list_candidates(hits, result.rows.tolist(), generation=rag.generation)


def quoted(choice: Choice) -> list[str]:
    return [quotation.text for quotation in choice.quotations]


QUESTION = "Combien a coûté le chantier du phare ?"


def test_the_reader_is_told_question_sentences_and_article(rag: Rag) -> None:
    """Catches sentences of two passages mixed, a headline or a day that the reader never sees."""
    reader = ScriptedReader({"4,2": 3.0})
    chosen(rag, QUESTION, reader)
    [(question, passages, contexts)] = reader.asked
    assert question == QUESTION
    assert "Le chantier a coûté 4,2 millions d'euros." in [
        text for each in passages for text in each
    ]
    assert set(contexts) == {"Le phare de Kermor rallumé · Ouest Marin · 2025-03-03"}


def test_one_sentence_is_enough_where_there_is_no_doubt(rag: Rag) -> None:
    """Catches a neighbour quoted beside the sentence that answers."""
    choice = chosen(rag, QUESTION, ScriptedReader({"4,2": 5.0, "trente": 1.0}))
    assert quoted(choice) == ["Le chantier a coûté 4,2 millions d'euros."]
    assert choice.status == "answered"


def test_two_are_quoted_where_either_may_answer(rag: Rag) -> None:
    """Catches doubt that the reader has and the page does not show."""
    choice = chosen(rag, QUESTION, ScriptedReader({"4,2": 2.0, "gardienne": 1.9}))
    assert len(" ".join(quoted(choice)).split("gardienne")) == 2
    assert "4,2" in " ".join(quoted(choice))


@pytest.mark.parametrize(
    ("score", "status"), [(LIMIT - 0.01, "not_in_sources"), (LIMIT + 0.01, "answered")]
)
def test_nothing_is_quoted_where_none_is_likelier(rag: Rag, score: float, status: str) -> None:
    """Catches a limit that moved, and quotations under a refusal."""
    choice = chosen(rag, QUESTION, ScriptedReader({"4,2": score}))
    assert choice.status == status
    assert bool(choice.quotations) == (status == "answered")
    assert "4,2" in choice.top_sentences[0].text  # the nearest is shown all the same


def test_a_headline_and_a_name_alone_are_never_quoted(rag: Rag) -> None:
    """Catches the byline quoted, and the headline that its citation shows anyway."""
    reader = ScriptedReader({"4,2": 0.5, "gardienne": 0.4, "Maëlle Riou": 9.0, "rallumé": 9.0})
    choice = chosen(rag, "Qui se réjouit ?", reader)
    assert "Maëlle Riou" not in quoted(choice)
    assert "Le phare de Kermor rallumé" not in quoted(choice)


@pytest.mark.parametrize(
    ("title", "is_read_as"),
    [("Le bac vendu à Kermor", "Le bac vendu à Kermor."), ("Un bac ?", "Un bac ?")],
)
def test_a_title_that_is_a_whole_article_is_read_as_a_sentence(title: str, is_read_as: str) -> None:
    """Catches a title that the reader takes for a headline, of which it never answers; two marks at its end."""
    document = Document("a.md", title, "", "text/plain")
    article = Article("a", document, title, None, None, None, "fr", 0, len(title))
    hit = Hit(Passage("a", article, 0, len(title)), 0.0)
    span = Span(0, len(title))
    tokens = np.zeros(0, np.uint16)
    assert (
        format_sentence(Candidate(hit, 0, 0, span, tokens, np.zeros(4, np.float32))) == is_read_as
    )


def test_what_the_upper_layers_did_not_read_comes_after_what_they_did(rag: Rag) -> None:
    """Catches the scores of two heights compared as if they were of one."""
    choice = chosen(rag, QUESTION, ScriptedReader({"4,2": 5.0}, deep=False))
    assert choice.status == "not_in_sources"


def test_names_that_stand_nowhere_are_named(rag: Rag) -> None:
    """Catches a name of the articles called missing, and one of no article passed over."""
    assert find_unheard_names(rag.query("Que dit Maëlle Riou de Brisac ?")) == ["Brisac"]
    assert find_unheard_names(rag.query("Que dit Maëlle Riou du phare de Kermor ?")) == []


def test_nothing_to_read_answers_nothing(rag: Rag) -> None:
    """Catches an error where no passage was found."""
    reader = ScriptedReader({})
    assert select_sentences(rag.query("?"), [], reader=reader, budget=60).status == "not_in_sources"
    assert chosen(rag, "🪁🪁🪁", reader).status == "not_in_sources"
    assert reader.asked == []


def test_an_article_without_a_day_or_publisher_is_described_by_its_title(rag: Rag) -> None:
    """Catches "None" read as a publisher."""
    [article] = rag.articles()
    from dataclasses import replace

    assert format_header(replace(article, publisher=None, date=None)) == article.title


@pytest.mark.parametrize(
    ("title", "text", "context"),
    [
        ("Le moulin tourne", "Le moulin tourne. Il pleut.", "Ouest"),
        ("Le moulin de la baie…", "Le moulin de la baie tourne depuis 1890.", "Ouest"),
        ("Le moulin tourne", "Le moulin tourne\n\nIl pleut.", "Le moulin tourne · Ouest"),
        ("Le moulin", "Il pleut. Le moulin tourne.", "Le moulin · Ouest"),
    ],
)
def test_a_title_that_is_the_beginning_of_the_text_is_not_told_to_the_reader(
    title: str, text: str, context: str
) -> None:
    """Catches a note of one sentence that is refused, read below itself; a headline that is left out."""
    document = Document("a.txt", text, "", "text/plain")
    article = Article("a", document, title, "Ouest", None, None, "fr", 0, len(text))
    assert format_context(article) == context
