"""Sentences as candidates, for the tests of what is made of them."""

from __future__ import annotations

import datetime

import numpy as np

from rag.answer.quotation_spans import Candidate
from rag.records import Article, Document, Hit, Passage, Span, content_id


def candidates(
    *sentences: str, language: str, title: str = "News", path: str = "a.txt"
) -> list[Candidate]:
    """The sentences of one article, a line each."""
    text = "\n".join(sentences)
    document = Document(path, text, "0" * 64, "text/plain")
    article = Article(
        content_id(path),
        document,
        title,
        "The Herald",
        datetime.date(2025, 3, 12),
        None,
        language,
        0,
        len(text),
    )
    passage = Passage(content_id(path, 0), article, 0, len(text))
    made = []
    for place, sentence in enumerate(sentences):
        start = text.index(sentence)
        span = Span(start, start + len(sentence))
        tokens = np.zeros(0, dtype=np.uint16)
        vector = np.zeros(0, dtype=np.float32)
        made.append(Candidate(Hit(passage, 1.0), 0, place, span, tokens, vector))
    return made
