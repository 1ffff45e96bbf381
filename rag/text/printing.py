"""Text that is safe to print: nothing in it steers a terminal, hides, or covers other lines.

The one table of what is not shown, for the screen, which leaves it out, and for JSON, which escapes
it. It is Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt), controls, and
what marks notes between lines. Four of them stay where they do something: the joiners of Indic
words and emoji, one at a time, and the two selectors of emoji, which count as marks.

Marks on one letter are bounded, since a tower of them covers the lines above and below. All of it
takes linear time.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Marks on one letter. Chosen by hand: Hebrew with points and accents, Tibetan and Vietnamese have
# four at most.
MAX_MARKS = 6
# Whatever moves the cursor to another line, or back to the start of this one, becomes a plain \n.
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSHOWN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, the escape character among them
    "\xad\u034f"  # soft hyphen, grapheme joiner
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks and overrides of the writing direction
    "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # letters that fill a place and are blank
    "\u2800"  # braille without dots, on the screen a space
    "\u180b-\u180f\ufe00-\ufe0d\U000e0100-\U000e01ef"  # variation selectors
    "\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"  # invisible characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # controls of shorthand and music
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags
    "]"
    "|(?<=[\u200c\u200d])[\u200c\u200d]"  # a joiner after a joiner
)
_BLANK = "\u2800"
# What may hold more marks than are shown: no letter, digit or space, nothing of Latin 1.
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\u02ff]{{{MAX_MARKS + 1},}}")
_MARK_CATEGORIES = ("Mn", "Me")
_JOINERS = "\u200c\u200d"


def replace_unshown(text: str, replace: Callable[[str], str]) -> str:
    """Return the text with ``replace(character)`` for each that is not shown as it stands."""
    if text.isascii() and text.isprintable():
        return text
    text = _UNSHOWN.sub(lambda match: replace(match[0]), text)
    return _MAYBE_MARKS.sub(lambda match: _replace_excess_marks(match[0], replace), text)


def _replace_excess_marks(characters: str, replace: Callable[[str], str]) -> str:
    """Return characters with those marks replaced that too many others stand before."""
    kept = []
    count = 0
    for character in characters:
        if unicodedata.category(character) in _MARK_CATEGORIES:
            count += 1
        elif character not in _JOINERS:
            count = 0
        kept.append(character if count <= MAX_MARKS else replace(character))
    return "".join(kept)


def to_printable(text: str) -> str:
    """Return the text without what is not shown; each line break is a plain newline.

    Lone surrogates become question marks. Joiners stay: Indic words and emoji need them.
    """
    text = _LINE_BREAKS.sub("\n", text).replace(_BLANK, " ")
    text = replace_unshown(text, lambda character: "")
    data = text.encode("utf-8", "replace")
    return data.decode("utf-8")


def to_printable_line(text: str) -> str:
    """Return printable text on one line, a space for each line break, other white space kept."""
    return to_printable(text).replace("\n", " ")


def to_one_line(text: str) -> str:
    """Return printable text on one line, each run of white space one space."""
    words = to_printable(text).split()
    return " ".join(words)
