"""What a reader took for the answer in a sentence, as a value: a figure, a day, or a name.

Two values can be compared when both are of one kind. They differ when both cannot be right: 12 and
"about 12.4" can, "September" and "6 September" can.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.amounts import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_NUMBER,
    Amount,
    compile_number,
    differ,
    find_amounts,
    parse_number,
    read_bound,
    read_scale,
)
from rag.dates import load_date_vocabulary, load_numbers
from rag.text import find_words, fold, load_section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.dates import Meaning

MAX_RATIO = 3.5  # figures further apart count different things; by hand
NAME_STEM = 4  # letters that a name shares with itself in another case or language; by hand
MAX_DAY = 31  # a number up to it beside a month is a day
MAX_NAME_WORDS = 6  # of a value that is a name; longer ones are clauses; by hand
UNKNOWN_UNITS = ("", "people")  # that may count what the unit of people says more exactly
UNITS_OF_PEOPLE = ("", "people", "dead", "injured")
MAX_PHRASE_WORDS = 4  # of a value that is a phrase
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"\d+")
BARE_YEAR = re.compile(r"\W*(?:\w{1,3} )?(?:1\d{3}|20\d\d)\W*$")  # "1925", "en 1925"
CAPITALISED = re.compile(r"\b[^\W\d_a-zß-öø-ÿ][\w'’-]+")
# Metres are kilometres, and so on: of the second unit the first is so many.
CONVERSIONS: Mapping[str, tuple[str, float]] = {
    "metre": ("kilometre", 1e-3),
    "kilogram": ("tonne", 1e-3),
    "week": ("day", 7.0),
    "hour": ("day", 1 / 24),
    "minute": ("day", 1 / 1440),
    "gigawatt": ("megawatt", 1e3),
}


class Moment(NamedTuple):
    """The parts of a day that a value tells; empty where it does not."""

    days: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    weekdays: frozenset[int]
    numbers: frozenset[int]  # hours, mostly


class ReadValue(NamedTuple):
    """A value as it is compared: at most one of its parts is used."""

    text: str
    language: str
    amount: Amount | None
    moment: Moment | None
    names: tuple[str, ...]
    words: tuple[str, ...] = ()


def read_value(sentence: str, value: str, language: str) -> ReadValue:
    """Return what a stretch of a sentence says."""
    moment = read_moment(value, language)
    amount = None
    if moment is None:
        amount = read_amount(sentence, value, language)
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    if amount is None and moment is None:
        names = list_names(value)
        if not names:
            words = list_content_words(value)
    return ReadValue(value, language, amount, moment, names, words)


def is_comparable(one: ReadValue, other: ReadValue) -> bool:
    """Return whether two values are of one kind."""
    if one.amount and other.amount:
        return count_alike(one.amount, other.amount)
    if one.moment and other.moment:
        return True
    if one.words and other.words:
        return one.language == other.language
    return bool(one.names and other.names)


def values_differ(one: ReadValue, other: ReadValue) -> bool:
    """Return whether two comparable values cannot both be right."""
    if one.amount and other.amount:
        return amounts_differ(one.amount, other.amount)
    if one.moment and other.moment:
        same_language = one.language == other.language
        return moments_differ(one.moment, other.moment, same_language=same_language)
    return not share_name([*one.names, *one.words], [*other.names, *other.words])


def read_amount(sentence: str, value: str, language: str) -> Amount | None:
    """Return the first figure in a stretch of a sentence, be it written in words."""
    start = sentence.find(value)
    if start < 0:
        return None
    rewritten = write_numbers(value, language)
    end = start + len(rewritten)
    text = sentence[:start] + rewritten + sentence[start + len(value) :]
    for amount in find_amounts(text, language):
        place = text.find(amount.text.removesuffix(" %"), max(0, start - 2))
        if start - 2 <= place < end:
            return convert_unit(amount)
    return read_bare_number(text, start, end, language)


def read_bare_number(text: str, start: int, end: int, language: str) -> Amount | None:
    """Return the number in a stretch of a text that says no word of what it counts."""
    number = compile_number().search(text, start, end)
    if number is None or len(number[0]) > MAX_NUMBER:
        return None
    value, step = parse_number(number[0], number[1])
    scale, _ = read_scale(text, number.end(), language)
    bound = read_bound(text[: number.start()], language)
    return Amount(value * scale, step * scale, "", "", bound, number[0])


def write_numbers(value: str, language: str) -> str:
    """Return a value with "4" for "four" and "22" for "twenty-two"."""
    numbers = load_number_words(language)
    joints = load_section(language, "conflicts").get("number_joints", ())
    written: list[str] = []
    end = 0
    total = 0
    for word in WORD.finditer(value):
        gap = value[end : word.start()]
        number = numbers.get(fold(word[0]))
        is_after_joint = bool(written) and gap.strip() in joints
        if number is None and is_after_joint:
            number = _read_one(word[0], language)
        if number is None:
            continue
        joined = _join_numbers(total, number, gap, is_after_joint=is_after_joint)
        if written and joined:
            total = joined
            written[-1] = str(total)
        else:
            total = number
            written += [gap, str(total)]
        end = word.end()
    return "".join(written) + value[end:]


def _join_numbers(total: int, number: int, gap: str, *, is_after_joint: bool) -> int:
    """Return the number that two words make, 0 where they are two numbers.

    "twenty-two", "treinta y cinco"; French counts by scores: "quatre-vingt-dix", "soixante-douze".
    """
    if not total or not (is_after_joint or gap in ("-", " ")):
        return 0
    if total % 10 == 0 and number < 10:
        return total + number
    if gap == "-" and (total, number) == (4, 20):
        return 80
    if total in (60, 80) and 10 <= number < 20:
        return total + number
    return 0


def _read_one(word: str, language: str) -> int | None:
    """Return 1 where a word is one behind a joint, "vingt et un": elsewhere it is an article."""
    return 1 if load_numbers(language).get(fold(word)) == 1 else None


@functools.cache
def load_number_words(language: str) -> Mapping[str, int]:
    """Return the folded words for whole numbers, those that no calendar needs among them."""
    numbers: dict[str, int] = {}
    for word, value in load_numbers(language).items():
        # "One" is an article in many languages: "une erreur" counts nothing.
        if value > 1:
            numbers[word] = int(value)
    more = load_section(language, "conflicts").get("numbers", {})
    for value_text, entries in more.items():
        for entry in entries:
            numbers[fold(entry)] = int(value_text)
    return numbers


def convert_unit(amount: Amount) -> Amount:
    """Return a figure in the unit that others are compared in: 3,200 metres are 3.2 kilometres."""
    conversion = CONVERSIONS.get(amount.unit)
    if conversion is None:
        return amount
    unit, factor = conversion
    return amount._replace(
        value=amount.value * factor,
        step=amount.step * factor,
        unit=unit,
    )


def count_alike(one: Amount, other: Amount) -> bool:
    """Return whether two figures may count the same."""
    if one.unit == other.unit:
        return True
    units = (one.unit, other.unit)
    if not any(unit in UNKNOWN_UNITS for unit in units):
        return False
    return all(unit in UNITS_OF_PEOPLE for unit in units)


def amounts_differ(one: Amount, other: Amount) -> bool:
    """Return whether two figures cannot both be right, and are near enough to count the same."""
    smaller, larger = sorted([one.value, other.value])
    if larger > MAX_RATIO * smaller:
        return False
    return differ(one, other)


def read_moment(value: str, language: str) -> Moment | None:
    """Return the parts of a day in a value; None where it tells none."""
    meanings = load_date_vocabulary(language).meanings
    months = list_meanings(value, meanings, "month")
    weekdays = list_meanings(value, meanings, "weekday")
    numbers = [int(number) for number in NUMBER.findall(value)[:MAX_DAY]]
    years = {number for number in numbers if FIRST_YEAR <= number <= LAST_YEAR}
    others = {number for number in numbers if number not in years}
    days = {number for number in others if months and 1 <= number <= MAX_DAY}
    # "1925" alone is a year, "1925 visitors" is none.
    is_bare_year = BARE_YEAR.match(value) is not None
    if is_bare_year:
        years, others = set(numbers), set()
    if not (months or weekdays or is_bare_year):
        return None
    return Moment(
        frozenset(days),
        frozenset(months),
        frozenset(years),
        frozenset(weekdays),
        frozenset(others - days),
    )


def list_meanings(value: str, meanings: Mapping[str, Meaning], kind: str) -> list[int]:
    """Return what the words of a kind stand for."""
    selected = []
    for word in find_words(value):
        meaning = meanings.get(word.term)
        if meaning is not None and meaning.kind == kind:
            selected.append(int(meaning.value))
    return selected


def moments_differ(one: Moment, other: Moment, *, same_language: bool) -> bool:
    """Return whether in some part two moments tell different days.

    Years and months come before days: the same day of another month is another day.
    """
    if sets_differ(one.years, other.years) or sets_differ(one.months, other.months):
        return True
    if ranges_differ(one.days, other.days):
        return True
    if sets_differ(one.weekdays, other.weekdays):
        return True
    # Hours are counted otherwise in another language: "8 pm" is "20 Uhr".
    return same_language and sets_differ(one.numbers, other.numbers)


def sets_differ(one: frozenset[int], other: frozenset[int]) -> bool:
    """Return whether two sets both have something, and nothing in common."""
    if not one or not other:
        return False
    return one.isdisjoint(other)


def ranges_differ(one: frozenset[int], other: frozenset[int]) -> bool:
    """Return whether two stretches of days have none in common."""
    if not one or not other:
        return False
    return max(one) < min(other) or max(other) < min(one)


def list_names(value: str) -> tuple[str, ...]:
    """Return the words with a capital in a short value, folded."""
    if len(value.split()) > MAX_NAME_WORDS:
        return ()
    return tuple(fold(name) for name in CAPITALISED.findall(value))


def list_content_words(value: str) -> tuple[str, ...]:
    """Return the longer words of a short value that names nothing, folded: "la foudre"."""
    words = WORD.findall(value)
    if len(words) > MAX_PHRASE_WORDS:
        return ()
    return tuple(fold(word) for word in words if len(word) > NAME_STEM)


def share_name(names: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether one name is in both, as its beginning tells."""
    stems = {name[:NAME_STEM] for name in names}
    other_stems = {name[:NAME_STEM] for name in others}
    return not stems.isdisjoint(other_stems)
