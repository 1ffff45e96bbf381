"""A quotation looked up in the index: by its rarest words first, then word by word.

The term index gives the passages that hold its rarest words, and only their articles are compared:
not a scan of all. A quotation that is there is found whatever the size of the index, unless its
words stand together in more than ``MAX_COMPARED`` articles. The time is that of one search, and of
comparing some articles, each a search of a string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.answer.quotation_matching import ComparedArticle, match_exactly, match_nearly
from rag.index.terms import QueryTerm
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rag.answer.quotation_matching import Match
    from rag.index.opened import OpenedIndex
    from rag.pipeline.drafts import PlacedQuotation
    from rag.records import Article, Filters

# All chosen by hand.
RAREST = 12  # words of a quotation that are searched for
SEARCHED_PASSAGES = 150  # that hold some of them, best first
LIKELY_ARTICLES = 12  # of those that are compared first
INTERSECTED = 3  # rarest words that an article must have all of to be compared after them
MAX_POSTINGS = 20_000  # passages of such a word
MAX_COMPARED = 400  # articles that are compared after the likely ones
_BRACKETS = str.maketrans("", "", "[]")  # of a letter that was changed: "[L]es"
MAX_KEPT = 300  # articles that are kept for the next quotation


class LookedUp(NamedTuple):
    """Where a quotation stands: in these words, earliest article first, or nearly."""

    exact: tuple[Match, ...] = ()
    near: Match | None = None


class QuotationIndex:
    """Looks quotations up, and keeps the articles that it has read."""

    def __init__(
        self, generation: OpenedIndex, filters: Filters, *, excluded: Collection[str] = ()
    ) -> None:
        """``excluded`` are paths of documents that confirm nothing: the draft's own."""
        self._generation = generation
        self._filters = filters
        self._excluded = frozenset(excluded)
        self._compared: dict[int, ComparedArticle] = {}
        self._passage_of_article: dict[int, int] = {}

    def look_up(self, placed: PlacedQuotation) -> LookedUp:
        """Return where a quotation stands, as it is or nearly."""
        terms = self._rank_terms(placed)
        likely = list(self._find_likely(terms))
        exact = self._match_exactly(placed, likely)
        if not exact and terms and self._has_all(placed):
            others = self._find_with_all(terms, set(likely))
            exact = self._match_exactly(placed, others)
        if exact:
            exact.sort(key=_rank_by_day)
            return LookedUp(tuple(exact))
        near = self._match_nearly(placed, likely)
        return LookedUp(near=near)

    def _rank_terms(self, placed: PlacedQuotation) -> list[str]:
        """Return the words of a quotation that the index has, the rarest first."""
        frequencies = {}
        for term in _list_terms(placed):
            frequency = self._generation.terms.doc_freq("words", term)
            if frequency:
                frequencies[term] = frequency
        in_order = sorted(frequencies)
        in_order.sort(key=frequencies.__getitem__)
        return in_order

    def _has_all(self, placed: PlacedQuotation) -> bool:
        """Return whether the index has all words of a quotation."""
        terms = _list_terms(placed)
        count = self._generation.terms.doc_freq
        return all(count("words", term) for term in terms)

    def _find_likely(self, terms: Sequence[str]) -> list[int]:
        """Return the articles, as rows, that hold most of the rarest words."""
        rarest = terms[:RAREST]
        query = [QueryTerm("words", term) for term in rarest]
        rows, scores = self._generation.terms.search(
            query,
            SEARCHED_PASSAGES,
            self._filters,
        )
        articles = self._list_articles(rows.tolist())
        sums: dict[int, float] = {}
        for article, score in zip(articles, scores.tolist(), strict=True):
            # The passages of an article have different words of a quotation that crosses them.
            sums.setdefault(article, 0.0)
            sums[article] += score
        in_order = sorted(sums)
        in_order.sort(key=sums.__getitem__, reverse=True)
        return in_order[:LIKELY_ARTICLES]

    def _find_with_all(self, terms: Sequence[str], tried: set[int]) -> Iterator[int]:
        """Yield the articles that have all of the very rarest words and were not tried."""
        common: set[int] | None = None
        for term in terms[:INTERSECTED]:
            query = [QueryTerm("words", term)]
            rows, _ = self._generation.terms.search(
                query,
                MAX_POSTINGS,
                self._filters,
            )
            articles = set(self._list_articles(rows.tolist()))
            common = articles if common is None else common & articles
        untried = (common or set()) - tried
        in_order = sorted(untried)
        yield from in_order[:MAX_COMPARED]

    def _list_articles(self, rows: Sequence[int]) -> list[int]:
        """Return the article of each of these passages, as a row; they can be compared from now."""
        articles = []
        owners = self._generation.owners_of(rows)
        for row, owner in zip(rows, owners, strict=True):
            article = owner.article
            self._passage_of_article.setdefault(article, row)
            articles.append(article)
        return articles

    def _match_exactly(self, placed: PlacedQuotation, articles: Iterable[int]) -> list[Match]:
        matches = []
        for article in articles:
            compared = self._compare(article)
            match = compared and match_exactly(placed.quotation, compared)
            if match:
                matches.append(match)
        return matches

    def _match_nearly(self, placed: PlacedQuotation, articles: Iterable[int]) -> Match | None:
        """Return where most of a quotation stands; of several articles as near, the best ranked."""
        best: Match | None = None
        best_share = 0.0
        for article in articles:
            compared = self._compare(article)
            if compared is None:
                continue
            match = match_nearly(
                placed.text,
                placed.quotation,
                compared,
                at_least=best_share,
            )
            if match and match.share > best_share:
                best = match
                best_share = match.share
        return best

    def _compare(self, row: int) -> ComparedArticle | None:
        """Return an article as it is compared; None for one of the draft's own files."""
        if row not in self._compared:
            if len(self._compared) >= MAX_KEPT:
                self._compared.clear()
            passage_row = self._passage_of_article[row]
            [passage] = self._generation.passages([passage_row])
            self._compared[row] = ComparedArticle(passage.article)
        compared = self._compared[row]
        path = compared.article.document.path
        return None if path in self._excluded else compared


def _list_terms(placed: PlacedQuotation) -> list[str]:
    """Return the search terms of a quotation, each once."""
    terms: dict[str, None] = {}
    for piece in placed.quotation.pieces:
        start = piece.words[0].start
        end = piece.words[-1].end
        # What is between the words of a piece may part them otherwise than the words alone.
        written = placed.text[start:end].translate(_BRACKETS)
        for word in find_words(written):
            terms[word.term] = None
    return list(terms)


def _rank_by_day(match: Match) -> tuple[bool, str, str]:
    """Return the earliest day first, undated articles last."""
    article: Article = match.article
    if article.date is None:
        return True, "", article.id
    day = article.date.isoformat()
    return False, day, article.id
