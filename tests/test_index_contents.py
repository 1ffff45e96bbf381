"""Articles into passages, vectors, token ids and terms that belong to one another."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.index import sentence_vectors
from rag.index.contents import make_contents
from rag.index.embedding import CONTEXT, CutPassage
from rag.index.generation_files import Contents
from rag.index.generations import open_generation, write_generation
from rag.index.index_folder import lock_index
from rag.index.sentence_vectors import PASSAGES_PER_BLOCK, make_vectors
from rag.index.taken_over import CutArticle
from rag.models import embedders as embed
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.models.lexicon import find_stems
from rag.reading.passages import format_searched_header
from rag.records import Article, Document, Passage, Span, content_id
from rag.text.words import find_words

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.held_generation import Generation

TEXTS = (
    "Le phare de Kermor rallumé\n\nLe phare de Kermor a été rallumé. "
    + "Le chantier a coûté 4,2 millions d'euros.\n",
    "A tram for Valbois\n\nThe town of Valbois will open a tram line. It will have 18 stations.\n\n"
    + "It is long. " * 80,
)


def article(text: str, language: str) -> Article:
    document = Document(f"{language}.txt", text, "0" * 64, "text/plain")
    title = text.partition("\n")[0]
    day = datetime.date(2025, 3, 3)
    return Article(
        content_id(text),
        document,
        title,
        "Ouest Marin",
        day,
        None,
        language,
        0,
        len(text),
        section="Brèves",
    )


@pytest.fixture(scope="module")
def made() -> Contents:
    articles = [article(TEXTS[0], "fr"), article(TEXTS[1], "en")]
    return make_contents(
        articles, embed.load_embedder(), size=60, old=None, progress=lambda *_: None
    )


def test_every_sentence_has_its_vector_and_half_of_its_passages(made: Contents) -> None:
    """Catches vectors a row off, a passage's vector without its headline, rows that are not of
    length 1."""
    embedder, row = embed.load_embedder(), 0
    for passage, spans in zip(made.passages, made.sentences, strict=True):
        text = passage.article.document.text
        header = format_searched_header(passage.article)
        whole = embedder.passages([f"{header}\n{passage.text}"])[0]
        for start, end in spans:
            slow = embedder.passages([text[start:end]])[0] + CONTEXT * whole
            assert made.vectors[row] == pytest.approx(slow / np.linalg.norm(slow), abs=2e-3)
            assert made.tokens[row].tolist() == tokens.get_tokenizer().encode(text[start:end])
            row += 1
    assert row == len(made.vectors) == len(made.tokens) > 8


def test_headline_publisher_and_date_are_terms_but_not_text(made: Contents) -> None:
    """Catches a publisher that cannot be searched for, one that can be quoted, and a row of another
    passage."""
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
    """Catches French stemmed as English, units that two languages share, accents and parts of
    compounds left out."""
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


@pytest.mark.parametrize("count", [255, 256, 257])
def test_blocks_of_passages_leave_none_out(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Catches a passage at the end of a block that is embedded twice, or not at all."""
    assert PASSAGES_PER_BLOCK == 256
    embedder = embed.load_embedder()
    one = article("Text.", "en")
    passages = [Passage(f"p{n}", one, 0, 5) for n in range(count)]
    blocks: list[int] = []

    def embed_block(some: list[CutPassage], _: object) -> list[NDArray[np.float32]]:
        blocks.append(len(some))
        numbers = [int(each.passage.id[1:]) for each in some]
        return [np.full((1, embedder.dimension), number, np.float32) for number in numbers]

    monkeypatch.setattr(sentence_vectors, "embed_passages", embed_block)
    reports: list[tuple[str, int, int]] = []
    ids = np.zeros(1, np.uint16)
    cut = CutArticle(passages, [[Span(0, 5)]] * count, [ids] * count, [-1] * count)
    vectors = make_vectors([cut], embedder, None, lambda *report: reports.append(report))
    assert vectors[:, 0].tolist() == list(range(count))
    assert blocks == ([256, 1] if count > 256 else [count])
    assert reports[-1] == ("embed", count, count)
    assert len(reports) == len(blocks) + 1


def test_only_what_changed_is_embedded_again(tmp_path: Path) -> None:
    """Catches an unchanged article that is embedded again, and vectors of another passage."""
    old_articles = [article(TEXTS[0], "fr"), article(TEXTS[1], "en")]
    embedder = embed.load_embedder()

    def make(articles: list[Article], old: Generation | None, done: list[int]) -> Contents:
        def progress(stage: str, count: int, total: int) -> None:
            if stage == "embed":
                done.append(total)

        return make_contents(articles, embedder, size=60, old=old, progress=progress)

    first_total: list[int] = []
    first = make(old_articles, None, first_total)
    with lock_index(tmp_path):
        write_generation(
            tmp_path, first, about={"root": "", "sources": [], "model": "m", "fingerprint": "f"}
        )
    new = article(TEXTS[0].replace("rallumé", "éteint"), "fr")
    with open_generation(tmp_path) as old:
        total: list[int] = []
        second = make([new, old_articles[1]], old, total)
    fresh = make([new, old_articles[1]], None, [])
    assert set(first_total) == {len(first.passages)}
    assert set(total) == {sum(passage.article.id == new.id for passage in second.passages)}
    np.testing.assert_array_equal(second.vectors, fresh.vectors)
