"""Days that questions and stories speak of, checked against slow ways of counting."""

from __future__ import annotations

import datetime
import subprocess
import sys
import time

import pytest
from calendars import MONTHS, units
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.dates import days, find_period, find_relative_dates
from rag.dates.vocabulary import has_date_vocabulary, load_date_vocabulary
from rag.text.languages import list_languages

ONE = datetime.timedelta(days=1)
TODAY = datetime.date(2025, 12, 18)  # a Thursday
STORY = datetime.date(2025, 12, 18)
ANY_DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
LANGUAGES = [language for language in list_languages() if has_date_vocabulary(language)]
SAID = {  # last, this, next, three ... ago
    "week": ("last week", "this week", "next week", "3 weeks ago"),
    "month": ("last month", "this month", "next month", "3 months ago"),
    "quarter": ("last quarter", "this quarter", "next quarter", "3 quarters ago"),
    "year": ("last year", "this year", "next year", "3 years ago"),
}


def ends(text, language, today):
    """The first and last day a question speaks of."""
    found = find_period(text, language, today)
    assert found is not None, text
    return found.start, found.end


@pytest.mark.parametrize("unit", SAID)
@given(today=ANY_DAY)
def test_units_are_counted_as_a_calendar_lays_them_out(unit, today):
    """Wrong: weeks from Sunday on, the 53rd week, December as month 0, a quarter from February."""
    spans, here = units(today, unit)
    last, this, following, ago = SAID[unit]
    assert ends(last, "en", today) == spans[here - 1]
    assert ends(this, "en", today) == spans[here]
    assert ends(following, "en", today) == spans[here + 1]
    assert ends(ago, "en", today) == spans[here - 3]


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
    """Wrong: "in December" asked in November meaning the coming one, asked in December the last."""
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


ODD = """3 31 2024 2030 99999 9. 1er 9th Q3 1990s 2025-12-09 01/02/2025 12.12.2025 , . - – ' ’ ?
    \x1b \u202e é Amazon salariés % € décembre März año MAI 3.5 $2024 0 00 ² ٣ Déc. oct. J-1"""
VOCABULARY = st.sampled_from(
    sorted(
        {
            word.replace("_", " ")
            for language in LANGUAGES
            for word in load_date_vocabulary(language).meanings
        }
        | {*ODD.split(), "\n\n"}
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


CONTRASTED = [
    ("fr", "Combien vaut l'action aujourd'hui et combien devait-elle il y a vingt ans ?"),
    ("en", "Who won yesterday and who won on 3 December?"),
    ("en", "How did sales in October compare with those in December?"),
    ("en", "What was said last week, unlike on 4 November?"),
    ("de", "Wer gewann gestern und wer gewann am 3. Dezember?"),
]


@pytest.mark.parametrize(("language", "question"), CONTRASTED)
def test_days_set_against_each_other_are_no_stretch(language, question):
    """Wrong: twenty years asked of, and all words between the two days left out of the search."""
    assert find_period(question, language, TODAY) is None


@pytest.mark.parametrize(
    ("question", "first", "last", "words"),
    [
        ("x in October and in December", "2025-10-01", "2025-12-31", "in October and in December"),
        ("x on 3, on 5 December", "2025-12-05", "2025-12-05", "on 5 December"),
        (
            "x this week, and on the 16 December",
            "2025-12-15",
            "2025-12-21",
            "this week, and on the 16 December",
        ),
        (
            "What did they say yesterday of this month?",
            "2025-12-01",
            "2025-12-31",
            "yesterday of this month",
        ),
        (
            "this month and what was said yesterday",
            "2025-12-01",
            "2025-12-31",
            "this month and what was said yesterday",
        ),
    ],
)
def test_days_that_belong_together_are_one_stretch(question, first, last, words):
    """Wrong: October or December alone, a day within a month set against that month."""
    period = find_period(question, "en", TODAY)
    assert period is not None
    assert (period.start.isoformat(), period.end.isoformat()) == (first, last)
    assert question[period.span.start : period.span.end] == words


def test_open_ends_that_leave_nothing_do_not_narrow():
    """Wrong: a period that ends before it begins."""
    period = find_period("who left since 10 December and before 3 December?", "en", TODAY)
    assert period is not None
    assert (period.start, period.end) == (datetime.date(2025, 12, 10), None)


@pytest.mark.parametrize(
    ("question", "today", "sure"),
    [
        ("x in January 2024", "2025-12-31", True),  # 23 months ago
        ("x in January 2024", "2026-01-01", False),  # 24 months ago
        ("x since 19 December", "2025-12-18", True),  # of last year
        ("x on 19 December 2025", "2025-12-18", False),  # to come
        ("x on 18 December 2025", "2025-12-18", True),
        ("x this winter", "2025-12-18", True),  # to 28 February, 72 days ahead
        ("x from 1 December 2025 to 1 January 2026", "2025-12-18", True),
        ("x from 1 November 2025 to 20 March 2026", "2025-12-18", True),  # 92 days ahead
        ("x from 1 November 2025 to 21 March 2026", "2025-12-18", False),  # 93
        ("x from 1 November 2025 to 31 December 2025", "2025-11-02", True),  # of this year
    ],
)
def test_near_days_filter_and_others_are_preferred(question, today, sure):
    """Wrong: a month more or less of the past, a day more or less of the coming year."""
    period = find_period(question, "en", datetime.date.fromisoformat(today))
    assert period is not None
    assert period.sure is sure


@pytest.mark.parametrize(("question", "sure"), [("x en juin", False), ("x en juillet", True)])
def test_a_bare_month_of_half_a_year_ago_may_be_the_coming_one(question, sure):
    """Wrong: a month more or less for which the one in the past is sure."""
    period = find_period(question, "fr", datetime.date(2025, 12, 18))
    assert period is not None
    assert period.sure is sure


@pytest.mark.parametrize(
    ("day", "sure"), [("17 June", False), ("18 June", True), ("25 December", False)]
)
def test_a_day_without_a_year_is_sure_for_half_a_year(day, sure):
    """Wrong: 184 days counted as 183, feasts taken for the latest such day."""
    today = datetime.date(2025, 12, 19) if day.endswith("June") else datetime.date(2025, 12, 28)
    period = find_period(f"who spoke on {day}?", "en", today)
    assert period is not None
    assert period.sure is sure


@pytest.mark.parametrize(
    ("year", "is_read"), [(2015, False), (2016, True), (2030, True), (2031, False)]
)
def test_a_year_without_a_word_is_near(year, is_read):
    """Wrong: the bus 2015, or the budget of five years ahead left unread."""
    period = find_period(f"budget {year}", "fr", TODAY)
    assert (period is not None) is is_read


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("few days ago", "2025-12-11"),
        ("few weeks ago", "2025-11-17"),
        ("few months ago", "2025-06-01"),
        ("few quarters ago", "2024-10-01"),
        ("few weekends ago", "2025-11-15"),
        ("few fortnights ago", "2025-11-20"),
        ("few years ago", "2020-01-01"),
    ],
)
def test_how_many_a_few_are(words, first):
    """Wrong: a few that reach into the next larger unit, or end today."""
    period = find_period(f"who left a {words}", "en", TODAY)
    assert period is not None
    assert (period.start.isoformat(), period.end) == (first, TODAY - ONE)
    assert not period.sure


def test_seasons_are_three_months_and_winter_begins_the_year_before():
    """Wrong: winter from January on, this winter in January being the coming one."""
    january, march = datetime.date(2026, 2, 28), datetime.date(2026, 3, 1)
    winter = (datetime.date(2025, 12, 1), datetime.date(2026, 2, 28))
    assert ends("x this winter", "en", TODAY) == ends("x this winter", "en", january) == winter
    assert ends("x last winter", "en", march) == winter
    assert ends("x last winter", "en", january)[0] == datetime.date(2024, 12, 1)
    assert ends("x next summer", "en", TODAY)[0] == datetime.date(2026, 6, 1)
    assert ends("x last summer", "en", TODAY)[1] == datetime.date(2025, 8, 31)
    assert ends("x autumn 2024", "en", TODAY) == (
        datetime.date(2024, 9, 1),
        datetime.date(2024, 11, 30),
    )


@pytest.mark.parametrize(
    ("question", "today", "first", "last", "sure"),
    [
        ("ce semestre", "2025-12-18", "2025-07-01", "2025-12-31", False),
        ("ce trimestre", "2025-12-18", "2025-10-01", "2025-12-31", True),
        ("le semestre dernier", "2025-12-18", "2025-01-01", "2025-06-30", False),
        ("le trimestre dernier", "2025-12-18", "2025-07-01", "2025-09-30", False),
        ("le mois dernier", "2025-12-18", "2025-11-01", "2025-11-30", True),
        ("cet hiver", "2026-02-28", "2025-12-01", "2026-02-28", True),
        ("cet hiver", "2026-05-31", "2025-12-01", "2026-02-28", True),
        ("cet hiver", "2026-06-01", "2026-12-01", "2027-02-28", False),
        ("fin de la semaine dernière", "2025-12-18", "2025-12-13", "2025-12-14", True),
        ("au T4", "2025-10-01", "2025-10-01", "2025-12-31", False),
        ("au T4", "2025-09-30", "2024-10-01", "2024-12-31", False),
        ("d'octobre 2024 à octobre", "2025-12-18", "2024-10-01", "2024-10-31", True),
        ("d'octobre 2024 à septembre", "2025-12-18", "2024-10-01", "2025-09-30", True),
        ("du 3 au 3 décembre", "2025-12-18", "2025-11-03", "2025-12-03", True),
        ("du 2 au 3 décembre", "2025-12-18", "2025-12-02", "2025-12-03", True),
        ("avant octobre", "2025-12-18", None, "2025-09-30", False),
        ("avant le 3 octobre", "2025-12-18", None, "2025-10-02", True),
        ("après octobre", "2025-12-18", "2025-11-01", None, True),
    ],
)
def test_what_periods_begin_with_end_with_and_are_sure_of(question, today, first, last, sure):
    """Wrong: a limit that takes in the case beside it, news of a half year sought within it."""
    period = find_period(f"qui part {question} ?", "fr", datetime.date.fromisoformat(today))
    assert period is not None
    days = [day and day.isoformat() for day in (period.start, period.end)]
    assert (*days, period.sure) == (first, last, sure)


@pytest.mark.parametrize(
    ("question", "relative"),
    [
        ("qui part cette semaine ?", True),
        ("qui part ce week-end ?", False),  # the one to come, perhaps
        ("qui part la semaine dernière ?", True),
        ("qui part la semaine dernière et le 16 décembre 2025 ?", False),
        ("qui part le 16 décembre 2025 et hier ?", False),
        ("qui part le 16 décembre ?", False),
    ],
)
def test_words_that_articles_of_these_days_do_not_use(question, relative):
    """Wrong: "16 décembre 2025" left out of the search, though articles of that day say it."""
    period = find_period(question, "fr", TODAY)
    assert period is not None
    assert period.relative is relative


def test_only_where_the_month_comes_first_a_number_after_it_is_a_day():
    """Wrong: "mars 12" as 12 March in French."""
    december = (datetime.date(2025, 12, 1), datetime.date(2025, 12, 31))
    assert ends("qui part en décembre, 9 ou 10 ?", "fr", TODAY) == december
    assert find_period("décembre 9 ?", "fr", TODAY) is None
    assert ends("December 9?", "en", TODAY) == (datetime.date(2025, 12, 9),) * 2


def test_the_end_of_a_weekend_is_no_part_of_it():
    """Wrong: days cut into thirds that nobody means."""
    period = find_period("qui part à la fin du week-end dernier ?", "fr", TODAY)
    assert period is not None
    assert (period.start, period.end) == (datetime.date(2025, 12, 13), datetime.date(2025, 12, 14))


def test_a_question_is_read_to_its_limit():
    """Wrong: a text of any length read whole."""
    assert find_period("x" * 3989 + " yesterday", "en", TODAY) is not None
    assert find_period("x" * 3992 + " yesterday", "en", TODAY) is None


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
