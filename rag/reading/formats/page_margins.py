"""What repeats in the margins of pages: headers, footers and page numbers, which nobody quotes."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.reading.formats.pdf_pages import Fragment, PdfPage

# Chosen by hand on pages of many programs.
_OUTERMOST = 3  # lines at the top and at the bottom of a page that may be a margin's
_SAME_HEIGHT = 6.0  # points between two lines that stand at the same height of their pages
_MIN_PAGES = 3  # that a line stands on in a long document; on two it must be every second one
_NUMBER_MARGIN = 0.12  # of the height of a page: where a lone number is that of the page
_SAME_LINE = 0.4  # of the height of text, between two baselines
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:p\.?|pages?|seite|s\.|p[áa]gina|pagina|strona|sida|side|стр\.?|страница|σελίδα|第)?"
    r"[\W_]*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|sur|von|de|di|van|z|av|af|из|από|\||-)\s*\d{1,4})?"
    r"[\W_]*(?:頁|页|ページ)?[\W_]*",
    re.IGNORECASE,
)


class _Key(NamedTuple):
    """What lines of margins are compared by."""

    words: str  # without numbers
    is_top: bool
    height: int


class _MarginLine(NamedTuple):
    """A line at the top or the bottom of a page."""

    key: _Key
    text: str
    depth: float  # how far from the edge of the page, as a share of its height
    fragments: list[Fragment]


def drop_margins(pages: Sequence[PdfPage]) -> list[list[Fragment]]:
    """Return the fragments of each page without the lines that repeat in its margins.

    Where that would leave nothing on most pages, as of a series of forms, only their numbers go.
    """
    margins = []
    counts: collections.Counter[_Key] = collections.Counter()
    for page in pages:
        lines = _list_margin_lines(page)
        margins.append(lines)
        keys: set[_Key] = set()
        for line in lines:
            keys.update(_list_near_keys(line.key))
        counts.update(keys)
    kept = []
    numbered = []
    for page, lines in zip(pages, margins, strict=True):
        numbers = filter(_is_page_number, lines)
        fragments = _drop_lines(page.fragments, numbers)
        numbered.append(fragments)
        repeated = [line for line in lines if _is_repeated(counts[line.key], len(pages))]
        fragments = _drop_lines(fragments, repeated)
        kept.append(fragments)
    full_count = sum(map(bool, kept))
    if 2 * full_count < len(pages):
        return numbered
    return kept


def _drop_lines(fragments: list[Fragment], lines: Iterable[_MarginLine]) -> list[Fragment]:
    """Return fragments without those of some lines."""
    dropped: set[Fragment] = set()
    for line in lines:
        dropped.update(line.fragments)
    return [fragment for fragment in fragments if fragment not in dropped]


def _list_near_keys(key: _Key) -> Iterator[_Key]:
    """Yield a key at its height and at the two beside it, so that heights may differ a little."""
    yield key
    yield key._replace(height=key.height - 1)
    yield key._replace(height=key.height + 1)


def _is_repeated(count: int, page_count: int) -> bool:
    """Return whether a line stands on so many pages that it belongs to their margins."""
    if count >= _MIN_PAGES:
        return True
    return count == 2 and page_count <= 4


def _is_page_number(line: _MarginLine) -> bool:
    """Return whether a line in the margin is a number and nothing else."""
    if line.depth > _NUMBER_MARGIN:
        return False
    return _PAGE_NUMBER.fullmatch(line.text) is not None


def _list_margin_lines(page: PdfPage) -> list[_MarginLine]:
    """Return the first and the last lines of a page, across all its columns."""
    rows: list[list[Fragment]] = []
    last = float("-inf")
    for fragment in sorted(page.fragments, key=_get_position):
        distance = fragment.baseline - last
        if distance > _SAME_LINE * fragment.height:
            rows.append([])
            last = fragment.baseline
        rows[-1].append(fragment)
    lines = []
    for number, row in enumerate(rows):
        is_top = number < _OUTERMOST
        is_bottom = number >= len(rows) - _OUTERMOST
        if is_top or is_bottom:
            line = _make_margin_line(row, page, is_top=is_top)
            lines.append(line)
    return lines


def _make_margin_line(row: list[Fragment], page: PdfPage, *, is_top: bool) -> _MarginLine:
    """Return a line with what it is compared by."""
    texts = [fragment.text for fragment in row]
    text = " ".join(texts)
    words = _DIGITS.sub("#", text)
    baseline = row[0].baseline
    depth = min(
        baseline - page.top,
        page.bottom - baseline,
    )
    height = max(page.bottom - page.top, 1.0)
    step = round(baseline / _SAME_HEIGHT)
    key = _Key(words.casefold(), is_top, step)
    return _MarginLine(key, text, depth / height, row)


def _get_position(fragment: Fragment) -> tuple[float, float]:
    return fragment.baseline, fragment.left
