"""Edits from a text to what a person sees of it: characters nobody sees, edits put together."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from rag.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A soft hyphen, and characters without width: they divide a word for a search, and for nobody else.
# In the scripts of Thai, Lao, Burmese and Khmer they are what parts two words.
_CHARACTERS = "\u00ad\u200b\u2060\ufeff"
_INVISIBLE = re.compile(
    f"(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])[{_CHARACTERS}]+"
    "(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
)


def find_invisible(text: str) -> Iterator[Edit]:
    """Yield the edits that take the characters away which nobody sees."""
    # Looking for a character is far quicker than the pattern, and hardly any text has one.
    if not any(character in text for character in _CHARACTERS):
        return
    for match in _INVISIBLE.finditer(text):
        yield Edit(match.start(), match.end(), "")


def merge_edits(text: str, edits: Iterable[Edit], repairs: Iterable[Edit]) -> list[Edit]:
    """Return the edits of a text's markup with those of its characters, none over another."""
    result: list[Edit] = []
    waiting = deque(edits)
    for repair in repairs:
        while waiting and waiting[0].end <= repair.start:
            result.append(waiting.popleft())
        if waiting and waiting[0].start < repair.start and repair.end <= waiting[0].end:
            continue  # none of it is seen
        joined = repair
        while waiting and waiting[0].start < joined.end:
            joined = _join(text, waiting.popleft(), joined)
        waiting.appendleft(joined)
    result += waiting
    return result


def _join(text: str, edit: Edit, repair: Edit) -> Edit:
    """Return an edit of markup and one of characters that overlap as one."""
    covered = text[edit.start : edit.end]
    end = max(edit.end, repair.end)
    if edit.start == repair.start and edit.end <= repair.end and edit.text.endswith(covered):
        # The mark of a list is written into its first character.
        mark = edit.text.removesuffix(covered)
        return Edit(edit.start, end, mark + repair.text)
    if edit.start <= repair.start and repair.end <= edit.end:
        return edit  # none of it is seen
    if edit.start < repair.start:
        return Edit(edit.start, end, edit.text + repair.text)
    return Edit(repair.start, end, repair.text + edit.text)
