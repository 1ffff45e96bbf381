"""Answers of several articles to one question that cannot all be right, as the reader reads them.

The reader says how well a sentence answers the question, and which stretch of it is the value asked
for. Two sentences that both answer well speak of the same thing; what is left to ask is whether
the values differ, whether words around them narrow what is counted ("of them", "a month", "net"),
whether the days they speak of overlap, and whether the later one only tells what has become of it:
a toll that rises, a price then and now.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.answering_sentences import (
    CLAUSE_KINDS,
    AnsweringSentence,
    has_word,
    list_answering,
    load_future_pattern,
    load_qualifiers,
)
from rag.answer.compared_sentences import (
    DAYS_AROUND,
    QuestionWords,
    cover_question,
    load_wish_pattern,
)
from rag.answer.polarity_words import load_polarity_words
from rag.answer.read_values import count_alike, is_comparable, values_differ
from rag.answer.word_matching import find_names, is_among
from rag.dates import find_days
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.answer.read_values import ReadValue
    from rag.question.expand import Query
    from rag.question.question_types import QuestionType
    from rag.records import ConflictKind

    DayRange = tuple[datetime.date, datetime.date]
    TokenVectors = NDArray[np.float16]

# Chosen by hand on pairs of articles of our own (scripts/measure_conflicts.py).
SMALL_GAP = 3.0  # a sentence further below must say as much of the question as the other
QUESTION_AGREEMENT = 0.8  # of what either says of it, that each must say
PASSAGE_AGREEMENT = 0.7  # likewise of two passages that count the same
DAYS_OF_ONE_STATE = 10  # what is told later is what has become of it
DAYS_OF_ONE_EVENT = 2  # of articles that tell it, where their sentences say less of it
DAYS_OF_A_TOLL = 1  # the dead and the missing are counted anew every day
REACH = 25  # characters before or after a value in which a word narrows it
REACH_OF_PERIODS = 40  # likewise of a month or a year
REACH_OF_MORE = 12  # likewise of "new" and "additional", which stand right after a value
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DAYS_OF_A_PERIOD = 27  # from a month on
PLANS = ("plan", "once")


class Asked(NamedTuple):
    """A question: its names, and what is asked for."""

    words: QuestionWords
    forms: list[str]  # all its words
    language: str
    names: list[list[str]]  # each one's words
    is_toll: bool  # the dead or missing of an accident, which are counted anew
    shares_acts: bool  # what several people may have done
    is_future: bool  # what will be, of which all figures are plans
    is_clause: bool  # whether something is so


def find_differing_answers(
    query: Query, choice: Choice, candidates: Sequence[Candidate], *, table: TokenVectors
) -> Iterator[tuple[AnsweringSentence, AnsweringSentence, ConflictKind]]:
    """Yield the best sentence with each of another article that answers otherwise, and the kind.

    Empty where nothing was read, or the best sentence gives no value that can be compared.
    """
    answering = list_answering(choice, candidates, table)
    if len(answering) <= 1:
        return
    best, *others = answering
    asked = read_question(query, choice.question_type, table)
    if best.value.names and asked.shares_acts:
        return
    # Where several articles agree with the best one, the nearest in time is set against another.
    agreeing = [best]
    for other in others:
        if agree(best, other):
            agreeing.append(other)
    pairs = []
    for other in others:
        nearest = min(agreeing, key=lambda sentence: count_days(sentence, other))
        if answer_same(asked, nearest, other):
            pairs.append((nearest, other))
    for one, other in sorted(pairs, key=lambda pair: count_days(*pair)):
        yield one, other, tell_kind(one, other, is_toll=asked.is_toll)


def agree(one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether two sentences give the same figure for the same kind of thing."""
    if one.value.amount is None or other.value.amount is None:
        return False
    if one.value.amount.value != other.value.amount.value:
        return False
    return count_alike(one.value.amount, other.value.amount)


def count_days(one: AnsweringSentence, other: AnsweringSentence) -> int:
    """Return how many days lie between the articles of two sentences."""
    distance = one.compared.day - other.compared.day
    return abs(distance.days)


def read_question(query: Query, kind: QuestionType | None, table: TokenVectors) -> Asked:
    """Return what is asked."""
    text = fold(query.text)
    language = query.language
    return Asked(
        QuestionWords.of(query, table),
        [word.form for word in query.words],
        language,
        list_asked_names(query),
        is_toll=has_word(text, language, "tolls"),
        shares_acts=has_word(text, language, "shared_acts"),
        is_future=load_future_pattern(language).search(text) is not None,
        is_clause=kind in CLAUSE_KINDS,
    )


def list_asked_names(query: Query) -> list[list[str]]:
    """Return the names of a question; words that stand side by side are one name."""
    names: list[list[str]] = []
    end = -1
    for word, is_name in zip(query.words, query.names, strict=True):
        if not is_name or word.form[0].isdigit():
            continue
        if names and word.start - end <= 1:
            names[-1].append(word.form)
        else:
            names.append([word.form])
        end = word.end
    return names


def answer_same(asked: Asked, one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether two sentences tell of the same thing, with values that cannot both be right.

    The cheap questions come first.
    """
    if asked.is_clause and one.value.amount is None and one.value.moment is None:
        return verdicts_differ(asked, one, other)
    if not is_comparable(one.value, other.value):
        return False
    if not values_differ(one.value, other.value):
        return False
    return (
        not gives_value(one, other.value)
        and not gives_value(other, one.value)
        and find_qualifiers(one, is_future=asked.is_future)
        == find_qualifiers(other, is_future=asked.is_future)
        and has_asked_names(asked, one)
        and has_asked_names(asked, other)
        and not name_others(one, other)
        and are_of_same_days(one, other, is_toll=asked.is_toll)
        and (say_as_much(asked.words, one, other) or tell_one_event(asked, one, other))
    )


def verdicts_differ(asked: Asked, one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether two sentences say the same of a question of yes or no, but for a negation."""
    language = one.compared.language
    known = load_polarity_words(language)
    if known is None or language != other.compared.language:
        return False
    denials = [known.negations.search(sentence.value.text) is not None for sentence in (one, other)]
    if denials[0] == denials[1]:
        return False
    return (
        has_asked_names(asked, one)
        and has_asked_names(asked, other)
        and cover_as_much(asked.words, one, other)
    )


def gives_value(sentence: AnsweringSentence, value: ReadValue) -> bool:
    """Return whether the passage of a sentence has the value of another one as well."""
    shown = sentence.candidate.hit.passage.shown
    if value.names:
        folded = fold(shown)
        return all(name in folded for name in value.names)
    if value.amount is None:
        return False
    return any(
        amount.value == value.amount.value and count_alike(amount, value.amount)
        for amount in sentence.compared.passage_amounts
    )


def find_qualifiers(sentence: AnsweringSentence, *, is_future: bool) -> frozenset[str]:
    """Return the kinds of words that narrow what the figure of a sentence counts.

    Plans and wishes are none where the question asks for what will be.
    """
    if sentence.value.amount is None:
        return frozenset()
    before = fold(sentence.before)
    after = fold(sentence.after)
    texts = {
        "part_before": before[-REACH:],
        "part_after": after[:REACH],
        "more": f"{fold(sentence.value.text)} {after[:REACH_OF_MORE]}",
    }
    clause = fold(f"{sentence.before} {sentence.value.text} {sentence.after}")
    kinds = set()
    for kind, pattern in load_qualifiers(sentence.compared.language).items():
        if kind in PLANS and is_future:
            continue
        if pattern.search(texts.get(kind, clause)):
            kinds.add(kind)
    wish = load_wish_pattern(sentence.compared.language)
    if wish.search(before) and not is_future:
        kinds.add("plan")
    return frozenset(kinds)


def has_asked_names(question: Asked, sentence: AnsweringSentence) -> bool:
    """Return whether the passage or headline of a sentence has half of the question's names."""
    shared = 0
    for name in question.names:
        words = [sentence.compared.has_nearby(form, question.language) for form in name]
        shared += all(words)
    return 2 * shared >= len(question.names)


def say_as_much(question: QuestionWords, one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether two sentences say nearly as much of a question, where one answers less."""
    if abs(one.score - other.score) <= SMALL_GAP:
        return True
    return cover_as_much(question, one, other)


def tell_one_event(asked: Asked, one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether two sentences count what is asked for, in articles of one day.

    What is asked may then stand around the sentence: "It is 23 kilometres long."
    """
    if count_days(one, other) > DAYS_OF_ONE_EVENT:
        return False
    if not counts_asked(asked, one) or not counts_asked(asked, other):
        return False
    words = asked.words
    nearby = []
    for sentence in (one, other):
        has = [sentence.compared.has_nearby(form, asked.language) for form in words.forms]
        nearby.append(np.array(has, dtype=bool))
    by_both = nearby[0] & nearby[1]
    by_either = nearby[0] | nearby[1]
    weights = words.vectors.weights
    # The words that ask stand nowhere.
    tells_question = by_either @ weights >= PASSAGE_AGREEMENT * weights.sum()
    tells_alike = by_both @ weights >= PASSAGE_AGREEMENT * (by_either @ weights)
    has_names = bool(by_both[words.is_name].all())
    return has_names and bool(tells_question and tells_alike)


def counts_asked(asked: Asked, sentence: AnsweringSentence) -> bool:
    """Return whether a sentence counts what the question does: passengers, kilometres."""
    amount = sentence.value.amount
    if amount is None or not amount.word:
        return False
    word = amount.word.lower()
    language = sentence.compared.language
    return is_among(word, language, asked.forms, asked.language)


def cover_as_much(
    question: QuestionWords, one: AnsweringSentence, other: AnsweringSentence
) -> bool:
    """Return whether two sentences say nearly as much of a question."""
    weights = question.vectors.weights
    coverage = cover_question(question, one.compared)
    other_coverage = cover_question(question, other.compared)
    by_either = np.maximum(coverage, other_coverage) @ weights
    by_less = min(coverage @ weights, other_coverage @ weights)
    return bool(by_less >= QUESTION_AGREEMENT * by_either)


def name_others(one: AnsweringSentence, other: AnsweringSentence) -> bool:
    """Return whether each clause names what the other article does not: two places, two firms."""
    return bool(list_foreign_names(one, other) and list_foreign_names(other, one))


def list_foreign_names(sentence: AnsweringSentence, other: AnsweringSentence) -> list[str]:
    """Return the names in the clause of a sentence that the passage of another has not."""
    language = sentence.compared.language
    text = f"{sentence.opening} {sentence.clause}".strip()
    # The capital of the first word says nothing: "Police counted", "Organisers counted".
    _, _, rest = text.partition(" ")
    names = []
    for name in find_names(f"a {rest}", language):
        if not other.compared.has_nearby(name, language):
            names.append(name)
    return names


def are_of_same_days(one: AnsweringSentence, other: AnsweringSentence, *, is_toll: bool) -> bool:
    """Return whether the months or years that two sentences speak of overlap.

    A sentence that tells none speaks of the days around its article, unless it tells of an accident
    or of a name or a day, which stay what they were.
    """
    period = find_long_period(one)
    other_period = find_long_period(other)
    if period is None and other_period is None:
        return True
    stays = is_toll or one.value.amount is None
    if stays and (period is None or other_period is None):
        return True
    first, last = period or find_days_around(one)
    other_first, other_last = other_period or find_days_around(other)
    return first <= other_last and other_first <= last


def find_long_period(sentence: AnsweringSentence) -> DayRange | None:
    """Return the first and last day of the months, seasons or years in a sentence; None without."""
    compared = sentence.compared
    text = f"{sentence.before} {sentence.after[:REACH_OF_PERIODS]}"
    periods = []
    for _, first, last in find_days(text, compared.language, compared.day):
        if (last - first).days >= DAYS_OF_A_PERIOD:
            periods.append((first, last))
    # A year alone is no day.
    for written in YEAR.findall(text) if not periods else ():
        year = int(written)
        periods.append((datetime.date(year, 1, 1), datetime.date(year, 12, 31)))
    if not periods:
        return None
    return min(first for first, _ in periods), max(last for _, last in periods)


def find_days_around(sentence: AnsweringSentence) -> DayRange:
    """Return the days around the article of a sentence."""
    margin = datetime.timedelta(days=DAYS_AROUND)
    day = sentence.compared.day
    return day - margin, day + margin


def tell_kind(one: AnsweringSentence, other: AnsweringSentence, *, is_toll: bool) -> ConflictKind:
    """Return whether two sentences contradict each other, or the later one tells a later state."""
    older, newer = sorted([one, other], key=lambda sentence: sentence.compared.day)
    distance = newer.compared.day - older.compared.day
    limit = DAYS_OF_A_TOLL if is_toll else DAYS_OF_ONE_STATE
    if distance.days > limit:
        return "earlier"
    # Who is named anew is another, and what both articles tell as new is no later state.
    is_update = not newer.value.names and is_told_as_new(newer) and not is_told_as_new(older)
    return "earlier" if is_update and distance.days else "differ"


def is_told_as_new(sentence: AnsweringSentence) -> bool:
    """Return whether a sentence tells its value as one that replaces an earlier one."""
    text = fold(sentence.compared.text)
    return has_word(text, sentence.compared.language, "updates")
