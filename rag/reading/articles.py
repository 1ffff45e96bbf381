"""Documents into articles: the stories of a file, with what the front matter says of them."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.reading.date_style import DateStyle
from rag.reading.formats.base import NO_METADATA
from rag.reading.formats.pieces import PARAGRAPH
from rag.reading.front_matter import FrontMatter, find_date_in_name, read_front_matter
from rag.reading.language_sample import sample_language
from rag.reading.layout import Story, shorten_title
from rag.reading.lines import make_title, shorten
from rag.reading.stories import find_stories
from rag.records import Article, Document, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.reading.formats.base import Metadata, Part
    from rag.reading.formats.pieces import Piece

_TITLE_REACH = 5000  # characters in which the first sentence is looked for; chosen by hand
_MAX_PUBLISHER = 100  # characters of its name; chosen by hand
_MAX_SECTION = 100  # likewise
_MAX_URL = 2000  # of an address; browsers take no longer ones
# Their day is that on which the file was made: what is written in the text or the name goes first.
_DATED_BY_FILE = frozenset(("pdf", "docx", "odt", "rtf"))
# Characters of a text that tells its language: a shorter story has the file's. An entry, a mail or
# a row need not speak as those beside it: of sentences of 60 characters 1 in 3,000 is mistaken.
_MIN_LANGUAGE_SAMPLE = 200
_MIN_SAMPLE_OF_PART = 60


def find_articles(
    document: Document,
    *,
    language: Callable[[str], str],
    metadata: Metadata = NO_METADATA,
    parts: Sequence[Part] = (),
    publisher: str | None = None,
) -> list[Article]:
    """Return the stories of a document, in order.

    With attribution, section and rule lines they cover all its text. ``language`` tells the
    language of a text, ISO 639-1. ``metadata`` and ``parts`` are what the document's format says: a
    part is an article. A story's own date and publisher come first, then what the file says of
    itself, then (date only) the file's name and the day on which it was made; where the file is one
    article, what the file says comes first. ``publisher`` is that of articles that name none; it
    goes before an author, who stands in for it otherwise.
    """
    document_language = metadata.language
    if document_language is None:
        whole = sample_language(document, 0, len(document.text))
        document_language = language(whole)
    made = None
    if document.format in _DATED_BY_FILE:
        made = metadata.date
        metadata = metadata._replace(date=None)
    dates = DateStyle.of_language(document_language)
    front = _read_front(document, metadata, dates)
    if front.language and front.language != document_language:
        document_language = front.language
        dates = DateStyle.of_language(document_language)
        front = _read_front(document, metadata, dates)
    if parts:
        described = _describe_parts(parts, front)
    else:
        stories = find_stories(document.text, front.body, dates=dates, title=front.title)
        described = _describe_stories(_add_lead(stories, front), front)
    least = _MIN_SAMPLE_OF_PART if parts else _MIN_LANGUAGE_SAMPLE
    tell_language = _LanguageTeller(document, document_language, language, least=least)
    # Of a feed or a mailbox the author is not that of each entry.
    author = None if parts else front.author
    articles = []
    for story, stated_language in described:
        story_language = stated_language or tell_language(story)
        inferred = None if story.publisher else publisher or author or story.author
        attributed = replace(
            story,
            publisher=story.publisher or inferred,
            date=story.date or find_date_in_name(document.path) or made,
        )
        article = _make_article(document, attributed, story_language)
        articles.append(replace(article, is_publisher_inferred=inferred is not None))
    if front.language and len(articles) == 1:
        return [replace(articles[0], language=front.language)]
    return articles


def _read_front(document: Document, metadata: Metadata, dates: DateStyle) -> FrontMatter:
    """Return what a file says of itself: by its format, else before its text."""
    front = FrontMatter()
    # In text that was extracted, what looks like a head is none.
    if document.is_plain:
        front = read_front_matter(document.text, dates=dates)
    return front._replace(
        title=metadata.title or front.title,
        publisher=metadata.publisher or front.publisher,
        date=metadata.date or front.date,
        url=metadata.url or front.url,
        author=metadata.author or front.author,
        language=metadata.language or front.language,
        lead=_choose_lead(document, front),
    )


def _choose_lead(document: Document, front: FrontMatter) -> tuple[Piece, ...]:
    """Return what of the front matter is text of the article.

    Only where markup is taken away is the rest of the head, too: elsewhere it is one value, and
    where there is no other text.
    """
    if document.format == "markdown":
        return front.lead
    if document.text[front.body :].strip():
        return ()
    return tuple(itertools.takewhile(lambda piece: piece.before != PARAGRAPH, front.lead))


def _add_lead(stories: list[Story], front: FrontMatter) -> list[Story]:
    """Return the one article of a file with its description, which may be all that there is."""
    if not front.lead or len(stories) > 1:
        return stories
    start = front.lead[0].start
    if not stories:
        end = front.lead[-1].end
        return [Story(start, end, front.title)]
    return [replace(stories[0], start=start)]


def _describe_stories(
    stories: Sequence[Story], front: FrontMatter
) -> Iterator[tuple[Story, str | None]]:
    """Yield the stories of a text with what its file adds, and their language where it is known."""
    for story in stories:
        publisher = story.publisher or front.publisher
        date = story.date or front.date
        described = replace(story, publisher=publisher, date=date)
        if len(stories) == 1:
            # The front matter speaks for the one article that the file is.
            described = Story(
                story.start,
                story.end,
                front.title or story.title,
                front.publisher or publisher,
                front.date or date,
                front.url or story.url,
                front.author or story.author,
            )
        yield described, None


def _describe_parts(
    parts: Sequence[Part], front: FrontMatter
) -> Iterator[tuple[Story, str | None]]:
    """Yield the parts of a file as stories, and the language that each of them states."""
    for start, end, metadata in parts:
        story = Story(
            start,
            end,
            metadata.title,
            metadata.publisher or front.publisher,
            metadata.date or front.date,
            metadata.url,
            metadata.author,
        )
        yield story, metadata.language


class _LanguageTeller:
    """Tells the language of stories; what is short has that of its document."""

    def __init__(
        self,
        document: Document,
        document_language: str,
        language: Callable[[str], str],
        *,
        least: int,
    ) -> None:
        self._document = document
        self._least = least
        self._document_language = document_language
        self._language = language

    def __call__(self, story: Story) -> str:
        """Return the language of a story."""
        seen = self._document.show(story.start, story.end)
        if len(seen) < self._least:
            return self._document_language
        sample = sample_language(self._document, story.start, story.end)
        return self._language(sample)


def _show_title(document: Document, title: str, story: Story) -> str:
    """Return a title as a person sees it, where it stands in its article word for word."""
    if not document.edits:
        return title
    # White space of a title is one space, and a part of mojibake may be a space of its own.
    words = map(re.escape, title.split())
    pattern = re.compile(r"\s+".join(words))
    place = pattern.search(document.text, story.start, story.end)
    if place is None:
        return title
    shown = document.show(place.start(), place.end())
    return shown.strip() or title


def _make_article(document: Document, story: Story, language: str) -> Article:
    """Return a story as an article."""
    text = document.text
    # A line of front matter, or a heading, may be as long as a book.
    title = shorten_title(html.unescape(story.title or ""))
    if title is None:
        seen = document.show(story.start, min(story.end, story.start + _TITLE_REACH))
        title = make_title(seen, 0, len(seen))
    title = _show_title(document, title, story)
    publisher = shorten(story.publisher or "", _MAX_PUBLISHER) or None
    url = story.url
    if url and len(url) > _MAX_URL:
        url = None
    day = story.date.isoformat() if story.date else ""
    body = text[story.start : story.end]
    article_id = content_id(title, publisher or "", day, body)
    return Article(
        article_id,
        document,
        title,
        publisher,
        story.date,
        url,
        language,
        story.start,
        story.end,
        section=shorten(story.section or "", _MAX_SECTION) or None,
    )
