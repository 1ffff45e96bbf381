"""Files that are packed alone: read as what they hold, bounded as archives are."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zlib

import pytest
from newcomer import BRIDGE, COST

from rag.pipeline import Rag, build
from rag.reading.archives import guarded, members
from rag.reading.files import FileRules, read_paths, read_today
from rag.settings import Settings

NOTE = "# Le port\n\nLe port de Valmeron a ouvert en 2019 avec 41 quais.\n"
PAGE = (
    "<html><head><title>The harbour</title></head><body><article><h1>The harbour</h1>"
    "<p>The harbour of Valmeron was opened in 2019 by the mayor of the town, Ada Quint.</p>"
    "</article></body></html>"
)
MAIL = (
    "From tessa@ostrel.example Mon Mar  2 10:00:00 2026\n"
    "From: Tessa Mirow <tessa@ostrel.example>\nSubject: The ferry\n"
    "Date: Mon, 2 Mar 2026 10:00:00 +0100\n\nThe ferry of Ostrel sails again.\n"
)
PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def read(folder, **rules):
    reading = read_paths([folder], root=folder, rules=FileRules(**rules))
    return {document.path: document for document in reading.documents}, dict(reading.skipped)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_file_is_the_file_it_holds(tmp_path, suffix):
    """Wrong: a packed file taken for a TAR archive, its kind not told, or not found again."""
    pack = PACKERS[suffix]
    (tmp_path / f"port.md{suffix}").write_bytes(pack(NOTE.encode()))
    (tmp_path / f"PORT.HTML{suffix.upper()}").write_bytes(pack(PAGE.encode()))
    (tmp_path / f"2026-March.txt{suffix}").write_bytes(pack(MAIL.encode()))
    (tmp_path / "called.txt").write_bytes(pack(NOTE.encode()))
    documents, skipped = read(tmp_path)
    assert skipped == {}
    formats = {path: document.format for path, document in documents.items()}
    assert formats == {
        f"port.md{suffix}/port.md": "markdown",
        f"PORT.HTML{suffix.upper()}/PORT.HTML": "html",
        f"2026-March.txt{suffix}/2026-March.txt": "mbox",
        "called.txt/called.txt": "text",
    }
    assert documents[f"port.md{suffix}/port.md"].text == NOTE
    for document in documents.values():
        assert read_today(document, root=tmp_path, max_bytes=1 << 20) == document


@pytest.mark.parametrize("suffix", PACKERS)
def test_an_archive_that_is_called_as_a_file(tmp_path, suffix):
    """Wrong: the name believed, so that the headers of an archive are the text of an article."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        info = tarfile.TarInfo("in.md")
        info.size = len(NOTE.encode())
        archive.addfile(info, io.BytesIO(NOTE.encode()))
    pack = PACKERS[suffix]
    (tmp_path / f"notes.txt{suffix}").write_bytes(pack(content.getvalue()))
    (tmp_path / f"twice.tar{suffix}{suffix}").write_bytes(pack(pack(content.getvalue())))
    documents, skipped = read(tmp_path)
    assert set(documents) == {f"notes.txt{suffix}/in.md"}
    assert skipped == {
        f"twice.tar{suffix}{suffix}": "an archive in an archive; unpack the outer one"
    }


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_is_not_read_is_named_as_the_file(tmp_path, suffix):
    """Wrong: a traceback; a text that is cut off or changed read; a reason without its file."""
    text = "".join(f"Line {number} has {number**3} words.\n" for number in range(300))
    packed = PACKERS[suffix](text.encode())
    changed = bytearray(packed)
    changed[len(packed) // 2] ^= 0xFF
    (tmp_path / f"cut.txt{suffix}").write_bytes(packed[: len(packed) // 2])
    (tmp_path / f"changed.txt{suffix}").write_bytes(changed)
    (tmp_path / f"nothing.txt{suffix}").write_bytes(b"")
    (tmp_path / f"server.log{suffix}").write_bytes(packed)
    (tmp_path / f"plain.txt{suffix}").write_text(text)
    documents, skipped = read(tmp_path)
    assert documents == {}
    assert "cut off" in skipped[f"cut.txt{suffix}"]
    assert "damaged" in skipped[f"changed.txt{suffix}"]
    assert skipped[f"nothing.txt{suffix}"] == "empty"
    assert skipped[f"server.log{suffix}"] == "not a kind of file that rag reads"
    assert "whatever its name says" in skipped[f"plain.txt{suffix}"]
    (tmp_path / f"cut.txt{suffix}").write_bytes(packed)
    _, skipped = read(tmp_path, max_bytes=1000)
    assert "over the limit" in skipped[f"cut.txt{suffix}"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_bomb_takes_no_memory(tmp_path, monkeypatch, suffix):
    """Wrong: zeros unpacked until the limit on a file's size, which may be raised."""
    monkeypatch.setattr(guarded, "read_members", members.read_members)  # in this process
    (tmp_path / f"bomb.txt{suffix}").write_bytes(PACKERS[suffix](bytes(12 << 20)))
    tracemalloc.start()
    try:
        documents, skipped = read(tmp_path, max_bytes=1 << 30)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert documents == {}
    assert "bomb" in skipped[f"bomb.txt{suffix}"]
    assert most < 16 << 20


def test_a_dictionary_of_four_gigabytes(tmp_path):
    """Wrong: the memory taken that the head of an .xz file asks for."""
    packed = bytearray(lzma.compress(NOTE.encode()))
    header = 12  # where the first block begins; its size stands there, in words
    end = header + 4 * packed[header]
    assert packed[header + 2 : header + 4] == b"\x21\x01"  # LZMA2, with properties of one byte
    packed[header + 4] = 40
    packed[end : end + 4] = struct.pack("<L", zlib.crc32(packed[header:end]))
    (tmp_path / "a.md.xz").write_bytes(packed)
    documents, skipped = read(tmp_path)
    # Reading it is as right as naming it: what is not is to fail.
    assert set(documents) | set(skipped) <= {"a.md.xz", "a.md.xz/a.md"}
    assert len(documents) + len(skipped) == 1


def make_sparse(path, holes):
    """Write a sparse member as GNU tar does in its version 1.0: the list of what is no hole first."""
    listed = "".join(f"{offset * 4096}\n512\n" for offset in range(holes))
    data = f"{holes}\n{listed}".encode()
    data += bytes(-len(data) % 512) + b"x" * 512
    info = tarfile.TarInfo("GNUSparseFile.0/hole.txt")
    info.size = len(data)
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "hole.txt",
        "GNU.sparse.realsize": str(1 << 40),
    }
    note = tarfile.TarInfo("after.md")
    note.size = len(NOTE.encode())
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(data))
        archive.addfile(note, io.BytesIO(NOTE.encode()))


def test_sparse_members(tmp_path):
    """Wrong: holes unpacked to a terabyte, or millions of them kept in memory."""
    make_sparse(tmp_path / "few.tar.gz", 3)
    make_sparse(tmp_path / "many.tar.gz", 40_000)
    documents, skipped = read(tmp_path)
    assert set(documents) == {"few.tar.gz/after.md"}
    assert "sparse" in skipped["few.tar.gz/hole.txt"]
    assert "header is too long" in skipped["many.tar.gz"]


def test_a_question_to_a_packed_file(tmp_path, monkeypatch):
    """Wrong: a quotation that cannot be verified, or still is when the file has changed."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pont.txt.gz"
    path.write_bytes(gzip.compress(BRIDGE.encode()))
    settings = Settings(index=tmp_path / "index", reader="off")
    build(settings, [path])
    with Rag.open(settings) as rag:
        citation = rag.ask(COST).citations[0]
        assert citation.verified == "exact"
        assert citation.location == "pont.txt.gz/pont.txt:7"
        path.write_bytes(gzip.compress(BRIDGE.replace("3,2 millions", "5,7 millions").encode()))
        assert rag.ask(COST).citations[0].verified != "exact"
