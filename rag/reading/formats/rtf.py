r"""Rich Text Format: paragraphs, tables and footnotes; what is hidden or was deleted is out.

RTF is plain text with control words (Microsoft, specification 1.9.1): ``\b`` switches bold on,
``{`` and ``}`` hold what is switched inside them, ``\'e9`` is a byte in the code page of the font.
One pass over its tokens reads it: no backtracking, no recursion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.formats.base import Extracted
from rag.reading.formats.metadata_fields import choose_metadata
from rag.reading.formats.rtf_fonts import RtfFonts
from rag.reading.formats.rtf_words import (
    ANNOUNCED,
    CHARACTERS,
    CODE_PAGES,
    HEADING,
    PASSED_OVER,
)
from rag.reading.formats.table_rows import Table
from rag.reading.formats.text_builder import TextBuilder

if TYPE_CHECKING:
    from collections.abc import Callable

_MAGIC = re.compile(rb"\s*\{\\rtf")
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # a control word, its number, the space that ends it
    r"|\\'([0-9a-fA-F]{2})"  # a byte
    r"|\\([^a-zA-Z])"  # a control symbol
    r"|([{}])"
    r"|[\r\n]+"
    r"|([^\\{}\r\n]+)"
)
_MAX_DEPTH = 10_000  # of groups in groups; chosen by hand
_MAX_FALLBACK = 100  # characters for older programs after one of Unicode
_INFO_FIELDS = frozenset({"title", "author"})


class RtfFormat:
    """A document of many word processors."""

    name = "rtf"
    media_type = "text/rtf"
    suffixes = frozenset({".rtf"})
    version = 3
    is_guarded = False

    def fits(self, data: bytes) -> bool:
        """Return whether it begins as RTF does."""
        return _MAGIC.match(data) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the text, the headings as places, and what the document says of itself."""
        if not self.fits(data):
            raise SourceError("damaged: no RTF", hint="save or download it again")
        reader = _RtfReader()
        reader.read(data.decode("latin-1"))
        text = reader.builder.text
        if not text:
            raise SourceError("no text", hint="a document of pictures needs text recognition")
        title, author, day = map(reader.info.get, ("title", "author", "created"))
        metadata = choose_metadata(title=title, author=author, day=day)
        return Extracted(text, metadata, reader.builder.places)


RTF = RtfFormat()


class _Group:
    """What is switched on between two braces."""

    def __init__(self, outer: _Group | None = None) -> None:
        self.destination = "text"
        self.font = ""
        self.is_hidden = False
        self.fallback_length = 1
        self.is_optional = False
        if outer is not None:
            self.destination = outer.destination
            self.font = outer.font
            self.is_hidden = outer.is_hidden
            self.fallback_length = outer.fallback_length


class _RtfReader:
    """Reads the tokens of a document one after the other."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.info: dict[str, str] = {}
        self._fonts = RtfFonts()
        self._headings: set[str] = set()  # styles of headings, by their numbers
        self._groups = [_Group()]
        self._bytes = bytearray()
        self._text: dict[str, list[str]] = {}  # what waits for its end, by destination
        self._notes: list[str] = []
        self._skip = 0  # characters after \u that say the same to older programs
        self._table: Table | None = None
        self._is_in_table = False
        self._style = ""
        self._actions = self._list_actions()

    def read(self, text: str) -> None:
        """Read a document whose characters are its bytes."""
        position = 0
        is_open = True
        while is_open:
            match = _TOKEN.match(text, position)
            if match is None:
                # The end, or a backslash that nothing follows.
                break
            position = match.end()
            word, number, byte, symbol, brace, characters = match.groups()
            if byte:
                self._add_byte(byte)
            elif characters:
                self._add_raw(characters)
            elif word == "bin":
                position += max(int(number or 0), 0)
            else:
                self._flush_bytes()
                is_open = self._obey(word, number, symbol, brace)
        self._flush_bytes()
        self._end_paragraph()
        self._end_table()
        for note in self._notes:
            self.builder.add_block(note)

    def _obey(self, word: str, number: str, symbol: str, brace: str) -> bool:
        """Do what a token says that is no text; return whether the document goes on."""
        if word:
            self._follow(word, number or "")
        elif symbol:
            self._add_symbol(symbol)
        elif brace == "{":
            self._open_group()
        elif brace:
            return self._close_group()
        return True

    @property
    def _group(self) -> _Group:
        return self._groups[-1]

    def _open_group(self) -> None:
        """Begin a group, which takes over what is switched on around it."""
        if len(self._groups) > _MAX_DEPTH:
            raise SourceError(f"more than {_MAX_DEPTH:,} groups in each other")
        group = _Group(self._group)
        self._groups.append(group)
        self._skip = 0

    def _close_group(self) -> bool:
        """End a group; return whether the document goes on."""
        group = self._groups.pop()
        outer = self._groups[-1] if self._groups else None
        self._skip = 0
        if outer is None or len(self._groups) == 1:
            return False
        if group.destination != outer.destination:
            self._end_destination(group.destination)
        return True

    def _end_destination(self, destination: str) -> None:
        """Keep what a group held that is no running text."""
        parts = self._text.pop(destination, [])
        text = _join(parts)
        if destination == "footnote":
            self._notes.append(text)
        elif destination in _INFO_FIELDS:
            self.info[destination] = text
        elif destination == "shptxt":
            # A text box follows the paragraph that it hangs on.
            self._notes.append(text)

    def _list_actions(self) -> dict[str, Callable[[str], None]]:
        """Return what control words do."""
        return {
            "par": self._break_paragraph,
            "sect": self._break_paragraph,
            "page": self._break_paragraph,
            "pard": self._reset_paragraph,
            "plain": self._reset_characters,
            "intbl": self._enter_table,
            "trowd": self._begin_row,
            "cell": self._end_cell,
            "nestcell": self._end_cell,
            "row": self._end_row,
            "s": self._set_style,
            "f": self._set_font,
            "v": self._set_hidden,
            "deleted": self._set_hidden,
            "fcharset": self._set_charset,
            "cpg": self._set_font_code_page,
            "deff": self._set_default_font,
            "ansicpg": self._fonts.set_code_page,
            "uc": self._set_fallback_length,
            "u": self._add_unicode,
            "yr": self._add_year,
            "mo": self._add_month,
            "dy": self._add_day,
        }

    def _follow(self, word: str, number: str) -> None:
        """Do what a control word says; most of them only say how a text looks."""
        if self._skip_character(word):
            return
        self._skip = 0
        group = self._group
        if word in PASSED_OVER:
            group.destination = "nothing"
        elif word in ANNOUNCED:
            group.destination = word
        elif group.is_optional:
            # {\*\word …}: who does not know the word passes the group over.
            group.destination = "nothing"
        elif word in CHARACTERS:
            self._add_text(CHARACTERS[word])
        elif word in CODE_PAGES:
            self._fonts.name_code_page(word)
        elif word in self._actions:
            action = self._actions[word]
            action(number)
        group.is_optional = False

    def _skip_character(self, word: str) -> bool:
        """Return whether a control word is a character that stands there for older programs."""
        is_skipped = self._skip > 0 and word in CHARACTERS
        self._skip -= is_skipped
        return is_skipped

    def _add_symbol(self, symbol: str) -> None:
        """Add the character of a control symbol, or note that a group is optional."""
        if self._skip_character(symbol):
            return
        if symbol == "*":
            self._group.is_optional = True
        elif symbol in "\r\n":
            self._break_paragraph("")
        else:
            self._add_text(CHARACTERS.get(symbol, ""))

    def _add_byte(self, digits: str) -> None:
        """Add a byte that is written in hexadecimal."""
        if self._skip:
            self._skip -= 1
            return
        self._bytes.append(int(digits, 16))

    def _add_raw(self, characters: str) -> None:
        """Add characters that stand as they are."""
        if self._skip:
            skipped = min(self._skip, len(characters))
            self._skip -= skipped
            characters = characters[skipped:]
        self._bytes += characters.encode("latin-1")

    def _flush_bytes(self) -> None:
        """Add the bytes that were met, in the code page of their font."""
        if not self._bytes:
            return
        text = self._fonts.decode(bytes(self._bytes), self._group.font)
        self._bytes.clear()
        self._add_text(text)

    def _add_text(self, text: str) -> None:
        """Add text where it belongs."""
        group = self._group
        if group.destination == "nothing" or group.is_hidden:
            return
        if group.destination == "stylesheet":
            self._note_style(text)
            return
        self._text.setdefault(group.destination, [])
        self._text[group.destination].append(text)

    def _note_style(self, name: str) -> None:
        """Note the number of a style that is one of headings."""
        if HEADING.match(name):
            self._headings.add(self._style)

    def _add_unicode(self, number: str) -> None:
        """Add a character by its number, and pass over what older programs show for it."""
        code = int(number or 0) % 0x10000
        self._add_text(chr(code))
        self._skip = self._group.fallback_length

    def _set_fallback_length(self, number: str) -> None:
        length = int(number or 1)
        self._group.fallback_length = min(max(length, 0), _MAX_FALLBACK)

    def _set_font(self, number: str) -> None:
        self._group.font = number

    def _set_charset(self, number: str) -> None:
        self._fonts.set_charset(self._group.font, number)

    def _set_font_code_page(self, number: str) -> None:
        self._fonts.set_font_code_page(self._group.font, number)

    def _set_default_font(self, number: str) -> None:
        self._fonts.default_font = number

    def _set_hidden(self, number: str) -> None:
        self._group.is_hidden = number != "0"

    def _reset_characters(self, number: str) -> None:
        self._group.is_hidden = False
        self._group.font = ""

    def _set_style(self, number: str) -> None:
        self._style = number

    def _reset_paragraph(self, number: str) -> None:
        self._is_in_table = False
        self._style = ""

    def _enter_table(self, number: str) -> None:
        self._is_in_table = True

    def _break_paragraph(self, number: str) -> None:
        """End a paragraph; in a note or a text box, a line."""
        destination = self._group.destination
        if destination == "text":
            self._end_paragraph()
        elif destination in self._text:
            self._text[destination].append("\n")

    def _end_paragraph(self) -> None:
        """Add the paragraph that was read to the cell or the text that it stands in."""
        parts = self._text.pop("text", [])
        text = _join(parts)
        if self._is_in_table and self._table is not None:
            self._table.add_paragraph(text)
            return
        self._end_table()
        words = text.split()
        if words and self._style in self._headings:
            heading = " ".join(words)
            self.builder.mark_place("chapter", heading)
        self.builder.add_block(text)

    def _begin_row(self, number: str) -> None:
        """Begin a row, and a table where none is open."""
        if self._group.destination != "text":
            return
        if self._table is None:
            self._end_paragraph()
            self._table = Table()
        self._table.open_row()
        self._table.open_cell()

    def _end_cell(self, number: str) -> None:
        """End a cell, which a paragraph ends with."""
        self._is_in_table = True
        self._end_paragraph()
        if self._table is not None:
            self._table.open_cell()

    def _end_row(self, number: str) -> None:
        self._is_in_table = False

    def _end_table(self) -> None:
        """Add the table that was read, if there is one."""
        table = self._table
        self._table = None
        if table is not None:
            for row in table.describe():
                self.builder.add_block(row)

    def _add_year(self, number: str) -> None:
        """Begin the day of a document, in ISO 8601."""
        if self._group.destination == "creatim":
            self.info["created"] = number.zfill(4)

    def _add_month(self, number: str) -> None:
        self._extend_day(number)

    def _add_day(self, number: str) -> None:
        self._extend_day(number)

    def _extend_day(self, number: str) -> None:
        """Add a month or a day to the day of a document."""
        if self._group.destination == "creatim" and "created" in self.info:
            self.info["created"] += "-" + number.zfill(2)


def _join(parts: list[str]) -> str:
    """Return parts as a text; what lies beyond the basic plane comes in two halves."""
    text = "".join(parts)
    pairs = text.encode("utf-16", "surrogatepass")
    return pairs.decode("utf-16", "replace")
