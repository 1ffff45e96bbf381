"""Files that are as they were are not read again, and no change is overlooked."""

from __future__ import annotations

import os
import time

import pytest

from rag.index.generations import open_generation
from rag.pipeline import BuildOptions, build
from rag.reading import files as reading_files
from rag.reading import formats
from rag.settings import Settings

ONE = "The harbour of Valmeron has forty-one quays since the spring of last year.\n"
TWO = "Lena Mirow, a baker, paid for the bridge of Ostrel.\n"
HOUR = 3_600_000_000_000


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three files, a picture and a folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text(ONE)
    (folder / "deep" / "two.txt").write_text(TWO)
    (folder / "note.md").write_text("# Note\n\nThe ferry to **Ostrel** runs twice a day.\n")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 no words")
    return folder


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that were opened for reading."""
    names = []
    for module in (reading_files, __import__("rag.index.file_records", fromlist=["x"])):
        for function in ("read_bytes", "read_head"):
            if not hasattr(module, function):
                continue
            real = getattr(module, function)

            def read(path, *args, real=real, **kwargs):
                names.append(path.name)
                return real(path, *args, **kwargs)

            monkeypatch.setattr(module, function, read)
    return names


@pytest.fixture
def later(monkeypatch):
    """An hour passed since the files were written."""
    real = time.time_ns
    monkeypatch.setattr("rag.index.gathering.time.time_ns", lambda: real() + HOUR)


def index(folder, opened, **options):
    """What an update says, and what it opened."""
    opened.clear()
    settings = Settings(index=folder.parent / "index", reader="off")
    report = build(settings, [folder], options=BuildOptions(**options))
    return report, sorted(set(opened))


@pytest.mark.usefixtures("later")
def test_unchanged_files_are_not_opened(folder, opened):
    """Wrong: every file read again, or a changed one left as it was."""
    first, names = index(folder, opened)
    assert names == ["note.md", "one.txt", "picture.jpg", "two.txt"]
    again, names = index(folder, opened)
    assert (names, again.changed, again.skipped) == ([], False, first.skipped)
    status = (folder / "one.txt").stat()
    # As long as before, and with its times put back: the time of the change itself stays.
    (folder / "one.txt").write_text(ONE.replace("forty-one", "fifty-two"))
    os.utime(folder / "one.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    changed, names = index(folder, opened)
    assert names == ["one.txt"]
    assert (changed.added, changed.removed, changed.articles) == (1, 1, 3)
    with open_generation(folder.parent / "index") as generation:
        assert "fifty-two" in generation.document("articles/one.txt").text
        assert "**Ostrel**" in generation.document("articles/note.md").text
    assert index(folder, opened)[1] == []
    assert index(folder, opened, rebuild=True)[1] == first_names(folder)


def first_names(folder):
    """The names of all files below a folder."""
    return sorted(path.name for path in folder.rglob("*.*"))


def test_a_file_written_just_before_it_was_read_is_compared(folder, opened):
    """Wrong: a second change within a tick of the clock, overlooked for ever."""
    index(folder, opened)
    again, names = index(folder, opened)
    # A picture holds nothing to compare: its name says that it is not read.
    assert names == ["note.md", "one.txt", "picture.jpg", "two.txt"] and not again.changed


@pytest.mark.usefixtures("later")
def test_a_copied_file_is_compared_and_a_repeated_one_comes_back(folder, opened):
    """Wrong: a checkout read as all new, or a story lost with the other file that told it."""
    index(folder, opened)
    copy = folder / "copy.tmp"
    copy.write_text(ONE)
    copy.replace(folder / "one.txt")
    report, names = index(folder, opened)
    assert names == ["one.txt"] and not report.changed
    (folder / "a.txt").write_text(TWO)
    report, names = index(folder, opened)
    assert "a.txt" in names and report.articles == 3
    (folder / "deep" / "two.txt").unlink()
    report, names = index(folder, opened, prune=True)
    assert report.articles == 3
    with open_generation(folder.parent / "index") as generation:
        assert [row.path for row in generation.articles()] == [
            "articles/a.txt",
            "articles/note.md",
            "articles/one.txt",
        ]


@pytest.mark.usefixtures("later")
def test_what_else_decides_the_reading_reads_all(folder, opened):
    """Wrong: a name for the publisher that reaches only files that were changed since."""
    index(folder, opened)
    opened.clear()
    settings = Settings(
        index=folder.parent / "index", reader="off", publishers=(("deep/**", "The Ostrel Post"),)
    )
    assert build(settings, [folder]).changed
    assert sorted(set(opened)) == first_names(folder)
    with open_generation(settings.index) as generation:
        assert generation.manifest["publishers"] == {"The Ostrel Post": 1}


@pytest.mark.usefixtures("later")
def test_a_new_format_reads_all(folder, opened, monkeypatch):
    """Wrong: a file that a format of today knows by its content left as what it was before there was one."""
    index(folder, opened)
    newer = (*formats.FORMATS, formats.KnownFormat("x", "plain_text", "PLAIN_TEXT", ()))
    monkeypatch.setattr("rag.index.file_records.FORMATS", newer)
    index(folder, opened)
    assert sorted(set(opened)) == first_names(folder)
