#!/usr/bin/env python
"""Measure how much of the article of a page is read, and how much beside it.

    .venv/bin/python scripts/measure_html.py FOLDER [--worst N]

FOLDER holds pages (``ID.html`` or ``ID.html.gz``) and ``ground-truth.json``: ``{ID: {"articleBody": TEXT}}``, as
scrapinghub's article-extraction-benchmark does. Words are counted as often as they stand: precision is the share of
the words that are read which belong to the article, recall the share of the article's words that are read; each is
the mean over the pages. Beside ``rag``: trafilatura as it comes, and all text of the page.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import logging
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from rag.errors import SourceError
from rag.reading.formats.html_page import HTML

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"\w+")


class Score(NamedTuple):
    """How well a text matches the article's."""

    precision: float
    recall: float
    f1: float


def main() -> None:
    """Print a line for each way to read a page, then the worst pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="pages to name")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    truth = json.loads((arguments.folder / "ground-truth.json").read_text(encoding="utf-8"))
    pages = {name: read_page(arguments.folder, name) for name in sorted(truth)}
    print(f"{len(pages)} pages{'':14} precision recall     F1  seconds")
    for name, read in WAYS.items():
        start = time.perf_counter()
        scores = {
            page: score(read(data), truth[page]["articleBody"]) for page, data in pages.items()
        }
        seconds = time.perf_counter() - start
        means = [sum(column) / len(scores) for column in zip(*scores.values(), strict=True)]
        print(f"{name:22} {means[0]:9.3f} {means[1]:6.3f} {means[2]:6.3f} {seconds:8.1f}")
        if name == "rag":
            ordered = sorted((page_score.f1, page) for page, page_score in scores.items())
            worst = [page for _, page in ordered[: arguments.worst]]
    for page in worst:
        print(page, truth[page].get("url", ""))


def read_page(folder: Path, name: str) -> bytes:
    """Return the bytes of a page, packed or not."""
    packed = folder / f"{name}.html.gz"
    if packed.exists():
        return gzip.decompress(packed.read_bytes())
    return (folder / f"{name}.html").read_bytes()


def score(text: str, article: str) -> Score:
    """Return how many words of a text are the article's, and of the article's are in it."""
    read, wanted = (collections.Counter(_WORD.findall(part)) for part in (text, article))
    common = (read & wanted).total()
    precision = common / max(1, read.total())
    recall = common / max(1, wanted.total())
    return Score(precision, recall, 2 * common / max(1, read.total() + wanted.total()))


def read_with_rag(data: bytes) -> str:
    """Return what rag reads of a page."""
    try:
        return HTML.extract(data).text
    except SourceError:
        return ""


def read_with_trafilatura(data: bytes) -> str:
    """Return what trafilatura gives as it comes."""
    import trafilatura

    return trafilatura.extract(data, include_comments=False) or ""


def read_strictly(data: bytes) -> str:
    """Return what trafilatura gives where precision is asked for."""
    import trafilatura

    return trafilatura.extract(data, include_comments=False, favor_precision=True) or ""


def read_everything(data: bytes) -> str:
    """Return all text of a page."""
    import trafilatura

    return trafilatura.html2txt(data)


WAYS: dict[str, Callable[[bytes], str]] = {
    "rag": read_with_rag,
    "trafilatura": read_with_trafilatura,
    "trafilatura, strict": read_strictly,
    "all text": read_everything,
}

if __name__ == "__main__":
    main()
