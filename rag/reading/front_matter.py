"""What a file says about itself before its text: front matter, header lines, a date, its name.

The keys that are known ("titre", "source", "published") are in the language files, in
``[attribution.front_matter]``.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import parse_date
from rag.reading.credit_patterns import compile_author_label
from rag.reading.date_style import DateStyle
from rag.reading.formats.pieces import PARAGRAPH, Piece
from rag.reading.front_matter_keys import find_field, is_told
from rag.reading.front_matter_syntax import (
    PAIR,
    Pair,
    find_json_end,
    parse_json,
    parse_lines,
    parse_toml,
    parse_yaml,
    strip_quotes,
)
from rag.reading.front_matter_values import align_value, find_value
from rag.reading.language_words import load_words
from rag.records import Span
from rag.text import find_language_code, fold, to_one_line

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

_LINE_END = r"(?:\r\n|\r|\n)"
_SPACES = r"[^\S\r\n]*"
# Two dashes are a slip of the hand, of which there are some in every large collection.
_FENCE = re.compile(
    rf"\s*(--|---|\+\+\+|;;;){_SPACES}(?P<syntax>ya?ml|toml|json)?{_SPACES}{_LINE_END}"
)
_PARSERS = {"toml": parse_toml, "+++": parse_toml, "json": parse_json, ";;;": parse_json}
_CLOSING_FENCES = {
    ";": re.compile(rf";;;{_SPACES}(?:{_LINE_END}|\Z)"),
    "-": re.compile(rf"(?:---|\.\.\.){_SPACES}(?:{_LINE_END}|\Z)"),
    "+": re.compile(rf"\+\+\+{_SPACES}(?:{_LINE_END}|\Z)"),
}
# Notion writes what it knows of a page under its title.
_HEADING = re.compile(rf"\s*#{_SPACES}([^\r\n#*_`\[\]<>]+){_LINE_END}{_SPACES}{_LINE_END}")
# "[[Lena Mirow]]", "[[lena|Lena Mirow]]", "[Lena Mirow](lena.md)"
_LINKED_NAME = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|\[([^\[\]]+)\]\([^()\s]*\)")
_LINE = re.compile(rf"[^\r\n]*(?:{_LINE_END}|\Z)")
_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_AND_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d")
_DAY_OF_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{4}|\d{6})?")  # "20260302"
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_MAX_LINES = 1000  # of front matter; chosen by hand
_MAX_DATE = 60  # characters after "date" that a date is looked for in; chosen by hand
_MIN_WORDS = 4  # of a value that is text, in a file without any other; chosen by hand
_COMPARED = 60  # characters of a description that show whether the text repeats it; by hand
_DAYS = ("date", "updated")
_ANY_STYLE = DateStyle()


class FrontMatter(NamedTuple):
    """Metadata of a whole file, and where its text begins.

    ``lead`` is what of the metadata is text, too: the description, as it stands in the file.
    """

    title: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    body: int = 0
    author: str | None = None
    language: str | None = None  # ISO 639-1
    lead: tuple[Piece, ...] = ()


class _Head(NamedTuple):
    """The lines of front matter, what they say, and where the text begins."""

    pairs: list[Pair]
    span: Span
    body: int


def read_front_matter(text: str, *, dates: DateStyle = _ANY_STYLE) -> FrontMatter:
    """Return the metadata that stands before the text.

    Lines without a fence around them are metadata when they give a date, or two facts: "Source: a
    friend told us" is text.
    """
    start = len(text) - len(text.lstrip())
    head = _read_fenced(text) or _read_json(text, start)
    if head is not None:
        return _read_known_fields(
            text,
            head,
            dates,
        )
    heading = _HEADING.match(text)
    head = _read_block(text, heading.end() if heading else start, is_titled=heading is not None)
    if head is not None:
        front = _read_known_fields(
            text,
            head,
            dates,
        )
        if heading is not None:
            return front._replace(title=front.title or heading[1].strip())
        if front.date or front.title:
            return front
    head = _read_first_lines(text, start)
    front = _read_known_fields(
        text,
        head,
        dates,
    )
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


def _read_fenced(text: str) -> _Head | None:
    """Return the head between two fences; None where the second one is missing."""
    fence = _FENCE.match(text)
    if fence is None:
        return None
    closing_fence = _CLOSING_FENCES[fence[1][0]]
    start = fence.end()
    position = start
    for _ in range(_MAX_LINES + 1):
        closing = closing_fence.match(text, position)
        if closing is not None:
            lines = text[start:position]
            parse = _PARSERS.get(fence["syntax"] or fence[1], parse_yaml)
            pairs = parse(lines) or parse_lines(lines)
            head = _Head(
                pairs,
                Span(start, position),
                closing.end(),
            )
            return head if _has_keys(pairs) else None
        line = _LINE.match(text, position)
        if line is None or line.end() == position:
            return None
        position = line.end()
    return None


def _has_keys(pairs: list[Pair]) -> bool:
    """Return whether there are pairs, and one of their keys is known, or all look like such."""
    if any(find_field(pair.key) for pair in pairs):
        return True
    return bool(pairs) and all(PAIR.match(f"{pair.key}:") for pair in pairs)


def _read_json(text: str, start: int) -> _Head | None:
    """Return the object that begins a text, where one of its keys is known."""
    end = find_json_end(text, start)
    if end is None:
        return None
    pairs = parse_json(text[start:end])
    known = [pair for pair in pairs if find_field(pair.key)]
    # On the line that the object ends on, nothing else stands.
    rest = _LINE.match(text, end)
    if not known or rest is None or rest[0].strip():
        return None
    return _Head(
        pairs,
        Span(start, end),
        rest.end(),
    )


def _read_block(text: str, start: int, *, is_titled: bool) -> _Head | None:
    """Return the lines up to the first blank one, where all are pairs and two of them known.

    Pelican and MultiMarkdown write so, with one that is known first, and Notion below a title. An
    indented line goes on with the value above it.
    """
    pairs: list[Pair] = []
    position = start
    for _ in range(_MAX_LINES):
        line = _LINE.match(text, position)
        if line is None or not line[0].strip():
            break
        position = line.end()
        written = line[0].rstrip()
        match = PAIR.fullmatch(written)
        if match is not None:
            pairs.append(Pair(match[1], (match[2] or "").strip()))
        elif pairs and written[0].isspace():
            last = pairs.pop()
            pairs.append(last._replace(value=f"{last.value} {written.strip()}"))
        else:
            return None
    known = [pair for pair in pairs if find_field(pair.key)]
    if len(known) < 2 or not (is_titled or known[0] == pairs[0]):
        return None
    return _Head(
        pairs,
        Span(start, position),
        position,
    )


def _read_first_lines(text: str, start: int) -> _Head:
    """Return the first lines whose keys are known."""
    pairs: list[Pair] = []
    position = start
    for _ in range(_MAX_LINES):
        line = _LINE.match(text, position)
        match = PAIR.fullmatch(line[0].rstrip()) if line else None
        if line is None or match is None or not find_field(match[1]):
            break
        pairs.append(Pair(match[1], (match[2] or "").strip()))
        position = line.end()
    return _Head(
        pairs,
        Span(start, position),
        position,
    )


def _read_known_fields(
    text: str,
    head: _Head,
    dates: DateStyle,
) -> FrontMatter:
    """Return what the known keys say; of two that mean the same the first one counts."""
    values = _collect_values(head, dates)
    title = values.get("title") or values.get("question")
    date = values.get("date") or values.get("updated") or ""
    return FrontMatter(
        title,
        values.get("publisher"),
        _parse_day(date, dates),
        values.get("url"),
        head.body,
        values.get("author"),
        _read_language(values.get("language")),
        tuple(_find_lead(text, head, title)),
    )


def _collect_values(head: _Head, dates: DateStyle) -> dict[str, str]:
    """Return the first value of each known key; a date that is none is no value."""
    values: dict[str, str] = {}
    for pair in head.pairs:
        field = find_field(pair.key)
        value = to_one_line(_LINKED_NAME.sub(_name_link, strip_quotes(pair.value)))
        if field is None or not value or not _may_have(field, pair):
            continue
        if fold(pair.key) == "byline":
            value = _strip_by(value)
        # "source" may give a publisher or an address.
        if field == "publisher" and value.startswith(("http://", "https://")):
            field = "url"
        if field in _DAYS and _parse_day(value, dates) is None:
            continue
        values.setdefault(field, value)
    return values


def _name_link(link: re.Match[str]) -> str:
    return link[1] or link[2]


def _may_have(field: str, pair: Pair) -> bool:
    """Return whether a value is one of the key itself, or of a table that the field may be."""
    if pair.is_name:
        return field == "author"
    return field in _DAYS or not pair.is_day


def _read_language(value: str | None) -> str | None:
    """Return the code of "fr-FR", or of "French"."""
    if not value:
        return None
    code = _LANGUAGE.fullmatch(value)
    return code[1].lower() if code else find_language_code(value)


def _strip_by(byline: str) -> str:
    """Return a line such as "By Jane Roe" without its first word."""
    label = compile_author_label().match(byline)
    return byline[label.end() - 1 :] if label else byline


def _parse_day(value: str, dates: DateStyle) -> datetime.date | None:
    """Return the day that a value is, whatever time of day it adds."""
    digits = _DAY_OF_DIGITS.fullmatch(value)
    if digits is not None:
        return parse_date("-".join(digits.groups()))
    match = _DAY_AND_TIME.match(value)
    return dates.parse_date(match[1] if match else value)


def _find_lead(
    text: str,
    head: _Head,
    title: str | None,
) -> Iterator[Piece]:
    """Yield what of the metadata is text: descriptions and sentences that the text does not repeat.

    In a file that has no other text, other words are, too, and where there are none, its title.
    """
    body = fold(text[head.body : head.body + 20 * _COMPARED])
    is_bare = not text[head.body :].strip()
    position = head.span.start
    leads = [pair for pair in head.pairs if _is_lead(pair, is_bare=is_bare)]
    if not leads and is_bare and title:
        leads = [Pair("", title)]
    separator = ""
    for key, value, *_ in leads:
        beginning = fold(to_one_line(value))[:_COMPARED].rstrip(" .…")
        if not beginning or beginning in body:
            continue
        start = find_value(text, Span(position, head.span.end), key)
        pieces = align_value(text, Span(start, head.span.end), value)
        if pieces:
            yield pieces[0]._replace(before=separator)
            yield from pieces[1:]
            position = pieces[-1].end
            separator = PARAGRAPH


def _is_lead(pair: Pair, *, is_bare: bool) -> bool:
    """Return whether the value of a pair is text."""
    if pair.is_name or pair.is_day:
        return False
    field = find_field(pair.key)
    if field is not None:
        return field == "description"
    if len(pair.value.split()) < _MIN_WORDS:
        return False
    return is_bare or is_told(pair)


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
