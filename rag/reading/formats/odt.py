"""OpenDocument texts: paragraphs, headings, tables and text boxes; what was deleted is out.

OpenDocument 1.3 (ISO/IEC 26300). Footnotes follow the text, as where they stand in it they would
cut the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata
from rag.reading.formats.metadata_fields import choose_metadata, choose_title
from rag.reading.formats.odt_styles import OdtStyles, read_styles
from rag.reading.formats.packed import (
    PackedFile,
    find_text,
    get_attribute,
    get_tag,
    has_media_type,
    make_encrypted_error,
)
from rag.reading.formats.table_rows import Table
from rag.reading.formats.text_builder import TextBuilder, clean_block

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTENT = "content.xml"
_META = "meta.xml"
_STYLES = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_MIME_TYPE = "application/vnd.oasis.opendocument.text"
_PASSED_OVER = frozenset(
    {
        "tracked-changes",
        "annotation",
        "note-citation",
        "automatic-styles",
        "font-face-decls",
        "scripts",
        "sequence-decls",
        "forms",
        "ruby-text",
        "binary-data",
        # Their entries are the headings of the text once more, with the numbers of pages.
        "table-of-content",
        "alphabetical-index",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
    }
)
# The words beside a picture; fields of the same names show the properties of the document.
_PICTURE_WORDS = ("{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}",)
_PARAGRAPHS = frozenset({"p", "h"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_MAX_SPACES = 100  # that one element may stand for; chosen by hand
_CHAPTER_LEVEL = 2  # deeper headings are no places to go to


class OdtFormat:
    """A text of LibreOffice and its kin."""

    name = "odt"
    media_type = _MIME_TYPE
    suffixes = frozenset({".odt", ".ott"})
    version = 3
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the archive says first of all that it is an OpenDocument text."""
        return has_media_type(data, _MIME_TYPE)

    def extract(self, data: bytes) -> Extracted:
        """Return the text, the headings as places, and what the properties say."""
        packed = PackedFile(data)
        _check_encryption(packed)
        root = packed.read_xml(_CONTENT)
        reader = _BodyReader(_find_styles(packed, root))
        reader.read(root)
        reader.add_notes()
        if not reader.builder.text:
            raise SourceError("no text", hint="a document of pictures needs text recognition")
        metadata = _read_properties(packed)
        metadata = metadata._replace(title=metadata.title or reader.title)
        return Extracted(reader.builder.text, metadata, reader.builder.places)


ODT = OdtFormat()


def _check_encryption(packed: PackedFile) -> None:
    """Raise SourceError for a document that only a password opens."""
    if _MANIFEST not in packed.names:
        return
    manifest = packed.read_xml(_MANIFEST)
    for _ in manifest.iter("{*}encryption-data"):
        raise make_encrypted_error()


def _find_styles(packed: PackedFile, root: _Element) -> OdtStyles:
    """Return the styles of a document, where they can be read."""
    roots = [root]
    if _STYLES in packed.names:
        styles = packed.read_xml(_STYLES)
        roots.append(styles)
    return read_styles(roots)


def _read_properties(packed: PackedFile) -> Metadata:
    """Return what the properties say where a person wrote it."""
    if _META not in packed.names:
        return Metadata()
    meta = packed.read_xml(_META)
    author = find_text(meta, "initial-creator") or find_text(meta, "creator")
    day = find_text(meta, "creation-date") or find_text(meta, "date")
    title = find_text(meta, "title")
    language = find_text(meta, "language")
    chosen = choose_metadata(title=title, author=author, day=day, language=language)
    return chosen._replace(description=find_text(meta, "description"))


class _BodyReader:
    """Reads a body in one pass over its elements, so that no depth of them is too deep."""

    def __init__(self, styles: OdtStyles) -> None:
        self.builder = TextBuilder()
        self.title: str | None = None
        self._styles = styles
        self._paragraphs: list[list[str]] = []  # those that are open, the innermost last
        self._tables: list[Table] = []
        self._boxes: list[str] = []  # paragraphs of text boxes: they follow the one around them
        self._notes: list[str] = []
        self._open_notes = 0

    def read(self, root: _Element) -> None:
        """Add the paragraphs below an element."""
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = get_tag(element)
            if event == "end":
                self._close(tag, element)
            elif _is_passed_over(tag, element):
                walker.skip_subtree()
            elif self._styles.is_hidden(element):
                if tag in _PARAGRAPHS:
                    self._paragraphs.append([])
                walker.skip_subtree()
            else:
                self._open(tag, element)

    def add_notes(self) -> None:
        """Add the footnotes after everything else."""
        for note in self._notes:
            self.builder.add_block(note)

    def _open(self, tag: str, element: _Element) -> None:
        """Begin a paragraph, a table, a row or a cell; add the text that an element begins with."""
        if tag in _PARAGRAPHS:
            self._paragraphs.append([])
        elif tag == "table":
            self._tables.append(Table())
        elif tag == "note":
            self._open_notes += 1
        elif self._tables:
            self._open_cell(tag, element)
        text = _read_start(tag, element)
        self._add_text(text)

    def _open_cell(self, tag: str, element: _Element) -> None:
        """Begin a row or a cell of the innermost table."""
        table = self._tables[-1]
        if tag == "table-row":
            parent = element.getparent()
            is_head = parent is not None and get_tag(parent) == "table-header-rows"
            table.open_row(is_head=is_head)
        elif tag in _CELLS:
            table.open_cell()

    def _close(self, tag: str, element: _Element) -> None:
        """Add a paragraph or a table that is complete, and the text behind an element."""
        if tag in _PARAGRAPHS and self._paragraphs:
            parts = self._paragraphs.pop()
            text = clean_block("".join(parts))
            self._add_paragraph(text, element)
        elif tag == "table" and self._tables:
            table = self._tables.pop()
            for text in table.describe():
                self._add_block(text)
        elif tag == "note" and self._open_notes:
            self._open_notes -= 1
        tail = _collapse(element.tail)
        self._add_text(tail)

    def _add_text(self, text: str) -> None:
        """Add text to the innermost paragraph; what stands in none is layout."""
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def _add_paragraph(self, text: str, element: _Element) -> None:
        """Add a paragraph to the note, the text box, the cell or the body that it stands in."""
        if self._open_notes:
            self._notes.append(text)
            return
        if self._paragraphs:
            self._boxes.append(text)
            return
        if self._styles.is_title(element):
            self.title = self.title or choose_title(text)
        is_chapter = get_tag(element) == "h" and _read_level(element) <= _CHAPTER_LEVEL
        if text and is_chapter and not self._tables:
            heading = " ".join(text.split())
            self.builder.mark_place("chapter", heading)
        self._add_block(text)
        boxes = list(self._boxes)
        self._boxes.clear()
        for box in boxes:
            self._add_block(box)

    def _add_block(self, text: str) -> None:
        """Add a paragraph to the innermost table, or to the body."""
        if self._tables:
            table = self._tables[-1]
            table.add_paragraph(text)
        else:
            self.builder.add_block(text)


def _is_passed_over(tag: str, element: _Element) -> bool:
    """Return whether an element holds nothing of the text."""
    return tag in _PASSED_OVER or str(element.tag).startswith(_PICTURE_WORDS)


def _read_level(element: _Element) -> int:
    """Return the level of a heading, from 1."""
    level = get_attribute(element, "outline-level") or ""
    return int(level) if level.isdecimal() else 1


def _read_start(tag: str, element: _Element) -> str:
    """Return the text before the first child of an element, or the character that it stands for."""
    if tag == "line-break":
        return "\n"
    if tag == "tab":
        return " "
    if tag == "s":
        count = get_attribute(element, "c") or "1"
        spaces = int(count) if count.isdecimal() else 1
        return " " * min(spaces, _MAX_SPACES)
    return _collapse(element.text)


def _collapse(text: str | None) -> str:
    """Return a text with its line breaks as spaces: those of XML mean nothing."""
    if text is None:
        return ""
    return text.replace("\n", " ")
