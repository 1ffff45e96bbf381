"""Dates as articles write them, in seven languages: French, English, German, Spanish, Italian, Portuguese, Dutch."""

from __future__ import annotations

import datetime
import functools
import re
from typing import NamedTuple

from rag.text.words import fold

_MONTHS = (  # folded names and abbreviations, by month
    "janvier janv jan january januar janner enero ene gennaio gen janeiro januari",
    "fevrier fevr fev february feb februar feber febrero febbraio fevereiro februari",
    "mars mar march marz mrz marzo marco maart mrt",
    "avril avr april apr abril abr aprile",
    "mai may mayo maggio mag maio mei",
    "juin june jun juni junio giugno giu junho",
    "juillet juil july jul juli julio luglio lug julho",
    "aout august aug agosto ago augustus",
    "septembre sept sep september septiembre setiembre settembre set setembro",
    "octobre oct october oktober okt octubre ottobre ott outubro out",
    "novembre nov november noviembre novembro",
    "decembre dec december dezember dez diciembre dic dicembre dezembro",
)
_PARTICLES = "le am den el il em op on del dia der vom du"
_WEEKDAYS = """lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim monday tuesday wednesday thursday
    friday saturday sunday mon tue tues wed thu thur thurs fri sat sun montag dienstag mittwoch donnerstag freitag samstag
    sonnabend sonntag mo di mi do fr sa so lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi
    venerdi domenica segunda-feira terca-feira quarta-feira quinta-feira sexta-feira segunda terca quarta quinta sexta maandag
    dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo"""
_YEAR = r"(?:1[4-9]|20|21)\d\d"
YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_LEAD = re.compile(r"([^\W\d_]{2,14}(?:-feira)?)[.,]?\s+\Z")


class FoundDate(NamedTuple):
    """A date and where it stands, weekday and time of day included."""

    date: datetime.date
    start: int
    end: int


def parse_date(text: str, *, day_first: bool | None = None) -> datetime.date | None:
    """The date that the whole text is, or None: partial, impossible and ambiguous dates are refused.

    ``day_first`` says how to read 05/11/2025; without it, such a date is refused unless only one reading exists.
    """
    text = text.strip()
    if len(text) > 60 or not YEAR.search(text):
        return None
    found = find_date(text, day_first=day_first)
    if found is not None:
        return (
            found.date
            if not text[: found.start].strip() and not text[found.end :].strip(" .")
            else None
        )
    return _parsed_slowly(text)


def find_date(text: str, *, day_first: bool | None = None) -> FoundDate | None:
    """The first full date in the text, with the weekday before it and the time of day after it."""
    for match in _pattern().finditer(text):
        date = _date(match, day_first)
        if date is not None:
            time = _time().match(text, match.end())
            return FoundDate(date, _lead(text, match.start()), time.end() if time else match.end())
    return None


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Every way of writing a date that needs no library."""
    return re.compile(
        rf"(?<![\d.,/-])(?:"
        rf"(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?!\d)"
        rf"|(?P<yc>{_YEAR})年(?P<mc>\d\d?)月(?P<dc>\d\d?)日"
        rf"|(?P<a>\d\d?)(?P<t>[-/.])\s?(?P<b>\d\d?)(?P=t)\s?(?P<yn>{_YEAR})(?!\d)"
        rf"|(?P<dw>\d\d?)(?:er|st|nd|rd|th|\.|º|ª|°)?[\s-]+(?:de\s+|of\s+)?(?P<mw>[^\W\d_]{{3,10}})\.?,?[\s-]+(?:del?\s+)?"
        rf"(?P<yw>{_YEAR})(?!\d))"
        rf"|(?<![^\W_])(?P<mu>[^\W\d_]{{3,10}})\.?\s+(?P<du>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<yu>{_YEAR})(?!\d)"
    )


@functools.cache
def _time() -> re.Pattern[str]:
    """A time of day after a date."""
    return re.compile(
        r"(?:T|,?\s*(?:[-–|·]\s*)?(?:(?:à|at|um|a las|alle(?: ore)?|ore|às|om)\s+)?)"
        r"\d{1,2}(?:\s?[:hH.]\s?\d{2}(?::\d\d(?:\.\d+)?)?|\s?[hH]\b|(?=\s?(?:[ap]\.?m\b|Uhr|uur)))"
        r"(?:\s?(?:[ap]\.?m\.?|Uhr|uur|h|Z)\b)?(?:\s?(?:UTC|GMT|CES?T|E[SD]?T|P[SD]?T|[+-]\d\d:?\d\d))?"
    )


@functools.cache
def _months() -> dict[str, int]:
    """The number of a month by its folded name."""
    return {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


@functools.cache
def _fillers() -> frozenset[str]:
    """Words that may stand before a date and belong to it."""
    return frozenset(f"{_PARTICLES} {_WEEKDAYS}".split())


def _date(match: re.Match[str], day_first: bool | None) -> datetime.date | None:
    """The date a match of the pattern stands for, if there is such a day."""
    part = match.groupdict()
    if part["a"]:
        return _numeric(
            int(part["a"]), int(part["b"]), int(part["yn"]), day_first=day_first or part["t"] == "."
        )
    month = _months().get(fold(part["mw"] or part["mu"] or ""), 0) or int(
        part["m"] or part["mc"] or 0
    )
    year = int(part["y"] or part["yc"] or part["yw"] or part["yu"])
    return _day(year, month, int(part["d"] or part["dc"] or part["dw"] or part["du"]))


def _numeric(first: int, second: int, year: int, *, day_first: bool | None) -> datetime.date | None:
    """05/11/2025: day first where that is known, the only possible reading otherwise."""
    if day_first:
        return _day(year, second, first)
    readings = {_day(year, second, first), _day(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _lead(text: str, start: int) -> int:
    """Where the words begin that belong to the date that starts at ``start``: "le mardi", "Tuesday,"."""
    first = start
    for _ in range(3):
        before = _LEAD.search(text, max(0, first - 20), first)
        if before is None or fold(before[1]) not in _fillers():
            break
        first = before.start()
    head = text[:first].rstrip()
    return (
        first if not head or head[-1] in "/|—–-·•,(:" else start
    )  # "The Sun, 9 December": no Sunday


def _parsed_slowly(text: str) -> datetime.date | None:
    """What dateparser makes of a full date in a form not known here, without guessing a part of it."""
    if (
        not re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
        or re.search(r"\d\s?[-/.]\s?\d", text)
        or not re.search(r"[^\W\d_]{3}", text)
    ):
        return None
    import dateparser

    found = dateparser.parse(
        text,
        languages=["fr", "en", "de", "es", "it", "pt", "nl"],
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found and str(found.year) in text else None
