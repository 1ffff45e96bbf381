"""Files that were passed over, counted by kind."""

from __future__ import annotations

import pytest

from rag.reading import skipped
from rag.reading.file_bytes import make_too_large_error
from rag.reading.formats import NOT_READ
from rag.reading.skipped import SkippedFile, count_kinds


@pytest.mark.parametrize(
    ("path", "reason", "kind"),
    [
        ("a/b.JPG", NOT_READ, ".jpg not read"),
        ("a/Makefile", NOT_READ, "without a suffix, not read"),
        ("v1.2 of the plan", NOT_READ, "without a suffix, not read"),
        ("a.pdf", "scanned: no text; read it with OCR", ".pdf scanned"),
        ("a.docx", "damaged: word/document.xml is no XML; save it again", ".docx damaged"),
        ("a.txt", make_too_large_error(1 << 30, 1 << 20).message, ".txt too large"),
        (
            "a.zip/../x.md",
            "a name that leads out of the archive",
            ".md a name that leads out of the",
        ),
        ("folder", "no permission to read it", "no permission to read it"),
    ],
)
def test_the_kind_of_a_file(path, reason, kind):
    """Wrong: a kind to each file, as its name, its size or the way out are in it."""
    assert SkippedFile(path, reason).kind.startswith(kind)
    assert len(count_kinds([SkippedFile(f"x/{path}", reason), SkippedFile(path, reason)])) == 1


def test_kinds_are_counted_and_bounded(monkeypatch):
    """Wrong: no order, or as many kinds as a hostile folder has suffixes."""
    monkeypatch.setattr(skipped, "MAX_KINDS", 2)
    files = [SkippedFile(f"{n}.{suffix}", NOT_READ) for suffix in ("a", "bb", "cc") for n in "12"]
    kinds = count_kinds([*files, SkippedFile("3.cc", NOT_READ)])
    assert list(kinds.items()) == [
        (".cc not read", 3),
        (".a not read", 2),
        (skipped.OTHERS, 2),
    ]
