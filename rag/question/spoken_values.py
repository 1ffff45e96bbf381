"""What people say for the value of a setting: "last month" for a day, "français" for a language.

``READERS`` goes to ``Settings.load``, so that a flag, a variable and a line of rag.toml are all
read the same way. What cannot be read is returned as it is, for the settings to refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.settings import has_control

if TYPE_CHECKING:
    import datetime


def read_first_day(value: object, today: datetime.date | None) -> object:
    """Return the day that a text says, of a period its first one."""
    return _read_day(value, today, last=False)


def read_last_day(value: object, today: datetime.date | None) -> object:
    """Return the day that a text says, of a period its last one."""
    return _read_day(value, today, last=True)


def read_languages(value: object, today: datetime.date | None = None) -> object:
    """Return codes for the languages that are called by their name, in a list or between commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    codes = [_read_language(part) for part in parts]
    return codes if codes != list(parts) else value


CODE_LETTERS = 2  # of ISO 639-1
READERS = {
    "as_of": read_last_day,
    "since": read_first_day,
    "until": read_last_day,
    "lang": read_languages,
}


def _read_day(value: object, today: datetime.date | None, *, last: bool) -> object:
    # Reading would pass over a control character.
    if not isinstance(value, str) or has_control(value):
        return value
    from rag.dates import read_day  # with all that reading days needs

    return read_day(value, last=last, today=today)


def _read_language(part: object) -> object:
    if not isinstance(part, str) or has_control(part):
        return part
    if part.isascii() and len(part.strip()) <= CODE_LETTERS:
        return part
    from rag.text import find_language_code  # only for a name

    return find_language_code(part) or part
