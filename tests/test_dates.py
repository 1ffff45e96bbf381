"""Days that questions and stories speak of: whatever the words, whatever the day, checked against slow ways of counting."""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from months import MONTHS

from rag.dates import days, find_period, find_relative_dates, grammar
from rag.dates.lexemes import read_lexemes
from rag.dates.vocabulary import (
    MAX_PHRASE_WORDS,
    SETTINGS,
    fold_phrase,
    has_date_vocabulary,
    load_date_vocabulary,
)
from rag.text.languages import list_languages, load_section
from rag.text.words import fold

ONE = datetime.timedelta(days=1)
TODAY = datetime.date(2025, 12, 18)  # a Thursday
STORY = datetime.date(2025, 12, 18)
ANY_DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
LANGUAGES = [language for language in list_languages() if has_date_vocabulary(language)]
LABELS = {  # what all days of a unit have in common, and no other day near has
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month - 1) // 3),
    "half": lambda day: (day.year, (day.month - 1) // 6),
    "year": lambda day: day.year,
}
UNITS = {
    "week": days.WEEK,
    "month": days.MONTH,
    "quarter": days.QUARTER,
    "half": days.HALF,
    "year": days.YEAR,
}
SAID = {  # last, this, next, three ... ago
    "week": ("last week", "this week", "next week", "3 weeks ago"),
    "month": ("last month", "this month", "next month", "3 months ago"),
    "quarter": ("last quarter", "this quarter", "next quarter", "3 quarters ago"),
    "year": ("last year", "this year", "next year", "3 years ago"),
}


def units(today, unit):
    """The units around a day as (first, last), in order, and the place of today's: all days laid out and grouped."""
    near = [today + n * ONE for n in range(-1600, 800)]
    groups = {}
    for day in near:
        groups.setdefault(LABELS[unit](day), []).append(day)
    spans = [(group[0], group[-1]) for group in groups.values()]
    return spans, next(at for at, (first, last) in enumerate(spans) if first <= today <= last)


def ends(text, language, today):
    """The first and last day a question speaks of."""
    found = find_period(text, language, today)
    assert found is not None, text
    return found.start, found.end


@pytest.mark.parametrize("unit", SAID)
@given(today=ANY_DAY)
def test_units_are_counted_as_a_calendar_lays_them_out(unit, today):
    """Wrong: weeks from Sunday on, the 53rd week, December as month 0, a quarter that starts in February."""
    spans, here = units(today, unit)
    last, this, following, ago = SAID[unit]
    assert ends(last, "en", today) == spans[here - 1]
    assert ends(this, "en", today) == spans[here]
    assert ends(following, "en", today) == spans[here + 1]
    assert ends(ago, "en", today) == spans[here - 3]


@given(today=ANY_DAY, unit=st.sampled_from(sorted(UNITS)))
def test_around_before_and_after_agree_with_days_laid_out(today, unit):
    """Wrong: half-years or quarters cut one month off."""
    spans, here = units(today, unit)
    assert days.find_unit_around(today, UNITS[unit]) == spans[here]
    assert days.find_unit_before(today, UNITS[unit]) == spans[here - 1]


@given(today=ANY_DAY, months=st.integers(-600, 600))
def test_shifting_months_keeps_the_day_or_takes_the_last(today, months):
    """Wrong: 31 January plus a month in March; a year lost at December."""
    there = days.shift_months(today, months)
    assert (there.year * 12 + there.month) - (today.year * 12 + today.month) == months
    assert there.day == today.day or (there.day < today.day and (there + ONE).day == 1)


@given(first=ANY_DAY, length=st.integers(0, 3000))
def test_elapsed_months_are_the_most_that_fit(first, length):
    """Wrong: a month counted before its last day is over."""
    last = first + length * ONE
    steps = 0
    while (
        days.shift_months(first, steps + 1) <= last
        and days.shift_months(first, steps + 1).day == first.day
    ):
        steps += 1
    found = days.count_months(first, last)
    assert days.shift_months(first, found) <= last or first.day > 28
    if first.day <= 28:
        assert found == steps


@given(
    today=ANY_DAY, unit=st.sampled_from([days.WEEK, days.MONTH, days.QUARTER, days.HALF, days.YEAR])
)
def test_beginning_middle_and_end_make_the_whole(today, unit):
    """Wrong: a 31st that belongs to no part, parts that overlap."""
    whole = days.find_unit_around(today, unit)
    parts = [days.find_third(whole, part) for part in range(3)]
    assert parts[0].first == whole.first
    assert parts[2].last == whole.last
    assert all(before.last + ONE == after.first for before, after in pairwise(parts))
    assert all(part.first <= part.last for part in parts)


@given(today=ANY_DAY, weekday=st.integers(0, 6))
def test_weekdays_are_the_nearest_on_their_side(today, weekday):
    """Wrong: "last Tuesday" on a Tuesday being today; next Tuesday in the past."""
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    past = next(today - n * ONE for n in range(1, 8) if (today - n * ONE).weekday() == weekday)
    future = next(today + n * ONE for n in range(1, 8) if (today + n * ONE).weekday() == weekday)
    latest = next(today - n * ONE for n in range(7) if (today - n * ONE).weekday() == weekday)
    assert ends(f"Who spoke last {name}?", "en", today) == (past, past)
    assert ends(f"Who speaks next {name}?", "en", today) == (future, future)
    assert ends(f"Who spoke on {name}?", "en", today) == (latest, latest)


@given(today=ANY_DAY, month=st.integers(1, 12))
def test_a_bare_month_is_the_latest_begun(today, month):
    """Wrong: "in December" asked in November meaning the coming one, or asked in December the one before."""
    begun = next(
        day
        for n in range(400)
        if (day := today - n * ONE).month == month
        and (day.day == 1 or (n == 0 and day.month == month))
    )
    for language, names in MONTHS.items():
        word = {"fr": "en", "en": "in", "de": "im", "es": "en", "it": "a", "pt": "em", "nl": "in"}[
            language
        ]
        start, end = ends(f"x {word} {names.split()[month - 1]} ?", language, today)
        assert start == begun.replace(day=1)
        assert (end + ONE).day == 1
        assert start.month == end.month == month
    ended = ends(f"x in {MONTHS['en'].split()[month - 1]}?", "en", today)
    assert ended[0] <= today


@given(day=ANY_DAY, language=st.sampled_from(LANGUAGES))
def test_every_day_is_read_in_every_spelling(day, language):
    """Wrong: a month missing in a table, or one language's order of the words only."""
    month = MONTHS[language].split()[day.month - 1]
    linked = (
        f"{day.day} de {month} de {day.year}"
        if language in ("es", "pt")
        else f"{day.day} {month} {day.year}"
    )
    spellings = [
        linked,
        f"{day.day}. {month} {day.year}",
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day.day} {month.upper()} {day.year}",
    ]
    if language == "en":
        spellings += [
            f"{month} {day.day}, {day.year}",
            f"{month} {day.day}th, {day.year}",
            f"the {day.day}th of {month}, {day.year}",
        ]
    else:
        spellings.append(f"{day:%d/%m/%Y}")
    for spelling in spellings:
        found = find_period(f"x, {spelling} ?", language, day)
        assert found is not None, spelling
        assert (found.start, found.end, found.sure) == (day, day, True), spelling


@pytest.mark.parametrize(
    "text",
    ["en 99999", "30 février 2025", "31.11.2025", "2025-13-01", "il y a 99999 ans", "le 0 mai"],
)
def test_days_that_do_not_exist_filter_nothing(text):
    """Wrong: an overflow that ends the program, 30 February rolled over into March."""
    found = find_period(text, "fr", TODAY)
    assert found is None or not found.sure


def test_the_ends_of_the_calendar():
    """Wrong: a step over the first or last day that can be written."""
    for today in (datetime.date.min, datetime.date.max):
        for said in (
            "last year",
            "next year",
            "next week",
            "last week",
            "3 weeks ago",
            "in December",
            "this year",
            "this weekend",
        ):
            found = find_period(f"x {said}", "en", today)
            assert (
                found is None
                or found.start is None
                or found.end is None
                or found.start <= found.end
            )
    assert ends("x this year", "en", datetime.date.max) == (
        datetime.date(9999, 1, 1),
        datetime.date.max,
    )


ODD = """3 31 2024 2030 99999 9. 1er 9th Q3 1990s 2025-12-09 01/02/2025 12.12.2025 , . - – ' ’ ? \x1b \u202e é Amazon salariés % €
    décembre März año MAI 3.5 $2024 0 00 ² ٣ Déc. oct. J-1"""
VOCABULARY = st.sampled_from(
    sorted(
        {
            word.replace("_", " ")
            for language in LANGUAGES
            for word in load_date_vocabulary(language).meanings
        }
        | {*ODD.split(" "), "\n\n"}
    )
)


@settings(max_examples=500)
@given(
    text=st.text(max_size=80)
    | st.lists(VOCABULARY, max_size=14).map(" ".join)
    | st.lists(VOCABULARY, max_size=14).map("".join),
    language=st.sampled_from([*LANGUAGES, "zh", ""]),
    today=st.dates(),
)
def test_no_text_is_too_strange(text, language, today):
    """Wrong: anything raised, days in the wrong order, a span beside the text or around nothing."""
    found = find_period(text, language, today)
    if found is not None:
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert text[found.span.start : found.span.end].strip()
        assert found.start or found.end
        assert not (found.start and found.end) or found.start <= found.end
        assert not found.sure or (found.start or found.end) <= today
    end = 0
    for span, first, last in find_relative_dates(text, language, today):
        assert end <= span.start < span.end <= len(text)
        assert first <= last
        end = span.end


@given(
    today=ANY_DAY,
    years=st.integers(1, 40),
    said=st.sampled_from(["last month", "this year", "3 years ago", "last quarter"]),
)
def test_months_and_years_go_with_today(today, years, said):
    """Wrong: a period tied to the day the program was written."""
    later = days.shift_months(today, 12 * years)
    assert ends(said, "en", later) == days.span_months(
        *month_and_length(*ends(said, "en", today), years)
    )


def month_and_length(first, last, years):
    """The arguments of ``days.span_months`` for the same months so many years later."""
    return (
        first.year + years,
        first.month,
        (last.year - first.year) * 12 + last.month - first.month + 1,
    )


@given(
    today=ANY_DAY,
    weeks=st.integers(1, 2000),
    said=st.sampled_from(
        [
            "hier",
            "la semaine dernière",
            "il y a 8 jours",
            "mardi dernier",
            "le week-end dernier",
            "cette semaine",
        ]
    ),
)
def test_days_and_weeks_go_with_today(today, weeks, said):
    """Wrong: a week that depends on the year, a weekend that moves."""
    first, last = ends(said, "fr", today)
    assert ends(said, "fr", today + 7 * weeks * ONE) == (
        first + 7 * weeks * ONE,
        last + 7 * weeks * ONE,
    )


def test_an_unknown_language_reads_english_and_figures():
    """Wrong: no date at all, or an error, where there is no table."""
    assert (
        ends("2025-12-09 ?", "zh", TODAY)
        == ends("9 December 2025", "", TODAY)
        == (datetime.date(2025, 12, 9),) * 2
    )


def test_several_days_are_taken_together():
    """Wrong: the first of two months alone, or a vague year that pushes out a sure day."""
    assert ends("x in October and in December", "en", TODAY) == (
        datetime.date(2025, 10, 1),
        datetime.date(2025, 12, 31),
    )
    assert ends("What was said yesterday about 2030?", "en", TODAY) == (TODAY - ONE, TODAY - ONE)
    both = find_period("Who left after 3 December and before 10 December?", "en", TODAY)
    assert both is not None
    assert (both.start, both.end, both.sure) == (
        datetime.date(2025, 12, 4),
        datetime.date(2025, 12, 9),
        True,
    )


def test_a_bare_end_takes_its_year_from_the_other():
    """Wrong: from November 2026 to February 2026."""
    winter = (datetime.date(2024, 11, 1), datetime.date(2025, 2, 28))
    assert (
        ends("from November to February 2025", "en", TODAY)
        == ends("from November 2024 to February", "en", TODAY)
        == winter
    )
    assert ends("from 28 to 3 January 2025", "en", TODAY) == (
        datetime.date(2024, 12, 28),
        datetime.date(2025, 1, 3),
    )


def words_of_periods(language):
    """Every word of ``[dates.periods]``, as often as it is there."""
    for key, forms in load_section(language, "dates")["periods"].items():
        if key in SETTINGS or isinstance(forms, bool):
            continue
        for words in [forms] if isinstance(forms, list) else forms.values():
            yield from (word if word in accented(language) else fold_phrase(word) for word in words)


def accented(language):
    """The words that count only with their accents."""
    return load_section(language, "dates")["periods"].get("keep_accents", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_sound(language):
    """Wrong: an unknown kind, a word twice, a phrase too long to be found, a month missing."""
    vocabulary = load_date_vocabulary(language)
    kinds = {meaning.kind for meaning in vocabulary.meanings.values()}
    assert kinds <= set(grammar.ALL_KINDS.split())
    words = list(words_of_periods(language))
    twice = {word for word, count in Counter(words).items() if count > 1}
    assert not twice
    assert all(word.count("_") < MAX_PHRASE_WORDS for word in vocabulary.meanings)
    for kind, values in (("month", range(1, 13)), ("weekday", range(7))):
        meanings = vocabulary.meanings.values()
        assert {meaning.value for meaning in meanings if meaning.kind == kind} == set(values)
    for word, meaning in vocabulary.meanings.items():
        assert word in (fold(word), word.lower())
        lexemes = read_lexemes(word.replace("_", " "), language)
        assert meaning.kind in {lexeme.kind for lexeme in lexemes} | {"month"}, word


def test_seven_languages_speak_of_periods():
    """Wrong: a section lost from a file, which would silently be read as English."""
    assert {"fr", "en", "de", "es", "it", "pt", "nl"} <= set(LANGUAGES)


INSIDE = [
    (
        "fr",
        "Microsoft a suivi il y a huit jours : 17,5 milliards.",
        "il y a huit jours",
        "2025-12-10",
        "2025-12-10",
    ),
    ("fr", "Hier, le groupe a reculé.", "Hier", "2025-12-17", "2025-12-17"),
    ("fr", "Il l'a dit mardi dernier.", "mardi dernier", "2025-12-16", "2025-12-16"),
    ("fr", "Le mois dernier, OpenAI a signé.", "Le mois dernier", "2025-11-01", "2025-11-30"),
    (
        "fr",
        "La loi entre en vigueur le mois prochain.",
        "le mois prochain",
        "2026-01-01",
        "2026-01-31",
    ),
    ("fr", "Il partira en février prochain.", "février prochain", "2026-02-01", "2026-02-28"),
    ("fr", "Il ouvrira dans trois semaines.", "dans trois semaines", "2026-01-05", "2026-01-11"),
    ("fr", "Il ouvrira à la fin de l'année.", "la fin de l'année", "2025-09-01", "2025-12-31"),
    ("en", "It opens next month.", "next month", "2026-01-01", "2026-01-31"),
    ("en", "He resigned two weeks ago.", "two weeks ago", "2025-12-01", "2025-12-07"),
    (
        "en",
        "Sales rose over the past three months.",
        "the past three months",
        "2025-09-18",
        "2025-12-18",
    ),
    ("de", "Gestern stieg der Kurs.", "Gestern", "2025-12-17", "2025-12-17"),
    ("de", "Der Kurs stieg vor drei Tagen.", "vor drei Tagen", "2025-12-15", "2025-12-15"),
    ("es", "Lo anunció hace tres días.", "hace tres días", "2025-12-15", "2025-12-15"),
    ("es", "Lo anunció el lunes pasado.", "el lunes pasado", "2025-12-15", "2025-12-15"),
    ("it", "Lo ha detto la settimana scorsa.", "la settimana scorsa", "2025-12-08", "2025-12-14"),
    ("it", "Lo ha detto tre giorni fa.", "tre giorni fa", "2025-12-15", "2025-12-15"),
]


@pytest.mark.parametrize(("language", "text", "said", "first", "last"), INSIDE)
def test_what_a_story_tells_relative_to_its_own_day(language, text, said, first, last):
    """Wrong: read relative to today, or not at all."""
    [(span, start, end)] = find_relative_dates(text, language, STORY)
    assert text[span.start : span.end] == said
    assert (start.isoformat(), end.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Il l'a annoncé le 9 décembre 2025, puis en octobre."),
        ("fr", "Le monde de demain n'est pas celui de 2024."),
        ("fr", "Trois mois plus tôt, deux ans après, ce soir-là, cette année-là."),
        ("fr", "Ces derniers jours, il y a quelques semaines, lundi."),
        ("en", "Two weeks before the launch, they sang it."),
        ("en", "It may march on in the first half."),
        ("de", "Er kommt am Morgen und wohnt hier."),
        ("es", "Trabaja por la mañana y lo hace dos veces."),
        ("it", "Lo ha detto due giorni prima, nel 2024."),
    ],
)
def test_what_is_no_day_or_no_relative_one_is_left_alone(language, text):
    """Wrong: a guess shown to the reader as a date."""
    assert find_relative_dates(text, language, STORY) == []


@pytest.mark.parametrize(
    "piece",
    [
        "il y a ",
        "dernier mois ",
        "1",
        "1,",
        "2025-",
        "12.12.",
        " \n",
        '"',
        "de la ",
        "le 9 ",
        "entre ",
        "d'",
        "mois-",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(piece):
    """Wrong: a pattern that looks back over all it has read."""
    text = piece * (100_000 // len(piece))
    started = time.perf_counter()
    find_relative_dates(text, "fr", TODAY)
    find_period(text, "fr", TODAY)
    assert time.perf_counter() - started < 20


def test_nothing_slow_is_imported():
    """Wrong: dateparser or numpy paid for by every question."""
    program = "import sys, rag.dates; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"dateparser", "numpy", "calendar", "dateutil", "regex"} & set(done.stdout.split())
