"""The article of a page: trafilatura chooses, and what stands around an article is taken off.

trafilatura is asked twice, strictly and freely: where the strict answer left most of the free one
out, or took in much more, the free one is right. A page on which no choice makes sense, one that
was written by hand and is nothing but its text, is read whole.
"""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.reading.formats.blocks import Block, list_blocks, read_element
from rag.reading.formats.html_stated import find_stated_body
from rag.reading.formats.note_marks import remove_element
from rag.reading.formats.surroundings import remove_surroundings

if TYPE_CHECKING:
    from lxml.etree import _Element

# Chosen by hand, on saved pages.
_MAX_DEPTH = 200  # of elements in each other; trafilatura takes its square
_MAX_ELEMENTS = 15_000  # beyond, choosing takes more than some seconds: the page is read whole
_FEW_WORDS = 25  # of an article that was surely not found
_MIN_RIVAL = 60  # words of an answer that is believed rather than another
_MUCH_LONGER = 2.0  # one answer than another
_MAX_LINK_SHARE = 0.5  # of the text of a page that has an article
_MIN_PROSE = 80  # characters of a paragraph that is no menu, no label
_MIN_WORDS_OF_PAGE = 3
_NO_ARTICLE = "a page of links without an article"
_HINT = "save the page of the article itself"
_CHROME = ("nav", "footer", "aside", "form", "header", "menu", "dialog")
_QUIET = ("trafilatura", "htmldate", "courlan", "justext")


def find_article(tree: _Element, title: str | None) -> list[Block]:
    """Return the blocks of the article of a page.

    Raises:
        SourceError: there is none.
    """
    everything = list_blocks(tree)
    page = _copy_without_chrome(tree)
    whole = list_blocks(page)
    if _count_words(whole) < _MIN_WORDS_OF_PAGE:
        whole = everything
    blocks = _choose(tree, whole)
    titles = _list_titles(tree, title)
    article = remove_surroundings(blocks, titles)
    if not article:
        raise SourceError("a page without text", hint="was it saved before it had loaded?")
    return _restore_anchors(article, everything)


def _list_titles(tree: _Element, title: str | None) -> list[str]:
    """Return the titles that may stand above the text."""
    titles = [title] if title else []
    headings = list(tree.iter("h1"))
    # Some pages have a heading of the first level above each part.
    if len(headings) == 1:
        heading = read_element(headings[0])
        titles.append(heading)
    return titles


def _restore_anchors(blocks: list[Block], everything: list[Block]) -> list[Block]:
    """Return blocks with the anchors of the page's headings, which trafilatura drops."""
    anchors: dict[str, str] = {}
    for block in everything:
        if block.kind == "heading" and block.anchor:
            anchors.setdefault(block.text, block.anchor)
    restored = []
    for block in blocks:
        anchor = anchors.get(block.text)
        with_anchor = block._replace(anchor=anchor)
        restored.append(with_anchor)
    return restored


def _choose(tree: _Element, whole: list[Block]) -> list[Block]:
    """Return the best of what trafilatura chooses, of the page and of what it says of itself."""
    chosen = _choose_with_trafilatura(tree)
    stated = find_stated_body(tree)
    chosen_words = _count_words(chosen)
    stated_words = _count_words(stated)
    if stated_words > _MUCH_LONGER * max(_FEW_WORDS, chosen_words):
        return stated
    if chosen_words >= _FEW_WORDS and not _is_menu(chosen):
        return chosen
    if _is_menu(whole):
        raise SourceError(_NO_ARTICLE, hint=_HINT)
    if _count_words(whole) > chosen_words:
        return whole
    return chosen


def _choose_with_trafilatura(tree: _Element) -> list[Block]:
    """Return what trafilatura takes for the article; nothing where the page is too large."""
    if _is_monstrous(tree):
        return []
    strict = _ask_trafilatura(tree, favor_precision=True)
    free = _ask_trafilatura(tree, fast=True)
    strict_words = _count_words(strict)
    free_words = _count_words(free)
    if free_words < _MIN_RIVAL or _is_menu(free):
        return strict
    is_cut = free_words > _MUCH_LONGER * strict_words
    is_padded = strict_words > _MUCH_LONGER * free_words
    return free if is_cut or is_padded else strict


def _is_monstrous(tree: _Element) -> bool:
    """Return whether a tree has more elements, or a greater depth, than can be chosen from."""
    from lxml.etree import iterwalk

    number = depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        number += 1
        if number > _MAX_ELEMENTS or depth > _MAX_DEPTH:
            return True
    return False


def _ask_trafilatura(
    tree: _Element, *, fast: bool = False, favor_precision: bool = False
) -> list[Block]:
    """Return the blocks of one way to choose."""
    from trafilatura import bare_extraction

    for name in _QUIET:
        # They write warnings of pages to the terminal.
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL)
    page: Any = tree  # an HtmlElement, of which lxml.etree does not know
    try:
        document = bare_extraction(
            page,
            include_comments=False,
            include_links=True,
            fast=fast,
            favor_precision=favor_precision,
        )
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError, AssertionError):
        # It does not foresee every broken tree; the page itself is still there.
        return []
    if document is None or isinstance(document, dict) or document.body is None:
        return []
    return list_blocks(document.body)


def _copy_without_chrome(tree: _Element) -> _Element:
    """Return a copy of a tree without its menus, feet and boxes beside the text."""
    page = copy.copy(tree)
    for element in list(page.iter(*_CHROME)):
        article = next(element.iterancestors("article"), None)
        # A header inside an article holds its title.
        if element.tag == "header" and article is not None:
            continue
        remove_element(element)
    return page


def _is_menu(blocks: list[Block]) -> bool:
    """Return whether blocks are links to articles rather than an article."""
    length = linked = prose = 0
    for block in blocks:
        characters = len(block.text)
        length += characters
        linked += block.linked
        if characters >= _MIN_PROSE and block.link_share < _MAX_LINK_SHARE:
            prose += characters
    most = _MAX_LINK_SHARE * length
    return linked > most > prose


def _count_words(blocks: list[Block]) -> int:
    number = 0
    for block in blocks:
        words = block.text.split()
        number += len(words)
    return number
