"""Articles that tell one story in the same words.

Wire copy in several papers, a reprint, a shorter version.

Candidate pairs share fingerprints of their token ids (``fingerprints``), but for those that come
back as those of a series do (``recurring_text``). Then their words are compared. A text is a
near-duplicate when the longer one contains most of its word shingles (containment, Broder 1997), in
one paper those of its beginning among them, and no figure, ordinal, month or weekday stands in the
same words with another value: a corrected figure, or next week's market report, is other news. What
is printed much later is a near-duplicate only of nearly the same words.

Groups are stars: every article is contained in the longest one of its group, its leader, so that
likeness passed on from text to text cannot join what is not alike. The groups depend on the set of
articles alone, not on their order.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.dates import load_date_vocabulary
from rag.index.fingerprints import compute_fingerprints, find_shared, make_clues
from rag.reading.shown_text import split_shown_sentences
from rag.text import find_words

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.dates import Meaning
    from rag.records import Article

    # The values that stand in a run of words, by the run with its figures masked.
    Figures = dict[tuple[str, ...], set[tuple[str, ...]]]

# Chosen by hand; scripts/measure_reprints.py measures them on tests/data/reprints, articles
# in seven languages with corrected figures, independent reports and briefs to be kept apart.
MIN_CONTAINMENT = 0.5  # share of a text's shingles that the leader of its group contains
# The share of the shingles in common with the group's shortest article: two halves of a long
# article are two stories.
MIN_CONTAINMENT_IN_SHORTEST = 0.3
# The share of the shingles of the beginning that two texts of one paper have in common: closing
# words stand under all of its reports.
MIN_CONTAINMENT_OF_BEGINNING = 0.35
BEGINNING = 1 / 3  # of the words of a text
MIN_LENGTH_RATIO = 0.2  # words of a shortened version to those of the whole one
EXACT_BELOW_WORDS = 24  # a shorter text is a near-duplicate only of the very same words
SHINGLE_WORDS = 3
FIGURE_CONTEXT_WORDS = 4  # in a run that tells what a figure is of, the figure itself included
TITLE_CONTEXT_WORDS = 3  # likewise in a title, its two ends included
MAX_DAYS_APART = 10  # of two prints of one story, unless the later one has nearly all its words
MIN_CONTAINMENT_LATER = 0.95  # share of the shingles of an article so much later
MAX_POSTINGS = 32  # leaders with one fingerprint: a phrase that more of them have identifies none
MIN_SHARED_FINGERPRINTS = 0.1  # share of a text's fingerprints that a candidate has, too
MAX_CANDIDATES = 4  # groups compared with an article, those with the most fingerprints in common
_CACHED_TEXTS = 1024  # articles whose words are kept, as a leader is compared with many others

_SENTENCE_ENDS = tuple(".!?…:;。！？।؟")
_CLOSERS = "\"'”’»«›)]*_ \u00a0\u202f"  # what may follow the full stop of a sentence
_FIGURE_MASK = "#"  # no term is this: it is no letter and no digit
_TITLE_START, _TITLE_END = "^", "$"  # nor these
# How a word that counts or tells a day is written: with a digit, so that it is a figure.
_WRITTEN_MEANINGS = {"number": "{}", "ordinal": "{}", "month": "{}m", "weekday": "{}w"}


class ComparableText(NamedTuple):
    """What is compared of an article: the terms of its sentences, their shingles, its figures."""

    terms: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    figures: Figures
    day: datetime.date | None = None
    publisher: str | None = None


class _Group(NamedTuple):
    """A story: its articles, the longest first, and the figures of all."""

    articles: list[int]
    figures: Figures

    @property
    def leader(self) -> int:
        return self.articles[0]

    @property
    def shortest(self) -> int:
        return self.articles[-1]


class _LeaderIndex:
    """An inverted index: which groups' leaders have a fingerprint, known by its place."""

    def __init__(self, texts: NDArray[np.int64]) -> None:
        """``texts``: how many have each of the fingerprints."""
        room = np.minimum(texts, MAX_POSTINGS)
        self._starts = np.cumsum(room) - room
        self._lengths = np.zeros(len(texts), np.int64)  # of the postings
        self._groups = np.zeros(int(room.sum()), np.int32)

    def add(self, group: int, fingerprints: NDArray[np.int64]) -> None:
        """Add the leader of a group, but not under fingerprints that too many leaders have."""
        few = fingerprints[self._lengths[fingerprints] < MAX_POSTINGS]
        places = self._starts[few] + self._lengths[few]
        self._groups[places] = group
        self._lengths[few] += 1

    def find_candidates(self, fingerprints: NDArray[np.int64], *, minimum: float) -> list[int]:
        """Return the groups whose leader has at least ``minimum`` of these, the closest first."""
        lengths = self._lengths[fingerprints]
        ends = np.cumsum(lengths)
        firsts = self._starts[fingerprints] - ends + lengths
        places = np.repeat(firsts, lengths) + np.arange(lengths.sum())
        groups, shared = np.unique(self._groups[places], return_counts=True)
        is_similar = shared >= minimum
        similar = groups[is_similar]
        # Of two that share as many, the one with the longer leader, which was added before.
        order = np.argsort(-shared[is_similar], kind="stable")
        closest: list[int] = similar[order[:MAX_CANDIDATES]].tolist()
        return closest


def group_near_duplicates(
    articles: Sequence[Article], tokens: Sequence[NDArray[np.uint16]]
) -> list[int]:
    """Return the group of each article: the position of its first article in the sequence.

    ``tokens`` are the token ids of each article.
    """
    fingerprints = [compute_fingerprints(ids) for ids in tokens]
    described = [
        DescribedArticle(article.id, article.date, article.publisher, own, len(ids))
        for article, own, ids in zip(articles, fingerprints, tokens, strict=True)
    ]
    return group_described(described, articles.__getitem__)


class DescribedArticle(NamedTuple):
    """What tells whether an article has to be read to be compared: most have not."""

    id: str
    date: datetime.date | None
    publisher: str | None
    fingerprints: NDArray[np.uint64]
    length: int  # in tokens


def group_described(
    articles: Sequence[DescribedArticle], read_article: Callable[[int], Article]
) -> list[int]:
    """Return the group of each article: the position of its first article in the sequence."""

    # Texts are read only when there is a candidate to compare with: most articles have none.
    @functools.lru_cache(maxsize=_CACHED_TEXTS)
    def get_text(article: int) -> ComparableText:
        return read_comparable_text(read_article(article))

    shared = find_shared([article.fingerprints for article in articles], articles)
    groups: list[_Group] = []
    leaders = _LeaderIndex(shared.texts)
    for article in _sort_longest_first(articles):
        total, own = make_clues(articles[article].fingerprints, shared)
        minimum = MIN_SHARED_FINGERPRINTS * total
        candidates = leaders.find_candidates(own, minimum=minimum)
        for candidate in candidates:
            group = groups[candidate]
            if _belongs_to(group, article, get_text):
                _add_to_group(group, article, get_text)
                break
        else:
            # No group has it: it leads one of its own.
            leaders.add(len(groups), own)
            groups.append(_Group([article], {}))
    return _find_first_articles(groups, len(articles))


def _sort_longest_first(articles: Sequence[DescribedArticle]) -> list[int]:
    """Return the articles by falling length, so that a leader comes before what it contains."""

    def make_sort_key(article: int) -> tuple[int, str]:
        # The id decides between two as long: their order in the sequence must not matter.
        return -articles[article].length, articles[article].id

    return sorted(range(len(articles)), key=make_sort_key)


def _belongs_to(group: _Group, article: int, get_text: Callable[[int], ComparableText]) -> bool:
    """Return whether the leader tells the same as an article, and no member says anything else."""
    text = get_text(article)
    leader = get_text(group.leader)
    if not is_near_duplicate(text, leader):
        return False
    shortest = get_text(group.shortest)
    if compute_containment(text, shortest) < MIN_CONTAINMENT_IN_SHORTEST:
        return False
    return not have_contradicting_figures(text.figures, group.figures)


def _add_to_group(group: _Group, article: int, get_text: Callable[[int], ComparableText]) -> None:
    """Add an article, and its figures, to a group."""
    if len(group.articles) == 1:
        # Most leaders stay alone: their figures are only read once somebody joins them.
        leader = get_text(group.leader)
        _add_figures(group.figures, leader.figures)
    group.articles.append(article)
    text = get_text(article)
    _add_figures(group.figures, text.figures)


def _add_figures(figures: Figures, others: Figures) -> None:
    for context, values in others.items():
        figures.setdefault(context, set()).update(values)


def _find_first_articles(groups: Sequence[_Group], count: int) -> list[int]:
    """Return of each article the first one of its group in the sequence."""
    first_articles = [0] * count
    for group in groups:
        first = min(group.articles)
        for article in group.articles:
            first_articles[article] = first
    return first_articles


def read_comparable_text(article: Article) -> ComparableText:
    """Return what is compared of an article: its sentences, number words written as figures.

    Headings, datelines and credits, which end without a full stop, are left out, unless there is
    nothing else.
    """
    lines = _split_lines(article)
    sentences = [line for line in lines if _is_closed(line)]
    meanings = load_date_vocabulary(article.language).meanings
    terms = []
    for sentence in sentences or lines:
        terms += _list_terms(sentence, meanings)
    figures = _collect_figures(terms, FIGURE_CONTEXT_WORDS)
    # The ends of a title say where a figure stands in it; no text has their marks.
    title = [_TITLE_START, *_list_terms(article.title, meanings), _TITLE_END]
    figures.update(_collect_figures(title, TITLE_CONTEXT_WORDS))
    return ComparableText(
        terms=tuple(terms),
        shingles=_make_shingles(terms),
        figures=figures,
        day=article.date,
        publisher=article.publisher,
    )


def _list_terms(text: str, meanings: Mapping[str, Meaning]) -> list[str]:
    """Return the terms of a text, words that count or tell a day as figures."""
    return [_write_as_figure(word.term, meanings) for word in find_words(text)]


def _split_lines(article: Article) -> list[str]:
    """Return the sentences of an article, and what stands alone like one."""
    document = article.document
    spans = split_shown_sentences(document, article.start, article.end)
    return [document.show(start, end) for start, end in spans]


def _is_closed(line: str) -> bool:
    """Return whether a line ends as a sentence does, behind quotation marks and brackets."""
    stripped = line.rstrip(_CLOSERS)
    return stripped.endswith(_SENTENCE_ENDS)


def _write_as_figure(term: str, meanings: Mapping[str, Meaning]) -> str:
    """Return "12" for "twelve", "2" for "second", "3m" for "March"; any other term as it is."""
    meaning = meanings.get(term)
    if meaning is None or meaning.kind not in _WRITTEN_MEANINGS:
        return term
    return _WRITTEN_MEANINGS[meaning.kind].format(meaning.value)


def _make_shingles(terms: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return every run of ``SHINGLE_WORDS`` terms."""
    # The terms beside themselves, shifted by one each time: what stands side by side is a run.
    shifted = [terms[start:] for start in range(SHINGLE_WORDS)]
    runs = zip(*shifted, strict=False)
    return frozenset(runs)


def _collect_figures(terms: Sequence[str], width: int) -> Figures:
    """Return the values in each run of ``width`` terms that holds a figure.

    "sold 40 boats in" gives {("sold", "#", "boats", "in"): {("40",)}}.
    """
    figures: Figures = {}
    masked = [_mask_figure(term) for term in terms]
    last_start = len(terms) - width
    for start in range(last_start + 1):
        run = slice(start, start + width)
        context = tuple(masked[run])
        if _FIGURE_MASK not in context:
            continue
        values = tuple(
            term
            for term, masked_term in zip(terms[run], context, strict=True)
            if masked_term == _FIGURE_MASK
        )
        figures.setdefault(context, set()).add(values)
    return figures


def _mask_figure(term: str) -> str:
    has_digit = any(map(str.isdigit, term))
    return _FIGURE_MASK if has_digit else term


def is_near_duplicate(one: ComparableText, other: ComparableText) -> bool:
    """Return whether the longer of two texts contains the shorter one, without another figure."""
    shorter, longer = one, other
    if len(other.terms) < len(one.terms):
        shorter, longer = other, one
    length = len(shorter.terms)
    if length < EXACT_BELOW_WORDS:
        # Most words of a brief ("The road … will be closed on …") are the same every time.
        return length > 0 and shorter.terms == longer.terms
    if length < MIN_LENGTH_RATIO * len(longer.terms):
        return False
    is_later = are_far_apart(shorter.day, longer.day)
    needed = MIN_CONTAINMENT_LATER if is_later else MIN_CONTAINMENT
    if compute_containment(shorter, longer) < needed:
        return False
    if longer.publisher and shorter.publisher == longer.publisher:
        beginning = compute_containment_of_beginning(shorter, longer)
        if beginning < MIN_CONTAINMENT_OF_BEGINNING:
            return False
    return not have_contradicting_figures(shorter.figures, longer.figures)


def are_far_apart(day: datetime.date | None, other: datetime.date | None) -> bool:
    """Return whether two days are known, and too far apart for two prints of one story."""
    if day is None or other is None:
        return False
    return abs((day - other).days) > MAX_DAYS_APART


def compute_containment(one: ComparableText, other: ComparableText) -> float:
    """Return the share of the shingles of the text with fewer that the other one has.

    This is the containment of Broder (1997) of the smaller set in the greater one.
    """
    shared = one.shingles & other.shingles
    fewer = min(len(one.shingles), len(other.shingles))
    if fewer == 0:
        return 0.0
    return len(shared) / fewer


def compute_containment_of_beginning(one: ComparableText, other: ComparableText) -> float:
    """Return the share of the shingles of a text's beginning that another text has."""
    end = round(BEGINNING * len(one.terms))
    beginning = _make_shingles(one.terms[:end])
    if not beginning:
        return 0.0
    shared = beginning & other.shingles
    return len(shared) / len(beginning)


def have_contradicting_figures(figures: Figures, others: Figures) -> bool:
    """Return whether in some context none of the values is the same."""
    for context in figures.keys() & others.keys():
        values = figures[context]
        if values.isdisjoint(others[context]):
            return True
    return False
