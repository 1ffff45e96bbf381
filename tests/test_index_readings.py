"""What is unchanged is not extracted again, and is what extracting it again would give."""

from __future__ import annotations

import os
import zipfile
from email.message import EmailMessage

import pytest
from pdf_writer import write_columns

from rag.index.generations import open_generation
from rag.index.readings import READINGS, Readings
from rag.pipeline import BuildOptions, build
from rag.reading import extraction, guard
from rag.reading.files import read_paths
from rag.reading.formats import load_format
from rag.settings import Settings

MARKDOWN = (
    "---\ntitle: Les quais\ndate: 2024-05-02\nlang: fr\n---\n# Un\n\nLe **port** a 41 quais.\n"
)
ROWS = (
    "title,date,text\nOne,2024-01-02,The port of Valmeron has forty-one quays since the spring.\n"
    "Two,2024-01-03,The ships are late because of the fog in the bay.\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Articles of several kinds, and of each what only its format knows."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "plain.txt").write_text("Plain words about the harbour of Valmeron.\n")
    (folder / "port.md").write_text(MARKDOWN)
    (folder / "rows.csv").write_text(ROWS)
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ada Quint <ada@example.org>", "Quays"
    mail["Date"] = "Fri, 03 May 2024 10:00:00 +0200"
    mail.set_content("The quays of Valmeron were built in three years.\n")
    (folder / "mail.eml").write_bytes(bytes(mail))
    paper = write_columns(["The bridge of Ostrel was paid by Lena Mirow, a baker, in 2021."])
    (folder / "paper.pdf").write_bytes(paper)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.write(folder / "paper.pdf", "inner.pdf")
        archive.writestr("note.md", MARKDOWN.replace("41", "52"))
    return folder


@pytest.fixture
def extracted(monkeypatch):
    """The names of the formats that were asked for a text."""
    names = []
    extract_guarded = guard.extract_guarded

    def count(name, data):
        names.append(name)
        return extract_guarded(name, data)

    monkeypatch.setattr(guard, "extract_guarded", count)
    for name in ("markdown", "csv", "mail"):
        file_format = load_format(name)
        counting = _Counting(file_format, names)
        find = extraction.find_format
        monkeypatch.setattr(
            extraction,
            "find_format",
            lambda suffix, data, find=find, file_format=file_format, counting=counting: (
                counting if (chosen := find(suffix, data)) is file_format else chosen
            ),
        )
    return names


class _Counting:
    """A format that says when it is asked."""

    def __init__(self, file_format, names):
        self._format = file_format
        self._names = names

    def __getattr__(self, name):
        return getattr(self._format, name)

    def extract(self, data):
        self._names.append(self._format.name)
        return self._format.extract(data)


def test_what_is_unchanged_is_not_extracted_again(folder, extracted, tmp_path):
    """Wrong: everything again, or what was changed left as it was."""
    settings = Settings(index=tmp_path / "index", reader="off")
    kinds = ["csv", "mail", "markdown", "markdown", "pdf", "pdf"]

    def index(**options):
        extracted.clear()
        report = build(settings, [folder], options=BuildOptions(**options))
        return report, sorted(extracted)

    first, names = index()
    assert names == kinds
    again, names = index()
    assert (again.changed, names) == (False, [])
    os.utime(folder / "paper.pdf", (1, 1))
    (folder / "paper.pdf").rename(folder / "moved.pdf")
    moved, names = index()
    assert names == []
    assert moved.articles == first.articles and moved.added == 0
    (folder / "port.md").write_text(MARKDOWN.replace("41", "63"))
    changed, names = index()
    assert names == ["markdown"] and changed.added == 1
    assert index()[1] == []
    assert index(rebuild=True)[1] == kinds


def test_what_is_kept_is_what_extracting_gives(folder, tmp_path):
    """Wrong: days, parts, places or edits lost between two runs of rag index."""
    settings = Settings(index=tmp_path / "index", reader="off")
    build(settings, [folder])
    with open_generation(settings.index) as generation:
        readings = Readings(generation)
        fresh = read_paths([folder], root=tmp_path).files
        kept = []
        for file in fresh:
            document = file.document
            key = (document.sha256, document.format, document.format_version)
            kept.append(readings.find(document.path, key))
            assert readings.find("x", (document.sha256, document.format, 1000)) is None
    by_path = {file.document.path: file for file in fresh}
    for file, known in zip(fresh, kept, strict=True):
        if file.document.format == "text":
            assert known is None
        else:
            assert known == by_path[file.document.path]
    assert sum(len(file.parts) for file in fresh) >= 2
    assert sum(len(file.document.edits) for file in fresh) >= 2


def test_an_index_of_before_is_written_once_more(folder, tmp_path, monkeypatch):
    """Wrong: an index without readings, whose PDFs are extracted for ever."""
    settings = Settings(index=tmp_path / "index", reader="off")
    with monkeypatch.context() as patch:
        patch.setattr("rag.index.readings.write_readings", lambda *_: None)
        build(settings, [folder])
    with open_generation(settings.index) as generation:
        assert READINGS not in generation.manifest["files"]
    assert build(settings).changed
    assert not build(settings).changed
