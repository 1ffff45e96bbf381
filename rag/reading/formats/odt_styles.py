"""What the styles of an OpenDocument text say to a reader: what is hidden, what is a title.

LibreOffice gives nearly every paragraph a style of its own, "P7", which only names its parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats.packed import get_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import _Element

_TITLE = "Title"
_TRUE = "true"


class OdtStyles(NamedTuple):
    """The names of styles that matter."""

    hidden: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def is_hidden(self, element: _Element) -> bool:
        """Return whether a paragraph, a span, a section or a field is not shown."""
        if get_attribute(element, "style-name") in self.hidden:
            return True
        if get_attribute(element, "is-hidden") == _TRUE:
            return True
        return get_attribute(element, "display") == "none"

    def is_title(self, element: _Element) -> bool:
        """Return whether a paragraph is the title of its document."""
        return get_attribute(element, "style-name") in self.titles


def read_styles(roots: Iterable[_Element]) -> OdtStyles:
    """Return the styles that the parts of a document define."""
    parents: dict[str, str] = {}
    hidden: set[str] = set()
    for root in roots:
        for style in root.iter("{*}style"):
            name = get_attribute(style, "name") or ""
            parents[name] = get_attribute(style, "parent-style-name") or ""
            properties = style.find("{*}text-properties")
            if properties is not None and get_attribute(properties, "display") == "none":
                hidden.add(name)
    return OdtStyles(
        hidden=_list_heirs(parents, hidden),
        titles=_list_heirs(parents, {_TITLE}),
    )


def _list_heirs(parents: Mapping[str, str], ancestors: set[str]) -> frozenset[str]:
    """Return the styles that are one of these, or stand below one."""
    heirs = set(ancestors)
    for name in parents:
        line = []
        # A damaged document may have styles that are their own parents.
        while name and name not in heirs and name not in line:
            line.append(name)
            name = parents.get(name, "")
        if name in heirs:
            heirs.update(line)
    return frozenset(heirs)
