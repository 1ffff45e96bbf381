"""Articles that tell one story in the same words: wire copy in several papers, a reprint, a shortened version.

Pairs that may be alike are found by fingerprints of their token ids (winnowing, Schleimer, Wilkerson and Aiken 2003): two
texts that share ``RUN + WINDOW - 1`` tokens in a row share one. Then the words are compared. A text is a reprint when the longer
one holds most of its runs of words (containment, Broder 1997), and no figure stands in the same words with another value:
a corrected figure, or next week's market report, is other news.

Each group is a star: all its articles are held by its longest one, so that likeness passed on from text to text cannot join
what is not alike. The groups depend on the set of articles alone, not on their order.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.dates.lexemes import load_date_vocabulary
from rag.text.sentences import split_paragraphs, split_sentences
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.dates.lexemes import Meaning
    from rag.records import Article

    Figures = dict[tuple[str, ...], set[tuple[str, ...]]]

HELD = 0.5  # share of a text's runs of words that the longer one holds
ALIKE = 0.3  # … that the shortest article of a group holds: two halves of a long article are two stories
SHORTEST = 0.2  # how long a shortened version is, at least, of the whole one
BRIEF = 24  # words; a shorter text is a reprint only when all its words are the same
WORDS = 3  # in a run compared
CONTEXT = 4  # words around a figure, with it
RUN, WINDOW = 8, 8  # tokens in a fingerprint, fingerprints of which one is kept
COMMON = 32  # a fingerprint that so many different texts have says nothing
LIKELY = 0.1  # share of its fingerprints that a text has in common with one it is compared with
TRIED = 4  # texts compared with one, those with the most fingerprints in common

_POWERS = np.array([0x9E3779B97F4A7C15**power % 2**64 for power in range(RUN, 0, -1)], np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_CLOSERS = "\"'”’»«›)]*_ \u00a0\u202f"
_FIGURE = "#"


class Text(NamedTuple):
    """What is compared of an article: the words of its sentences, its runs of words, its figures by the words around them."""

    words: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]
    figures: Figures


class _Group(NamedTuple):
    """A story: its articles, the longest first, and the figures of all."""

    articles: list[int]
    figures: Figures


def group_near_duplicates(
    articles: Sequence[Article], tokens: Sequence[NDArray[np.uint16]]
) -> list[int]:
    """The group of each article: the place of its first article in the sequence. ``tokens``: the token ids of each."""
    order = sorted(range(len(articles)), key=lambda i: (-len(tokens[i]), articles[i].id))
    text = functools.lru_cache(maxsize=1024)(lambda i: read(articles[i]))
    place = {article: at for at, article in enumerate(order)}
    groups: dict[int, _Group] = {}  # by their longest article
    posted: defaultdict[int, list[int]] = defaultdict(list)
    found = [fingerprints(ids) for ids in tokens]
    prints = _shared(found)
    for article in order:
        counts = Counter(leader for mark in prints[article] for leader in posted[mark])
        enough = [
            leader for leader, count in counts.items() if count >= LIKELY * len(found[article])
        ]
        tried = sorted(enough, key=lambda leader: (-counts[leader], place[leader]))[:TRIED]
        group = next(
            (groups[leader] for leader in tried if _joins(text, article, groups[leader])), None
        )
        if group is not None:
            group.articles.append(article)
            for member in group.articles[-2:]:
                _add(group.figures, text(member).figures)
            continue
        groups[article] = _Group([article], {})
        for mark in prints[article]:
            if len(posted[mark]) < COMMON:
                posted[mark].append(article)
    first = {
        article: min(group.articles) for group in groups.values() for article in group.articles
    }
    return [first[article] for article in range(len(articles))]


def _joins(text: Callable[[int], Text], article: int, group: _Group) -> bool:
    """Whether an article belongs to a group: its longest article tells the same, and none says anything else."""
    one, longest, shortest = (
        text(which) for which in (article, group.articles[0], group.articles[-1])
    )
    return (
        same(one, longest)
        and held(one, shortest) >= ALIKE
        and not contradict(one.figures, group.figures)
    )


def _add(figures: Figures, others: Figures) -> None:
    for run, values in others.items():
        figures.setdefault(run, set()).update(values)


def fingerprints(tokens: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Of each ``WINDOW`` runs of tokens in a row the least hash: the same in any text that has these tokens in a row."""
    windows = np.lib.stride_tricks.sliding_window_view
    if len(tokens) < RUN:
        return np.empty(0, np.uint64)
    hashes = windows(tokens.astype(np.uint64), RUN) @ _POWERS  # modulo 2 ** 64
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return np.unique(windows(hashes, min(WINDOW, len(hashes))).min(axis=1))


def _shared(prints: Sequence[NDArray[np.uint64]]) -> list[list[int]]:
    """The fingerprints of each text that another text has, too."""
    together = np.sort(np.concatenate([np.empty(0, np.uint64), *prints]))
    twice = np.unique(together[1:][together[1:] == together[:-1]])
    places = (np.searchsorted(twice, own) for own in prints)
    ends = np.append(twice, np.zeros(1, np.uint64))  # a place beyond the last
    return [own[ends[place] == own].tolist() for own, place in zip(prints, places, strict=True)]


def read(article: Article) -> Text:
    """The words of an article's sentences; headings, datelines and credits are left out, if there are sentences at all."""
    whole = article.document.text
    spans = [
        span
        for part in split_paragraphs(whole, article.start, article.end)
        for span in split_sentences(whole, *part)
    ]
    said = [whole[start:end] for start, end in spans]
    closed = [
        sentence for sentence in said if sentence.rstrip(_CLOSERS)[-1:] in tuple(".!?…:;。！？।؟")
    ]
    numbers = load_date_vocabulary(article.language).meanings
    terms = tuple(
        _term(word.term, numbers) for sentence in closed or said for word in find_words(sentence)
    )
    return Text(terms, frozenset(_runs(terms)), _figures(terms))


def _term(term: str, numbers: Mapping[str, Meaning]) -> str:
    """A number word as its figure."""
    meaning = numbers.get(term)
    return str(meaning.value) if meaning and meaning.kind == "number" else term


def _runs(terms: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(terms[start:] for start in range(WORDS)), strict=False)


def _figures(terms: Sequence[str]) -> Figures:
    """The figures that stand in each run of ``CONTEXT`` words, by the run without them."""
    found: Figures = {}
    masked = [_FIGURE if any(map(str.isdigit, term)) else term for term in terms]
    last = len(terms) - CONTEXT
    places = (at for at, term in enumerate(masked) if term == _FIGURE)
    for start in {
        start for at in places for start in range(max(at - CONTEXT + 1, 0), min(at, last) + 1)
    }:
        here = slice(start, start + CONTEXT)
        values = tuple(
            term
            for term, hidden in zip(terms[here], masked[here], strict=True)
            if hidden == _FIGURE
        )
        found.setdefault(tuple(masked[here]), set()).add(values)
    return found


def same(one: Text, other: Text) -> bool:
    """Whether one of two texts is a reprint of the other."""
    short, long = sorted((one, other), key=lambda text: len(text.words))
    if len(short.words) < BRIEF:
        return bool(short.words) and short.words == long.words
    return (
        len(short.words) >= SHORTEST * len(long.words)
        and held(short, long) >= HELD
        and not contradict(short.figures, long.figures)
    )


def held(one: Text, other: Text) -> float:
    """The share of the runs of words of the text with fewer that the other one has."""
    return len(one.runs & other.runs) / max(min(len(one.runs), len(other.runs)), 1)


def contradict(some: Figures, others: Figures) -> bool:
    """Whether other figures stand in the same words."""
    return any(some[run].isdisjoint(others[run]) for run in some.keys() & others.keys())
