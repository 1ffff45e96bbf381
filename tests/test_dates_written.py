"""Dates in thirty languages, and what is no date."""

from __future__ import annotations

import datetime

import pytest
from calendars import MONTHS
from hypothesis import given
from hypothesis import strategies as st

from rag.dates.names import MONTH_KEYS, load_forms
from rag.dates.written import find_date, parse_date
from rag.text.languages import list_languages

DAY = datetime.date(2025, 12, 9)


def rows(table):
    return [row.strip() for row in table.split("|")]


@pytest.mark.parametrize(
    "text",
    rows("""2025-12-09|2025/12/09|2025-12-09T08:00:00Z|2025-12-09 08:00|9 décembre 2025
    |le mardi 9 décembre 2025 à 14h30|9 déc. 2025|09.12.2025
    |December 9, 2025|Tuesday, December 9th, 2025|9 December 2025|9th of December 2025
    |Dec. 9, 2025 at 8:15 am EST|Tue, 9 Dec 2025 10:00:00 GMT
    |9. Dezember 2025|Dienstag, den 9. Dezember 2025, 14:30 Uhr|9. Dez. 2025
    |9 de diciembre de 2025|martes, 9 de dic. de 2025
    |9 dicembre 2025|martedì 9 dicembre 2025|9 de dezembro de 2025
    |terça-feira, 9 de dezembro de 2025|9 december 2025
    |op dinsdag 9 december 2025|2025年12月9日|the 9th day of December 2025|9-dic-2025"""),
)
def test_dates_in_seven_languages(text):
    """Wrong: a month table with a language missing, a time of day that spoils the date."""
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    rows("""|mai|12|2025|12 mai|décembre 2025
    |31 février 2025|29.02.2025|hier|tomorrow|1.2.3.2025|2025-13-45
    |Bonjour 9 décembre 2025|9 décembre 2025 Amazon|3 pages 2025|10/12/2025
    |Le 9 décembre 2025, tout change|9 décembre 25|20 2025|32 mars 2024|12:30"""),
)
def test_partial_impossible_and_ambiguous_dates_are_refused(text):
    """Wrong: filling in today's year, rolling 31 February over, choosing for 10/12/2025."""
    assert parse_date(text) is None


ELSEWHERE = """
ar | الجمعة 12 يناير 2024 | ١٢ يناير ٢٠٢٤ | 12 كانون الثاني 2024
bg | петък, 12 януари 2024 г. | 12 януари 2024
ca | 12 de gener de 2024 | divendres, 12 de gener del 2024 a les 10:30
cs | 12. ledna 2024 | pátek 12. ledna 2024 v 10:30
da | fredag den 12. januar 2024 kl. 10.30
el | Παρασκευή, 12 Ιανουαρίου 2024 | 12 ΙΑΝΟΥΑΡΙΟΥ 2024
fi | 12. tammikuuta 2024 | perjantaina 12. tammikuuta 2024 klo 10.30
he | יום שישי, 12 בינואר 2024 | ב-12 בינואר 2024
hi | शुक्रवार, 12 जनवरी 2024 | १२ जनवरी २०२४
hu | 2024. január 12. | 2024. jan. 12., péntek | 2024. 01. 12.
id | Jumat, 12 Januari 2024 10:30 WIB
ja | 2024年 1月 12日 | 2024年1月12日（金）
ko | 2024년 1월 12일 금요일 | 2024. 1. 12.
nb | fredag 12. januar 2024
pl | 12 stycznia 2024 | piątek, 12 stycznia 2024 r., godz. 10:30 | 12 sty 2024
ro | 12 ianuarie 2024 | vineri, 12 ian. 2024, ora 10:30
ru | 12 января 2024 | пятница, 12 января 2024 года | 12 янв. 2024 г., 10:30
sv | fredagen den 12 januari 2024
th | วันศุกร์ที่ 12 มกราคม 2567 | 12 ม.ค. 2567 | ๑๒ มกราคม ๒๕๖๗ | 12 มกราคม 2024
tr | 12 Ocak 2024 Cuma | 12 OCAK 2024 | 12 Oca 2024
uk | п’ятниця, 12 січня 2024 року | 12 січня 2024 р.
vi | Thứ Sáu, ngày 12 tháng 1 năm 2024 | 12 tháng 01, 2024
zh | 2024年1月12日 10:30
"""
ELSEWHERE_ROWS = [
    (language.strip(), text.strip())
    for language, *texts in (line.split("|") for line in ELSEWHERE.strip().splitlines())
    for text in texts
]


@pytest.mark.parametrize(("language", "text"), ELSEWHERE_ROWS)
def test_dates_are_read_in_the_language_of_their_document(language, text):
    """Wrong: seven languages only, months in the nominative only, digits of one script only.

    The whole text belongs to the date, so that an attribution beside it is recognised.
    """
    assert parse_date(text, language=language) == datetime.date(2024, 1, 12)
    match = find_date(f"x / {text}", language=language)
    assert match is not None
    assert match.date == datetime.date(2024, 1, 12)
    assert match.start == 4


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("key", MONTH_KEYS)
def test_every_month_of_every_language_is_read_in_a_date(language, key):
    """Wrong: a word for a month that the pattern cannot match, such as one of two words."""
    for number, forms in load_forms(language, key).items():
        for form in forms:
            year, month, day = 2023, int(number), 12
            text = f"{year}. {form} {day}" if language == "hu" else f"{day} {form} {year}"
            date = parse_date(text, language=language)
            if "月" in form or "월" in form:
                continue  # written in figures there, which the test above reads
            assert date == datetime.date(year, month, day), form


def test_the_language_of_the_document_comes_before_the_others():
    """Wrong: "mar" as March in every language, a Czech page that cannot give a date in English."""
    assert parse_date("5 lis 2024", language="cs") == datetime.date(2024, 11, 5)
    assert parse_date("5 lis 2024") is None
    assert parse_date("Tue, 5 Nov 2024", language="cs") == datetime.date(2024, 11, 5)
    assert parse_date("5 mai 2024", language="nb") == parse_date("5 mai 2024")
    assert parse_date("12 มกราคม 2567") is None
    assert parse_date("12 January 2567", language="en") is None


@pytest.mark.parametrize(
    ("year", "read"), [(1399, False), (1400, True), (2199, True), (2200, False)]
)
def test_years_of_articles(year, read):
    """Wrong: a house number read as a year, or an old document left without its date."""
    assert (parse_date(f"9 May {year}") is not None) is read
    assert (parse_date(f"{year}-05-09") is not None) is read


def test_three_words_before_a_date_belong_to_it_and_no_fourth():
    """Wrong: a lead without end, or one that stops before the article."""
    three, four = find_date("Tue on the 9 May 2024"), find_date("(le le mardi le 9 mai 2024")
    assert three is not None
    assert three.start == 11  # "the" is none of them
    assert four is not None
    assert four.start == 16  # the words in front of it do not follow a mark


def test_a_text_longer_than_any_date_is_none():
    """Wrong: a whole paragraph handed to the slow reader."""
    assert parse_date("9 May 2024" + " " * 60) is not None
    assert parse_date("Tuesday, 9 May 2024 at 10:30".ljust(60, ".")) is not None
    assert parse_date("Tuesday, 9 May 2024 at 10:30".ljust(61, ".")) is None


def test_day_first_is_told_not_guessed():
    """Wrong: the American reading of a French date, or the other way round."""
    assert parse_date("10/12/2025", day_first=True) == datetime.date(2025, 12, 10)
    assert parse_date("25/12/2025") == parse_date("12/25/2025") == datetime.date(2025, 12, 25)
    assert parse_date("11/11/2025") == datetime.date(2025, 11, 11)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_every_day_survives_in_every_spelling(day):
    """Wrong: an off-by-one month in one of the tables."""
    assert parse_date(day.isoformat()) == parse_date(f"{day:%d.%m.%Y}") == day
    for names in MONTHS.values():
        assert parse_date(f"{day.day} {names.split()[day.month - 1]} {day.year}") == day


def test_a_date_is_found_with_its_weekday_and_time():
    """Wrong: "le mardi" or "à 10h" left beside the date, "The Sun," taken for a weekday."""
    text = "La Une / le mardi 9 décembre 2025 à 10h30 / lire"
    found = find_date(text)
    assert found is not None
    assert (found.date, text[found.start : found.end]) == (DAY, "le mardi 9 décembre 2025 à 10h30")
    sun = find_date("The Sun, 9 December 2025")
    assert sun is not None
    assert sun.start == 9
