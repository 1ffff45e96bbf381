"""A piece of HTML, as an entry of a feed or a cell of a table has it, as text."""

from __future__ import annotations

import html
import re

from rag.errors import SourceError
from rag.reading.formats.blocks import join_blocks, list_blocks
from rag.reading.formats.markup import parse_html
from rag.reading.formats.surroundings import remove_boxes

_TAG = re.compile(r"<[A-Za-z/!]")
_PARAGRAPH_END = re.compile(r"\n\s*\n")


def read_fragment(value: object) -> str:
    """Return the text of a piece of HTML, or of plain text."""
    if not isinstance(value, str) or not value.strip():
        return ""
    if not _TAG.search(value):
        return _read_plain(value)
    try:
        # Around it, as a piece that begins with text has no element of its own.
        tree = parse_html(f"<div>{value}</div>")
    except SourceError:
        return ""
    seen = list_blocks(tree)
    blocks = remove_boxes(seen)
    text, _ = join_blocks(blocks)
    return text


def _read_plain(value: str) -> str:
    """Return plain text, its paragraphs parted by empty lines."""
    text = html.unescape(value)
    paragraphs = map(str.strip, _PARAGRAPH_END.split(text))
    return "\n\n".join(filter(None, paragraphs))
