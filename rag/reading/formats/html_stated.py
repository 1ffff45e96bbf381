"""What a page states for search engines: objects of schema.org in JSON-LD."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from rag.reading.formats.blocks import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from lxml.etree import _Element

    Stated: TypeAlias = Mapping[str, object]

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|WebPage|Review|Recipe")
_PARAGRAPH = re.compile(r"\S(?:[^\n]*\S)?")


def iterate_stated(tree: _Element) -> Iterator[Stated]:
    """Yield the objects that speak of the page's article, those of a graph, too."""
    for script in tree.iter("script"):
        kind = script.get("type", "")
        if "ld+json" not in kind:
            continue
        try:
            content = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _list_objects(content):
            graph = item.get("@graph")
            candidates = [item, *_list_objects(graph)]
            yield from filter(_is_article, candidates)


def _list_objects(content: object) -> list[Stated]:
    """Return the objects of a list, or the object itself."""
    items = content if isinstance(content, list) else [content]
    return [item for item in items if isinstance(item, dict)]


def _is_article(item: Stated) -> bool:
    """Return whether an object speaks of the page's article."""
    kinds = str(item.get("@type"))  # a name, or a list of them
    return _ARTICLE_TYPES.search(kinds) is not None


def find_stated_body(tree: _Element) -> list[Block]:
    """Return the text of the article as the page states it."""
    for item in iterate_stated(tree):
        body = item.get("articleBody")
        if isinstance(body, str) and "<" not in body:
            paragraphs = _PARAGRAPH.findall(body)
            return [Block("paragraph", paragraph) for paragraph in paragraphs]
    return []
