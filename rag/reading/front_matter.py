"""What a file says about itself before its text begins: front matter, header lines, a leading ``date …``, its name."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from rag.dates.written import find_date, parse_date
from rag.text.words import fold, to_one_line

_KEYS = {
    "title": "title titre titel titulo titolo headline",
    "date": "date datum fecha data published publication_date pubdate publie date_de_publication veroffentlicht created",
    "publisher": """publisher source editeur site site_name journal media newspaper zeitung verlag quelle editorial medio fuente
        periodico fonte giornale testata editore jornal uitgever krant bron publication""",
    "url": "url lien link href enlace canonical canonical_url permalink source_url",
}
_NAMES = {name: key for key, names in _KEYS.items() for name in names.split()}
_FENCE = re.compile(r"\s*(---|\+\+\+)[^\S\r\n]*(?:\r\n|\r|\n)")
_PAIR = re.compile(
    r"[^\S\r\n]*([^\W\d][\w -]{1,30}?)[^\S\r\n]*([:=])(?:[^\S\r\n]+(\S[^\r\n]*))?[^\S\r\n]*(?:\r\n|\r|\n|\Z)"
)
_OTHER = re.compile(
    r"(?:[^\S\r\n]*(?:[-#\]}][^\r\n]*)?|[^\S\r\n]+[^\r\n]+)(?:\r\n|\r|\n)"
)  # list item, comment, indented, blank
_DATE_PREFIX = re.compile(r"\s*(?:date|datum|fecha|data)\s*(?::\s*|\s)", re.IGNORECASE)
_NAME_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_MOST_LINES = 200


class FrontMatter(NamedTuple):
    """Metadata of a whole file, and where its text begins."""

    title: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    body: int = 0


def read_front_matter(text: str, *, day_first: bool | None = None) -> FrontMatter:
    """The metadata that stands before the text."""
    fence = _FENCE.match(text)
    if fence:
        pairs, end = _pairs(text, fence.end(), fenced=True)
        closing = re.compile(rf"(?:{re.escape(fence[1])}|\.\.\.)[^\S\r\n]*(?:\r\n|\r|\n|\Z)").match(
            text, end
        )
        if pairs and closing:
            return _front(pairs, closing.end(), day_first)
        return FrontMatter()
    pairs, end = _pairs(text, len(text) - len(text.lstrip()), fenced=False)
    found = _front(pairs, end, day_first)
    if found.date is not None or sum(value is not None for value in found[:4]) >= 2:
        return found
    return _date_prefix(text, day_first)


def find_date_in_name(path: str) -> datetime.date | None:
    """The date in a file name such as 2025-10-28-title.txt."""
    found = _NAME_DATE.search(path.rsplit("/", 1)[-1])
    return parse_date(f"{found[1]}-{found[3]}-{found[4]}") if found else None


def _pairs(text: str, start: int, *, fenced: bool) -> tuple[list[tuple[str, str]], int]:
    """``key: value`` lines from ``start`` on, and where they end; unfenced ones only while the key is known."""
    found: list[tuple[str, str]] = []
    for _ in range(_MOST_LINES):
        pair = _PAIR.match(text, start)
        if pair and (fenced or fold(pair[1]) in _NAMES):
            found.append((re.sub(r"[ -]", "_", fold(pair[1])), (pair[3] or "").strip()))
            start = pair.end()
            continue
        other = _OTHER.match(text, start) if fenced else None
        if other is None or start >= len(text) or text.startswith(("---", "+++"), start):
            break
        start = other.end()
    return found, start


def _front(pairs: list[tuple[str, str]], body: int, day_first: bool | None) -> FrontMatter:
    """The pairs whose keys are known, first come first kept."""
    values: dict[str, str] = {}
    for key, value in pairs:
        name = _NAMES.get(key)
        value = to_one_line(value[1:-1] if value[:1] + value[-1:] in ('""', "''") else value)
        if name == "publisher" and value.startswith(("http://", "https://")):
            name = "url"
        if (
            name
            and value
            and not (name == "date" and parse_date(value, day_first=day_first) is None)
        ):
            values.setdefault(name, value)
    date = parse_date(values.get("date", ""), day_first=day_first)
    return FrontMatter(values.get("title"), values.get("publisher"), date, values.get("url"), body)


def _date_prefix(text: str, day_first: bool | None) -> FrontMatter:
    """``date 2025-10-28 The text …``: a date in front of the first line."""
    prefix = _DATE_PREFIX.match(text)
    if prefix is None:
        return FrontMatter()
    head = (
        text[prefix.end() : prefix.end() + 60].splitlines()[0] if prefix.end() < len(text) else ""
    )
    found = find_date(head, day_first=day_first)
    if found is None or found.start:
        return FrontMatter()
    return FrontMatter(date=found.date, body=prefix.end() + found.end)
