"""Whether a source has what a claim says: each figure, day, name and word by itself.

Figures are compared by their value, days by the calendar, names and words by their stems and
translations, so that a draft may be in another language than the article.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.amounts import FIRST_YEAR, LAST_YEAR, PERCENT, compile_number, differ, parse_number
from rag.answer.conflicts import is_same_kind
from rag.answer.word_matching import NAME_STEM, compute_near_coverage
from rag.models.lexicon import get_lexicon
from rag.text import find_words, fold, has_capitalised_nouns, transcribe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.claims import Claim, DayFact, Source

# Chosen by hand with scripts/measure_checking.py.
NAMES_SHARE = 0.66  # of a claim's names that a source has which has them
ROUNDING = 0.1  # of a figure that is a limit in one of the texts: "up to 900" is not 300
SHARE_MARGIN = 0.5  # per cent
SCALED_FROM = 1e6  # figures that are written with a word: "17.5 billion"
_DECADE_TERM = re.compile(r"(\d{2,4})[^\W\d]+")
MINUTE = "minute"  # the unit, as the language files name it
_DAYS_IN_YEAR = 365.2425
_SMALLEST = 1e-9  # keeps a quotient finite


def list_missing(claim: Claim, source: Source) -> list[str]:
    """Return the figures, days and names of a claim that a source has not; names in lower case."""
    missing = []
    for amount in claim.amounts:
        if not has_amount(amount, claim.language, source):
            missing.append(amount.text)
    for day in claim.days:
        if not has_day(day, source):
            missing.append(day.text)
    for year in claim.years:
        if not has_year(year, source):
            missing.append(year)
    missing += list_missing_ordinals(claim, source)
    missing += list_missing_names(claim, source)
    return list(dict.fromkeys(missing))


def list_missing_ordinals(claim: Claim, source: Source) -> Iterator[str]:
    """Yield the ordinals that a source has not: "16th" may be "XVI", "16." or "16e" there."""
    for ordinal in claim.ordinals:
        if ordinal in source.terms or ordinal in source.ordinals:
            continue
        yield ordinal


def list_missing_names(claim: Claim, source: Source) -> list[str]:
    """Return the names that a source has not, unless it has most of them."""
    missing = []
    for name in claim.names:
        if not has_name(name, claim, source):
            missing.append(name)
    shared = len(claim.names) - len(missing)
    # One name of several may be the writer's own.
    if shared >= NAMES_SHARE * len(claim.names):
        return []
    # Where every noun has a capital, those that no lexicon knows pass for names.
    if claim.has_figures and has_capitalised_nouns(claim.language):
        return []
    return missing


def has_most_names(claim: Claim, source: Source) -> bool:
    """Return whether a source has most of what a claim names."""
    shared = 0
    for name in claim.names:
        shared += has_name(name, claim, source)
    return shared >= NAMES_SHARE * len(claim.names)


def has_amount(amount: Amount, language: str, source: Source) -> bool:
    """Return whether a source has a figure of a language, be it rounded or in other words."""
    for other in source.amounts:
        has_two_units = amount.unit and other.unit
        if has_two_units and amount.unit != other.unit:
            continue
        if is_same_value(amount, other):
            return True
    if tells_in_words(amount, language, source):
        return True
    # A figure may stand there with nothing that says what it counts: in a table, in brackets.
    digits = compile_number().search(amount.text)
    if digits is None or amount.value >= SCALED_FROM:
        return False
    if find_same_digits(amount, source.amounts):
        return False
    words = find_words(digits[0])
    terms = source.terms if amount.unit in ("", MINUTE) else source.terms_without_minutes
    return any(word.term in terms for word in words)


def tells_in_words(amount: Amount, language: str, source: Source) -> bool:
    """Return whether a source tells a figure with a number in words, or as a share."""
    # Numbers in words stand anywhere: nine months are no nine horses.
    for other in source.amounts_in_words:
        counts_same = is_same_kind(other, source.language, amount, language)
        if counts_same and is_same_value(amount, other):
            return True
    if amount.unit != PERCENT:
        return False
    return any(is_near_share(amount, share) for share in source.shares)


def is_near_share(amount: Amount, share: float) -> bool:
    """Return whether a percentage is a share that is told in words: a third is 33 % and 33.3 %."""
    return abs(amount.value - share) <= SHARE_MARGIN


def find_same_digits(amount: Amount, others: Iterable[Amount]) -> Amount | None:
    """Return the figure that has the digits of another one, and counts something else.

    Fourteen feet are not fourteen inches, 17.5 million not 17.5 billion.
    """
    if not amount.unit:
        return None
    number = read_written(amount)
    for other in others:
        if not other.unit or read_written(other) != number:
            continue
        has_other_unit = other.unit != amount.unit
        if has_other_unit or other.value != amount.value:
            return other
    return None


def read_written(amount: Amount) -> float | None:
    """Return the number of a figure as it is written, without what it is multiplied by."""
    digits = compile_number().search(amount.text)
    if digits is None:
        return None
    value, _ = parse_number(digits[0], digits[1])
    return value


def is_same_value(one: Amount, other: Amount) -> bool:
    """Return whether two figures may be the same, rounded perhaps; no year is rounded."""
    if is_year(one.value) and not one.unit:
        return one.value == other.value
    larger = max(one.value, other.value)
    distance = abs(one.value - other.value)
    if distance > ROUNDING * larger:
        return False
    return not differ(one, other)


def is_year(value: float) -> bool:
    """Return whether a number looks like a year."""
    if value != int(value):
        return False
    return FIRST_YEAR <= value <= LAST_YEAR


def has_day(day: DayFact, source: Source) -> bool:
    """Return whether a source tells a day, or is of that day."""
    if source.day is not None and is_within(source.day, source.day, day):
        return True
    return any(is_within(other.first, other.last, day) for other in source.days)


def is_within(first: datetime.date, last: datetime.date, day: DayFact) -> bool:
    """Return whether days are among those of a claim; without a year, those of any year."""
    if day.has_year:
        return day.first <= first and last <= day.last
    if day.is_single:
        if first != last:
            return False
        wanted = (day.first.month, day.first.day)
        return (first.month, first.day) == wanted
    distance = first - day.first
    years = round(distance.days / _DAYS_IN_YEAR)
    moved = datetime.timedelta(days=years * _DAYS_IN_YEAR)
    begins_within = day.first <= first - moved
    ends_within = last - moved <= day.last
    return begins_within and ends_within


def has_year(year: str, source: Source) -> bool:
    """Return whether a source tells a year or a decade, or is of that year."""
    if year in source.terms:
        return True
    if source.day is not None and str(source.day.year) == year:
        return True
    if not year.endswith("0"):
        return False
    # "880s", "den 80er Jahren", "the 1980s".
    for term in source.terms:
        decade = _DECADE_TERM.fullmatch(term)
        if decade and decade[1].endswith(year):
            return True
    return False


def has_name(name: str, claim: Claim, source: Source) -> bool:
    """Return whether a source has a name; in another language it may be spelt otherwise."""
    if has_word(name, claim.language, source):
        return True
    if claim.language == source.language:
        return False
    stem = fold(name)[:NAME_STEM]
    sound = transcribe(name)[:NAME_STEM]
    if len(sound) == NAME_STEM and sound in source.sounds:
        return True
    return any(fold(form)[:NAME_STEM] == stem for form in source.forms)


def has_word(form: str, language: str, source: Source) -> bool:
    """Return whether a source has a word, as it is or translated."""
    lexicon = get_lexicon()
    units = source.units
    own_units = lexicon.units(form, language)
    if not units.isdisjoint(own_units):
        return True
    if language == source.language:
        return False
    # A name may stand there as it is.
    same_units = lexicon.units(form, source.language)
    if not units.isdisjoint(same_units):
        return True
    translations = lexicon.translations(form, language, source.language)
    return any(translation.unit in units for translation in translations)


def find_written(form: str, text: str) -> str:
    """Return a word as a text writes it: its form is in lower case."""
    for word in find_words(text):
        if word.form == form:
            return text[word.start : word.end]
    return form


def cover_claim(claim: Claim, source: Source) -> float:
    """Return the share of what a claim's words say that a source says, too, or nearly."""
    if not claim.forms or not source.forms:
        return 0.0
    near = compute_near_coverage(
        claim.vectors.directions,
        source.directions,
    )
    is_covered = list_covered(claim, source)
    coverage = np.where(is_covered, 1.0, near)
    return weigh_coverage(claim, coverage)


def cover_exactly(claim: Claim, source: Source) -> float:
    """Return the same by the words that are there or translated alone, which costs less."""
    is_covered = list_covered(claim, source)
    coverage = is_covered.astype(np.float64)
    return weigh_coverage(claim, coverage)


def list_covered(claim: Claim, source: Source) -> NDArray[np.bool_]:
    """Return for each word of a claim whether a source has it, as it is or translated."""
    covered = []
    for form in claim.forms:
        is_covered = has_word(form, claim.language, source)
        covered.append(is_covered)
    return np.array(covered, dtype=bool)


def weigh_coverage(claim: Claim, coverage: NDArray[np.float64]) -> float:
    """Return the mean of how well each word is covered, a word that tells more weighing more."""
    weights = claim.vectors.weights
    total = max(weights.sum(), _SMALLEST)
    covered = coverage @ weights
    return float(covered / total)
