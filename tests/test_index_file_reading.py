"""Files read by processes of their own: what one process reads, and notes, of each."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from test_index_updates import write_story

from rag.errors import IndexProblem
from rag.index import file_reading, workers
from rag.index.file_reading import read_files
from rag.index.spool import Spool
from rag.reading.files import FileRules, read_paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles, an archive, what is no article, and names that no text holds."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(write_story(number))
    (folder / "note.md").write_text("---\ntitle: A *note*\n---\n\nThe **ferry** is [late](x).\n")
    (folder / "broken.txt").write_bytes(
        b"The ferry \xff of Quorl is late, and nobody knows why. " * 40
    )
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 99)
    (folder / "empty.txt").write_bytes(b"")
    if os.name == "posix":
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("A name of no text.")
    with zipfile.ZipFile(folder / "pack.zip", "w") as archive:
        archive.writestr("a.txt", write_story(90))
        archive.writestr("b.bin", b"\0\1\2")
    return folder


def read(folder: Path) -> tuple[object, ...]:
    """All that comes of reading a folder: stories, texts, what was noted, what was passed over."""
    rules = FileRules(report_read=lambda count: None)
    with Spool([("articles/1*", "The Ledger")]) as spool:
        found = read_paths(
            [folder],
            root=folder.parent,
            rules=rules,
            read_all=lambda files: read_files(spool, rules, files),
        )
        articles = [spool.stories_at(path) for path in found.paths]
        readings = spool.list_readings(found.paths)
        return found, articles, spool.stories, spool.warnings, readings


def test_processes_read_what_one_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a file or a warning that is lost on the way, and files in another order."""
    alone = read(folder)
    started = []
    real = workers.Workers
    monkeypatch.setattr(workers, "Workers", lambda *task: started.append(task) or real(*task))
    monkeypatch.setattr(workers, "count_cores", lambda: 2)
    monkeypatch.setattr(file_reading, "MIN_BYTES", 1)
    assert read(folder) == alone
    assert [count for count, _ in started] == [2]
    found, *_ = alone
    assert len(found.skipped) == (4 if os.name == "posix" else 3)
    assert len(found.records) > 40


def test_what_an_index_knows_is_looked_up_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a PDF that is extracted again as no worker knows the index."""
    monkeypatch.setattr(workers, "count_cores", lambda: 2)
    monkeypatch.setattr(file_reading, "MIN_BYTES", 1)
    monkeypatch.setattr(workers, "Workers", None)
    asked = []
    rules = FileRules(find_known=lambda name, key: asked.append(name))
    with Spool() as spool:
        read_paths(
            [folder],
            root=folder.parent,
            rules=rules,
            read_all=lambda files: read_files(spool, rules, files),
        )
    assert "articles/note.md" in asked


def test_a_reader_that_is_gone_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a build that hangs, or goes on without the files that were to be read."""
    monkeypatch.setattr(workers, "count_cores", lambda: 2)
    monkeypatch.setattr(file_reading, "MIN_BYTES", 1)
    monkeypatch.setattr(workers, "_START", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(IndexProblem, match="was ended"):
        read(folder)
