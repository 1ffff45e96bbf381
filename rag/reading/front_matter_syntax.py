"""The syntaxes of front matter: YAML, TOML, JSON, and what people write for them.

Each gives the same: the keys of the outermost level with their values, and of authors their names.
What is nested deeper speaks of something else: the original of a translation, an event.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# More is no head of an article. Brackets are bounded because parsers take their square, or recurse.
MAX_HEAD = 60_000
_MAX_BRACKETS = 1000
PAIR = re.compile(r"([^\W\d][\w -]{1,30}?)[^\S\r\n]*[:=](?:[^\S\r\n]+(\S[^\r\n]*))?[^\S\r\n]*")
_JSON_START = re.compile(r'\{\s*"[^"\n]{1,60}"\s*:')
_QUOTES = ('""', "''")
_BLOCK_MARKS = frozenset({">", "|", ">-", "|-", ">+", "|+"})
_CONTINUING = " \t-#]}"
_NAME_KEYS = ("name", "title")  # of an author that is a table of its own
_DAY_KEYS = ("created", "published", "date")  # of a day that is a table of its own


class Pair(NamedTuple):
    """A key as it is written, and its value as text.

    ``is_name`` and ``is_day``: it is that of a table below the key, or of several.
    """

    key: str
    value: str
    is_name: bool = False
    is_day: bool = False


def parse_yaml(head: str) -> list[Pair]:
    """Return the pairs of YAML; nothing where it is none.

    Only its events are read: no alias is followed, no object made, nothing recurses.
    """
    import yaml

    if not _is_small(head):
        return []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _EventReader()
    try:
        for event in yaml.parse(head, Loader=loader):
            reader.take(event)
    except (yaml.YAMLError, ValueError):  # ValueError: a character that YAML forbids
        return []
    return reader.pairs


class _EventReader:
    """Follows the events of a YAML document down to its outermost keys."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self._tables: list[bool] = []  # of what is open, from the outermost: is it a table?
        self._key: str | None = None  # of the outermost level, whose value is read
        self._inner_key: str | None = None
        self._items: list[str] = []
        self._is_name = False
        self._days: list[str] = []

    def take(self, event: object) -> None:
        """Read the next event."""
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._tables.append(kind == "MappingStartEvent")
            self._inner_key = None
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._tables.pop()
            self._inner_key = None
            if len(self._tables) == 1:
                value = ", ".join(self._items)
                self._end_value(value)
        elif kind in ("ScalarEvent", "AliasEvent") and self._tables[:1] == [True]:
            value = getattr(event, "value", "")
            self._take_scalar(value)

    def _take_scalar(self, value: str) -> None:
        is_table = self._tables[-1]
        if len(self._tables) == 1:
            self._take_outermost(value)
        elif not is_table:
            self._items.append(value)
        elif self._inner_key is None:
            self._inner_key = value
        else:
            # Of a table below the key, the name or the day that it may give is enough.
            if self._inner_key in _NAME_KEYS:
                self._items.append(value)
                self._is_name = True
            elif self._inner_key in _DAY_KEYS:
                self._days.append(value)
            self._inner_key = None

    def _take_outermost(self, value: str) -> None:
        if self._key is None:
            self._key = value
        else:
            self._end_value(value)

    def _end_value(self, value: str) -> None:
        if self._key is not None:
            pair = Pair(self._key, value, self._is_name)
            self.pairs.append(pair)
            self.pairs += [Pair(self._key, day, is_day=True) for day in self._days]
        self._key = None
        self._items = []
        self._days = []
        self._is_name = False


def parse_toml(head: str) -> list[Pair]:
    """Return the pairs of TOML; nothing where it is none."""
    import tomli

    if not _is_small(head):
        return []
    try:
        content = tomli.loads(head.replace("\r\n", "\n"))
    except (tomli.TOMLDecodeError, RecursionError):
        return []
    return _list_pairs(content)


def parse_json(head: str) -> list[Pair]:
    """Return the pairs of a JSON object; nothing where it is none."""
    if not _is_small(head):
        return []
    try:
        content = json.loads(head)
    except (ValueError, RecursionError):
        return []
    return _list_pairs(content) if isinstance(content, dict) else []


def find_json_end(text: str, start: int) -> int | None:
    """Return where the JSON object ends that begins a text; None where there is none."""
    head = text[start : start + MAX_HEAD]
    if not _JSON_START.match(head) or head.count("{") + head.count("[") > _MAX_BRACKETS:
        return None
    try:
        _, length = json.JSONDecoder().raw_decode(head)
    except (ValueError, RecursionError):
        return None
    return start + length


def _is_small(head: str) -> bool:
    brackets = head.count("[") + head.count("{")
    return len(head) <= MAX_HEAD and brackets <= _MAX_BRACKETS


def _list_pairs(content: Mapping[str, object]) -> list[Pair]:
    """Return the pairs of a table: texts, numbers and days, lists of them, names of tables."""
    pairs = []
    for key, value in content.items():
        values = value if isinstance(value, list) else [value]
        names = [_get_name(each) for each in values if isinstance(each, dict)]
        is_name = bool(names)
        items = names or [each for each in values if not isinstance(each, list)]
        texts = [str(item) for item in items if item is not None]
        pairs.append(Pair(key, ", ".join(texts), is_name))
        table = value if isinstance(value, dict) else {}
        pairs += [Pair(key, str(table[name]), is_day=True) for name in _DAY_KEYS if name in table]
    return pairs


def _get_name(table: Mapping[str, object]) -> object:
    """Return what a table below a key gives for a name."""
    return next((table[key] for key in _NAME_KEYS if key in table), None)


def parse_lines(head: str) -> list[Pair]:
    """Return the lines ``key: value`` of a head that no parser takes; nothing where few are.

    Indented lines, items of lists and comments belong to what stands above them.
    """
    pairs = []
    others = 0
    for line in head.splitlines():
        match = PAIR.fullmatch(line)
        if match is not None:
            value = strip_quotes((match[2] or "").strip())
            pairs.append(Pair(match[1], "" if value in _BLOCK_MARKS else value))
        elif line[:1] not in _CONTINUING and line.strip():
            others += 1
    return pairs if others < len(pairs) else []


def strip_quotes(value: str) -> str:
    """Return a value without the quotation marks around it."""
    edges = value[:1] + value[-1:]
    if len(value) > 1 and edges in _QUOTES:
        return value[1:-1]
    return value
