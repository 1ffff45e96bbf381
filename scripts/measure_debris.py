#!/usr/bin/env python
"""Measure how much of what is shown of a folder's articles is markup that nobody should see.

    .venv/bin/python scripts/measure_debris.py FOLDER [--show 20]

Every sentence that an answer could quote is looked at, and every passage. Debris is what the marks below
find: addresses of links, emphasis, tags, shortcodes, attribute lists, fences, strokes of tables, entities.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.models.tokenizer import get_tokenizer
from rag.reading.articles import find_articles
from rag.reading.files import read_paths
from rag.reading.passages import split_passages
from rag.reading.shown_text import split_shown_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Article, Document

DEBRIS = re.compile(
    r"\]\(|\]\[[^\]\d]|\[[^\]]*\]:\s|\[\^|!\[|\[\["  # links, images, notes
    r"|\*\*\w|\w\*\*|(?<!\w)__\w|\w__(?!\w)|~~\w|==\w+.*\w=="  # emphasis
    r"|\{\{|\}\}|\{%|%\}|\{:|\{[.#]\w|\{/\*"  # templates, attribute lists
    r"|</?(?:a|p|br|div|span|img|em|strong|b|i|ul|li|h\d|iframe|details|summary)\b[^>]*>|<!--"
    r"|(?m:^#{1,6} |^> |^\||\|$|^:::|^!!! |^=== |```|~~~)"  # marks at the ends of lines
    r"|&(?:[a-z]{2,8}|#\d+);"
    r"|(?m:^(?:title|layout|date|tags|categories|draft|slug|permalink)\s*[:=] )"
)


class Debris(NamedTuple):
    """How many stretches were looked at, and those that hold debris."""

    looked_at: int
    dirty: list[str]

    @property
    def share(self) -> float:
        """The share of stretches that hold debris."""
        return len(self.dirty) / max(self.looked_at, 1)


def list_stretches(article: Article) -> list[str]:
    """Return each passage and each sentence of an article as it is shown."""
    document = article.document
    stretches = []
    for passage in split_passages(article, count=get_tokenizer().count_tokens):
        stretches.append(passage.shown)
        for start, end in split_shown_sentences(document, passage.start, passage.end):
            stretches.append(document.show(start, end))
    return stretches


def measure_documents(documents: Sequence[Document]) -> Debris:
    """Return the debris of all articles of some documents."""
    detect_language = get_tokenizer().detect_language
    looked_at = 0
    dirty = []
    for document in documents:
        for article in find_articles(document, language=detect_language):
            stretches = list_stretches(article)
            looked_at += len(stretches)
            dirty += [f"{document.path}: {each}" for each in stretches if DEBRIS.search(each)]
    return Debris(looked_at, dirty)


def main() -> None:
    """Print the share, and the first stretches with debris."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--show", type=int, default=0, help="stretches with debris that are printed"
    )
    arguments = parser.parse_args()
    documents = read_paths([arguments.folder], root=arguments.folder).documents
    debris = measure_documents(documents)
    print(f"{len(documents)} files, {debris.looked_at} passages and sentences")
    print(f"with debris: {len(debris.dirty)} ({100 * debris.share:.2f} %)")
    for stretch in debris.dirty[: arguments.show]:
        print(f"  {stretch!r:.300}")


if __name__ == "__main__":
    main()
