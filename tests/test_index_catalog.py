"""Documents, articles and passages come back from disk as they went in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexDamaged, UsageError
from rag.index import catalog
from rag.index.catalog_tables import summarise_rows
from rag.index.catalog_writing import make_article_row, write_catalog
from rag.records import Article, Coverage, Document, Filters, Passage, content_id

OPEN: list[catalog.Catalog] = []


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    """Let go of every database that a test has opened."""
    yield
    while OPEN:
        OPEN.pop().close()


class Stored(catalog.Catalog):
    """A catalog whose files need no check; it counts what is opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {})
        self.opened: list[str] = []
        OPEN.append(self)

    def check(self, name: str) -> Path:
        self.opened.append(name)
        return super().check(name)


def stored(
    folder: Path,
    articles: list[Article],
    passages: list[Passage],
    clusters: list[int] | None = None,
) -> Stored:
    """Write, then open."""
    documents = list({id(article.document): article.document for article in articles}.values())
    write_catalog(
        folder,
        documents,
        articles,
        passages,
        range(len(articles)) if clusters is None else clusters,
    )
    return Stored(folder)


def story(text: str = "One. Two.", path: str = "a.txt", **facts: object) -> Article:
    """An article that is its whole document."""
    known: dict[str, object] = {
        "title": "T",
        "publisher": None,
        "date": None,
        "url": None,
        "language": "fr",
    } | facts
    key = content_id(text, *known.values())
    return Article(
        key, Document(path, text, "0" * 64, "text/plain"), start=0, end=len(text), **known
    )  # type: ignore[arg-type]


def passage(article: Article, start: int, end: int) -> Passage:
    """A passage with the id that splitting gives it."""
    return Passage(content_id(article.id, start, end), article, start, end)


ANY = st.text(st.characters(exclude_categories=()), max_size=20)
MAYBE = st.none() | ANY


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(
        st.tuples(ANY, ANY, MAYBE, MAYBE, st.none() | st.dates(), st.integers(0, 3)), max_size=5
    ),
    media=st.sampled_from(["text/plain", "text/markdown"]),
)
def test_every_record_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, texts, media: str
) -> None:
    """Catches lost surrogates, NULs, line endings, "" turned into None, dates off by one, passages
    of the neighbour."""
    articles, passages = [], []
    for n, (text, title, publisher, url, date, count) in enumerate(texts):
        document = Document(f"{n}{title}", text + "x" * 10, f"{n:064}", media, "cp1252")
        article = Article(
            content_id(n, text), document, title, publisher, date, url, "fr", 0, len(text) + 10
        )
        article = replace(article, section=publisher and f"{publisher} {n}")
        articles.append(article)
        passages += [passage(article, start, len(text) + 5) for start in range(count)]
    found = stored(tmp_path_factory.mktemp("catalog"), articles, passages)
    assert found.passages(range(len(passages))) == passages
    assert found.passages(reversed(range(len(passages)))) == passages[::-1]
    for row, article in zip(found.articles(), articles, strict=True):
        document = article.document
        assert found.document(document.path) == document
        rows = found.article_rows(article.id)
        assert row.passages == len(rows)
        assert [passages[n].article.id for n in rows] == [article.id] * len(rows)
        facts = (
            article.id,
            document.path,
            article.title,
            article.publisher,
            article.date,
            article.url,
            article.section,
            article.language,
        )
        assert row[1:] == (*facts, article.start, article.end, len(rows))
    found.close()


def test_a_document_is_read_once_and_only_when_asked_for(tmp_path: Path) -> None:
    """Catches one copy of a long text per passage, and a list of articles that reads all texts."""
    one = story()
    found = stored(tmp_path, [one], [passage(one, 0, 4), passage(one, 5, 9)])
    assert found.opened == []
    assert [row.title for row in found.articles()] == ["T"]
    assert found._documents == {}
    first, second = found.passages([0, 1])
    assert first.article is second.article
    assert found.opened == [catalog.DATABASE]


NINTH = datetime.date(2025, 12, 9)
TENTH = NINTH + datetime.timedelta(1)


@pytest.fixture
def dated(tmp_path: Path) -> Stored:
    """Three articles with passages 0 1 | 2 | 3, the last one undated."""
    facts = [
        {"publisher": "Le Monde", "date": NINTH, "language": "fr"},
        {"publisher": "ÉCHO", "date": TENTH, "language": "de"},
        {"publisher": None, "date": None, "language": "fr"},
    ]
    articles = [story(path=f"{n}.txt", **fact) for n, fact in enumerate(facts)]
    a, b, c = articles
    return stored(
        tmp_path, articles, [passage(a, 0, 4), passage(a, 5, 9), passage(b, 0, 9), passage(c, 0, 9)]
    )


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, None),
        ({"since": NINTH}, [0, 1, 2]),
        ({"since": TENTH}, [2]),
        ({"until": NINTH}, [0, 1]),
        ({"since": TENTH, "until": NINTH}, []),
        ({"publishers": ["LE MONDE"]}, [0, 1]),
        ({"publishers": ["echo", "le monde"]}, [0, 1, 2]),
        ({"languages": ["fr"]}, [0, 1, 3]),
        ({"languages": ["fr"], "publishers": ["le monde"], "until": TENTH}, [0, 1]),
        ({"languages": ["xx", "\udcff"]}, []),
        ({"publishers": ["\udcff"]}, []),
    ],
)
def test_rows_where(dated: Stored, filters, wanted: list[int] | None) -> None:
    """Catches undated articles in a range, and None (everything) confused with nothing."""
    rows = dated.rows_where(Filters(**filters))
    assert (rows if rows is None else rows.tolist()) == wanted


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(), (3, NINTH, TENTH, 2)),
        (Filters(since=TENTH), (1, TENTH, TENTH, 1)),
        (Filters(languages=("fr",)), (2, NINTH, NINTH, 1)),
        (Filters(publishers=("écho", "nobody")), (1, TENTH, TENTH, 1)),
        (Filters(since=TENTH, until=NINTH), (0, None, None, 0)),
        (Filters(publishers=("\udcff",)), (0, None, None, 0)),
    ],
)
def test_coverage(dated: Stored, filters: Filters, wanted: tuple[object, ...]) -> None:
    """Catches an undated article that makes the first day 0, a publisher of nothing, passages
    counted as articles."""
    assert dated.coverage(filters) == Coverage(*wanted)  # type: ignore[arg-type]


def test_the_languages_of_passages(dated: Stored) -> None:
    """Catches languages in another order than the rows asked for."""
    assert dated.languages([3, 2, 0]) == ["fr", "de", "fr"]
    assert dated.languages([]) == []


def test_find_by_the_first_digits_of_an_id(dated: Stored) -> None:
    """Catches ids compared in full, ambiguity settled by chance, and SQL wildcards in what the user
    typed."""
    one = dated.passages([2])[0]
    assert dated.find_by_id_prefix(one.id) == one
    assert dated.find_by_id_prefix(one.id[:9].upper()) == one
    assert dated.find_by_id_prefix(one.article.id) == one.article
    for nothing in ("", "%", "*", "zz", "0" * 13, "é", "\ud800"):
        assert dated.find_by_id_prefix(nothing) is None


def test_ambiguous_ids_are_listed(tmp_path: Path) -> None:
    """Catches the first of several being taken."""
    one = story()
    passages = [Passage("abc123" + digit * 6, one, 0, 4) for digit in "123"]
    with pytest.raises(UsageError, match="abc123111111, abc123222222, abc123333333"):
        stored(tmp_path, [one], passages).find_by_id_prefix("abc123")


def test_the_same_story_in_two_files_is_one_id(tmp_path: Path) -> None:
    """Catches equal content being called ambiguous, and passages counted to the wrong file."""
    copies = [story(path="a.txt"), story(path="b.txt")]
    assert copies[0].id == copies[1].id
    found = stored(tmp_path, copies, [passage(copies[0], 0, 9), passage(copies[1], 0, 9)])
    assert found.find_by_id_prefix(copies[0].id) == copies[0]
    assert found.article_rows(copies[0].id) == range(0, 1)
    assert [each.article.document.path for each in found.passages([0, 1])] == ["a.txt", "b.txt"]
    assert list(found.article_rows("unknown")) == []
    with pytest.raises(KeyError):
        found.document("c.txt")


def test_passages_out_of_order_are_refused(tmp_path: Path) -> None:
    """Catches passages silently given to another article."""
    one, two = story(path="a.txt"), story("Three.", path="b.txt")
    with pytest.raises(ValueError, match="passage 1 belongs to no article"):
        stored(tmp_path, [one, two], [passage(two, 0, 4), passage(one, 0, 4)])


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Catches sqlite3's errors reaching the user."""
    (tmp_path / catalog.DATABASE).write_bytes(b"SQLite format 3\x00 but not really" * 100)
    with pytest.raises(IndexDamaged):
        Stored(tmp_path).find_by_id_prefix("abc")


def test_a_folder_with_a_difficult_name(tmp_path: Path) -> None:
    """Catches a path put into a URI without quoting."""
    folder = tmp_path / "a?b#c%20d é"
    folder.mkdir()
    one = story()
    assert stored(folder, [one], [passage(one, 0, 4)]).passages([0])[0].article == one


def test_reprints_are_the_others_of_the_group_earliest_first(tmp_path: Path) -> None:
    """Catches an article that is its own reprint, another group's articles, undated ones put
    first."""
    days = [datetime.date(2025, 3, 9), None, datetime.date(2025, 3, 4), datetime.date(2025, 3, 1)]
    articles = [story(f"Text {n}.", f"{n}.txt", date=day) for n, day in enumerate(days)]
    passages = [passage(article, 0, 4) for article in articles]
    opened = stored(tmp_path, articles, passages, [0, 0, 0, 3])
    assert [article.document.path for article in opened.reprints(articles[0].id)] == [
        "2.txt",
        "1.txt",
    ]
    assert [article.document.path for article in opened.reprints(articles[1].id)] == [
        "2.txt",
        "0.txt",
    ]
    assert opened.reprints(articles[3].id) == opened.reprints("0" * 12) == []
    first, last = datetime.date(2025, 3, 9).toordinal(), datetime.date(2025, 3, 1).toordinal()
    assert opened.owners_of([3, 0, 1]) == [(3, 3, last), (0, 0, first), (1, 0, 0)]


@pytest.mark.parametrize(("count", "listed"), [(2, 2), (8, 8), (9, 8), (12, 8)])
def test_at_most_eight_ids_are_listed(tmp_path: Path, count: int, listed: int) -> None:
    """Catches a message that fills the screen, and a last id that is left out."""
    one = story()
    passages = [Passage(f"abc{n:09x}", one, 0, 4) for n in range(count)]
    with pytest.raises(UsageError) as caught:
        stored(tmp_path, [one], passages).find_by_id_prefix("ABC")
    ids = ", ".join(passage.id for passage in passages[:listed])
    assert str(caught.value) == f"ABC may be {ids}"


def test_an_id_prefix_ends_where_the_next_begins(tmp_path: Path) -> None:
    """Catches a range that stops before the last digit or runs into the next id."""
    one = story()
    passages = [Passage(item_id, one, 0, 4) for item_id in ("abcf", "abd0", "abc0")]
    opened = stored(tmp_path, [one], passages)
    assert opened.find_by_id_prefix("abcf") == passages[0]
    assert opened.find_by_id_prefix("abd") == passages[1]
    with pytest.raises(UsageError, match=r"abc may be abc0, abcf$"):
        opened.find_by_id_prefix("abc")


def test_what_the_manifest_says_of_articles() -> None:
    """Catches undated articles in the range, publishers in any order, languages by articles
    alone."""
    days = [None, datetime.date(2025, 2, 1), datetime.date(2024, 12, 31)]
    articles = [
        story(f"Text {n}.", f"{n}.txt", date=day, publisher=publisher, language=language)
        for n, (day, publisher, language) in enumerate(
            zip(days, ["B", None, "A"], ["fr", "de", "fr"], strict=True)
        )
    ]
    counts = [1, 3, 0]
    numbered = enumerate(zip(articles, counts, strict=True))
    summary = summarise_rows([make_article_row(row, *pair) for row, pair in numbered])
    assert summary == {
        "dates": ["2024-12-31", "2025-02-01"],
        "publishers": {"A": 1, "B": 1},
        "languages": {"de": 1, "fr": 2},
        "passages_by_language": {"de": 3, "fr": 1},
    }
    assert list(summary["publishers"]) == ["A", "B"]  # type: ignore[call-overload]
    assert list(summary["passages_by_language"]) == ["de", "fr"]  # type: ignore[call-overload]
    assert summarise_rows([])["dates"] == [None, None]
