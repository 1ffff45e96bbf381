"""A tree of HTML, or of what is kept of one, as the blocks of text that a person sees.

The tree is walked without recursion, as hostile pages nest deeply.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.reading.formats.table_rows import describe_row, describe_rows
from rag.records import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

Kind = Literal["paragraph", "heading", "item", "row", "code"]


class Block(NamedTuple):
    """A paragraph, heading, item, table or piece of code."""

    kind: Kind
    text: str
    linked: int = 0  # characters that stand in links
    anchor: str | None = None  # the id of the element, or of a mark inside it

    @property
    def link_share(self) -> float:
        """Return the share of its characters that stand in links."""
        length = max(1, len(self.text))
        return self.linked / length


# The names of HTML beside those that trafilatura gives to the same things.
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "head", "summary", "caption"), "heading"),
    **dict.fromkeys(("li", "item", "dt", "dd"), "item"),
    **dict.fromkeys(("pre", "code-block"), "code"),
}
_BLOCK_NAMES = """
address article aside blockquote body center dd details dialog div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 head header hr html item legend li list main nav ol p pre
quote row search section summary table tbody td tfoot th thead tr cell ul caption
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_BREAKS = frozenset(("br", "lb"))
_LINKS = frozenset(("a", "ref"))
_ROWS = frozenset(("tr", "row"))
_CELLS = frozenset(("td", "th", "cell"))
# What no browser shows as text.
_UNSEEN_NAMES = """
script style template svg math iframe object embed audio video canvas map noscript select button
input textarea datalist title meta link base area param track frame frameset noframes applet rp
"""
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:font-size|max-height)\s*:\s*0(?:px)?\s*(?:;|$|!)",
    re.IGNORECASE,
)
# The white space of HTML: a no-break space is none of it.
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(" {2,}")
_SPACE_AT_BREAK = re.compile(r" *\n *")
_EMPTY_LINE = re.compile(r"\n{2,}")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LISTS = frozenset(("ol", "ul", "list", "dl"))
_ITEMS = frozenset(("li", "item"))
_MAX_STYLE = 1000  # characters of a style that are looked at
_MAX_CELL = 300  # characters of a cell of figures or names; longer ones are a layout
_MAX_ROWS = 20_000
_MAX_ANCHOR = 200


@dataclass
class _Walker:
    """What is gathered of the block that is being read."""

    blocks: list[Block] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0  # links that are open
    preformatted: int = 0  # elements that are open
    kinds: list[Kind] = field(default_factory=list)  # of the elements that are open
    numbers: list[int | None] = field(default_factory=list)  # of the lists that are open
    bullet: str = ""
    anchor: str | None = None

    def add(self, text: str | None) -> None:
        """Add characters to the block."""
        if not text:
            return
        if not self.preformatted:
            text = _SPACE.sub(" ", text)
        self.texts.append(text)
        if self.links:
            seen = text.strip()
            self.linked += len(seen)

    def flush(self) -> None:
        """End the block; where a person sees nothing of it there is none."""
        if not self.texts:
            return
        joined = "".join(self.texts)
        text = _INVISIBLE.sub("", joined)
        linked = self.linked
        self.texts.clear()
        self.linked = 0
        kind = self.kinds[-1] if self.kinds else "paragraph"
        if kind == "code":
            code = text.strip("\n")
            self._append(kind, code, linked)
            return
        text = _SPACES.sub(" ", text)
        text = _SPACE_AT_BREAK.sub("\n", text)
        length = max(1, len(text))
        # Two breaks are how mails and old pages part their paragraphs.
        for paragraph in _EMPTY_LINE.split(text):
            share = linked * len(paragraph) // length
            self._append(kind, paragraph.strip(), share)

    def _append(self, kind: Kind, text: str, linked: int) -> None:
        """Add a block that has a text."""
        if not text.strip():
            return
        if kind == "heading":
            text = text.replace("\n", " ")
        if kind == "item":
            # The first paragraph of an item has the bullet.
            kind = "item" if self.bullet else "paragraph"
            text = self.bullet + text
            self.bullet = ""
        linked = min(linked, len(text))
        block = Block(kind, text, linked, self.anchor)
        self.blocks.append(block)
        self.anchor = None


def list_blocks(tree: _Element) -> list[Block]:
    """Return the blocks of a tree, in order."""
    from lxml.etree import iterwalk

    walker = _Walker()
    walk = iterwalk(tree, events=("start", "end"))
    skipped: _Element | None = None
    for event, element in walk:
        if event == "end":
            _leave(walker, element, is_seen=element is not skipped)
            continue
        is_table = _is_data_table(element)
        if is_table:
            _add_table(walker, element)
        if is_table or not _is_seen(element):
            skipped = element
            walk.skip_subtree()
            continue
        _enter(walker, element)
    walker.flush()
    return walker.blocks


def _is_seen(element: _Element) -> bool:
    """Return whether a browser shows something of an element."""
    name = element.tag
    if name in _UNSEEN or element.get("hidden") is not None:
        return False
    # Of HTML it is what stands before the body; of what trafilatura keeps it is a heading.
    if name == "head":
        return element.get("rend") is not None
    style = element.get("style")
    if style is None:
        return True
    beginning = style[:_MAX_STYLE]
    return _HIDDEN_STYLE.search(beginning) is None


def _enter(walker: _Walker, element: _Element) -> None:
    """Begin an element."""
    name = element.tag
    if name in _BLOCKS:
        walker.flush()
        _open_block(walker, element)
    elif name in _BREAKS:
        walker.texts.append("\n")
    elif name in _LINKS:
        walker.links += 1
    _note_anchor(walker, element)
    walker.add(element.text)


def _note_anchor(walker: _Walker, element: _Element) -> None:
    """Keep the id by which an address leads to an element; that of a heading comes first."""
    anchor = element.get("id")
    if anchor is None and element.tag == "a":
        anchor = element.get("name")
    if not anchor:
        return
    kind = _KINDS.get(str(element.tag))
    if kind == "heading" or walker.anchor is None:
        walker.anchor = anchor[:_MAX_ANCHOR]


def _open_block(walker: _Walker, element: _Element) -> None:
    """Note what kind of text an element holds, and the bullet of an item."""
    name = str(element.tag)
    kind = _KINDS.get(name)
    if kind is not None:
        walker.kinds.append(kind)
    if name in _LISTS:
        is_numbered = name == "ol" or element.get("rend") == "ol"
        number = 0 if is_numbered else None
        walker.numbers.append(number)
    if name in _ITEMS:
        walker.bullet = _take_bullet(walker.numbers)
    if name == "pre":
        walker.preformatted += 1


def _take_bullet(numbers: list[int | None]) -> str:
    """Return what stands before the next item of the innermost list: the number of a counted one.

    A bullet would stand in every quotation; the items are paragraphs of their own.
    """
    number = numbers[-1] if numbers else None
    if number is None:
        return ""
    number += 1
    numbers[-1] = number
    return f"{number}. "


def _leave(walker: _Walker, element: _Element, *, is_seen: bool) -> None:
    """End an element, and read on behind it."""
    name = element.tag
    if is_seen and name in _BLOCKS:
        walker.flush()
        _close_block(walker, str(name))
    if is_seen and name in _LINKS:
        walker.links -= 1
    walker.add(element.tail)


def _close_block(walker: _Walker, name: str) -> None:
    """Forget what was noted of an element."""
    if name in _KINDS:
        walker.kinds.pop()
    if name in _LISTS:
        walker.numbers.pop()
    if name in _ITEMS:
        walker.bullet = ""
    if name == "pre":
        walker.preformatted -= 1


def _is_data_table(table: _Element) -> bool:
    """Return whether an element is a table of data: mails and old pages are laid out in tables."""
    if table.tag != "table":
        return False
    # Asked first: where tables stand in each other, the rows of one are those of all.
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = _list_rows(table)
    full_rows = [row for row in rows if len(row) > 1]
    if len(full_rows) < 2:
        return False
    cells = itertools.chain.from_iterable(rows)
    return not any(map(_is_layout, cells))


def _is_layout(cell: _Element) -> bool:
    """Return whether a cell holds more than a figure, a name or a short text."""
    for part in cell.iterdescendants():
        if part.tag in _BLOCKS and part.tag != "p":
            return True
    text = _read_cell(cell)
    return len(text) > _MAX_CELL


def _list_rows(table: _Element) -> list[list[_Element]]:
    """Return the cells of each row."""
    rows = []
    elements = table.iter(*_ROWS)
    for element in itertools.islice(elements, _MAX_ROWS):
        cells = [cell for cell in element if cell.tag in _CELLS]
        rows.append(cells)
    return rows


def _read_cell(cell: _Element) -> str:
    """Return the text of a cell in one line."""
    texts = _iterate_texts(cell)
    text = _INVISIBLE.sub("", " ".join(texts))
    words = text.split()
    return " ".join(words)


def read_element(element: _Element) -> str:
    """Return the text inside an element, as a browser shows it, on one line."""
    texts = _iterate_texts(element)
    text = _INVISIBLE.sub("", "".join(texts))
    words = text.split()
    return " ".join(words)


def _iterate_texts(whole: _Element) -> Iterator[str]:
    """Yield the texts of an element, without those of parts that no browser shows."""
    for element in whole.iter():
        text = element.text
        tail = element.tail
        is_seen = element is whole or element.tag not in _UNSEEN
        if text and is_seen:
            yield text
        if tail and element is not whole:
            yield tail


def _add_table(walker: _Walker, table: _Element) -> None:
    """Add a row to each line, its cells with their heads where the table has some."""
    walker.flush()
    rows = _list_rows(table)
    texts = [list(map(_read_cell, row)) for row in rows]
    if _is_box_of_facts(rows):
        facts = map(_describe_fact, texts)
        lines = list(filter(None, facts))
    else:
        has_head = all(map(_is_head, rows[0])) or None
        lines = describe_rows(texts, has_head=has_head)
    if not lines:
        return
    text = "\n".join(lines)
    block = Block("row", text, 0, walker.anchor)
    walker.blocks.append(block)
    walker.anchor = None


def _describe_fact(cells: list[str]) -> str:
    """Return a row after its first cell: "Height: 31 m"."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2:
        return "".join(filled)
    head, *others = filled
    said = " · ".join(others)
    return describe_row([head], [said])


def _is_box_of_facts(rows: list[list[_Element]]) -> bool:
    """Return whether what a row is about stands at its beginning, and not above the table.

    The first row of two cells tells: of the others trafilatura does not say what is a head.
    """
    first = next((row for row in rows if len(row) > 1), None)
    return first is not None and _is_head(first[0]) and not _is_head(first[1])


def _is_head(cell: _Element) -> bool:
    """Return whether a cell is marked as the head of its column."""
    if cell.tag == "th":
        return True
    return cell.get("role") == "head"


def join_blocks(blocks: Iterable[Block]) -> tuple[str, tuple[Place, ...]]:
    """Return blocks as one text, and where its anchors are.

    Items of a list stand on lines that follow each other; between other blocks is an empty line.
    """
    pieces: list[str] = []
    places = []
    length = 0
    previous: Kind | None = None
    for block in blocks:
        if previous is not None:
            gap = "\n" if previous == block.kind == "item" else "\n\n"
            pieces.append(gap)
            length += len(gap)
        if block.anchor:
            place = Place(length, "anchor", block.anchor)
            places.append(place)
        pieces.append(block.text)
        length += len(block.text)
        previous = block.kind
    text = "".join(pieces)
    return text, tuple(places)
