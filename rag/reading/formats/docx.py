"""Word documents: paragraphs, headings, tables and text boxes, without what was deleted.

Office Open XML (ECMA-376, part 1). Footnotes follow the text, as where they stand in it they would
cut the sentence. Read with lxml: python-docx unpacks whatever an archive holds, and knows neither
footnotes nor text boxes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata
from rag.reading.formats.metadata_fields import choose_day, choose_metadata, choose_title
from rag.reading.formats.packed import (
    PackedFile,
    find_text,
    get_attribute,
    get_tag,
    make_encrypted_error,
    read_first_name,
)
from rag.reading.formats.table_rows import Table
from rag.reading.formats.text_builder import TextBuilder, clean_block

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_MAIN_PART = "word/document.xml"
_FIRST_PARTS = ("[Content_Types].xml", "_rels/", "docProps/", "word/", "customXml/", "mimetype")
_STYLES_PART = "word/styles.xml"
_CORE_PART = "docProps/core.xml"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Deleted or moved away under tracking, codes of fields, and what an older program would show.
_PASSED_OVER = frozenset(
    {
        "del",
        "moveFrom",
        "instrText",
        "Fallback",
        "sectPr",
        "pPrChange",
        "rPrChange",
        "object",
        "rt",  # how the word below it is pronounced
    }
)
_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": " "}
_TABLE_PARTS = frozenset({"tr", "tc"})
_OFF = frozenset({"0", "false", "off"})
_LEVELS = "012345678"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
# Entries of the table of contents: the headings once more, with the numbers of pages.
_CONTENTS = re.compile(r"(?:toc|contents|inhaltsverzeichnis) ?(?:[1-9]|heading)", re.IGNORECASE)
_CHAPTER_LEVEL = 2  # deeper headings are no places to go to


class _Style(NamedTuple):
    """What a style of paragraphs says: its level as a heading, and whose it is."""

    level: int | None
    is_title: bool
    is_contents: bool = False


class DocxFormat:
    """A document of Word."""

    name = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffixes = frozenset({".docx", ".docm", ".dotx"})
    version = 4
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether it is an archive whose first members are those of Word."""
        return _MAIN_PART.encode() in data and read_first_name(data).startswith(_FIRST_PARTS)

    def extract(self, data: bytes) -> Extracted:
        """Return the text, the headings as places, and what the core properties say."""
        _check_container(data)
        packed = PackedFile(data)
        reader = _BodyReader(_read_styles(packed))
        root = packed.read_xml(_MAIN_PART)
        reader.read(root)
        for part in ("word/footnotes.xml", "word/endnotes.xml"):
            if part in packed.names:
                notes = packed.read_xml(part)
                reader.read_notes(notes)
        text = reader.builder.text
        if not text:
            raise SourceError("no text", hint="a document of pictures needs text recognition")
        metadata = _read_properties(packed, reader.title)
        return Extracted(text, metadata, reader.builder.places)


DOCX = DocxFormat()


def _check_container(data: bytes) -> None:
    """Raise SourceError for what is called .docx and is none: encrypted, or of an old Word."""
    if not data.startswith(_OLE_MAGIC):
        return
    # The names of the streams stand in UTF-16 in the directory of the compound file.
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise make_encrypted_error()
    raise SourceError("a document of Word before 2007", hint="save it as .docx")


def _read_styles(packed: PackedFile) -> dict[str, _Style]:
    """Return the styles of paragraphs that are headings, by their ids."""
    styles: dict[str, _Style] = {}
    if _STYLES_PART not in packed.names:
        return styles
    root = packed.read_xml(_STYLES_PART)
    for element in root.iter("{*}style"):
        name = element.find("{*}name")
        identity = get_attribute(element, "styleId")
        if name is None or identity is None:
            continue
        label = get_attribute(name, "val") or ""
        outline = element.find("{*}pPr/{*}outlineLvl")
        level = None
        heading = _HEADING.fullmatch(label)
        if heading is not None:
            level = int(heading.group(1))
        elif outline is not None:
            level = _read_level(outline)
        is_title = label.lower() == "title"
        is_contents = _CONTENTS.fullmatch(label) is not None
        styles[identity] = _Style(level, is_title, is_contents)
    return styles


def _read_level(outline: _Element) -> int | None:
    """Return the level of an outline, from 1; None for that of running text."""
    value = get_attribute(outline, "val")
    if value is None or value not in _LEVELS:
        return None
    return 1 + int(value)


def _read_properties(packed: PackedFile, title: str | None) -> Metadata:
    """Return what the core properties say where a person wrote it; the title else from the text."""
    if _CORE_PART not in packed.names:
        return Metadata(title=title)
    core = packed.read_xml(_CORE_PART)
    named_title = find_text(core, "title")
    author = find_text(core, "creator")
    language = find_text(core, "language")
    created = find_text(core, "created")
    modified = find_text(core, "modified")
    chosen = choose_metadata(title=named_title, author=author, day=created, language=language)
    return chosen._replace(
        title=chosen.title or title,
        date=chosen.date or choose_day(modified),
    )


class _BodyReader:
    """Reads a body in one pass over its elements, so that no depth of them is too deep."""

    def __init__(self, styles: Mapping[str, _Style]) -> None:
        self.builder = TextBuilder()
        self.title: str | None = None
        self._styles = styles
        self._paragraphs: list[list[str]] = []  # those that are open, the innermost last
        self._carried: list[str] = []  # of a paragraph whose end was deleted: the next one goes on
        self._boxes: list[str] = []  # paragraphs of text boxes: they follow the one around them
        self._tables: list[Table] = []

    def read(self, root: _Element) -> None:
        """Add the paragraphs below an element."""
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = get_tag(element)
            if event == "start" and tag in _PASSED_OVER:
                walker.skip_subtree()
            elif event == "start":
                if tag == "r" and _is_hidden(element):
                    walker.skip_subtree()
                self._open(tag, element)
            else:
                self._close(tag, element)
        rest = clean_block("".join(self._carried))
        self._carried = []
        self._add_block(rest)

    def read_notes(self, root: _Element) -> None:
        """Add the footnotes, without the lines that separate them from the text."""
        for note in root:
            if get_attribute(note, "type") in (None, "normal"):
                self.read(note)

    def _open(self, tag: str, element: _Element) -> None:
        """Begin a paragraph, a table, a row or a cell; add the text of a run."""
        if tag == "p":
            self._paragraphs.append(self._carried)
            self._carried = []
        elif tag == "tbl":
            self._tables.append(Table())
        elif self._tables and tag in _TABLE_PARTS:
            self._open_cell(tag, element)
        elif self._paragraphs and _is_in_run(element):
            text = _read_character(tag, element)
            self._paragraphs[-1].append(text)

    def _open_cell(self, tag: str, element: _Element) -> None:
        """Begin a row or a cell of the innermost table."""
        table = self._tables[-1]
        if tag == "tc":
            table.open_cell()
            return
        head = element.find("{*}trPr/{*}tblHeader")
        table.open_row(is_head=_is_on(head))

    def _close(self, tag: str, element: _Element) -> None:
        """Add a paragraph or a table that is complete."""
        if tag == "p" and self._paragraphs:
            parts = self._paragraphs.pop()
            if element.find("{*}pPr/{*}rPr/{*}del") is not None:
                self._carried = parts
                return
            text = clean_block("".join(parts))
            self._add_paragraph(text, element)
        elif tag == "tbl" and self._tables:
            table = self._tables.pop()
            for text in table.describe():
                self._add_block(text)

    def _add_paragraph(self, text: str, element: _Element) -> None:
        """Add a paragraph to the text box, the cell or the body that it stands in."""
        if self._paragraphs:
            self._boxes.append(text)
            return
        style = self._find_style(element)
        if style is not None and style.is_contents:
            return
        if style is not None and not self._tables:
            self._note_heading(text, style)
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

    def _note_heading(self, text: str, style: _Style) -> None:
        """Note a heading as a place, and the title as one."""
        words = text.split()
        if not words:
            return
        heading = " ".join(words)
        if style.is_title:
            self.title = self.title or choose_title(heading)
        elif style.level is not None and style.level <= _CHAPTER_LEVEL:
            self.builder.mark_place("chapter", heading)

    def _find_style(self, element: _Element) -> _Style | None:
        """Return what the style of a paragraph says of headings."""
        outline = element.find("{*}pPr/{*}outlineLvl")
        if outline is not None:
            return _Style(_read_level(outline), is_title=False)
        style = element.find("{*}pPr/{*}pStyle")
        if style is None:
            return None
        identity = get_attribute(style, "val") or ""
        return self._styles.get(identity)


def _is_hidden(run: _Element) -> bool:
    """Return whether a run is hidden text."""
    hidden = run.find("{*}rPr/{*}vanish")
    return _is_on(hidden)


def _is_on(switch: _Element | None) -> bool:
    """Return whether a property that is there or not is there, and not switched off."""
    if switch is None:
        return False
    value = get_attribute(switch, "val")
    return value not in _OFF


def _is_in_run(element: _Element) -> bool:
    """Return whether an element is part of a run: a tab elsewhere is a stop, no character."""
    parent = element.getparent()
    return parent is not None and get_tag(parent) == "r"


def _read_character(tag: str, element: _Element) -> str:
    """Return the text of a part of a run, or the character that it stands for."""
    if tag == "t":
        return element.text or ""
    return _CHARACTERS.get(tag, "")
