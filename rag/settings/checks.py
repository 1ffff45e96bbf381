"""What the value of a setting may be.

A check takes what a flag, a variable or rag.toml says (text, or a type of TOML) and returns the
value in its own type. It raises ValueError with the end of a sentence that begins with the value.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

# Nine digits: no setting is larger, and int() takes long over a million of them.
_WHOLE_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,9}\s*")
# What steers a terminal, begins a new line or turns the direction of writing. No name needs it,
# and every name is printed sooner or later. The marks that Arabic and Hebrew need are none.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Far above any newsroom's; chosen by hand. Each is held against the path of every file.
_MAX_PUBLISHERS = 1000
_LANGUAGE_CODE = re.compile(r"[a-z]{2}")
_BOOLEANS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def has_control(text: str) -> bool:
    """Return whether a text has a character that steers a terminal instead of being shown."""
    return _CONTROL.search(text) is not None


def escape_controls(text: str) -> str:
    """Return a text with its control characters escaped, as Python escapes them."""
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)


def check_characters(value: object) -> None:
    """Raise ValueError where a value, or one of a list or table, has a control character."""
    parts = value if isinstance(value, list | tuple) else [value]
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    for part in parts:
        if isinstance(part, str | Path) and has_control(str(part)):
            raise ValueError("has a control character")


def check_number(low: int, high: int) -> Callable[[object], int]:
    """Return a check for a whole number from ``low`` to ``high``, both allowed."""
    reason = f"is not a whole number from {low} to {high}"

    def check(value: object) -> int:
        if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
            value = int(value)
        # True is an int to Python.
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(reason)
        if not low <= value <= high:
            raise ValueError(reason)
        return value

    return check


def check_choice(*choices: str) -> Callable[[object], str]:
    """Return a check for one of a few words."""

    def check(value: object) -> str:
        if value not in choices:
            raise ValueError("is none of " + ", ".join(choices))
        return str(value)

    return check


def check_reader(value: object) -> str:
    """Return "auto" or "off" for what people write for either: auto, yes, on; off, no."""
    if value == "auto":
        return "auto"
    try:
        return "auto" if check_boolean(value) else "off"
    except ValueError:
        raise ValueError("is none of auto, off") from None


def check_boolean(value: object) -> bool:
    """Return the truth value of what people write for it: yes, on, true, 1."""
    word = str(value).lower()
    if word not in _BOOLEANS:
        raise ValueError("is neither true nor false")
    return _BOOLEANS[word]


def check_language_model(value: object) -> str:
    """Return what names a language model; an empty text for none: off, no, none."""
    if isinstance(value, str) and value.strip().lower() in ("", "off", "no", "none"):
        return ""
    return check_text(value).strip()


def check_text(value: object) -> str:
    """Return a text that is not blank and that the system can take as a name."""
    if not isinstance(value, str):
        raise ValueError("is not a name")
    if not value.strip() or "\0" in value:
        raise ValueError("is not a name")
    return value


def check_folder(value: object) -> Path:
    """Return a path with ~ expanded; whether it is there does not matter."""
    text = str(value) if isinstance(value, Path) else value
    try:
        return Path(check_text(text)).expanduser()
    except (ValueError, RuntimeError):  # RuntimeError: ~someone who is not there
        raise ValueError("is not a folder's name") from None


def check_day(value: object) -> datetime.date:
    """Return a day, of ISO 8601 text or of a date of TOML."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    text = str(value).strip()
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("is not a date: write it as 2025-12-31") from None


def check_texts(value: object) -> tuple[str, ...]:
    """Return several texts, of a list or of one text with commas between them."""
    # A variable holds several only so.
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("is not a list of names")
    texts = []
    for part in parts:
        if not isinstance(part, str):
            raise ValueError("is not a list of names")
        text = part.strip()
        if text:
            texts.append(text)
    return tuple(texts)


def check_publishers(value: object) -> tuple[tuple[str, str], ...]:
    """Return patterns of paths with publishers, of a table or of "a/**=Name, *.eml=Name"."""
    rows: list[tuple[object, object]] = []
    if isinstance(value, dict):
        rows += value.items()
    elif isinstance(value, str):
        for part in filter(str.strip, value.split(",")):
            pattern, _, name = part.partition("=")
            rows.append((pattern.strip(), name.strip()))
    else:
        raise ValueError('is no table: [publishers], then "folder/**" = "Name"')
    if len(rows) > _MAX_PUBLISHERS:
        raise ValueError(f"has more than {_MAX_PUBLISHERS} lines")
    return tuple(_check_publisher(pattern, name) for pattern, name in rows)


def _check_publisher(pattern: object, name: object) -> tuple[str, str]:
    """Return a pattern with the name of a publisher."""
    if not isinstance(pattern, str) or not pattern.strip("/ "):
        raise ValueError("is no pattern of paths")
    if pattern.startswith("!"):
        raise ValueError("is a negation, which no pattern here has: the first that fits counts")
    if not isinstance(name, str) or not name.strip():
        raise ValueError('is no publisher\'s name: a line reads "folder/**" = "Name"')
    return pattern, name.strip()


def check_languages(value: object) -> tuple[str, ...]:
    """Return ISO 639-1 codes, of codes that may have a region: "fr" of "fr-CA" or "FR_ca"."""
    codes = []
    for text in check_texts(value):
        tag = text.lower().replace("_", "-")
        code = tag.partition("-")[0]
        if not _LANGUAGE_CODE.fullmatch(code):
            raise ValueError("is not a language code of two letters, such as fr or en")
        codes.append(code)
    return tuple(codes)


def check_order(since: datetime.date | None, until: datetime.date | None) -> None:
    """Raise UsageError when a period ends before it begins."""
    if since is None or until is None:
        return
    if since > until:
        raise UsageError(
            f"since {since} is after until {until}",
            hint="give the earlier day as since, the later one as until",
        )
