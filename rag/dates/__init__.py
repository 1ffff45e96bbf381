"""Days: as articles write them, as people say them, and what languages call them.

    names         months, weekdays, numbers, currencies of a language          [names]
    written       a full date in an article, with written_forms                [dates.written]
    vocabulary    the words of a language that speak of days                   [dates.periods]
    days          the calendar         lexemes   a text as kinds of words      moments   the values
    grammar       rules over kinds of words, with relative, named and spans
    periods       the days that a question or a story speaks of
    flag          a day as a flag takes it
    said          a day as rag says it

A newcomer adds words to a language file, or rows to ``grammar``; other rooms use what is here.
"""

from __future__ import annotations

from rag.dates.days import (
    DAY,
    MONTH,
    QUARTER,
    YEAR,
    count_months,
    find_unit_around,
    shift_units,
)
from rag.dates.flag import read_day
from rag.dates.names import (
    load_currencies,
    load_months,
    load_numbers,
    load_ordinals,
    load_weekdays,
)
from rag.dates.periods import LANGUAGES, Period, find_days, find_period, find_relative_dates
from rag.dates.said import say_day
from rag.dates.vocabulary import Meaning, load_date_vocabulary
from rag.dates.written import YEAR_PATTERN, FoundDate, find_date, parse_date

__all__ = [
    "DAY",
    "LANGUAGES",
    "MONTH",
    "QUARTER",
    "YEAR",
    "YEAR_PATTERN",
    "FoundDate",
    "Meaning",
    "Period",
    "count_months",
    "find_date",
    "find_days",
    "find_period",
    "find_relative_dates",
    "find_unit_around",
    "load_currencies",
    "load_date_vocabulary",
    "load_months",
    "load_numbers",
    "load_ordinals",
    "load_weekdays",
    "parse_date",
    "read_day",
    "say_day",
    "shift_units",
]
