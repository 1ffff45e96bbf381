"""Questions that fit a phrase as a whole: patterns of a language file with a place for the topic.

A pattern is a regular expression as people write the phrase, with accents; ``{topic}`` is what it
is asked of, other names in braces stand for the ``terms`` of the section.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.text import STRAIGHT, fold, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a phrase is asked of; what that is compared with, what is asked of both, and both of these in
# one, where no mark stands between them.
PLACES = ("topic", "other", "rest", "tail")
MAX_LENGTH = 400  # characters of a question that may be a phrase; chosen by hand
ENDS = " \t\n?!.…¿¡？！。؟\u00a0\u202f"
QUOTES = " \"'«»“”„\u00a0\u202f"


class FoldedQuestion(NamedTuple):
    """A question without its marks, the same folded, and where each folded character is from."""

    text: str
    folded: str
    origins: Sequence[int]

    @classmethod
    def of(cls, question: str) -> FoldedQuestion:
        """Return a question as patterns are compared with it."""
        text = " ".join(question.translate(STRAIGHT).split()).strip(ENDS)
        pieces = []
        origins = []
        for place, character in enumerate(text):
            piece = fold(character)
            pieces.append(piece)
            origins += [place] * len(piece)
        return cls(
            text,
            "".join(pieces),
            [*origins, len(text)],
        )

    def cut(
        self,
        match: re.Match[str],
        place: str,
    ) -> str:
        """Return what stands at a place of a pattern, as it was typed; "" where it has none."""
        if place not in match.re.groupindex:
            return ""
        start, end = match.span(place)
        if start < 0:
            return ""
        first = self.origins[start]
        # What is asked of a thing begins with no name.
        if place != "rest":
            first = self._include_article(first)
        return self.text[first : self.origins[end]]

    def _include_article(self, start: int) -> int:
        """Return where a topic begins, with the article where that is of a name: "La Roche"."""
        before = self.text[:start].rstrip()
        article = before.rpartition(" ")[2]
        # In a question in capitals no name can be told.
        if article.istitle() and len(before) < start and article != before:
            return len(before) - len(article)
        return start


def find_phrases(
    question: FoldedQuestion,
    language: str,
    section: str,
    key: str,
) -> Iterator[re.Match[str]]:
    """Yield how a question fits each pattern of a list that it fits as a whole."""
    # A text of any length may be asked; patterns with two places take the square of it.
    if len(question.folded) > MAX_LENGTH:
        return
    # Patterns are compiled where a question may fit one: that takes longer than to search.
    marks = _load_marks(language, section, key)
    if marks and not any(mark in question.folded for mark in marks):
        return
    for pattern in _compile_patterns(language, section, key):
        match = pattern.fullmatch(question.folded)
        if match is not None:
            yield match


@functools.cache
def load_words(
    language: str,
    section: str,
    key: str,
) -> frozenset[str]:
    """Return a list of words of a section, folded."""
    words = load_section(language, section).get(key, ())
    return frozenset(fold(word) for word in words)


@functools.cache
def _load_marks(
    language: str,
    section: str,
    key: str,
) -> frozenset[str]:
    """Return parts of words of which every question that fits a list has one; none: not told."""
    marks = load_section(language, section).get("marks", {})
    # A section may have one list of marks for all its patterns, which is looked at elsewhere.
    words = marks.get(key, ()) if isinstance(marks, dict) else ()
    return frozenset(fold(word) for word in words)


@functools.cache
def _compile_patterns(
    language: str,
    section: str,
    key: str,
) -> Sequence[re.Pattern[str]]:
    """Return the patterns of a list, for folded text."""
    content = load_section(language, section)
    # A term may stand for others before it.
    terms = list(content.get("terms", {}).items())
    terms.reverse()
    patterns = []
    for written in content.get(key, ()):
        pattern = written
        for name, term in terms:
            pattern = pattern.replace(f"{{{name}}}", term)
        folded = fold(pattern)
        for place in PLACES:
            folded = folded.replace(f"{{{place}}}", f"(?P<{place}>.+?)", 1)
        patterns.append(re.compile(folded))
    return patterns
