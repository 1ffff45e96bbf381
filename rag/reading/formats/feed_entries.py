"""The entries of a feed: title, day, author, address, and the text of their HTML.

feedparser reads the XML, broken or not. It is given characters that are decoded already, as a
stream: a string it would take for an address, and fetch.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.reading.formats.base import Metadata
from rag.reading.formats.blog_exports import is_published, write_paragraphs
from rag.reading.formats.entries import Entry
from rag.reading.formats.fragments import read_fragment
from rag.reading.formats.html_metadata import read_day, read_language
from rag.reading.formats.html_titles import clean_field
from rag.reading.formats.mail_parts import parse_mail_day

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from typing import TypeAlias

    Fields: TypeAlias = Mapping[str, Any]

_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_ADDRESS = re.compile(r"https?://\S+\Z")
_DAYS = ("published", "created", "updated")
_JSON_DAYS = ("date_published", "date_modified")
_JSON_TEXTS = ("content_html", "content_text", "summary")
_MAX_ENTRIES = 20_000
_MAX_ADDRESS = 2000
_LONGER = 2  # times: a summary that is so much longer is the text


def parse_feed(markup: str) -> Fields:
    """Return what feedparser makes of a feed.

    Raises:
        SourceError: it is none, or too damaged.
    """
    import feedparser

    declaration = _XML_DECLARATION.match(markup)
    content = markup[declaration.end() :] if declaration else markup
    stream = io.BytesIO(content.encode("utf-8", "replace"))
    try:
        feed: Fields = feedparser.parse(
            stream,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # its text alone is taken
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise SourceError("a damaged feed", hint="save it again") from error
    except RecursionError as error:
        raise SourceError("a feed that nests too deeply") from error
    if not feed.get("version") and not feed.get("entries"):
        raise SourceError("an XML file that is no feed", hint="save it as HTML or text")
    return feed


def read_entries(feed: Fields) -> tuple[list[Entry], Metadata]:
    """Return the entries of RSS or Atom that have a text, and what is said of them all."""
    fields = feed.get("feed", {})
    title = fields.get("title")
    language = fields.get("language")
    site = Metadata(publisher=_read_line(title), language=read_language(language))
    entries = []
    for item in feed["entries"][:_MAX_ENTRIES]:
        if not is_published(item):
            continue
        entry = _read_entry(item, site)
        if entry.text:
            entries.append(entry)
    return entries, site


def _read_entry(item: Fields, site: Metadata) -> Entry:
    """Return an entry of RSS or Atom."""
    title = _read_line(item.get("title"))
    summary = read_fragment(item.get("summary"))
    text = _read_content(item)
    # Some feeds have the text in the summary and a line in the content.
    if len(summary) > _LONGER * len(text):
        text, summary = summary, ""
    source = item.get("source")
    origin = source.get("title") if isinstance(source, dict) else None
    metadata = site._replace(
        title=title,
        publisher=_read_line(origin) or site.publisher,
        date=_read_first_day(item, _DAYS),
        url=_read_address(item.get("link")),
        author=_read_line(item.get("author")),
        description=clean_field(summary),
    )
    return Entry(text or title or "", metadata)


def _read_content(item: Fields) -> str:
    """Return the longest of the contents of an entry: it may come as text and as HTML."""
    contents = item.get("content")
    if not isinstance(contents, list):
        return ""
    texts = []
    for content in contents:
        value = content.get("value")
        typed = write_paragraphs(item, value) if isinstance(value, str) else ""
        text = read_fragment(typed)
        texts.append(text)
    return max(texts, key=len, default="")


def read_items(feed: Fields) -> tuple[list[Entry], Metadata]:
    """Return the items of JSON Feed that have a text, and what is said of them all."""
    title = feed.get("title")
    language = feed.get("language")
    site = Metadata(publisher=clean_field(title), language=read_language(language))
    entries = []
    items = feed.get("items")
    if not isinstance(items, list):
        return [], site
    for item in items[:_MAX_ENTRIES]:
        if not isinstance(item, dict):
            continue
        entry = _read_item(item, site)
        if entry.text:
            entries.append(entry)
    return entries, site


def _read_item(item: Fields, site: Metadata) -> Entry:
    """Return an item of JSON Feed."""
    title = clean_field(item.get("title"))
    texts = [read_fragment(item.get(name)) for name in _JSON_TEXTS]
    text = next(filter(None, texts), "")
    summary = texts[-1] if texts[-1] != text else None
    address = item.get("url") or item.get("external_url")
    language = item.get("language")
    metadata = site._replace(
        title=title,
        date=_read_first_day(item, _JSON_DAYS),
        url=_read_address(address),
        language=read_language(language) or site.language,
        author=_read_authors(item),
        description=clean_field(summary),
    )
    return Entry(text or title or "", metadata)


def _read_authors(item: Fields) -> str | None:
    """Return the names of the authors: a list since version 1.1, one before."""
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = []
    for person in people:
        if not isinstance(person, dict):
            continue
        name = clean_field(person.get("name"))
        if name:
            names.append(name)
    line = ", ".join(names)
    return clean_field(line)


def _read_line(value: object) -> str | None:
    """Return a title or a name, which may be HTML, in one line."""
    text = read_fragment(value)
    return clean_field(text)


def _read_address(value: object) -> str | None:
    """Return an address that others can open."""
    if not isinstance(value, str) or not _ADDRESS.match(value):
        return None
    return value[:_MAX_ADDRESS]


def _read_first_day(item: Fields, names: tuple[str, ...]) -> datetime.date | None:
    """Return the day of an entry, as its writer's clock had it."""
    # feedparser's own ``get`` warns where it gives one day for another.
    fields = dict(item)
    for name in names:
        value = fields.get(name)
        if not isinstance(value, str):
            continue
        # RSS writes days as mails do: "Mon, 27 Apr 2026 23:30:00 +0200".
        is_written = any(map(str.isalpha, value[:4]))
        day = parse_mail_day(value) if is_written else None
        day = day or read_day(value)
        if day is not None:
            return day
    return None
