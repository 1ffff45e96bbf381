"""What each sentence of the best passages shows of a question: a row of numbers that a person can read.

Coverages say how much of the question a sentence has: by seven channels (the word itself, a word like it, …), each weighed
in six ways (by how rare its words are, …). Beside them stand where the sentence is, what its passage got, what kind of
answer is asked for and what the sentence holds (``rag.answer.answer_types``), and which topics both speak of
(``rag.answer.topics``). ``rag.answer.choosing`` decides by them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.answer_types import ANSWER_TYPES, find_answer_types
from rag.answer.coverage import (
    compute_token_coverage,
    compute_token_length,
    compute_window_coverage,
    compute_word_coverage,
    cross_columns,
    number_articles,
)
from rag.answer.quotation_spans import find_context_start, is_headline
from rag.answer.topics import (
    PARAPHRASING_TOPICS,
    TOPICS,
    find_topics,
    mark_shared_topics,
    mark_topics,
)
from rag.question.question_types import QUESTION_TYPES, classify_question
from rag.reading.passages import format_header
from rag.search import compute_idf
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query

    Array = NDArray[np.float64]

# All of these were chosen by hand, before the scorers were fitted on the features that they make.
MIN_INDEX_SIZE = 20  # passages: in fewer, a word that stands in one of them is not yet common
COVERED_FROM = 0.6  # coverage from which a term counts as said
CANDIDATE_DECAY = 1.3  # how fast a term loses weight with the share of the candidates that say it
PASSAGE_DECAY = 1.5  # likewise, with the share of its passage's sentences
PARENTHESES_WEIGHT = 0.4  # of a term that the question has in parentheses
TOPIC_COVERAGE = 0.7  # of a term by a sentence that speaks of the same topic in another word

CHANNELS = ("exact", "soft", "near", "cued", "window", "before", "passage")
WEIGHTS = ("length", "rare", "telling", "local", "even", "names")
EXTREMES = ("least exact", "least soft", "exact own", "soft own", "window own")
PLACES = (
    "rank", "score", "words", "dense", "place", "last", "headline", "leans", "dense next", "dense before", "asks",
    "lead soft", "lexical", "soft terms", "cosine", "foreign", "terms",
)  # fmt: skip
# Features that are there a second time, as they are less than the best candidate's.
COMPARED = (
    "exact length", "soft length", "window length", "soft rare", "exact rare", "soft local", "window local", "soft own",
    "soft even", "soft telling", "dense", "passage rare", "lexical", "soft terms", "cosine",
)  # fmt: skip
# Those of them that are there a third time, as they are less than the best of their passage.
COMPARED_WITHIN = COMPARED[:11]
ASKED_TYPES = (*QUESTION_TYPES, None)


def name_features() -> tuple[str, ...]:
    """Return the features' names, in the order of ``Features.matrix``."""
    names = [f"{channel} {weight}" for channel in CHANNELS for weight in WEIGHTS]
    names.extend(EXTREMES)
    names.extend(PLACES)
    names.extend(f"{name} below best" for name in COMPARED)
    names.extend(f"{name} below its passage" for name in COMPARED_WITHIN)
    names.extend(f"asks {asked}" for asked in ASKED_TYPES)
    names.extend(f"holds {answer}" for answer in ANSWER_TYPES)
    for asked in ASKED_TYPES:
        names.extend(f"asks {asked} holds {answer}" for answer in ANSWER_TYPES)
    for place in ("asked", "said", "shared"):
        names.extend(f"{place} cue {topic}" for topic in TOPICS)
    for asked in ASKED_TYPES:
        names.extend(f"asks {asked} cue {topic}" for topic in TOPICS)
    return tuple(names)


FEATURE_NAMES = name_features()


class Features:
    """The features of the candidate sentences of one question, each computed when it is first asked for.

    ``table``: the shipped model's token vectors; ``size``: passages of the index.
    """

    def __init__(
        self,
        query: Query,
        candidates: Sequence[Candidate],
        *,
        table: NDArray[np.float16],
        size: int,
    ) -> None:
        self.query = query
        self.candidates = candidates
        self._table = table
        self._size = size
        self.question_type = classify_question(query.text, query.language)
        self.rank = np.array([candidate.rank for candidate in candidates])
        self.articles = [candidate.hit.passage.article for candidate in candidates]
        self._languages = [article.language for article in self.articles]
        self._words = [find_words(candidate.text) for candidate in candidates]
        article_ids = [article.id for article in self.articles]
        self.article_numbers = np.array(number_articles(article_ids, self._terms))
        # The places of each passage's first sentence, and which passage each candidate is of.
        self._passage_starts = np.flatnonzero(np.diff(self.rank, prepend=-1))
        places = np.arange(len(candidates))
        self._passage_of = np.searchsorted(self._passage_starts, places, side="right") - 1

    @cached_property
    def matrix(self) -> Array:
        """(candidates, FEATURE_NAMES): see ``name_features``."""
        columns = self.columns
        below_best = [columns[name] - columns[name].max() for name in COMPARED]
        below_passage = [
            columns[name] - self._max_over_passages(columns[name]) for name in COMPARED_WITHIN
        ]
        asked_type = np.zeros((len(self.candidates), len(ASKED_TYPES)))
        asked_type[:, ASKED_TYPES.index(self.question_type)] = 1.0
        answer_types = self._answer_types
        topics = self._topics.astype(float)
        asked_topics = np.array(self._question_topics, dtype=float)
        return np.column_stack(
            [
                *columns.values(),
                *below_best,
                *below_passage,
                asked_type,
                answer_types,
                cross_columns(asked_type, answer_types),
                np.broadcast_to(asked_topics, topics.shape),
                topics,
                asked_topics * topics,
                cross_columns(asked_type, topics),
            ]
        )

    @cached_property
    def columns(self) -> Mapping[str, Array]:
        """The features that are neither compared nor crossed with others."""
        channels = self.channels
        columns = {}
        for channel in CHANNELS:
            for weight, shares in self.shares.items():
                columns[f"{channel} {weight}"] = shares @ channels[channel]
        for channel in ("exact", "soft"):
            columns[f"least {channel}"] = channels[channel].min(axis=0, initial=1.0)
        for channel in ("exact", "soft", "window"):
            weighted = self._specific_shares * channels[channel]
            columns[f"{channel} own"] = weighted.sum(axis=0)
        columns.update(self._compute_places(columns["passage length"]))
        return columns

    @cached_property
    def channels(self) -> dict[str, Array]:
        """How well each term (rows) is covered by each candidate (columns), by channel."""
        texts = list(zip(self._words, self._languages, strict=True))
        exact, expanded = compute_word_coverage(self.query, texts)
        tokens = [candidate.tokens for candidate in self.candidates]
        near = compute_token_coverage(self.query, tokens, self._table)
        soft = np.maximum(expanded, near)
        by_topic = TOPIC_COVERAGE * self._share_topics(TOPICS)
        before = [place - bool(candidate.place) for place, candidate in enumerate(self.candidates)]
        _, headlines = self._headline_coverage
        return {
            "exact": exact,
            "soft": soft,
            "near": near,
            "cued": np.maximum(soft, by_topic),
            "window": compute_window_coverage(soft, self._context_starts),
            "before": compute_window_coverage(soft, before),
            "passage": np.maximum(self._max_over_passages(soft), headlines),
        }

    @cached_property
    def whole(self) -> Array:
        """How well each term is covered, in so many words, by each candidate's passage and headline together."""
        exact_headlines, _ = self._headline_coverage
        passages = self._max_over_passages(self.channels["exact"])
        return np.maximum(passages, exact_headlines)

    @cached_property
    def shares(self) -> dict[str, Array]:
        """How much of the question each term is, by weight: (terms,), sums to 1, or 0 where no term has any weight."""
        query = self.query
        length = np.array([compute_token_length(ids, self._table) for ids in query.term_tokens])
        rare = compute_idf(self.frequency, max(self._size, MIN_INDEX_SIZE))
        telling = length * rare  # in a small index any word may be rare
        is_said = self.channels["soft"] > COVERED_FROM
        weights = {
            "length": length,
            "rare": rare,
            "telling": telling,
            "local": telling * np.exp(-CANDIDATE_DECAY * is_said.mean(axis=1)),
            "even": np.ones(len(rare)),
            "names": np.array(query.names, dtype=float),
        }
        in_parentheses = np.where(query.in_parentheses, PARENTHESES_WEIGHT, 1.0)
        shares = {}
        for name in WEIGHTS:
            weight = in_parentheses * weights[name]
            shares[name] = weight / max(weight.sum(), 1e-9)
        return shares

    @cached_property
    def frequency(self) -> Array:
        """(terms,): in about how many passages of the index each term stands, or what stands for it."""
        frequency = np.zeros(len(self.query.terms))
        for matches in self.query.expansions.values():
            for match in matches:
                frequency[match.term] += match.weight * match.frequency
        return frequency

    @cached_property
    def paraphrased(self) -> Array:
        """(terms, candidates): 1 where a sentence says a term in another word of its topic ("patron" for "dirige")."""
        return self._share_topics(PARAPHRASING_TOPICS)

    @cached_property
    def _specific_shares(self) -> Array:
        """(terms, candidates): shares in which a term weighs less if the other sentences of the passage say it too."""
        is_said = (self.channels["soft"] > COVERED_FROM).astype(float)
        sentence_counts = np.diff([*self._passage_starts, len(self.candidates)])
        said_counts = np.add.reduceat(is_said, self._passage_starts, axis=1)
        said_shares = (said_counts / sentence_counts)[:, self._passage_of]
        weights = self.shares["telling"][:, None] * np.exp(-PASSAGE_DECAY * said_shares)
        weights /= np.maximum(weights.sum(axis=0), 1e-9)
        return np.asarray(weights)

    @cached_property
    def _headline_coverage(self) -> tuple[Array, Array]:
        """Twice (terms, candidates): coverage by each candidate's headline, exact and expanded."""
        headlines = []
        for start in self._passage_starts:
            article = self.articles[start]
            headlines.append((find_words(format_header(article)), article.language))
        exact, expanded = compute_word_coverage(self.query, headlines)
        return exact[:, self._passage_of], expanded[:, self._passage_of]

    @cached_property
    def _context_starts(self) -> list[int]:
        """Where the quotation of each candidate begins."""
        places = range(len(self.candidates))
        return [find_context_start(self.candidates, place) for place in places]

    @cached_property
    def _answer_types(self) -> Array:
        """(candidates, ANSWER_TYPES): what each sentence holds that the question may ask for."""
        question = fold(self.query.text)
        question_terms = frozenset(self.query.terms)
        rows = []
        for place, candidate in enumerate(self.candidates):
            answer_types = find_answer_types(
                candidate.text,
                self._languages[place],
                self._terms[place],
                question_terms,
                question,
            )
            rows.append(answer_types)
        return np.array(rows, dtype=float)

    @cached_property
    def _terms(self) -> list[list[str]]:
        """The folded words of each sentence."""
        return [[word.term for word in words] for words in self._words]

    @cached_property
    def _topics(self) -> NDArray[np.bool_]:
        """(candidates, TOPICS): which topics each sentence speaks of."""
        return mark_topics(zip(self._terms, self._languages, strict=True))

    @property
    def _question_topics(self) -> list[bool]:
        """(TOPICS,): which topics the question speaks of."""
        terms = [word.term for word in find_words(self.query.text)]
        return find_topics(terms, self.query.language)

    def _share_topics(self, topics: Sequence[str]) -> Array:
        """(terms, candidates): 1 where a sentence and a term speak of the same of these topics."""
        query = self.query
        return mark_shared_topics(query.terms, query.language, self._topics, topics)

    def _compute_places(self, passage_coverage: Array) -> dict[str, Array]:
        """Return where the candidates stand, how near their vectors are, and what their passages got."""
        candidates = self.candidates
        places = np.arange(len(candidates))
        opens_passage = np.array([candidate.place == 0 for candidate in candidates])
        ends_passage = np.append(opens_passage[1:], True)
        dense = self._compute_cosines()
        lengths = [len(candidate.text.split()) for candidate in candidates]
        place_in_passage = np.array([candidate.place for candidate in candidates])
        is_foreign = [language != self.query.language for language in self._languages]
        values = {
            "rank": 1.0 / (1.0 + self.rank),
            "score": np.array([candidate.hit.score for candidate in candidates]),
            "words": np.log1p(lengths),
            "dense": dense,
            "place": 1.0 / (1.0 + place_in_passage),
            "last": ends_passage,
            "headline": np.array([is_headline(candidate) for candidate in candidates]),
            "leans": np.array(self._context_starts) != places,
            "dense next": dense[np.where(ends_passage, places, places + 1)],
            "dense before": dense[np.where(opens_passage, places, places - 1)],
            "asks": np.array([candidate.text.rstrip().endswith("?") for candidate in candidates]),
            "lead soft": self._compute_lead(passage_coverage),
            "lexical": self._get_channel_scores("lexical"),
            "soft terms": self._get_channel_scores("soft"),
            "cosine": self._get_channel_scores("dense"),
            "foreign": np.array(is_foreign),
            "terms": np.full(len(candidates), len(self.query.terms)),
        }
        return {name: np.asarray(values[name], dtype=float) for name in PLACES}

    def _compute_cosines(self) -> Array:
        """Return (candidates,): the cosine of each sentence with the question, asked in the sentence's language."""
        cosines = []
        for candidate, language in zip(self.candidates, self._languages, strict=True):
            cosine = candidate.vector @ self.query.vector_for(language)
            cosines.append(float(cosine))
        return np.array(cosines)

    def _get_channel_scores(self, channel: str) -> Array:
        """Return (candidates,): what the passage of each sentence got from a search channel."""
        return np.array([candidate.hit.scores[channel] for candidate in self.candidates])

    def _compute_lead(self, coverage: Array) -> Array:
        """Return (candidates,): how much more a sentence's article covers than the best of the other articles."""
        leads = []
        for value, number in zip(coverage, self.article_numbers, strict=True):
            others = coverage[self.article_numbers != number]
            leads.append(value - others.max(initial=0.0))
        return np.array(leads)

    def _max_over_passages(self, values: Array) -> Array:
        """Return the greatest value among the candidates of each one's passage."""
        by_passage = np.maximum.reduceat(values, self._passage_starts, axis=-1)
        return np.asarray(by_passage[..., self._passage_of])
