"""Articles into passages, vectors, token ids and terms that belong to one another."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from rag.index.contents import CONTEXT, make_contents
from rag.index.generation_files import Contents
from rag.models import embedders as embed
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.models.lexicon import find_stems
from rag.reading.passages import format_header
from rag.records import Article, Document, content_id
from rag.text.words import find_words

TEXTS = (
    "Le phare de Kermor rallumé\n\nLe phare de Kermor a été rallumé. Le chantier a coûté 4,2 millions d'euros.\n",
    "A tram for Valbois\n\nThe town of Valbois will open a tram line. It will have 18 stations.\n\n"
    + "It is long. " * 80,
)


def article(text: str, language: str) -> Article:
    document = Document(f"{language}.txt", text, "0" * 64, "text/plain")
    title = text.partition("\n")[0]
    day = datetime.date(2025, 3, 3)
    return Article(
        content_id(text), document, title, "Ouest Marin", day, None, language, 0, len(text)
    )


@pytest.fixture(scope="module")
def made() -> Contents:
    articles = [article(TEXTS[0], "fr"), article(TEXTS[1], "en")]
    return make_contents(
        articles, embed.load_embedder(), size=60, old=None, progress=lambda *_: None
    )


def test_every_sentence_has_its_vector_and_half_of_its_passages(made: Contents) -> None:
    """Catches vectors a row off, a passage's vector without its headline, rows that are not of length 1."""
    embedder, row = embed.load_embedder(), 0
    for passage, spans in zip(made.passages, made.sentences, strict=True):
        text = passage.article.document.text
        whole = embedder.passages([f"{format_header(passage.article)}\n{passage.text}"])[0]
        for start, end in spans:
            slow = embedder.passages([text[start:end]])[0] + CONTEXT * whole
            assert made.vectors[row] == pytest.approx(slow / np.linalg.norm(slow), abs=2e-3)
            assert made.tokens[row].tolist() == tokens.get_tokenizer().encode(text[start:end])
            row += 1
    assert row == len(made.vectors) == len(made.tokens) > 8


def test_headline_publisher_and_date_are_terms_but_not_text(made: Contents) -> None:
    """Catches a publisher that cannot be searched for, one that can be quoted, and a row of another passage."""
    for row, (document, passage) in enumerate(zip(made.terms, made.passages, strict=True)):
        language = passage.article.language
        named = {
            f"{language}:{unit}"
            for word in ("ouest", "marin", "2025")
            for unit in find_stems(word, language)
        }
        assert (document.row, document.language, document.publisher) == (
            row,
            language,
            "Ouest Marin",
        )
        assert named <= set(document.title)
        assert "Ouest Marin" not in passage.text
        assert document.words == [word.term for word in find_words(passage.text)]
        assert document.day == datetime.date(2025, 3, 3).toordinal()


def test_every_word_is_indexed_by_its_units_in_its_language() -> None:
    """Catches French stemmed as English, units that two languages share, accents and parts of compounds left out."""
    texts = {
        "fr": "Un phare rallumé\n\nLes stations fermées.\n",
        "de": "Das Werk\n\nDie Wasserversorgung steht.\n",
    }
    articles = [article(text, language) for language, text in texts.items()]
    contents = make_contents(
        articles, embed.load_embedder(), size=60, old=None, progress=lambda *_: None
    )
    documents = list(contents.terms)
    french, german = (document.stems for document in documents)
    assert {
        f"fr:{stem}" for word in ("stations", "fermées") for stem in find_stems(word, "fr")
    } <= set(french)
    assert {
        f"de:{find_stems(word, 'de')[0]}"
        for word in ("wasserversorgung", "wasser", "versorgung", "steht")
    } <= set(german)
    assert {unit.partition(":")[0] for unit in french} == {"fr"}
    for document, passage in zip(documents, contents.passages, strict=True):
        language = passage.article.language
        slow = [
            f"{language}:{u}"
            for word in find_words(passage.text)
            for u in lexicon.get_lexicon().units(word.form, language)
        ]
        assert document.stems == slow
