"""Words that are divided at the end of a line, made whole where the word is known.

A hyphen at the end of a line may belong to the word: "porte-" and "parole". The document itself is
asked first, which often has the word in the middle of a line; then the lexicon.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HYPHENS = "-\u2010\u00ad"
_SOFT_HYPHEN = "\u00ad"
_DIVIDED = re.compile(rf"([^\W\d_]+(?:[-’'][^\W\d_]+)*)[{_HYPHENS}]\s*\Z")
_HYPHEN = re.compile("[-’']")
# Chinese and Japanese.
_UNSPACED = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_UNSPACED_END = re.compile("[\u3000-\u9fff\uff00-\uffef]\\Z")
_LEADING_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_LIGATURE_TABLE = str.maketrans(_LIGATURES)


def expand_ligatures(text: str) -> str:
    """Return a text with the letters that ligatures stand for."""
    return text.translate(_LIGATURE_TABLE)


class LineJoiner:
    """Joins lines to paragraphs, and remembers which words a document has."""

    def __init__(self, lines: Iterable[str], knows: Callable[[str], bool]) -> None:
        """``knows`` says of a word in lower case whether the lexicon has it."""
        self._knows_by_lexicon = knows
        words: set[str] = set()
        for line in lines:
            # What a line ends with may be half a word.
            whole = _DIVIDED.sub("", line)
            words.update(_WORD.findall(whole.lower()))
        self._words = words

    def join(self, before: str, after: str) -> str:
        """Return a text with the line that follows it."""
        match = _DIVIDED.search(before)
        following = _LEADING_WORD.match(after)
        if match is None or following is None:
            return _join_with_space(before, after)
        divided = before.rstrip()
        head = match.group(1)
        tail = following.group()
        if self._is_divided(divided, head, tail):
            return divided[:-1] + after
        return divided + after

    def _is_divided(self, text: str, head: str, tail: str) -> bool:
        """Return whether two parts around a hyphen are one word."""
        if not tail.islower():
            # "Rhein-" and "Main" are two names; a word in capitals is one.
            return head.isupper() and tail.isupper()
        if text.endswith(_SOFT_HYPHEN):
            return True
        # Of "arc-en-" and "ciel" only what stands around the last hyphen is asked about.
        *_, head = _HYPHEN.split(head.lower())
        if head + tail in self._words:
            return True
        if f"{head}-{tail}" in self._words:
            return False
        if self._knows_by_lexicon(head + tail):
            return True
        # A word that neither the document nor the lexicon has: its halves are no words either.
        is_compound = self._is_word(head) or self._is_word(tail)
        return not is_compound

    def _is_word(self, word: str) -> bool:
        if word in self._words:
            return True
        return self._knows_by_lexicon(word)


def _join_with_space(before: str, after: str) -> str:
    """Return two lines with a space between them, but in scripts that have none."""
    if _UNSPACED_END.search(before) and _UNSPACED.match(after):
        return before + after
    return f"{before} {after}"
