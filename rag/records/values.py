"""The values that every room passes on: documents, articles, passages, hits, citations, answers.

No I/O.

All offsets are characters of ``Document.text``; all spans are half-open ``[start, end)``. A field
is only ever added: the JSON of an answer is made of these values.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from rag.records.conflicts import Conflict
    from rag.records.counts import CollectionCount
    from rag.records.forms import AnswerForm
    from rag.records.written import WrittenSentence

Status = Literal["answered", "partial", "not_in_sources"]
Verified = Literal["exact", "near", "none"]


def content_id(*parts: object) -> str:
    """Return twelve hexadecimal digits of the parts alone: the same on every machine."""
    # Between the parts stands the unit separator of ASCII, which no title holds.
    joined = "\x1f".join(str(part) for part in parts)
    data = joined.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:12]


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of a text, in characters."""

    start: int
    end: int


PlaceKind = Literal["page", "anchor", "chapter", "entry", "row"]
PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
# The formats whose text is the file's, character by character.
PLAIN_FORMATS = ("text", "markdown", "clippings")
_PLACE_LABELS = {"page": "p. ", "row": "row ", "anchor": "#"}


class Place(NamedTuple):
    """Where in the source of a document a stretch of its text begins."""

    offset: int  # of the text, in characters
    kind: PlaceKind
    name: str  # of a page or row its number, of an anchor its id, of a chapter or entry its title


def _get_offset(place: Place) -> int:
    return place.offset


class Edit(NamedTuple):
    """What a person sees in place of ``text[start:end]``: mostly nothing, of markup."""

    start: int
    end: int
    text: str


def _get_start(edit: Edit) -> int:
    return edit.start


@dataclass(frozen=True)
class Document:
    """One file as text: what its format gives of it, exactly; of a text no character changed."""

    path: str  # relative to where the index was built from when it lies below it, else absolute
    text: str
    sha256: str  # of the file's bytes
    media_type: str  # "text/plain", "text/markdown"
    encoding: str = "utf-8"  # of text, the codec that decodes the file's bytes into ``text``
    format: str = "text"  # the name of the format that extracted the text
    format_version: int = 1  # another version may give another text of the same bytes
    places: tuple[Place, ...] = ()  # where pages, anchors, chapters or entries begin, in order
    edits: tuple[Edit, ...] = ()  # from the text to what a person sees; in order, none over another

    def find_place(self, offset: int) -> Place | None:
        """Return the last place that begins at a character or before it."""
        number = bisect.bisect_right(self.places, offset, key=_get_offset)
        if number == 0:
            return None
        return self.places[number - 1]

    def show(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` as a person sees it.

        An edit that is cut by an end of the span counts where it begins inside it.
        """
        if not self.edits:
            return self.text[start:end]
        shown = []
        position = start
        first = bisect.bisect_left(self.edits, start, key=_get_start)
        if first:
            before = self.edits[first - 1]
            position = max(start, before.end)
        for edit in itertools.islice(self.edits, first, None):
            if edit.start >= end:
                break
            kept = self.text[position : edit.start]
            shown.append(kept)
            shown.append(edit.text)
            position = edit.end
        kept = self.text[position:end]
        shown.append(kept)
        return "".join(shown)

    @property
    def is_plain(self) -> bool:
        """Return whether the text is the file's: then its lines are, too."""
        return self.format in PLAIN_FORMATS

    def locate(self, offset: int) -> str:
        """Return where a person finds a character: file and line, page, chapter, entry or row."""
        if self.is_plain:
            return f"{self.path}:{self.line(offset)}"
        place = self.find_place(offset)
        if place is None:
            return self.path
        label = _PLACE_LABELS.get(place.kind, "")
        return f"{self.path}, {label}{place.name}"

    def line(self, offset: int) -> int:
        r"""Return the 1-based line of a character; ``\n``, ``\r\n`` and a lone ``\r`` end lines."""
        before = self.text[:offset]
        line_ends = before.count("\n") + before.count("\r") - before.count("\r\n")
        # Between the two halves of a \r\n the line has not ended yet.
        if before.endswith("\r") and self.text[offset : offset + 1] == "\n":
            line_ends -= 1
        return 1 + line_ends


@dataclass(frozen=True)
class Article:
    """One article of a document; a newsletter holds many."""

    id: str
    document: Document
    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    language: str  # ISO 639-1
    start: int
    end: int
    # The file names none: it is the user's table that does, or its author stands in. Of what an
    # index gives this is not known.
    is_publisher_inferred: bool = False
    section: str | None = None  # of the newsletter that it stands in

    @property
    def text(self) -> str:
        """Return the article's part of its document."""
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
        """Return the passage's part of its document."""
        return self.article.document.text[self.start : self.end]

    @property
    def shown(self) -> str:
        """Return the passage as a person sees it: this is what is embedded, searched and read."""
        return self.article.document.show(self.start, self.end)


class WordMatch(NamedTuple):
    """A word of the question and the word of a passage that matches it best."""

    question_word: str
    passage_word: str
    weight: float  # 1 when both are the same


@dataclass(frozen=True)
class Hit:
    """A passage that a search returns: its fused score, each channel's score, the words matched."""

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    matches: tuple[WordMatch, ...] = ()


class Reprint(NamedTuple):
    """Another article that holds a quotation in the same words, and the offset of its start."""

    article: Article
    start: int

    @property
    def line(self) -> int:
        """Return the 1-based line of that document."""
        return self.article.document.line(self.start)


class RelativeDays(NamedTuple):
    """Words of a quotation that tell days by distance ("il y a huit jours"), and those days.

    Both ends are inclusive, reckoned from the day of the article.
    """

    text: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Citation:
    """The source of a sentence; ``document.text[start:end] == quote`` when verified is "exact"."""

    n: int
    passage: Passage
    start: int
    end: int
    quote: str
    verified: Verified
    also: tuple[Reprint, ...] = ()  # earliest first
    relative_days: tuple[RelativeDays, ...] = ()
    value: str = ""  # what was asked for, a number, a day, a name, as the quotation writes it
    is_same_file: bool = False  # its bytes are those that were indexed

    @property
    def shown(self) -> str:
        """Return the quotation as a person sees it."""
        return self.passage.article.document.show(self.start, self.end)

    @property
    def line(self) -> int:
        """Return the 1-based line of the document where the quotation starts."""
        return self.passage.article.document.line(self.start)

    @property
    def place(self) -> Place | None:
        """Return the page, anchor, chapter, entry or row of its file where the quotation starts."""
        return self.passage.article.document.find_place(self.start)

    @property
    def location(self) -> str:
        """Return where a person finds it: file and line, or page, chapter, entry, row."""
        return self.passage.article.document.locate(self.start)


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


NO_FILTERS = Filters()


@dataclass(frozen=True)
class Coverage:
    """The extent of the articles that were searched, so that a refusal means something."""

    articles: int
    first: datetime.date | None
    last: datetime.date | None
    publishers: int
    indexed: int | None = None  # articles of the index; None when all of them were searched


class RequestedPeriod(NamedTuple):
    """The days that a question asks about, the words that say so, and their effect.

    An end that is None is open.

    The effect is one of "filter": only articles of these days were searched; "preference": those
    came first; "dropped": none of them answered, so all articles were searched.
    """

    first: datetime.date | None
    last: datetime.date | None
    words: str
    use: Literal["filter", "preference", "dropped"]


@dataclass(frozen=True)
class Reason:
    """A sentence that scored well.

    The score is above the mean, each family of features adds to it.
    """

    sentence: str
    score: float
    contributions: Mapping[str, float]


@dataclass(frozen=True)
class Explanation:
    """Why an answer has these sentences, or none."""

    question_type: str | None
    confidence: float
    confidence_threshold: float  # what the confidence must reach for an answer
    top_sentences: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """What the articles say about a question: no sentence without a citation."""

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
    today: datetime.date | None = None  # the day it was given: ages are counted from it
    period: RequestedPeriod | None = None
    conflicts: tuple[Conflict, ...] = ()
    missing_terms: tuple[str, ...] = ()  # words of the question that nothing in the answer covers
    explanation: Explanation | None = None  # printed by --explain
    filters: Filters = NO_FILTERS  # those that the user set
    collection: CollectionCount | None = None  # of a question about the articles as a whole
    form: AnswerForm | None = None  # of a question that asks for a form: how it is laid out
    llm: str = ""  # the language model that was asked
    written: tuple[WrittenSentence, ...] = ()  # by it, those that were struck among them

    @property
    def text(self) -> str:
        """Return the sentences as running text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def quoted_articles(self) -> frozenset[str]:
        """Return the ids of the articles that the answer quotes."""
        return frozenset(citation.passage.article.id for citation in self.citations)

    def to_dict(self, *, explain: bool = False) -> dict[str, object]:
        """Return the answer as ``rag ask --json`` prints it; with ``explain`` also why."""
        from rag.records.objects import make_answer_object

        return make_answer_object(self, explain=explain)

    def __str__(self) -> str:
        """Return the answer as one reads it: numbered sentences, then a line per source."""
        if not self.sentences:
            coverage = self.coverage
            return f"not in the sources (searched {coverage.articles} articles)"
        sentences = []
        for sentence in self.sentences:
            numbers = "".join(f"[{number}]" for number in sentence.citations)
            sentences.append(f"{sentence.text} {numbers}")
        sources = [_describe_source(citation) for citation in self.citations]
        return "\n".join([" ".join(sentences), "", *sources])


def _describe_source(citation: Citation) -> str:
    """Return one line that says where a citation stands: publisher, day, title, file and line."""
    article = citation.passage.article
    day = article.date.isoformat() if article.date else None
    parts = [part for part in (article.publisher, day, article.title, citation.location) if part]
    return f"[{citation.n}] {' · '.join(parts)}"
