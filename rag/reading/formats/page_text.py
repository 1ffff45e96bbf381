"""The paragraphs of pages into one text: what columns and pages divide is whole again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats.hyphenation import LineJoiner
from rag.reading.formats.paragraphs import goes_on
from rag.reading.formats.text_builder import TextBuilder
from rag.records import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.reading.formats.paragraphs import Paragraph

_SMALLER = 0.93  # of the height of text: notes and captions that a paragraph may go on after
_MAX_BETWEEN = 12  # such notes; chosen by hand


class PageText(NamedTuple):
    """A text, and where its pages begin."""

    text: str
    places: tuple[Place, ...]


class _Block:
    """A paragraph of the text, which may begin on one page and end on another."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self.text = ""
        self.starts: list[tuple[int, int]] = []  # pages, and where they begin in the text

    def add(self, paragraph: Paragraph, joiner: LineJoiner) -> None:
        """Add the lines of a paragraph."""
        self.paragraph = paragraph
        for number, line in enumerate(paragraph.lines):
            if self.text:
                self.text = joiner.join(self.text, line)
            else:
                self.text = line
            if number == 0:
                start = len(self.text) - len(line)
                self.starts.append((paragraph.page, start))


def join_paragraphs(paragraphs: Sequence[Paragraph], knows: Callable[[str], bool]) -> PageText:
    """Return the text of pages; ``knows`` says whether a word in lower case is one."""
    lines = []
    for paragraph in paragraphs:
        lines += paragraph.lines
    joiner = LineJoiner(lines, knows)
    blocks: list[_Block] = []
    for paragraph in paragraphs:
        block = _find_beginning(blocks, paragraph)
        if block is None:
            block = _Block(paragraph)
            blocks.append(block)
        block.add(paragraph, joiner)
    return _join_blocks(blocks)


def _join_blocks(blocks: Sequence[_Block]) -> PageText:
    """Return the text of blocks, and where the page changes in it."""
    builder = TextBuilder()
    places: list[Place] = []
    last_page = -1
    for block in blocks:
        start = builder.next_start
        builder.add_block(block.text)
        for page, offset in block.starts:
            if page == last_page:
                continue
            place = Place(start + offset, "page", f"{page + 1}")
            places.append(place)
            last_page = page
    return PageText(builder.text, tuple(places))


def _find_beginning(blocks: Sequence[_Block], paragraph: Paragraph) -> _Block | None:
    """Return the block that a paragraph goes on from, over notes and captions in smaller type."""
    for block in reversed(blocks[-_MAX_BETWEEN:]):
        if goes_on(block.paragraph, paragraph):
            return block
        if block.paragraph.height > _SMALLER * paragraph.height:
            return None
    return None
