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
from rag.text import load_section

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
TIME_ZONE = (
    r"(?:(?:UTC|GMT|BST|IST|JST|KST|MSK|NZ[SD]T|A[EC][SD]T|[WCE]ES?T|CES?T|WE?T|[ECMP][SD]?T)(?!\w)"
    r"|[+-]\d\d:?\d\d)"
)


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
    year_offset = _read_written(languages[0]).get("year_offset", 0)
    year = YEAR_DIGITS
    if year_offset:
        year = f"(?:{YEAR_DIGITS}|{BUDDHIST_YEAR_DIGITS})"
    return WrittenForms(
        months=_join_months(languages),
        lead_words=_join_lead_words(languages),
        year=re.compile(rf"(?<!\d){year}(?!\d)"),
        date=_compile_date(languages, year),
        time=_compile_time(languages),
        year_offset=year_offset,
    )


def list_languages_of_text(language: str | None) -> tuple[str, ...]:
    """Return the languages whose dates a text in this language may hold, its own first."""
    if language is None:
        return COMMON_LANGUAGES
    # A Polish page may give its date in English, a Finnish one quote a German paper.
    others = [common for common in COMMON_LANGUAGES if common != language]
    return (language, *others)


def _read_written(language: str) -> Mapping[str, Any]:
    """Return ``[dates.written]`` of a language; empty where it has none."""
    dates = load_section(language, "dates")
    written: Mapping[str, Any] = dates.get("written", {})
    return written


def _has_flag(language: str, key: str) -> bool:
    """Return whether a language has a key of ``[dates.written]`` set to true."""
    written = _read_written(language)
    return bool(written.get(key))


def _read_words(languages: Iterable[str], key: str) -> list[str]:
    """Return the words under a key of ``[dates.written]`` in all these languages, each once."""
    words: dict[str, None] = {}
    for language in languages:
        written = _read_written(language)
        for word in written.get(key, ()):
            words[word] = None
    return list(words)


def _list_names(language: str, keys: Iterable[str]) -> list[str]:
    """Return all months or weekdays of a language as people write them."""
    names: list[str] = []
    for key in keys:
        for forms in load_forms(language, key).values():
            names.extend(forms)
    return names


def _join_months(languages: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers of months by name; a name of two languages is that of the first."""
    months: dict[str, int] = {}
    for language in languages:
        prefixes = _read_words([language], "month_prefixes")  # Hebrew joins "in" to the name
        for name, number in load_months(language).items():
            months.setdefault(name, number)
            for prefix in prefixes:
                months.setdefault(prefix + name, number)
    return months


def _join_lead_words(languages: Iterable[str]) -> frozenset[str]:
    """Return the single words of weekdays and of what may stand before a date."""
    words: set[str] = set()
    for language in languages:
        for weekday in load_weekdays(language):
            words.update(weekday.split())
    for particle in _read_words(languages, "before_day"):
        folded = fold_name(particle)
        words.update(folded.split())
    return frozenset(words)


def _compile_date(languages: tuple[str, ...], year: str) -> re.Pattern[str]:
    """Return the pattern of every way of writing a date; its groups are read by ``written``.

    ``y m d`` figures from the year on, ``a b yn`` figures that end in the year, ``dw mw yw`` a
    month in words after the day, ``mu du yu`` before the day, ``yh mh dh`` after the year.
    """
    month = _month_pattern(languages[0])
    ways = [
        rf"(?P<y>{year})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?!\d)",
        rf"(?P<yc>{year})\s?[年년]\s?(?P<mc>\d\d?)\s?[月월]\s?(?P<dc>\d\d?)\s?[日号일]",
        rf"(?P<a>\d\d?)(?P<t>[-/.])\s?(?P<b>\d\d?)(?P=t)\s?(?P<yn>{year})(?!\d)",
        _day_first_pattern(languages, month, year),
    ]
    if _has_flag(languages[0], "year_first"):
        ways = [
            rf"(?P<yk>{year})\.\s?(?P<mk>\d\d?)\.\s?(?P<dk>\d\d?)(?!\d)\.?",
            rf"(?P<yh>{year})[.,]?\s+(?P<mh>{month})[{STOPS}]?\s+(?P<dh>\d\d?)(?!\d)"
            rf"(?:\.|-{LETTER}+)?",
            *ways,
        ]
    start = r"(?<![\d.,/-])"
    prefixes = _read_words(languages[:1], "month_prefixes")
    if prefixes:  # Hebrew writes "on-12 in-January"
        start = rf"(?:(?<!\w)(?:{_alternatives(prefixes)})-|{start})"
    any_way = "|".join(ways)
    month_first = _month_first_pattern(languages, month, year)
    closing = _closing_pattern(languages)
    return re.compile(rf"(?:{start}(?:{any_way})|(?<![^\W_]){month_first}){closing}")


def _day_first_pattern(languages: tuple[str, ...], month: str, year: str) -> str:
    """Return the pattern of "9 décembre 2025", "9th of December 2025", "9 de dic. de 2025"."""
    suffixes = _alternatives(_read_words(languages, "day_suffixes"))
    before_month = _optional(_read_words(languages, "before_month"))
    before_year = _optional(_read_words(languages, "before_year"))
    return (
        rf"(?P<dw>\d\d?)(?:{suffixes}|[.º°ª])?[\s-]+"
        rf"{before_month}(?P<mw>{month})[{STOPS}]?,?[\s-]+"
        rf"{before_year}(?P<yw>{year})(?!\d)"
    )


def _month_first_pattern(languages: tuple[str, ...], month: str, year: str) -> str:
    """Return the pattern of "December 9th, 2025"."""
    month_first_ones = [language for language in languages if _has_flag(language, "month_first")]
    suffixes = _alternatives(_read_words(month_first_ones, "day_suffixes"))
    return (
        rf"(?P<mu>{month})[{STOPS}]?\s+"
        rf"(?P<du>\d\d?)(?:{suffixes})?,?\s+"
        rf"(?P<yu>{year})(?!\d)"
    )


def _closing_pattern(languages: tuple[str, ...]) -> str:
    """Return the pattern of what may follow a date and belongs to it: "r." for year, a weekday."""
    closing = ""
    after_year = _read_words(languages, "after_year")
    if after_year:
        closing += rf"(?:\s?(?:{_alternatives(after_year)})(?!\w))?"
    if _has_flag(languages[0], "weekday_after"):
        weekdays = _list_names(languages[0], WEEKDAY_KEYS)
        closing += rf"(?:,?\s?[(（]?(?:{_alternatives(weekdays)})(?!\w)[)）]?)?"
    return closing


def _month_pattern(language: str) -> str:
    """Return the pattern of a word that may be a month, and of months that are not one word."""
    word = rf"{LETTER}{{3,14}}"
    not_words = set()
    for form in _list_names(language, MONTH_KEYS):
        name = form.rstrip(STOPS)
        if not re.fullmatch(word, name):
            not_words.add(name)
    if not not_words:
        return word
    return rf"(?:(?i:{_alternatives(not_words)})(?!\d)|{word})"


def _compile_time(languages: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a time of day after a date, with its preposition and time zone."""
    before = _alternatives(_read_words(languages, "before_time"))
    after = _alternatives(_read_words(languages, "after_time"))
    minutes = r"\s?[:hH.時时시]\s?\d{2}(?:\s?[分분])?(?::\d\d(?:\.\d+)?)?"
    hour_alone = rf"\s?[hH]\b|(?=\s?(?i:{after})(?!\w))"
    return re.compile(
        rf"(?:T|,?\s*(?:[-–|·]\s*)?(?:(?:{before})\s+)?)"
        rf"\d{{1,2}}(?:{minutes}|{hour_alone})"
        rf"(?:\s?(?:(?i:{after})|Z)(?!\w))?"
        rf"(?:\s?{TIME_ZONE})?"
    )


def _alternatives(words: Iterable[str]) -> str:
    """Return words as the alternatives of a pattern, the longest first."""
    # "alle ore" before "alle"; sorted twice, so that the pattern is the same on every machine.
    longest_first = sorted(sorted(words), key=len, reverse=True)
    return "|".join(map(re.escape, longest_first))


def _optional(words: Iterable[str]) -> str:
    """Return the pattern of one of these words or of none; d’ joins the next word."""
    pieces = []
    for word in words:
        elided = word.removesuffix("’")
        end = r"\s+" if elided == word else "['’]"
        pieces.append(re.escape(elided) + end)
    if not pieces:
        return ""
    either = "|".join(pieces)
    return f"(?i:{either})?"
