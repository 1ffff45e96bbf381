"""Warnings of an answer in the language of its question; in JSON they stay English."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.show.lines import Line, Page, Segment
from rag.show.phrases import ENGLISH, get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

# The phrases of warnings; what a warning says is told by the English one.
KEYS = ("read_as", "not_mentioned", "changed_file", "wrong_index")


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
    for key in KEYS:
        pattern = _compile_phrase(key)
        match = pattern.fullmatch(warning)
        if match is not None:
            phrase = get_phrase(language, key)
            return phrase.format(*match.groups())
    return warning


@functools.cache
def _compile_phrase(key: str) -> re.Pattern[str]:
    """Return the pattern of an English phrase, a group for each of its gaps."""
    phrase = get_phrase(ENGLISH, key)
    parts = [re.escape(part) for part in phrase.split("{}")]
    return re.compile("(.*?)".join(parts), re.DOTALL)
