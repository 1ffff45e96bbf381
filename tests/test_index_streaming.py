"""An index that is written block by block is the one that is written at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_index_updates import read_catalog, read_files, write_story

from rag.index import contents as whole_contents
from rag.index import streaming, term_runs, workers
from rag.index.generations import open_generation, write_generation
from rag.index.index_folder import lock_index
from rag.models.embedders import load_embedder
from rag.pipeline import build
from rag.settings import Settings

NEWSLETTER = """---
title: Harbour Newsletter 341
date: 2025-02-14
---

## Ferries

### The ferry of Quorl is late

It was to leave at noon, said Ada Quint of the council. Nobody was told why.

### The ferry of Ostrel is sold

The council of Ostrel sold its last ferry for two thousand crowns last week.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stories of which some tell the same, and a newsletter with sections."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(14):
        (folder / f"{number}.txt").write_text(write_story(number))
    (folder / "letter.md").write_text(NEWSLETTER)
    return folder


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize("block", [1, 700])
def test_blocks_make_the_index_of_all_at_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, block: int
) -> None:
    """Catches a row counted from its block, a document twice, a group or a word that is lost.

    Also a section that a process of its own is not told: it is searched with the title.
    """
    settings = Settings(index=tmp_path / "blocks", reader="off", passage_tokens=40)
    with monkeypatch.context() as patch:
        patch.setattr(streaming, "BLOCK", block)
        patch.setattr(term_runs, "MAX_HASHES", 300)
        patch.setattr(workers, "count_workers", lambda *_: count)
        build(settings, [folder])
    with open_generation(settings.index) as generation:
        articles = []
        for path in dict.fromkeys(row.path for row in generation.articles()):
            articles += generation.stories_at(path)
        contents = whole_contents.make_contents(
            articles, load_embedder(), size=40, old=None, progress=lambda *_: None
        )
        about = {"root": str(tmp_path), "sources": [], "fingerprint": "", "model": ""}
    with lock_index(tmp_path / "whole"):
        write_generation(tmp_path / "whole", contents, about=about)
    assert any(article.section for article in articles)
    assert read_catalog(settings.index) == read_catalog(tmp_path / "whole")
    ours, theirs = read_files(settings.index), read_files(tmp_path / "whole")
    for name, content in theirs.items():
        if name != "readings.jsonl":
            assert ours[name] == content, name
