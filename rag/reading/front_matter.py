"""What a file says about itself before its text: front matter, header lines, a date, its name.

The keys that are known ("titre", "source", "published") are in the language files, in
``[attribution.front_matter]``.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import parse_date
from rag.reading.date_style import DateStyle
from rag.reading.language_words import load_front_matter_fields, load_words
from rag.text import fold, to_one_line

if TYPE_CHECKING:
    import datetime

_LINE_END = r"(?:\r\n|\r|\n)"
_SPACES = r"[^\S\r\n]*"
_FENCE = re.compile(rf"\s*(---|\+\+\+){_SPACES}{_LINE_END}")
_CLOSING_FENCE = re.compile(rf"(---|\+\+\+|\.\.\.){_SPACES}(?:{_LINE_END}|\Z)")
_PAIR = re.compile(
    rf"{_SPACES}([^\W\d][\w -]{{1,30}}?){_SPACES}([:=])"  # the key
    rf"(?:[^\S\r\n]+(\S[^\r\n]*))?{_SPACES}(?:{_LINE_END}|\Z)"  # the value, which may be missing
)
# What else may stand between fences: a list item, a comment, an indented line, a blank one.
# One space is enough to tell an indented line: a run of them could be shared out in many ways.
_OTHER_LINE = re.compile(rf"(?:{_SPACES}(?:[-#\]}}][^\r\n]*)?|[^\S\r\n][^\r\n]+){_LINE_END}")
_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_MAX_LINES = 200  # of front matter; chosen by hand
_MAX_DATE = 60  # characters after "date" that a date is looked for in; chosen by hand
_QUOTES = ('""', "''")
_FENCES = ("---", "+++")
_ANY_STYLE = DateStyle()


class FrontMatter(NamedTuple):
    """Metadata of a whole file, and where its text begins."""

    title: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    body: int = 0


class _Pair(NamedTuple):
    """A line of front matter, its key folded and with underscores."""

    key: str
    value: str


def read_front_matter(text: str, *, dates: DateStyle = _ANY_STYLE) -> FrontMatter:
    """Return the metadata that stands before the text.

    Lines without a fence around them are metadata when they give a date, or two facts: "Source: a
    friend told us" is text.
    """
    fence = _FENCE.match(text)
    if fence:
        return _read_fenced(text, fence, dates)
    leading_space = len(text) - len(text.lstrip())
    pairs, end = _read_pairs(text, leading_space, is_fenced=False)
    front = _read_known_fields(pairs, end, dates)
    if front.date is not None:
        return front
    facts = [front.title, front.publisher, front.url]
    missing = facts.count(None)
    if len(facts) - missing >= 2:
        return front
    return _read_leading_date(text, dates)


def find_date_in_name(path: str) -> datetime.date | None:
    """Return the date in a file name such as 2025-10-28-title.txt."""
    # Not that of a folder: it may hold articles of many days.
    name = path.rsplit("/", 1)[-1]
    match = _DATE_IN_NAME.search(name)
    if match is None:
        return None
    year, _, month, day = match.groups()
    # Eight digits may be no date: parse_date tells.
    return parse_date(f"{year}-{month}-{day}")


def _read_fenced(text: str, fence: re.Match[str], dates: DateStyle) -> FrontMatter:
    """Return the metadata between two fences; nothing where the second one is missing."""
    pairs, end = _read_pairs(text, fence.end(), is_fenced=True)
    # YAML also ends with three full stops.
    closing_fence = _CLOSING_FENCE.match(text, end)
    if not pairs or closing_fence is None:
        return FrontMatter()
    if closing_fence[1] not in (fence[1], "..."):
        return FrontMatter()
    body = closing_fence.end()
    return _read_known_fields(pairs, body, dates)


def _read_pairs(text: str, start: int, *, is_fenced: bool) -> tuple[list[_Pair], int]:
    """Return the ``key: value`` lines from ``start`` on, and where they end.

    Without a fence they end with the first key that is not known.
    """
    fields = load_front_matter_fields()
    pairs: list[_Pair] = []
    for _ in range(_MAX_LINES):
        match = _PAIR.match(text, start)
        key = fold(match[1]) if match else ""
        if match and (is_fenced or key in fields):
            key = re.sub(r"[ -]", "_", key)
            value = match[3] or ""
            pairs.append(_Pair(key, value.strip()))
            start = match.end()
            continue
        at_end = start >= len(text) or text.startswith(_FENCES, start)
        if at_end or not is_fenced:
            break
        # Between fences, lines that are no pair are passed over: lists, comments.
        other_line = _OTHER_LINE.match(text, start)
        if other_line is None:
            break
        start = other_line.end()
    return pairs, start


def _read_known_fields(pairs: list[_Pair], body: int, dates: DateStyle) -> FrontMatter:
    """Return what the known keys say; of two that mean the same the first one counts."""
    values: dict[str, str] = {}
    fields = load_front_matter_fields()
    for key, written_value in pairs:
        field = fields.get(key)
        value = to_one_line(_strip_quotes(written_value))
        if field is None or not value:
            continue
        # "source" may give a publisher or an address.
        if field == "publisher" and value.startswith(("http://", "https://")):
            field = "url"
        if field == "date" and dates.parse_date(value) is None:
            continue
        values.setdefault(field, value)
    date = dates.parse_date(values.get("date", ""))
    return FrontMatter(
        values.get("title"),
        values.get("publisher"),
        date,
        values.get("url"),
        body,
    )


def _strip_quotes(value: str) -> str:
    """Return a value without the quotation marks around it."""
    edges = value[:1] + value[-1:]
    if edges in _QUOTES:
        return value[1:-1]
    return value


def _read_leading_date(text: str, dates: DateStyle) -> FrontMatter:
    """Return the date in front of the first line: ``date 2025-10-28 The text …``."""
    label = _date_label().match(text)
    if label is None or label.end() == len(text):
        return FrontMatter()
    start = label.end()
    rest = text[start : start + _MAX_DATE]
    rest_of_line = rest.splitlines()[0]
    day = dates.find_date(rest_of_line)
    # A date further on is one that the text speaks of.
    if day is None or day.start > 0:
        return FrontMatter()
    body = start + day.end
    return FrontMatter(date=day.date, body=body)


@functools.cache
def _date_label() -> re.Pattern[str]:
    """Return the pattern of "date" and a space or a colon at the head of a file."""
    words = map(re.escape, load_words("date_labels"))
    any_word = "|".join(words)
    return re.compile(
        rf"\s*(?:{any_word})\s*(?::\s*|\s)",
        re.IGNORECASE,
    )
