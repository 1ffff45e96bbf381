"""Markdown as a person reads it: the text is the file's, the edits take its markup away.

The blocks are markdown-it's. What each line of a block shows is a row of pieces; what lies between
two pieces (marks, addresses, templates, code) is not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.edits import find_invisible, merge_edits
from rag.reading.encoding import decode, describe_damage
from rag.reading.formats.base import NO_METADATA, Extracted, Metadata
from rag.reading.formats.markdown_blocks import BlockReader
from rag.reading.formats.markdown_content import Source, locate_words, look_into
from rag.reading.formats.markdown_templates import mask_templates
from rag.reading.formats.pieces import PARAGRAPH, make_edits
from rag.reading.front_matter import read_front_matter
from rag.reading.mojibake import add_repairs, find_mojibake, undo_mojibake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rag.reading.formats.pieces import Piece
    from rag.records import Edit

_CHUNK = 500_000  # characters that are parsed at a time: the parser's tokens take much more memory
_CODE_SHARE = 20  # code is seen where there is more than so many times as much of it as of text
_NOT_LINE_END = re.compile(r"[^\n]")


class Markdown:
    """CommonMark, tables, footnotes, and what Hugo, Jekyll, mkdocs, MDX and Obsidian add to it."""

    name = "markdown"
    media_type = "text/markdown"
    suffixes = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd"})
    version = 6
    is_guarded = False

    def fits(self, data: bytes) -> bool:
        """Return False: any text may be Markdown, only its suffix says so."""
        del data
        return False

    def extract(self, data: bytes) -> Extracted:
        """Return the decoded file and what a person sees of it."""
        text, encoding = decode(data)
        edits = tuple(merge_edits(text, find_markup(text), find_invisible(text)))
        metadata = NO_METADATA
        warnings = [describe_damage(data, text)]
        mojibake = find_mojibake(text)
        if mojibake is not None:
            edits = add_repairs(text, edits, mojibake.edits)
            metadata = _repair_metadata(text)
            warnings.append(mojibake.warning)
        return Extracted(
            text,
            metadata,
            edits=edits,
            warnings=tuple(filter(None, warnings)),
            encoding=encoding,
        )


def _repair_metadata(text: str) -> Metadata:
    """Return what the front matter of a text that is mojibake was meant to say."""
    front = read_front_matter(text)
    return Metadata(
        title=front.title and undo_mojibake(front.title),
        publisher=front.publisher and undo_mojibake(front.publisher),
        author=front.author and undo_mojibake(front.author),
    )


MARKDOWN = Markdown()


def find_markup(text: str) -> tuple[Edit, ...]:
    """Return the edits from a Markdown text to what a person sees of it."""
    plain = _unify_line_ends(text)
    front = read_front_matter(text)
    body = front.body
    head = _NOT_LINE_END.sub(" ", plain[:body])
    masked = head + mask_templates(plain[body:])
    source = Source.make(plain, masked)
    reader = _read_blocks(source, keeps_code=False)
    if reader.code > _CODE_SHARE * reader.seen:
        reader = _read_blocks(source, keeps_code=True)
    lead = front.lead
    if not lead and not reader.pieces:
        # Below the head is nothing that is seen: the title is, as where there is nothing at all.
        lead = read_front_matter(text[:body]).lead
    return make_edits(plain, [*_unmark_lead(plain[:body], lead), *reader.pieces])


def _unmark_lead(head: str, lead: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the words of front matter that are text, without their markup.

    A value with a word that its syntax writes otherwise is left as it is.
    """
    paragraphs: list[list[Piece]] = []
    for piece in lead:
        if not paragraphs or piece.before == PARAGRAPH:
            paragraphs.append([])
        paragraphs[-1].append(piece)
    source = Source.make(head, mask_templates(head))
    for words in paragraphs:
        if any(word.shown is not None for word in words):
            yield from words
        else:
            block = locate_words(source, words)
            first, *others = look_into(source, block, {}) or words
            yield first._replace(before=words[0].before)
            yield from others


def _unify_line_ends(text: str) -> str:
    """Return a text of the same length whose lines end in one way, and that any parser takes."""
    text = text.replace("\r\n", " \n")
    text = text.replace("\r", "\n")
    return text.replace("\0", "\ufffd")


def _read_blocks(source: Source, *, keeps_code: bool) -> BlockReader:
    reader = BlockReader(source, keeps_code=keeps_code)
    first = 0
    for stop in _find_chunks(source):
        reader.read(first, stop)
        first = stop
    return reader


def _find_chunks(source: Source) -> Iterator[int]:
    """Yield the lines before which a long text is cut, not within a paragraph; then its end."""
    limit = _CHUNK
    last_line = len(source.line_starts) - 1
    for number, start in enumerate(source.line_starts):
        if start <= limit or number == last_line:
            continue
        before = source.masked[start - 2 : start]
        if before == "\n\n":
            yield number
            limit = start + _CHUNK
    yield last_line
