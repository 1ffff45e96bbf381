"""A chapter of a book in XHTML: its paragraphs, its heading, and where its anchors stand.

A book has no menus around its text: everything of it is read. Pages of the web are another thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.formats.packed import get_attribute, get_tag, parse_xml, read_entity
from rag.reading.formats.table_rows import Table
from rag.reading.formats.text_builder import TextBuilder, clean_block

if TYPE_CHECKING:
    from lxml.etree import _Element

_PASSED_OVER = frozenset(
    {"head", "script", "style", "svg", "math", "audio", "video", "rt", "rp", "template", "iframe"}
)
_BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th"),
        *("tr", "ul", "html"),
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3"})
_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡]+|[ivx]{1,5})[\])]?")


class ChapterReader:
    """Adds the paragraphs of chapters to a text, one chapter after the other."""

    def __init__(self, builder: TextBuilder) -> None:
        self.anchors: dict[str, int] = {}  # of the last chapter: where the ids stand
        self.heading: str | None = None  # its first one
        self._builder = builder
        self._parts: list[str] = []
        self._tables: list[Table] = []
        self._preformatted = 0
        self._waiting_anchors: list[str] = []

    def read(self, content: bytes, name: str) -> None:
        """Add a chapter; SourceError where it is no XML at all."""
        from lxml import etree

        root = parse_xml(content, name, is_tolerant=True)
        self.anchors = {}
        self.heading = None
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if not isinstance(element.tag, str):
                self._add_entity(event, element)
                continue
            tag = get_tag(element).lower()
            if event == "end":
                self._close(tag, element)
            elif tag in _PASSED_OVER or _is_note_mark(tag, element):
                walker.skip_subtree()
            else:
                self._open(tag, element)
        self._end_block()
        self._note_anchors()

    def _add_entity(self, event: str, element: _Element) -> None:
        """Add a named entity that stands as it is: nothing is expanded while parsing."""
        if event == "end":
            return
        name = getattr(element, "name", None)
        self._parts.append(read_entity(name) if isinstance(name, str) else "")
        self._add_text(element.tail)

    def _open(self, tag: str, element: _Element) -> None:
        """Begin a block, a table, a row or a cell; note an anchor."""
        if tag in _BLOCKS:
            self._end_block()
        identity = get_attribute(element, "id")
        if identity:
            self._waiting_anchors.append(identity)
        if tag == "table":
            self._tables.append(Table())
        elif tag == "pre":
            self._preformatted += 1
        elif self._tables:
            self._open_cell(tag, element)
        if tag == "br":
            self._parts.append("\n")
        self._add_text(element.text)

    def _open_cell(self, tag: str, element: _Element) -> None:
        """Begin a row or a cell of the innermost table."""
        table = self._tables[-1]
        if tag == "tr":
            parent = element.getparent()
            is_head = parent is not None and get_tag(parent) == "thead"
            table.open_row(is_head=is_head)
        elif tag in ("td", "th"):
            table.open_cell()

    def _close(self, tag: str, element: _Element) -> None:
        """Add the block or the table that ends, then the text behind the element."""
        if tag in _HEADINGS and self.heading is None:
            heading = "".join(self._parts)
            self.heading = " ".join(heading.split()) or None
        if tag in _BLOCKS:
            self._end_block()
        if tag == "pre":
            self._preformatted -= 1
        if tag == "table" and self._tables:
            table = self._tables.pop()
            for row in table.describe():
                self._add_block(row)
        self._add_text(element.tail)

    def _add_text(self, text: str | None) -> None:
        """Add text to the block that is open, its line breaks as spaces but in verbatim text."""
        if not text:
            return
        if not self._preformatted:
            text = _WHITE_SPACE.sub(" ", text)
        self._parts.append(text)

    def _end_block(self) -> None:
        """Add the block that is open, if it holds anything."""
        text = clean_block("".join(self._parts))
        self._parts.clear()
        if text:
            self._add_block(text)

    def _add_block(self, text: str) -> None:
        """Add a block to the innermost table, or to the text."""
        if self._tables:
            table = self._tables[-1]
            table.add_paragraph(text)
            return
        self._note_anchors()
        self._builder.add_block(text)

    def _note_anchors(self) -> None:
        """Note that anchors stand where the next block begins."""
        for identity in self._waiting_anchors:
            self.anchors.setdefault(identity, self._builder.next_start)
        self._waiting_anchors.clear()


def _is_note_mark(tag: str, element: _Element) -> bool:
    """Return whether an element is the mark of a footnote, which would cut a quotation."""
    if tag not in ("a", "sup"):
        return False
    text = "".join(element.itertext()).strip()
    if _NOTE_MARK.fullmatch(text) is None:
        return False
    kind = get_attribute(element, "type") or get_attribute(element, "role") or ""
    if "noteref" in kind:
        return True
    # "10<sup>6</sup>" is a power: the mark of a note is a link.
    has_link = element.find("{*}a") is not None
    return tag == "sup" and has_link
