"""A question into hits: dense and lexical candidates, soft terms over both, one fused order.

Three channels look at each candidate passage:

- *dense*: cosine of the question with the passage's best sentence (FAISS);
- *lexical*: BM25 over words, stems and titles (tantivy), of the question's words and their translations;
- *soft*: BM25 in which a token also matches the passage tokens nearest to it in the shipped model's vector space.

A passage in another language than the question's is asked in its own (see ``rag.question.expand``).

The channels are standardised over the candidates (z-scores) and added with weights that depend on
whether the passage is in the question's language. A story that several articles tell in the same words counts once.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.index.terms import QueryTerm
from rag.models import tokenizer as tokenization
from rag.records import Filters, Hit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.generations import Generation
    from rag.question.expand import Query, WeightedTokens

# Of each channel, for passages in the question's language and in another, where few words are the same: from the
# plateau that scripts/tune_fusion.py finds.
SAME: Mapping[str, float] = {"lexical": 1.5, "soft": 1.0, "dense": 0.5}
FOREIGN: Mapping[str, float] = {"lexical": 3.0, "soft": 1.0, "dense": 2.0}
FIELDS: Mapping[str, float] = {"words": 0.5, "stems": 1.0, "title": 0.5}
PASSAGES_PER_ARTICLE = 3  # passages of one article that are shown before those of others
CANDIDATES = 60  # passages taken from each of the two searches
SENTENCES = 4 * CANDIDATES  # sentence rows asked of FAISS to fill them
K1, B = 0.9, 0.75  # of the soft terms: BM25, Robertson and Zaragoza (2009)
BONUSES = DAYS, CONVERSATION = (
    "days",
    "talk",
)  # the names of what preferred articles get, and those that were spoken of just before
CONVERSATION_BOOST = 2.0  # added to the score of a passage of the latter
DATE_BOOST = 1.5  # added to the score of a passage whose article is preferred; 0.5 to 3 do as well (scripts/measure_dates.py)
NEAR, NEIGHBOURS = 0.35, 30  # a token's soft matches: cosine above, at most so many


@dataclass(frozen=True)
class RankedPassages:
    """The candidates of one question, best first: passage rows and what each channel gave."""

    rows: NDArray[np.int64]
    fused: NDArray[np.float64]
    channels: Mapping[str, NDArray[np.float64]]
    foreign: NDArray[np.bool_]  # in another language than the question

    def scores(self, i: int) -> dict[str, float]:
        """What each channel gave the candidate at rank ``i``."""
        return {name: float(values[i]) for name, values in self.channels.items()}


def search_passages(
    query: Query,
    *,
    generation: Generation,
    table: NDArray[np.float16],
    filters: Filters | None = None,
    preferred: Filters | None = None,
    spoken_of: Collection[str] = (),
) -> RankedPassages:
    """The candidate passages that the filters let through, in fused order, each story once.

    Preferred articles come sooner, and so do those whose ids were ``spoken_of`` just before.
    """
    filters = filters or Filters()
    allowed = generation.rows_where(filters)
    dense = _dense(query, generation, allowed)
    lexical = score_lexical(query, generation, filters)
    rows = np.fromiter(sorted(dense | lexical.keys()), dtype=np.int64)
    if not len(rows):
        return RankedPassages(
            rows, np.zeros(0), {name: np.zeros(0) for name in SAME}, np.zeros(0, dtype=bool)
        )
    languages = generation.languages(rows.tolist())
    channels = {
        "dense": _cosines(query, generation, rows, languages),
        "lexical": np.array([lexical.get(row, 0.0) for row in rows.tolist()]),
        "soft": _soft(query, generation, rows, languages, table),
    }
    foreign = np.array([language != query.language for language in languages], dtype=bool)
    bonuses = {}
    first = generation.rows_where(preferred) if preferred else None
    if first is not None:
        bonuses[DAYS] = DATE_BOOST * np.isin(rows, first).astype(np.float64)
    if spoken_of:
        own = [row for article in spoken_of for row in generation.article_rows(article)]
        bonuses[CONVERSATION] = CONVERSATION_BOOST * np.isin(rows, own).astype(np.float64)
    return deduplicate(fuse(rows, channels, foreign, bonuses), generation=generation)


def fuse(
    rows: NDArray[np.int64],
    channels: Mapping[str, NDArray[np.float64]],
    foreign: NDArray[np.bool_],
    bonuses: Mapping[str, NDArray[np.float64]] | None = None,
) -> RankedPassages:
    """Candidates in the order of their channels' weighted z-scores, with bonuses, each then a channel of its own.

    ``foreign``: not in the question's language.
    """
    weighted = [
        np.where(foreign, FOREIGN[name], SAME[name]) * _standardised(values)
        for name, values in channels.items()
    ]
    more = bonuses or {}
    fused = np.sum([*weighted, *more.values()], axis=0)
    order = np.lexsort((rows, -fused))
    shown = {**channels, **more}
    return RankedPassages(
        rows[order],
        fused[order],
        {name: values[order] for name, values in shown.items()},
        foreign[order],
    )


def deduplicate(found: RankedPassages, *, generation: Generation) -> RankedPassages:
    """One article of each group of reprints: the one with the best passage, the earliest where several have as good a one."""
    owners = generation.owners_of(found.rows.tolist())
    chosen: dict[int, int] = {}
    for at in sorted(
        range(len(owners)), key=lambda at: (-found.fused[at], owners[at].day or math.inf)
    ):
        chosen.setdefault(owners[at].cluster, owners[at].article)
    return _taken(
        found, [at for at, owner in enumerate(owners) if chosen[owner.cluster] == owner.article]
    )


def reorder(found: RankedPassages, ranks: Sequence[int]) -> RankedPassages:
    """The candidates at these ranks first, in this order, then the others."""
    return _taken(found, [*ranks, *sorted(set(range(len(found.rows))).difference(ranks))])


def limit_per_article(found: RankedPassages, *, generation: Generation) -> RankedPassages:
    """The passages of an article beyond its first ``SLICES`` after those of all others."""
    seen: Counter[int] = Counter()
    beyond = []
    for owner in generation.owners_of(found.rows.tolist()):
        seen[owner.article] += 1
        beyond.append(seen[owner.article] > PASSAGES_PER_ARTICLE)
    return _taken(found, sorted(range(len(beyond)), key=beyond.__getitem__))


def _taken(found: RankedPassages, places: Sequence[int]) -> RankedPassages:
    """These candidates, in this order."""
    order = np.array(places, dtype=np.int64)
    channels = {name: values[order] for name, values in found.channels.items()}
    return RankedPassages(found.rows[order], found.fused[order], channels, found.foreign[order])


def make_hits(found: RankedPassages, top: int, *, generation: Generation) -> list[Hit]:
    """The ``top`` best candidates as hits."""
    passages = generation.passages(found.rows[:top].tolist())
    return [
        Hit(passage, float(found.fused[i]), found.scores(i)) for i, passage in enumerate(passages)
    ]


def make_query_terms(query: Query, total: int, sizes: Mapping[str, int]) -> list[QueryTerm]:
    """The lexical query: each word as written, and all that stands for it, in passages and titles of each language.

    What stands for one word counts as one term: its document frequency is the weighted sum of theirs (Darwish and Oard
    2003), so that a rare mistranslation gains nothing by being rare. ``total`` passages; ``sizes``: of them by language.
    """
    asked = [QueryTerm("words", term, FIELDS["words"]) for term in query.terms]
    for language, matches in query.expansions.items():
        together = np.zeros(len(query.terms))
        for match in matches:
            together[match.term] += match.weight * match.frequency
        for match in matches:
            unit = f"{language}:{match.unit}"
            asked.append(QueryTerm("title", unit, FIELDS["title"] * match.weight))
            if match.frequency:  # else not even a header holds it
                rarity = float(
                    compute_idf(together[match.term], sizes.get(language, 0))
                    / compute_idf(match.frequency, total)
                )
                asked.append(QueryTerm("stems", unit, FIELDS["stems"] * match.weight * rarity))
    return asked


def compute_idf(frequency: NDArray[np.float64] | float, total: int) -> NDArray[np.float64]:
    """BM25's inverse document frequency (Robertson and Zaragoza 2009), element by element."""
    least = np.minimum(frequency, total)
    return np.asarray(np.log1p((total - least + 0.5) / (least + 0.5)))


def _dense(query: Query, generation: Generation, allowed: NDArray[np.int64] | None) -> set[int]:
    """The passages of the nearest sentences."""
    owners = generation.owners
    sentences = None if allowed is None else np.flatnonzero(np.isin(owners, allowed))
    vector = _for_all(query, generation.passages_by_language)
    if not vector.any() or (sentences is not None and not len(sentences)):
        return set()
    rows, _ = generation.vectors.search(vector, SENTENCES, sentences)
    return set(list(dict.fromkeys(owners[rows].tolist()))[:CANDIDATES])


def _for_all(query: Query, sizes: Mapping[str, int]) -> NDArray[np.float32]:
    """One vector to search with: those for the index's languages, each by its share of the passages."""
    mixed = (
        sum(count * query.vector_for(language) for language, count in sizes.items())
        if sizes
        else query.vector
    )
    return np.asarray(mixed / max(float(np.linalg.norm(mixed)), 1e-9), dtype=np.float32)


def score_lexical(query: Query, generation: Generation, filters: Filters) -> dict[int, float]:
    """The best passages by their words, in all languages of the index: row and BM25 score."""
    rows, scores = generation.terms.search(
        make_query_terms(query, generation.size, generation.passages_by_language),
        CANDIDATES,
        filters,
    )
    return dict(zip(rows.tolist(), scores.tolist(), strict=True))


def _cosines(
    query: Query, generation: Generation, rows: NDArray[np.int64], languages: Sequence[str]
) -> NDArray[np.float64]:
    """The cosine of each passage's best sentence; passages without sentences get 0."""
    ranges = [generation.sentence_rows(row) for row in rows.tolist()]
    sentences = np.array([row for inner in ranges for row in inner], dtype=np.int64)
    vectors = generation.vectors.reconstruct(sentences)
    found = np.zeros(len(rows))
    end = 0
    for place, (inner, language) in enumerate(zip(ranges, languages, strict=True)):
        start, end = end, end + len(inner)
        if start < end:
            found[place] = (vectors[start:end] @ query.vector_for(language)).max()
    return found


def _soft(
    query: Query,
    generation: Generation,
    rows: NDArray[np.int64],
    languages: Sequence[str],
    table: NDArray[np.float16],
) -> NDArray[np.float64]:
    """Soft terms of each passage, asked for in the words of its language."""
    found = np.zeros(len(rows))
    for language in dict.fromkeys(languages):
        here = np.array([language == other for other in languages])
        bag = query.weighted_tokens.get(language) or query.weighted_tokens[query.language]
        found[here] = _soft_terms(bag, generation, rows[here], table)
    return found


def _soft_terms(
    bag: WeightedTokens, generation: Generation, rows: NDArray[np.int64], table: NDArray[np.float16]
) -> NDArray[np.float64]:
    texts = [
        np.concatenate([np.zeros(0, np.int64), *generation.tokens(generation.sentence_rows(row))])
        for row in rows.tolist()
    ]
    if not len(bag.tokens):
        return np.zeros(len(rows))
    vocabulary, columns = tokenization.find_distinct(np.concatenate(texts))
    cells = (
        np.repeat(np.arange(len(rows)), [len(text) for text in texts]) * len(vocabulary) + columns
    )
    counts = (
        np.bincount(cells, minlength=len(rows) * len(vocabulary))
        .reshape(len(rows), -1)
        .astype(np.float32)
    )
    weights = match_soft_terms(table[bag.tokens], table[vocabulary])
    rarity = compute_idf(weights @ generation.token_frequency[vocabulary], generation.size)
    length = K1 * (1 - B + B * counts.sum(axis=1) / generation.mean_length)
    found = counts @ weights.T.astype(np.float32)
    return np.asarray(
        (bag.weights * rarity * found * (K1 + 1) / (found + length[:, None])).sum(axis=1),
        dtype=np.float64,
    )


def match_soft_terms(
    asked: NDArray[np.float16], vocabulary: NDArray[np.float16]
) -> NDArray[np.float64]:
    """How much each vocabulary token (columns) stands for each asked one (rows): cosine to the fourth among the nearest.

    A row sums to at most 1; where the token is itself in the vocabulary it weighs 1, and its neighbours share .3.
    """
    cosines = normalise_rows(asked) @ normalise_rows(vocabulary).T
    if cosines.shape[1] > NEIGHBOURS:
        floor = np.partition(cosines, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS, None]
        cosines = np.where(cosines >= floor, cosines, 0.0)
    weights = np.where(cosines > NEAR, cosines, 0.0) ** 4
    same = cosines > 0.999
    shared = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    known = same.any(axis=1, keepdims=True)
    # A token that nothing stands for well counts for less: scaled by its best match.
    trust = np.minimum(1.2 * cosines.max(axis=1, initial=0.0, keepdims=True), 1.0)
    return np.where(known, np.where(same, 1.0, 0.3 * shared), trust * shared)


def normalise_rows(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Rows scaled to length 1; a zero row stays zero."""
    rows = vectors.astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=rows, where=lengths > 0)


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
