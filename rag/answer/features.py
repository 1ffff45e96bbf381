"""What each sentence of the best passages shows of a question: a row of numbers that a person can read.

Coverages say how much of the question a sentence has: by five channels (the word itself, a word like it, …), each weighed
in five ways (by how rare its words are, …). Beside them stand where the sentence is, what its passage got, what kind of answer
is asked for and what the sentence holds (``rag.answer.answer_types``). ``rag.answer.choosing`` decides by them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.answer_types import ANSWER_TYPES, find_answer_types
from rag.answer.quotation_spans import find_context_start, is_headline
from rag.answer.topics import ALIKE, TOPICS, find_topics, mark_shared_topics, mark_topics
from rag.models import lexicon
from rag.models import tokenizer as tokenization
from rag.question import question_types as kinds
from rag.reading.passages import format_header
from rag.search import compute_idf, normalise_rows
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query
    from rag.text.words import Word

    Array = NDArray[np.float64]

COPIED = 8  # words: no two articles have a sentence of as many by chance
FEW = 20  # passages: in fewer, a word that stands in one of them is not yet common
SOFT = 0.6  # coverage from which a term counts as said
COMMON = 1.3  # how fast a term loses weight with the share of the candidates that say it
ASIDE = 0.4  # weight of a term that the question has in parentheses
CUED = 0.7  # coverage of a term by a word that gives the same cue
OWN = 1.5  # … that are of its passage
CHANNELS = ("exact", "soft", "near", "cued", "window", "before", "passage")
WEIGHTS = ("length", "rare", "telling", "local", "even", "names")
PLACES = (
    "rank", "score", "words", "dense", "place", "last", "headline", "leans", "dense next", "dense before", "asks", "lead soft",
    "lexical", "soft terms", "cosine", "foreign", "terms",
)  # fmt: skip
COMPARED = (  # also as they are less than the best candidate's …
    "exact length", "soft length", "window length", "soft rare", "exact rare", "soft local", "window local", "soft own",
    "soft even", "soft telling", "dense", "passage rare", "lexical", "soft terms", "cosine",
)  # fmt: skip
WITHIN = COMPARED[:11]  # … and less than the best of their passage


def names() -> Iterator[str]:
    """The features' names, in the order of ``Features.matrix``."""
    yield from (f"{channel} {weight}" for channel in CHANNELS for weight in WEIGHTS)
    yield from ("least exact", "least soft", "exact own", "soft own", "window own")
    yield from PLACES
    yield from (f"{name} below best" for name in COMPARED)
    yield from (f"{name} below its passage" for name in WITHIN)
    yield from (f"asks {kind}" for kind in (*kinds.QUESTION_TYPES, None))
    yield from (f"holds {what}" for what in ANSWER_TYPES)
    yield from (
        f"asks {kind} holds {what}"
        for kind in (*kinds.QUESTION_TYPES, None)
        for what in ANSWER_TYPES
    )
    yield from (f"{place} cue {cue}" for place in ("asked", "said", "shared") for cue in TOPICS)
    yield from (
        f"asks {kind} cue {cue}" for kind in (*kinds.QUESTION_TYPES, None) for cue in TOPICS
    )


NAMES = tuple(names())


class Features:
    """The features of the candidate sentences of one question; ``table``: token vectors; ``size``: passages of the index."""

    def __init__(
        self, query: Query, found: Sequence[Candidate], *, table: NDArray[np.float16], size: int
    ) -> None:
        self.query, self.found, self._table, self._size = query, found, table, size
        self.kind = kinds.classify_question(query.text, query.language)
        self.rank = np.array([candidate.rank for candidate in found])
        self.articles = [candidate.hit.passage.article for candidate in found]
        self._texts = [find_words(candidate.text) for candidate in found]
        self.numbers = np.array(stories([article.id for article in self.articles], self._terms))
        self._first = np.flatnonzero(np.diff(self.rank, prepend=-1))  # of each passage's sentences

    @cached_property
    def matrix(self) -> Array:
        """(candidates, NAMES): see ``names``."""
        columns = self.columns
        held = self._held
        kind = np.zeros((len(self.found), len(kinds.QUESTION_TYPES) + 1))
        kind[:, [*kinds.QUESTION_TYPES, None].index(self.kind)] = 1.0
        asked, said = (
            np.array(find_topics(word.term for word in find_words(self.query.text)), dtype=float),
            self._cues.astype(float),
        )
        below = [columns[name] - columns[name].max() for name in COMPARED]
        within = [columns[name] - self._over_passages(columns[name]) for name in WITHIN]
        cued = [np.broadcast_to(asked, said.shape), said, asked * said]
        return np.column_stack(
            [
                *columns.values(),
                *below,
                *within,
                kind,
                held,
                _crossed(kind, held),
                *cued,
                _crossed(kind, said),
            ]
        )

    @cached_property
    def columns(self) -> Mapping[str, Array]:
        """The features that are neither compared nor crossed with others."""
        channels = self.channels
        coverage = {
            f"{name} {weight}": share @ channels[name]
            for name in CHANNELS
            for weight, share in self.shares.items()
        }
        own = self.shares["telling"][:, None] * np.exp(-OWN * self._said_in_passage)
        own /= np.maximum(own.sum(axis=0), 1e-9)
        owns = {
            f"{name} own": (own * channels[name]).sum(axis=0)
            for name in ("exact", "soft", "window")
        }
        least = {
            f"least {name}": channels[name].min(axis=0, initial=1.0) for name in ("exact", "soft")
        }
        return {**coverage, **least, **owns, **self._places(coverage["passage length"])}

    @cached_property
    def channels(self) -> dict[str, Array]:
        """How well each term (rows) is covered by each candidate (columns), by channel."""
        texts = list(zip(self._texts, (article.language for article in self.articles), strict=True))
        exact, said = covered(self.query, texts)
        near = near_terms(self.query, [candidate.tokens for candidate in self.found], self._table)
        soft = np.maximum(said, near)
        before = [place - bool(candidate.place) for place, candidate in enumerate(self.found)]
        return {
            "exact": exact,
            "soft": soft,
            "near": near,
            "cued": np.maximum(soft, CUED * mark_shared_topics(self.query.terms, self._cues)),
            "window": over_windows(soft, self._reach),
            "before": over_windows(soft, before),
            "passage": np.maximum(self._over_passages(soft), self._titles[1]),
        }

    @cached_property
    def whole(self) -> Array:
        """How well each term is covered, in so many words, by each candidate's passage and headline together."""
        return np.maximum(self._over_passages(self.channels["exact"]), self._titles[0])

    @cached_property
    def shares(self) -> dict[str, Array]:
        """How much of the question each term is, by weight: each row sums to 1, or is 0 where no term has any weight."""
        length = np.array([_length(ids, self._table) for ids in self.query.term_tokens])
        rare = compute_idf(self.frequency, max(self._size, FEW))
        telling = length * rare  # in a small index any word may be rare
        local = telling * np.exp(-COMMON * (self.channels["soft"] > SOFT).mean(axis=1))
        asked = np.where(self.query.in_parentheses, ASIDE, 1.0)
        weights = (
            length,
            rare,
            telling,
            local,
            np.ones(len(rare)),
            np.array(self.query.names, dtype=float),
        )
        weighed = {name: asked * weight for name, weight in zip(WEIGHTS, weights, strict=True)}
        return {name: weight / max(weight.sum(), 1e-9) for name, weight in weighed.items()}

    @cached_property
    def frequency(self) -> Array:
        """In about how many passages of the index each term stands, or what stands for it."""
        found = np.zeros(len(self.query.terms))
        for matches in self.query.expansions.values():
            for match in matches:
                found[match.term] += match.weight * match.frequency
        return found

    @cached_property
    def _titles(self) -> tuple[Array, Array]:
        """Coverage by each candidate's headline: exact, and by what stands for the terms."""
        firsts = [self.articles[place] for place in self._first]
        titles = covered(
            self.query,
            [(find_words(format_header(article)), article.language) for article in firsts],
        )
        exact, said = (title[:, self._passage_of] for title in titles)
        return exact, said

    @cached_property
    def _reach(self) -> list[int]:
        """Where the quotation of each candidate begins."""
        return [find_context_start(self.found, place) for place in range(len(self.found))]

    @cached_property
    def _passage_of(self) -> NDArray[np.int64]:
        return np.searchsorted(self._first, np.arange(len(self.found)), side="right") - 1

    @cached_property
    def _said_in_passage(self) -> Array:
        said = (self.channels["soft"] > SOFT).astype(float)
        counts = np.diff([*self._first, len(self.found)])
        return np.asarray(
            (np.add.reduceat(said, self._first, axis=1) / counts)[:, self._passage_of]
        )

    @cached_property
    def _held(self) -> Array:
        question, asked = fold(self.query.text), frozenset(self.query.terms)
        rows = [
            find_answer_types(candidate.text, terms, asked, question)
            for candidate, terms in zip(self.found, self._terms, strict=True)
        ]
        return np.array(rows, dtype=float)

    @cached_property
    def said_otherwise(self) -> Array:
        """Whether each candidate (column) says each term in another word: "patron" for "dirige"."""
        return mark_shared_topics(self.query.terms, self._cues, ALIKE)

    @cached_property
    def _terms(self) -> list[list[str]]:
        return [[word.term for word in text] for text in self._texts]

    @cached_property
    def _cues(self) -> NDArray[np.bool_]:
        """(candidates, CUES): which each sentence gives."""
        return mark_topics(self._terms)

    def _places(self, passage: Array) -> dict[str, Array]:
        """Where the candidates stand, how near their vectors are, and what their passages got."""
        found, query, count = self.found, self.query, len(self.found)
        scores = {
            name: np.array([candidate.hit.scores[name] for candidate in found])
            for name in ("lexical", "soft", "dense")
        }
        dense = np.array(
            [
                float(c.vector @ query.vector_for(a.language))
                for c, a in zip(found, self.articles, strict=True)
            ]
        )
        starts = np.array([candidate.place == 0 for candidate in found])
        ends = np.append(starts[1:], True)
        here = np.arange(count)
        texts = [candidate.text for candidate in found]
        values = (
            1.0 / (1.0 + self.rank),
            np.array([candidate.hit.score for candidate in found]),
            np.log1p([len(text.split()) for text in texts]),
            dense,
            1.0 / (1.0 + np.array([candidate.place for candidate in found])),
            ends,
            np.array([is_headline(candidate) for candidate in found]),
            np.array(self._reach) != here,
            dense[np.where(ends, here, here + 1)],
            dense[np.where(starts, here, here - 1)],
            np.array([text.rstrip().endswith("?") for text in texts]),
            self._lead(passage),
            scores["lexical"],
            scores["soft"],
            scores["dense"],
            np.array([article.language != query.language for article in self.articles]),
            np.full(count, len(query.terms)),
        )
        return {
            name: np.asarray(value, dtype=float) for name, value in zip(PLACES, values, strict=True)
        }

    def _lead(self, coverage: Array) -> Array:
        """How much more a sentence's article covers than the best of the other articles."""
        pairs = zip(coverage, self.numbers, strict=True)
        return np.array(
            [value - coverage[self.numbers != own].max(initial=0.0) for value, own in pairs]
        )

    def _over_passages(self, values: Array) -> Array:
        """The greatest value among the candidates of each one's passage."""
        return np.asarray(np.maximum.reduceat(values, self._first, axis=-1)[..., self._passage_of])


def covered(query: Query, texts: Sequence[tuple[Sequence[Word], str]]) -> tuple[Array, Array]:
    """How well a text (column: its words and language) covers a term of the question (row).

    First whether it has the term, as it is or by its stem; then also what stands for it: the root of its weight.
    """
    exact, said = np.zeros((2, len(query.terms), len(texts)))
    units = lexicon.get_lexicon().units
    for column, (found, language) in enumerate(texts):
        terms, here = (
            {word.term for word in found},
            {unit for word in found for unit in units(word.form, language)},
        )
        exact[:, column] = [
            term in terms or units(form, language)[0] in here for term, _, _, form in query.words
        ]
        for match in query.expansions.get(language, ()):
            if match.unit in here:
                said[match.term, column] = max(said[match.term, column], match.weight**0.5)
    return exact, np.maximum(exact, said)


def near_terms(
    query: Query, texts: Sequence[NDArray[np.uint16]], table: NDArray[np.float16]
) -> Array:
    """How near the nearest tokens of a text (column) are to a term of the question (row): mean cosine, by token length."""
    near = np.zeros((len(query.terms), len(texts)))
    vocabulary, columns = tokenization.find_distinct(
        np.concatenate([np.zeros(0, np.uint16), *texts])
    )
    asked = [token for ids in query.term_tokens for token in ids]
    if not asked or not len(vocabulary):
        return near
    cosines = normalise_rows(table[asked]) @ normalise_rows(table[vocabulary]).T
    ends = np.cumsum([len(text) for text in texts])[:-1]
    best = np.stack(
        [cosines[:, here].max(axis=1, initial=0.0) for here in np.split(columns, ends)], axis=1
    )
    norms = np.linalg.norm(table[asked].astype(np.float32), axis=1, keepdims=True) + 1e-9
    start = 0
    for row, ids in enumerate(query.term_tokens):
        stop = start + len(ids)
        if ids:
            near[row] = (norms[start:stop] * best[start:stop]).sum(axis=0) / norms[start:stop].sum()
        start = stop
    return np.clip(near, 0.0, 1.0)


def over_windows(coverage: Array, first: Sequence[int]) -> Array:
    """Coverage by a sentence together with those before it, from ``first`` on."""
    return np.stack(
        [coverage[:, start : place + 1].max(axis=1) for place, start in enumerate(first)], axis=1
    )


def stories(articles: Sequence[str], texts: Iterable[Sequence[str]]) -> list[int]:
    """A number for the article of each sentence, given by its words: the same for two that have a sentence in common."""
    said: dict[tuple[str, ...], str] = {}
    same: dict[str, str] = {}
    for article, text in zip(articles, map(tuple, texts), strict=True):
        first = said.setdefault(text, article) if len(text) >= COPIED else article
        if first != article:
            same.setdefault(article, same.get(first, first))
    told = [same.get(article, article) for article in articles]
    return [told.index(story) for story in told]


def _crossed(one: Array, other: Array) -> Array:
    """(rows, columns of the one × columns of the other): their products."""
    return np.asarray((one[:, :, None] * other[:, None, :]).reshape(len(one), -1))


def _length(ids: Sequence[int], table: NDArray[np.float16]) -> float:
    """How much a word says: the length of its vector, in which frequent tokens were weighted down (SIF)."""
    return float(np.linalg.norm(table[list(ids)].astype(np.float32).sum(axis=0))) if ids else 0.0
