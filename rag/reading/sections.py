"""Sections in capitals: the figure of the week, the news in brief, each item a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.reading.layout import Story
from rag.reading.lines import (
    bullet_length,
    is_headline,
    is_prose,
    is_rule,
    is_section,
    strip_markup,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.reading.layout import Layout

_MAX_FIGURE = 40  # characters of a line that is a figure, "10,7 %"; chosen by hand


def cut_sections(layout: Layout, first: int, stop: int) -> Iterator[Story]:
    """Yield the parts of lines that follow no headline of a story.

    Under a section's title, and before the first one, list items and loose paragraphs are stories
    one by one.
    """
    name = ""
    start = first
    for i in range(first, stop):
        line = layout.lines[i]
        if not is_section(line):
            continue
        # Here the section before ends, and the next one begins.
        yield from _cut_items(layout, start, i, name)
        name = strip_markup(line.text)
        name = name.rstrip(" :").capitalize()
        start = i + 1
    yield from _cut_items(layout, start, stop, name)


def _cut_items(layout: Layout, first: int, stop: int, section: str) -> Iterator[Story]:
    """Yield a section's list items, each a story; its other lines, together one story."""
    for item in _group_items(layout, first, stop):
        first_line = layout.lines[item[0]]
        last_line = layout.lines[item[-1]]
        # The marker of a list item is no part of its text.
        start = first_line.start + bullet_length(first_line)
        title = _find_item_title(layout, item, section)
        yield Story(start, last_line.end, title, section=section or None)


def _group_items(layout: Layout, first: int, stop: int) -> list[list[int]]:
    """Return the lines of each item, by their place; rules belong to none.

    A list item goes on until the next one, or until a blank line. Other lines stay together.
    """
    items: list[list[int]] = []
    is_list_item = False
    for i in range(first, stop):
        line = layout.lines[i]
        if is_rule(line):
            continue
        has_bullet = bullet_length(line) > 0
        ends_list_item = is_list_item and line.follows_blank
        begins_item = has_bullet or ends_list_item
        if not items or begins_item:
            items.append([])
            is_list_item = has_bullet
        items[-1].append(i)
    return items


def _find_item_title(layout: Layout, item: list[int], section: str) -> str | None:
    """Return the section's name for a loose part, with its figure where it opens with one.

    Outside of sections a part may have a headline. A list item has no title: its first words do.
    """
    first, last = item[0], item[-1]
    first_line = layout.lines[first]
    if bullet_length(first_line):
        return None
    opening = strip_markup(first_line.text)
    if section:
        # "Figure of the week – 42 %", where the text about the figure follows.
        has_text = first < last and not is_prose(first_line)
        if has_text and _is_figure(opening):
            return f"{section} – {opening}"
        return section
    # A part before all sections, with a headline of its own.
    if is_headline(first_line) and layout.stands_alone(first, last + 1):
        return opening
    return None


def _is_figure(opening: str) -> bool:
    """Return whether a line is short and has a number."""
    if len(opening) > _MAX_FIGURE:
        return False
    return any(map(str.isdigit, opening))
