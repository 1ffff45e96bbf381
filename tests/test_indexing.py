"""Articles into passages, vectors, token ids and terms that belong to one another."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from rag import embed, indexing, tokens
from rag.records import Article, Document, content_id
from rag.split import header

TEXTS = (
    "Le phare de Kermor rallumé\n\nLe phare de Kermor a été rallumé. Le chantier a coûté 4,2 millions d'euros.\n",
    "A tram for Valbois\n\nThe town of Valbois will open a tram line. It will have 18 stations.\n\n" + "It is long. " * 80,
)


def article(text: str, language: str) -> Article:
    document = Document(f"{language}.txt", text, "0" * 64, "text/plain")
    title = text.partition("\n")[0]
    day = datetime.date(2025, 3, 3)
    return Article(content_id(text), document, title, "Ouest Marin", day, None, language, 0, len(text))


@pytest.fixture(scope="module")
def made() -> indexing.Contents:
    articles = [article(TEXTS[0], "fr"), article(TEXTS[1], "en")]
    return indexing.contents(articles, embed.load(), size=60, old=None, progress=lambda *_: None)


def test_every_sentence_has_its_vector_and_half_of_its_passages(made: indexing.Contents) -> None:
    """Catches vectors a row off, a passage's vector without its headline, rows that are not of length 1."""
    embedder, row = embed.load(), 0
    for passage, spans in zip(made.passages, made.sentences, strict=True):
        text = passage.article.document.text
        whole = embedder.passages([f"{header(passage.article)}\n{passage.text}"])[0]
        for start, end in spans:
            slow = embedder.passages([text[start:end]])[0] + indexing.CONTEXT * whole
            assert made.vectors[row] == pytest.approx(slow / np.linalg.norm(slow), abs=2e-3)
            assert made.tokens[row].tolist() == tokens.shipped().encode(text[start:end])
            row += 1
    assert row == len(made.vectors) == len(made.tokens) > 8


def test_headline_publisher_and_date_are_terms_but_not_text(made: indexing.Contents) -> None:
    """Catches a publisher that cannot be searched for, one that can be quoted, and French stemmed as English."""
    stems: dict[str, set[str]] = {"fr": set(), "en": set()}
    for document, passage in zip(made.terms, made.passages, strict=True):
        assert {"ouest", "marin", "2025"} <= set(document.title)
        assert "Ouest Marin" not in passage.text
        assert len(document.words) == len(document.stems)
        assert document.day == datetime.date(2025, 3, 3).toordinal()
        stems[document.language] |= set(document.stems)
    assert tokens.stem("stations", "en") in stems["en"]
    assert tokens.stem("rallume", "fr") in stems["fr"]
