"""Months as the tests of dates write them, and the units of a calendar laid out day by day."""

from __future__ import annotations

import datetime

ONE = datetime.timedelta(days=1)
MONTHS = {
    "fr": """janvier février mars avril mai juin
        juillet août septembre octobre novembre décembre""",
    "en": """January February March April May June
        July August September October November December""",
    "de": """Januar Februar März April Mai Juni
        Juli August September Oktober November Dezember""",
    "es": """enero febrero marzo abril mayo junio
        julio agosto septiembre octubre noviembre diciembre""",
    "it": """gennaio febbraio marzo aprile maggio giugno
        luglio agosto settembre ottobre novembre dicembre""",
    "pt": """janeiro fevereiro março abril maio junho
        julho agosto setembro outubro novembro dezembro""",
    "nl": """januari februari maart april mei juni
        juli augustus september oktober november december""",
}

LABELS = {  # what all days of a unit have in common, and no other day near has
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month - 1) // 3),
    "half": lambda day: (day.year, (day.month - 1) // 6),
    "year": lambda day: day.year,
}


def units(today, unit):
    """The units around a day as (first, last) and the place of today's: all days laid out."""
    near = [today + n * ONE for n in range(-1600, 800)]
    groups = {}
    for day in near:
        groups.setdefault(LABELS[unit](day), []).append(day)
    spans = [(group[0], group[-1]) for group in groups.values()]
    return spans, next(at for at, (first, last) in enumerate(spans) if first <= today <= last)
