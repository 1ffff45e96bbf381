"""The blocks of Markdown as rows of pieces: paragraphs, lists, tables, what HTML and code show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rag.reading.formats.markdown_content import locate_block, locate_stretch, look_into
from rag.reading.formats.markdown_forms import CELL
from rag.reading.formats.markdown_inline import make_parser
from rag.reading.formats.pieces import LINE, PARAGRAPH, Piece, render
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from rag.reading.formats.markdown_content import Source

_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_BULLET = "• "
_MIN_PROSE_WORDS = 8  # of a block without a language that is read as text; chosen by hand
_MAX_CODE_MARKS = 0.01  # of its characters; chosen by hand
_CODE_MARKS = re.compile(r"[{}()\[\];=<>$|\\/#@*+_]")
_TEXT_LANGUAGES = frozenset({"", "text", "txt", "plain", "plaintext", "quote"})
_ROW_LEAD = re.compile(r"[ \t>]*\|?")
_CELL = re.compile(r"(?:\\.|[^|\\]|\\\Z)*")
_ADMONITION = re.compile(
    r"[ \t>]*(?:!!!|\?\?\?\+?)[ \t]*(?:[^\"\n]*\"([^\"\n]*)\"|[\w-]+[ \t]+(\S[^\"\n]*))"
)


class BlockReader:
    """Walks over the blocks of a text and collects what is seen of them."""

    def __init__(self, source: Source, *, keeps_code: bool) -> None:
        """``keeps_code``: fenced and indented code is seen, too."""
        self._source = source
        self._keeps_code = keeps_code
        self._environment: dict[str, Any] = {}  # the definitions of links
        self._marker: Token | None = None  # of the list item whose first words are waited for
        self._is_tight = False
        self._depth = 0  # of quotations and lists
        self.pieces: list[Piece] = []
        self.seen = 0  # characters, code not counted
        self.code = 0  # characters of code

    def read(self, first: int, stop: int) -> None:
        """Collect the pieces of the lines from ``first`` up to ``stop``."""
        start = self._source.line_starts[first]
        end = self._source.line_starts[stop]
        text = self._source.masked[start:end]
        tokens = make_parser().parse(text, self._environment)
        position = 0
        while position < len(tokens):
            kind = tokens[position].type
            after = position + 1
            if kind in _READ_AS_ONE:
                closing = kind.replace("_open", "_close")
                while tokens[after].type != closing:
                    after += 1
            self._read_tokens(tokens[position:after], first)
            position = after

    def _read_tokens(self, tokens: Sequence[Token], first: int) -> None:
        """Collect what a token shows, or all those of a table.

        ``first`` is the line that their lines are counted from.
        """
        token = tokens[0]
        self._follow_structure(token)
        if not token.map:
            return
        start, stop = token.map
        # The term of a definition list says where it begins, and nothing more.
        stop = max(stop, start + 1)
        lines = range(first + start, first + stop)
        if token.type == "inline":
            self._read_text(token.content, lines)
        elif token.type == "html_block":
            self._read_html(lines)
        elif token.type in ("fence", "code_block"):
            self._read_code(token, lines)
        elif token.type == "admonition_open":
            self._read_admonition(lines[0])
        elif token.type == "table_open":
            self._read_table(tokens, first)

    def _follow_structure(self, token: Token) -> None:
        """Keep in mind which list or quotation the next text stands in."""
        self._depth += _DEPTHS.get(token.type, 0)
        if token.type == "list_item_open":
            self._marker = token
        elif token.type in ("list_item_close", "heading_open"):
            self._marker = None
        if token.type in ("paragraph_open", "heading_open"):
            self._is_tight = token.hidden

    def _read_text(self, content: str, lines: range) -> None:
        """Collect what a paragraph or a heading shows."""
        is_inside = self._depth > 0
        block = locate_block(
            self._source,
            content,
            lines,
            is_joined=is_inside,
        )
        pieces = look_into(
            self._source,
            block,
            self._environment,
        )
        separator = LINE if self._is_tight and is_inside else PARAGRAPH
        self._add(pieces, separator)

    def _add(self, pieces: list[Piece], separator: str) -> None:
        """Take the pieces of a block, after what stands before it: a bullet, a number."""
        if not pieces:
            return
        marker = self._marker
        self._marker = None
        first = pieces[0]
        if self._follows_blank(first):
            separator = PARAGRAPH
        number = self._find_number(marker, first)
        if number is not None:
            self.pieces.append(number._replace(before=separator))
            separator = " "
        lead = _BULLET if marker and number is None else ""
        pieces[0] = first._replace(before=separator, lead=lead)
        self.pieces += pieces
        for piece in pieces:
            self.seen += piece.end - piece.start

    def _follows_blank(self, first: Piece) -> bool:
        """Return whether there is a blank line between the last piece and another."""
        if not self.pieces:
            return False
        end = self.pieces[-1].end
        gap = self._source.text[end : first.start]
        return _BLANK_LINE.search(gap) is not None

    def _find_number(self, marker: Token | None, first: Piece) -> Piece | None:
        """Return the number of a list item as it stands in the text; None for a bullet."""
        if marker is None or not marker.info:
            return None
        number = f"{marker.info}{marker.markup}"
        text = self._source.text
        start = text.rfind(
            number,
            0,
            first.start,
        )
        between = text[start : first.start]
        # It stands on the line that the item begins in.
        if start < 0 or "\n" in between:
            return None
        return Piece(start, start + len(number))

    def _read_html(self, lines: range) -> None:
        """Collect what a block of HTML shows; Markdown within it counts, as on most sites."""
        contents = [self._source.read_line(number)[1] for number in lines]
        content = "\n".join(contents)
        block = locate_block(
            self._source,
            content,
            lines,
            is_joined=False,
        )
        pieces = look_into(
            self._source,
            block,
            self._environment,
        )
        self._add(pieces, PARAGRAPH)

    def _read_admonition(self, number: int) -> None:
        """Collect the title of an admonition, where it has one of its own."""
        start, line = self._source.read_line(number)
        match = _ADMONITION.match(line)
        if match is None:
            return
        title_start, title_end = match.span(match.lastindex or 0)
        span = Span(start + title_start, start + title_end)
        self._add(self._read_stretch(span), PARAGRAPH)

    def _read_stretch(self, span: Span) -> list[Piece]:
        """Return what a stretch of one line shows."""
        block = locate_stretch(self._source, span)
        pieces = look_into(
            self._source,
            block,
            self._environment,
        )
        return [
            piece._replace(before=" " if piece.before else "")  # all on one line
            for piece in pieces
        ]

    def _read_code(self, token: Token, lines: range) -> None:
        """Collect the lines of a block of code, where code is seen, or where it is text."""
        is_fenced = token.type == "fence"
        is_text = is_fenced and _is_prose(token)
        if not is_text:
            self.code += len(token.content)
        if not is_text and not self._keeps_code:
            return
        separator = PARAGRAPH
        for number in lines[1:] if is_fenced else lines:
            start, line = self._source.read_line(number)
            code = line.strip(" \t>" if self._depth else " \t")
            if not code or (is_fenced and code == token.markup):
                continue
            offset = start + line.find(code)
            piece = Piece(
                offset,
                offset + len(code),
                separator,
            )
            self.pieces.append(piece)
            separator = LINE

    def _read_table(self, tokens: Sequence[Token], first: int) -> None:
        """Collect the rows of a table, each cell after the head of its column."""
        rows = []
        for token in tokens:
            if token.type == "tr_open" and token.map:
                row = self._read_row(first + token.map[0])
                rows.append(row)
        head, *body = rows
        names = [self._name_column(cell) for cell in head]
        if not body:
            body = [head]
            names = [""] * len(head)
        for row in body:
            self._add_row(row, names)

    def _add_row(self, row: Sequence[list[Piece]], names: Sequence[str]) -> None:
        before = PARAGRAPH
        for column, cell in enumerate(row):
            if not cell:
                continue
            name = names[column] if column < len(names) else ""
            cell[0] = cell[0]._replace(before=before, lead=name)
            before = CELL
            self.pieces += cell
            self.seen += cell[-1].end - cell[0].start

    def _read_row(self, number: int) -> list[list[Piece]]:
        """Return the pieces of each cell of a row."""
        start, line = self._source.read_line(number)
        line = line.rstrip()
        lead = _ROW_LEAD.match(line)
        position = lead.end() if lead else 0
        cells = []
        while position < len(line):
            match = _CELL.match(line, position)
            end = match.end() if match else len(line)
            span = Span(start + position, start + end)
            cells.append(self._read_stretch(span))
            # Over the stroke.
            position = end + 1
        return cells

    def _name_column(self, head: Sequence[Piece]) -> str:
        """Return what is put before the cells of a column."""
        shown = render(self._source.text, head)
        name = " ".join(shown.split())
        if not name:
            return ""
        has_mark = name[-1] in ":?"
        return f"{name} " if has_mark else f"{name}: "


_READ_AS_ONE = frozenset({"table_open", "admonition_title_open"})
_DEPTHS = {"blockquote_open": 1, "blockquote_close": -1, "list_item_open": 1, "list_item_close": -1}


def _is_prose(token: Token) -> bool:
    """Return whether a fenced block without a language is text: sentences, few marks of code."""
    language = token.info.strip().lower()
    if language not in _TEXT_LANGUAGES:
        return False
    words = token.content.split()
    marks = _CODE_MARKS.findall(token.content)
    is_long = len(words) >= _MIN_PROSE_WORDS
    return is_long and len(marks) <= _MAX_CODE_MARKS * len(token.content)
