"""HTML: the article of a page, without what stands around it."""

from __future__ import annotations

import re
from urllib.parse import quote

from rag.reading.formats.base import Extracted
from rag.reading.formats.blocks import join_blocks
from rag.reading.formats.html_main import find_article
from rag.reading.formats.html_metadata import read_metadata
from rag.reading.formats.markup import decode_markup, parse_html

_HEAD = 2048  # bytes in which a page says that it is one
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,600}?-->\s*){0,3}"
    rb"<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_MAX_FRAGMENT = 600  # characters of an address that holds a whole sentence
_WORDS_AT_END = 5  # of a longer one, at each end


class HtmlFormat:
    """A page: its main text by trafilatura, its day by htmldate."""

    name = "html"
    media_type = "text/html"
    suffixes = frozenset((".html", ".htm", ".xhtml", ".xht"))
    version = 4
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the bytes begin as a page does."""
        head = data[:_HEAD]
        match = _START.match(head)
        return match is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the article of a page.

        Raises:
            SourceError: there is none, it is too large or no text.
        """
        return extract_markup(decode_markup(data))


HTML = HtmlFormat()


def extract_markup(markup: str) -> Extracted:
    """Return the article of a page as text. Raises SourceError."""
    tree = parse_html(markup)
    metadata = read_metadata(tree)
    blocks = find_article(tree, metadata.title)
    text, places = join_blocks(blocks)
    return Extracted(text, metadata, places)


def make_text_fragment(quotation: str) -> str:
    """Return what behind the address of a page makes a browser show a quotation in it.

    See https://wicg.github.io/scroll-to-text-fragment/: ``#:~:text=first words,last words``.
    """
    # A browser looks for words within one paragraph or item, or from one to another.
    lines = [line.split() for line in quotation.splitlines() if line.strip()]
    words = quotation.split()
    whole = _quote_words(words)
    if len(whole) <= _MAX_FRAGMENT and len(lines) < 2:
        return f"#:~:text={whole}"
    first = _quote_words(lines[0][:_WORDS_AT_END])
    last = _quote_words(lines[-1][-_WORDS_AT_END:])
    return f"#:~:text={first},{last}"


def _quote_words(words: list[str]) -> str:
    """Return words with all quoted that has a meaning there: comma, hyphen, ampersand."""
    text = " ".join(words)
    quoted = quote(text, safe="")
    return quoted.replace("-", "%2D")
