"""Figures in a sentence: their value however it is written, what they count, and how exactly.

"14 000", "14,000" and "14.000" are one value, so are "17.5 billion" and "17,5 milliards"; "plus de 13 milliards" may be 13.2.
The words are in the sections ``[answers]`` (scales, units, hedges) and ``[names]`` (currencies) of ``rag/text/languages``; a
sentence is read by its own language alone, since "billion" is a thousand times as much in French as in English.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.answer.word_patterns import join_alternatives
from rag.dates import load_currencies, load_date_vocabulary
from rag.text.languages import load_section
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Match, Pattern

    Bound = Literal["exact", "about", "limit"]

SPACE = "[ \u00a0\u2009\u202f]"
# Digits in groups of three between one kind of mark, or in a row; then up to two decimals. Neither part of a word, a path or
# a longer number, nor the first half of a range. Group 1 is the mark between the groups.
NUMBER = re.compile(
    rf"(?<![\w.,/:-])(?:[1-9]\d{{0,2}}({SPACE}|[.,'’])\d{{3}}(?:\1\d{{3}})*(?!\d)|\d+)"
    r"(?:[.,]\d{1,2}(?![\d.,]*\d))?(?![-–/:.,]?\d)"
)
# What follows a number: a per cent sign, a currency sign, or one or two words.
FOLLOWING = re.compile(
    rf"(?:{SPACE}|\n)*(?:(?P<percent>%)|(?P<sign>[€$£¥])"
    r"|(?:(?:de |d['’]|of |di |an )?(?P<word>[^\W\d_]+)(?: (?P<next>[^\W\d_]+))?))"
)
SIGN_BEFORE = re.compile(rf"([€$£¥]){SPACE}?$")
CURRENCY_SIGNS: Mapping[str, str] = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
# Symbols of units that are the same in every language.
UNIT_SYMBOLS: Mapping[str, str] = {
    "km": "kilometre",
    "mw": "megawatt",
    "gw": "gigawatt",
    "eur": "EUR",
    "usd": "USD",
    "gbp": "GBP",
    "chf": "CHF",
    "jpy": "JPY",
}
PERCENT = "%"
PERCENT_REACH = 14  # characters that "per cent" and a space before it may take in any language
HEDGE_REACH = 24  # characters before a number that a hedge may stand in
ROUNDING = 0.1  # a figure may be another one rounded when they differ by no more; by hand
HALF_A_STEP = (
    0.5001  # a rounded figure is off by half of its last digit, and by the error of floats
)
FIRST_YEAR, LAST_YEAR = 1900, 2100  # a bare number from one to the other is taken for a year
WHOLE_NUMBERS_EXACT_BELOW = 100  # zeros at the end of a larger whole number may be rounding


class Amount(NamedTuple):
    """A figure: its value, the size of its last digit, what it counts, how exact it is, as it is written."""

    value: float
    step: float
    unit: str  # of the language files, or an ISO 4217 code; empty when unknown
    word: str  # the word after the figure, where that is no sign
    bound: Bound
    text: str


class FigureWords(NamedTuple):
    """The folded words of a language that stand around figures."""

    scales: Mapping[str, float]
    units: Mapping[str, str]
    percent_phrases: tuple[str, ...]
    hedges: Mapping[Bound, Pattern[str]]


@functools.cache
def load_figure_words(language: str) -> FigureWords:
    """Return the figure words of a language; symbols alone where its section is empty."""
    section = load_section(language, "answers")
    scales = {}
    for factor, words in section.get("scales", {}).items():
        for word in words:
            scales[fold(word)] = float(factor)
    percent = [fold(entry) for entry in section.get("percent", ())]
    units = dict(UNIT_SYMBOLS)
    for name, code in load_currencies(language).items():
        if name.isalpha():
            units[name] = code
    for unit, words in section.get("units", {}).items():
        for word in words:
            units[fold(word)] = unit
    for entry in percent:
        if " " not in entry:
            units[entry] = PERCENT
    # An upper limit is looked for first: "au plus" is one, "plus de" is none.
    hedges: dict[Bound, Pattern[str]] = {
        "limit": compile_hedge(section.get("at_most", ())),
        "about": compile_hedge(section.get("roughly", ())),
    }
    percent_phrases = tuple(entry for entry in percent if " " in entry)
    return FigureWords(scales, units, percent_phrases, hedges)


def compile_hedge(entries: list[str]) -> Pattern[str]:
    """Return a pattern for a hedge at the end of the folded text before a number, one word between them or none."""
    hedge = join_alternatives(fold(entry) for entry in entries)
    return re.compile(rf"\b{hedge}\W*(?:\w+\W+)?[€$£¥]?$")


def find_amounts(sentence: str, language: str) -> list[Amount]:
    """Return the figures of a sentence that count something; years, days of a month and ranges are none."""
    amounts = []
    for number in NUMBER.finditer(sentence):
        amount = read_amount(sentence, number, language)
        if amount is not None:
            amounts.append(amount)
    return amounts


def is_counting_word(form: str, language: str) -> bool:
    """Return whether a word says what a figure counts, or by what it is multiplied."""
    known = load_figure_words(language)
    folded = fold(form)
    return folded in known.scales or folded in known.units


def differ(one: Amount, other: Amount) -> bool:
    """Return whether two figures cannot both be right: not equal, neither a limit, neither the other rounded."""
    if "limit" in (one.bound, other.bound):
        return False
    difference = abs(one.value - other.value)
    if difference == 0:
        return False
    is_near = difference <= ROUNDING * max(one.value, other.value)
    if is_near and "about" in (one.bound, other.bound):
        return False
    may_be_rounded = difference <= HALF_A_STEP * max(one.step, other.step)
    return not (is_near and may_be_rounded)


def read_amount(sentence: str, number: Match[str], language: str) -> Amount | None:
    """Return the figure that a match of ``NUMBER`` begins; None where it counts nothing."""
    value, step = parse_number(number[0], number[1])
    scale, end = read_scale(sentence, number.end(), language)
    unit, word = read_unit(sentence, end, language)
    start = number.start()
    sign = SIGN_BEFORE.search(sentence[:start])
    if sign:
        unit, word = CURRENCY_SIGNS[sign[1]], ""
        start = sign.start()
    if not unit and (not word or is_date_word(word, language)):
        return None
    is_bare = scale == 1 and number[1] is None and unit in ("", "year")
    if is_bare and FIRST_YEAR <= value <= LAST_YEAR:
        return None
    text = sentence[start:end]
    if unit == PERCENT:
        text += " %"
    bound = read_bound(sentence[: number.start()], language)
    return Amount(value * scale, step * scale, unit, word, bound, text)


def parse_number(written: str, mark: str | None) -> tuple[float, float]:
    """Return the value of a number and that of its last digit; ``mark`` stands between its groups of three.

    Of whole numbers of a hundred and more, the last digit is the last that is not 0: "14 000" has the step 1,000.
    """
    digits = re.sub(rf"{SPACE}|['’]", "", written)
    if mark and mark in ".,":
        digits = digits.replace(mark, "")
    whole, decimal_mark, decimals = split_decimals(digits)
    value = float(f"{whole}.{decimals or 0}")
    if decimal_mark:
        return value, 10.0 ** -len(decimals)
    if value < WHOLE_NUMBERS_EXACT_BELOW:
        return value, 1.0
    zeros = len(whole) - len(whole.rstrip("0"))
    return value, 10.0**zeros


def split_decimals(digits: str) -> tuple[str, str, str]:
    """Return what stands before the decimal mark, the mark, and what stands after it."""
    mark = re.search(r"[.,]", digits)
    if mark is None:
        return digits, "", ""
    return digits[: mark.start()], mark[0], digits[mark.end() :]


def read_scale(sentence: str, end: int, language: str) -> tuple[float, int]:
    """Return by what a number that ends at ``end`` is multiplied ("17.500 millones"), and where these words end."""
    scales = load_figure_words(language).scales
    scale = 1.0
    while following := FOLLOWING.match(sentence, end):
        factor = scales.get(fold(following["word"] or ""))
        if factor is None:
            break
        scale *= factor
        end = following.end("word")
    return scale, end


def read_unit(sentence: str, end: int, language: str) -> tuple[str, str]:
    """Return what a number counts, as a unit and as the word that stands there; either may be empty."""
    following = FOLLOWING.match(sentence, end)
    if following is None:
        return "", ""
    known = load_figure_words(language)
    start = following.start()
    phrase = fold(sentence[start : start + PERCENT_REACH]).strip()
    if following["percent"] or phrase.startswith(known.percent_phrases):
        return PERCENT, ""
    if following["sign"]:
        return CURRENCY_SIGNS[following["sign"]], ""
    word = following["word"]
    # An adjective may stand between: "370 nouveaux postes".
    next_unit = known.units.get(fold(following["next"] or ""), "")
    return known.units.get(fold(word), next_unit), word


def is_date_word(word: str, language: str) -> bool:
    """Return whether a word speaks of days: "9 décembre" counts nothing."""
    return fold(word) in load_date_vocabulary(language).meanings


def read_bound(before: str, language: str) -> Bound:
    """Return how exact a number is, by the text before it: "up to 900", "about 900", or 900."""
    folded = fold(before[-HEDGE_REACH:])
    for bound, pattern in load_figure_words(language).hedges.items():
        if pattern.search(folded):
            return bound
    return "exact"
