"""The words of a language that speak of days: ``[dates.periods]`` of its file, with ``[names]``.

Each word has a kind, which is what the grammar is written in, and a number where the kind needs
one: "three" is a ``number`` 3, "semaine" a ``unit`` 1. Words may be added to a file without
touching Python; a new kind needs a rule in ``grammar``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.dates.days import UNIT_NAMES
from rag.dates.names import load_forms
from rag.text import fold, has_capitalised_nouns, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator

FALLBACK_LANGUAGE = "en"  # read where a language has no words for periods
MAX_PHRASE_WORDS = 4  # of the longest phrase in a file: "day before yesterday" and one more
THIRDS = {"start": 0, "middle": 1, "end": 2}
# The numbers of keys that are names: unit.week, season.summer, part.start. Others are figures.
VALUE_OF_KEY = {
    "unit": {name: number for number, name in enumerate(UNIT_NAMES)},
    "units": {name: number for number, name in enumerate(UNIT_NAMES)},
    "season": {"spring": 0, "summer": 1, "autumn": 2, "winter": 3},
    "part": THIRDS,
    "edge": THIRDS,
}
TOMORROW = 1  # days ahead
# Keys that say something of other words instead of adding one.
SETTINGS = frozenset({"not_names", "doubtful_months", "keep_accents"})


class Meaning(NamedTuple):
    """What a word says: its kind, and its number where the kind has one."""

    kind: str
    value: int = 0


class DateVocabulary(NamedTuple):
    """The words and phrases of a language and how it writes them.

    Keys are folded; the words of a phrase are joined by ``_``. A word that counts only with its
    accent ("dès", not "des") stands with it.
    """

    meanings: Mapping[str, Meaning]
    phrase_starts: frozenset[str]  # first words of phrases
    doubtful_months: frozenset[str]  # months that are names or other words as well
    has_capital_months: bool  # elsewhere a month with a capital inside a sentence is a name
    has_capital_nouns: bool
    is_month_first: bool  # 12/9/2025 may be December
    has_bare_years: bool  # "Wer gewann 2024 die Wahl?": a year stands without a preposition


def has_date_vocabulary(language: str) -> bool:
    """Return whether a language has words for periods of its own."""
    return bool(_load_periods(language))


@functools.cache
def load_date_vocabulary(language: str) -> DateVocabulary:
    """Return the words of a language; English ones where it has none."""
    if not has_date_vocabulary(language):
        return load_date_vocabulary(FALLBACK_LANGUAGE)
    periods = _load_periods(language)
    written = load_section(language, "dates").get("written", {})
    meanings = _join_meanings(language, periods)
    phrases = [key for key in meanings if "_" in key]
    doubtful_months = periods.get("doubtful_months", ())
    return DateVocabulary(
        meanings=meanings,
        phrase_starts=frozenset(phrase.partition("_")[0] for phrase in phrases),
        doubtful_months=frozenset(map(fold, doubtful_months)),
        has_capital_months=periods.get("capital_months", False),
        has_capital_nouns=has_capitalised_nouns(language),
        is_month_first=written.get("month_first", False),
        has_bare_years=periods.get("bare_year", False),
    )


def _join_meanings(language: str, periods: Mapping[str, Any]) -> Mapping[str, Meaning]:
    """Return the meanings of all words; of two words with one form the later one wins.

    French "sept" is 7 before it is September.
    """
    keep_accents = periods.get("keep_accents", ())
    not_names = periods.get("not_names", ())
    accented = frozenset(keep_accents)
    other_words = {fold_phrase(form) for form in not_names}
    meanings: dict[str, Meaning] = {}
    for form, meaning in _list_calendar_names(language):
        key = fold_phrase(form, accented)
        if key not in other_words:
            meanings[key] = meaning
    for form, meaning in _list_number_words(language):
        key = fold_phrase(form, accented)
        meanings[key] = meaning
    for form, meaning in _list_period_words(periods):
        key = fold_phrase(form, accented)
        meanings[key] = meaning
    return meanings


def fold_phrase(form: str, accented: frozenset[str] = frozenset()) -> str:
    """Return a word or phrase as the vocabulary has it: folded, ``_`` between the words."""
    if form in accented:
        return form.lower()
    words = re.findall(r"\w+", fold(form))
    return "_".join(words)


def _load_periods(language: str) -> Mapping[str, Any]:
    """Return ``[dates.periods]`` of a language; empty where it has none."""
    dates = load_section(language, "dates")
    periods: Mapping[str, Any] = dates.get("periods", {})
    return periods


def _list_calendar_names(language: str) -> Iterator[tuple[str, Meaning]]:
    """Return weekdays, shortened months and months with their meanings."""
    # "mai" is a month and not shortened, though it is in both lists: the full names come last.
    kinds = {
        "weekdays": "weekday",
        "months_short": "abbr",
        "months_in_dates": "month",
        "months": "month",
    }
    for key, kind in kinds.items():
        yield from _list_forms(language, key, kind)


def _list_number_words(language: str) -> Iterator[tuple[str, Meaning]]:
    """Return number words with their meanings; the word for one is often an article: ``one``."""
    for form, meaning in _list_forms(language, "numbers", "number"):
        if meaning.value == 1:
            yield form, Meaning("one", 1)
        else:
            yield form, meaning
    yield from _list_forms(language, "ordinals", "ordinal")


def _list_forms(language: str, key: str, kind: str) -> Iterator[tuple[str, Meaning]]:
    """Return the forms of one kind of ``[names]`` with their meanings."""
    for number, forms in load_forms(language, key).items():
        value = int(number)
        meaning = Meaning(kind, value)
        for form in forms:
            yield form, meaning


def _list_period_words(periods: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Return the words of ``[dates.periods]`` with their meanings."""
    for kind, forms in periods.items():
        is_setting = kind in SETTINGS or isinstance(forms, bool)
        if is_setting:
            continue
        by_value = _group_by_value(kind, forms)
        for number, words in by_value.items():
            meaning = Meaning(kind, number)
            for word in words:
                yield word, meaning


def _group_by_value(
    kind: str, forms: Sequence[str] | Mapping[str, Sequence[str]]
) -> Mapping[int, Sequence[str]]:
    """Return the words of a kind by the number that goes with them."""
    if not isinstance(forms, Mapping):
        value = TOMORROW if kind == "tomorrow" else 0
        return {value: forms}
    named_values = VALUE_OF_KEY.get(kind)
    by_value = {}
    for key, words in forms.items():
        value = named_values[key] if named_values else int(key)
        by_value[value] = words
    return by_value
