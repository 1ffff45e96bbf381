"""Which part of a mail is its text: MIME's alternatives, attachments, mails inside of mails.

The messages are parsed by the standard library with its old policy, ``compat32``: the new one
raises on headers that real mails have.
"""

from __future__ import annotations

import email
import email.header
import email.utils
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.formats.blocks import join_blocks, list_blocks
from rag.reading.formats.mail_text import (
    clean_mail_blocks,
    clean_mail_text,
    join_flowed,
    remove_quoted_elements,
)
from rag.reading.formats.markup import decode_markup, decode_text, parse_html

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

_MAX_PARTS = 500  # of a mail
_MAX_DEPTH = 40  # of parts in each other
_STUB_SHARE = 0.5  # of the words of the HTML part; with fewer, the plain one only points to it
_MAX_ADDRESSES = 1 / 30  # addresses for a word; with more, plain text is hard to read
_ADDRESS = re.compile(r"https?://\S+")
_BOUNDARY = re.compile(rb"^--(\S{2,70})[ \t]*\r?\n(?=Content-)", re.MULTILINE | re.IGNORECASE)
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_NAMELESS = "without a name"
_MAX_HEADER = 2000


@dataclass
class MailBody:
    """The text of a mail, and what was not read of it."""

    text: str = ""
    attachments: list[str] = field(default_factory=list)


def parse_message(data: bytes) -> Message:
    """Return the message of its bytes.

    Raises:
        SourceError: it cannot be parsed.
    """
    try:
        return email.message_from_bytes(data)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SourceError("a damaged mail", hint="save it again") from error


def read_header(message: Message, name: str) -> str:
    """Return a header as a person reads it: encoded words decoded, on one line."""
    # As it stands in the file: what ``get`` gives has lost the bytes beyond ASCII.
    for key, value in message.raw_items():
        if key.lower() == name:
            raw = str(value)[:_MAX_HEADER]
            text = decode_words(raw)
            words = text.split()
            return " ".join(words)
    return ""


def parse_mail_day(value: str) -> datetime.date | None:
    """Return the day of "Mon, 27 Apr 2026 23:30:00 +0200" as its writer's clock had it."""
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.date()


def decode_words(raw: str) -> str:
    """Return a header with its encoded words decoded (RFC 2047), and raw bytes as characters."""
    try:
        pieces = email.header.decode_header(raw)
    except (ValueError, LookupError, AssertionError):
        return raw
    texts = [_decode_piece(piece, charset) for piece, charset in pieces]
    return "".join(texts)


def _decode_piece(piece: str | bytes, charset: str | None) -> str:
    """Return a piece of a header; bytes beyond ASCII stand in it as lone surrogates."""
    if isinstance(piece, str):
        piece = piece.encode("utf-8", "surrogateescape")
    try:
        return decode_text(piece, charset)
    except SourceError:
        return piece.decode("utf-8", "replace")


def read_body(message: Message) -> MailBody:
    """Return the text of a mail.

    Raises:
        SourceError: it is encrypted.
    """
    reader = _BodyReader()
    text = reader.read(message, 0)
    if not text:
        # The article is what is attached.
        texts = map(_read_leaf, reader.unread_texts)
        text = _join_texts(texts)
    return MailBody(text, reader.attachments)


def _join_texts(texts: Iterable[str]) -> str:
    """Return the texts that are not empty as one."""
    return "\n\n".join(filter(None, texts))


@dataclass
class _BodyReader:
    """What is gathered while the parts of a mail are read."""

    attachments: list[str] = field(default_factory=list)
    unread_texts: list[Message] = field(default_factory=list)
    parts: int = 0

    def read(self, part: Message, depth: int) -> str:
        """Return the text of a part and of the parts inside it."""
        self.parts += 1
        kind = part.get_content_type()
        if self.parts > _MAX_PARTS or depth > _MAX_DEPTH:
            return ""
        if kind in _ENCRYPTED:
            raise SourceError("an encrypted mail", hint="decrypt it in the mail program first")
        children = _list_children(part)
        below = depth + 1
        if kind == "multipart/alternative":
            return self._read_alternative(children, depth)
        if kind in ("multipart/report", "multipart/related", "multipart/signed"):
            return self.read(children[0], below) if children else ""
        if kind == "message/rfc822":
            return self._read_inner_mail(children, depth)
        if children:
            return self._read_all(children, depth)
        if part.get_content_maintype() == "multipart":
            return _read_leaf(part)
        return self._read_single(part)

    def _read_all(self, children: list[Message], depth: int) -> str:
        """Return the texts of all parts."""
        below = depth + 1
        texts = [self.read(child, below) for child in children]
        return _join_texts(texts)

    def _read_inner_mail(self, children: list[Message], depth: int) -> str:
        """Return a mail inside of the mail, below its subject."""
        texts = []
        for child in children:
            subject = read_header(child, "subject")
            text = self.read(child, depth + 1)
            texts.append(subject)
            texts.append(text)
        return _join_texts(texts)

    def _read_alternative(self, children: list[Message], depth: int) -> str:
        """Return the best of several forms of the same text."""
        plain = rich = ""
        for child in children:
            text = self.read(child, depth + 1)
            if child.get_content_type() == "text/plain":
                plain = plain or text
            else:
                rich = rich or text
        return choose_alternative(plain, rich)

    def _read_single(self, part: Message) -> str:
        """Return the text of a part that holds no others; an attachment is noted."""
        kind = part.get_content_type()
        is_text = kind in ("text/plain", "text/html", "text/enriched")
        name = _read_filename(part)
        disposition = part.get_content_disposition()
        if is_text and disposition != "attachment" and not name:
            return _read_leaf(part)
        if is_text:
            self.unread_texts.append(part)
        if name or disposition == "attachment":
            self.attachments.append(name or f"{_NAMELESS} ({kind})")
        return ""


def choose_alternative(plain: str, rich: str) -> str:
    """Return the plain form of a text, or the HTML one where the plain one is a stub or a mess."""
    plain_words = len(plain.split())
    rich_words = len(rich.split())
    if not rich_words:
        return plain
    addresses = len(_ADDRESS.findall(plain))
    if plain_words < _STUB_SHARE * rich_words or addresses > _MAX_ADDRESSES * plain_words:
        return rich
    return plain


def _list_children(part: Message) -> list[Message]:
    """Return the parts inside a part."""
    if not part.is_multipart() and part.get_content_maintype() == "multipart":
        part = _repair(part)
    if not part.is_multipart():
        return []
    payload: object = part.get_payload()
    children = payload if isinstance(payload, list) else []
    return [child for child in children if isinstance(child, Message)]


def _repair(part: Message) -> Message:
    """Return a part whose boundary is missing, or another one, with the one that it has."""
    data = _decode_payload(part)
    match = _BOUNDARY.search(data)
    if match is None:
        return part
    boundary = match[1].replace(b'"', b"")
    head = b'Content-Type: multipart/mixed; boundary="%b"\n\n' % boundary
    return parse_message(head + data)


def _read_filename(part: Message) -> str:
    """Return the name of an attached file."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        return _NAMELESS
    return decode_words(name)[:100] if name else ""


def _read_leaf(part: Message) -> str:
    """Return the text of a part that is text."""
    data = _decode_payload(part)
    charset = _read_parameter(part, "charset")
    if part.get_content_type() == "text/html":
        return _read_html(data, charset)
    try:
        text = decode_text(data, charset)
    except SourceError:
        return ""
    if _read_parameter(part, "format").lower() == "flowed":
        removes_space = _read_parameter(part, "delsp").lower() == "yes"
        text = join_flowed(text, removes_space=removes_space)
    return clean_mail_text(text)


def read_page_part(part: Message) -> tuple[bytes, str]:
    """Return the bytes of a part that is a page, and the charset that it states."""
    return _decode_payload(part), _read_parameter(part, "charset")


def _decode_payload(part: Message) -> bytes:
    """Return the bytes of a part: base64, quoted-printable and the like undone."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        # An encoding that is damaged beyond what the library undoes.
        return b""
    return payload if isinstance(payload, bytes) else b""


def _read_parameter(part: Message, name: str) -> str:
    """Return a parameter of the content type."""
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    # One that is encoded after RFC 2231 has three parts.
    text = value[2] if isinstance(value, tuple) else value
    return text or ""


def _read_html(data: bytes, charset: str) -> str:
    """Return the text of an HTML mail: all that is seen, as no page surrounds it."""
    try:
        markup = decode_markup(data, charset)
        tree = parse_html(markup)
    except SourceError:
        return ""
    own = remove_quoted_elements(tree)
    seen = list_blocks(own)
    blocks = clean_mail_blocks(seen)
    text, _ = join_blocks(blocks)
    return text
