"""PDF: pages as places, columns in reading order, without headers, footers and page numbers.

A PDF draws letters at places; words, lines, columns and paragraphs are found by geometry alone, in
``pdf_pages``, ``page_margins``, ``page_layout`` and ``paragraphs``, one after the other.
"""

from __future__ import annotations

import collections
import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata
from rag.reading.formats.hyphenation import expand_ligatures
from rag.reading.formats.metadata_fields import choose_metadata, choose_title
from rag.reading.formats.page_layout import order_lines
from rag.reading.formats.page_margins import drop_margins
from rag.reading.formats.page_text import join_paragraphs
from rag.reading.formats.paragraphs import Paragraph, split_paragraphs
from rag.reading.formats.pdf_pages import PdfPage, open_pdf, read_page
from rag.reading.formats.text_builder import MAX_TEXT, clean_block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MAX_PAGES = 10_000  # chosen by hand; what is longer is read so far, and said
_MAX_NAMED = 5  # pages that are named one by one
_MAGIC = re.compile(rb"[\s\S]{0,1024}?%PDF-\d")
_MAX_LANGUAGE = 100  # bytes of the name of a language
_LANGUAGE_SAMPLE = 4000  # characters that tell a language
_LARGER = 1.15  # a title is larger than the text by so much
_MUCH_LARGER = 1.5
_OF_NAME = 0.35  # of the type of a paper's name: its headlines
_MAX_TITLE_LINES = 4
_MIN_HEADLINE_WORDS = 5
_MAX_NAME_WORDS = 3  # of a paper's name
_LEADERS = re.compile(r"(?:\s?\.){4,}")  # of a table of contents
_TITLE_WORD = re.compile(r"[^\W_]{2,}")
# Programs that print what is on a screen: their day is that of the reader, not of the article.
_PRINTERS = re.compile(
    r"skia|quartz|chrom|mozilla|firefox|safari|wkhtml|print to pdf|pdfcreator|ghostscript|cups|scan"
    r"|webkit|cutepdf|bullzip|paperport|distiller server|prince|weasyprint",
    re.IGNORECASE,
)
_RECOGNITION = "text recognition (OCR) gives it text: ocrmypdf FILE FILE"


class PdfFormat:
    """A page as it is printed."""

    name = "pdf"
    media_type = "application/pdf"
    suffixes = frozenset({".pdf"})
    version = 3  # raised with PDFium, and with the lexicon, which tells words at line ends
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the signature of a PDF stands near the beginning."""
        return _MAGIC.match(data[:2048]) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the text, the pages as places, and which pages hold none."""
        document = open_pdf(data)
        try:
            page_count = len(document)
            pages = _read_pages(document, page_count)
            info = _read_info(document)
        finally:
            document.close()
        warnings = _describe_pages(pages, page_count)
        paragraphs = _find_paragraphs(pages)
        if not paragraphs:
            raise _make_empty_error(pages)
        language = _guess_language(paragraphs)
        joined = join_paragraphs(paragraphs, _make_word_test(language))
        metadata = _choose_metadata(info, paragraphs)
        return Extracted(joined.text, metadata, joined.places, warnings=tuple(warnings))


PDF = PdfFormat()


class _Info(NamedTuple):
    """What the information dictionary of a PDF says."""

    title: str
    author: str
    created: str
    producer: str
    language: str


def _read_pages(document: Any, page_count: int) -> list[PdfPage]:  # noqa: ANN401
    """Return what the pages draw, so many of them as a text may be long."""
    pages = []
    length = 0
    for number in range(min(page_count, _MAX_PAGES)):
        page = read_page(document, number)
        for fragment in page.fragments:
            length += len(fragment.text)
        if length > MAX_TEXT:
            raise SourceError(f"more than {MAX_TEXT:,} characters of text", hint="split it")
        pages.append(page)
    return pages


def _read_info(document: Any) -> _Info:  # noqa: ANN401
    """Return what a document says of itself."""
    info = document.get_metadata_dict()
    programs = f"{info.get('Creator', '')} {info.get('Producer', '')}"
    return _Info(
        info.get("Title", ""),
        info.get("Author", ""),
        info.get("CreationDate", ""),
        programs,
        _read_language(document),
    )


def _read_language(document: Any) -> str:  # noqa: ANN401
    """Return the language that a document names, "" for none."""
    import ctypes

    import pypdfium2.raw as pdfium

    size = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 0 < size < _MAX_LANGUAGE:
        return ""
    # The size counts bytes, of a text in UTF-16 that ends with a zero.
    buffer = (ctypes.c_ushort * size)()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, size)
    text = bytes(buffer).decode("utf-16-le", "replace")
    return text.rstrip("\0")


def _describe_pages(pages: Sequence[PdfPage], page_count: int) -> list[str]:
    """Return which pages give no text, and why."""
    numbers: dict[str, list[int]] = {}
    for number, page in enumerate(pages, start=1):
        reason = _describe_page(page)
        if reason is not None:
            numbers.setdefault(reason, [])
            numbers[reason].append(number)
    warnings = []
    for reason, bad_pages in numbers.items():
        for number in bad_pages[:_MAX_NAMED]:
            warnings.append(f"page {number} {reason}")
        more = len(bad_pages) - _MAX_NAMED
        if more > 0:
            warnings.append(f"{more} more pages: each {reason}")
    if page_count > len(pages):
        warnings.append(f"only the first {len(pages):,} of {page_count:,} pages are read")
    return warnings


def _describe_page(page: PdfPage) -> str | None:
    """Return why a page gives no text; None where it does, or is empty."""
    if page.is_damaged:
        return "is damaged"
    if page.has_images:
        return "is scanned: no text"
    if not page.is_readable:
        return "has letters of a font that does not say which they are"
    return None


def _make_empty_error(pages: Sequence[PdfPage]) -> SourceError:
    """Return the error for a document without text."""
    for page in pages:
        if page.has_images:
            return SourceError("scanned: no text", hint=_RECOGNITION)
        if not page.is_readable:
            return SourceError("its fonts hide which letters they draw", hint=_RECOGNITION)
    for page in pages:
        if not page.is_damaged:
            return SourceError("no text: its pages are empty")
    return SourceError("damaged: no page can be read", hint="save or download it again")


def _find_paragraphs(pages: Sequence[PdfPage]) -> list[Paragraph]:
    """Return the paragraphs of all pages in reading order."""
    readable = []
    for page in pages:
        if not page.is_readable:
            page = page._replace(fragments=[])
        readable.append(page)
    paragraphs = []
    for number, fragments in enumerate(drop_margins(readable)):
        for lines in order_lines(fragments):
            for paragraph in split_paragraphs(lines, number):
                cleaned = _clean(paragraph)
                paragraphs.append(cleaned)
    return paragraphs


def _clean(paragraph: Paragraph) -> Paragraph:
    """Return a paragraph with the letters of ligatures, and accents on their letters."""
    lines = []
    for line in paragraph.lines:
        expanded = expand_ligatures(line)
        expanded = _LEADERS.sub(" …", expanded)
        composed = unicodedata.normalize("NFC", expanded)
        lines.append(clean_block(composed))
    return paragraph._replace(lines=lines)


def _guess_language(paragraphs: Sequence[Paragraph]) -> str:
    """Return the language that the text is in."""
    from rag.models.tokenizer import get_tokenizer

    sample = ""
    for paragraph in paragraphs:
        sample += " ".join(paragraph.lines) + "\n"
        if len(sample) > _LANGUAGE_SAMPLE:
            break
    return get_tokenizer().detect_language(sample)


def _make_word_test(language: str) -> Callable[[str], bool]:
    """Return what says whether the lexicon has a word of a language; loaded when first asked."""

    @functools.cache
    def knows(word: str) -> bool:
        from rag.models.lexicon import Known, get_lexicon

        lexicon = get_lexicon()
        return lexicon.knows(word, language) is not Known.NOT

    return knows


def _choose_metadata(info: _Info, paragraphs: Sequence[Paragraph]) -> Metadata:
    """Return what the document says of itself where it is plausible, else what its type says."""
    first_page = [paragraph for paragraph in paragraphs if paragraph.page == paragraphs[0].page]
    largest = _find_title(first_page, paragraphs)
    chosen = choose_metadata(
        title=info.title, author=info.author, day=info.created, language=info.language
    )
    title = chosen.title
    if title is not None and largest is not None and not _stands_in(title, first_page):
        # A title that the page does not show is often that of a template.
        title = None
    day = None if _PRINTERS.search(info.producer) else chosen.date
    return chosen._replace(title=title or largest, date=day)


def _stands_in(title: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether most words of a title stand in paragraphs."""
    words = _find_title_words(title)
    shown = set()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            shown |= words & _find_title_words(line)
    return 2 * len(shown) > len(words)


def _find_title_words(text: str) -> set[str]:
    """Return the words that titles are compared by."""
    words = _TITLE_WORD.findall(text.casefold())
    return set(words)


def _find_title(
    first_page: Sequence[Paragraph],
    paragraphs: Sequence[Paragraph],
) -> str | None:
    """Return what stands in the largest type of the first page, larger than running text."""
    usual = _find_usual_height(paragraphs)
    best_height = _LARGER * usual
    title = None
    by_size = sorted(first_page, key=_get_height, reverse=True)
    for paragraph in by_size:
        text = " ".join(paragraph.lines)
        if paragraph.height < best_height or len(paragraph.lines) > _MAX_TITLE_LINES:
            continue
        candidate = choose_title(text)
        if candidate is None:
            continue
        # A name in large letters over everything may be that of the paper: what is smaller, but
        # still large, is the title then.
        words = text.split()
        if title is None or len(words) >= _MIN_HEADLINE_WORDS:
            title = candidate
        if len(words) > _MAX_NAME_WORDS:
            return title
        best_height = max(_MUCH_LARGER * usual, _OF_NAME * paragraph.height)
    return title


def _get_height(paragraph: Paragraph) -> float:
    return paragraph.height


def _find_usual_height(paragraphs: Sequence[Paragraph]) -> float:
    """Return the height of type that most letters have."""
    counts: collections.Counter[int] = collections.Counter()
    for paragraph in paragraphs:
        tenths = round(10 * paragraph.height)
        for line in paragraph.lines:
            counts[tenths] += len(line)
    [(tenths, _)] = counts.most_common(1)
    return tenths / 10
