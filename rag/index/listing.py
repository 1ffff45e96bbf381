"""The articles of an index as a list: filtered, sorted, with the place where each begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from rag.errors import UsageError
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.index.catalog_rows import ArticleRow
    from rag.index.opened import OpenedIndex
    from rag.records import Filters

Sort = Literal["day", "publisher", "title", "path"]
SORTS: tuple[Sort, ...] = get_args(Sort)


class ListedArticle(NamedTuple):
    """An article, and where a person finds it: its file; of one of several also line or entry."""

    article: ArticleRow
    location: str


class Listing(NamedTuple):
    """The first articles of a list, and how many the filters let through."""

    articles: tuple[ListedArticle, ...]
    total: int


def list_articles(
    generation: OpenedIndex, filters: Filters, *, sort: Sort = "day", limit: int | None = None
) -> Listing:
    """Return the articles that filters let through, sorted, no more than a limit."""
    articles = sorted(generation.articles(filters), key=_SORT_KEYS[sort])
    listed = []
    for article in articles[:limit]:
        location = locate_article(generation, article)
        listed.append(ListedArticle(article, location))
    return Listing(tuple(listed), len(articles))


def choose_sort(name: str) -> Sort:
    """Return a way to sort by its name.

    Raises:
        UsageError: there is none of that name.
    """
    for sort in SORTS:
        if sort == name:
            return sort
    raise UsageError(f"articles are not sorted by {name!r:.80}", hint=f"by {', '.join(SORTS)}")


def locate_article(generation: OpenedIndex, article: ArticleRow) -> str:
    """Return where an article begins; the text of a file that begins with it is not read."""
    if article.start == 0:
        return article.path
    return generation.document(article.path).locate(article.start)


def order_by_day(article: ArticleRow) -> tuple[Any, ...]:
    """Return a key that puts the newest first and the undated last."""
    day = article.date.toordinal() if article.date else 0
    return -day, article.path, article.start


def _order_by_publisher(article: ArticleRow) -> tuple[Any, ...]:
    publisher = article.publisher or ""
    return not publisher, fold(publisher), order_by_day(article)


def _order_by_title(article: ArticleRow) -> tuple[Any, ...]:
    return not article.title, fold(article.title), order_by_day(article)


def _order_by_path(article: ArticleRow) -> tuple[Any, ...]:
    return article.path, article.start


_SORT_KEYS: Mapping[Sort, Callable[[ArticleRow], tuple[Any, ...]]] = {
    "day": order_by_day,
    "publisher": _order_by_publisher,
    "title": _order_by_title,
    "path": _order_by_path,
}
