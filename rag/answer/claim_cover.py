"""Sentences that say something of what a question of yes or no asks, in whatever words they do.

A reader trained on questions for a value looks for one: "Will she resign?" has none, and "has no
intention of resigning" scores low. Such a sentence has the words of the question, itself or with
the title of its article; where it refuses, forbids or denies something, one of them may be missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.coverage import compute_word_coverage
from rag.answer.polarity_words import load_polarity_words
from rag.answer.quotation_spans import is_headline
from rag.answer.statements import load_function_words, match_statement, read_statement
from rag.dates import load_date_vocabulary
from rag.question.phrase_patterns import load_words
from rag.reading.passages import format_header
from rag.text import find_words, fold, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.polarity import AskedClaim
    from rag.answer.quotation_spans import Candidate, Quotation
    from rag.answer.statements import Statement
    from rag.question.expand import Query

# All chosen by hand.
MAX_COVERING = 2  # sentences that are quoted for their words
MAX_READ = 40  # of the best ones that are held against the question
MIN_WORDS = 2  # that say something, of a question: one alone stands anywhere
MIN_COVERAGE = 0.5  # of a word of the question, by what stands for it
MIN_WORDS_OF_DENIAL = 3  # of a question of which a sentence that denies may lack one


class Covering(NamedTuple):
    """A sentence that speaks of a claim: how many of the claim's words it has, and lacks."""

    place: int
    words: int  # in the sentence itself
    lacking: int  # in its title as well


def find_covering(
    asked: AskedClaim,
    candidates: Sequence[Candidate],
    places: Sequence[int],
    *,
    may_lack: bool,
) -> list[int]:
    """Return the places of sentences that speak of a claim: with most of its words, and likeliest.

    ``places``: of the candidates, best first. ``may_lack``: one that denies may lack a word, for
    what is quoted beside others.
    """
    covering = []
    for place in places[:MAX_READ]:
        found = _hold_against(
            asked,
            candidates[place],
            place,
        )
        if found is not None and found.lacking <= may_lack:
            covering.append(found)
    if not covering:
        return []
    least = min(each.lacking for each in covering)
    whole = [each for each in covering if each.lacking == least]
    most = max(each.words for each in whole)
    best = [each.place for each in whole if each.words == most]
    likeliest = whole[0].place
    if likeliest not in best:
        best = [best[0], likeliest]
    return best[:MAX_COVERING]


def find_related(query: Query, candidates: Sequence[Candidate], places: Sequence[int]) -> list[int]:
    """Return the places of sentences with a word of a question that is no name, best first.

    They, or the titles of their articles, have all of its names as well.
    """
    function_words = load_function_words(query.language)
    names = np.array(query.names, np.bool_)
    is_empty = np.array([word.term in function_words for word in query.words], np.bool_)
    related = []
    for place in places:
        candidate = candidates[place]
        article = candidate.hit.passage.article
        texts = [(find_words(text), article.language) for text in (candidate.text, article.title)]
        _, coverage = compute_word_coverage(query, texts)
        in_sentence, in_title = coverage.T >= MIN_COVERAGE
        is_named = bool(np.all((in_sentence | in_title)[names]))
        says_more = bool(np.any(in_sentence[~names & ~is_empty]))
        if is_named and says_more and not is_headline(candidate):
            related.append(place)
    return related


def keep_named(query: Query, quotations: Sequence[Quotation]) -> list[Quotation]:
    """Return the quotations of passages that name all that a question does; all without such."""
    names = np.array(query.names, np.bool_)
    kept = []
    for quotation in quotations:
        passage = quotation.passage
        article = passage.article
        header = format_header(article)
        words = find_words(f"{header}\n{passage.shown}")
        text = (words, article.language)
        _, coverage = compute_word_coverage(query, [text])
        if np.all(coverage[names] >= MIN_COVERAGE):
            kept.append(quotation)
    return kept or list(quotations)


def _hold_against(
    asked: AskedClaim,
    candidate: Candidate,
    place: int,
) -> Covering | None:
    """Return how much of a claim a sentence says; None where it does not speak of it."""
    if is_headline(candidate):
        return None
    statement = asked.statement
    article = candidate.hit.passage.article
    language = article.language
    sentence = read_statement(
        candidate.text,
        language,
        asked.table,
    )
    title = read_statement(
        article.title,
        language,
        asked.table,
    )
    match = match_statement(statement, sentence)
    titled = match_statement(statement, title).forms
    shared = _leave_out_links(match.forms, statement.language)
    missing = _leave_out_links(match.missing, statement.language)
    lacking = [form for form in missing if form not in titled]
    weekdays = find_shared_weekdays(statement, sentence)
    words = shared + weekdays
    # A name alone may be of any sentence about it; where every noun has a capital it is no name.
    if not has_capitalised_nouns(statement.language):
        words = [form for form in words if form not in statement.names]
    count = len(shared) + len(missing) + len(weekdays)
    if not words or count < MIN_WORDS:
        return None
    if lacking and (count < MIN_WORDS_OF_DENIAL or not _denies(sentence)):
        return None
    return Covering(
        place,
        len(shared) + len(weekdays),
        len(lacking),
    )


def _leave_out_links(forms: Sequence[str], language: str) -> list[str]:
    """Return words without auxiliaries: that of "Will it have a tram?" stands in any sentence."""
    links = load_words(language, "forms", "verbs")
    return [form for form in forms if fold(form) not in links]


def find_shared_weekdays(statement: Statement, sentence: Statement) -> list[str]:
    """Return the weekdays of a statement that a sentence has: "open on Sundays"."""
    days = _list_weekdays(sentence).values()
    return [form for form, day in _list_weekdays(statement).items() if day in days]


def _list_weekdays(statement: Statement) -> dict[str, int]:
    """Return the words of a text that are weekdays, each with its number."""
    meanings = load_date_vocabulary(statement.language).meanings
    weekdays = {}
    for word in statement.words:
        meaning = meanings.get(word.term)
        if meaning is not None and meaning.kind == "weekday":
            weekdays[word.form] = meaning.value
    return weekdays


def _denies(sentence: Statement) -> bool:
    """Return whether a sentence negates something, or has a word that does: "refused"."""
    known = load_polarity_words(sentence.language)
    if known is None:
        return False
    patterns = (known.negations, known.refusals, known.denials)
    return any(pattern.search(sentence.text) for pattern in patterns)
