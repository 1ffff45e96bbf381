"""Dozens of files of each kind that hands alone would pack too kindly, by the programs that people use."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from every_kind import STORIES, read_story
from real_writers import OFFICE_FORMATS, SOFFICE, convert_by_libreoffice, write_feed, write_odt

from rag.reading.formats import load_format

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", OFFICE_FORMATS)
def test_what_libreoffice_saves(kind: str, tmp_path: Path) -> None:
    """Wrong: text lost among its styles, code pages and numbered tags; its name for what has none as a title."""
    files = convert_by_libreoffice(STORIES, kind, tmp_path)
    assert len(files) >= 30
    for story, data in zip(STORIES, files, strict=True):
        extracted = read_story(load_format(kind), data, story)
        metadata = extracted.metadata
        assert metadata.title in (None, story.title)
        assert (metadata.author, metadata.date) == (None, None)
        assert metadata.language in (None, story.language)
        assert [place.name for place in extracted.places] == [story.title]


def test_what_odfpy_saves() -> None:
    """Wrong: a word in bold parted from its sentence; a title or a language that is not read."""
    for story in STORIES:
        extracted = read_story(load_format("odt"), write_odt(story), story)
        assert (extracted.metadata.title, extracted.metadata.language) == (
            story.title,
            story.language,
        )


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_what_feedgen_writes(kind: str) -> None:
    """Wrong: entities of escaped HTML shown, entries in one, an address in place of a person, no day."""
    for story in STORIES:
        extracted = read_story(load_format("feed"), write_feed(story, kind), story)
        other, part = extracted.parts
        assert other.metadata.title == "Lunch"
        metadata = part.metadata
        assert (metadata.title, metadata.date) == (story.title, datetime.date(2026, 3, 2))
        assert metadata.url == "https://e.example/1"
        shown = extracted.text[part.start : part.end]
        assert shown.endswith(story.text)
        assert "<" not in shown
