"""``rag index -``: a document from stdin, whose copy is what its citations are verified in."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile

import pytest
from newcomer import BRIDGE, COST
from pdf_writer import write_columns

from rag.cli import main
from rag.cli.stdin_document import check_name, keep_stdin
from rag.errors import SourceError, UsageError

PAGE = (
    b"<html><head><title>Quays</title></head><body><p>Ada Quint built the quays.</p></body></html>"
)


def make_zip(files):
    """Return a ZIP archive of files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


RIGHTS = {"folder": 0o700, "file": 0o600}


class Stdin(io.TextIOWrapper):
    """A stream that says whether it is a terminal."""

    is_terminal = False

    def isatty(self):
        return self.is_terminal


@pytest.fixture
def say(monkeypatch, tmp_path):
    """Put bytes on stdin, in a folder and with a home of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("RAG_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("RAG_READER", "off")

    def put(data, *, is_terminal=False):
        stream = Stdin(io.BytesIO(data))
        stream.is_terminal = is_terminal
        monkeypatch.setattr(sys, "stdin", stream)

    return put


def test_a_document_from_stdin_is_cited_exactly(say, capsys, tmp_path):
    """Wrong: a citation of "-", which nobody can open, or a copy to each time it is said."""
    for _ in range(2):
        say(BRIDGE.encode())
        assert main(["index", "-", "--stdin-name", "pont.md"]) == 0
    assert main(["ask", COST, "--strict"]) == 0
    out = capsys.readouterr().out
    assert "3,2 millions" in out and "pont.md" in out
    [copy] = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert copy.read_text(encoding="utf-8") == BRIDGE
    if sys.platform != "win32":
        assert copy.stat().st_mode & 0o777 == RIGHTS["file"]
        assert copy.parent.stat().st_mode & 0o777 == RIGHTS["folder"]
    copy.write_text(BRIDGE.replace("3,2", "4,4"), encoding="utf-8")
    assert main(["ask", COST, "--strict"]) == 4


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (BRIDGE.encode(), "stdin.txt"),
        (PAGE, "stdin.html"),
        (write_columns(["Ada Quint built the quays of Valmeron in 2019."]), "stdin.pdf"),
        (b"{\\rtf1\\ansi Ada Quint built the quays.}", "stdin.rtf"),
        (
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": "x y"}]}',
            "",
        ),
    ],
)
def test_the_kind_is_told_by_the_bytes(say, data, name):
    """Wrong: everything taken for text."""
    say(data)
    path = keep_stdin(None, max_bytes=1 << 20)
    assert path.name == (name or "stdin.json")
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (bytes(range(256)) * 20, "binary"),
        (b"x" * 2000, "too large"),
        (b"PK\x03\x04" + bytes(200), "no ZIP archive"),
        (make_zip({"a.jpg": b"x"}), "not a kind of file"),
        (make_zip({"inner.zip": make_zip({"a.txt": b"Words."})}), "an archive in an archive"),
        (gzip.compress(bytes(2 << 20)), "too large"),
        (b"BZh91AY&SY" + bytes(200), "damaged"),
    ],
)
def test_what_is_no_document(say, data, reason, tmp_path):
    """Wrong: an empty index made of it, or a copy that is left behind."""
    say(data)
    with pytest.raises(SourceError, match=reason) as caught:
        keep_stdin(None, max_bytes=1500 if "large" in reason else 1 << 20)
    assert caught.value.message.startswith("stdin: ") and caught.value.hint
    assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "inner"),
    [
        (make_zip({"a/pont.txt": BRIDGE.encode()}), "stdin.zip/a/pont.txt:7"),
        (gzip.compress(BRIDGE.encode()), "stdin.txt.gz/stdin.txt:7"),
    ],
)
def test_an_archive_from_stdin_is_cited_exactly(say, capsys, data, inner):
    """Wrong: an archive refused that the same file would not be, or its members not found again."""
    say(data)
    assert main(["index", "-"]) == 0
    assert main(["ask", COST, "--strict"]) == 0
    out = capsys.readouterr().out
    assert "3,2 millions" in out and inner in out


def test_a_terminal_is_not_waited_for(say):
    """Wrong: a command that hangs until somebody types."""
    say(b"", is_terminal=True)
    assert main(["index", "-"]) == 2


@pytest.mark.parametrize(
    "name", ["../x.md", "a/b.md", "", ".x.md", "C:x.md", "x\x07.md", "x" * 300]
)
def test_names_that_lead_elsewhere(name):
    """Wrong: a copy written where the name says."""
    with pytest.raises(UsageError):
        check_name(name, is_read=True, dry_run=False)


def test_what_does_not_go_together(say):
    """Wrong: a name for nothing, and a dry run that writes."""
    say(BRIDGE.encode())
    assert main(["index", ".", "--stdin-name", "a.md"]) == 2
    assert main(["index", "-", "--dry-run"]) == 2
