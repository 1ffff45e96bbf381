"""Sentences that answer, each with the value that was read in it and the clause around it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.compared_sentences import ComparedSentence
from rag.answer.read_values import ReadValue, read_moment, read_value
from rag.answer.word_patterns import NOTHING, join_alternatives
from rag.records import Span
from rag.text import fold, load_section, to_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from re import Pattern

    import numpy as np
    from numpy.typing import NDArray

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.question.question_types import QuestionType

    TokenVectors = NDArray[np.float16]

# Chosen by hand on pairs of articles of our own (scripts/measure_conflicts.py).
MIN_SCORE = -1.0  # of the reader, for a sentence that answers rather than not
MAX_GAP = 8.0  # between the scores of two sentences that answer alike with figures
MIN_SCORE_OF_PHRASES = 5.0  # of sentences whose answers are compared by their words alone
MIN_SCORE_OF_VERDICTS = 2.0  # likewise where the question is whether something is so
MAX_GAP_OF_OTHERS = 3.6  # likewise with days or names, of which a text has many
WORDS_OF_DAYS = 3  # behind an hour, among which its day stands; chosen by hand
CLAUSE_KINDS = ("yesno", None)  # of questions that no single value answers
CLAUSE_END = re.compile(r"[,;:–—()«»“”„\"]\s|\s[–—]\s")
MIN_CLAUSE_WORDS = 4  # a shorter clause belongs to the next: "In Kermor, 180 homes"


class AnsweringSentence(NamedTuple):
    """A sentence that answers, and the value that it gives."""

    candidate: Candidate
    compared: ComparedSentence
    score: float  # the reader's
    value: ReadValue
    opening: str  # of the sentence, before its clause
    before: str  # of its clause, before the value
    after: str  # of its clause, after the value

    @property
    def clause(self) -> str:
        """The clause without the value."""
        return f"{self.before} {self.after}"


def list_answering(
    choice: Choice, candidates: Sequence[Candidate], table: TokenVectors
) -> list[AnsweringSentence]:
    """Return the best sentence of each article that answers well, with its value; best first."""
    answering: list[AnsweringSentence] = []
    articles: set[str] = set()
    least_of_phrases = _get_least_of_phrases(choice)
    best_score = 0.0
    for place in choice.sentence_order:
        candidate = candidates[place]
        article = candidate.hit.passage.article
        if article.id in articles or place not in choice.values or article.date is None:
            continue
        articles.add(article.id)
        score = choice.scores[place]
        best_score = best_score if answering else score
        if score < MIN_SCORE:
            continue
        sentence = read_answer(candidate, choice.values[place], score, table)
        sentence = complete_moment(sentence, choice.question_type)
        limit = MAX_GAP if sentence.value.amount else MAX_GAP_OF_OTHERS
        if sentence.value.words and score < least_of_phrases:
            continue
        if best_score - score <= limit:
            answering.append(sentence)
    return answering


def _get_least_of_phrases(choice: Choice) -> float:
    """Return the score that a sentence needs whose answer is compared by its words alone."""
    asks_for_verdict = choice.question_type in CLAUSE_KINDS
    return MIN_SCORE_OF_VERDICTS if asks_for_verdict else MIN_SCORE_OF_PHRASES


def read_answer(
    candidate: Candidate, value: str, score: float, table: TokenVectors
) -> AnsweringSentence:
    """Return a sentence with the value read in it."""
    sentence = to_one_line(candidate.text)
    compared = ComparedSentence(candidate, table)
    start = max(0, sentence.find(value))
    end = start + len(value)
    first, last = find_clause(sentence, start, end)
    return AnsweringSentence(
        candidate,
        compared,
        score,
        read_value(sentence, value, compared.language),
        sentence[:first],
        sentence[first:start],
        sentence[end:last],
    )


def complete_moment(sentence: AnsweringSentence, kind: QuestionType | None) -> AnsweringSentence:
    """Return a sentence that tells when with the day right behind its value: "2.40am on Sunday".

    Of a question of another kind (``kind``), as it is.
    """
    value = sentence.value
    if kind != "time" or value.moment is not None:
        return sentence
    following = sentence.after.split()[:WORDS_OF_DAYS]
    day = " ".join(following)
    moment = read_moment(f"{value.text} {day}", value.language)
    if moment is None:
        return sentence
    completed = value._replace(amount=None, moment=moment, names=(), words=())
    return sentence._replace(value=completed)


def find_clause(sentence: str, start: int, end: int) -> Span:
    """Return the clause around a value, with short ones before it."""
    first = 0
    for mark in CLAUSE_END.finditer(sentence, 0, start):
        words = sentence[first : mark.start()].split()
        if len(words) >= MIN_CLAUSE_WORDS:
            first = mark.end()
    following = CLAUSE_END.search(sentence, end)
    last = following.start() if following else len(sentence)
    return Span(first, last)


def has_word(text: str, language: str, key: str) -> bool:
    """Return whether a folded text has a word of a list of its language."""
    pattern = load_word_pattern(language, key)
    return pattern.search(text) is not None


@functools.cache
def load_future_pattern(language: str) -> Pattern[str]:
    """Return a pattern for verbs that tell what will be."""
    source = load_section(language, "conflicts").get("future_pattern", NOTHING)
    return re.compile(rf"\b(?:{source})\b")


@functools.cache
def load_word_pattern(language: str, key: str) -> Pattern[str]:
    """Return a pattern for a list of words of a language in a folded text."""
    entries = load_section(language, "conflicts").get(key, ())
    words = map(fold, entries)
    alternatives = join_alternatives(words)
    return re.compile(rf"\b{alternatives}\b")


@functools.cache
def load_qualifiers(language: str) -> Mapping[str, Pattern[str]]:
    """Return a pattern for each kind of words that narrow what a figure counts."""
    patterns = {}
    section = load_section(language, "conflicts").get("qualifiers", {})
    for kind, entries in section.items():
        words = map(fold, entries)
        alternatives = join_alternatives(words)
        patterns[kind] = re.compile(rf"\b{alternatives}\b")
    return patterns
