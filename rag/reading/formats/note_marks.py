"""Marks in a page that would stand within a quotation: "in Dunmoor.1", "History[edit]"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARK = re.compile(r"\s*[\[(]?(?:\d{1,3}|[a-z]|[*†‡§]{1,3}|[↩↑^]\ufe0e?)[\])]?\s*")
# Where a mark leads, as programs name it: "#fn:1", "#footnote-anchor-1", "#cite_note-7", "#_ftn2".
_NOTE = re.compile(
    r"#\W{0,2}(?:[\w-]*(?:foot|end|side|cite_)note|note|cite_ref|_?(?:fn|ftn|edn))", re.I
)
# Wikis: "[edit]", "[citation needed]", "From Wikipedia, the free encyclopedia".
_UNPRINTED = frozenset(("mw-editsection", "noprint"))
_MAX_UNPRINTED = 300  # characters; chosen by hand
_SMALL = ("span", "sup", "small", "div")
_REMARK = re.compile(r"#cmnt_ref\d+$")


def remove_marks(tree: _Element) -> None:
    """Take out the links that lead to a note, or back from one, and what is not to be printed."""
    for element in list(tree.iter(*_SMALL)):
        classes = element.get("class") or ""
        if not _UNPRINTED.isdisjoint(classes.split()) and _is_short(element):
            remove_element(element)
    for link in list(tree.iter("a")):
        address = link.get("href") or ""
        if _REMARK.search(address):
            _remove_remark(link)
        elif "#" in address and _is_note_mark(link, address):
            remove_element(link)


def _is_note_mark(link: _Element, address: str) -> bool:
    """Return whether a link is a mark: by where it leads, or as a number above the line."""
    text = "".join(link.itertext())
    if _MARK.fullmatch(text) is None:
        return False
    return _is_raised(link) or _NOTE.search(address) is not None


def _remove_remark(link: _Element) -> None:
    """Take out the remark of a document of Google's that a link leads back from."""
    for element in link.iterancestors("p", "div", "li"):
        remove_element(element)
        return


def _is_short(element: _Element) -> bool:
    """Return whether an element is a remark: some sites let nobody print an article."""
    length = 0
    for text in element.itertext():
        length += len(text)
        if length > _MAX_UNPRINTED:
            return False
    return True


def _is_raised(link: _Element) -> bool:
    """Return whether a link stands above the line, or all that it holds does."""
    parent = link.getparent()
    if parent is not None and parent.tag == "sup":
        return True
    return link.find("sup") is not None


def remove_element(element: _Element) -> None:
    """Remove an element and keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is None:
        before = parent.text or ""
        parent.text = before + tail
    else:
        before = previous.tail or ""
        previous.tail = before + tail
    parent.remove(element)
