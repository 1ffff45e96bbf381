"""Folders: what lies in them that is no article of its own."""

from __future__ import annotations

import pytest

from rag.reading.files import read_paths

NOTE = "The port of Valmeron has 41 quays.\n"


def read(folder):
    reading = read_paths([folder], root=folder)
    return [document.path for document in reading.documents], dict(reading.skipped)


@pytest.mark.parametrize("name", ["a_files", "a-Dateien", "a_fichiers"])
def test_what_a_browser_saves_beside_a_page(tmp_path, name):
    """Wrong: scripts and frames of a page as articles; a folder lost that only looks like one of its parts."""
    (tmp_path / "a.html").write_text(f"<html><body><p>{NOTE * 3}</p></body></html>")
    for folder in (name, "b_files", "a_notes", "a"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.txt").write_text(f"{folder}: {NOTE}")
    paths, skipped = read(tmp_path)
    assert sorted(paths) == ["a.html", "a/f.txt", "a_notes/f.txt", "b_files/f.txt"]
    assert skipped == {name: "what a browser saved beside a page"}


def test_such_a_folder_that_is_named_itself(tmp_path):
    """Wrong: nothing read of what a person asks for by its name."""
    (tmp_path / "a.html").write_text("<html><body><p>Words.</p></body></html>")
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "f.txt").write_text(NOTE)
    assert read(tmp_path / "a_files") == (["f.txt"], {})
