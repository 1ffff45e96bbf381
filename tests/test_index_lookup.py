"""What is looked up without a question: excerpts, names, the state of an index."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.errors import UsageError
from rag.index.generation_files import Contents
from rag.index.generations import open_generation, write_generation
from rag.index.index_folder import lock_index
from rag.index.lookup import (
    describe_coverage,
    describe_index,
    find_by_reference,
    find_excerpt,
)
from rag.records import Article, Coverage, Document, Filters, Passage, Span

if TYPE_CHECKING:
    from pathlib import Path

DAYS = (datetime.date(2025, 3, 4), None)
ABOUT = {"fingerprint": "f", "model": "m", "sources": ["s"], "root": "/r"}


def article(number: int) -> Article:
    """An article of fifty characters."""
    text = "x" * 50
    document = Document(f"{number}.txt", text, "0" * 64, "text/plain")
    return Article(f"a{number}", document, "T", f"P{number}", DAYS[number], None, "fr", 0, 50)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles; the first has passages 0-10, 10-20, 25-30 and 30-40."""
    articles = [article(0), article(1)]
    spans = [(0, 0, 10), (0, 10, 20), (0, 25, 30), (0, 30, 40), (1, 0, 50)]
    passages = [
        Passage(f"b{n}", articles[a], start, end) for n, (a, start, end) in enumerate(spans)
    ]
    contents = Contents(
        documents=[one.document for one in articles],
        articles=articles,
        clusters=[0, 1],
        passages=passages,
        sentences=[[]] * len(passages),
        tokens=[],
        vectors=np.zeros((0, 4), np.float16),
        terms=iter(()),
    )
    folder = tmp_path_factory.mktemp("lookup") / "index"
    with lock_index(folder):
        write_generation(folder, contents, about=ABOUT)
    return folder


@pytest.mark.parametrize(
    ("cited", "neighbours", "expected"),
    [
        (Span(12, 15), 0, Span(10, 20)),
        (Span(10, 20), 0, Span(10, 20)),  # its neighbours only touch it
        (Span(9, 10), 0, Span(0, 10)),
        (Span(9, 11), 0, Span(0, 20)),
        (Span(20, 25), 0, Span(0, 10)),  # between two passages: the beginning
        (Span(26, 27), 1, Span(10, 40)),
        (Span(0, 1), 1, Span(0, 20)),  # nothing before the first
        (Span(35, 36), 9, Span(0, 40)),
    ],
)
def test_an_excerpt_is_the_passages_that_overlap_the_citation(
    index: Path, cited: Span, neighbours: int, expected: Span
) -> None:
    """Catches ``<=`` for ``<`` at either end, and neighbours that wrap around to the last."""
    found, span = find_excerpt(index, "a0", cited, neighbours=neighbours)
    assert (found, span) == (article(0), expected)


def test_what_is_not_there_has_a_way_out(index: Path) -> None:
    """Catches a None that travels on."""
    with pytest.raises(UsageError, match="no article a9 any more"):
        find_excerpt(index, "a9", Span(0, 1))
    with pytest.raises(UsageError, match="no article or passage has the id c"):
        find_by_reference(index, "c")
    assert find_by_reference(index, "a1") == article(1)


def test_the_state_of_an_index(index: Path) -> None:
    """Catches a field that is missing or another one's, and sizes of files that are not its own."""
    with open_generation(index) as generation:
        name, created = generation.name, generation.manifest["created"]
    files = [path for path in (index / name).rglob("*") if path.is_file()]
    state = describe_index(index)
    assert list(state.items()) == [
        ("index", str(index)),
        ("generation", name),
        ("created", created),
        (
            "counts",
            {"documents": 2, "articles": 2, "passages": 5, "sentences": 0, "publishers": 2},
        ),
        ("from", "2025-03-04"),
        ("to", "2025-03-04"),
        ("publishers", {"P0": 1, "P1": 1}),
        ("languages", {"fr": 2}),
        (
            "lacking",
            {
                "day": {"articles": 1, "paths": ["1.txt"]},
                "publisher": {"articles": 0, "paths": []},
            },
        ),
        ("skipped", {}),
        ("sources", ["s"]),
        ("root", "/r"),
        ("model", "m"),
        ("fingerprint", "f"),
        ("bytes", sum(path.stat().st_size for path in files)),
        ("warnings", []),
    ]


def test_coverage_with_and_without_filters(index: Path) -> None:
    """Catches a refusal that says how much it read of another index, or hides that it was a
    part."""
    day = DAYS[0]
    with open_generation(index) as generation:
        assert describe_coverage(generation, Filters()) == Coverage(2, day, day, 2)
        filters = Filters(publishers=("p1",))
        assert describe_coverage(generation, filters) == Coverage(1, None, None, 1, indexed=2)
