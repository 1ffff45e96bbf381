"""Mails: one to a file (.eml, .emlx, Maildir), or many in a mailbox (.mbox), each an article."""

from __future__ import annotations

import email.utils
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.formats.base import Extracted, Metadata
from rag.reading.formats.entries import Entry, join_entries
from rag.reading.formats.html_metadata import read_language
from rag.reading.formats.mail_parts import (
    parse_mail_day,
    parse_message,
    read_body,
    read_header,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from email.message import Message

_HEAD = 16_384  # bytes in which a mail says that it is one
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):")
_HEADERS_OF_ALL = {b"from", b"date", b"subject", b"to"}
_MIN_COMMON = 2  # of them, as some have no subject
# What programs write and people do not.
_HEADERS_OF_PROGRAMS = {
    b"received",
    b"return-path",
    b"delivered-to",
    b"message-id",
    b"mime-version",
    b"dkim-signature",
    b"content-transfer-encoding",
    b"x-mailer",
    b"list-id",
    b"list-unsubscribe",
}
_MBOX_START = re.compile(rb"From \S+ .*\d\d:\d\d.*\d{4}[^\n]*\r?\n[A-Za-z][\w-]*:")
_MBOX_LINE = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\d\d:\d\d[^\n]*\d{4}[^\n]*\n(?=[A-Za-z>][\w-]*[: ])",
    re.M,
)
_ENVELOPE = re.compile(rb"\s*(?:>?From [^\n]*\n)?")
# Apple Mail: the number of bytes, the mail, and what the program notes of it, as a property list.
_APPLE = re.compile(rb"\s*(\d{1,9})[^\S\n]*\r?\n")
# Thunderbird keeps a mail that was deleted until its folder is compacted.
_DELETED = re.compile(rb"X-Mozilla-Status: [\da-f]{3}[89a-f]\r?\n", re.IGNORECASE)
_MBOX_QUOTE = re.compile(rb"^>(>*From )", re.M)
_MAX_BYTES = 100_000_000  # of a mail with its attachments
_PREFIX = re.compile(r"(?:(?:re|aw|sv|fwd?|tr|wg|rv|vs|ref|r|i)\s?(?:\[\d+\])?\s?:\s*)+", re.I)
_ARCHIVED = re.compile(r"<?(https?://[^\s<>]+)>?")
_MOZILLA_HEAD = 200  # bytes of a mail, where that stands
_MAX_NAMED = 5  # attachments
_HINT = "save its attachments beside it: their text is read"


class MailFormat:
    """A mail: From is its publisher, Date its day, Subject its title."""

    name = "mail"
    media_type = "message/rfc822"
    suffixes = frozenset((".eml", ".emlx"))
    version = 4
    is_guarded = True  # HTML mails are read by a native library

    def fits(self, data: bytes) -> bool:
        """Return whether the bytes begin with the headers of a mail."""
        head = data[:_HEAD].lstrip(b"\r\n")
        names = set(_iterate_header_names(head))
        common = names & _HEADERS_OF_ALL
        if len(common) < _MIN_COMMON:
            return False
        return not names.isdisjoint(_HEADERS_OF_PROGRAMS)

    def extract(self, data: bytes) -> Extracted:
        """Return the text of a mail.

        Raises:
            SourceError: it has none, is damaged, encrypted or too large.
        """
        mail = _read_mail(data)
        return Extracted(mail.text, mail.metadata, warnings=mail.warnings)


class MboxFormat:
    """A mailbox of many mails, each an article."""

    name = "mbox"
    media_type = "application/mbox"
    suffixes = frozenset((".mbox", ".mbx"))
    version = 4
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the bytes begin as a mailbox does."""
        head = data[:_HEAD]
        match = _MBOX_START.match(head)
        return match is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the texts of all mails.

        Raises:
            SourceError: none of them has a text.
        """
        entries = []
        warnings: list[str] = []
        for number, message in enumerate(_iterate_mails(data), 1):
            if _DELETED.search(message, 0, _MOZILLA_HEAD):
                continue
            try:
                mail = _read_mail(message)
            except SourceError as error:
                warnings.append(f"mail {number}: {error.message}")
                continue
            for warning in mail.warnings:
                warnings.append(f"mail {number}: {warning}")
            entry = Entry(mail.text, mail.metadata)
            entries.append(entry)
        if not entries:
            raise SourceError("a mailbox without a mail that has a text")
        return join_entries(entries, warnings=warnings)


MAIL = MailFormat()
MBOX = MboxFormat()


class _Mail(NamedTuple):
    """A mail that was read."""

    text: str
    metadata: Metadata
    warnings: tuple[str, ...]


def _iterate_header_names(head: bytes) -> Iterator[bytes]:
    """Yield the names of the headers at the head of a mail, in lower case."""
    for line in head.splitlines():
        if line.startswith((b" ", b"\t")):
            continue
        match = _HEADER.match(line)
        if match is None:
            return
        name = match[1]
        yield name.lower()


def _iterate_mails(data: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox, the quoted "From " at the beginning of their lines restored."""
    start = None  # of the mail that is being read, behind its line
    for match in _MBOX_LINE.finditer(data):
        if start is not None:
            message = data[start : match.start()]
            yield _MBOX_QUOTE.sub(rb"\1", message)
        start = match.end()
    message = data[start or 0 :]
    yield _MBOX_QUOTE.sub(rb"\1", message)


def _read_mail(data: bytes) -> _Mail:
    """Return the text of a mail and what its headers say.

    Raises:
        SourceError: it has no text, is damaged, encrypted or too large.
    """
    if len(data) > _MAX_BYTES:
        raise SourceError("a mail of more than 100 MB", hint=_HINT)
    counted = _APPLE.match(data)
    if counted is not None:
        data = data[counted.end() : counted.end() + int(counted[1])]
    # The line of a mailbox stands above some mails that were taken out of one.
    start = _ENVELOPE.match(data)
    message = parse_message(data[start.end() :] if start else data)
    try:
        body = read_body(message)
    except RecursionError as error:
        raise SourceError("a damaged mail", hint="save it again") from error
    attachments = body.attachments
    if not body.text.strip():
        if attachments:
            raise SourceError(f"a mail without text, with {_name_files(attachments)}", hint=_HINT)
        raise SourceError("a mail without text")
    metadata = _read_metadata(message)
    warnings = (f"not read: {_name_files(attachments)}",) if attachments else ()
    return _Mail(body.text, metadata, warnings)


def _name_files(names: list[str]) -> str:
    """Return the names of attached files, the first of many."""
    number = len(names)
    line = ", ".join(names[:_MAX_NAMED])
    if number == 1:
        return f"attachment {line}"
    if number <= _MAX_NAMED:
        return f"attachments {line}"
    others = number - _MAX_NAMED
    return f"attachments {line} and {others} more"


def _read_metadata(message: Message) -> Metadata:
    """Return what the headers say."""
    subject = read_header(message, "subject")
    reply = _PREFIX.match(subject)
    title = subject[reply.end() :] if reply else subject
    archive = read_header(message, "archived-at")
    address = _ARCHIVED.match(archive)
    stated = read_header(message, "content-language")
    return Metadata(
        title=title or None,
        publisher=_read_sender(message),
        date=_read_day(message),
        url=address[1] if address else None,
        language=read_language(stated),
    )


def _read_sender(message: Message) -> str | None:
    """Return the name of who sent a mail, or the address where there is no name."""
    for header in ("from", "sender", "reply-to"):
        line = read_header(message, header)
        if not line:
            continue
        name, address = email.utils.parseaddr(line)
        sender = name.strip(" \"'") or address
        return sender or line
    return None


def _read_day(message: Message) -> datetime.date | None:
    """Return the day of a mail as its sender's clock had it."""
    line = read_header(message, "date")
    received = read_header(message, "received").rpartition(";")[2]
    return parse_mail_day(line) or parse_mail_day(received)
