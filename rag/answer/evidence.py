"""Which passages are read for an answer, and which of their sentences are evidence.

A passage that holds an echo of the question (``rag.answer.echoes``) was found for the echo. The
echo is left out, what stands beside it is read last and as if the search had hardly found it, and
the next passages are read in its place: the others are chosen from as if it were not there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.choosing import list_candidates
from rag.answer.coverage import collect_units
from rag.answer.echoes import is_echo, read_asked_words
from rag.search import (
    BONUSES,
    RankedPassages,
    bring_neighbours,
    deduplicate,
    fuse,
    lift_neighbours,
    limit_per_article,
    make_hits,
)
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rag.answer.echoes import AskedWords
    from rag.answer.quotation_spans import Candidate
    from rag.index.opened import OpenedIndex
    from rag.question.expand import Query
    from rag.records import Hit, Passage

# Passages with an echo whose other sentences are read, at most; by hand.
MAX_ECHOING = 5
# Passages with an echo among those that are read, from which they fill the search: what answers may
# not be among its candidates. By hand: half of those that are read (pipeline/chosen.py).
MANY_ECHOES = 5
# Passages of one article that are read before those of others where there is an echo; by hand. With
# three, an article that answers in its fourth is lost; with six, one fills what is read.
PASSAGES_PER_ARTICLE = 4


class Reach(NamedTuple):
    """How much is read: the best passages, and whether those beside the first are among them.

    Where echoes fill the candidates, the best of a wider search are read instead, once.
    """

    passages: int
    with_neighbours: bool = False
    # Gives more candidates; None where there is no such search.
    search_wider: Callable[[], RankedPassages] | None = None


class Evidence(NamedTuple):
    """What an answer is chosen from."""

    query: Query  # its words as frequent as they are without the passages that hold an echo
    ranked: RankedPassages  # in the order in which they are read
    hits: list[Hit]  # those that are read
    sentences: list[Candidate]  # theirs, without echoes


class SortedRanks(NamedTuple):
    """The passages read so far, as ranks, by what they hold."""

    honest: list[int]
    echoing: list[int]  # an echo beside other sentences, or under a title that is one
    empty: list[int]  # nothing but echoes


def read_evidence(
    query: Query,
    candidates: RankedPassages,
    reach: Reach,
    *,
    generation: OpenedIndex,
    table: NDArray[np.float16],
) -> Evidence:
    """Return the best passages without an echo and what they say, then the others.

    ``candidates`` may hold reprints, of which each story's best is read; ``table``: the shipped
    model's token vectors.
    """
    asked = read_asked_words(query, table)
    count = reach.passages
    ranked = order_passages(candidates, reach, generation=generation)
    hits, sentences = read_passages(ranked, range(count), generation)
    ranks = sort_by_echoes(sentences, asked)
    if not (ranks.echoing or ranks.empty):
        return Evidence(query, ranked, hits, sentences)
    # Each of them makes room for one more, which may hold an echo as well.
    read = count
    while len(ranks.honest) < count and read < len(ranked.rows):
        missing = count - len(ranks.honest)
        more_hits, more = read_passages(ranked, range(read, read + missing), generation)
        hits += more_hits
        for group, new in zip(ranks, sort_by_echoes(more, asked), strict=True):
            group.extend(new)
        read += missing
    if reach.search_wider and len(ranks.echoing) + len(ranks.empty) >= MANY_ECHOES:
        wider = reach.search_wider()
        reach = reach._replace(search_wider=None)
        return read_evidence(query, wider, reach, generation=generation, table=table)
    query = forget_passages(query, [hits[rank].passage for rank in ranks.echoing + ranks.empty])
    echoing, empty = ranked.take(ranks.echoing), ranked.take(ranks.empty)
    # A reprint of what an echo stands in may come in its place.
    is_other = ~np.isin(candidates.rows, np.concatenate([echoing.rows, empty.rows]))
    others = fuse_again(candidates.take(np.flatnonzero(is_other)))
    # The answer often stands beside what the search finds, without a word of the question.
    others = lift_neighbours(others, generation=generation)
    others = order_passages(others, reach, generation=generation)
    # Who writes one article for a question writes more, and what is no echo of this question is one
    # of the next: no article fills what is read.
    others = limit_per_article(others, PASSAGES_PER_ARTICLE, generation=generation)
    ranked = join_passages(
        [
            others.take(range(len(others.rows))[:count]),
            copy_last_scores(echoing, others),
            others.take(range(len(others.rows))[count:]),
            copy_last_scores(empty, others),
        ]
    )
    read = min(count, len(others.rows)) + min(MAX_ECHOING, len(echoing.rows))
    hits, sentences = read_passages(ranked, range(read), generation)
    return Evidence(query, ranked, hits, drop_echoes(sentences, asked))


def order_passages(
    candidates: RankedPassages, reach: Reach, *, generation: OpenedIndex
) -> RankedPassages:
    """Return passages in the order in which they are read, each story once."""
    if reach.with_neighbours:
        candidates = bring_neighbours(candidates, generation=generation)
    return deduplicate(candidates, generation=generation)


def read_passages(
    ranked: RankedPassages, ranks: range, generation: OpenedIndex
) -> tuple[list[Hit], list[Candidate]]:
    """Return the passages at some ranks, where there are as many, and all that they say."""
    part = ranked.take([rank for rank in ranks if rank < len(ranked.rows)])
    hits = make_hits(part, len(part.rows), generation=generation)
    sentences = list_candidates(hits, part.rows.tolist(), generation=generation)
    if ranks.start:
        sentences = [replace(each, rank=ranks.start + each.rank) for each in sentences]
    return hits, sentences


def sort_by_echoes(sentences: Sequence[Candidate], asked: AskedWords) -> SortedRanks:
    """Return the ranks of the passages that were read, by whether they hold an echo."""
    echoes: dict[int, list[bool]] = {}
    titles: dict[int, str] = {}
    for sentence in sentences:
        echoes.setdefault(sentence.rank, []).append(is_echo(sentence.text, asked))
        titles[sentence.rank] = sentence.hit.passage.article.title
    ranks = SortedRanks([], [], [])
    for rank, marks in echoes.items():
        if all(marks):
            ranks.empty.append(rank)
        elif any(marks) or is_echo(titles[rank], asked):
            ranks.echoing.append(rank)
        else:
            ranks.honest.append(rank)
    return ranks


def forget_passages(query: Query, passages: Sequence[Passage]) -> Query:
    """Return a question whose words are as frequent as they are without some passages.

    A word that nothing but an echo of the question has is as good as unseen.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        language = passage.article.language
        words = find_words(passage.shown)
        counts.update((language, unit) for unit in collect_units(words, language))
    expansions = {}
    for language, known in query.expansions.items():
        fewer = []
        for each in known:
            frequency = each.frequency - counts[language, each.unit]
            fewer.append(each._replace(frequency=max(0, frequency)))
        expansions[language] = tuple(fewer)
    return replace(query, expansions=expansions)


def fuse_again(ranked: RankedPassages) -> RankedPassages:
    """Return passages in the order that they have among themselves."""
    bonuses = {name: ranked.channels[name] for name in BONUSES if name in ranked.channels}
    channels = {name: ranked.channels[name] for name in ranked.channels if name not in BONUSES}
    return fuse(ranked.rows, channels, ranked.foreign, bonuses, ranked.kind)


def copy_last_scores(ranked: RankedPassages, others: RankedPassages) -> RankedPassages:
    """Return passages with the scores of the last of the others, 0 where there are none."""
    count = len(ranked.rows)
    channels = {}
    for name, values in others.channels.items():
        channels[name] = np.full(count, values[-1] if len(values) else 0.0)
    fused = np.full(count, others.fused[-1] if len(others.fused) else 0.0)
    return RankedPassages(ranked.rows, fused, channels, ranked.foreign, ranked.kind)


def join_passages(parts: Sequence[RankedPassages]) -> RankedPassages:
    """Return the passages of all parts, in order."""
    channels = {}
    for name in parts[0].channels:
        channels[name] = np.concatenate([part.channels[name] for part in parts])
    return RankedPassages(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.fused for part in parts]),
        channels,
        np.concatenate([part.foreign for part in parts]),
        parts[0].kind,
    )


def drop_echoes(sentences: Sequence[Candidate], asked: AskedWords) -> list[Candidate]:
    """Return the sentences that are no echoes; their places are counted without these."""
    kept: list[Candidate] = []
    for sentence in sentences:
        if is_echo(sentence.text, asked):
            continue
        place = 0
        if kept and kept[-1].rank == sentence.rank:
            place = kept[-1].place + 1
        kept.append(replace(sentence, place=place))
    return kept
