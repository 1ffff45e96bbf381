"""Warnings of an answer in the language of its question; in JSON they stay English."""

from __future__ import annotations

import datetime
import functools
import re
from typing import TYPE_CHECKING

from rag.show.days import format_day
from rag.show.lines import Line, Page, Segment
from rag.show.phrases import ENGLISH, find_language, format_count, get_phrase, get_phrase_table
from rag.text import load_section, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TABLE = "warnings"  # of phrases; what a warning says is told by the English ones
# What a gap of an English phrase may hold that is said in another way in another language.
_NAMED_LANGUAGE = re.compile(r"[A-Z].* \((\w\w)\)")  # "German (de)"
_CUT_LIST = re.compile(r"(.*) and (\d+) more")
_COUNT = re.compile(r"(\d+) (article|passage)s?")


def warnings_page(warnings: Iterable[str], language: str = ENGLISH) -> Page:
    """Return a line for each warning."""
    page = []
    heading = get_phrase(language, "warning")
    label = Segment(f"{heading} ", "warn")
    for warning in warnings:
        text = translate_warning(warning, language)
        segment = Segment(to_one_line(text))
        line = Line((label, segment))
        page.append(line)
    return page


def translate_warning(warning: str, language: str) -> str:
    """Return a warning in a language; as it is where rag has no phrase for it."""
    if find_language(language, _TABLE) == ENGLISH:
        return warning
    phrases = get_phrase_table(language, _TABLE)
    for key, pattern in _compile_phrases().items():
        match = pattern.fullmatch(warning)
        if match is not None:
            gaps = [_translate_gap(gap, language) for gap in match.groups()]
            return str(phrases[key]).format(*gaps)
    return warning


def _translate_gap(text: str, language: str) -> str:
    """Return a day, a language's name, a count or a list that was cut as a language says them."""
    named = _NAMED_LANGUAGE.fullmatch(text)
    if named is not None:
        names = load_section(language, "language_names").get(named[1], ())
        return str(names[0]) if names else named[1]
    cut = _CUT_LIST.fullmatch(text)
    if cut is not None:
        more = get_phrase(language, "more").format(cut[2])
        return f"{cut[1]}, {more}"
    count = _COUNT.fullmatch(text)
    if count is not None:
        return format_count(int(count[1]), count[2], language)
    try:
        return format_day(datetime.date.fromisoformat(text), language)
    except ValueError:
        return text


@functools.cache
def _compile_phrases() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of the English phrases by their keys, a group for each of their gaps."""
    patterns = {}
    for key, phrase in get_phrase_table(ENGLISH, _TABLE).items():
        parts = [re.escape(part) for part in phrase.split("{}")]
        patterns[key] = re.compile("(.*?)".join(parts), re.DOTALL)
    return patterns
