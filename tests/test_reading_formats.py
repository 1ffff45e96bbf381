"""Which format reads a file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.errors import SourceError
from rag.reading import formats
from rag.reading.formats import FORMATS, NOT_READ, find_format, list_suffixes, load_format

HTML = b"<!DOCTYPE html>\n<html><body><p>The mill of Hask grinds.</p></body></html>\n"


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_the_table_says_what_the_formats_say(known) -> None:
    """Wrong: a suffix that only one of both knows, so that a format is never asked."""
    file_format = load_format(known.name)
    assert file_format.name == known.name
    assert file_format.suffixes == frozenset(known.suffixes)
    assert file_format.version >= 1


def test_no_suffix_is_of_two_formats() -> None:
    """Wrong: the order of the table decides what a file is."""
    suffixes = list_suffixes()
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize(
    ("suffix", "data", "name"),
    [
        (".txt", b"The mill grinds.\n", "text"),
        (".TXT", b"", "text"),
        (".md", b"# Mill\n", "markdown"),
        (".md", b"<b>The mill</b> grinds.\n", "markdown"),
        (".txt", HTML, "html"),
        (".txt", b"%PDF-1.4\n", "pdf"),
        (".html", b"%PDF-1.4\n", "pdf"),
        (".html", b"no tag at all", "html"),
        (".pdf", b"cut", "pdf"),
        ("", HTML, "html"),
        (".orig", HTML, "html"),
    ],
)
def test_the_suffix_decides_unless_the_bytes_are_surely_of_another_kind(
    suffix: str, data: bytes, name: str
) -> None:
    """Wrong: a web page saved as .txt indexed with its tags; Markdown with a tag taken for HTML."""
    assert find_format(suffix, data).name == name


def test_what_no_format_knows_is_an_error_that_lists_them() -> None:
    """Wrong: a picture read as text; an error that leaves one guessing what rag reads."""
    with pytest.raises(SourceError, match=NOT_READ) as failed:
        find_format(".jpg", b"\xff\xd8\xff\xe0 JFIF")
    for suffix in list_suffixes():
        assert suffix in failed.value.hint


def test_the_table_imports_no_format() -> None:
    """Wrong: a question over plain text that pays for the libraries of PDF and HTML."""
    program = (
        "import sys\n"
        "from rag.reading.formats import find_format\n"
        "find_format('.txt', b'The mill grinds.')\n"
        "print(*sorted(name for name in sys.modules if name.startswith('rag.reading.formats.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["rag.reading.formats.base", "rag.reading.formats.plain_text"]
    assert formats.FORMATS
