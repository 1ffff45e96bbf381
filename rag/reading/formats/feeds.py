"""Feeds: RSS, Atom and JSON Feed files, an article for each entry."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.formats.entries import join_entries
from rag.reading.formats.feed_entries import parse_feed, read_entries, read_items
from rag.reading.formats.markup import decode_markup, tame_markup

if TYPE_CHECKING:
    from rag.reading.formats.base import Extracted, Metadata
    from rag.reading.formats.entries import Entry

_HEAD = 4096  # bytes in which a feed says that it is one
_BEFORE_ROOT = re.compile(
    rb"\s*(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>)", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(rb"\s*<(?:\w{1,20}:)?(rss|feed|channel|RDF)[\s>]", re.IGNORECASE)
_RSS_1 = re.compile(rb"purl\.org/rss/|my\.netscape\.com/rdf|channel\.netscape\.com/rdf")
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_JSON_VERSION = re.compile(rb"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version")
_NO_ENTRIES = "a feed without an entry that has a text"


class FeedFormat:
    """A file of RSS or Atom."""

    name = "feed"
    media_type = "application/feed+xml"
    suffixes = frozenset((".rss", ".atom", ".rdf", ".xml"))
    version = 3
    is_guarded = True

    def fits(self, data: bytes) -> bool:
        """Return whether the first element is a feed's."""
        # In UTF-16 and UTF-32 there is a NUL beside each character of a tag.
        head = data[:_HEAD].replace(b"\0", b"")
        head = head.lstrip(_MARKS)
        position = 0
        before = _BEFORE_ROOT.match(head)
        while before is not None:
            position = before.end()
            before = _BEFORE_ROOT.match(head, position)
        root = _ROOT.match(head, position)
        if root is None:
            return False
        # RDF holds all sorts of things.
        return root[1] != b"RDF" or _RSS_1.search(head) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the texts of all entries.

        Raises:
            SourceError: it is no feed, has no entries, or is no text.
        """
        markup = decode_markup(data)
        tamed = tame_markup(markup)
        feed = parse_feed(tamed)
        entries, site = read_entries(feed)
        return _join(entries, site)


class JsonFeedFormat:
    """A file of JSON Feed."""

    name = "jsonfeed"
    media_type = "application/feed+json"
    suffixes: frozenset[str] = frozenset()  # it is known by its content: .json may be anything
    version = 3
    is_guarded = True  # its entries are HTML

    def fits(self, data: bytes) -> bool:
        """Return whether the object names a version of JSON Feed."""
        head = data[:_HEAD].lstrip(_MARKS)
        if not head.startswith(b"{"):
            return False
        return _JSON_VERSION.search(head) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the texts of all items.

        Raises:
            SourceError: it is damaged or has no items.
        """
        text = decode_markup(data)
        try:
            feed = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise SourceError("a damaged JSON feed", hint="save it again") from error
        if not isinstance(feed, dict):
            raise SourceError(_NO_ENTRIES)
        entries, site = read_items(feed)
        return _join(entries, site)


def _join(entries: list[Entry], site: Metadata) -> Extracted:
    """Return entries as one text.

    Raises:
        SourceError: none of them has one.
    """
    if not entries:
        raise SourceError(_NO_ENTRIES)
    return join_entries(entries, site)


FEED = FeedFormat()
JSON_FEED = JsonFeedFormat()
