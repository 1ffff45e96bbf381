"""The title of a page, the name of its site, and how a field becomes a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.reading.formats.blocks import read_element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from rag.reading.formats.html_stated import Stated

MAX_FIELD = 500  # characters; titles and names are bounded again where articles are made
_MAX_SOURCE = 2000  # characters of a field that are read, white space included
ADDRESS = re.compile(r"https?://\S+\Z")
_TITLES = ("og.title", "dc.title", "dcterms.title", "citation_title", "twitter.title")
_MOST_OF_TITLE = 0.5  # of the title of a page is the article's
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]\s+")
_TITLE_MARK = re.compile(r"\A\s*[|–—·•»:-]\s+")
_SLOGAN = re.compile(r"(?<=\S)\s+[|–—-]\s+\S.*\Z")  # "The Ledger | News of the coast"


def find_title(
    tree: _Element,
    metas: dict[str, str],
    stated: list[Stated],
    site: str | None,
) -> str | None:
    """Return the title of the article, without the name of the site."""
    headings = _read_texts(tree, "h1")
    candidates = [pick_first(metas, _TITLES)]
    candidates += _read_texts(tree, "title")[:1]
    for item in stated:
        headline = item.get("headline")
        candidates.append(clean_field(headline))
    known = [candidate for candidate in candidates if candidate]
    # A heading that the head of the page repeats is the title as it is shown.
    for heading in headings:
        if any(_repeats(candidate, heading) for candidate in known):
            return _find_title_after(heading, known, tree) or heading
    if known:
        return _remove_site(known[0], site)
    if headings:
        return headings[0]
    return None


def _repeats(candidate: str, heading: str) -> bool:
    """Return whether the title of a page is that heading, with the name of the site behind it."""
    if candidate.startswith(heading):
        return True
    # A name that stands behind a title is the site's, and some sites have it as a heading.
    return heading in candidate and len(heading) > _MOST_OF_TITLE * len(candidate)


def _find_title_after(site: str, candidates: list[str], tree: _Element) -> str | None:
    """Return the lower heading that stands behind the name of a site: "The Site: The Title"."""
    lower = {*_read_texts(tree, "h2"), *_read_texts(tree, "h3")}
    rests = (_TITLE_MARK.sub("", candidate.removeprefix(site)) for candidate in candidates)
    return next((rest for rest in rests if rest in lower), None)


def _remove_site(title: str, site: str | None) -> str:
    """Return a title without " | The Site" behind it."""
    if not site:
        return title
    name = site.casefold()
    for separator in _SEPARATOR.finditer(title):
        before = title[: separator.start()]
        after = title[separator.end() :]
        if after.casefold() == name:
            return before
        if before.casefold() == name:
            return after
    return title


def shorten_site(site: str | None) -> str | None:
    """Return the name of a site without its slogan, the host of an address, an account's name."""
    if site is None:
        return None
    if ADDRESS.match(site):
        host = urlsplit(site).hostname or site
        return host.removeprefix("www.")
    name = _SLOGAN.sub("", site).removeprefix("@")
    return name or site


def clean_field(value: object) -> str | None:
    """Return a value in one line, or None where it is no text."""
    if not isinstance(value, str):
        return None
    beginning = value[:_MAX_SOURCE]
    words = beginning.split()
    text = " ".join(words)
    return text[:MAX_FIELD] or None


def pick_first(metas: dict[str, str], names: Iterable[str]) -> str | None:
    """Return the content of the first of several metas that is there."""
    for name in names:
        if name in metas:
            return metas[name]
    return None


def _read_texts(tree: _Element, name: str) -> list[str]:
    """Return the texts of all elements of a name that have one."""
    texts = map(read_text, tree.iter(name))
    return [text for text in texts if text]


def read_text(element: _Element) -> str | None:
    """Return the text of an element in one line."""
    text = read_element(element)
    return clean_field(text)
