"""The words of a quotation as they are compared with those of an article: what must be the same.

Quotation marks, apostrophes, kinds of spaces, hyphens, punctuation and invisible characters are
typography: a quotation that differs in them is in the same words. Accents, figures, signs such as
% and, but for its first word, capitals are not.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from rag.text import INVISIBLE, MARKS, STRAIGHT, UNSPACED, cut_towers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_APOSTROPHES = "'’‘ʼ＇‛′`´"
_SPACES = " \u00a0\u2009\u202f"
_LETTER = rf"(?:[^\W_]|[{MARKS}{INVISIBLE}])"
_WORD = re.compile(
    # A number in groups of three digits, perhaps with decimals; or one with decimals alone;
    rf"(?<![\d.,])[1-9]\d{{0,2}}(?:[{_SPACES}{_APOSTROPHES}]\d{{3}}){{1,6}}(?!\d)(?:[.,]\d+)*"
    r"|\d+(?:[.,]\d+)+"
    # or a character of a script without spaces; or a word, an elided one with its apostrophe;
    rf"|[{UNSPACED}]"
    rf"|(?:(?![{UNSPACED}]){_LETTER})+(?:[{_APOSTROPHES}](?={_LETTER}))?"
    # or a sign that is said; or a minus.
    r"|[%‰€$£¥§&+=°]|(?<![\w.])[-−](?=\d)"
)
_LIGATURES = {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "−": "-"}
_KEYS = STRAIGHT | str.maketrans(_LIGATURES) | dict.fromkeys(map(ord, INVISIBLE), "")
_GROUP_SEPARATOR = re.compile(rf"(?<=\d)[{_SPACES}'](?=\d{{3}})")
_MAX_OCCURRENCES = 500  # of a stretch of words in one article that are looked at; by hand


class QuotedWord(NamedTuple):
    """A word by what it is compared by, and where it stands in its text."""

    key: str
    start: int
    end: int


def split_quoted_words(text: str, start: int = 0, end: int | None = None) -> list[QuotedWord]:
    """Return the words of ``text[start:end]`` in order."""
    stop = len(text) if end is None else end
    words = []
    for match in _WORD.finditer(text, start, stop):
        key = _make_key(match[0])
        if not key:
            continue
        word = QuotedWord(
            key,
            match.start(),
            match.end(),
        )
        words.append(word)
    return words


def _make_key(written: str) -> str:
    """Return what a word is compared by: composed, without what is typography in it."""
    if written.isascii() and written.isalpha():
        return written
    composed = unicodedata.normalize("NFKC", cut_towers(written))
    plain = composed.translate(_KEYS)
    return _GROUP_SEPARATOR.sub("", plain)


class WordRow:
    """Words in a row, in which others are looked for."""

    def __init__(self, text: str, words: Sequence[QuotedWord]) -> None:
        """``words`` are those of ``text``, in order."""
        self.text = text
        self.words = words
        self.keys = [word.key for word in words]
        self.lower = [key.lower() for key in self.keys]
        # Words between spaces, which none holds: looking for several is one search of a string.
        joined = " ".join(self.lower)
        self._joined = f" {joined} "
        self._starts = []
        position = 0
        for key in self.lower:
            self._starts.append(position)
            position += len(key) + 1

    def slice_text(self, first: int, stop: int) -> str:
        """Return the text of the words from ``first`` up to ``stop``."""
        if first >= stop:
            return ""
        start = self.words[first].start
        end = self.words[stop - 1].end
        return self.text[start:end]

    def find(self, keys: Sequence[str], start: int = 0) -> Iterator[int]:
        """Yield where these words stand one after the other, from the word ``start`` on.

        The first one may have another capital than there: it may have opened a sentence.
        """
        if start >= len(self._starts):
            return
        lower = [key.lower() for key in keys]
        joined = " ".join(lower)
        wanted = f" {joined} "
        rest = list(keys[1:])
        position = self._starts[start]
        for _ in range(_MAX_OCCURRENCES):
            position = self._joined.find(wanted, position)
            if position < 0:
                return
            first = bisect_left(self._starts, position)
            second = first + 1
            following = self.keys[second : second + len(rest)]
            if following == rest:
                yield first
            position += 1
