"""The part of a text that tells its language: sentences that a person sees, no addresses."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from rag.reading.lines import is_prose, split_lines

if TYPE_CHECKING:
    from rag.records import Document

# A mail address begins where a run does, and its "@" is the first one: time grows with the length.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@[^\s.]+\.\S+")
_IN_ADDRESSES = ("://", "www.", "@")
_FRAMES = re.compile("[\u2500-\u259f]+")  # lines and boxes of DOS, which Korean texts have as well
# All chosen by hand.
_SAMPLE = 4000  # characters that tell a language
_REACH = 20_000  # characters of a file in which so many are looked for, markup included
_MIN_PROSE = 40  # letters of running text that tell more than the headlines around it


def sample_language(
    document: Document,
    start: int,
    end: int,
) -> str:
    """Return what of a stretch of a document its language is told by.

    That is running text, where there is enough of it: titles, names and the heads of letters are
    often in another language.
    """
    limit = min(end, start + _REACH)
    seen = document.show(start, limit)
    if not seen.isascii():
        seen = _FRAMES.sub(" ", seen)
    # Most texts have none: to look for what is in each of them takes less time.
    if any(part in seen for part in _IN_ADDRESSES):
        seen = _ADDRESS.sub(" ", seen)
    seen = seen[:_SAMPLE]
    sentences = [line.text for line in split_lines(seen) if is_prose(line)]
    prose = "\n".join(sentences)
    letters = itertools.islice(filter(str.isalpha, prose), _MIN_PROSE)
    return prose if len(list(letters)) == _MIN_PROSE else seen
