"""Indexing by all cores: the same as by one, and an error where a worker is gone."""

from __future__ import annotations

import datetime
import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.errors import IndexProblem
from rag.index import workers
from rag.index.blocks import Block, BlockMaker
from rag.index.worker_wire import make_making_task
from rag.models.embedders import load_embedder
from rag.records import Article, Document, Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

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
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers for a few articles."""
    monkeypatch.setattr(workers, "MIN_CHARACTERS", 1)
    monkeypatch.setattr(workers, "count_cores", lambda: 2)


def make_blocks(articles: list[Article]) -> list[list[Article]]:
    """Blocks of a document or two."""
    by_document: dict[str, list[Article]] = {}
    for article in articles:
        by_document.setdefault(article.document.path, []).append(article)
    documents = list(by_document.values())
    return [*documents[:2], [*documents[2], *documents[3]], *documents[4:]]


def list_arrays(block: Block) -> list[list[object]]:
    """All numbers of a block."""
    arrays = [block.vectors, *block.fingerprints]
    arrays += [np.array(part) for terms in block.terms.values() for part in terms]
    arrays += [ids for cut in block.cuts for ids in cut.tokens]
    return [array.tolist() for array in arrays]


def test_workers_make_what_one_process_makes() -> None:
    """Catches blocks that are mixed up, and words, vectors or tokens that are lost between them."""
    blocks = make_blocks(make_articles())
    maker = BlockMaker(load_embedder(), 30)
    alone = list(maker.make_all(blocks))
    with workers.Workers(2, make_making_task(30)) as some:
        helped = list(some.make_all(iter(blocks)))
        counts = some.count_words()
    assert [articles for articles, _ in helped] == [articles for articles, _ in alone] == blocks
    for (_, ours), (_, theirs) in zip(helped, alone, strict=True):
        for cut, other in zip(ours.cuts, theirs.cuts, strict=True):
            assert (cut.passages, cut.sentences) == (other.passages, other.sentences)
        assert list_arrays(ours) == list_arrays(theirs)
        assert ours.vectors.dtype == theirs.vectors.dtype
    assert counts == maker.count_words()


def test_blocks_are_asked_for_as_they_are_needed() -> None:
    """Catches articles that are all read before the first block is made."""
    given = []

    def give() -> Iterator[list[Article]]:
        for block in make_blocks(make_articles()) * 4:
            given.append(block)
            yield block

    with workers.Workers(2, make_making_task(30)) as some:
        for done, _ in enumerate(some.make_all(give())):
            assert len(given) <= done + 6
    assert len(given) == 28


@pytest.mark.parametrize("start", ["", "import os; os.kill(os.getpid(), 9)", "print('no pickle')"])
def test_a_worker_that_is_gone_is_an_error(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    """Catches a build that hangs, or goes on without what a worker was to make."""
    monkeypatch.setattr(workers, "_START", start)
    threads = threading.active_count()
    with (
        pytest.raises(IndexProblem, match="was ended"),
        workers.Workers(2, make_making_task(30)) as some,
    ):
        list(some.make_all(make_blocks(make_articles())))
    assert threading.active_count() == threads


@pytest.mark.usefixtures("_few")
def test_few_articles_and_other_models_are_left_to_one_process(monkeypatch) -> None:
    """Catches workers that are started for a few letters, or for a model that they have not."""
    assert workers.count_workers(1, load_embedder()) == 2
    assert workers.count_workers(1, object()) == 0
    monkeypatch.setattr(workers, "MIN_CHARACTERS", 2)
    assert workers.count_workers(1, load_embedder()) == 0


def test_one_core_is_no_reason_for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a process that is started to do what this one could."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3}, raising=False)
    assert workers.count_cores() == 0
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(99)), raising=False)
    assert workers.count_cores() == 8
