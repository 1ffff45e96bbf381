"""The articles on a topic, and which of their sentences speak of it.

A topic is what a question asks a form of: "timeline of …". An article is on it when it has the
topic's names and the heaviest of its other words, and covers most of what the topic's words tell.
Where that is said in other words ("the drought in Valdecorza" of an article on its reservoir), it
is enough to have the names, and to be like an article that covers the topic (pseudo-relevance
feedback, Rocchio 1971). An article that names a topic once, in passing, is not on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import find_amounts
from rag.answer.choosing import list_candidates
from rag.answer.coverage import compute_token_coverage, compute_word_coverage
from rag.answer.echoes import read_asked_words
from rag.answer.layouts import is_telling
from rag.answer.shared_sentences import leave_out_shared
from rag.answer.statements import load_function_words
from rag.answer.topics import MONEY, find_topics, mark_paraphrased
from rag.search import RankedPassages, deduplicate, make_hits
from rag.text import find_words, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from re import Pattern

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.index.opened import OpenedIndex
    from rag.question.expand import Query
    from rag.records import Article

    Array = NDArray[np.float64]
    TokenVectors = NDArray[np.float16]
    EmbedTexts = Callable[[Sequence[str]], NDArray[np.float32]]

# All chosen by hand, on articles of our own.
MAX_ARTICLES = 60  # of those that the search finds
MAX_PASSAGES = 12  # of an article, from its beginning: a book is not read whole
ON_TOPIC = 0.6  # of what the topic's words tell, in an article that surely is on it
NEAR_TOPIC = 0.5  # in the best one, where none surely is
MIN_TOPIC = 0.35  # in one that is like an article on it
# The cosine of the mean sentences of two articles on one topic: where one article surely is on it,
# and where several are, since one of these is like any article by chance.
ALIKE = 0.45
ALIKE_AMONG_SEVERAL = 0.55
HEAVY_SHARE = 0.5  # of the heaviest word's weight, beside the names
HAS_WORD = 0.5  # how surely a word must be in a text
PARAPHRASED = 0.6  # how surely a word is in a text that speaks of all that it speaks of
# The cosine of a word with the nearest of a text where neither has to do with the other.
CHANCE_COSINE = 0.3
SMALLEST = 1e-9  # keeps a quotient finite
FIRST_SENTENCES = 2  # that tell what an article is about
MENTIONED = 0.3  # of what the topic's words tell, in a sentence that speaks of it
MIN_MENTIONS = 2  # such sentences further below, for an article on it


class Story(NamedTuple):
    """An article with its sentences, and which of them can stand for it."""

    article: Article
    sentences: Sequence[Candidate]
    telling: Sequence[int]  # places of sentences

    @property
    def centroid(self) -> Array:
        """The mean of its telling sentences, of unit length."""
        vectors = [self.sentences[place].vector for place in self.telling]
        mean: Array = np.mean(
            vectors,
            axis=0,
            dtype=np.float64,
        )
        length = float(np.linalg.norm(mean))
        return mean / max(length, SMALLEST)


class TopicArticle(NamedTuple):
    """An article on a topic, and how its sentences stand to the topic and to the title."""

    story: Story
    coverage: Array  # (terms of the topic, telling sentences), from 0 to 1
    weights: Array  # (terms,), what each tells; sum to 1
    title: Array  # (terms,), how surely the title has each
    relevance: float  # how much of the topic title and text cover
    likeness: Array  # (telling sentences,), cosines with the title

    @property
    def title_coverage(self) -> float:
        """How much of the topic the title covers."""
        return float(self.weights @ self.title)

    @property
    def telling(self) -> list[Candidate]:
        """The sentences that can stand for the article, in its order."""
        return [self.story.sentences[place] for place in self.story.telling]


class Topic(NamedTuple):
    """A topic's words: what each tells, and which of them an article on it must have."""

    query: Query
    weights: Array  # (terms,)
    is_name: NDArray[np.bool_]  # (terms,)
    table: TokenVectors  # of the shipped model

    @classmethod
    def of(
        cls,
        query: Query,
        *,
        is_inside: bool,
        table: TokenVectors,
    ) -> Topic:
        """Return the topic that is searched for.

        ``is_inside``: it did not begin the question, so that a capital there is of a name.
        """
        names = list(query.names)
        tells_names = is_inside and not has_capitalised_nouns(query.language)
        for place, word in enumerate(query.words):
            has_capital = query.text[word.start].isupper()
            names[place] = names[place] or (tells_names and has_capital)
        shares = read_asked_words(query, table).shares
        links = load_function_words(query.language)  # "chez" of "chez Amazon"
        weights = []
        for place, word in enumerate(query.words):
            is_before_name = not names[place] and any(names[place + 1 : place + 2])
            is_link = is_before_name and word.term in links
            weights.append(0.0 if is_link else shares.get(word.term, 0.0))
        total = sum(weights) or 1.0
        return cls(
            query,
            np.array(weights) / total,
            np.array(names, dtype=bool),
            table,
        )

    def leave_out(self, phrase: Pattern[str]) -> Topic:
        """Return the topic without the words of a phrase, which an article need not have."""
        forms = [word.form for word in self.query.words]
        is_kept = np.array([phrase.fullmatch(form) is None for form in forms], dtype=bool)
        weights = self.weights * is_kept
        total = float(weights.sum()) or 1.0
        return self._replace(weights=weights / total, is_name=self.is_name & is_kept)


class _Reading(NamedTuple):
    """How an article covers a topic: its title first, then its telling sentences."""

    story: Story
    words: Array  # (terms, texts), by words and what stands for them
    coverage: Array  # (terms, texts), also by words that are near
    is_of_paper: NDArray[np.bool_]  # (terms,): names that its paper has in its own

    def covers(self, is_needed: NDArray[np.bool_]) -> bool:
        """Return whether title, text or the paper's name has each of some words.

        What "Le Courrier de Vaubrun" reports is of Vaubrun, whether it says so or not.
        """
        has_word = self.words.max(axis=1) >= HAS_WORD
        return bool((has_word | self.is_of_paper)[is_needed].all())

    def is_about(self, topic: Topic) -> bool:
        """Return whether it speaks of the topic in its title, its first sentences, or often.

        Where its paper has the topic's names in its own, one mention is enough.
        """
        mentions = np.flatnonzero(topic.weights @ self.words >= MENTIONED)
        is_at_top = bool((mentions <= FIRST_SENTENCES).any())
        is_of_there = topic.is_name.any() and self.is_of_paper[topic.is_name].all()
        return is_at_top or len(mentions) >= (1 if is_of_there else MIN_MENTIONS)


def list_stories(
    ranked: RankedPassages,
    generation: OpenedIndex,
) -> Iterator[Story]:
    """Yield the articles of ranked passages, one of each story, by the best passage of each."""
    ranked = deduplicate(ranked, generation=generation)
    rows = ranked.rows.tolist()
    owners = generation.owners_of(rows)
    best_rows: dict[int, int] = {}
    for row, owner in zip(rows, owners, strict=True):
        best_rows.setdefault(owner.article, row)
    first_rows = list(best_rows.values())[:MAX_ARTICLES]
    for passage in generation.passages(first_rows):
        yield read_story(passage.article.id, generation)


def read_story(
    article_id: str,
    generation: OpenedIndex,
) -> Story:
    """Return an article with its sentences; of a long one those of its first passages."""
    rows = list(generation.article_rows(article_id))[:MAX_PASSAGES]
    count = len(rows)
    ranked = RankedPassages(
        np.array(rows, dtype=np.int64), np.zeros(count), {}, np.zeros(count, dtype=bool)
    )
    hits = make_hits(ranked, count, generation=generation)
    article = hits[0].passage.article
    sentences = list_candidates(hits, rows, generation=generation)
    telling = []
    for place, sentence in enumerate(sentences):
        # A headline or a line without a full stop can where there is nothing else.
        if len(sentences) == 1 or is_telling(sentence.text, article.title):
            telling.append(place)
    return Story(article, sentences, telling)


def find_topic_articles(
    topic: Topic,
    stories: Iterable[Story],
    *,
    embed: EmbedTexts,
) -> list[TopicArticle]:
    """Return the stories that are on the topic, in their order."""
    readings = [_read(story, topic) for story in leave_out_shared(stories) if story.telling]
    needed = _choose_needed(topic, readings)
    readings = [reading for reading in readings if reading.covers(needed)]
    readings = [reading for reading in readings if reading.is_about(topic)]
    chosen = _choose_on_topic(readings, topic)
    return _join_titles(chosen, topic, embed)


def _choose_on_topic(
    readings: Sequence[_Reading],
    topic: Topic,
) -> list[_Reading]:
    """Return the articles that surely are on the topic, and those that are like one of them."""
    relevance = [_rate(reading, topic) for reading in readings]
    enough = min(ON_TOPIC, max(relevance, default=0.0))
    if enough < NEAR_TOPIC:
        return []
    thing = _find_thing(topic, readings)
    is_sure = []
    for reading, rate in zip(readings, relevance, strict=True):
        is_sure.append(rate >= enough and reading.covers(thing))
    core = [readings[place].story.centroid for place in np.flatnonzero(is_sure).tolist()]
    chosen = []
    for reading, rate, sure in zip(readings, relevance, is_sure, strict=True):
        # Where several call it so, one that does not is on something else that they name.
        may_be = len(core) == 1 or reading.covers(thing)
        if sure or (may_be and rate >= MIN_TOPIC and _is_like(reading.story, core)):
            chosen.append(reading)
    return chosen


def take_as_topic_articles(
    stories: Iterable[Story],
    *,
    embed: EmbedTexts,
) -> list[TopicArticle]:
    """Return stories as the articles on a topic without words: all of them."""
    readings = []
    for story in leave_out_shared(stories):
        if story.telling:
            nothing = np.zeros((0, 1 + len(story.telling)))
            readings.append(_Reading(story, nothing, nothing, np.zeros(0, dtype=bool)))
    return _join_titles(readings, None, embed)


def _read(
    story: Story,
    topic: Topic,
) -> _Reading:
    """Return how a story covers a topic."""
    article = story.article
    telling = [story.sentences[place] for place in story.telling]
    texts = [article.title, *(sentence.text for sentence in telling)]
    read = [(find_words(text), article.language) for text in texts]
    _, words = compute_word_coverage(topic.query, read)
    forms = [word.term for word in topic.query.words]
    terms = [([word.term for word in text], language) for text, language in read]
    is_paraphrased = mark_paraphrased(forms, topic.query.language, terms)
    words = np.maximum(words, PARAPHRASED * is_paraphrased)
    tokens = [sentence.tokens for sentence in telling]
    cosines = compute_token_coverage(topic.query, tokens, topic.table)
    nearness = (cosines - CHANCE_COSINE) / (1 - CHANCE_COSINE)
    nearness = nearness.clip(0.0, 1.0)
    coverage = words.copy()
    in_sentences = coverage[:, 1:]
    in_sentences[:] = np.maximum(in_sentences, nearness)
    priced = PARAPHRASED * _mark_prices(telling)
    for place, form in enumerate(forms):
        speaks_of_money = find_topics([form], topic.query.language)[MONEY]
        if speaks_of_money:
            in_sentences[place] = np.maximum(in_sentences[place], priced)
    publisher = article.publisher or ""
    paper = {word.term for word in find_words(publisher)}
    is_in_paper = [form in paper for form in forms]
    is_of_paper = topic.is_name & np.array(is_in_paper, dtype=bool)
    return _Reading(story, words, coverage, is_of_paper)


def _mark_prices(sentences: Sequence[Candidate]) -> NDArray[np.bool_]:
    """Return (sentences,): whether each has an amount of money, which tells a cost or a price."""
    is_priced = np.zeros(len(sentences), dtype=bool)
    for place, sentence in enumerate(sentences):
        language = sentence.hit.passage.article.language
        amounts = find_amounts(sentence.text, language)
        is_priced[place] = any(amount.is_money for amount in amounts)
    return is_priced


def _rate(
    reading: _Reading,
    topic: Topic,
) -> float:
    """Return how much of what a topic's words tell an article covers."""
    return float(topic.weights @ reading.coverage.max(axis=1))


def _choose_needed(
    topic: Topic,
    readings: Sequence[_Reading],
) -> NDArray[np.bool_]:
    """Return which words an article on the topic must have: its names, or the heaviest known."""
    if topic.is_name.any():
        return topic.is_name
    is_known = _find_known(topic, readings)
    return _mark_heaviest(np.where(is_known, topic.weights, 0.0))


def _find_thing(
    topic: Topic,
    readings: Sequence[_Reading],
) -> NDArray[np.bool_]:
    """Return the word, beside the names, that an article surely on the topic must have.

    "Layoffs" of "layoffs at Amazon". It is the heaviest that is known, but no light one where the
    heavy ones are unknown.
    """
    weights = np.where(topic.is_name, 0.0, topic.weights)
    is_heavy = weights >= HEAVY_SHARE * weights.max(initial=0.0)
    is_known = _find_known(topic, readings)
    heavy_weights = np.where(is_heavy, weights, 0.0)
    known_weights = np.where(is_known, heavy_weights, 0.0)
    return _mark_heaviest(known_weights if known_weights.any() else heavy_weights)


def _find_known(
    topic: Topic,
    readings: Sequence[_Reading],
) -> NDArray[np.bool_]:
    """Return which words of a topic an article has."""
    is_known = np.zeros(len(topic.weights), dtype=bool)
    for reading in readings:
        is_known |= reading.words.max(axis=1) >= HAS_WORD
    return is_known


def _mark_heaviest(weights: Array) -> NDArray[np.bool_]:
    """Return which is the heaviest of some words; none where nothing has a weight."""
    is_heaviest = np.zeros(len(weights), dtype=bool)
    if weights.any():
        is_heaviest[np.argmax(weights)] = True
    return is_heaviest


def _is_like(
    story: Story,
    core: Sequence[Array],
) -> bool:
    """Return whether an article is like one that is surely on the topic."""
    enough = ALIKE if len(core) == 1 else ALIKE_AMONG_SEVERAL
    return any(float(story.centroid @ centroid) >= enough for centroid in core)


def _join_titles(
    readings: Sequence[_Reading],
    topic: Topic | None,
    embed: EmbedTexts,
) -> list[TopicArticle]:
    """Return articles with the likeness of their sentences to their titles."""
    if not readings:
        return []
    titles = embed([reading.story.article.title for reading in readings])
    weights = np.zeros(0) if topic is None else topic.weights
    articles = []
    for reading, title in zip(readings, titles, strict=True):
        story = reading.story
        vectors = np.array([story.sentences[place].vector for place in story.telling])
        article = TopicArticle(
            story=story,
            coverage=reading.coverage[:, 1:],
            weights=weights,
            title=reading.coverage[:, 0],
            relevance=float(weights @ reading.coverage.max(axis=1)),
            likeness=vectors @ title,
        )
        articles.append(article)
    return articles
