"""Files with several attribution lines (``La Tribune / 10 décembre 2025``): a story to each.

The lines close their stories in most newsletters, open them in others. A file is only cut where
every story then has a headline and text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.reading.lines import (
    bullet_length,
    heading_level,
    is_headline,
    is_prose,
    is_rule,
    is_section,
)
from rag.reading.sections import cut_sections

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from rag.reading.attribution import Credit
    from rag.reading.date_style import DateStyle
    from rag.reading.layout import Layout, Story

# Chosen by hand, on newsletters in seven languages.
_MAX_MASTHEAD = 2  # lines before the date of an issue
_HEADLESS_SHARE = 3  # one story in so many may lack a headline
_MAX_HEADLINE_LINES = 3  # of one headline


def cut_after_credits(layout: Layout, credits: dict[int, Credit], dates: DateStyle) -> list[Story]:
    """Return stories that end with an attribution, then sections in capitals.

    Empty when the file is not made so. Parts without a date get that of the issue, else the latest
    of the stories'.
    """
    lines = layout.lines
    rest = _skip_masthead(layout, sorted(credits))
    issue_date = _find_issue_date(layout, rest, dates)
    closing_lines = [i for i in sorted(credits) if i >= rest]
    stories: list[Story] = []
    headless = 0
    for closing_line in closing_lines:
        start = _find_headline(
            layout,
            rest,
            closing_line,
            may_have_preamble=closing_line == closing_lines[0],
        )
        if not layout.has_prose(start, closing_line):
            return []
        # A headline may end with a full stop, or be longer than most: one in three is let pass.
        if not layout.is_whole_story(start, closing_line):
            headless += 1
        # What stands between two stories are sections.
        sections = cut_sections(layout, rest, start)
        stories.extend(sections)
        story = layout.make_story(start, closing_line, credits[closing_line])
        stories.append(story)
        rest = closing_line + 1
    tail = list(cut_sections(layout, rest, len(lines)))

    if _HEADLESS_SHARE * headless > len(closing_lines):
        return []
    # One attribution may be that of an article; with a section after it, it is a newsletter. A
    # file without any may have a headline in capitals, and a list.
    section_follows = bool(tail) and bool(credits) and _opens_sections(layout, rest)
    if len(closing_lines) < 2 and not section_follows:
        return []
    dates_of_stories = [story.date for story in stories if story.date]
    latest = max(dates_of_stories, default=None)
    stories.extend(tail)
    return fill_dates(stories, issue_date or latest)


def _opens_sections(layout: Layout, first: int) -> bool:
    """Return whether a section's title stands here: over a list, or with other sections after it.

    A line in capitals over running text may be the headline of an article.
    """
    lines = layout.lines
    if not is_section(lines[first]):
        return False
    following = first + 1
    if following < len(lines) and bullet_length(lines[following]):
        return True
    return any(map(is_section, lines[following:]))


def cut_before_credits(layout: Layout, credits: dict[int, Credit]) -> list[Story]:
    """Return stories whose attribution stands under or over their headline.

    Empty when the file is not made so. What follows the last one under a section's title gets the
    latest date.
    """
    lines = layout.lines
    marks = sorted(credits)
    starts = _find_starts(layout, marks)
    if not starts:
        return []
    # A story ends where the headline or the attribution of the next one begins.
    stops = list(map(min, starts[1:], marks[1:]))
    stops.append(len(lines))
    for start, mark, stop in zip(starts, marks, stops, strict=True):
        # The last attribution may stand at the end of the file, over nothing.
        if start == len(lines):
            return []
        if not is_headline(lines[start]):
            return []
        body = max(start, mark) + 1
        if not layout.has_prose(body, stop):
            return []

    # After the headline of the last story, sections may follow.
    sections_start = _find_sections(layout, marks[-1] + 2)
    stops[-1] = sections_start
    stories = []
    for start, stop, mark in zip(starts, stops, marks, strict=True):
        credit = credits[mark]
        story = layout.make_story(start, stop, credit)
        stories.append(story)
    sections = cut_sections(layout, sections_start, len(lines))
    dates = [credit.date for credit in credits.values()]
    stories.extend(fill_dates(sections, max(dates)))
    return stories


def fill_dates(stories: Iterable[Story], date: datetime.date | None) -> list[Story]:
    """Return the stories, those without a date with this one."""
    dated = []
    for story in stories:
        if story.date is None:
            story = replace(story, date=date)
        dated.append(story)
    return dated


# --- attributions that close stories


def _skip_masthead(layout: Layout, credits: list[int]) -> int:
    """Return the first line after the newsletter's own title and date; 0 where it has none."""
    lines = layout.lines
    if not credits:
        return 0
    first = 0
    # An attribution so early, without text before it, is the date of the issue.
    if credits[0] <= _MAX_MASTHEAD and not layout.has_prose(0, credits[0]):
        first = credits[0] + 1
        credits = credits[1:]
        if not credits:
            return first
    # The first text is that of the first story, whose headline is right above it.
    prose = first
    while prose < credits[0] and not is_prose(lines[prose]):
        prose += 1
    headline = prose - 1
    has_lines_above = headline > first
    if prose == credits[0] or not has_lines_above:
        return first
    if not is_headline(lines[headline]):
        return first
    # "# The newsletter", then "## The first story".
    title_level = heading_level(lines[first])
    if heading_level(lines[headline]) > title_level > 0:
        return headline
    # Or the title, a blank line, the headline and its text.
    is_apart = lines[headline].follows_blank and not lines[prose].follows_blank
    if is_apart and all(map(is_headline, lines[first:headline])):
        return headline
    return first


def _find_issue_date(layout: Layout, masthead_end: int, dates: DateStyle) -> datetime.date | None:
    """Return the first date in the masthead: that of the issue."""
    for line in layout.lines[:masthead_end]:
        day = dates.find_date(line.text)
        if day is not None:
            return day.date
    return None


def _find_headline(layout: Layout, first: int, stop: int, *, may_have_preamble: bool) -> int:
    """Return the line where the story begins that ends at ``stop``.

    Before it may stand the title of a section, whole sections, or a word of welcome. Where no line
    reads like the headline after those, it is the first.
    """
    lines = layout.lines
    while first < stop and is_rule(lines[first]):
        first += 1
    under_section = first < stop and is_section(lines[first])
    if under_section and layout.is_whole_story(first + 1, stop):
        return first + 1
    opens_story = not may_have_preamble or layout.is_whole_story(first, stop)
    if not under_section and opens_story:
        return first
    headline = _find_later_headline(layout, first + 1, stop, must_be_apart=not under_section)
    return first if headline is None else headline


def _find_later_headline(
    layout: Layout, first: int, stop: int, *, must_be_apart: bool
) -> int | None:
    """Return the line from ``first`` on that opens a story which ends at ``stop``, or None."""
    for i in range(first, stop):
        line = layout.lines[i]
        previous = layout.lines[i - 1]
        # A headline comes after the end of a text or of a list.
        if not is_prose(previous) and not bullet_length(previous):
            continue
        if must_be_apart and not line.follows_blank:
            continue
        if is_headline(line) and not is_section(line) and layout.is_whole_story(i, stop):
            return i
    return None


# --- attributions that open stories


def _find_starts(layout: Layout, marks: list[int]) -> list[int]:
    """Return the line where the story of each attribution begins; empty where they open none."""
    if len(marks) < 2:
        return []
    if all(_stands_under_headline(layout, mark) for mark in marks):
        return [_find_headline_start(layout, mark) for mark in marks]
    if _stand_over_headlines(layout, marks):
        return [mark + 1 for mark in marks]
    return []


def _stands_under_headline(layout: Layout, mark: int) -> bool:
    """Return whether an attribution stands right under a headline."""
    above = mark - 1
    if above < 0:
        return False
    if not is_headline(layout.lines[above]):
        return False
    return layout.stands_alone(above, mark + 1)


def _stand_over_headlines(layout: Layout, marks: list[int]) -> bool:
    """Return whether attributions open stories: the first opens the file, not all close text."""
    if marks[0] != 0:
        return False
    # A line that closes a story stands right under it.
    other_marks = [layout.lines[mark] for mark in marks[1:]]
    if not any(line.follows_blank for line in other_marks):
        return False
    # Sections follow the line that closes the last story.
    after_last = marks[-1] + 1
    if after_last == len(layout.lines):
        after_last -= 1
    return not is_section(layout.lines[after_last])


def _find_headline_start(layout: Layout, mark: int) -> int:
    """Return the first of the headline's lines that stand together above an attribution."""
    lines = layout.lines
    first = mark - 1
    highest = max(0, mark - _MAX_HEADLINE_LINES)
    while first > highest:
        if lines[first].follows_blank or not is_headline(lines[first - 1]):
            break
        first -= 1
    # The title of the section above the headline is no part of it.
    has_more_lines = first < mark - 1
    if has_more_lines and is_section(lines[first]):
        return first + 1
    return first


def _find_sections(layout: Layout, first: int) -> int:
    """Return the first line from ``first`` on that opens a section; the end where none does."""
    for i in range(first, len(layout.lines)):
        line = layout.lines[i]
        if line.follows_blank and is_section(line):
            return i
    return len(layout.lines)
