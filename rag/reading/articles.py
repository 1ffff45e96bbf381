"""Documents into articles: the stories of a file, with what the front matter says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.reading.date_style import DateStyle
from rag.reading.front_matter import find_date_in_name, read_front_matter
from rag.reading.layout import shorten_title
from rag.reading.lines import make_title, shorten
from rag.reading.stories import find_stories
from rag.records import Article, Document, content_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.reading.front_matter import FrontMatter
    from rag.reading.layout import Story

_LANGUAGE_SAMPLE = 4000  # characters that tell a language
_MAX_PUBLISHER = 100  # characters of its name; chosen by hand
_MAX_URL = 2000  # of an address; browsers take no longer ones
_MIN_LANGUAGE_SAMPLE = 200  # a shorter text does not: it gets the file's; chosen by hand


def find_articles(document: Document, *, language: Callable[[str], str]) -> list[Article]:
    """Return the stories of a document, in order.

    With attribution, section and rule lines they cover all its text. ``language`` tells the
    language of a text, ISO 639-1. A story's own date and publisher come first, then what the front
    matter says, then (date only) the file's name; where the file is one article the front matter
    comes first.
    """
    text = document.text
    document_language = language(text[:_LANGUAGE_SAMPLE])
    dates = DateStyle.of_language(document_language)
    front = read_front_matter(text, dates=dates)
    stories = find_stories(text, front.body, dates=dates, title=front.title)
    articles = []
    for story in stories:
        story_text = text[story.start : story.end]
        story_language = document_language
        if len(story_text) >= _MIN_LANGUAGE_SAMPLE:
            story_language = language(story_text[:_LANGUAGE_SAMPLE])
        is_alone = len(stories) == 1
        article = _make_article(document, story, story_language, front, is_alone=is_alone)
        articles.append(article)
    return articles


def _make_article(
    document: Document, story: Story, language: str, front: FrontMatter, *, is_alone: bool
) -> Article:
    """Return a story as an article, with what the front matter of its file adds."""
    text = document.text
    title, publisher = story.title, story.publisher or front.publisher
    date, url = story.date or front.date, story.url
    if is_alone:
        # The front matter speaks for the one article that the file is.
        title = front.title or title
        publisher = front.publisher or publisher
        date = front.date or date
        url = front.url or url
    # A line of front matter, or a heading, may be as long as a book.
    title = shorten_title(title or "") or make_title(text, story.start, story.end)
    publisher = shorten(publisher or "", _MAX_PUBLISHER) or None
    if url and len(url) > _MAX_URL:
        url = None
    date = date or find_date_in_name(document.path)
    day = date.isoformat() if date else ""
    body = text[story.start : story.end]
    article_id = content_id(title, publisher or "", day, body)
    return Article(
        article_id,
        document,
        title,
        publisher,
        date,
        url,
        language,
        story.start,
        story.end,
    )
