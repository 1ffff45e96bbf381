"""One file, many stories: where each begins and ends, and what it says about itself.

A file is cut only on evidence that an ordinary article does not give; where that is missing it stays whole. In this order:

1. attribution lines (``La Tribune / 10 décembre 2025``) that close stories, or open them, each story having a headline and text;
   what follows the last closing one is cut at section titles in capitals, and a section's list into its items;
2. rules (``---``) where every part between them has a headline and text;
3. several Markdown headings of the first level, each with text.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.dates.written import find_date
from rag.reading import lines as look
from rag.reading.attribution import Credit, read_credit
from rag.reading.lines import Line
from rag.records import Span
from rag.text.words import fold

_LEADING = 6  # lines at the head of an article where its title and attribution may stand
# folded first-level headings of the chapters of one text
_CHAPTERS = """introduction einleitung introduccion introduzione introducao inleiding conclusion fazit conclusioni conclusao
    conclusie summary resume zusammenfassung resumen sommario resumo references sources quellen fuentes fonti notes annexe
    appendix methods methodes results discussion contents sommaire inhalt background contexte"""


@dataclass(frozen=True, slots=True)
class Story:
    """A stretch of the file that is one article."""

    start: int
    end: int
    title: str | None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None


def find_stories(text: str, start: int = 0, *, day_first: bool | None = None) -> list[Story]:
    """The stories of a file from ``start`` on, in order; parts without a date of their own get the latest of the others'.

    The title is None where the text has none.
    """
    rows = look.split_lines(text, start)
    while rows and look.is_rule(rows[0]):
        del rows[0]
    while rows and look.is_rule(rows[-1]):
        del rows[-1]
    credits = {
        i: found
        for i, row in enumerate(rows)
        if (found := read_credit(row, day_first=day_first)) is not None
    }
    marks = {i: found for i, found in credits.items() if found.explicit}
    if not rows:
        return []
    attributed = _opened(text, rows, marks) or _closed(text, rows, marks, day_first)
    return (
        attributed
        or _ruled(text, rows, credits)
        or _headed(text, rows, credits)
        or [_single(text, rows, credits)]
    )


# --- stories with attribution lines


def _complete(text: str, rows: list[Line], first: int, stop: int) -> bool:
    """Whether the lines ``first`` to ``stop`` are a headline and text after it."""
    return (
        stop - first >= 2
        and look.is_headline(rows[first])
        and look.stands_alone(text, rows, first, stop)
        and any(look.is_prose(row) for row in rows[first + 1 : stop])
    )


def _closed(
    text: str, rows: list[Line], marks: dict[int, Credit], day_first: bool | None
) -> list[Story]:
    """Stories that end with an attribution, then sections in capitals; empty when the file is not made so."""
    ends = sorted(marks)
    rest = 0
    if (
        ends and ends[0] <= 2 and not any(map(look.is_prose, rows[: ends[0]]))
    ):  # the head of a newsletter, not a story
        rest = ends.pop(0) + 1
    rest = _after_masthead(rows, rest, ends[0]) if ends else rest
    issue = next(
        (day.date for row in rows[:rest] if (day := find_date(row.text, day_first=day_first))), None
    )
    found: list[Story] = []
    headless = 0
    for k, end in enumerate(ends):
        first = _headline(text, rows, rest, end, preamble=k == 0)
        if not any(map(look.is_prose, rows[first:end])):
            return []
        headless += not _complete(text, rows, first, end)
        found += _sections(text, rows, rest, first)
        found.append(_story(rows, first, end, marks[end]))
        rest = end + 1
    tail = list(_sections(text, rows, rest, len(rows)))
    if 3 * headless > len(ends) or (len(ends) < 2 and not (tail and look.is_section(rows[rest]))):
        return []
    latest = max((story.date for story in found if story.date), default=None)
    return [
        story if story.date else replace(story, date=issue or latest) for story in [*found, *tail]
    ]


def _after_masthead(rows: list[Line], first: int, end: int) -> int:
    """Where the first story begins, below the newsletter's own title where one stands apart from it."""
    prose = next((i for i in range(first, end) if look.is_prose(rows[i])), first)
    start = prose - 1
    if start <= first or not look.is_headline(rows[start]):
        return first
    deeper = look.level(rows[start]) > look.level(rows[first]) > 0
    apart = (
        rows[start].apart
        and not rows[prose].apart
        and all(map(look.is_headline, rows[first:start]))
    )
    return start if deeper or apart else first


def _headline(text: str, rows: list[Line], first: int, end: int, *, preamble: bool) -> int:
    """Where the story begins in lines that may start with a section title, whole sections, or a word of welcome."""
    while first < end and look.is_rule(rows[first]):
        first += 1
    section = first < end and look.is_section(rows[first])
    if section and _complete(text, rows, first + 1, end):
        return first + 1
    if not section and (not preamble or _complete(text, rows, first, end)):
        return first
    for i in range(first + 1, end):
        begun = look.is_prose(rows[i - 1]) or look.bullet(rows[i - 1])
        if (
            begun
            and (section or rows[i].apart)
            and look.is_headline(rows[i])
            and not look.is_section(rows[i])
            and _complete(text, rows, i, end)
        ):
            return i
    return first


def _opened(text: str, rows: list[Line], marks: dict[int, Credit]) -> list[Story]:
    """Stories whose attribution stands under or over their headline; empty when the file is not made so."""
    ends = sorted(marks)
    if len(ends) < 2:
        return []
    if all(
        i > 0 and look.is_headline(rows[i - 1]) and look.stands_alone(text, rows, i - 1, i + 1)
        for i in ends
    ):
        starts = [_run(rows, i) for i in ends]
        bodies = ends
    elif (
        ends[0] == 0
        and not all(not rows[i].apart for i in ends[1:])
        and not look.is_section(rows[min(ends[-1] + 1, len(rows) - 1)])
    ):
        starts, bodies = [i + 1 for i in ends], ends
    else:
        return []
    stops = [
        *(min(start, mark) for start, mark in zip(starts[1:], ends[1:], strict=True)),
        len(rows),
    ]
    for start, body, stop in zip(starts, bodies, stops, strict=True):
        after = max(start, body) + 1
        if not look.is_headline(rows[min(start, len(rows) - 1)]) or not any(
            map(look.is_prose, rows[after:stop])
        ):
            return []
    found = [
        _story(rows, start, stop, marks[mark])
        for start, stop, mark in zip(starts, stops, ends, strict=True)
    ]
    last = next(
        (i for i in range(ends[-1] + 2, len(rows)) if rows[i].apart and look.is_section(rows[i])),
        len(rows),
    )
    found[-1] = _story(rows, starts[-1], last, marks[ends[-1]])
    latest = max(mark.date for mark in marks.values())
    return found + [replace(part, date=latest) for part in _sections(text, rows, last, len(rows))]


def _run(rows: list[Line], mark: int) -> int:
    """The first of the headline lines that stand together above an attribution."""
    first = mark - 1
    while first > max(0, mark - 3) and not rows[first].apart and look.is_headline(rows[first - 1]):
        first -= 1
    return first + 1 if first < mark - 1 and look.is_section(rows[first]) else first


def _story(rows: list[Line], first: int, stop: int, mark: Credit) -> Story:
    """The lines as one story with a headline, without rules at its end."""
    while stop - 1 > first and look.is_rule(rows[stop - 1]):
        stop -= 1
    title = (
        look.NUMBER.sub("", look.plain(rows[first].text), count=1)
        if look.is_headline(rows[first])
        else ""
    )
    return Story(
        rows[first].start,
        rows[stop - 1].end,
        look.shorten(title, 200) or None,
        mark.publisher,
        mark.date,
        mark.url,
    )


# --- sections in capitals


def _sections(text: str, rows: list[Line], first: int, stop: int) -> Iterator[Story]:
    """The parts of lines that follow no headline of a story: a section each, list items and loose paragraphs one by one."""
    name = ""
    start = first
    for i in range(first, stop + 1):
        if i == stop or look.is_section(rows[i]):
            yield from _items(text, rows, start, i, name)
            if i < stop:
                name, start = look.plain(rows[i].text).rstrip(" :").capitalize(), i + 1


def _items(text: str, rows: list[Line], first: int, stop: int, name: str) -> Iterator[Story]:
    """A section's list items, each a story; its other lines, together one story."""
    kept = [i for i in range(first, stop) if not look.is_rule(rows[i])]
    starts: list[int] = []
    listed = False
    for i in kept:
        marked = look.bullet(rows[i]) > 0
        if not starts or marked or (listed and rows[i].apart):
            starts.append(i)
            listed = marked
    for start, following in zip(starts, [*starts[1:], stop], strict=False):
        last = kept[bisect_left(kept, following) - 1]
        begin = rows[start].start + look.bullet(rows[start])
        yield Story(begin, rows[last].end, _item_title(text, rows, start, last, name))


def _item_title(text: str, rows: list[Line], start: int, last: int, name: str) -> str | None:
    """The section's name for a loose part, with its figure if it opens with one; None for a list item: its first words."""
    if look.bullet(rows[start]):
        return None
    line = look.plain(rows[start].text)
    figure = (
        len(line) <= 40
        and start < last
        and any(map(str.isdigit, line))
        and not look.is_prose(rows[start])
    )
    if figure and name:
        return f"{name} – {line}"
    if name:
        return name
    return (
        line
        if look.is_headline(rows[start]) and look.stands_alone(text, rows, start, last + 1)
        else None
    )


# --- stories between rules or under headings


def _ruled(text: str, rows: list[Line], credits: dict[int, Credit]) -> list[Story]:
    """The parts between rules, each of them a headline of one level and text; empty when not all are."""
    rules = [i for i, row in enumerate(rows) if look.is_rule(row) and not _underline(rows, i)]
    parts = [
        Span(rule + 1, stop) for rule, stop in zip([-1, *rules], [*rules, len(rows)], strict=True)
    ]
    if len(parts) < 2 or not all(_complete(text, rows, *part) for part in parts):
        return []
    same_level = len({look.level(rows[part.start]) for part in parts}) == 1
    return [_part(text, rows, part, credits) for part in parts] if same_level else []


def _headed(text: str, rows: list[Line], credits: dict[int, Credit]) -> list[Story]:
    """The parts under first-level headings, each with text, none a chapter such as "Introduction"; empty when not all are."""
    heads = [i for i, row in enumerate(rows) if look.level(row) == 1]
    names = {fold(look.NUMBER.sub("", look.plain(rows[i].text))).rstrip(" :") for i in heads}
    if len(heads) < 2 or heads[0] != 0 or names & set(_CHAPTERS.split()):
        return []
    parts = [Span(first, stop) for first, stop in pairwise([*heads, len(rows)])]
    return (
        [_part(text, rows, part, credits) for part in parts]
        if all(_complete(text, rows, *part) for part in parts)
        else []
    )


def _part(text: str, rows: list[Line], part: Span, credits: dict[int, Credit]) -> Story:
    """Some of the lines as one article."""
    return _single(
        text,
        rows[part.start : part.end],
        {i - part.start: credits[i] for i in range(*part) if i in credits},
    )


def _underline(rows: list[Line], i: int) -> bool:
    """Whether a rule is the underline that makes a heading of the line above it."""
    return (
        i > 0
        and not rows[i].apart
        and rows[i].text[0] in "=-"
        and " " not in rows[i].text
        and not look.is_prose(rows[i - 1])
    )


# --- a file that is one article


def _single(text: str, rows: list[Line], credits: dict[int, Credit]) -> Story:
    """All lines as one article: its headline, and the attribution at its head or its end."""
    first, stop = 0, len(rows)
    title: str | None = None
    mark: Credit | None = None
    url: str | None = None
    if stop > 1 and stop - 1 in credits and credits[stop - 1].explicit:
        stop -= 1
        mark = credits[stop]
    for i in range(min(_LEADING, stop)):
        row = rows[i]
        address = (
            look.link(row.text)
            if row.text.startswith(("http", "<http")) and " " not in row.text
            else None
        )
        if i in credits and stop > 1:
            mark = _better(credits[i], mark)
        elif address:
            url = url or address
        elif look.is_prose(row) or look.bullet(row) or row.literal:
            break
        elif (
            title is None
            and (stop == 1 or look.is_headline(row))
            and look.stands_alone(text, rows, i, stop)
        ):
            title = look.NUMBER.sub("", look.plain(row.text), count=1) or None
            continue
        if i == first and (i in credits or address) and i + 1 < stop:
            first += 1
    return Story(
        rows[first].start,
        rows[stop - 1].end,
        look.shorten(title, 200) if title else None,
        mark.publisher if mark else None,
        mark.date if mark else None,
        url or (mark.url if mark else None),
    )


def _better(one: Credit, other: Credit | None) -> Credit:
    """Of two attributions the one that names a publisher, else the first."""
    if other is None or (one.publisher and not other.publisher):
        return (
            one
            if other is None or one.explicit
            else Credit(one.publisher, other.date, one.url or other.url, explicit=True)
        )
    return other
