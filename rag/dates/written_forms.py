"""The forms in which the articles of a language write a date: ``[names]`` and ``[dates.written]``.

Where the language of a text is not known, and beside the language of a text that is known, the
forms of ``COMMON_LANGUAGES`` are read: a Polish page may well say "12 Jan 2024".

To teach rag the dates of another language, add words to its file; nothing here needs a change.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.dates.names import (
    MONTH_KEYS,
    STOPS,
    WEEKDAY_KEYS,
    fold_name,
    load_forms,
    load_months,
    load_weekdays,
)
from rag.text.languages import load_section
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Chosen by hand: the languages whose dates are read everywhere, most used first.
COMMON_LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl")
# From 1400: older years are seldom those of an article, and four digits are often something else.
YEAR_DIGITS = r"(?:1[4-9]|20|21)\d\d"
# Of the Buddhist era, read where a file has a year_offset: 1857 to 2156 of ours.
BUDDHIST_YEAR_DIGITS = r"(?:24|25|26)\d\d"
# A letter with the vowel signs and tone marks that Hindi, Thai and decomposed accents put after it.
MARKS = r"\u0300-\u036f\u0900-\u0963\u0e31-\u0e4e"
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
TIME_ZONE = r"(?:UTC|GMT|CES?T|E[SD]?T|P[SD]?T|[+-]\d\d:?\d\d)"


class WrittenForms(NamedTuple):
    """What is needed to read the dates of one language; every word is folded."""

    months: Mapping[str, int]
    lead_words: frozenset[str]  # weekdays and particles that may stand before a date
    year: re.Pattern[str]
    date: re.Pattern[str]
    time: re.Pattern[str]  # a time of day after a date
    year_offset: int  # how many years ahead of ours the language may count: 543 in Thai


@functools.cache
def load_written_forms(language: str | None) -> WrittenForms:
    """Return the forms of a language and of ``COMMON_LANGUAGES``; its own ones come first."""
    languages = list_languages_of_text(language)
    months = _join_months(languages)
    year_offset = int(_read_written(languages[0]).get("year_offset", 0))
    year_digits = YEAR_DIGITS
    if year_offset:
        year_digits = f"(?:{YEAR_DIGITS}|{BUDDHIST_YEAR_DIGITS})"
    return WrittenForms(
        months=months,
        lead_words=_join_lead_words(languages),
        year=re.compile(rf"(?<!\d){year_digits}(?!\d)"),
        date=_compile_date(languages, year_digits),
        time=_compile_time(languages),
        year_offset=year_offset,
    )


def list_languages_of_text(language: str | None) -> tuple[str, ...]:
    """Return the languages whose dates a text in this language may hold, its own first."""
    if language is None:
        return COMMON_LANGUAGES
    others = [common for common in COMMON_LANGUAGES if common != language]
    return (language, *others)


def _read_written(language: str) -> Mapping[str, Any]:
    """Return ``[dates.written]`` of a language; empty where it has none."""
    written: Mapping[str, Any] = load_section(language, "dates").get("written", {})
    return written


def _has_flag(language: str, key: str) -> bool:
    """Return whether a language has a key of ``[dates.written]`` set to true."""
    return bool(_read_written(language).get(key))


def _read_words(languages: Iterable[str], key: str) -> list[str]:
    """Return the words under a key of ``[dates.written]`` in all these languages, each once."""
    words: dict[str, None] = {}
    for language in languages:
        words.update(dict.fromkeys(_read_written(language).get(key, ())))
    return list(words)


def _join_months(languages: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers of months by name; a name of two languages is that of the first."""
    months: dict[str, int] = {}
    for language in languages:
        prefixes = _read_words([language], "month_prefixes")  # Hebrew joins "in" to the name
        for name, number in load_months(language).items():
            for form in (name, *(fold(prefix) + name for prefix in prefixes)):
                months.setdefault(form, number)
    return months


def _join_lead_words(languages: Iterable[str]) -> frozenset[str]:
    """Return the single words of weekdays and of what may stand before a date."""
    words: set[str] = set()
    for language in languages:
        words.update(*(weekday.split() for weekday in load_weekdays(language)))
    for particle in _read_words(languages, "before_day"):
        words.update(fold_name(particle).split())
    return frozenset(words)


def _compile_date(languages: tuple[str, ...], year: str) -> re.Pattern[str]:
    """Return the pattern of every way of writing a date; the names of its groups are read below.

    ``y m d`` figures from the year on, ``a b yn`` figures that end in the year, ``dw mw yw`` a
    month in words after the day, ``mu du yu`` before the day, ``yh mh dh`` after the year.
    """
    month = _month_pattern(languages)
    before_month = _optional(_read_words(languages, "before_month"))
    before_year = _optional(_read_words(languages, "before_year"))
    suffixes = _alternatives(_read_words(languages, "day_suffixes"))
    ways = [
        rf"(?P<y>{year})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?!\d)",
        rf"(?P<yc>{year})\s?[年년]\s?(?P<mc>\d\d?)\s?[月월]\s?(?P<dc>\d\d?)\s?[日号일]",
        rf"(?P<a>\d\d?)(?P<t>[-/.])\s?(?P<b>\d\d?)(?P=t)\s?(?P<yn>{year})(?!\d)",
        rf"(?P<dw>\d\d?)(?:{suffixes}|[.º°ª])?[\s-]+{before_month}(?P<mw>{month})"
        rf"[{STOPS}]?,?[\s-]+{before_year}(?P<yw>{year})(?!\d)",
    ]
    if _has_flag(languages[0], "year_first"):
        ways += [
            rf"(?P<yk>{year})\.\s?(?P<mk>\d\d?)\.\s?(?P<dk>\d\d?)(?!\d)\.?",
            rf"(?P<yh>{year})[.,]?\s+(?P<mh>{month})[{STOPS}]?\s+(?P<dh>\d\d?)(?!\d)(?:\.|-{LETTER}+)?",
        ]
    after_month = [language for language in languages if _has_flag(language, "month_first")]
    suffixes = _alternatives(_read_words(after_month, "day_suffixes"))
    month_first = (
        rf"(?P<mu>{month})[{STOPS}]?\s+(?P<du>\d\d?)(?:{suffixes})?,?\s+(?P<yu>{year})(?!\d)"
    )
    joined = "".join(_read_words(languages[:1], "month_prefixes"))
    start = r"(?<![\d.,/-])"
    if joined:  # Hebrew writes "on-12 in-January"
        start = rf"(?:(?<!\w)[{joined}]-|{start})"
    closing = _closing_pattern(languages)
    return re.compile(rf"(?:{start}(?:{'|'.join(ways)})|(?<![^\W_]){month_first}){closing}")


def _closing_pattern(languages: tuple[str, ...]) -> str:
    """Return the pattern of what may follow a date and belongs to it: "r." for year, a weekday."""
    closing = ""
    after_year = _alternatives(_read_words(languages, "after_year"))
    if after_year:
        closing += rf"(?:\s?(?:{after_year})(?!\w))?"
    if _has_flag(languages[0], "weekday_after"):
        names = [form for key in WEEKDAY_KEYS for form in _list_forms(languages[0], key)]
        closing += rf"(?:,?\s?[(（]?(?:{_alternatives(names)})(?!\w)[)）]?)?"
    return closing


def _month_pattern(languages: tuple[str, ...]) -> str:
    """Return the pattern of a word that may be a month, and of months that are not one word."""
    word = rf"{LETTER}{{3,14}}"
    names = [form.rstrip(STOPS) for key in MONTH_KEYS for form in _list_forms(languages[0], key)]
    not_words = {name for name in names if not re.fullmatch(word, name)}
    if not not_words:
        return word
    return rf"(?:(?i:{_alternatives(not_words)})(?!\d)|{word})"


def _list_forms(language: str, key: str) -> list[str]:
    """Return all names of one kind as people write them."""
    return [form for forms in load_forms(language, key).values() for form in forms]


def _compile_time(languages: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a time of day after a date, with its preposition and time zone."""
    before = _alternatives(_read_words(languages, "before_time"))
    after = _alternatives(_read_words(languages, "after_time"))
    hour_alone = rf"\s?[hH]\b|(?=\s?(?i:{after})(?!\w))"
    return re.compile(
        rf"(?:T|,?\s*(?:[-–|·]\s*)?(?:(?:{before})\s+)?)"
        rf"\d{{1,2}}(?:\s?[:hH.]\s?\d{{2}}(?::\d\d(?:\.\d+)?)?|{hour_alone})"
        rf"(?:\s?(?:(?i:{after})|Z)(?!\w))?(?:\s?{TIME_ZONE})?"
    )


def _alternatives(words: Iterable[str]) -> str:
    """Return words as the alternatives of a pattern, the longest first."""
    longest_first = sorted(sorted(words), key=len, reverse=True)
    return "|".join(map(re.escape, longest_first))


def _optional(words: Iterable[str]) -> str:
    """Return the pattern of one of these words or of none; d’ joins the next word."""
    pieces = []
    for word in words:
        if word.endswith("’"):
            pieces.append(re.escape(word[:-1]) + "['’]")
        else:
            pieces.append(re.escape(word) + r"\s+")
    return f"(?i:{'|'.join(pieces)})?" if pieces else ""
