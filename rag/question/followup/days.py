"""The year before, the quarter after: days told from those that were asked about, and how to write them."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from rag import dates as periods
from rag.dates.days import DAY, MONTH, QUARTER, YEAR, around, step
from rag.question.followup.turn import append_words, replace_spans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.question.followup.turn import Turn


class Calendar(NamedTuple):
    """How a language moves away from days and writes new ones; the patterns are on flat text."""

    back: str
    ahead: str
    units: Mapping[int, str]
    filler: str
    ordinals: str
    months: str
    written: Mapping[int, str]


CALENDARS: Mapping[str, Calendar] = {
    "fr": Calendar(
        r"d'avant|avant|precedente?|plus tot|auparavant",
        r"d'apres|apres|suivante?|plus tard",
        {YEAR: r"annee|an", QUARTER: r"trimestre", MONTH: r"mois", DAY: r"jour|veille|lendemain"},
        r"l'|le|la|un|une|en|au|a|pour|celui|celle",
        "premier deuxième troisième quatrième",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        {
            YEAR: "en {y}",
            QUARTER: "au {q} trimestre {y}",
            MONTH: "en {m} {y}",
            DAY: "le {d} {m} {y}",
        },
    ),
    "en": Calendar(
        r"before|earlier|previous|preceding|prior",
        r"after|later|following|next",
        {YEAR: r"year", QUARTER: r"quarter", MONTH: r"month", DAY: r"day"},
        r"the|a|an|one|in|that|on|for",
        "first second third fourth",
        "January February March April May June July August September October November December",
        {
            YEAR: "in {y}",
            QUARTER: "in the {q} quarter of {y}",
            MONTH: "in {m} {y}",
            DAY: "on {d} {m} {y}",
        },
    ),
    "de": Calendar(
        r"davor|zuvor|vorher|fruher|vorherigen?|vorigen?|vor(?= ?(?:jahr|quartal|monat|tag))",
        r"danach|spater|darauf|folgenden?|nachsten?|folge(?= ?(?:jahr|quartal|monat|tag))",
        {YEAR: r"jahre?s?", QUARTER: r"quartals?", MONTH: r"monate?s?", DAY: r"tage?s?"},
        r"das|der|die|den|dem|im|in|ein|am",
        "ersten zweiten dritten vierten",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        {
            YEAR: "im Jahr {y}",
            QUARTER: "im {q} Quartal {y}",
            MONTH: "im {m} {y}",
            DAY: "am {d}. {m} {y}",
        },
    ),
    "es": Calendar(
        r"anterior|antes|previo|pasado",
        r"siguiente|despues|posterior",
        {YEAR: r"ano", QUARTER: r"trimestre", MONTH: r"mes", DAY: r"dia"},
        r"el|la|un|en|al|de",
        "primer segundo tercer cuarto",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        {
            YEAR: "en {y}",
            QUARTER: "en el {q} trimestre de {y}",
            MONTH: "en {m} de {y}",
            DAY: "el {d} de {m} de {y}",
        },
    ),
    "it": Calendar(
        r"precedente|prima",
        r"successivo|seguente|dopo",
        {YEAR: r"anno", QUARTER: r"trimestre", MONTH: r"mese", DAY: r"giorno"},
        r"l'|il|un|nel|nell'|di|del",
        "primo secondo terzo quarto",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        {
            YEAR: "nel {y}",
            QUARTER: "nel {q} trimestre del {y}",
            MONTH: "a {m} {y}",
            DAY: "il {d} {m} {y}",
        },
    ),
    "pt": Calendar(
        r"anterior|antes",
        r"seguinte|depois",
        {YEAR: r"ano", QUARTER: r"trimestre", MONTH: r"mes", DAY: r"dia"},
        r"o|a|um|no|na|de",
        "primeiro segundo terceiro quarto",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        {
            YEAR: "em {y}",
            QUARTER: "no {q} trimestre de {y}",
            MONTH: "em {m} de {y}",
            DAY: "em {d} de {m} de {y}",
        },
    ),
    "nl": Calendar(
        r"ervoor|daarvoor|eerder|vorige?|voorgaande?",
        r"erna|daarna|later|volgende?",
        {YEAR: r"jaar", QUARTER: r"kwartaal", MONTH: r"maand", DAY: r"dag"},
        r"het|de|een|in",
        "eerste tweede derde vierde",
        "januari februari maart april mei juni juli augustus september oktober november december",
        {
            YEAR: "in {y}",
            QUARTER: "in het {q} kwartaal van {y}",
            MONTH: "in {m} {y}",
            DAY: "op {d} {m} {y}",
        },
    ),
}
SIZES = {DAY: 1, MONTH: 31, QUARTER: 92, YEAR: 366}  # days, at most


def move_days(turn: Turn) -> str:
    """Et l'année d'avant ? The last question, of other days; empty where the question says no such thing."""
    calendar = CALENDARS[turn.language]
    rest = re.sub(rf"^(?:{turn.tongue.opening})\s+", "", turn.folded_question)
    unit = next(
        (unit for unit, words in calendar.units.items() if re.search(rf"(?:{words})\b", rest)), None
    )
    count = (
        -1
        if re.search(rf"\b(?:{calendar.back})", rest)
        else int(re.search(rf"\b(?:{calendar.ahead})", rest) is not None)
    )
    every = "|".join((calendar.back, calendar.ahead, *calendar.units.values(), calendar.filler))
    if (
        unit is None
        or not count
        or re.sub(
            rf"(?<![^\W_])(?:{every})|['\s]", "", re.sub(r"(?<=vor|lge)(?=[jqmt])", " ", rest)
        ).strip()
    ):
        return ""
    told = asked_about(turn)
    if told is None:
        return ""
    first, size = told
    try:
        written = _written(
            around(step(first, unit, count), size).first, size, turn.previous_language
        )
    except (ValueError, OverflowError):  # outside the calendar
        return ""
    return (
        replace_spans(turn.previous_question, [(turn.when.start, turn.when.end, written)])
        if turn.when
        else append_words(turn.previous_question, written)
    )


def asked_about(turn: Turn) -> tuple[datetime.date, int] | None:
    """The first day that the last question, else its answer, else the article speaks of, and the unit that those days make."""
    article = (
        turn.previous_answer.citations[0].passage.article
        if turn.previous_answer.citations
        else None
    )
    texts = [(turn.previous_question, turn.previous_language, turn.today)]
    if article:
        texts.append((turn.quoted, article.language, article.date or turn.today))
    for text, language, today in texts:
        told = periods.find_period(text, language, today)
        if told and told.start and told.end:
            length = (told.end - told.start).days + 1
            return told.start, next((unit for unit, size in SIZES.items() if length <= size), YEAR)
    return (article.date, YEAR) if article and article.date else None


def _written(day: datetime.date, size: int, language: str) -> str:
    """The unit of this size that the day begins, in words."""
    calendar = CALENDARS[language]
    month, quarter = (
        calendar.months.split()[day.month - 1],
        calendar.ordinals.split()[(day.month - 1) // 3],
    )
    return calendar.written[size].format(y=day.year, q=quarter, m=month, d=day.day)
