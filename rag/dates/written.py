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
from rag.text import fold

YEAR_PATTERN = re.compile(rf"(?<!\d){YEAR_DIGITS}(?!\d)")
MAX_DATE_LENGTH = 60  # characters; chosen by hand: weekday, date, time and zone need no more
MAX_LEAD_WORDS = 3  # "on Tuesday, the" 9th; chosen by hand
MAX_LEAD_LENGTH = 20  # characters of one such word, Thai weekdays being the longest
LEAD_WORD = re.compile(rf"((?:{LETTER}|['’]){{1,16}}(?:-{LETTER}{{1,6}})?)[.,]{{0,2}}\s+\Z")
MARKS_BEFORE_LEAD = "/|—–-·•,(:"
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
    forms = load_written_forms(language)
    if len(text) > MAX_DATE_LENGTH or not forms.year.search(text):
        return None
    match = find_date(text, day_first=day_first, language=language)
    if match is None:
        return _parse_with_dateparser(text, language)
    # "Bonjour 9 décembre 2025" holds a date and is none.
    before = text[: match.start].strip()
    after = text[match.end :].strip(" .")
    is_whole_text = not before and not after
    return match.date if is_whole_text else None


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
        start = _find_lead(text, match.start(), forms)
        end = match.end()
        time = forms.time.match(text, end)
        if time is not None:
            end = time.end()
        return FoundDate(date, start, end)
    return None


def _with_ascii_digits(text: str) -> str:
    """Return a text of the same length with the digits of other scripts as ours."""
    if OTHER_DIGIT.search(text) is None:
        return text
    return text.translate(TO_ASCII_DIGITS)


def _read_match(
    match: re.Match[str], forms: WrittenForms, *, day_first: bool | None
) -> datetime.date | None:
    """Return the date that a match of ``forms.date`` stands for, if there is such a day."""
    groups = match.groupdict()
    if groups["a"] is not None:
        year = _read_year(groups["yn"], forms)
        first = int(groups["a"])
        second = int(groups["b"])
        # With full stops the day comes first everywhere: 05.11.2025.
        is_day_first = day_first or groups["t"] == "."
        return _read_figures(first, second, year, is_day_first=is_day_first)
    # The groups of one way of writing begin alike: y m d, yc mc dc, yw mw dw and so on.
    parts = {name[0]: text for name, text in groups.items() if text is not None}
    year = _read_year(parts["y"], forms)
    month = _read_month(parts["m"], forms)
    day = int(parts["d"])
    return _make_date(year, month, day)


def _read_year(digits: str, forms: WrittenForms) -> int:
    """Return the year of our era: 2024 for 2567 where years are counted from the Buddha."""
    year = int(digits)
    is_of_our_era = YEAR_PATTERN.fullmatch(digits) is not None
    return year if is_of_our_era else year - forms.year_offset


def _read_month(text: str, forms: WrittenForms) -> int:
    """Return the number of a month in figures or words; 0 where it is none."""
    if text.isdecimal():
        return int(text)
    name = fold(text)
    return forms.months.get(name, 0)


def _read_figures(
    first: int, second: int, year: int, *, is_day_first: bool
) -> datetime.date | None:
    """Return the date of 05/11/2025: day first where that is known, else the only reading."""
    with_day_first = _make_date(year, second, first)
    if is_day_first:
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
        search_start = max(0, start - MAX_LEAD_LENGTH)
        word = LEAD_WORD.search(text, search_start, start)
        if word is None:
            break
        name = fold(word[1])
        if name not in forms.lead_words:
            break
        start = word.start()
    before = text[:start].rstrip()
    follows_mark = not before or before[-1] in MARKS_BEFORE_LEAD
    return start if follows_mark else date_start


def _parse_with_dateparser(text: str, language: str | None) -> datetime.date | None:
    """Return what dateparser makes of a full date, never completing one from today's date."""
    has_day = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    has_figures_only = re.search(r"\d\s?[-/.]\s?\d", text)
    has_word = re.search(r"[^\W\d_]{3}", text)
    if not has_day or has_figures_only or not has_word:
        return None
    import dateparser

    languages = list_languages_of_text(language)
    parsed = dateparser.parse(
        text,
        languages=list(languages),
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
        },
    )
    if parsed is None:
        return None
    # A year that is not in the text was made up from a part of it.
    has_its_year = str(parsed.year) in text
    return parsed.date() if has_its_year else None
