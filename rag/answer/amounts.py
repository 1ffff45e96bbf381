"""Figures in a sentence: their value however it is written, what they count, and how exactly.

"14 000", "14,000" and "14.000" are one value, so are "17.5 billion" and "17,5 milliards"; "plus de
13 milliards" may be 13.2. The words are in the sections ``[answers]`` (scales, units, hedges) and
``[names]`` (currencies) of ``rag/text/languages``; a sentence is read by its own language alone,
since "billion" is a thousand times as much in French as in English.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.answer.word_patterns import join_alternatives
from rag.dates import load_currencies, load_date_vocabulary, load_numbers
from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from re import Match, Pattern

    Bound = Literal["exact", "about", "limit"]

SPACE = "[ \u00a0\u2009\u202f]"
GROUP_SPACES = re.compile(rf"{SPACE}|['’]")
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
MAX_NUMBER = 40  # characters of a figure; chosen by hand
HEDGE_REACH = 24  # characters before a number that a hedge may stand in
ROUNDING = 0.1  # a figure may be another one rounded when they differ by no more; by hand
HALF_A_STEP = (
    0.5001  # a rounded figure is off by half of its last digit, and by the error of floats
)
FIRST_YEAR, LAST_YEAR = 1900, 2100  # a bare number from one to the other is taken for a year
WHOLE_NUMBERS_EXACT_BELOW = 100  # zeros at the end of a larger whole number may be rounding


@functools.cache
def compile_number() -> Pattern[str]:
    """Return the pattern of a number; it is compiled where an amount is looked for.

    Digits in groups of three between one kind of mark, or in a row; then up to two decimals.
    Neither part of a word, a path or a longer number, nor the first half of a range. Group 1 is the
    mark between the groups.
    """
    return re.compile(
        rf"(?<![\w.,/:-])(?:[1-9]\d{{0,2}}({SPACE}|[.,'’])\d{{3}}(?:\1\d{{3}})*(?!\d)|\d+)"
        r"(?:[.,]\d{1,2}(?![\d.,]*\d))?(?![-–/:.,]?\d)"
    )


@functools.cache
def _compile_following() -> Pattern[str]:
    """Return the pattern of what follows a number: a per cent sign, a sign, one or two words."""
    return re.compile(
        rf"(?:{SPACE}|\n)*(?:(?P<percent>%)|(?P<sign>[€$£¥])"
        r"|(?:(?:de |d['’]|of |di |an )?(?P<word>[^\W\d_]+)(?: (?P<next>[^\W\d_]+))?))"
    )


class Amount(NamedTuple):
    """A figure: its value, what it counts, how exact it is, how it is written."""

    value: float
    step: float
    unit: str  # of the language files, or an ISO 4217 code; empty when unknown
    word: str  # the word after the figure, where that is no sign
    bound: Bound
    text: str

    @property
    def is_money(self) -> bool:
        """Whether it is of a currency: their codes alone are in capitals."""
        return self.unit.isupper()


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
    for factor, entries in section.get("scales", {}).items():
        for entry in entries:
            scales[fold(entry)] = float(factor)

    units = dict(UNIT_SYMBOLS)
    for name, code in load_currencies(language).items():
        # Signs and phrases are read otherwise, or not at all.
        if name.isalpha():
            units[name] = code
    for unit, entries in section.get("units", {}).items():
        for entry in entries:
            units[fold(entry)] = unit

    percent_phrases = []
    for entry in section.get("percent", ()):
        percent = fold(entry)
        if " " in percent:
            percent_phrases.append(percent)
        else:
            units[percent] = PERCENT

    # An upper limit is looked for first: "au plus" is one, "plus de" is none.
    hedges: dict[Bound, Pattern[str]] = {
        "limit": compile_hedge(section.get("at_most", ())),
        "about": compile_hedge(section.get("roughly", ())),
    }
    return FigureWords(
        scales,
        units,
        tuple(percent_phrases),
        hedges,
    )


def compile_hedge(entries: Sequence[str]) -> Pattern[str]:
    """Return a pattern for a hedge that ends the folded text before a number.

    One word may stand between them ("about another 900"), and a currency sign.
    """
    folded_entries = map(fold, entries)
    hedge = join_alternatives(folded_entries)
    return re.compile(rf"\b{hedge}\W*(?:\w+\W+)?[€$£¥]?$")


def find_amounts(sentence: str, language: str) -> list[Amount]:
    """Return the figures of a sentence that count something.

    Years, days of a month and ranges are none.
    """
    amounts = []
    for number in compile_number().finditer(sentence):
        amount = read_amount(sentence, number, language)
        if amount is not None:
            amounts.append(amount)
    return amounts


def is_counting_word(form: str, language: str) -> bool:
    """Return whether a word says what a figure counts, or by what it is multiplied."""
    known = load_figure_words(language)
    folded = fold(form)
    if folded in known.scales:
        return True
    return folded in known.units


def differ(one: Amount, other: Amount) -> bool:
    """Return whether two figures cannot both be right.

    They can when they are equal, when one is a limit, or when one may be the other rounded.
    """
    bounds = (one.bound, other.bound)
    if "limit" in bounds:
        return False
    larger = max(one.value, other.value)
    difference = abs(one.value - other.value)
    if difference == 0:
        return False
    if difference > ROUNDING * larger:
        return True
    if "about" in bounds:
        return False
    coarser_step = max(one.step, other.step)
    return difference > HALF_A_STEP * coarser_step


def read_amount(sentence: str, number: Match[str], language: str) -> Amount | None:
    """Return the figure that a match of ``compile_number`` begins; None where it counts nothing."""
    written, group_mark = number[0], number[1]
    # No float holds it, and it counts nothing: it is data.
    if len(written) > MAX_NUMBER:
        return None
    value, step = parse_number(written, group_mark)
    start, end = number.span()
    # All that is looked for before a number; the whole sentence, for each of its numbers, would be
    # read in the square of its length.
    reach_start = max(0, start - HEDGE_REACH)
    before = sentence[reach_start:start]
    scale, end = read_scale(sentence, end, language)
    unit, word = read_unit(sentence, end, language)
    # A currency sign before the number says more than the word after it: "$5 bonus".
    sign = SIGN_BEFORE.search(before)
    if sign:
        unit = CURRENCY_SIGNS[sign[1]]
        word = ""
        start = reach_start + sign.start()
    counts_something = unit or (word and (scale > 1 or not is_date_word(word, language)))
    if not counts_something:
        return None
    # "2024" is a year unless something makes it a figure: a scale, a unit, grouped digits.
    is_plain = scale == 1 and group_mark is None
    if is_plain and unit in ("", "year") and FIRST_YEAR <= value <= LAST_YEAR:
        return None
    text = sentence[start:end]
    if unit == PERCENT:
        text += " %"
    return Amount(
        value * scale,
        step * scale,
        unit,
        word,
        read_bound(before, language),
        text,
    )


def parse_number(written: str, group_mark: str | None) -> tuple[float, float]:
    """Return the value of a number and that of its last digit.

    ``group_mark`` stands between its groups of three. Of whole numbers of a hundred and more, the
    last digit is the last that is not 0: "14 000" has the step 1,000.
    """
    # White space and apostrophes only group; a point or a comma may do either.
    digits = GROUP_SPACES.sub("", written)
    if group_mark in (".", ","):
        digits = digits.replace(group_mark, "")
    # What is left of marks is the decimal mark.
    whole, _, decimals = digits.replace(",", ".").partition(".")
    value = float(f"{whole}.{decimals}")
    # The place of the last digit: tenths are −1, thousands are 3.
    if decimals:
        place = -len(decimals)
    elif value < WHOLE_NUMBERS_EXACT_BELOW:
        place = 0
    else:
        significant = whole.rstrip("0")
        place = len(whole) - len(significant)
    return value, 10.0**place


def read_scale(sentence: str, end: int, language: str) -> tuple[float, int]:
    """Return by what a number that ends at ``end`` is multiplied, and where these words end.

    There may be several: "17.500 millones" has one, "mille milliards" two.
    """
    known = load_figure_words(language)
    scale = 1.0
    while following := _compile_following().match(sentence, end):
        word = fold(following["word"] or "")
        if word not in known.scales:
            break
        scale *= known.scales[word]
        end = following.end("word")
    return scale, end


def read_unit(sentence: str, end: int, language: str) -> tuple[str, str]:
    """Return what a number counts, as a unit and as the word that stands there.

    Either may be empty.
    """
    following = _compile_following().match(sentence, end)
    if following is None:
        return "", ""
    if following["percent"] or begins_percent(sentence[end : end + PERCENT_REACH], language):
        return PERCENT, ""
    sign = following["sign"]
    if sign:
        return CURRENCY_SIGNS[sign], ""
    units = load_figure_words(language).units
    word = following["word"]
    # "53 milliards douze mois plus tôt": what the next number counts.
    if fold(word) in load_numbers(language):
        return "", word
    # An adjective may stand between: "370 nouveaux postes".
    for candidate in (word, following["next"]):
        unit = units.get(fold(candidate or ""))
        if unit:
            return unit, word
    return "", word


def begins_percent(text: str, language: str) -> bool:
    """Return whether a text begins with "per cent" in two words, after white space or none."""
    beginning = fold(text[:PERCENT_REACH]).strip()
    phrases = load_figure_words(language).percent_phrases
    return beginning.startswith(phrases)


def is_date_word(word: str, language: str) -> bool:
    """Return whether a word speaks of days: "9 décembre" counts nothing."""
    date_words = load_date_vocabulary(language).meanings
    return fold(word) in date_words


def read_bound(before: str, language: str) -> Bound:
    """Return how exact a number is, by what stands before it: "up to 900", "about 900", or 900."""
    folded = fold(before)
    hedges = load_figure_words(language).hedges
    for bound, pattern in hedges.items():
        if pattern.search(folded):
            return bound
    return "exact"
