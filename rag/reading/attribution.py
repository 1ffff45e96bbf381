"""Attribution lines, which say who published a story and when.

``La Tribune / 10 décembre 2025``, ``Published on …``, ``Par X, le …``: a line is one when a full
date stands in it and what is beside the date can be a publisher's name. The words that such lines
use are in the ``[attribution]`` sections of the language files; lengths are chosen by hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import YEAR_PATTERN
from rag.reading.credit_patterns import (
    compile_author_label,
    compile_day_particle,
    compile_label,
    compile_publication_place,
    compile_spaced_name,
    compile_verb,
    load_cities,
)
from rag.reading.lines import find_link, strip_markup
from rag.text import fold

if TYPE_CHECKING:
    import datetime

    from rag.dates import FoundDate
    from rag.reading.date_style import DateStyle
    from rag.reading.lines import Line

# A stroke or a dash beside the date belongs to attributions; a comma or a hyphen stands in prose
# too.
_STRONG = "/|—–·•"
_NAME_BEFORE = re.compile(
    r"(?P<name>.*?\S)(?:\s*(?P<strong>[/|—–·•])\s*|\s+-\s+|\s*[,،，、]\s*|\s*(?P<strong_bracket>\())\Z"
)
_NAME_AFTER = re.compile(r"(?:\s*(?P<strong>[/|—–·•])\s*|\s+-\s+|\s*[,،，、]\s*)(?P<name>\S.*)\Z")
_FOUR_DIGITS = re.compile(r"\d{4}")
_SEPARATOR = re.compile(r"\s*[/|—–·•]\s*|\s+-\s+")
_AUTHOR_SEPARATOR = re.compile(r"\s*[/|·•]\s*")
# "Anna Lang, Ostertaler Bote": two names, where a list of authors has more, or a conjunction.
_AUTHOR_AND_PUBLISHER = re.compile(r"[^\s,]+\s[^,]{1,40},\s+(?P<publisher>[^,]{2,60})\Z")
# "PARIS, 2 mars 2026 (Reuters) - ", "LONDON (AP) — ".
_DATELINE = re.compile(
    r"(?P<city>[^\W\d_](?:[^\W\d_]|[ .'’/,-]){1,40}?)"
    r"(?:,?\s+(?P<day>[^()–—]{6,40}?))?\s*\((?P<agency>[^()]{2,40})\)\s*[-–—:]\s"
)
_MAX_DATELINE = 120  # characters
_BYLINE_ENDS = ",|-–—·/"  # what stands between an author and the date
_FIRST_MARKS_OF_OTHER_LINES = '-–—•>«“„"#|'  # list items, quotations, headings, tables
_SENTENCE_MARKS = re.compile(r"[.!?;:]\s|[«»“”\"]")
_LAST_MARKS_OF_OTHER_TEXTS = "!?:;,…。！？；，"


# Small words that stand in names.
_PARTICLES = frozenset(
    ("de", "da", "di", "do", "du", "des", "del", "della", "der", "den", "van", "von", "of", "la")
)
_INITIAL = re.compile(r"\b[^\W\d_]\.\s?")

_MAX_LINE = 140
_MAX_WORDS_WITH_VERB = 12  # before the date: "Reuters – Published on", and longer names
_MAX_BYLINE = 70
_MAX_BYLINE_WORDS = 8
_MAX_REMARK = 40  # characters after the date: "/ read on"
_MIN_NAME, _MAX_NAME = 2, 60
_MAX_NAME_WORDS = 7
_FREE_NAME_WORDS = 3  # a name of so many words need not have capitals in most of them

# ``_find_publisher`` says so where a line gives a date and no publisher.
_NO_PUBLISHER = ""


class Credit(NamedTuple):
    """What an attribution says. ``explicit`` is false for a bare date, which may be anything."""

    publisher: str | None
    date: datetime.date
    url: str | None
    explicit: bool
    doubtful: str | None = None  # a name before the day: a city, or a publisher under its author
    remark: str = ""  # behind the day of "Published on": a time, an author


class Byline(NamedTuple):
    """A line that names an author, and perhaps where the article came out: "By X, The Y"."""

    publisher: str | None


class Dateline(NamedTuple):
    """How a dispatch begins: with a city, often the day, and the agency."""

    agency: str
    date: datetime.date | None


class _Neighbour(NamedTuple):
    """A possible name beside the date, and whether a strong separator parts the two."""

    name: str
    is_strong: bool


def read_credit(line: Line, dates: DateStyle) -> Credit | None:
    """Return the line read as an attribution, or None for any other line."""
    if not _may_be_credit(line):
        return None
    text = _strip_wrapping(line.text)
    day = dates.find_date(text)
    if day is None:
        return None
    before = text[: day.start]
    after = text[day.end :]
    after = after.rstrip(" .)")
    url = find_link(line.text)
    after = compile_label().sub("", after, count=1)  # "2026年3月2日 来源：…"
    # "Published on 9 December 2025": a verb is enough, even where no publisher is named.
    words_before = before.split()
    if len(words_before) <= _MAX_WORDS_WITH_VERB and _has_verb(before):
        publisher = _find_publisher_beside_verb(before, after)
        return Credit(publisher, day.date, url, explicit=True, remark=after)
    # A date and nothing else.
    if not before.strip() and not after.strip():
        return Credit(None, day.date, url, explicit=False)
    name = _find_publisher(text, day, before, after)
    if name is None:
        return None
    if name == _NO_PUBLISHER:
        doubtful = _find_doubtful_name(before, after)
        return Credit(None, day.date, url, explicit=False, doubtful=doubtful)
    return Credit(name, day.date, url, explicit=True)


def read_byline(line: Line) -> Byline | None:
    """Return a line that is an author's name behind "by", without a date; None for another."""
    text = strip_markup(line.text)
    if line.is_code or len(text) > _MAX_BYLINE:
        return None
    label = compile_author_label().match(text)
    if label is None:
        return None
    names = text[label.end() - 1 :]
    # A headline may begin with the same word. An initial's full stop ends no sentence.
    without_initials = _INITIAL.sub("", names)
    if not all(map(_may_be_in_name, names.split())):
        return None
    if not is_name(without_initials, is_strong=True):
        return None
    return Byline(_find_publisher_behind_author(names))


def read_dateline(line: Line, dates: DateStyle) -> Dateline | None:
    """Return the city, day and agency that a text begins with; None where it has no such begin."""
    if line.is_code:
        return None
    opening = strip_markup(line.text[:_MAX_DATELINE])
    match = _DATELINE.match(opening)
    if match is None:
        return None
    is_place = match["city"].isupper() or _is_city(match["city"].split(",")[0])
    if not is_place or not is_name(match["agency"], is_strong=True):
        return None
    day = dates.find_date(match["day"] or "")
    return Dateline(match["agency"], day.date if day else None)


def is_name(name: str, *, is_strong: bool) -> bool:
    """Return whether this can be a publisher's name; stricter after a weak separator."""
    words = name.split()
    if not _MIN_NAME <= len(name) <= _MAX_NAME:
        return False
    if not 1 <= len(words) <= _MAX_NAME_WORDS:
        return False
    if not any(map(str.isalpha, name)):
        return False
    # A sentence, a quotation, or a date.
    if name[-1] in _LAST_MARKS_OF_OTHER_TEXTS:
        return False
    if _SENTENCE_MARKS.search(name) or YEAR_PATTERN.search(name):
        return False
    if is_strong or len(words) == 1:
        return True
    # After a comma prose may stand as well: names are told by their capitals.
    if name[0].islower():
        return False
    if len(words) <= _FREE_NAME_WORDS:
        return True
    capitals = sum(not word[0].islower() for word in words)
    return 2 * capitals >= len(words)


def _may_be_credit(line: Line) -> bool:
    """Return whether a line is short, may have a year, and is no list item, quotation or code."""
    if line.is_code or len(line.text) > _MAX_LINE:
        return False
    if line.text[0] in _FIRST_MARKS_OF_OTHER_LINES:
        return False
    # Looked for first, as it is quicker than a date; years of other calendars and digits count too.
    return _FOUR_DIGITS.search(line.text) is not None


def _strip_wrapping(line: str) -> str:
    """Return a line without markup, a label ("Source:") and brackets around it all."""
    text = strip_markup(line)
    text = compile_label().sub("", text, count=1)
    edges = text[:1] + text[-1:]
    if edges in ("()", "[]"):
        return text[1:-1]
    return text


def _has_verb(before: str) -> bool:
    """Return whether a verb of publishing stands in what comes before the date."""
    return compile_verb().search(fold(before)) is not None


def _find_publisher_beside_verb(before: str, after: str) -> str | None:
    """Return the publisher of "Reuters – Published on …" or "Publié le … dans Le Monde", if any."""
    first, *others = _SEPARATOR.split(before) if _SEPARATOR.search(before) else before.split(",")
    may_be_publisher = bool(others) and not _has_verb(first)
    if may_be_publisher and is_name(first, is_strong=True):
        return first
    match = compile_publication_place().match(after)
    if match is None:
        match = _NAME_AFTER.match(after)
    if match is None:
        return None
    name = match["name"]
    # "mis à jour le 10 décembre" is no name.
    is_strong = after.strip()[:1] in _STRONG
    if is_name(name, is_strong=is_strong) and not _has_verb(name):
        return name
    return None


def _find_publisher(text: str, day: FoundDate, before: str, after: str) -> str | None:
    """Return the publisher beside the date, or None where the line is no attribution.

    An empty name (``_NO_PUBLISHER``) stands for a line that gives a date and no publisher.
    """
    if _is_byline(before) and not after.strip():
        return _find_publisher_in_byline(before)
    neighbour = _find_neighbour(before, after)
    if neighbour is None:
        return None
    name, is_strong = neighbour
    if is_strong and not is_name(name, is_strong=True):
        # "J. Smith | The Ledger": an author may have a full stop in the name, and stands first.
        *_, name = _SEPARATOR.split(name)
    if not is_name(name, is_strong=is_strong):
        return None
    # A dateline, "Paris, 9 décembre 2025", or the like, "Lille, le 9 décembre 2025".
    has_particle = compile_day_particle().match(text, day.start) is not None
    if not is_strong and (has_particle or _is_city(name)):
        return _NO_PUBLISHER
    return name


def _find_neighbour(before: str, after: str) -> _Neighbour | None:
    """Return what stands before the date, or else after it, with the separator between.

    After a strong separator a short remark may follow: "La Tribune / 9 mars 2024 / read on".
    """
    spaced_name = _find_spaced_name(before, after)
    if spaced_name is not None:
        return _Neighbour(spaced_name, is_strong=True)
    if not before.strip():
        match = _NAME_AFTER.match(after)
        if match is None:
            return None
        return _Neighbour(match["name"].strip(), match["strong"] is not None)
    match = _NAME_BEFORE.match(before)
    if match is None:
        return None
    has_strong_mark = match["strong"] is not None
    # Nothing, or a few words behind a second stroke.
    remark = after.strip()
    may_have_remark = has_strong_mark and remark[:1] in _STRONG and len(remark) <= _MAX_REMARK
    if remark and not may_have_remark:
        return None
    is_strong = has_strong_mark or match["strong_bracket"] is not None
    return _Neighbour(match["name"].strip(), is_strong)


def _find_spaced_name(before: str, after: str) -> str | None:
    """Return the publisher of "朝日新聞 2026年3月2日": no mark parts the two, its end tells it."""
    sides = [side.strip() for side in (before, after) if side.strip()]
    if len(sides) != 1 or compile_spaced_name().fullmatch(sides[0]) is None:
        return None
    return sides[0]


def _is_byline(before: str) -> bool:
    """Return whether an author stands before the date: "Par Jean Roux, le"."""
    if compile_author_label().match(before) is None:
        return False
    return len(before.split()) <= _MAX_BYLINE_WORDS


def _find_publisher_in_byline(before: str) -> str:
    """Return the publisher behind a stroke: "By X | Reuters | …". Else a by-line names a person."""
    if len(before) > _MAX_BYLINE:
        return _NO_PUBLISHER
    # A by-line parts the author from the date.
    last_mark = before.rstrip()[-1]
    if last_mark not in _BYLINE_ENDS:
        return _NO_PUBLISHER
    names_text = before.rstrip(" " + _BYLINE_ENDS)
    names = _AUTHOR_SEPARATOR.split(names_text)
    if len(names) == 1:
        label = compile_author_label().match(names_text)
        author = names_text[label.end() - 1 :] if label else names_text
        return _find_publisher_behind_author(author) or _NO_PUBLISHER
    publisher = names[-1].strip(" ,")
    if is_name(publisher, is_strong=True):
        return publisher
    return _NO_PUBLISHER


def _find_publisher_behind_author(names: str) -> str | None:
    """Return the publisher of "Anna Lang, Ostertaler Bote"; None where only authors are named."""
    match = _AUTHOR_AND_PUBLISHER.match(names)
    if match is None:
        return None
    name = match["publisher"]
    if not is_name(name, is_strong=False) or _is_city(name):
        return None
    # "By A. Smith, B. Jones and C. Brown"
    return name if all(map(_may_be_in_name, name.split())) else None


def _may_be_in_name(word: str) -> bool:
    """Return whether a word has a capital, or is a particle of names."""
    return not word[0].islower() or fold(word) in _PARTICLES


def _find_doubtful_name(before: str, after: str) -> str | None:
    """Return the name before a day that may be a city's; None for a city that is known."""
    neighbour = _find_neighbour(before, after)
    if neighbour is None or _is_city(neighbour.name):
        return None
    return neighbour.name


def _is_city(name: str) -> bool:
    """Return whether this is a city that opens a dateline: "Paris, 9 décembre 2025"."""
    return fold(name).replace(" ", "-") in load_cities()
