"""Answer types: what a sentence holds that a question may ask for. Only what is there is told.

Words are read by the language of the sentence alone: months, numbers and currencies from the
section ``[names]`` of ``rag/text/languages``, the rest from ``[answers]``.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import load_currencies, load_months, load_numbers
from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

YEAR = re.compile(r"\b(?:1\d{3}|20\d\d|21\d\d)\b")
# A word with a capital that does not open a sentence or a quotation.
NAME = re.compile(r"(?<![.!?…:«“\"]\s)(?<!^)\b[A-ZÀ-ÖØ-ÞΑ-ΫЀ-Я][\w'’-]+")
# Its first word is bounded: a longer one without a space is nobody's, and takes quadratic time.
FULL_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w'’.-]{1,60} (?:(?:de|du|von|van|of|da|di|del|la|le) )?[A-ZÀ-ÖØ-Þ][\w'’-]+"
)
CURRENCY_SIGNS = "$€£¥"
OPENING_QUOTES = '«“„"'
MIN_LIST_COMMAS = 3  # of an enumeration; by hand
MIN_SCALE_LETTERS = 3  # "k" and "m" are letters more often than numbers; by hand
# The order is that of the scorers' features: it cannot change without fitting them again.
ANSWER_TYPES = (
    "number", "year", "percent", "money", "name", "full name", "month", "reason", "is a", "quoted",
    "in brackets", "number word", "colon", "list",
)  # fmt: skip


class AnswerWords(NamedTuple):
    """The folded words of a language that answers are made of."""

    months: frozenset[str]
    numbers: frozenset[str]  # "two" and "million", but not "one", which is an article as well
    percent: frozenset[str]
    money: frozenset[str]
    reasons: frozenset[str]
    copulas: frozenset[str]
    articles: frozenset[str]


@cache
def load_answer_words(language: str) -> AnswerWords:
    """Return the words of a language; none where its sections are empty."""
    section = load_section(language, "answers")
    money_words = [
        *load_currencies(language),
        *section.get("money_words", ()),
    ]
    # The scorers were fitted where number words were known in the languages with this section
    # alone.
    number_words = list_number_words(language) if section else []
    return AnswerWords(
        months=fold_words(load_months(language)),
        numbers=fold_words(number_words),
        percent=fold_words(section.get("percent", ())),
        money=fold_words(money_words),
        reasons=fold_words(section.get("reasons", ())),
        copulas=fold_words(section.get("copulas", ())),
        articles=fold_words(section.get("articles", ())),
    )


def list_number_words(language: str) -> list[str]:
    """Return the words for numbers from two on, those for thousands and millions among them."""
    number_words = []
    for word, value in load_numbers(language).items():
        if value > 1:
            number_words.append(word)
    scales = load_section(language, "answers").get("scales", {})
    for entries in scales.values():
        for entry in entries:
            if len(entry) >= MIN_SCALE_LETTERS:
                number_words.append(entry)
    return number_words


def fold_words(words: Iterable[str]) -> frozenset[str]:
    """Return the folded words of a list, without phrases: they are compared with single words."""
    folded = set()
    for word in words:
        if " " not in word:
            folded.add(fold(word))
    return frozenset(folded)


def find_answer_types(
    sentence: str,
    language: str,
    terms: Sequence[str],
    question_terms: Collection[str],
    question: str,
) -> list[bool]:
    """Return (ANSWER_TYPES,): which of them a sentence holds.

    Numbers and names count only where the question lacks them. ``terms`` are the sentence's folded
    words in order, ``question_terms`` those of the question, ``question`` is its folded text.
    """
    words = load_answer_words(language)
    distinct_terms = set(terms)
    numbers = []
    for term in distinct_terms:
        if term[0].isdigit() and term not in question_terms:
            numbers.append(term)
    years = set(YEAR.findall(sentence)).difference(question_terms)

    def has_any(table: frozenset[str]) -> bool:
        return not distinct_terms.isdisjoint(table)

    has_percent = "%" in sentence or has_any(words.percent)
    has_money = has_mark(CURRENCY_SIGNS, sentence) or has_any(words.money)
    return [
        len(numbers) > len(years),
        bool(years),
        bool(numbers) and has_percent,
        bool(numbers) and has_money,
        has_new_name(NAME, sentence, question),
        has_new_name(FULL_NAME, sentence, question),
        has_any(words.months),
        has_any(words.reasons),
        has_definition(terms, words),
        has_mark(OPENING_QUOTES, sentence),
        "(" in sentence,
        has_any(words.numbers),
        ":" in sentence,
        sentence.count(",") >= MIN_LIST_COMMAS,
    ]


def has_mark(marks: str, sentence: str) -> bool:
    """Return whether a sentence has any of these characters."""
    return not set(marks).isdisjoint(sentence)


def has_new_name(pattern: re.Pattern[str], sentence: str, question: str) -> bool:
    """Return whether a sentence has a name that the folded question does not have."""
    for match in pattern.finditer(sentence):
        name = fold(match[0])
        if name not in question:
            return True
    return False


def has_definition(terms: Sequence[str], words: AnswerWords) -> bool:
    """Return whether a sentence says what something is: a form of "be" before an article."""
    return any(
        term in words.copulas and following in words.articles
        for term, following in pairwise(terms)  # such as "is a"
    )
