"""Words by which claims are told from what a source says: ``[claims]`` of the language files."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.answer.polarity_words import compile_words, load_polarity_words
from rag.text import load_section

if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Pattern

PERIODS = ("hour", "day", "week", "month", "year")


class ClaimWords(NamedTuple):
    """Who says something, how sure it is, of how many it is so, in one language."""

    says: Pattern[str]  # verbs by which somebody says, thinks, fears something
    passives: Pattern[str]  # what turns them round, right before: "was told"
    according: Pattern[str]  # what stands before who says it
    pronouns: Pattern[str]  # for somebody who was named before
    open: Pattern[str]  # plans, hopes, suspicions, conditions
    contrasts: Pattern[str]  # what begins a clause that speaks of something else
    causes: Pattern[str]
    negations: Pattern[str]
    denials: Pattern[str]  # what denies without a negation: "ruled out", "lacks"
    opposites: Mapping[str, tuple[Pattern[str], Pattern[str]]]
    amounts: Mapping[str, Pattern[str]]  # "all", "some", "only"
    comparisons: Mapping[str, Pattern[str]]  # "more", "less"
    periods: Mapping[str, Pattern[str]]  # "a day", "a week"
    events: Mapping[str, Pattern[str]]  # that nobody may be said to have suffered without a source
    fractions: Mapping[str, Pattern[str]]  # by how many per cent they are: "a quarter"
    points: Pattern[str]  # that percentages differ by


@functools.cache
def load_claim_words(language: str) -> ClaimWords | None:
    """Return the words of a language; None where its section is empty."""
    section = load_section(language, "claims")
    polarity = load_polarity_words(language)
    if not section or polarity is None:
        return None
    qualifiers = load_section(language, "conflicts").get("qualifiers", {})
    amounts = section.get("amounts", {})
    comparisons = section.get("comparisons", {})
    opposites = section.get("opposites", {})
    periods = {}
    for name in PERIODS:
        periods[name] = qualifiers.get(name, ())
    return ClaimWords(
        says=_compile(section, "says"),
        passives=_compile(section, "passives"),
        according=_compile(section, "according"),
        pronouns=_compile(section, "pronouns"),
        open=_compile(section, "open"),
        contrasts=_compile(section, "contrasts"),
        causes=_compile(section, "causes"),
        negations=polarity.negations,
        denials=_compile(section, "denials"),
        opposites=_compile_opposites(opposites),
        amounts=_compile_each(amounts),
        comparisons=_compile_each(comparisons),
        periods=_compile_each(periods),
        events=_compile_each(section.get("events", {})),
        fractions=_compile_each(section.get("fractions", {})),
        points=_compile(section, "points"),
    )


def _compile(section: Mapping[str, Any], key: str) -> Pattern[str]:
    """Return the pattern of a list of words and of what no list says."""
    words = section.get(key, ())
    return compile_words(
        words,
        section.get(f"{key}_pattern", ""),
    )


def _compile_each(lists: Mapping[str, Any]) -> dict[str, Pattern[str]]:
    """Return the patterns of several lists."""
    patterns = {}
    for name, words in lists.items():
        patterns[name] = compile_words(words)
    return patterns


def _compile_opposites(groups: Mapping[str, str]) -> dict[str, tuple[Pattern[str], Pattern[str]]]:
    """Return the patterns of both sides of each group, "rise*|grew/fall*|fell"."""
    opposites = {}
    for name, group in groups.items():
        one, _, other = group.partition("/")
        one_words = one.split("|")
        other_words = other.split("|")
        opposites[name] = (
            compile_words(one_words),
            compile_words(other_words),
        )
    return opposites
