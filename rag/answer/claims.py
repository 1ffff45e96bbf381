"""Claims of a draft, and the passages that they are held against: their figures, days and names.

A sentence is a claim when it has any of them. What is read of it, and of the passages, is what
``claim_facts`` compares and ``claim_verdicts`` judges.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.amounts import find_amounts, is_counting_word
from rag.answer.claim_words import load_claim_words
from rag.answer.read_values import write_numbers
from rag.answer.word_matching import NAME_STEM, embed_forms, find_names, list_forms
from rag.dates import find_days, load_date_vocabulary
from rag.models.lexicon import get_lexicon
from rag.reading.passages import format_header
from rag.text import find_words, fold, transcribe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.quotation_spans import Candidate
    from rag.answer.word_matching import WordVectors
    from rag.records import Article, Passage, Span

    TokenVectors = NDArray[np.float16]

MIN_WORDS = 4  # of a claim; by hand
_YEAR = re.compile(r"(?<![\w.,/-])(?:1[89]|20)\d\d(?![\w/-]|[.,]\d)")
_FOUR_DIGITS = re.compile(r"\d{4}")
_DIGIT = re.compile(r"\d")
# "the 1990s", "den 80er Jahren": years, while "the 19th" counts, but no things.
_DECADE = re.compile(r"(?<![\w.,])(\d{1,3}0)(?:s|er|ers)\b")
_DECIMALS_BEFORE = re.compile(r"\d[.,]\Z")
_ORDINAL = re.compile(r"\d{1,4}[^\W\d_]{1,3}")
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50}
_ROMAN = re.compile(r"(?=[IVXL]{2})L?X{0,3}(?:IX|IV|V?I{0,3})")  # up to 89; one letter is a name
_MINUTES = re.compile(r"(?<=\d[h:])[0-5]\d(?!\d)|(?<=\d h )[0-5]\d(?!\d)")
_SENTENCE_END = re.compile(r"[.!?…。！？]['\"»”’)\]\s]*\Z")


class DayFact(NamedTuple):
    """Days that a text tells, ends included."""

    text: str
    first: datetime.date
    last: datetime.date
    has_year: bool

    @property
    def is_single(self) -> bool:
        """Return whether it is one day."""
        return self.first == self.last


@dataclass(frozen=True)
class Claim:
    """A sentence of a draft as it is held against passages."""

    text: str
    sentence: str  # the same with what is quoted in it
    language: str
    amounts: tuple[Amount, ...]
    days: tuple[DayFact, ...]
    years: tuple[str, ...]  # decades among them
    ordinals: tuple[str, ...]  # of "16th" and "XVI" the figures
    names: tuple[str, ...]  # in lower case
    forms: tuple[str, ...]  # words that belong to no figure and no day
    vectors: WordVectors

    @property
    def has_figures(self) -> bool:
        """Return whether it tells a figure or a day."""
        return bool(self.amounts or self.days or self.years)


class Source:
    """A stretch of an article as claims are held against it: a passage, or a sentence."""

    def __init__(
        self,
        text: str,
        article: Article,
        *,
        table: TokenVectors,
        today: datetime.date,
        header: str = "",
    ) -> None:
        """``header`` is read with the text: the day of an article may stand there alone."""
        self.language = article.language
        self.day = article.date
        self.text = text
        self._article = article
        self._parts: dict[str, Source] = {}
        self._whole_text = f"{header}\n{text}"
        self._table = table
        self._today = article.date or today

    def take_part(self, text: str) -> Source:
        """Return a stretch of it as a source of its own; kept for the next claim."""
        if text not in self._parts:
            self._parts[text] = Source(
                text,
                self._article,
                table=self._table,
                today=self._today,
            )
        return self._parts[text]

    @cached_property
    def amounts(self) -> list[Amount]:
        """Its figures."""
        return find_amounts(self._whole_text, self.language)

    @cached_property
    def amounts_in_words(self) -> list[Amount]:
        """Its figures, with those whose numbers are words: "forty people"."""
        return find_amounts(write_numbers(self._whole_text, self.language), self.language)

    @cached_property
    def shares(self) -> frozenset[float]:
        """The shares that it tells in words, in per cent."""
        return frozenset(read_shares(self.text, self.language))

    @cached_property
    def days(self) -> list[DayFact]:
        """Its days."""
        days = read_days(
            self._whole_text,
            self.language,
            self._today,
        )
        return list(days)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its search terms: figures have one spelling however they are grouped."""
        words = find_words(self.text)
        return frozenset(word.term for word in words)

    @cached_property
    def terms_without_minutes(self) -> frozenset[str]:
        """The same without the minutes of a time of day: the 20 of "4 h 20" counts no hours."""
        words = find_words(_MINUTES.sub(" ", self.text))
        return frozenset(word.term for word in words)

    @cached_property
    def ordinals(self) -> frozenset[str]:
        """The figures of its ordinals."""
        return frozenset(read_ordinals(self.text))

    @cached_property
    def forms(self) -> list[str]:
        """Its words that are no figures."""
        return list_forms(self._whole_text)

    @cached_property
    def sounds(self) -> frozenset[str]:
        """How its words begin, about as they sound."""
        return frozenset(transcribe(form)[:NAME_STEM] for form in self.forms)

    @cached_property
    def units(self) -> frozenset[str]:
        """The stems of its words, and their parts."""
        lexicon = get_lexicon()
        units: set[str] = set()
        for form in self.forms:
            word_units = lexicon.units(form, self.language)
            units.update(word_units)
        return frozenset(units)

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """What its words mean: (words, dimensions)."""
        vectors = embed_forms(self.forms, self._table)
        return vectors.directions


class SourceSentence(NamedTuple):
    """A sentence of a passage, and where it stands in the document."""

    span: Span
    source: Source


class ReadPassage(NamedTuple):
    """A passage and its sentences, as sources."""

    passage: Passage
    whole: Source
    sentences: list[SourceSentence]


def read_claim(
    text: str,
    language: str,
    *,
    table: TokenVectors,
    today: datetime.date,
    sentence: str = "",
) -> Claim | None:
    """Return a sentence of a draft as a claim; None where it has nothing to be checked.

    A line that is no sentence, a headline for one, is a claim only for its figures and days.
    ``today`` is the day of the draft, ``sentence`` the text with what is quoted in it.
    """
    words = find_words(text)
    if len(words) < MIN_WORDS:
        return None
    claim = make_claim(text, language, table=table, today=today)
    if sentence:
        claim = replace(claim, sentence=sentence)
    if claim.has_figures:
        return claim
    is_sentence = _SENTENCE_END.search(text)
    return claim if claim.names and is_sentence else None


def make_claim(
    text: str,
    language: str,
    *,
    table: TokenVectors,
    today: datetime.date,
) -> Claim:
    """Return a text as a claim, whatever there is in it to be checked."""
    amounts = tuple(read_amounts(text, language))
    forms = []
    for form in list_forms(text):
        # "Three injured" is compared as a figure, "injured" without one as a word.
        is_counted = bool(amounts) and is_counting_word(form, language)
        if not is_counted and not says_day(form, language):
            forms.append(form)
    return Claim(
        text=text,
        sentence=text,
        language=language,
        amounts=amounts,
        days=tuple(read_days(text, language, today)),
        years=tuple(read_years(text, language, today)),
        ordinals=tuple(read_ordinals(text)),
        names=tuple(read_names(text, language)),
        forms=tuple(forms),
        vectors=embed_forms(forms, table),
    )


def read_passage(
    passage: Passage,
    candidates: Sequence[Candidate],
    *,
    table: TokenVectors,
    today: datetime.date,
) -> ReadPassage:
    """Return a passage as claims are held against it; ``candidates`` are its sentences."""
    article = passage.article
    whole = Source(
        passage.shown,
        article,
        table=table,
        today=today,
        header=format_header(article),
    )
    sentences = []
    for candidate in candidates:
        source = Source(
            candidate.text,
            article,
            table=table,
            today=today,
        )
        sentence = SourceSentence(candidate.span, source)
        sentences.append(sentence)
    return ReadPassage(passage, whole, sentences)


def read_names(text: str, language: str) -> Iterator[str]:
    """Yield the names of a text, in lower case; Roman numbers are none."""
    for name in find_names(text, language):
        if not _ROMAN.fullmatch(name.upper()):
            yield name


def read_amounts(text: str, language: str) -> Iterator[Amount]:
    """Yield the figures of a text, but for those that letters are glued to: "the 19th"."""
    for amount in find_amounts(text, language):
        end = text.find(amount.text) + len(amount.text)
        following = text[end : end + 1]
        is_glued = amount.text[-1:].isdigit() and following.isalpha()
        if not is_glued:
            yield amount


def read_days(text: str, language: str, today: datetime.date) -> Iterator[DayFact]:
    """Yield the days of a text; those without a year are reckoned from ``today``.

    Days that count from today ("yesterday") are left out: a draft seldom says of when it is.
    """
    for span, first, last in find_days(text, language, today):
        words = text[span.start : span.end]
        if is_whole_years(first, last):
            continue
        if _DIGIT.search(words):
            has_year = _FOUR_DIGITS.search(words) is not None
            yield DayFact(words, first, last, has_year)


def read_years(text: str, language: str, today: datetime.date) -> Iterator[str]:
    """Yield the years and decades of a text that belong to no day, as they are written."""
    inside_days: set[int] = set()
    for span, first, last in find_days(text, language, today):
        if not is_whole_years(first, last):
            inside_days.update(range(span.start, span.end))
    for match in _YEAR.finditer(text):
        if match.start() not in inside_days:
            yield match[0]
    for match in _DECADE.finditer(text):
        yield match[1]


def read_ordinals(text: str) -> Iterator[str]:
    """Yield the figures of a text's ordinals, "16th", "XVI"; decades are none, nor is "1.5m"."""
    for word in find_words(text):
        written = text[word.start : word.end]
        if _DECIMALS_BEFORE.search(text, max(0, word.start - 2), word.start):
            continue
        if _ORDINAL.fullmatch(word.term) and not _DECADE.fullmatch(word.term):
            yield "".join(filter(str.isdigit, word.term))
        elif _ROMAN.fullmatch(written):
            yield str(parse_roman(written))


def read_shares(text: str, language: str) -> Iterator[float]:
    """Yield the shares that a text tells in words, in per cent: "a third"."""
    words = load_claim_words(language)
    fractions = words.fractions.items() if words else ()
    for share, pattern in fractions:
        if pattern.search(text):
            yield float(share)


def parse_roman(written: str) -> int:
    """Return the value of a Roman number."""
    total = 0
    values = [ROMAN_DIGITS[digit] for digit in written]
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += value if value >= following else -value
    return total


def is_whole_years(first: datetime.date, last: datetime.date) -> bool:
    """Return whether days are a year, or several."""
    begins = (first.month, first.day) == (1, 1)
    ends = (last.month, last.day) == (12, 31)
    return begins and ends


def says_figure(form: str, language: str) -> bool:
    """Return whether a word belongs to a figure or a day, which are compared otherwise."""
    if is_counting_word(form, language):
        return True
    return says_day(form, language)


def says_day(form: str, language: str) -> bool:
    """Return whether a word belongs to a day."""
    date_words = load_date_vocabulary(language).meanings
    return fold(form) in date_words
