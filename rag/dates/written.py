"""Full dates as articles write them: "le mardi 9 décembre 2025 à 10h30", "12 stycznia 2024 r.".

A date has a day, a month and a year; partial, impossible and ambiguous ones are refused. What a
language writes is data (``written_forms``). Forms that no pattern here knows go to ``dateparser``,
which is slow to import and asked only for a text that could be one date and nothing else.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from rag.dates.written_forms import (
    LETTER,
    YEAR_DIGITS,
    WrittenForms,
    list_languages_of_text,
    load_written_forms,
)
from rag.text.words import fold

YEAR_PATTERN = re.compile(rf"(?<!\d){YEAR_DIGITS}(?!\d)")
MAX_DATE_LENGTH = 60  # characters; chosen by hand: weekday, date, time and zone need no more
MAX_LEAD_WORDS = 3  # "on Tuesday, the" 9th; chosen by hand
MAX_LEAD_LENGTH = 20  # characters of one such word, Thai weekdays being the longest
LEAD_WORD = re.compile(rf"((?:{LETTER}|['’]){{1,16}}(?:-{LETTER}{{1,6}})?)[.,]?\s+\Z")
# Digits of other scripts, each with the same value: Arabic, Persian, Hindi, Bengali, Thai, wide.
DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10)
TO_ASCII_DIGITS = {zero + digit: str(digit) for zero in DIGIT_ZEROS for digit in range(10)}
OTHER_DIGIT = re.compile("[٠-٩۰-۹०-९০-৯๐-๙０-９]")


class FoundDate(NamedTuple):
    """A date and where it stands, weekday and time of day included."""

    date: datetime.date
    start: int
    end: int


def parse_date(
    text: str, *, day_first: bool | None = None, language: str | None = None
) -> datetime.date | None:
    """Return the date that the whole text is, or None.

    ``day_first`` says how to read 05/11/2025; without it, such a date is refused unless only one
    reading exists. ``language`` (ISO 639-1) is that of the document; without it, the most usual
    languages are read.
    """
    text = _with_ascii_digits(text.strip())
    if len(text) > MAX_DATE_LENGTH or not load_written_forms(language).year.search(text):
        return None
    match = find_date(text, day_first=day_first, language=language)
    if match is None:
        return _parse_with_dateparser(text, language)
    before = text[: match.start].strip()
    after = text[match.end :].strip(" .")
    return match.date if not before and not after else None


def find_date(
    text: str, *, day_first: bool | None = None, language: str | None = None
) -> FoundDate | None:
    """Return the first full date in a text, with the weekday before it and the time after it."""
    forms = load_written_forms(language)
    text = _with_ascii_digits(text)
    for match in forms.date.finditer(text):
        date = _read_match(match, forms, day_first=day_first)
        if date is None:
            continue
        time = forms.time.match(text, match.end())
        end = time.end() if time else match.end()
        return FoundDate(date, _find_lead(text, match.start(), forms), end)
    return None


def _with_ascii_digits(text: str) -> str:
    """Return a text of the same length with the digits of other scripts as ours."""
    return text.translate(TO_ASCII_DIGITS) if OTHER_DIGIT.search(text) else text


def _read_match(
    match: re.Match[str], forms: WrittenForms, *, day_first: bool | None
) -> datetime.date | None:
    """Return the date that a match of ``forms.date`` stands for, if there is such a day."""
    groups = {name: text for name, text in match.groupdict().items() if text is not None}
    if "a" in groups:
        first, second = int(groups["a"]), int(groups["b"])
        year = _read_year(groups["yn"], forms)
        # With full stops the day comes first everywhere: 05.11.2025.
        return _read_figures(first, second, year, day_first=day_first or groups["t"] == ".")
    # The groups of one way of writing end alike: y m d, yc mc dc, yw mw dw and so on.
    by_part = {name[0]: text for name, text in groups.items() if name[0] in "ymd"}
    month = by_part["m"]
    number = int(month) if month.isdecimal() else forms.months.get(fold(month), 0)
    return _make_date(_read_year(by_part["y"], forms), number, int(by_part["d"]))


def _read_year(digits: str, forms: WrittenForms) -> int:
    """Return the year of our era: 2024 for 2567 where years are counted from the Buddha."""
    year = int(digits)
    is_of_our_era = YEAR_PATTERN.fullmatch(digits) is not None
    return year if is_of_our_era else year - forms.year_offset


def _read_figures(
    first: int, second: int, year: int, *, day_first: bool | None
) -> datetime.date | None:
    """Return the date of 05/11/2025: day first where that is known, else the only reading."""
    with_day_first = _make_date(year, second, first)
    if day_first:
        return with_day_first
    with_month_first = _make_date(year, first, second)
    readings = {with_day_first, with_month_first} - {None}
    return readings.pop() if len(readings) == 1 else None


def _make_date(year: int, month: int, day: int) -> datetime.date | None:
    """Return the date, or None where the calendar has no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _find_lead(text: str, date_start: int, forms: WrittenForms) -> int:
    """Return where the words begin that belong to a date: "le mardi", "Tuesday,".

    They must follow the start of the text or a mark: in "The Sun, 9 December" there is no Sunday.
    """
    start = date_start
    for _ in range(MAX_LEAD_WORDS):
        word = LEAD_WORD.search(text, max(0, start - MAX_LEAD_LENGTH), start)
        if word is None or fold(word[1]) not in forms.lead_words:
            break
        start = word.start()
    before = text[:start].rstrip()
    return start if not before or before[-1] in "/|—–-·•,(:" else date_start


def _parse_with_dateparser(text: str, language: str | None) -> datetime.date | None:
    """Return what dateparser makes of a full date, never completing one from today's date."""
    has_day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    has_figures_only = re.search(r"\d\s?[-/.]\s?\d", text)
    has_word = re.search(r"[^\W\d_]{3}", text)
    if not has_day or has_figures_only or not has_word:
        return None
    import dateparser

    parsed = dateparser.parse(
        text,
        languages=list(list_languages_of_text(language)),
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
        },
    )
    return parsed.date() if parsed and str(parsed.year) in text else None
