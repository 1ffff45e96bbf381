"""Formats: the bytes of a file into the text that a person reads of it, and where it came from.

Each module is the only door to its library, and imports it inside the functions that need it. A
format is pure: the same bytes give the same text, for ever, so that a citation is verified by
extracting today's bytes again.

``base`` says what a format takes and gives, ``FORMATS`` which there are, each with its module. The
other modules are what several of them share, or the steps of one: ``markdown_*``, ``html_*``,
``mail_*``, ``page_*``, ``table_*``, ``rtf_*``, ``feed_*``.

A new format is a module with an object that ``base.Format`` describes, and a line in ``FORMATS``.
"""

from __future__ import annotations

import functools
import importlib
import re
from typing import TYPE_CHECKING, NamedTuple, cast

from rag.errors import SourceError

if TYPE_CHECKING:
    from rag.reading.formats.base import Format

HEAD_BYTES = 2048  # of a file, in which signatures are looked for; chosen by hand
NOT_READ = "not a kind of file that rag reads"


class KnownFormat(NamedTuple):
    """What is known of a format before its module is imported.

    Only where the head of a file matches the signature is its format asked whether it ``fits``: a
    format without one goes by the suffix alone.
    """

    name: str
    module: str
    attribute: str
    suffixes: tuple[str, ...]  # in lower case, with the dot
    signature: re.Pattern[bytes] | None = None


_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".xht")
_PACKED = re.compile(rb"PK\x03\x04")
# An archive whose first member is a PDF is none.
_PDF = re.compile(rb"(?!PK\x03\x04|.{257}ustar).{0,1024}%PDF-", re.DOTALL)
_TAG = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_HEADER = re.compile(rb"\s*[A-Za-z][A-Za-z0-9-]*:|From ")
_RTF = re.compile(rb"\s*\{\\rtf")
_CLIPPING = re.compile(rb"[^\r\n]{1,500}\r?\n- [^\r\n]{1,300}\|")
# The first one that fits wins.
FORMATS: tuple[KnownFormat, ...] = (
    KnownFormat("markdown", "markdown", "MARKDOWN", _MARKDOWN_SUFFIXES),
    KnownFormat("text", "plain_text", "PLAIN_TEXT", (".txt", ".text")),
    KnownFormat("feed", "feeds", "FEED", (".rss", ".atom", ".rdf", ".xml"), _TAG),
    KnownFormat("jsonfeed", "feeds", "JSON_FEED", (), _OBJECT),
    KnownFormat("html", "html_page", "HTML", _HTML_SUFFIXES, _TAG),
    KnownFormat("pdf", "pdf", "PDF", (".pdf",), _PDF),
    KnownFormat("docx", "docx", "DOCX", (".docx", ".docm", ".dotx"), _PACKED),
    KnownFormat("odt", "odt", "ODT", (".odt", ".ott"), _PACKED),
    KnownFormat("epub", "epub", "EPUB", (".epub",), _PACKED),
    KnownFormat("rtf", "rtf", "RTF", (".rtf",), _RTF),
    KnownFormat("clippings", "clippings", "CLIPPINGS", (), _CLIPPING),
    KnownFormat("mbox", "mail", "MBOX", (".mbox", ".mbx"), _HEADER),
    KnownFormat("mhtml", "mhtml", "MHTML", (".mhtml", ".mht"), _HEADER),
    KnownFormat("mail", "mail", "MAIL", (".eml", ".emlx"), _HEADER),
    KnownFormat("csv", "tables", "CSV", (".csv", ".tsv", ".tab")),
    KnownFormat("jsonl", "tables", "JSON_LINES", (".jsonl", ".ndjson")),
    KnownFormat("json", "tables", "JSON", (".json",)),
)


def find_format(suffix: str, data: bytes) -> Format:
    """Return the format of a file by its suffix and its bytes.

    The suffix decides, unless the bytes are surely of another kind and not of this one: a PDF that
    is called .txt is a PDF.

    Raises:
        SourceError: no format is known by this suffix, or fits.
    """
    by_suffix = _find_by_suffix(suffix)
    others = find_signed(data)
    if by_suffix in others:
        by_suffix_format = load_format(by_suffix.name)
        if by_suffix_format.fits(data):
            return by_suffix_format
    for known in others:
        other_format = load_format(known.name)
        if other_format.fits(data):
            return other_format
    if by_suffix is not None:
        return load_format(by_suffix.name)
    raise make_unknown_error()


def find_signed(head: bytes) -> list[KnownFormat]:
    """Return the formats whose signature the first bytes of a file have."""
    beginning = head[:HEAD_BYTES]
    return [known for known in FORMATS if known.signature and known.signature.match(beginning)]


def knows_suffix(suffix: str) -> bool:
    """Return whether a format is known by this suffix."""
    return _find_by_suffix(suffix) is not None


@functools.cache
def load_format(name: str) -> Format:
    """Return the format of this name, its module imported. Raises KeyError when there is none."""
    for known in FORMATS:
        if known.name == name:
            module = importlib.import_module(f"rag.reading.formats.{known.module}")
            return cast("Format", getattr(module, known.attribute))
    raise KeyError(name)


def list_suffixes() -> list[str]:
    """Return the suffixes of all formats, in the order of the table."""
    return [suffix for known in FORMATS for suffix in known.suffixes]


def make_unknown_error() -> SourceError:
    """Return the error for a file of no known format, which lists what is known."""
    known = " ".join(list_suffixes())
    return SourceError(NOT_READ, hint=f"rag reads {known}")


def _find_by_suffix(suffix: str) -> KnownFormat | None:
    lower_suffix = suffix.lower()
    for known in FORMATS:
        if lower_suffix in known.suffixes:
            return known
    return None
