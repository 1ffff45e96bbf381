"""The words of a language that speak of days: ``[dates.periods]`` of its file, with ``[names]``.

Each word has a kind, which is what the grammar is written in, and a number where the kind needs
one: "three" is a ``number`` 3, "semaine" a ``unit`` 1. Words may be added to a file without
touching Python; a new kind needs a rule in ``grammar``.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.dates.days import UNIT_NAMES
from rag.dates.names import MONTH_KEYS, load_forms
from rag.text.languages import load_section
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    accented = frozenset(periods.get("keep_accents", ()))
    other_words = {fold_phrase(form) for form in periods.get("not_names", ())}
    meanings: dict[str, Meaning] = {}
    # Of two words with one form the later one wins: French "sept" is 7 before it is September.
    for form, meaning in _list_calendar_names(language):
        key = fold_phrase(form, accented)
        if key not in other_words:
            meanings[key] = meaning
    for form, meaning in [*_list_number_words(language), *_list_period_words(periods)]:
        meanings[fold_phrase(form, accented)] = meaning
    written = load_section(language, "dates").get("written", {})
    return DateVocabulary(
        meanings=meanings,
        phrase_starts=frozenset(key.partition("_")[0] for key in meanings if "_" in key),
        doubtful_months=frozenset(map(fold, periods.get("doubtful_months", ()))),
        has_capital_months=bool(periods.get("capital_months")),
        has_capital_nouns=bool(periods.get("capital_nouns")),
        is_month_first=bool(written.get("month_first")),
        has_bare_years=bool(periods.get("bare_year")),
    )


def fold_phrase(form: str, accented: frozenset[str] = frozenset()) -> str:
    """Return a word or phrase as the vocabulary has it: folded, ``_`` between the words."""
    if form in accented:
        return form.lower()
    return "_".join(re.findall(r"\w+", fold(form)))


def _load_periods(language: str) -> Mapping[str, Any]:
    """Return ``[dates.periods]`` of a language; empty where it has none."""
    periods: Mapping[str, Any] = load_section(language, "dates").get("periods", {})
    return periods


def _list_calendar_names(language: str) -> Iterator[tuple[str, Meaning]]:
    """Return weekdays, shortened months and months with their meanings."""
    for number, forms in load_forms(language, "weekdays").items():
        for form in forms:
            yield form, Meaning("weekday", int(number))
    for key in reversed(MONTH_KEYS):  # "mai" is a month, not shortened, though it is in both lists
        kind = "abbr" if key == "months_short" else "month"
        for number, forms in load_forms(language, key).items():
            for form in forms:
                yield form, Meaning(kind, int(number))


def _list_number_words(language: str) -> Iterator[tuple[str, Meaning]]:
    """Return number words with their meanings; the word for one is often an article: ``one``."""
    for number, forms in load_forms(language, "numbers").items():
        value = int(number)
        for form in forms:
            yield form, Meaning("one" if value == 1 else "number", value)
    for number, forms in load_forms(language, "ordinals").items():
        for form in forms:
            yield form, Meaning("ordinal", int(number))


def _list_period_words(periods: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Return the words of ``[dates.periods]`` with their meanings."""
    for kind, forms in periods.items():
        if kind in SETTINGS or isinstance(forms, bool):
            continue
        if isinstance(forms, list):
            value = TOMORROW if kind == "tomorrow" else 0
            by_value = {value: forms}
        else:
            named = VALUE_OF_KEY.get(kind)
            by_value = {named[key] if named else int(key): words for key, words in forms.items()}
        for number, words in by_value.items():
            for word in words:
                yield word, Meaning(kind, number)
