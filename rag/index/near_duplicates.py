"""Articles that tell one story in the same words: wire copy in several papers, a reprint, a shorter version.

Candidate pairs share fingerprints of their token ids, selected by winnowing (Schleimer, Wilkerson and
Aiken 2003): two texts that have ``FINGERPRINT_TOKENS + WINNOWING_WINDOW - 1`` tokens in a row in common
share at least one. Then their words are compared. A text is a near-duplicate when the longer one contains
most of its word shingles (containment, Broder 1997), and no figure stands in the same words with another
value: a corrected figure, or next week's market report, is other news.

Groups are stars: every article is contained in the longest one of its group, its leader, so that likeness
passed on from text to text cannot join what is not alike. The groups depend on the set of articles alone,
not on their order.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.dates import load_date_vocabulary
from rag.text.sentences import split_paragraphs, split_sentences
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.dates import Meaning
    from rag.records import Article

    # The values that stand in a run of words, by the run with its figures masked.
    Figures = dict[tuple[str, ...], set[tuple[str, ...]]]

# All were chosen by hand on the articles in tests/data/reprints (scripts/measure_reprints.py): seven
# languages, with corrected figures, independent reports and briefs to be kept apart.
MIN_CONTAINMENT = 0.5  # share of a text's shingles that the leader of its group contains
# The share that the shortest article of the group contains: two halves of a long article are two stories.
MIN_CONTAINMENT_IN_SHORTEST = 0.3
MIN_LENGTH_RATIO = 0.2  # words of a shortened version to those of the whole one
EXACT_BELOW_WORDS = 24  # a shorter text is a near-duplicate only of the very same words
SHINGLE_WORDS = 3
FIGURE_CONTEXT_WORDS = 4  # in a run that tells what a figure is of, the figure itself included
FINGERPRINT_TOKENS = 8  # tokens hashed into one fingerprint
WINNOWING_WINDOW = 8  # consecutive fingerprints of which the least is kept
MAX_POSTINGS = 32  # leaders with one fingerprint: a phrase that more of them have identifies none
MIN_SHARED_FINGERPRINTS = (
    0.1  # share of its fingerprints that a text has in common with a candidate
)
MAX_CANDIDATES = 4  # groups compared with an article, those with the most fingerprints in common
_CACHED_TEXTS = 1024  # articles whose words are kept, as a leader is compared with many others

# A polynomial hash modulo 2**64, finished by two steps of the mixer of splitmix64 (Steele, Lea and Flood 2014).
_POWERS = np.array(
    [0x9E3779B97F4A7C15**power % 2**64 for power in range(FINGERPRINT_TOKENS, 0, -1)], np.uint64
)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
_SENTENCE_ENDS = tuple(".!?…:;。！？।؟")
_CLOSERS = "\"'”’»«›)]*_ \u00a0\u202f"  # what may follow the full stop of a sentence
_FIGURE_MASK = "#"  # no term is this: it is no letter and no digit


class ComparableText(NamedTuple):
    """What is compared of an article: the terms of its sentences, their shingles, its figures."""

    terms: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    figures: Figures


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
    """An inverted index: which groups' leaders have a fingerprint."""

    def __init__(self) -> None:
        self._postings: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, group: int, fingerprints: Sequence[int]) -> None:
        """Add the leader of a group, but not under fingerprints that too many leaders have."""
        for fingerprint in fingerprints:
            if len(self._postings[fingerprint]) < MAX_POSTINGS:
                self._postings[fingerprint].append(group)

    def find_candidates(self, fingerprints: Sequence[int], *, minimum: float) -> list[int]:
        """Return the groups whose leader has at least ``minimum`` of these, those with the most first."""
        counts = Counter(
            group for fingerprint in fingerprints for group in self._postings.get(fingerprint, ())
        )
        similar = [group for group, count in counts.items() if count >= minimum]
        similar.sort(key=lambda group: (-counts[group], group))
        return similar[:MAX_CANDIDATES]


def group_near_duplicates(
    articles: Sequence[Article], tokens: Sequence[NDArray[np.uint16]]
) -> list[int]:
    """Return the group of each article: the position of the group's first article in the sequence.

    ``tokens`` are the token ids of each article.
    """

    # Texts are read only when there is a candidate to compare with: most articles have none.
    @functools.lru_cache(maxsize=_CACHED_TEXTS)
    def get_text(article: int) -> ComparableText:
        return read_comparable_text(articles[article])

    fingerprints = [compute_fingerprints(ids) for ids in tokens]
    repeated = _keep_repeated(fingerprints)
    groups: list[_Group] = []
    leaders = _LeaderIndex()
    for article in _sort_longest_first(articles, tokens):
        minimum = MIN_SHARED_FINGERPRINTS * len(fingerprints[article])
        candidates = leaders.find_candidates(repeated[article], minimum=minimum)
        for candidate in candidates:
            if _belongs_to(groups[candidate], article, get_text):
                _add_to_group(groups[candidate], article, get_text)
                break
        else:
            leaders.add(len(groups), repeated[article])
            groups.append(_Group([article], {}))
    return _find_first_articles(groups, len(articles))


def _sort_longest_first(
    articles: Sequence[Article], tokens: Sequence[NDArray[np.uint16]]
) -> list[int]:
    """Return the articles by falling length, so that a leader comes before what it contains."""

    def sort_key(article: int) -> tuple[int, str]:
        return -len(tokens[article]), articles[article].id  # the id, as order must not matter

    return sorted(range(len(articles)), key=sort_key)


def _belongs_to(group: _Group, article: int, get_text: Callable[[int], ComparableText]) -> bool:
    """Return whether the leader tells the same as an article, and no member says anything else."""
    text = get_text(article)
    return (
        is_near_duplicate(text, get_text(group.leader))
        and compute_containment(text, get_text(group.shortest)) >= MIN_CONTAINMENT_IN_SHORTEST
        and not have_contradicting_figures(text.figures, group.figures)
    )


def _add_to_group(group: _Group, article: int, get_text: Callable[[int], ComparableText]) -> None:
    """Add an article, and its figures, to a group."""
    if len(group.articles) == 1:  # the figures of a leader count once somebody has joined it
        _add_figures(group.figures, get_text(group.leader).figures)
    group.articles.append(article)
    _add_figures(group.figures, get_text(article).figures)


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


def compute_fingerprints(tokens: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return the fingerprints that winnowing selects: of each window of consecutive hashes the least.

    The same tokens in a row give the same fingerprints in any text. Ascending, each once.
    """
    slide = np.lib.stride_tricks.sliding_window_view
    if len(tokens) < FINGERPRINT_TOKENS:
        return np.empty(0, np.uint64)
    hashes = slide(tokens.astype(np.uint64), FINGERPRINT_TOKENS) @ _POWERS
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIXER
    hashes ^= hashes >> np.uint64(29)
    window = min(WINNOWING_WINDOW, len(hashes))
    selected = slide(hashes, window).min(axis=1)
    return np.unique(selected)


def _keep_repeated(fingerprints: Sequence[NDArray[np.uint64]]) -> list[list[int]]:
    """Return of each text's fingerprints those that another text has, too."""
    if not fingerprints:
        return []
    everything = np.concatenate(fingerprints)
    _, inverse, counts = np.unique(everything, return_inverse=True, return_counts=True)
    is_repeated = counts[inverse] > 1
    bounds = np.cumsum([len(own) for own in fingerprints])[:-1]
    masks = np.split(is_repeated, bounds)
    return [own[mask].tolist() for own, mask in zip(fingerprints, masks, strict=True)]


def read_comparable_text(article: Article) -> ComparableText:
    """Return what is compared of an article: its sentences, number words written as figures.

    Headings, datelines and credits end without a full stop and are left out, unless there is nothing else.
    """
    whole = article.document.text
    lines = []
    for paragraph in split_paragraphs(whole, article.start, article.end):
        for start, end in split_sentences(whole, *paragraph):
            lines.append(whole[start:end])
    sentences = [line for line in lines if line.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)]
    meanings = load_date_vocabulary(article.language).meanings
    terms = tuple(
        _write_number_as_figure(word.term, meanings)
        for sentence in sentences or lines
        for word in find_words(sentence)
    )
    return ComparableText(terms, _make_shingles(terms), _collect_figures(terms))


def _write_number_as_figure(term: str, meanings: Mapping[str, Meaning]) -> str:
    """Return "12" for "twelve", and any other term as it is."""
    meaning = meanings.get(term)
    if meaning is None or meaning.kind != "number":
        return term
    return str(meaning.value)


def _make_shingles(terms: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Return every run of ``SHINGLE_WORDS`` terms."""
    shifted = [terms[start:] for start in range(SHINGLE_WORDS)]
    return frozenset(zip(*shifted, strict=False))


def _collect_figures(terms: Sequence[str]) -> Figures:
    """Return the values in each run of ``FIGURE_CONTEXT_WORDS`` terms that holds a figure.

    "sold 40 boats in" gives {("sold", "#", "boats", "in"): {("40",)}}.
    """
    figures: Figures = {}
    masked = [_FIGURE_MASK if any(map(str.isdigit, term)) else term for term in terms]
    for start in range(len(terms) - FIGURE_CONTEXT_WORDS + 1):
        context = tuple(masked[start : start + FIGURE_CONTEXT_WORDS])
        if _FIGURE_MASK not in context:
            continue
        values = tuple(
            terms[start + offset] for offset, term in enumerate(context) if term == _FIGURE_MASK
        )
        figures.setdefault(context, set()).add(values)
    return figures


def is_near_duplicate(one: ComparableText, other: ComparableText) -> bool:
    """Return whether the longer of two texts contains the shorter one, without another figure."""
    shorter, longer = sorted((one, other), key=lambda text: len(text.terms))
    if len(shorter.terms) < EXACT_BELOW_WORDS:
        # Most words of a brief ("The road … will be closed on …") are the same every time.
        return bool(shorter.terms) and shorter.terms == longer.terms
    return (
        len(shorter.terms) >= MIN_LENGTH_RATIO * len(longer.terms)
        and compute_containment(shorter, longer) >= MIN_CONTAINMENT
        and not have_contradicting_figures(shorter.figures, longer.figures)
    )


def compute_containment(one: ComparableText, other: ComparableText) -> float:
    """Return the share of the shingles of the text with fewer that the other one has (Broder 1997)."""
    shared = len(one.shingles & other.shingles)
    fewer = min(len(one.shingles), len(other.shingles))
    return shared / max(fewer, 1)


def have_contradicting_figures(figures: Figures, others: Figures) -> bool:
    """Return whether in some context none of the values is the same."""
    common_contexts = figures.keys() & others.keys()
    return any(figures[context].isdisjoint(others[context]) for context in common_contexts)
