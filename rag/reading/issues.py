"""Issues of a newsletter whose stories have no attribution: headings, bold lines, linked items.

That a file is an issue is told by its title ("This Week in Varenne 12", "Revue de presse du …"):
an article with chapters looks the same. The words are in ``[attribution]`` of the language files.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.language_words import load_folded_words
from rag.reading.layout import Story, shorten_title
from rag.reading.lines import (
    bullet_length,
    find_link,
    heading_level,
    is_prose,
    is_rule,
    strip_markup,
)
from rag.text import fold

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rag.reading.date_style import DateStyle
    from rag.reading.layout import Layout
    from rag.reading.lines import Line

_NUMBER_MARK = re.compile(r"(?:#|№|\b(?:n[°o.º]{1,2}|nr\.?|num\.?|vol\.?)\s?)\d", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"\d\W*\Z")
_MAX_TITLE_WORDS = 6  # of an issue whose title has neither number nor day; chosen by hand
_MIN_STORIES = 2
_MASTHEAD_LINES = 4  # in which the day of an issue may stand; chosen by hand
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<title>\S.{2,1000}?)\1[.:]?\Z")
_BOLD_LEAD = re.compile(r"(\*\*|__)(?P<title>\S.{2,200}?)\1(?=\W|\Z)")
_LINK_LEAD = re.compile(
    r"(?:\[[^\[\]]{1,30}\]\s+(?=\[))?\[(?P<title>[^\[\]]{3,300})\](?=[(\[:\s]|\Z)"
)
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\](?:\([^()]{0,500}\)|\[[^\[\]]{0,300}\])")
_REFERENCE = re.compile(r"^ {0,3}\[([^\[\]]{1,300})\]:\s{1,9}<?(https?://[^\s<>]{1,2000})", re.M)
_REFERENCE_USE = re.compile(r"\[([^\[\]]{1,300})\](?:\[([^\[\]]{0,300})\])?")


class _Mark(NamedTuple):
    """A line where a piece of an issue begins: a story, or what else stands under a heading."""

    line: int
    title: str | None
    is_story: bool


class _Piece(NamedTuple):
    """The lines of a story, by their places, without what stands around it."""

    first: int
    stop: int
    mark: _Mark


def cut_issue(layout: Layout, title: str | None, dates: DateStyle) -> list[Story]:
    """Return the stories of an issue of a newsletter; empty where a file is none.

    ``title`` is what the front matter says; without one, the first line counts.
    """
    lines = layout.lines
    first = 0
    opening = strip_markup(lines[0].text)
    if heading_level(lines[0]) == 1 or not title:
        title = title or opening
        first = 1
    if not names_issue(title, dates):
        return []
    marks = _find_marks(lines, first)
    story_count = sum(mark.is_story for mark in marks)
    if story_count < _MIN_STORIES:
        return []
    day = _find_day(layout, title, marks[0].line, dates)
    references = dict(_REFERENCE.findall(layout.text))
    preamble = _Mark(first - 1, title, is_story=False)
    stops = [mark.line for mark in marks]
    stops.append(len(lines))
    stories = []
    sections = _list_sections(marks)
    for mark, stop, section in zip([preamble, *marks], stops, sections, strict=True):
        piece = _trim_piece(layout, mark, stop)
        if piece is None:
            continue
        url = _find_piece_link(layout, piece, references)
        story_title = shorten_title(mark.title or "")
        start = lines[piece.first].start
        end = lines[piece.stop - 1].end
        stories.append(Story(start, end, story_title, date=day, url=url, section=section))
    return stories


def _list_sections(marks: Sequence[_Mark]) -> list[str | None]:
    """Return the section of what stands before the first mark, and of what stands at each."""
    sections: list[str | None] = [None]
    section = None
    for mark in marks:
        if not mark.is_story:
            section = mark.title
        sections.append(section if mark.is_story else None)
    return sections


def names_issue(title: str, dates: DateStyle) -> bool:
    """Return whether a title is that of an issue of a newsletter."""
    words = _issue_words().search(fold(title))
    if words is None or not any(map(str.isdigit, title)):
        return False
    # "Newsletter 12", "Press review #12", "Revue de presse du 3 mars 2025".
    if _NUMBER_MARK.search(title) or _LAST_NUMBER.search(title):
        return True
    if dates.find_date(title) is not None:
        return True
    return len(title.split()) <= _MAX_TITLE_WORDS


@functools.cache
def _issue_words() -> re.Pattern[str]:
    """Return the pattern of what newsletters are called, in folded text."""
    words = sorted(load_folded_words("issues"), key=len, reverse=True)
    any_word = "|".join(map(re.escape, words))
    return re.compile(rf"(?<!\w)(?:{any_word})(?!\w)")


# --- where pieces begin


def _find_marks(lines: Sequence[Line], first: int) -> list[_Mark]:
    """Return where the stories of an issue begin, and its sections.

    Stories are list items that begin with a link or bold words where most headings have such a list
    under them, else bold lines where most have those. Where some headings have such a list, and
    more items than there are headings, the items are stories, and so is what stands under the other
    headings. Else stories are what the deepest headings are above.
    """
    headings = [i for i in range(first, len(lines)) if heading_level(lines[i])]
    followers = _list_followers(lines, headings)
    for read_title in (_read_item_title, _read_bold_title):
        leads = [i for i in range(first, len(lines)) if read_title(lines[i])]
        under_headings = sum(follower in leads for follower in followers)
        if len(leads) >= _MIN_STORIES and 2 * under_headings >= len(followers):
            return _join_marks(lines, headings, leads, read_title)
    listing = [i - 1 for i in followers if _read_item_title(lines[i])]
    leads = list(_list_leads_below(lines, listing))
    if len(leads) < max(_MIN_STORIES, len(followers)):
        return _mark_headings(lines, headings)
    stories = {*leads, *(i - 1 for i in followers)}.difference(listing)
    marks = _join_marks(lines, headings, leads, _read_item_title)
    return [mark._replace(is_story=mark.line in stories) for mark in marks]


def _list_leads_below(lines: Sequence[Line], headings: Sequence[int]) -> Iterator[int]:
    """Yield the items that begin with a link or bold words, down to the next heading."""
    for heading in headings:
        for i in range(heading + 1, len(lines)):
            if heading_level(lines[i]):
                break
            if _read_item_title(lines[i]):
                yield i


def _list_followers(lines: Sequence[Line], headings: Sequence[int]) -> list[int]:
    """Return the first line under each heading that is above no other heading."""
    followers = []
    for i in headings:
        following = i + 1
        if following < len(lines) and not heading_level(lines[following]):
            followers.append(following)
    return followers


def _join_marks(
    lines: Sequence[Line],
    headings: Sequence[int],
    leads: Sequence[int],
    read_title: Callable[[Line], str | None],
) -> list[_Mark]:
    """Return the marks of sections and, under them, stories, in order."""
    marks = []
    for i in headings:
        section = strip_markup(lines[i].text)
        marks.append(_Mark(i, section, is_story=False))
    for i in leads:
        title = read_title(lines[i])
        marks.append(_Mark(i, title, is_story=True))
    return sorted(marks)


def _mark_headings(lines: Sequence[Line], headings: Sequence[int]) -> list[_Mark]:
    """Return the headings as marks: those of the deepest usual level are above stories."""
    levels = [heading_level(lines[i]) for i in headings]
    usual = [level for level in levels if levels.count(level) >= _MIN_STORIES]
    story_level = min(max(usual, default=0), _find_level_below_sections(levels))
    marks = []
    for i, level in zip(headings, levels, strict=True):
        # What stands deeper is a chapter of a story.
        if level > story_level:
            continue
        title = strip_markup(lines[i].text)
        marks.append(_Mark(i, title, is_story=level == story_level))
    return marks


def _find_level_below_sections(levels: Sequence[int]) -> int:
    """Return the second level that headings have, or the only one."""
    different = sorted(set(levels))
    return different[1] if len(different) > 1 else max(different, default=0)


def _read_item_title(line: Line) -> str | None:
    """Return the link or the bold words that a list item begins with."""
    marker = bullet_length(line)
    if not marker:
        return None
    return _read_lead(line.text[marker:])


def _read_lead(text: str) -> str | None:
    """Return the link or the bold words that a text begins with, without markup."""
    lead = _BOLD_LEAD.match(text) or _LINK_LEAD.match(text)
    if lead is None:
        return None
    title = strip_markup(lead["title"])
    return title.rstrip(" .:–—-") or None


def _read_bold_title(line: Line) -> str | None:
    """Return the text of a line that is bold from its begin to its end."""
    if line.is_code:
        return None
    bold = _BOLD_LINE.match(line.text)
    if bold is None:
        return None
    title = strip_markup(bold["title"])
    return title.rstrip(" .:") or None


# --- what stands in a piece


def _trim_piece(layout: Layout, mark: _Mark, stop: int) -> _Piece | None:
    """Return the lines of a piece without rules at its ends; None for a heading over nothing."""
    lines = layout.lines
    first = mark.line if mark.is_story else mark.line + 1
    while stop > first and _is_left_out(lines[stop - 1]):
        stop -= 1
    while first < stop and is_rule(lines[first]):
        first += 1
    if first == stop:
        return None
    # Of a section only what stands above its first story is left, the day of the issue mostly.
    has_text = any(is_prose(line) or bullet_length(line) for line in lines[first:stop])
    if not mark.is_story and not has_text:
        return None
    return _Piece(first, stop, mark)


def _is_left_out(line: Line) -> bool:
    """Return whether a line at the end of a piece is no part of it: a rule, a link's definition."""
    return is_rule(line) or _REFERENCE.match(line.text) is not None


def _find_piece_link(layout: Layout, piece: _Piece, references: Mapping[str, str]) -> str | None:
    """Return the first address in a story; pictures have none that counts."""
    if not piece.mark.is_story:
        return None
    for line in layout.lines[piece.first : piece.stop]:
        text = _IMAGE.sub("", line.text)
        url = find_link(text)
        if url is not None:
            return url
        for name, reference in _REFERENCE_USE.findall(text):
            target = references.get(reference or name)
            if target is not None:
                return target
    return None


def _find_day(
    layout: Layout, title: str, first_mark: int, dates: DateStyle
) -> datetime.date | None:
    """Return the day of an issue: in its title, or else above its first story."""
    stated = dates.find_date(title)
    if stated is not None:
        return stated.date
    masthead = layout.lines[: min(first_mark, _MASTHEAD_LINES)]
    for line in masthead:
        day = dates.find_date(line.text)
        if day is not None:
            return day.date
    return None
