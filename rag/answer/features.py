"""What each sentence of the best passages shows of a question: a row of numbers.

Coverages say how much of the question a sentence has: by seven channels (the word itself, a word
like it, …), each weighed in six ways (by how rare its words are, …). Beside them stand where the
sentence is, what its passage got, what kind of answer is asked for and what the sentence holds
(``rag.answer.answer_types``), and which topics both speak of (``rag.answer.topics``).
``rag.answer.choosing`` decides by them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.answer_types import find_answer_types
from rag.answer.coverage import (
    compute_token_coverage,
    compute_token_length,
    compute_window_coverage,
    compute_word_coverage,
    cross_columns,
    number_articles,
)
from rag.answer.echoes import read_asked_words, read_header
from rag.answer.feature_names import (
    ASKED_TYPES,
    CHANNELS,
    COMPARED,
    COMPARED_WITHIN,
    PLACES,
    WEIGHTS,
)
from rag.answer.passage_groups import PassageGroups
from rag.answer.quotation_spans import find_context_start, is_headline
from rag.answer.topics import (
    PARAPHRASING_TOPICS,
    TOPICS,
    find_topics,
    mark_shared_topics,
    mark_topics,
)
from rag.question.question_types import classify_question
from rag.search import compute_idf
from rag.text import find_words, fold

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
SMALLEST = 1e-9  # keeps a quotient finite; too small to show in a feature


class Features:
    """The features of the candidate sentences of one question, each computed when first asked for.

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
        self._ranks = np.array([candidate.rank for candidate in candidates])
        self.articles = [candidate.hit.passage.article for candidate in candidates]
        self._texts = [candidate.text for candidate in candidates]
        self._languages = [article.language for article in self.articles]
        self._words = [find_words(text) for text in self._texts]
        self._places = np.arange(len(candidates))
        self._asked_words = read_asked_words(query, table)
        self._passages = PassageGroups(self._ranks.tolist())

    @cached_property
    def article_numbers(self) -> NDArray[np.int64]:
        """(candidates,): a number for each one's article; near duplicates share one."""
        article_ids = [article.id for article in self.articles]
        numbers = number_articles(article_ids, self._terms)
        return np.array(numbers)

    @cached_property
    def matrix(self) -> Array:
        """(candidates, FEATURE_NAMES): every feature, in the order of their names."""
        columns = self.columns
        below_best = []
        for name in COMPARED:
            column = columns[name]
            below_best.append(column - column.max())
        below_passage = []
        for name in COMPARED_WITHIN:
            column = columns[name]
            below_passage.append(column - self._passages.compute_max(column))

        # The type of question is one column of ones among zeros.
        asked_type = np.zeros((len(self.candidates), len(ASKED_TYPES)))
        asked_place = ASKED_TYPES.index(self.question_type)
        asked_type[:, asked_place] = 1.0
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
        columns = {}
        channels = self.channels
        for channel in CHANNELS:
            coverage = channels[channel]
            for weight, shares in self.shares.items():
                name = f"{channel} {weight}"
                columns[name] = shares @ coverage
        for channel in ("exact", "soft"):
            coverage = channels[channel]
            name = f"least {channel}"
            columns[name] = coverage.min(axis=0, initial=1.0)
        for channel in ("exact", "soft", "window"):
            coverage = channels[channel]
            name = f"{channel} own"
            weighted = self._specific_shares * coverage
            columns[name] = weighted.sum(axis=0)
        lead = self._compute_lead(columns["passage length"])
        places = self._compute_places(lead)
        columns.update(places)
        return columns

    @cached_property
    def channels(self) -> dict[str, Array]:
        """How well each term (rows) is covered by each candidate (columns), by channel."""
        query = self.query
        texts = list(zip(self._words, self._languages, strict=True))
        exact, expanded = compute_word_coverage(query, texts)
        tokens = [candidate.tokens for candidate in self.candidates]
        near = compute_token_coverage(query, tokens, self._table)
        soft = np.maximum(expanded, near)
        shares_topic = self._share_topics(TOPICS)
        by_topic = TOPIC_COVERAGE * shares_topic
        # A window of two sentences, of one at the beginning of a passage.
        previous = np.where(self._opens_passage, self._places, self._places - 1)
        # A passage is read together with the headline of its article.
        _, headlines = self._headline_coverage
        passages = self._passages.compute_max(soft)
        return {
            "exact": exact,
            "soft": soft,
            "near": near,
            "cued": np.maximum(soft, by_topic),
            "window": compute_window_coverage(soft, self._context_starts),
            "before": compute_window_coverage(soft, previous.tolist()),
            "passage": np.maximum(passages, headlines),
        }

    @cached_property
    def whole(self) -> Array:
        """(terms, candidates): coverage, in so many words, by each one's passage and headline."""
        exact_headlines, _ = self._headline_coverage
        passages = self._passages.compute_max(self.channels["exact"])
        return np.maximum(passages, exact_headlines)

    @cached_property
    def shares(self) -> dict[str, Array]:
        """How much of the question each term is, by weight.

        Each is (terms,) and sums to 1, or to 0 where no term has any weight.
        """
        query = self.query
        lengths = [compute_token_length(ids, self._table) for ids in query.term_tokens]
        length = np.array(lengths)
        size = max(self._size, MIN_INDEX_SIZE)
        rare = compute_idf(self.frequency, size)
        # In a small index any word may be rare: how common it is at large counts as well.
        telling = length * rare
        said_by = self._is_said.mean(axis=1)
        weights = {
            "length": length,
            "rare": rare,
            "telling": telling,
            "local": telling * np.exp(-CANDIDATE_DECAY * said_by),
            "even": np.ones(len(rare)),
            "names": np.array(query.names, dtype=float),
        }
        asked = np.where(query.in_parentheses, PARENTHESES_WEIGHT, 1.0)
        shares = {}
        for name in WEIGHTS:
            weight = asked * weights[name]
            total = max(weight.sum(), SMALLEST)
            shares[name] = weight / total
        return shares

    @cached_property
    def frequency(self) -> Array:
        """(terms,): about how many passages of the index have each term or its expansions."""
        query = self.query
        frequency = np.zeros(len(query.terms))
        for expansions in query.expansions.values():
            for expansion in expansions:
                count = expansion.weight * expansion.frequency
                frequency[expansion.term] += count
        return frequency

    @cached_property
    def paraphrased(self) -> Array:
        """(terms, candidates): 1 where a sentence says a term in another word of its topic."""
        return self._share_topics(PARAPHRASING_TOPICS)

    @cached_property
    def _is_said(self) -> NDArray[np.bool_]:
        """(terms, candidates): whether a sentence counts as saying a term."""
        return np.asarray(self.channels["soft"] > COVERED_FROM)

    @cached_property
    def _opens_passage(self) -> NDArray[np.bool_]:
        """(candidates,): whether a sentence is the first of its passage."""
        return np.asarray(self._places_in_passage == 0)

    @cached_property
    def _places_in_passage(self) -> NDArray[np.int64]:
        """(candidates,): the place of each sentence in its passage, from 0."""
        places = [candidate.place for candidate in self.candidates]
        return np.array(places)

    @cached_property
    def _specific_shares(self) -> Array:
        """(terms, candidates): shares in which a term that all the passage repeats weighs less."""
        is_said = self._is_said.astype(float)
        # What share of its passage's sentences says each term.
        said_shares = self._passages.compute_mean(is_said)
        decay = np.exp(-PASSAGE_DECAY * said_shares)
        telling = self.shares["telling"]
        weights = telling[:, None] * decay
        # Each candidate's shares sum to 1 again.
        totals = weights.sum(axis=0)
        divisors = np.maximum(totals, SMALLEST)
        return np.asarray(weights / divisors)

    @cached_property
    def _headline_coverage(self) -> tuple[Array, Array]:
        """Twice (terms, candidates): coverage by each one's headline, exact and expanded."""
        headlines = []
        for start in self._passages.starts:
            article = self.articles[start]
            header = read_header(article, self._asked_words)
            headlines.append((find_words(header), article.language))
        exact, expanded = compute_word_coverage(self.query, headlines)
        return (
            self._passages.spread(exact),
            self._passages.spread(expanded),
        )

    @cached_property
    def _context_starts(self) -> list[int]:
        """Where the quotation of each candidate begins."""
        candidates = self.candidates
        return [find_context_start(candidates, place) for place in self._places.tolist()]

    @cached_property
    def _answer_types(self) -> Array:
        """(candidates, ANSWER_TYPES): what each sentence holds that the question may ask for."""
        question = fold(self.query.text)
        question_terms = frozenset(self.query.terms)
        rows = []
        for place, text in enumerate(self._texts):
            answer_types = find_answer_types(
                text,
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
        terms = []
        for words in self._words:
            terms.append([word.term for word in words])
        return terms

    @cached_property
    def _topics(self) -> NDArray[np.bool_]:
        """(candidates, TOPICS): which topics each sentence speaks of."""
        texts = zip(self._terms, self._languages, strict=True)
        return mark_topics(texts)

    @property
    def _question_topics(self) -> list[bool]:
        """(TOPICS,): which topics the question speaks of."""
        query = self.query
        words = find_words(query.text)
        terms = [word.term for word in words]
        return find_topics(terms, query.language)

    def _share_topics(self, topics: Sequence[str]) -> Array:
        """(terms, candidates): 1 where a sentence and a term speak of the same of these topics."""
        return mark_shared_topics(
            self.query.terms,
            self.query.language,
            self._topics,
            topics,
        )

    def _compute_places(self, lead: Array) -> dict[str, Array]:
        """Return the ``PLACES``: where candidates stand, how near they are, what passages got."""
        candidates = self.candidates
        count = len(candidates)
        places = self._places
        # A neighbour in another passage is none: at a border, a sentence is its own neighbour.
        opens_passage = self._opens_passage
        ends_passage = np.append(opens_passage[1:], True)
        previous = np.where(opens_passage, places, places - 1)
        following = np.where(ends_passage, places, places + 1)
        dense = self._compute_cosines()
        is_foreign = [language != self.query.language for language in self._languages]
        word_counts = [len(text.split()) for text in self._texts]
        context_starts = np.array(self._context_starts)
        values = {
            "rank": 1.0 / (1.0 + self._ranks),
            "score": [candidate.hit.score for candidate in candidates],
            "words": np.log1p(word_counts),
            "dense": dense,
            "place": 1.0 / (1.0 + self._places_in_passage),
            "last": ends_passage,
            "headline": list(map(is_headline, candidates)),
            "leans": context_starts != places,
            "dense next": dense[following],
            "dense before": dense[previous],
            "asks": [text.rstrip().endswith("?") for text in self._texts],
            "lead soft": lead,
            "lexical": self._get_channel_scores("lexical"),
            "soft terms": self._get_channel_scores("soft"),
            "cosine": self._get_channel_scores("dense"),
            "foreign": is_foreign,
            "terms": np.full(count, len(self.query.terms)),  # one value for all
        }
        columns = {}
        for name in PLACES:
            value = values[name]
            columns[name] = np.asarray(value, dtype=float)
        return columns

    def _compute_cosines(self) -> Array:
        """Return (candidates,): the cosine of each with the question in the sentence's language."""
        cosines = []
        # In another language, the question is asked by the vector of its translation.
        for candidate, language in zip(self.candidates, self._languages, strict=True):
            question_vector = self.query.vector_for(language)
            cosine = candidate.vector @ question_vector
            cosines.append(float(cosine))
        return np.array(cosines)

    def _get_channel_scores(self, channel: str) -> list[float]:
        """Return what the passage of each candidate got from a search channel."""
        return [candidate.hit.scores[channel] for candidate in self.candidates]

    def _compute_lead(self, coverage: Array) -> Array:
        """Return (candidates,): how far each one's article is ahead of the best of the others."""
        numbers = self.article_numbers
        leads = []
        for value, number in zip(coverage, numbers, strict=True):
            others = coverage[numbers != number]
            best_other = others.max(initial=0.0)
            leads.append(value - best_other)
        return np.array(leads)
