"""What a language calls months, weekdays, numbers and currencies: the section ``[names]``.

Most of it comes from CLDR by ``scripts/fill_languages.py``; ``[names.by_hand]`` adds what CLDR
lacks, under the same keys: tables from a number (or the code of a currency) to a list of forms.
Months count from 1, weekdays from 0, which is Monday. Every function is cached by language and
returns an empty mapping for a language without names.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Mapping

STOPS = ".׳॰"  # what closes an abbreviation in Latin, Hebrew and Hindi writing
MONTH_KEYS = ("months", "months_in_dates", "months_short")
WEEKDAY_KEYS = ("weekdays", "weekdays_in_dates", "weekdays_short")
FIRST_NUMBER = {"months": 1, "weekdays": 0}


@functools.cache
def load_months(language: str) -> Mapping[str, int]:
    """Return the numbers 1 to 12 by every folded form of a month's name, short ones too."""
    return _number_by_form(language, *MONTH_KEYS)


@functools.cache
def load_weekdays(language: str) -> Mapping[str, int]:
    """Return the numbers 0 (Monday) to 6 by every folded form of a weekday's name."""
    return _number_by_form(language, *WEEKDAY_KEYS)


@functools.cache
def load_numbers(language: str) -> Mapping[str, int]:
    """Return the numbers by their words, folded."""
    return _number_by_form(language, "numbers")


@functools.cache
def load_ordinals(language: str) -> Mapping[str, int]:
    """Return the numbers by the words that say which one of a row, folded."""
    return _number_by_form(language, "ordinals")


@functools.cache
def load_currencies(language: str) -> Mapping[str, str]:
    """Return the ISO 4217 codes by the names and signs of currencies, folded."""
    codes = {}
    for code, forms in load_forms(language, "currencies").items():
        for form in forms:
            name = fold_name(form)
            codes[name] = code
    return codes


@functools.cache
def load_forms(language: str, key: str) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of each name as people write them, by number (as text) or code."""
    names = load_section(language, "names")
    generated = names.get(key, {})
    if isinstance(generated, list):
        # One name for each month or weekday.
        kind = key.partition("_")[0]
        numbered = enumerate(generated, FIRST_NUMBER[kind])
        generated = {str(number): [name] for number, name in numbered}
    all_by_hand = names.get("by_hand", {})
    by_hand = all_by_hand.get(key, {})
    forms: dict[str, tuple[str, ...]] = {}
    for table in (generated, by_hand):
        for number, written in table.items():
            # What is written by hand comes after what CLDR says.
            known = forms.get(number, ())
            forms[number] = (*known, *written)
    return forms


def fold_name(form: str) -> str:
    """Return a name as ``fold`` makes it, without the stop that closes an abbreviation."""
    folded = fold(form)
    return folded.rstrip(STOPS)


def _number_by_form(language: str, *keys: str) -> Mapping[str, int]:
    """Return the numbers by folded form; where two share a form, that of the first key."""
    numbers: dict[str, int] = {}
    for key in keys:
        for number, forms in load_forms(language, key).items():
            value = int(number)
            for form in forms:
                name = fold_name(form)
                # "mars" is in the list of short names, too.
                numbers.setdefault(name, value)
    return numbers
