"""Articles of a document as bytes, without it: JSON, nothing that could run."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from rag.records import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Document

    Row = Sequence[Any]


def list_article_rows(articles: Sequence[Article]) -> list[Row]:
    """Return what JSON can hold of articles, without their document."""
    rows: list[Row] = []
    for article in articles:
        day = article.date.toordinal() if article.date else 0
        row = (
            article.id,
            article.title,
            article.publisher,
            day,
            article.url,
            article.language,
            article.start,
            article.end,
            article.is_publisher_inferred,
            article.section,
        )
        rows.append(row)
    return rows


def get_place(row: Row) -> tuple[str, int, int]:
    """Return the id of an article in a row, and where it stands in its document."""
    return row[0], row[6], row[7]


def decode_article(data: bytes, document: Document) -> Article:
    """Return the article of a document that was encoded."""
    return _make_article(decode_json(data), document)


def make_articles(rows: Sequence[Row], document: Document) -> list[Article]:
    """Return the articles of a document that ``list_article_rows`` wrote."""
    return [_make_article(row, document) for row in rows]


def _make_article(row: Row, document: Document) -> Article:
    name, title, publisher, day, *others = row
    date = datetime.date.fromordinal(day) if day else None
    url, language, start, end, is_inferred, section = others
    return Article(
        name,
        document,
        title,
        publisher,
        date,
        url,
        language,
        start,
        end,
        is_inferred,
        section,
    )


def encode_json(value: object) -> bytes:
    """Return a value as JSON, lone surrogates kept."""
    # Escapes would join two of them into one character.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode_json(data: bytes) -> Any:  # noqa: ANN401 - what was encoded
    """Return the value that was encoded."""
    return json.loads(data.decode("utf-8", "surrogatepass"))
