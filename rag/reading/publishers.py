"""Whose articles lie where: the user's table of path patterns, for articles that name none.

Patterns are those of .gitignore without negation. Each is matched folder by folder, in time that
grows with its length times that of the path: the table may have come with the articles.
"""

from __future__ import annotations

import fnmatch
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANY_FOLDERS = "**"  # as many as there are, or none


def find_publisher(path: str, table: Sequence[tuple[str, str]]) -> str | None:
    """Return the publisher in the first row of a table whose pattern fits a path."""
    # A path of macOS has letters and accents apart, what a person types has them in one.
    names = unicodedata.normalize("NFC", path).strip("/").split("/")
    for pattern, publisher in table:
        parts = _split_pattern(pattern)
        if _fits(names, parts):
            return publisher
    return None


def _split_pattern(pattern: str) -> list[str]:
    """Return what stands between the strokes of a pattern that the whole path has to fit.

    A stroke at the start binds it to where paths begin; without one it fits in any folder. What
    fits a folder fits all that lies in it.
    """
    normal = unicodedata.normalize("NFC", pattern)
    parts = normal.strip("/").split("/")
    if not normal.startswith("/"):
        parts.insert(0, _ANY_FOLDERS)
    if parts[-1] == _ANY_FOLDERS:
        # What lies in a folder, and not a file that is called as the folder is.
        parts[-1] = "*"
    elif normal.endswith("/"):
        parts.append("*")
    parts.append(_ANY_FOLDERS)
    return parts


def _fits(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether all names fit all parts, by taking back only the last ``**``."""
    name, part = 0, 0
    retry_name, retry_part = 0, -1
    while name < len(names):
        if part < len(parts) and parts[part] == _ANY_FOLDERS:
            retry_name, retry_part = name, part
            part += 1
        elif part < len(parts) and fnmatch.fnmatchcase(names[name], parts[part]):
            name += 1
            part += 1
        elif retry_part >= 0:
            # One folder more for the last "**".
            retry_name += 1
            name, part = retry_name, retry_part + 1
        else:
            return False
    return all(rest == _ANY_FOLDERS for rest in parts[part:])
