#!/usr/bin/env python
"""Measure how files are cut into stories: one article with chapters, newsletters of four kinds.

    .venv/bin/python scripts/measure_stories.py [--wrong]

A newsletter is cut right when each of its stories is an article under its own title, in order, with
the day of the issue and its link, and what is left over is no more than a piece for each heading
that is no story. ``--wrong`` shows what was made of the files that are not.
"""

from __future__ import annotations

import argparse
import collections
from typing import TYPE_CHECKING

from rag.reading.articles import find_articles
from rag.records import Document
from story_files import StoryFile, make_files

if TYPE_CHECKING:
    from rag.records import Article


def cut(file: StoryFile) -> list[Article]:
    """Return the articles of a file."""
    document = Document("issue.md", file.text, "", "text/markdown")
    return find_articles(document, language=lambda text: file.language)


def is_right(file: StoryFile, articles: list[Article]) -> bool:
    """Return whether a file is cut as a person would cut it."""
    if not file.titles:
        return len(articles) == 1
    stories = [article for article in articles if article.title in file.titles]
    if [story.title for story in stories] != list(file.titles):
        return False
    if file.urls and [story.url for story in stories] != list(file.urls):
        return False
    others = len(articles) - len(stories)
    headings = sum(line.startswith("#") for line in file.text.splitlines())
    return all(story.date == file.date for story in stories) and others <= headings + 1


def main() -> None:
    """Print how many files of each kind are cut right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", action="store_true", help="show the files that are cut wrongly")
    options = parser.parse_args()
    right: collections.Counter[str] = collections.Counter()
    files: collections.Counter[str] = collections.Counter()
    for file in make_files():
        articles = cut(file)
        files[file.kind] += 1
        if is_right(file, articles):
            right[file.kind] += 1
        elif options.wrong:
            print(
                file.template,
                file.language,
                [(article.title, str(article.date), article.url) for article in articles],
            )
    for kind, count in files.items():
        print(f"{kind:14} {right[kind]:3} of {count:3} right")


if __name__ == "__main__":
    main()
