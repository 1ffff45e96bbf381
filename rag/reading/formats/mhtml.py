"""MHTML: a page that a browser saved with its pictures in one file, as a mail of many parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.formats.base import Extracted
from rag.reading.formats.html_page import extract_markup
from rag.reading.formats.mail_parts import parse_message, read_header, read_page_part
from rag.reading.formats.markup import decode_markup

if TYPE_CHECKING:
    from email.message import Message

_HEAD = 8192  # bytes in which a saved page says that it is one
_RELATED = re.compile(rb"^content-type:\s*multipart/related\b", re.I | re.M)
# Chromium names the page; others say who saved it, or of which type the first part is.
_SAVED = re.compile(
    rb"^(?:snapshot-content-location:|from:\s*<?saved by"
    rb'|content-type:[^\n]*\n?[^\n]*type="?text/html)',
    re.I | re.M,
)
_PERSON = re.compile(rb"^(?:to|received|delivered-to|message-id):", re.I | re.M)
_WEB_ADDRESS = re.compile(r"https?://\S+")
_MAX_BYTES = 100_000_000  # of a page with its pictures


class MhtmlFormat:
    """A saved page: its main text, as of HTML; the day on which it was saved is not its day."""

    name = "mhtml"
    media_type = "multipart/related"
    suffixes = frozenset((".mhtml", ".mht"))
    version = 4
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the bytes begin with the headers of a saved page, and of no mail."""
        head, _, _ = data[:_HEAD].replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")
        if _RELATED.search(head) is None or _PERSON.search(head) is not None:
            return False
        return _SAVED.search(head) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the article of the page.

        Raises:
            SourceError: there is none, it is too large or damaged.
        """
        if len(data) > _MAX_BYTES:
            raise SourceError(f"more than {_MAX_BYTES:,} bytes", hint="save the page as HTML")
        message = parse_message(data)
        page = _find_page(message)
        content, charset = read_page_part(page)
        extracted = extract_markup(decode_markup(content, charset))
        metadata = extracted.metadata
        return extracted._replace(
            metadata=metadata._replace(url=metadata.url or _find_address(message, page))
        )


MHTML = MhtmlFormat()


def _find_page(message: Message) -> Message:
    """Return the first part that is a page: others are its frames."""
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return part
    raise SourceError("no page in it", hint="save it again, or as HTML")


def _find_address(message: Message, page: Message) -> str | None:
    """Return the address of the page where it is one of the web."""
    for part, name in (
        (message, "snapshot-content-location"),
        (page, "content-location"),
        (message, "content-location"),
    ):
        address = read_header(part, name)
        if _WEB_ADDRESS.fullmatch(address):
            return address
    return None
