"""Figures in a sentence: their value however it is written, what they count, and how exactly.

"14 000", "14,000" and "14.000" are one value, so are "17.5 billion" and "17,5 milliards"; "plus de 13 milliards" may be 13.2.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.dates.lexemes import load_date_vocabulary
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Bound = Literal["exact", "about", "limit"]

_GAP = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"(?<![\w.,/:-])(?:[1-9]\d{{0,2}}({_GAP}|[.,'’])\d{{3}}(?:\1\d{{3}})*(?!\d)|\d+)(?:[.,]\d{{1,2}}(?![\d.,]*\d))?(?![-–/:.,]?\d)"
)
_AFTER = re.compile(
    rf"(?:{_GAP}|\n)*(?:(%)|([€$£¥])|(?:(?:de |d['’]|of |di |an )?([^\W\d_]+)(?: ([^\W\d_]+))?))"
)
_SCALES = """
1e3: k mil mille mila tausend thousand duizend
1e6: m mio million millions millionen millon millones milione milioni milhao milhoes miljoen
1e9: bn mrd md mds milliard milliards milliarde milliarden miliardo miliardi miljard
"""  # folded
_BILLION: Mapping[str, float] = {"en": 1e9}  # elsewhere a thousand times as much
_UNITS = """
%: percent prozent procent
EUR: euro euros eur
USD: dollar dollars dolares dollari usd
GBP: pound pounds livres sterling pfund libras sterline gbp
CHF: franc francs franken francos franchi chf
JPY: yen yens jpy
people: people personnes persone personas personen pessoas mensen menschen inhabitants habitants einwohner habitantes abitanti
    salaries employes employees workers staff staffers mitarbeiter mitarbeitern beschaftigte beschaftigten angestellte
    angestellten empleados trabajadores dipendenti lavoratori postes emplois jobs positions roles stellen arbeitsplatze
    arbeitsplatzen empleos puestos posti addetti suppressions licenciements layoffs redundancies entlassungen despidos
    licenziamenti esuberi departs agents collaborateurs
dead: morts dead deaths tote toten muertos morti fallecidos deces victimes victims opfer vittime victimas
injured: blesses injured wounded verletzte verletzten heridos feriti
kilometre: km kilometre kilometres kilometer kilometers kilometern kilometros chilometri
tonne: tonne tonnes tons tonnen toneladas tonnellate
megawatt: mw megawatt megawatts megavatios
gigawatt: gw gigawatt gigawatts gigavatios
hectare: hectare hectares hektar hectareas ettari
day: jour jours day days tag tage tagen dia dias giorno giorni
week: semaine semaines week weeks woche wochen semana semanas settimana settimane
month: mois month months monat monate monaten mes meses mese mesi
year: an ans annees year years jahr jahre jahren ano anos anni anno
"""  # folded
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_PER_CENT = ("pour cent", "per cent", "por ciento", "per cento", "por cento")
_HEDGES: Mapping[Bound, str] = {
    "limit": r"jusqu['’](?:a|au|aux)|up to|as many as|bis zu|hasta|fino a|ate|tot|au plus|at most|hochstens|maxim\w+",
    "about": r"plus d[e']|moins de|environ|pres d[e']|autour de|quelque|au moins|presque|more than|over|less than|nearly|about|"
    r"around|almost|at least|some|roughly|etwa|rund|mehr als|uber|fast|knapp|mindestens|weniger als|gut|mas de|menos de|cerca de|"
    r"unos|unas|casi|al menos|alrededor de|piu di|oltre|circa|quasi|almeno|meno di",
}
_REACH = 24  # characters before a number that a hedge may stand in
_ROUND = 0.1  # a figure may be another one rounded, when they differ by less


class Amount(NamedTuple):
    """A figure: its value, the size of its last digit, what it counts (a unit, else a word), how exact, as it is written."""

    value: float
    step: float
    unit: str
    word: str
    bound: Bound
    text: str


def find_amounts(sentence: str, language: str) -> list[Amount]:
    """The figures of a sentence that count something; years, days of a month and ranges are none."""
    return list(_amounts(sentence, language))


def counting(form: str, language: str) -> bool:
    """Whether a word says what a figure counts, or by what it is multiplied."""
    return _scale(fold(form), language) is not None or fold(form) in _table(_UNITS)


def differ(one: Amount, other: Amount) -> bool:
    """Whether two figures cannot both be right: not the same, not one of them rounded, none of them a limit."""
    if "limit" in (one.bound, other.bound) or one.value == other.value:
        return False
    apart = abs(one.value - other.value)
    near = apart <= _ROUND * max(one.value, other.value)
    if near and "about" in (one.bound, other.bound):
        return False
    rounded = apart <= 0.5001 * max(one.step, other.step)
    return not (near and rounded)


def _amounts(sentence: str, language: str) -> Iterator[Amount]:
    for number in _NUMBER.finditer(sentence):
        value, step = _value(number[0], number[1])
        end, scale, unit, word = number.end(), 1.0, "", ""
        while after := _AFTER.match(sentence, end):
            factor = _scale(fold(after[3] or ""), language)
            if factor is None:
                unit, word = _unit(sentence, after)
                break
            scale, end = scale * factor, after.end(3)
        sign = re.search(rf"([€$£¥]){_GAP}?$", sentence[: number.start()])
        if sign:
            unit, word = _SIGNS[sign[1]], ""
        written = sentence[sign.start() if sign else number.start() : end] + (
            " %" if unit == "%" else ""
        )
        counts = unit or (word and fold(word) not in load_date_vocabulary(language).meanings)
        if counts and not (
            scale == 1 and unit in ("", "year") and 1900 <= value <= 2100 and number[1] is None
        ):
            yield Amount(
                value * scale, step * scale, unit, word, _bound(sentence, number.start()), written
            )


def _scale(word: str, language: str) -> float | None:
    if word in ("billion", "billions", "billionen"):
        return _BILLION.get(language, 1e12)
    return float(_table(_SCALES)[word]) if word in _table(_SCALES) else None


def _value(written: str, gap: str | None) -> tuple[float, float]:
    """The value, and that of its last digit; of whole numbers over a hundred, of the last that is not 0."""
    whole, mark, decimals = (re.sub(rf"{_GAP}|['’]", "", written), "", "")
    if gap and gap in ".,":
        whole = whole.replace(gap, "", written.count(gap))
    if found := re.search(r"[.,]", whole):
        whole, mark, decimals = whole[: found.start()], found[0], whole[found.end() :]
    value = float(f"{whole}.{decimals or 0}")
    if mark:
        return value, 10.0 ** -len(decimals)
    zeros = len(whole) - len(whole.rstrip("0"))
    return value, 10.0**zeros if value >= 100 else 1.0


def _unit(sentence: str, after: re.Match[str]) -> tuple[str, str]:
    if after[1] or fold(sentence[after.start() : after.start() + 14]).strip().startswith(_PER_CENT):
        return "%", ""
    if after[2]:
        return _SIGNS[after[2]], ""
    known = _table(_UNITS)  # "370 nouveaux postes": an adjective may stand between
    return known.get(fold(after[3]), known.get(fold(after[4] or ""), "")), after[3]


@functools.cache
def _table(lines: str) -> dict[str, str]:
    """What each word of a table stands for."""
    rows = (row.split(": ") for row in re.sub(r"\n +", " ", lines).strip().splitlines())
    return {word: meaning for meaning, words in rows for word in words.split()}


def _bound(sentence: str, start: int) -> Bound:
    before = fold(sentence[max(0, start - _REACH) : start])
    return next(
        (
            bound
            for bound, words in _HEDGES.items()
            if re.search(rf"\b(?:{words})\W*(?:\w+\W+)?[€$£¥]?$", before)
        ),
        "exact",
    )
