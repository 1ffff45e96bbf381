"""How old an article is, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.dates.days import elapsed

if TYPE_CHECKING:
    import datetime

FORTNIGHT = 14  # days; up to it they are counted one by one
TWO_YEARS = 24  # months


class Wording(NamedTuple):
    """How a language says it: near days by how far ahead they are, the past, the future, days to years in the plural."""

    near: dict[int, str]
    past: str
    future: str
    units: tuple[str, str, str, str]


WORDINGS = {
    "fr": Wording(
        {-1: "hier", 0: "aujourd'hui", 1: "demain"},
        "il y a {} {}",
        "dans {} {}",
        ("jours", "semaines", "mois", "ans"),
    ),
    "en": Wording(
        {-1: "yesterday", 0: "today", 1: "tomorrow"},
        "{} {} ago",
        "in {} {}",
        ("days", "weeks", "months", "years"),
    ),
    "de": Wording(
        {-1: "gestern", 0: "heute", 1: "morgen"},
        "vor {} {}",
        "in {} {}",
        ("Tagen", "Wochen", "Monaten", "Jahren"),
    ),
    "es": Wording(
        {-1: "ayer", 0: "hoy", 1: "mañana"},
        "hace {} {}",
        "dentro de {} {}",
        ("días", "semanas", "meses", "años"),
    ),
    "it": Wording(
        {-1: "ieri", 0: "oggi", 1: "domani"},
        "{} {} fa",
        "tra {} {}",
        ("giorni", "settimane", "mesi", "anni"),
    ),
}


def describe_age(day: datetime.date, today: datetime.date, language: str) -> str:
    """How long before ``today`` a day was, or how long after it will be: "hier", "3 weeks ago"; English where not known."""
    wording, away = WORDINGS.get(language) or WORDINGS["en"], (day - today).days
    if away in wording.near:
        return wording.near[away]
    months = elapsed(*sorted((day, today)))
    counts = (abs(away), abs(away) // 7, months, months // 12)
    size = 0 if abs(away) < FORTNIGHT else 1 if months < 2 else 2 if months < TWO_YEARS else 3
    return (wording.past if away < 0 else wording.future).format(counts[size], wording.units[size])
