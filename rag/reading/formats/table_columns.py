"""What the columns of a table hold, by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.language_words import load_folded_words, load_front_matter_fields
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.table_records import Record

_WORD_BREAKS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_MIN_TEXT = 40  # characters of a mean text, in a column that is named "text"; chosen by hand
# The names that programs give to columns, beside those that people write at the head of a file.
_PROGRAM_NAMES = {
    "title": ["book_title", "article_title", "page_title", "document_title"],
    "date": ["date", "pub_date", "publish_date", "published_at", "published_date", "timestamp"],
    "publisher": [
        "source_name",
        "outlet",
        "website",
        "domain",
        "domain_name",
        "site_name",
        "feed",
        "from",
        "sender_name",
    ],
    "url": ["uri", "source_url", "article_url", "canonical_url", "share_link"],
    "author": [
        "author",
        "authors",
        "byline",
        "creator",
        "author_name",
        "book_author",
        "published_by",
    ],
    "language": ["lang", "language", "language_code"],
    "description": ["description", "summary", "abstract", "excerpt", "teaser", "snippet"],
}
_FIELDS = {name: field for field, names in _PROGRAM_NAMES.items() for name in names}
# Rather than when it was saved, or put into the table.
_PUBLISHED = ("published", "published_at", "pub_date", "publish_date", "published_date")
_SAVED = ("timestamp", "created", "created_at")
_NAME = "name"  # of a row that has an address, where nothing is called its title


class Columns(NamedTuple):
    """Which columns hold what: those of the texts, and one for each field of the metadata."""

    text: list[str]
    fields: dict[str, str]

    @property
    def is_reading_list(self) -> bool:
        """Return whether each row names an article on the web: its title, its address."""
        return "title" in self.fields and "url" in self.fields


def find_columns(heads: Sequence[str], rows: Sequence[Record]) -> Columns:
    """Return what the columns hold, by their names."""
    columns = _name_columns(heads)
    # What has a title and a text is an article, however short.
    least = 1 if "title" in columns.fields else _MIN_TEXT
    texts = [head for head in columns.text if _is_prose(head, rows, least)]
    columns = columns._replace(text=texts)
    if columns.is_reading_list and not _is_mostly_told(texts, rows):
        saved = _normalise_head(columns.fields.get("date", "")) in _SAVED
        columns.fields.pop("date" if saved else "", None)
    if texts or "title" not in columns.fields:
        return columns
    # Titles with a summary each are articles, too.
    summary = columns.fields.get("description")
    least = 1 if columns.is_reading_list else _MIN_TEXT
    if summary is not None and _is_prose(summary, rows, least):
        del columns.fields["description"]
        texts.append(summary)
    return columns


def _name_columns(heads: Sequence[str]) -> Columns:
    """Return what columns are called, whatever they hold."""
    text_names = load_folded_words("text_columns")
    known_fields = {**_FIELDS, **load_front_matter_fields()}
    columns = Columns([], {})
    for head in heads:
        name = _normalise_head(head)
        field = known_fields.get(name, "")
        if name.replace("_", " ") in text_names:
            columns.text.append(head)
        elif field and (field not in columns.fields or name in _PUBLISHED):
            columns.fields[field] = head
    if "url" in columns.fields and "title" not in columns.fields:
        names = [head for head in heads if _normalise_head(head) == _NAME]
        columns.fields.update(zip(["title"], names, strict=False))
    return columns


def _is_mostly_told(texts: Sequence[str], rows: Sequence[Record]) -> bool:
    """Return whether most rows have a text: the day of one that has none is when it was saved."""
    told = 0
    for row in rows:
        told += any(map(row.cells.get, texts))
    return 2 * told > len(rows)


def _normalise_head(head: str) -> str:
    """Return the name of a column folded, its words joined: "pubDate" as pub_date."""
    words = _WORD_BREAKS.split(head)
    words = [word for word in words if word]
    joined = "_".join(words)
    return fold(joined)


def _is_prose(head: str, rows: Sequence[Record], least: int = _MIN_TEXT) -> bool:
    """Return whether the mean length of the cells of a column is at least that of sentences."""
    count = 0
    length = 0
    for row in rows:
        cell = row.cells.get(head)
        if not cell:
            continue
        count += 1
        length += len(cell)
    if count == 0:
        return False
    return length >= least * count
