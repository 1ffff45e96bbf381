"""One file, many stories: where each begins and ends, and what it says about itself.

A file is cut only on evidence that an ordinary article does not give; where that is missing it
stays whole. In this order:

1. attribution lines (``La Tribune / 10 décembre 2025``) that open stories, or close them, each
   story having a headline and text; what follows the last closing one is cut at section titles in
   capitals, and a section's list into its items (``newsletters``, ``sections``);
2. headings, bold lines or linked items of a file whose title names an issue of a newsletter
   (``issues``);
3. rules (``---``) where every part between them has a headline and text;
4. several Markdown headings of the first level, each with text.

A title in the front matter means one article, but for 1 and 2.
"""

from __future__ import annotations

from rag.reading.attribution import Credit, read_credit
from rag.reading.date_style import DateStyle
from rag.reading.heads import read_head
from rag.reading.issues import cut_issue
from rag.reading.language_words import load_folded_words
from rag.reading.layout import Layout, Story, shorten_title
from rag.reading.lines import (
    Line,
    heading_level,
    is_prose,
    is_rule,
    split_lines,
    strip_number,
)
from rag.reading.newsletters import cut_after_credits, cut_before_credits
from rag.records import Span
from rag.text import fold

_ANY_STYLE = DateStyle()
_DATA_MARK = " · "  # between a name and its value, and between the parts of an attribution
_MIN_DATA_LINES = 4  # one below the other; chosen by hand


def find_stories(
    text: str, start: int = 0, *, dates: DateStyle = _ANY_STYLE, title: str | None = None
) -> list[Story]:
    """Return the stories of a file from ``start`` on, in order.

    Parts without a date of their own get the latest of the others'. ``title`` is that of the file:
    where it has one, and is no issue of a newsletter, rules and headings part chapters.
    """
    lines = _trim_rules(split_lines(text, start))
    if not lines:
        return []
    layout = Layout(text, lines)
    credits: dict[int, Credit] = {}
    for i, line in enumerate(lines):
        credit = read_credit(line, dates)
        if credit is not None and not _is_in_data(lines, i):
            credits[i] = credit
    # A bare date may be anything: a file is not cut at it.
    explicit = {i: credit for i, credit in credits.items() if credit.explicit}
    stories = (
        cut_before_credits(layout, explicit)
        or cut_after_credits(layout, explicit, dates)
        or cut_issue(layout, title, dates)
    )
    if not stories and title is None:
        stories = _cut_at_rules(layout, credits, dates) or _cut_at_headings(layout, credits, dates)
    return stories or [_read_single(layout, credits, dates)]


def _trim_rules(lines: list[Line]) -> list[Line]:
    """Return the lines without the rules before and after them."""
    first = 0
    stop = len(lines)
    while first < stop and is_rule(lines[first]):
        first += 1
    while stop > first and is_rule(lines[stop - 1]):
        stop -= 1
    return lines[first:stop]


# --- stories between rules or under headings


def _is_in_data(lines: list[Line], i: int) -> bool:
    """Return whether a line is one of several of data: "Founded · 28 February 1998"."""
    if _DATA_MARK not in lines[i].text:
        return False
    lowest = max(0, i - _MIN_DATA_LINES)
    highest = min(len(lines), i + _MIN_DATA_LINES)
    first, stop = i, i + 1
    while first > lowest and not lines[first].follows_blank and _DATA_MARK in lines[first - 1].text:
        first -= 1
    while stop < highest and not lines[stop].follows_blank and _DATA_MARK in lines[stop].text:
        stop += 1
    return stop - first >= _MIN_DATA_LINES


def _cut_at_rules(layout: Layout, credits: dict[int, Credit], dates: DateStyle) -> list[Story]:
    """Return the parts between rules, each of them a headline of one level and text.

    Empty when not all are.
    """
    lines = layout.lines
    parts = []
    start = 0
    for i, line in enumerate(lines):
        if is_rule(line) and not _is_underline(lines, i):
            parts.append(Span(start, i))
            start = i + 1
    parts.append(Span(start, len(lines)))
    if not _are_whole_stories(layout, parts):
        return []
    # Rules between a title and its chapters are no ends of stories.
    first_lines = [lines[part.start] for part in parts]
    levels = set(map(heading_level, first_lines))
    if len(levels) > 1:
        return []
    return _read_parts(layout, parts, credits, dates)


def _cut_at_headings(layout: Layout, credits: dict[int, Credit], dates: DateStyle) -> list[Story]:
    """Return the parts under first-level headings, each with text, none a chapter of one text.

    Empty when not all are.
    """
    parts = []
    start = 0
    chapters = load_folded_words("chapters")
    for i, line in enumerate(layout.lines):
        if heading_level(line) != 1:
            continue
        name = fold(strip_number(line.text))
        # "Introduction" is a chapter of one text.
        if name.rstrip(" :") in chapters:
            return []
        if i > 0:
            parts.append(Span(start, i))
            start = i
    parts.append(Span(start, len(layout.lines)))
    # The first part must have such a heading, too.
    if heading_level(layout.lines[0]) != 1 or not _are_whole_stories(layout, parts):
        return []
    return _read_parts(layout, parts, credits, dates)


def _are_whole_stories(layout: Layout, parts: list[Span]) -> bool:
    """Return whether there are several parts, each of them a headline and text."""
    if len(parts) < 2:
        return False
    return all(layout.is_whole_story(*part) for part in parts)


def _read_parts(
    layout: Layout, parts: list[Span], credits: dict[int, Credit], dates: DateStyle
) -> list[Story]:
    """Return each part of the lines as one article."""
    stories = []
    for first, stop in parts:
        part = Layout(layout.text, layout.lines[first:stop])
        # The lines of a part are counted from its first one.
        credits_of_part = {}
        for i in range(first, stop):
            if i in credits:
                credits_of_part[i - first] = credits[i]
        story = _read_single(part, credits_of_part, dates)
        stories.append(story)
    return stories


def _is_underline(lines: list[Line], i: int) -> bool:
    """Return whether a rule is the underline that makes a heading of the line above it."""
    rule = lines[i]
    if i == 0 or rule.follows_blank:
        return False
    if is_prose(lines[i - 1]):
        return False
    return rule.text[0] in "=-" and " " not in rule.text


# --- a file that is one article


def _read_single(layout: Layout, credits: dict[int, Credit], dates: DateStyle) -> Story:
    """Return all lines as one article: its headline, and the attribution at its head or end."""
    lines = layout.lines
    stop = len(lines)
    closing_credit = None
    # A bare date at the end may be anything, and a file of one line is all text.
    last_credit = credits.get(stop - 1)
    if stop > 1 and last_credit and last_credit.explicit:
        closing_credit = last_credit
        stop -= 1
    head = read_head(layout, stop, credits, dates)
    publisher, date, url = head.publisher, head.date, head.url
    # The one of the two that alone names a publisher counts, else that at the head.
    names_alone = closing_credit is not None and closing_credit.publisher and not publisher
    if closing_credit is not None and (names_alone or date is None):
        publisher = closing_credit.publisher or publisher
        date = closing_credit.date
        url = url or closing_credit.url
    elif head.credit is not None:
        url = url or head.credit.url
    return Story(
        lines[head.first].start,
        lines[stop - 1].end,
        shorten_title(head.title or ""),
        publisher,
        date,
        url,
        head.author,
    )
