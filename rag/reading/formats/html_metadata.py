"""What a page says of itself: title, publisher, author, day, address, language.

Standards first (schema.org in JSON-LD, Open Graph, Dublin Core, the ``lang`` of HTML), then what
stands under the title, then htmldate, which is held to the head and to short lines: a day in the
text is an event's, one at the foot the copyright's. Nothing depends on the day of the reading.
"""

from __future__ import annotations

import copy
import datetime
import itertools
import re
from typing import TYPE_CHECKING, Any, TypeGuard

from rag.dates import find_date
from rag.reading.formats.base import Metadata
from rag.reading.formats.blocks import read_element
from rag.reading.formats.html_stated import iterate_stated
from rag.reading.formats.html_titles import (
    ADDRESS,
    MAX_FIELD,
    clean_field,
    find_title,
    pick_first,
    read_text,
    shorten_site,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from rag.reading.formats.html_stated import Stated

_MAX_ADDRESS = 2000
_ISO_DAY = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_LATEST = "2099-12-31"  # htmldate's own limit is today
_NAMING_ATTRIBUTES = ("property", "name", "itemprop", "http-equiv")
_SITES = ("og.site_name", "application-name", "dc.publisher", "citation_journal_title")
_AUTHORS = ("author", "article.author", "dc.creator", "citation_author", "parsely-author")
_SUMMARIES = ("description", "og.description", "dc.description", "twitter.description")
_DAYS = (
    "article.published_time",
    "og.published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
)
_MAX_LINE_WITH_DAY = 140  # characters between title and text: "Published on … by …"
_MAX_LINES_WITH_DAY = 12  # lines after the title that are looked at
_MIN_TEXT = 250  # characters of a paragraph: the text has begun
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2})(?![A-Za-z])")
_LANGUAGE_ATTRIBUTES = ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang")
_LANGUAGE_METAS = ("og.locale", "dc.language", "content-language")
_MARKING_ATTRIBUTES = ("rel", "itemprop", "class")
_BYLINE = re.compile(
    r"(?<![\w-])(?:author|byline|by-line|auteur|autor|autore)(?:[-_]*name)?(?![\w-])", re.I
)
_AUTHOR_LABEL = re.compile(r"\A(?:by|par|von|por|di|da|door|af|av)\s+", re.IGNORECASE)
_NO_BYLINE = re.compile(r"\d|[|•·:]|\A.{0,3}\Z")
_MAX_NAME_WORDS = 12  # of a byline with several authors
_NO_NAME = re.compile(r"https?://|@|\A\s*(?:admin|author|editor|unknown|null|none)\s*\Z", re.I)


def read_metadata(tree: _Element) -> Metadata:
    """Return what a page says of itself."""
    metas = _read_metas(tree)
    stated = list(iterate_stated(tree))
    site = _find_site(metas, stated)
    return Metadata(
        title=find_title(tree, metas, stated, site),
        publisher=shorten_site(site),
        date=_find_day(tree, metas, stated),
        url=_find_address(tree, metas),
        language=_find_language(tree, metas),
        author=_find_author(tree, metas, stated),
        description=pick_first(metas, _SUMMARIES),
    )


def _read_metas(tree: _Element) -> dict[str, str]:
    """Return the first content of each ``<meta>``, by its name in lower case."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        values = [element.get(attribute) for attribute in _NAMING_ATTRIBUTES]
        names = [value for value in values if value]
        stated = element.get("content")
        content = clean_field(stated)
        if not names or not content:
            continue
        # One element may have several names, and "dc:title" is "DC.title".
        joined = names[0].lower().replace(":", ".")
        for name in joined.split():
            metas.setdefault(name, content)
    return metas


def _find_site(metas: dict[str, str], stated: list[Stated]) -> str | None:
    """Return the name of the site or of the publisher."""
    site = pick_first(metas, _SITES)
    if site is not None:
        return site
    for item in stated:
        publisher = item.get("publisher")
        for name in _iterate_names(publisher):
            return name
    return None


def _iterate_names(value: object) -> Iterator[str]:
    """Yield the names in a value of schema.org: a text, an object, or several."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        name = item.get("name") if isinstance(item, dict) else item
        text = clean_field(name)
        if _is_name(text):
            yield text


def _is_name(text: str | None) -> TypeGuard[str]:
    """Return whether a text names somebody, and is no address or account."""
    if not text:
        return False
    words = text.split()
    if len(words) > _MAX_NAME_WORDS:
        return False
    return _NO_NAME.search(text) is None


def _find_author(tree: _Element, metas: dict[str, str], stated: list[Stated]) -> str | None:
    """Return who wrote the article."""
    for item in stated:
        author = item.get("author")
        names = dict.fromkeys(_iterate_names(author))
        if names:
            line = ", ".join(names)
            return line[:MAX_FIELD]
    byline = pick_first(metas, _AUTHORS)
    if _is_name(byline):
        return byline
    return _find_byline(tree)


def _find_byline(tree: _Element) -> str | None:
    """Return the name in the first element that is marked as one of an author."""
    for element in tree.iter("a", "address", "div", "p", "span"):
        marks = [element.get(attribute, "") for attribute in _MARKING_ATTRIBUTES]
        words = " ".join(marks)
        if not _BYLINE.search(words):
            continue
        text = read_text(element) or ""
        name = _AUTHOR_LABEL.sub("", text)
        if _is_name(name) and not _NO_BYLINE.search(name):
            return name
    return None


def _find_address(tree: _Element, metas: dict[str, str]) -> str | None:
    """Return the address of the page, where it states one that others can open."""
    addresses = []
    for element in tree.iter("link"):
        relation = element.get("rel", "")
        if relation.lower() == "canonical":
            address = element.get("href", "")
            addresses.append(address)
    shared = metas.get("og.url", "")
    addresses.append(shared)
    for address in addresses:
        if ADDRESS.match(address):
            return address[:_MAX_ADDRESS]
    return None


def _find_language(tree: _Element, metas: dict[str, str]) -> str | None:
    """Return the language that a page states."""
    stated = [tree.get(name) for name in _LANGUAGE_ATTRIBUTES]
    stated += [metas.get(name) for name in _LANGUAGE_METAS]
    languages = map(read_language, stated)
    return next(filter(None, languages), None)


def read_language(value: object) -> str | None:
    """Return the ISO 639-1 code that the value of a field begins with."""
    match = _LANGUAGE.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    code = match[1]
    return code.lower()


def _find_day(tree: _Element, metas: dict[str, str], stated: list[Stated]) -> datetime.date | None:
    """Return the day on which the article came out."""
    values = [item.get("datePublished") for item in stated]
    values += [metas.get(name) for name in _DAYS]
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        values.append(element.get("datetime"))
        values.append(element.get("content"))
        values.append(read_text(element))
    for value in values:
        day = read_day(value)
        if day is not None:
            return day
    page = _copy_without_data(tree)
    day = _find_day_under_title(page)
    if day is not None:
        return day
    return _ask_htmldate(page)


def _copy_without_data(tree: _Element) -> _Element:
    """Return a tree without rows of data: beside "Founded" stands no day of the article."""
    if next(tree.iter("th"), None) is None:
        return tree
    page = copy.copy(tree)
    for head in list(page.iter("th")):
        row = head.getparent()
        if row is not None and row.find("td") is not None:
            for cell in row.findall("td"):
                row.remove(cell)
    return page


def read_day(value: object) -> datetime.date | None:
    """Return the day in a value of a field: ISO 8601, or as people write it."""
    if not isinstance(value, str):
        return None
    match = _ISO_DAY.match(value)
    if match is None:
        beginning = value[:_MAX_LINE_WITH_DAY]
        written = find_date(beginning)
        return written.date if written else None
    year, month, day = map(int, match.groups())
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _find_day_under_title(tree: _Element) -> datetime.date | None:
    """Return the day that stands between the title and the text."""
    for text, stated in _iterate_lines_under_title(tree):
        day = read_day(stated)
        if day is None and len(text) <= _MAX_LINE_WITH_DAY:
            day = read_day(text)
        if day is not None:
            return day
        if len(text) >= _MIN_TEXT:
            break
    return None


def _iterate_lines_under_title(tree: _Element) -> Iterator[tuple[str, str | None]]:
    """Yield the first texts after the last heading of the first level, and their ``datetime``."""
    headings = list(tree.iter("h1"))
    if not headings:
        return
    number = 0
    for element in _iterate_after(headings[-1]):
        text = clean_field(element.text) or ""
        stated = element.get("datetime")
        if not text and not stated:
            continue
        yield text, stated
        number += 1
        if number > _MAX_LINES_WITH_DAY:
            return


def _iterate_after(element: _Element) -> Iterator[_Element]:
    """Yield the elements that begin after an element, in the order of the page."""
    for above in itertools.chain([element], element.iterancestors()):
        for sibling in above.itersiblings():
            yield from sibling.iter("*")


def _ask_htmldate(tree: _Element) -> datetime.date | None:
    """Return the day that htmldate finds in the head and in short lines."""
    from htmldate import find_date as find_date_of_page

    page: Any = copy.copy(tree)  # an HtmlElement, of which lxml.etree does not know
    _remove_texts(page)
    try:
        day = find_date_of_page(
            page,
            extensive_search=False,
            original_date=True,
            max_date=_LATEST,
            deferred_url_extractor=True,
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        # It does not foresee every broken tree: then the page has no day.
        return None
    return read_day(day)


def _remove_texts(page: _Element) -> None:
    """Remove what holds days that are not the article's."""
    for element in list(page.iter("footer", "aside", "p", "li", "td")):
        parent = element.getparent()
        is_beside = element.tag in ("footer", "aside")
        is_text = is_beside or len(read_element(element)) > _MIN_TEXT
        if parent is not None and is_text:
            parent.remove(element)
