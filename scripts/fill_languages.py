#!/usr/bin/env python3
"""Write months, weekdays, currencies and languages in all languages from CLDR (as babel carries it).

scripts/fill_languages.py [--check]

In every ``rag/text/languages/*.toml`` the section ``[names]``, its table ``[names.currencies]`` and
the section ``[language_names]`` are written again; all else stays as it is. What CLDR lacks (number words, other spellings) is
written by hand under ``[names.by_hand]`` and added to what stands here. ``--check`` writes nothing
and exits 1 when a file is not what this script would write.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from babel import Locale
from babel.numbers import get_currency_name, get_currency_symbol

from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = ROOT / "rag" / "text" / "languages"
MONTHS, WEEKDAYS = range(1, 13), range(7)
LINE_LENGTH = 100
# Chosen by hand: what newspapers everywhere count money in, and what each language pays with.
WORLD_CURRENCIES = "EUR USD GBP CHF JPY CNY"
HOME_CURRENCIES = {
    "ar": "SAR AED EGP",
    "bg": "BGN",
    "cs": "CZK",
    "da": "DKK",
    "en": "AUD CAD INR",
    "es": "MXN ARS COP",
    "fr": "CAD",
    "he": "ILS",
    "hi": "INR",
    "hu": "HUF",
    "id": "IDR",
    "ko": "KRW",
    "nb": "NOK",
    "pl": "PLN",
    "pt": "BRL",
    "ro": "RON",
    "ru": "RUB",
    "sv": "SEK",
    "th": "THB",
    "tr": "TRY",
    "uk": "UAH",
    "vi": "VND",
}
PLURAL_COUNTS = (1, 2, 5)  # between them, every plural form that CLDR tells apart
HEADER = "[names]"
GENERATED_TABLES = (HEADER, "[names.currencies]", "[language_names]")
OTHER_CODES = {"nb": ("no",)}  # what CLDR calls a language as well: people say "Norwegian"

Forms = dict[str, list[str]]


def main() -> int:
    """Write or check every language file; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 on a difference"
    )
    options = parser.parse_args()
    outdated = []
    for path in sorted(FOLDER.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        filled = replace_generated(text, format_names(Locale.parse(path.stem)))
        if filled == text:
            continue
        outdated.append(path.name)
        if not options.check:
            path.write_text(filled, encoding="utf-8")
    if outdated:
        print("differ from CLDR:" if options.check else "written:", *outdated)
    return 1 if options.check and outdated else 0


def format_names(locale: Locale) -> str:
    """Return the generated lines of a language, headers included, without the lines by hand."""
    lines = [HEADER]
    for key, names in {**month_names(locale), **weekday_names(locale)}.items():
        lines += format_array(key, names)
    lines += ["", "[names.currencies]"]
    codes = f"{WORLD_CURRENCIES} {HOME_CURRENCIES.get(locale.language, '')}"
    for code in codes.split():
        lines += format_array(code, currency_names(locale, code))
    lines += ["", "[language_names]"]
    for path in sorted(FOLDER.glob("*.toml")):
        lines += format_array(path.stem, language_names(locale, path.stem))
    return "\n".join(lines) + "\n"


def language_names(locale: Locale, code: str) -> list[str]:
    """Return what a language calls another one, or itself."""
    names = [locale.languages.get(each) for each in (code, *OTHER_CODES.get(code, ()))]
    return [normalise_spaces(name) for name in names if name]


def month_names(locale: Locale) -> Forms:
    """Return the twelve months: standing alone, as dates inflect them, and shortened."""
    return form_lists("months", locale.months, MONTHS)


def weekday_names(locale: Locale) -> Forms:
    """Return the seven weekdays, Monday first, in the same forms as the months."""
    return form_lists("weekdays", locale.days, WEEKDAYS)


def form_lists(
    key: str, contexts: Mapping[str, Mapping[str, Mapping[int, str]]], numbers: Sequence[int]
) -> Forms:
    """Return the lists of names of one kind: ``key``, ``key_in_dates`` (inflected), ``key_short``.

    A list that says nothing new is left out: Catalan only puts "de" before the month, Vietnamese
    only drops a capital.
    """
    wide = [contexts["stand-alone"]["wide"][number] for number in numbers]
    in_dates = [contexts["format"]["wide"][number] for number in numbers]
    short = [contexts["format"]["abbreviated"][number] for number in numbers]
    short_alone = [contexts["stand-alone"]["abbreviated"][number] for number in numbers]
    if casefold_all(in_dates) == casefold_all(wide):
        wide = in_dates
    if has_preposition(in_dates, wide):
        short = short_alone
    lists = {key: wide}
    if in_dates != wide and not has_preposition(in_dates, wide):
        lists[f"{key}_in_dates"] = in_dates
    if casefold_all(short) not in (casefold_all(wide), casefold_all(in_dates)):
        lists[f"{key}_short"] = short
    return {name: [normalise_spaces(form) for form in forms] for name, forms in lists.items()}


def has_preposition(in_dates: Sequence[str], alone: Sequence[str]) -> bool:
    """Tell whether the names in dates are the others with a word before each: "de gener"."""
    return in_dates != alone and all(
        form.endswith(name) for form, name in zip(in_dates, alone, strict=True)
    )


def currency_names(locale: Locale, code: str) -> list[str]:
    """Return the names of a currency, singular first, then its sign where it has one."""
    names = [get_currency_name(code, count, locale) for count in PLURAL_COUNTS]
    names.append(get_currency_name(code, locale=locale))
    symbol = get_currency_symbol(code, locale)
    if symbol != code:
        names.append(symbol)
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(name.casefold(), normalise_spaces(name))
    return list(unique.values())


def casefold_all(names: Sequence[str]) -> list[str]:
    """Return the names without regard to capitals."""
    return [name.casefold() for name in names]


def normalise_spaces(name: str) -> str:
    """Return a name with plain spaces and without invisible marks of direction."""
    return " ".join(name.replace("\u200f", "").replace("\u200e", "").split())


def format_array(key: str, names: Sequence[str]) -> list[str]:
    """Return the TOML lines of a list of names, wrapped where one line is too long."""
    quoted = [f'"{name}"' for name in names]
    line = f"{key} = [{', '.join(quoted)}]"
    if len(line) <= LINE_LENGTH:
        return [line]
    lines, row = [f"{key} = ["], "   "
    for name in quoted:
        if len(row) + len(name) + 2 > LINE_LENGTH:
            lines.append(row)
            row = "   "
        row += f" {name},"
    return [*lines, row, "]"]


def replace_generated(text: str, generated: str) -> str:
    """Return a file with its generated tables replaced; ValueError without ``[names]``."""
    lines = text.splitlines()
    start = lines.index(HEADER)
    end = start
    while end < len(lines) and belongs_to_generated(lines[end]):
        end += 1
    rest = "\n".join(lines[end:])
    before = "\n".join(lines[:start])
    return f"{before}\n{generated}\n{rest}\n"


def belongs_to_generated(line: str) -> bool:
    """Tell whether a line after ``[names]`` is ours: no comment, no header of another table."""
    return not line.startswith("#") and (not line.startswith("[") or line in GENERATED_TABLES)


if __name__ == "__main__":
    sys.exit(main())
