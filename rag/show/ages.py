"""How old an article is, in a few words of the question's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.dates import count_months
from rag.show.phrases import get_phrase_table

if TYPE_CHECKING:
    import datetime

# Days with a name, by how many days ahead they are: the key of the name in a language's file.
NAMED_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
# From where on an age is told in the next larger unit; chosen by hand so that a count is never 1.
WEEKS_FROM = 14  # days
MONTHS_FROM = 2  # months
YEARS_FROM = 24  # months


class Age(NamedTuple):
    """A whole number of a unit; ``unit`` is a key of a language's wording."""

    number: int
    unit: str


def describe_age(day: datetime.date, today: datetime.date, language: str) -> str:
    """Return how long before ``today`` a day was, or how long after: "hier", "3 weeks ago".

    In English where the file of the language does not say how.
    """
    wording = get_phrase_table(language, "ages")
    days_ahead = (day - today).days
    name = NAMED_DAYS.get(days_ahead)
    if name is not None:
        return str(wording[name])
    age = measure_age(day, today)
    unit = wording[age.unit]
    template = wording["past"] if days_ahead < 0 else wording["future"]
    return str(template.format(age.number, unit))


def measure_age(day: datetime.date, today: datetime.date) -> Age:
    """Return how far apart two days are, in whole units of the size that a person would use."""
    first, last = sorted((day, today))
    days = (last - first).days
    if days < WEEKS_FROM:
        return Age(days, "days")
    months = count_months(first, last)
    if months < MONTHS_FROM:
        return Age(days // 7, "weeks")
    if months < YEARS_FROM:
        return Age(months, "months")
    return Age(months // 12, "years")
