"""Indexing by all cores: the same as by one, and an error where a worker is gone."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

import numpy as np
import pytest

from rag.errors import IndexProblem
from rag.index import contents as single
from rag.index import workers
from rag.index.generation_files import _count_terms
from rag.models.embedders import load_embedder
from rag.records import Article, Document, Edit

SENTENCES = [
    "The old pier of Marlow was repaired in {n} days, the council's engineers say.",
    "Le phare d’Ouessant n’a été rallumé qu’au bout de {n} 000 heures ; l’été fut long.",
    "Die Wasserversorgung der Straße stand {n} Tage \ud83d\ude00 still. Niemand weiß, warum.",
]


def make_articles() -> list[Article]:
    """Return articles of three languages; the last two share a document with edits."""
    articles = []
    for number in range(7):
        language = ("en", "fr", "de")[number % 3]
        sentence = SENTENCES[number % 3]
        text = "\n\n".join(sentence.format(n=n + number) for n in range(5 + number))
        document = Document(f"{number}.txt", text, "0" * 64, "text/plain", "utf-8")
        end = len(text)
        day = datetime.date(2024, 3, 1 + number) if number % 2 else None
        facts = (f"Title {number}", "P", day, None, language, 0, end, number % 3 == 1)
        articles.append(Article(f"a{number}", document, *facts))
    text = "*One* story.\n\nAnd **another** one, which is empty but for this."
    edits = (Edit(0, 1, ""), Edit(4, 5, ""), Edit(18, 20, ""), Edit(27, 29, ""))
    shared = Document("s.md", text, "1" * 64, "text/markdown", "utf-8", edits=edits)
    articles.append(Article("s1", shared, "One", None, None, None, "en", 0, 13))
    articles.append(Article("s2", shared, "Another", None, None, None, "en", 14, len(text)))
    return articles


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[..., single.Contents]:
    """Return what makes contents by two workers, in blocks of a few articles."""
    monkeypatch.setattr(workers, "MIN_CHARACTERS", 1)
    monkeypatch.setattr(workers, "_BLOCK", 500)
    monkeypatch.setattr(workers, "_count_cores", lambda: 2)

    def make(articles: list[Article], make_contents: Callable = workers.make_contents):
        progress = lambda *_: None  # noqa: E731
        return make_contents(articles, load_embedder(), size=30, old=None, progress=progress)

    return make


def test_workers_make_what_one_process_makes(build: Callable) -> None:
    """Catches blocks that are mixed up, and words, vectors or tokens that are lost between them."""
    articles = make_articles()
    assert len(list(workers._list_blocks(articles))) > 2
    helped = build(articles)
    alone = build(articles, single.make_contents)
    for name in ("documents", "articles", "clusters", "passages", "sentences"):
        assert getattr(helped, name) == getattr(alone, name), name
    assert np.array_equal(helped.vectors, alone.vectors)
    assert helped.vectors.dtype == alone.vectors.dtype
    assert [ids.tolist() for ids in helped.tokens] == [ids.tolist() for ids in alone.tokens]
    assert helped.counted == _count_terms(alone.terms)


def test_stories_of_one_document_are_sent_with_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a mailbox that is sent again with each of its letters."""
    monkeypatch.setattr(workers, "_BLOCK", 1)
    blocks = list(workers._list_blocks(make_articles()[5:]))
    assert [[each.id for each in block] for block in blocks] == [["a5"], ["a6"], ["s1", "s2"]]


@pytest.mark.parametrize("start", ["", "import os; os.kill(os.getpid(), 9)", "print('no pickle')"])
def test_a_worker_that_is_gone_is_an_error(
    build: Callable, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """Catches a build that hangs, or goes on without what a worker was to make."""
    monkeypatch.setattr(workers, "_START", start)
    threads = threading.active_count()
    with pytest.raises(IndexProblem, match="was ended"):
        build(make_articles())
    assert threading.active_count() == threads


def test_few_articles_are_left_to_one_process(build: Callable, monkeypatch) -> None:
    """Catches workers that are started for a few letters."""
    monkeypatch.setattr(workers, "MIN_CHARACTERS", 1_000_000)
    monkeypatch.setattr(workers, "_START", "")
    assert build(make_articles()).counted is None
