"""Words that turn a statement round or leave it open: ``[polarity]`` of the language files."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.word_patterns import NOTHING, join_alternatives
from rag.text import UNSPACED, load_section

if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern


class PolarityWords(NamedTuple):
    """What turns a statement round, or leaves it open, in one language."""

    negations: Pattern[str]
    doubts: Pattern[str]
    refusals: Pattern[str]  # of the doubts those that say no in another word: "refused"
    denials: Pattern[str]  # that say no as well, and leave nothing open: "closed"
    attributions: Pattern[str]  # that somebody else says so
    futures: Pattern[str]
    exists: Pattern[str]  # that there is something
    opposites: tuple[tuple[Pattern[str], ...], ...]  # the first of a group against the others
    inverted: Pattern[str]  # what only asks: French "-t-il"


@functools.cache
def load_polarity_words(language: str) -> PolarityWords | None:
    """Return the words of a language; None where its section is empty."""
    section = load_section(
        language,
        "polarity",
    )
    if not section:
        return None
    opposites = []
    for group in section.get("opposites", ()):
        words = group.split("/")
        patterns = tuple(compile_words([word]) for word in words)
        opposites.append(patterns)
    refusals = section.get(
        "refusals",
        (),
    )
    return PolarityWords(
        negations=compile_words(section["negations"]),
        doubts=compile_words([*section["doubts"], *refusals], section.get("doubt_pattern", "")),
        refusals=compile_words(refusals),
        denials=compile_words(section.get("denials", ())),
        attributions=compile_words(section.get("attributions", ())),
        futures=compile_words(section.get("futures", ()), section.get("future_pattern", "")),
        exists=compile_words((), section.get("exists", "")),
        opposites=tuple(opposites),
        inverted=compile_words(section.get("inverted", ())),
    )


def compile_words(entries: Iterable[str], further: str = "") -> Pattern[str]:
    """Return the pattern of whole words; of scripts without spaces, wherever they stand.

    What begins with a hyphen or an apostrophe stands at the end of a word.
    """
    inside = []
    after = []
    whole = []
    for entry in entries:
        if re.search(f"[{UNSPACED}]", entry):
            inside.append(entry)
        elif entry[0].isalpha() or entry[0] == "*":
            whole.append(entry)
        else:
            after.append(entry)
    patterns = [
        rf"(?<!\w){join_alternatives(whole)}(?!\w)",
        rf"{join_alternatives(after)}(?!\w)",
        join_alternatives(inside),
        further or NOTHING,
    ]
    return re.compile(
        "|".join(patterns),
        re.IGNORECASE,
    )
