"""The rows of a table with the names of its columns, however it is written."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.formats.table_rows import are_names
from rag.reading.formats.text_builder import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
_SAMPLE_ROWS = 50  # that the separator is told by; chosen by hand
_SAMPLE_CHARACTERS = 1 << 18
_MAX_ROWS = 500_000
_MAX_COLUMNS = 1000
_MAX_BAD_LINES = 5  # that are named
_THROWN_AWAY = ("isTrashed", "trashed", "deleted")  # of notes that programs keep in their bins
_NOT_A_TABLE = "no list of articles in it"
_JSON_HINT = "rag reads a list of objects, each with a text"


class Record(NamedTuple):
    """A row: its number in the file, from 1, and its cells by the names of their columns."""

    name: str
    cells: dict[str, str]


class Records(NamedTuple):
    """A table. Where it is headless, the names of its columns are numbers and mean nothing."""

    heads: list[str]
    rows: list[Record]
    is_headless: bool = False
    warnings: tuple[str, ...] = ()


def read_separated(text: str) -> Records:
    """Return the rows of a CSV or TSV file.

    Raises:
        SourceError: its quotation marks do not match, or it has more rows than any table.
    """
    # Python's own limit is too short for an article in a cell.
    csv.field_size_limit(MAX_TEXT)
    separator, body, skipped = _find_separator(text)
    stream = io.StringIO(body, newline="")
    reader = csv.reader(stream, delimiter=separator)
    numbered: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            if number > _MAX_ROWS:
                raise SourceError(f"more than {_MAX_ROWS:,} rows", hint="split it")
            if any(map(str.strip, cells)):
                numbered.append((number, cells[:_MAX_COLUMNS]))
    except csv.Error as error:
        raise SourceError(f"no table: {error}", hint="save it again as CSV") from error
    return _name_columns(numbered)


def _find_separator(text: str) -> tuple[str, str, int]:
    """Return what separates the cells, the text of the table, and the number of lines before it."""
    # Excel begins a file with a line that names it.
    match = _SEPARATOR_LINE.match(text)
    if match is not None:
        return match.group(1), text[match.end() :], 1
    sample = text[:_SAMPLE_CHARACTERS]
    best_separator = ","
    best_score = (0.0, 0)
    for separator in _SEPARATORS:
        score = _score_separator(sample, separator)
        if score > best_score:
            best_separator = separator
            best_score = score
    return best_separator, text, 0


def _score_separator(sample: str, separator: str) -> tuple[float, int]:
    """Return how many of the first rows have the same number of cells, two at least."""
    stream = io.StringIO(sample, newline="")
    reader = csv.reader(stream, delimiter=separator)
    widths = []
    try:
        for row in itertools.islice(reader, _SAMPLE_ROWS):
            if row:
                widths.append(len(row))
    except csv.Error:
        return 0.0, 0
    width = widths[0] if widths else 0
    if width < 2:
        return 0.0, 0
    same = widths.count(width)
    return same / len(widths), width


def _name_columns(rows: list[tuple[int, list[str]]]) -> Records:
    """Return the rows below the first one by its names, or all of them where it names none."""
    if not rows:
        return Records([], [])
    _, first_cells = rows[0]
    heads = _make_distinct(first_cells)
    has_head = len(rows) > 1 and are_names(heads)
    if has_head:
        rows = rows[1:]
    else:
        heads = list(map(str, range(_MAX_COLUMNS)))
    records = []
    width = 0
    for number, cells in rows:
        width = max(width, len(cells))
        named = dict(zip(heads, cells, strict=False))
        record = Record(f"{number}", named)
        records.append(record)
    return Records(heads[:width], records, is_headless=not has_head)


def _make_distinct(cells: list[str]) -> list[str]:
    """Return names of columns of which no two are the same: a cell is found by them."""
    heads: dict[str, None] = {}
    for number, cell in enumerate(cells, start=1):
        head = cell.strip()
        if head in heads:
            head = f"{head} {number}"
        heads[head] = None
    return list(heads)


def read_json_lines(text: str) -> Records:
    """Return the objects of a file that has one on each line; lines that hold none are named."""
    objects = []
    bad_lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        value = _parse_json(line)
        if isinstance(value, dict):
            objects.append((number, value))
        else:
            bad_lines.append(number)
    if not objects:
        raise SourceError(_NOT_A_TABLE, hint=_JSON_HINT)
    warnings = [f"line {number} is no object" for number in bad_lines[:_MAX_BAD_LINES]]
    if len(bad_lines) > _MAX_BAD_LINES:
        warnings.append(f"{len(bad_lines) - _MAX_BAD_LINES} more lines are no objects")
    return _make_records(objects, tuple(warnings))


def read_json(text: str) -> Records:
    """Return the objects of a list, of the longest list that an object holds, or the object alone.

    Raises:
        SourceError: it is no JSON, or holds no objects.
    """
    value = _parse_json(text)
    if value is None:
        # Some call .json what has an object on each line.
        return read_json_lines(text)
    if isinstance(value, dict):
        value = _find_longest_list(value) or [value]
    objects = []
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            if isinstance(item, dict):
                objects.append((number, item))
    if not objects:
        raise SourceError(_NOT_A_TABLE, hint=_JSON_HINT)
    return _make_records(objects)


def _find_longest_list(value: dict[str, object]) -> list[object]:
    """Return the longest list of objects among the members of an object."""
    longest: list[object] = []
    for member in value.values():
        if not isinstance(member, list):
            continue
        is_list_of_objects = all(isinstance(item, dict) for item in member)
        if is_list_of_objects and len(member) > len(longest):
            longest = member
    return longest


def _parse_json(text: str) -> object:
    """Return the value of a JSON text; None where it is none, or nested too deep."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _make_records(
    objects: list[tuple[int, dict[str, object]]],
    warnings: tuple[str, ...] = (),
) -> Records:
    """Return objects as rows: what they nest is left out, but lists of words and names."""
    heads: dict[str, None] = {}
    rows = []
    for number, activity in objects:
        item = _unwrap(activity)
        if any(item.get(key) is True for key in _THROWN_AWAY):
            continue
        cells = {}
        for key, value in item.items():
            if key in heads or len(heads) < _MAX_COLUMNS:
                heads[key] = None
                cells[key] = describe_value(value)
        record = Record(f"{number}", cells)
        rows.append(record)
    return Records(list(heads), rows, warnings=warnings)


def _unwrap(item: dict[str, object]) -> dict[str, object]:
    """Return what an activity of Mastodon is about: {"type": "Create", "object": …}."""
    inner = item.get("object")
    if isinstance(inner, dict) and "content" in inner:
        return inner
    return item


def describe_value(value: object) -> str:
    """Return a value of JSON as a cell: a list of words, or the name of an object."""
    if isinstance(value, str):
        return _undo_latin_1(value)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, dict):
        name = value.get("name")
        return name if isinstance(name, str) else ""
    if isinstance(value, list):
        pieces = _list_pieces(value)
        return "".join(pieces) if pieces else ", ".join(_list_words(value))
    return ""


def _undo_latin_1(text: str) -> str:
    """Return UTF-8 whose bytes were written as characters, as Facebook exports it, as it was meant.

    That all of a text is valid UTF-8 by accident is not to be feared.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _list_pieces(values: list[object]) -> list[str]:
    """Return the pieces that a text is cut into where some are bold or links; nothing for others.

    Telegram writes so: ["The buoy was ", {"type": "bold", "text": "repainted"}, "."].
    """
    pieces = []
    are_marked = False
    for value in values:
        text = value.get("text") if isinstance(value, dict) and "type" in value else value
        if not isinstance(text, str):
            return []
        are_marked |= isinstance(value, dict)
        pieces.append(text)
    return pieces if are_marked else []


def _list_words(values: list[object]) -> Iterator[str]:
    """Yield the words of a list, and the names of its objects."""
    for value in values:
        if not isinstance(value, list):
            word = describe_value(value)
            if word:
                yield word
