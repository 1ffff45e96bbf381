"""The values every room passes on: files, stories, passages, hits, citations, answers. No I/O.

All offsets are characters of ``Document.text``; all spans are half-open ``[start, end)``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

Status = Literal["answered", "partial", "not_in_sources"]
Verified = Literal["exact", "near", "none"]


def content_id(*parts: object) -> str:
    """Twelve hexadecimal digits that depend on the parts alone: the same on every machine."""
    return hashlib.sha256(
        "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    ).hexdigest()[:12]


class Span(NamedTuple):
    """A half-open stretch ``[start, end)`` of a text, in characters."""

    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """One file as text, exactly as decoded: no character added, dropped or changed, line endings included."""

    path: str  # relative to where the index was built from when it lies below it, else absolute
    text: str
    sha256: str  # of the file's bytes
    media_type: str  # "text/plain", "text/markdown"
    encoding: str = "utf-8"  # the codec that decodes the file's bytes into ``text``

    def line(self, offset: int) -> int:
        r"""The 1-based line of a character; lines end with ``\n``, ``\r\n`` or a lone ``\r``."""
        before = self.text[:offset]
        crlf_cut = before.endswith("\r") and self.text[offset : offset + 1] == "\n"
        return 1 + before.count("\n") + before.count("\r") - before.count("\r\n") - crlf_cut


@dataclass(frozen=True)
class Article:
    """One story of a document; a newsletter holds many."""

    id: str
    document: Document
    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    language: str  # ISO 639-1
    start: int
    end: int

    @property
    def text(self) -> str:
        """The story's stretch of its document."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True)
class Passage:
    """What is retrieved: ``document.text[start:end]``, byte for byte what the reader sees."""

    id: str
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The passage's stretch of its document."""
        return self.article.document.text[self.start : self.end]


class WordMatch(NamedTuple):
    """A word of the question, the word of a passage that stands for it best, and how much: 1 when it is the same."""

    question_word: str
    passage_word: str
    weight: float


@dataclass(frozen=True)
class Hit:
    """A passage found, best first; ``scores`` says what each channel gave, ``matches`` which words stand for which."""

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    matches: tuple[WordMatch, ...] = ()


class Reprint(NamedTuple):
    """Another article that a quotation stands in, in the same words, and where it starts there."""

    article: Article
    start: int

    @property
    def line(self) -> int:
        """The 1-based line of that document."""
        return self.article.document.line(self.start)


@dataclass(frozen=True)
class Citation:
    """Where a sentence of the answer stands: ``document.text[start:end] == quote`` when verified is "exact"."""

    n: int
    passage: Passage
    start: int
    end: int
    quote: str
    verified: Verified
    also: tuple[Reprint, ...] = ()  # earliest first

    @property
    def line(self) -> int:
        """The 1-based line of the document where the quotation starts."""
        return self.passage.article.document.line(self.start)


@dataclass(frozen=True)
class AnswerSentence:
    """A sentence of the answer with the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...]


class Filters(NamedTuple):
    """Which articles may be searched; empty means any. ``since`` and ``until`` are inclusive."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # ISO 639-1


@dataclass(frozen=True)
class Coverage:
    """What was searched, so that a refusal means something."""

    articles: int
    first: datetime.date | None
    last: datetime.date | None
    publishers: int
    indexed: int | None = None  # articles of the index; None when all of them were searched


class RequestedPeriod(NamedTuple):
    """The days a question speaks of, in which words, and what they did; an end that is None is open.

    "filter": only articles of these days were searched; "preference": those came first; "dropped": none of them
    answered, so all articles were asked.
    """

    first: datetime.date | None
    last: datetime.date | None
    words: str
    use: Literal["filter", "preference", "dropped"]


class Figure(NamedTuple):
    """A number as a source writes it, and the citation that it stands in."""

    value: str
    citation: int


@dataclass(frozen=True)
class Reason:
    """A sentence that scored well, by how much above the mean, and what each family of features added to that."""

    sentence: str
    score: float
    contributions: Mapping[str, float]


@dataclass(frozen=True)
class Explanation:
    """Why these sentences, or why none: the kind of answer asked for, how sure it is, and how sure it must be to be given."""

    question_type: str | None
    confidence: float
    confidence_threshold: float
    top_sentences: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """What the articles say to a question: no sentence without a citation."""

    question: str
    language: str
    status: Status
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    coverage: Coverage
    generation: str
    model: str
    fingerprint: str
    timing_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    today: datetime.date | None = None  # the day it was given: ages are reckoned from it
    period: RequestedPeriod | None = None
    conflicts: tuple[
        tuple[Figure, ...], ...
    ] = ()  # different figures for the same thing, newest first
    missing_terms: tuple[str, ...] = ()  # words of the question that nothing here covers
    explanation: Explanation | None = None  # printed by --explain

    @property
    def text(self) -> str:
        """The answer as running text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def quoted_articles(self) -> frozenset[str]:
        """The ids of the articles it quotes."""
        return frozenset(citation.passage.article.id for citation in self.citations)
