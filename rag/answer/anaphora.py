"""Anaphora: whether a sentence points back to the one before it.

"Elle le remplacera." says nothing to who has not read the sentence before. The words are in the
``[anaphora]`` sections of ``rag/text/languages``; they are compared as written, since accents tell
words apart ("él" points back, "el" does not).
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.word_patterns import NOTHING, join_alternatives
from rag.text import load_section

if TYPE_CHECKING:
    from re import Pattern

LEADING_MARKS = " \t\r\n«“\"'‘-–—•*"  # what may stand before the first word of a sentence
# Characters of a sentence in which a pronoun is looked for; chosen by hand, hardly any is longer.
# The pattern reads a word again from each of its letters: a long one would take its square.
SENTENCE_REACH = 1000


class AnaphoraPatterns(NamedTuple):
    """The two ways in which a sentence points back, in one language."""

    opening: Pattern[str]  # a pronoun or determiner at the beginning: "Ce dernier a refusé."
    object_pronoun: Pattern[str]  # a pronoun between subject and verb: "García lo sustituirá."


def is_anaphoric(sentence: str, language: str) -> bool:
    """Return whether a sentence needs the one before it to say whom or what it speaks of.

    False in a language without an ``[anaphora]`` section.
    """
    patterns = load_anaphora_patterns(language)
    if patterns is None:
        return False
    text = sentence.lstrip(LEADING_MARKS)
    if patterns.opening.match(text):
        return True
    return patterns.object_pronoun.search(text, 0, SENTENCE_REACH) is not None


def opens_with_pronoun(sentence: str, language: str) -> bool:
    """Return whether a sentence opens with a word that stands for something before it: "They …"."""
    patterns = load_anaphora_patterns(language)
    text = sentence.lstrip(LEADING_MARKS)
    return patterns is not None and patterns.opening.match(text) is not None


@functools.cache
def load_anaphora_patterns(language: str) -> AnaphoraPatterns | None:
    """Return the compiled patterns of a language; None where its section is empty."""
    section = load_section(language, "anaphora")
    if not section:
        return None
    conjunctions = join_alternatives(section["conjunctions"])
    pronouns = join_alternatives(section["pronouns"])
    # Impersonal openings name nothing that stands before: "Il y a huit jours", "It is possible".
    impersonal = section.get("impersonal_pattern") or join_alternatives(
        section.get("impersonal", ())
    )
    # An elided pronoun ends with its apostrophe, which no word border follows.
    word_end = r"(?:\b|(?<=['’]))"
    opening = rf"(?!(?:{impersonal})\b)(?:{conjunctions} )?{pronouns}{word_end}"
    object_pronoun = section.get("object_pronoun_pattern", NOTHING)
    return AnaphoraPatterns(
        re.compile(opening, re.IGNORECASE),
        re.compile(object_pronoun),
    )
