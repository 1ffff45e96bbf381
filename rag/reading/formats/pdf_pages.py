"""The pages of a PDF as fragments of lines: the one door to pypdfium2 (PDFium).

PDFium gives characters in the order in which a page draws them, with their boxes. Which of them
make a line, a column or a paragraph, is ours to find (``page_layout``): what PDFium makes of it
reads across columns.
"""

from __future__ import annotations

import collections
import ctypes
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_CHARACTERS = 100_000  # of a page; chosen by hand, a page of a newspaper has 20,000
_SAMPLES = 500  # characters that the direction of a page's text is told by
# In units of the height of a character; chosen by hand on pages of many programs.
_MAX_GAP = 0.9  # between two characters of a fragment: what is wider may divide columns
_MIN_SPACE = 0.28  # between two words that no space divides
_MAX_SHIFT = 0.45  # of the baseline, of what is raised or lowered in a line
_MIN_NOTE_SHIFT = 0.12  # of the baseline of the mark of a note
_MAX_NOTE_HEIGHT = 0.85  # of the mark of a note, beside its line
_HYPHEN_MARKS = frozenset({0x02, 0xFFFE})  # what PDFium gives for a hyphen at the end of a line
_SPACE_CODES = frozenset({0x20, 0xA0, 0x3000, 0x09})
_LINE_ENDS = frozenset({0x0A, 0x0D})
_FREE_ACCENTS = {
    ord("´"): "\u0301",
    ord("`"): "\u0300",
    ord("¨"): "\u0308",
    ord("ˆ"): "\u0302",
    ord("˜"): "\u0303",
}
_UNKNOWN = frozenset({0, 0xFFFD})
_PRIVATE = range(0xE000, 0xF900)
_NOTE_CODES = frozenset(map(ord, "0123456789¹²³"))
_QUARTER = math.pi / 2
_LETTERS_BEFORE_NOTE = 3  # "km2" is an area, "ponts2" has a note
_AFTER_SENTENCE = (".", ",", ";", ":", "!", "?", ")", "»", "”", "’")
_Edges = tuple[float, float, float, float]  # left, bottom, right, top


class Fragment(NamedTuple):
    """A piece of a line. Coordinates are points, from the left and from the top, text upright."""

    left: float
    right: float
    baseline: float
    height: float
    text: str


class PdfPage(NamedTuple):
    """What a page draws."""

    fragments: list[Fragment]
    top: float
    bottom: float
    has_images: bool
    is_readable: bool  # its fonts say which letters they draw
    is_damaged: bool = False


class _Box(NamedTuple):
    """A character and where it stands, text upright."""

    code: int
    left: float
    right: float
    baseline: float
    height: float

    def measure_gap(self, other: _Box) -> float:
        """Return the distance to another one, on its right or, of other scripts, on its left."""
        if other.left > self.left:
            return other.left - self.right
        return self.left - other.right


_SPACE = _Box(0x20, 0.0, 0.0, 0.0, 0.0)


def open_pdf(data: bytes) -> Any:  # noqa: ANN401 - pypdfium2 ships no types
    """Return an open document.

    Raises:
        SourceError: pypdfium2 is not installed, or the file is encrypted or damaged.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise SourceError(
            "a PDF, for which pypdfium2 is not installed",
            hint="pip install 'rag-articles[pdf]'",
        ) from error
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise SourceError(
                "encrypted: only a password opens it", hint="save a copy without password"
            ) from error
        raise SourceError("damaged: no PDF", hint="save or download it again") from error


def read_page(document: Any, number: int) -> PdfPage:  # noqa: ANN401
    """Return what a page draws; one that cannot be read is damaged, and empty."""
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return PdfPage([], 0.0, 0.0, has_images=False, is_readable=True, is_damaged=True)
    try:
        reader = _CharacterReader(text_page.raw)
        fragments = list(_join_characters(reader))
        top, bottom = reader.measure_page(page)
        has_images = not fragments and _has_images(page)
        return PdfPage(fragments, top, bottom, has_images, reader.is_readable)
    finally:
        text_page.close()
        page.close()


def _has_images(page: Any) -> bool:  # noqa: ANN401
    """Return whether a page draws anything but text."""
    for _ in page.get_objects(max_depth=2):
        return True
    return False


class _CharacterReader:
    """Reads the characters of a page in turn, turned so that most of them stand upright.

    PDFium is called through ctypes for each of them: what does the calls is looked up once.
    """

    def __init__(self, text_page: Any) -> None:  # noqa: ANN401
        import pypdfium2.raw as pdfium

        self._text_page = text_page
        self._pdfium = pdfium
        count = pdfium.FPDFText_CountChars(text_page)
        self._count = min(max(count, 0), MAX_CHARACTERS)
        self._is_mixed = False
        self._quarter_turns = self._find_direction()
        self._strange = 0
        self._letters = 0

    @property
    def is_readable(self) -> bool:
        """Return whether most characters are known: a font may keep to itself what it draws."""
        return self._strange <= self._letters

    def __iter__(self) -> Iterator[_Box]:
        """Yield the characters, and spaces without extent."""
        pdfium = self._pdfium
        rectangle = pdfium.FS_RECTF()
        x = ctypes.c_double()
        y = ctypes.c_double()
        for index in range(self._count):
            code = pdfium.FPDFText_GetUnicode(self._text_page, index)
            if code in _LINE_ENDS:
                continue
            if code in _SPACE_CODES:
                yield _SPACE
                continue
            if self._is_mixed and self._read_turn(index) != self._quarter_turns:
                # What stands across, in a margin or a picture, is no part of the text.
                continue
            pdfium.FPDFText_GetLooseCharBox(self._text_page, index, rectangle)
            pdfium.FPDFText_GetCharOrigin(self._text_page, index, x, y)
            left, bottom, right, top = self._turn(
                (
                    rectangle.left,
                    rectangle.bottom,
                    rectangle.right,
                    rectangle.top,
                )
            )
            _, baseline, _, _ = self._turn((x.value, y.value, x.value, y.value))
            self._count_code(code)
            box = _Box(code, left, right, -baseline, top - bottom)
            if code in _NOTE_CODES:
                box = self._raise_figure(index, box)
            if top > bottom and self._is_visible(code):
                yield box

    def measure_page(self, page: Any) -> tuple[float, float]:  # noqa: ANN401
        """Return the top and the bottom of the page, as the baselines of its text count them."""
        edges = page.get_bbox()
        _, bottom, _, top = self._turn(edges)
        return -top, -bottom

    def _raise_figure(self, index: int, box: _Box) -> _Box:
        """Return a figure as raised where its font draws it so, on the baseline of the others."""
        left, bottom, right, top = map(ctypes.c_double, (0.0, 0.0, 0.0, 0.0))
        self._pdfium.FPDFText_GetCharBox(self._text_page, index, left, right, bottom, top)
        _, lowest, _, highest = self._turn((left.value, bottom.value, right.value, top.value))
        raised = box.baseline + lowest
        if raised < _MIN_NOTE_SHIFT * box.height:
            return box
        return box._replace(
            baseline=box.baseline - raised,
            height=min(highest - lowest, _MAX_NOTE_HEIGHT * box.height),
        )

    def _count_code(self, code: int) -> None:
        """Count what is a letter, and what stands for one that is not known."""
        if code in _UNKNOWN or code in _PRIVATE:
            self._strange += 1
        else:
            self._letters += 1

    def _is_visible(self, code: int) -> bool:
        return code > 0x1F or code in _HYPHEN_MARKS

    def _find_direction(self) -> int:
        """Return the quarter turns, against the clock, by which most of the text is turned."""
        turns: collections.Counter[int] = collections.Counter()
        step = max(1, self._count // _SAMPLES)
        for index in range(0, self._count, step):
            quarters = self._read_turn(index)
            if quarters is not None:
                turns[quarters] += 1
        self._is_mixed = len(turns) > 1
        for quarters, _ in turns.most_common(1):
            return quarters
        return 0

    def _read_turn(self, index: int) -> int | None:
        """Return the quarter turns of a character, None for a space that PDFium adds."""
        angle: float = self._pdfium.FPDFText_GetCharAngle(self._text_page, index)
        if angle < 0:
            return None
        # PDFium counts with the clock.
        quarters = round(angle / _QUARTER)
        return -quarters % 4

    def _turn(self, edges: _Edges) -> _Edges:
        """Return edges with the text upright."""
        left, bottom, right, top = edges
        for _ in range(self._quarter_turns):
            left, bottom, right, top = bottom, -right, top, -left
        return left, bottom, right, top


def _join_characters(boxes: Iterable[_Box]) -> Iterator[Fragment]:
    """Yield the fragments that characters drawn one after the other make."""
    builder: _FragmentBuilder | None = None
    has_space = False
    for box in boxes:
        if box is _SPACE:
            has_space = True
            continue
        if builder is None:
            builder = _FragmentBuilder(box)
        elif builder.continues_with(box):
            builder.add(box, has_space=has_space)
        else:
            yield builder.build()
            builder = _FragmentBuilder(box)
        has_space = False
    if builder is not None:
        yield builder.build()


class _FragmentBuilder:
    """A fragment that grows."""

    def __init__(self, box: _Box) -> None:
        self._parts = [_write(box.code)]
        self._left = box.left
        self._right = box.right
        self._baseline = box.baseline
        # Boxes of tall letters are higher than others of the same type: the mean tells its size.
        self._height = box.height
        self._count = 1
        self._last = box

    def continues_with(self, box: _Box) -> bool:
        """Return whether a character stands on the same line, next to the last one."""
        height = max(self._height, box.height)
        shift = abs(box.baseline - self._baseline)
        if shift > _MAX_SHIFT * height:
            return False
        gap = self._last.measure_gap(box)
        return -height < gap < _MAX_GAP * height

    def add(self, box: _Box, *, has_space: bool) -> None:
        """Add a character, after a space where there is one or room for one."""
        gap = self._last.measure_gap(box)
        if has_space or gap > _MIN_SPACE * self._height:
            self._parts.append(" ")
        if not self._is_note_mark(box):
            self._add_text(box)
        self._left = min(self._left, box.left)
        self._right = max(self._right, box.right)
        self._last = box

    def _add_text(self, box: _Box) -> None:
        """Add the text of a character, and what its box says of the line."""
        text = _write(box.code)
        self._parts.append(text)
        if self._last.code in _FREE_ACCENTS and text.isalpha():
            self._compose_accent(box)
        if box.height > self._height:
            # What is raised or lowered is smaller than the line.
            self._baseline = box.baseline
        self._count += 1
        growth = box.height - self._height
        self._height += growth / self._count

    def build(self) -> Fragment:
        """Return the fragment."""
        text = "".join(self._parts)
        # PDFium gives what lies beyond the basic plane as two halves.
        pairs = text.encode("utf-16", "surrogatepass")
        text = pairs.decode("utf-16", "replace")
        return Fragment(self._left, self._right, self._baseline, self._height, text)

    def _is_note_mark(self, box: _Box) -> bool:
        """Return whether a character is the raised number of a note, no part of a quotation."""
        if box.code not in _NOTE_CODES:
            return False
        raised = self._baseline - box.baseline
        if raised < _MIN_NOTE_SHIFT * self._height:
            return False
        if box.height > _MAX_NOTE_HEIGHT * self._height:
            return False
        before = "".join(self._parts[-_LETTERS_BEFORE_NOTE:])
        if len(before) < _LETTERS_BEFORE_NOTE:
            return False
        return before.isalpha() or before.endswith(_AFTER_SENTENCE)

    def _compose_accent(self, box: _Box) -> None:
        """Put an accent that TeX draws over a letter onto that letter."""
        accent = self._last
        middle = (accent.left + accent.right) / 2
        if not box.left < middle < box.right:
            return
        letter = self._parts.pop()
        if letter == "ı":
            letter = "i"
        self._parts[-1] = letter + _FREE_ACCENTS[accent.code]


def _write(code: int) -> str:
    """Return the character of a code."""
    return "-" if code in _HYPHEN_MARKS else chr(code)
