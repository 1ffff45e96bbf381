"""Word lists of the language files as regular expressions.

An entry is a word or a phrase as people write it. A star at its end stands for any ending
("licenci*"); a straight apostrophe stands for a typographic one as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = r"(?!)"  # a pattern that matches nowhere


def join_alternatives(entries: Iterable[str]) -> str:
    """Return the source of a pattern for any of the entries, with no word border at either end."""
    alternatives = []
    for entry in entries:
        pattern = re.escape(entry).replace(r"\*", r"\w*")
        alternatives.append(pattern.replace("'", "['’]"))
    if not alternatives:
        return NOTHING
    return f"(?:{'|'.join(alternatives)})"
