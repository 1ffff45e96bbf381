"""The values that every room passes on. No I/O, and nothing of rag imported.

- ``values``   documents, articles, passages, hits, citations, answers
- ``objects``  an answer as plain values that JSON can hold
"""

from __future__ import annotations

from rag.records.objects import SCHEMA, make_article_object, make_place_object
from rag.records.values import (
    PLACE_KINDS,
    PLAIN_FORMATS,
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Coverage,
    Document,
    Edit,
    Explanation,
    Figure,
    Filters,
    Hit,
    Passage,
    Place,
    Reason,
    RelativeDays,
    Reprint,
    RequestedPeriod,
    Span,
    Status,
    Verified,
    WordMatch,
    content_id,
)

__all__ = [
    "PLACE_KINDS",
    "PLAIN_FORMATS",
    "SCHEMA",
    "Answer",
    "AnswerSentence",
    "Article",
    "Citation",
    "Coverage",
    "Document",
    "Edit",
    "Explanation",
    "Figure",
    "Filters",
    "Hit",
    "Passage",
    "Place",
    "Reason",
    "RelativeDays",
    "Reprint",
    "RequestedPeriod",
    "Span",
    "Status",
    "Verified",
    "WordMatch",
    "content_id",
    "make_article_object",
    "make_place_object",
]
