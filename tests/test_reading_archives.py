"""Archives: members are documents, and nothing that an archive says of itself is believed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import tracemalloc
import zipfile

import docx
import pytest
from newcomer import BRIDGE, COST
from pdf_writer import write_columns

from rag.chat import system
from rag.pipeline import BuildOptions, Rag, build
from rag.reading.archives import entries, guarded, members
from rag.reading.files import FileRules, read_paths, read_today
from rag.settings import Settings

NOTE = "# Le port\n\nLe port de Valmeron a ouvert en 2019 avec 41 quais.\n"
PAGE = (
    "<html><head><title>The harbour</title></head><body><article><h1>The harbour</h1>"
    "<p>The harbour of Valmeron was opened in 2019 by the mayor of the town, Ada Quint.</p>"
    "<p>Forty-one quays were built within three years, and two hundred people work there.</p>"
    "</article></body></html>"
)
FILES = {"notes/port.md": NOTE, "notes/harbour.html": PAGE, "deep/er/plain.txt": "Plain words.\n"}
TARS = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)


def make_zip(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return path


def make_tar(path, files, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            data = content.encode() if isinstance(content, str) else content
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def read(folder, **rules):
    reading = read_paths([folder], root=folder, rules=FileRules(**rules))
    return {document.path: document for document in reading.documents}, dict(reading.skipped)


@pytest.fixture
def in_process(monkeypatch):
    """Unpack in this process, whose memory is measured and whose limits are changed."""
    monkeypatch.setattr(guarded, "read_members", members.read_members)


def make_archive(path, files=FILES):
    """Return an archive of the kind that its name says."""
    suffix = next((suffix for suffix in TARS if path.name.endswith(suffix)), "")
    return make_tar(path, files, TARS[suffix]) if suffix else make_zip(path, files)


@pytest.mark.parametrize("name", ["a.zip", *(f"a{suffix}" for suffix in TARS)])
def test_members_are_documents_and_read_again(tmp_path, name):
    """Wrong: a kind that is not known, paths without the archive, a member not found again."""
    make_archive(tmp_path / name)
    documents, skipped = read(tmp_path)
    assert skipped == {}
    assert set(documents) == {f"{name}/{inner}" for inner in FILES}
    assert documents[f"{name}/notes/port.md"].text == NOTE
    assert documents[f"{name}/notes/harbour.html"].format == "html"
    for document in documents.values():
        assert read_today(document, root=tmp_path, max_bytes=1 << 20) == document


@pytest.mark.parametrize("method", METHODS)
def test_all_methods_of_zip(tmp_path, method):
    """Wrong: own unpacking that agrees with itself alone: zipfile writes, and long contents too."""
    long = "".join(f"Line {number} of a long text, {number**3}.\n" for number in range(4_000))
    make_zip(tmp_path / "a.zip", {"long.txt": long, "short.txt": "x\n"}, method)
    documents, skipped = read(tmp_path)
    assert skipped == {}
    assert documents["a.zip/long.txt"].text == long
    assert documents["a.zip/short.txt"].text == "x\n"


def test_names_that_no_file_may_have(tmp_path):
    """Wrong: a member that climbs, is hidden, comes twice or is an archive, read like another."""
    names = [
        "good.md",
        "../climbs.md",
        "a/../../climbs.md",
        "..\\climbs.md",
        "/etc/passwd.md",
        "C:\\notes.md",
        "c:notes.md",
        "bell\x07.md",
        "good.md",
        "./good.md",
        "inner.zip",
        "inner.tar.gz",
        "picture.jpg",
        ".hidden.md",
        "__MACOSX/._good.md",
        "folder/.git/x.md",
        "x" * 1200 + ".md",
    ]
    for make, name in ((make_zip, "a.zip"), (make_tar, "a.tar")):
        folder = tmp_path / name.replace(".", "")
        folder.mkdir()
        with pytest.warns(UserWarning, match="Duplicate") if make is make_zip else _nothing():
            make(folder / name, [(inner, NOTE) for inner in names])
        documents, skipped = read(folder)
        assert set(documents) == {f"{name}/good.md"}
        reasons = {path.removeprefix(f"{name}/"): reason for path, reason in skipped.items()}
        out, elsewhere = "a name that leads out of the archive", "a name of a file elsewhere"
        assert reasons["../climbs.md"] == reasons["a/../../climbs.md"] == out
        assert reasons["/etc/passwd.md"] == reasons["c:notes.md"] == elsewhere
        assert reasons["C:/notes.md"] == elsewhere
        assert reasons["bell\x07.md"] == "a name with control characters"
        assert reasons["good.md"] == "a second member of this name"
        assert (
            reasons["inner.zip"]
            == reasons["inner.tar.gz"]
            == "an archive in an archive; unpack the outer one"
        )
        assert reasons["picture.jpg"] == "not a kind of file that rag reads"
        assert reasons["x" * 200] == "a name that is too long"
        assert not any("hidden" in path or "git" in path or "MACOSX" in path for path in reasons)
    assert {path.name for path in tmp_path.rglob("*")} == {"azip", "atar", "a.zip", "a.tar"}


class _nothing:  # noqa: N801 - a context that does nothing
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_an_archive_of_nothing_is_named(tmp_path):
    """Wrong: a file that is neither indexed nor listed."""
    make_zip(tmp_path / "a.zip", {})
    make_zip(tmp_path / "b.zip", {".hidden.md": NOTE, "folder/": ""})
    make_tar(tmp_path / "c.tar.gz", {}, "w:gz")
    (tmp_path / "d.tar").write_bytes(bytes(10_240))
    documents, skipped = read(tmp_path)
    assert documents == {}
    assert skipped == dict.fromkeys(
        ("a.zip", "b.zip", "c.tar.gz", "d.tar"), "an archive without a file"
    )


def test_what_is_no_file(tmp_path):
    """Wrong: a link followed out of the archive, a device opened."""
    linked = zipfile.ZipInfo("link.md")
    linked.external_attr = (stat.S_IFLNK | 0o777) << 16
    pipe = zipfile.ZipInfo("pipe.md")
    pipe.external_attr = (stat.S_IFIFO | 0o644) << 16
    make_zip(tmp_path / "a.zip", [(linked, "/etc/passwd"), (pipe, ""), ("b.md", NOTE)])
    infos = []
    for name, kind in (
        ("soft.md", tarfile.SYMTYPE),
        ("hard.md", tarfile.LNKTYPE),
        ("device.md", tarfile.CHRTYPE),
        ("pipe.md", tarfile.FIFOTYPE),
    ):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        infos.append((info, ""))
    make_tar(tmp_path / "b.tar", [*infos, ("b.md", NOTE)])
    documents, skipped = read(tmp_path)
    assert set(documents) == {"a.zip/b.md", "b.tar/b.md"}
    assert skipped == {
        "a.zip/link.md": entries.LINK,
        "a.zip/pipe.md": entries.NO_FILE,
        "b.tar/soft.md": entries.LINK,
        "b.tar/hard.md": entries.LINK,
        "b.tar/device.md": entries.NO_FILE,
        "b.tar/pipe.md": entries.NO_FILE,
    }


def test_a_damaged_member_does_not_stop_the_others(tmp_path):
    """Wrong: the whole archive given up, or a text whose checksum is another."""
    data = bytearray(make_zip(tmp_path / "a.zip", FILES, zipfile.ZIP_STORED).read_bytes())
    place = data.index(b"41 quais")
    data[place : place + 2] = b"42"
    (tmp_path / "a.zip").write_bytes(data)
    # A bit of the first entry's head says that it is encrypted.
    other = bytearray(make_zip(tmp_path / "b.zip", FILES).read_bytes())
    other[other.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "b.zip").write_bytes(other)
    documents, skipped = read(tmp_path)
    assert len(documents) == 4
    assert "damaged: its checksum is another" in skipped["a.zip/notes/port.md"]
    assert "encrypted" in skipped["b.zip/notes/port.md"]


@pytest.mark.parametrize("name", ["a.zip", *(f"a{suffix}" for suffix in TARS)])
def test_truncated_and_changed_archives_are_named(tmp_path, name):
    """Wrong: a traceback, a hang, or an archive that is cut off taken for whole."""
    texts = {"port.md": NOTE, "deep/plain.txt": "Plain words.\n"}
    data = make_archive(tmp_path / name, texts).read_bytes()
    for size in (0, 1, 30, len(data) // 3, len(data) // 2, len(data) * 9 // 10):
        (tmp_path / name).write_bytes(data[:size])
        documents, skipped = read(tmp_path)
        assert name in skipped or len(skipped) + len(documents) >= len(texts), size
        assert name not in documents
    for place in range(0, len(data), max(1, len(data) // 40)):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        (tmp_path / name).write_bytes(changed)
        read(tmp_path)


def test_what_is_called_otherwise(tmp_path):
    """Wrong: the name believed: a page called .zip, a ZIP archive called .txt or .tar.gz."""
    (tmp_path / "page.zip").write_text(PAGE)
    make_zip(tmp_path / "x.zip", FILES).rename(tmp_path / "notes.txt")
    make_zip(tmp_path / "x.zip", FILES).rename(tmp_path / "notes.tar.gz")
    make_tar(tmp_path / "x.tar", FILES).rename(tmp_path / "bundle")
    make_zip(tmp_path / "x.zip", FILES).rename(tmp_path / "sheet.xlsx")
    paper = write_columns(["The bridge of Ostrel was paid by Lena Mirow."])
    make_zip(tmp_path / "x.zip", {"paper.pdf": paper}, zipfile.ZIP_STORED).rename(tmp_path / "p")
    make_tar(tmp_path / "x.tar", {"paper.pdf": paper}).rename(tmp_path / "q.txt")
    make_zip(tmp_path / "r.zip", {"paper.pdf": paper}, zipfile.ZIP_STORED)
    program = make_zip(tmp_path / "d.zip", FILES).read_bytes()
    (tmp_path / "d.zip").write_bytes(b"MZ" + bytes(500) + program)
    (tmp_path / "words.zip").write_text("Just words.\n")
    (tmp_path / "words.tgz").write_bytes(gzip.compress(b"Just words.\n" * 100))
    documents, skipped = read(tmp_path)
    for name in ("notes.txt", "notes.tar.gz", "bundle"):
        assert f"{name}/notes/port.md" in documents
    # That of a PDF may begin a kilobyte after the head of the archive that holds it.
    for name in ("p", "q.txt", "r.zip"):
        assert documents[f"{name}/paper.pdf"].format == "pdf"
    assert documents["page.zip"].format == "html"
    assert skipped["sheet.xlsx"] == "not a kind of file that rag reads"
    assert "no ZIP archive" in skipped["words.zip"]
    assert "d.zip/notes/port.md" in documents
    assert "damaged" in skipped["words.tgz"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_documents_in_an_archive_are_not_the_archive(tmp_path, method):
    """Wrong: an archive that holds a Word document or a book taken for one, and called damaged."""
    word = docx.Document()
    word.add_paragraph(NOTE)
    content = io.BytesIO()
    word.save(content)
    # What is packed already is mostly kept as it is, with all its names.
    make_zip(tmp_path / "a.zip", {"port.docx": content.getvalue(), "note.md": NOTE}, method)
    make_zip(tmp_path / "b.zip", {"media.txt": "It is application/epub+zip.\n"}, method)
    (tmp_path / "called.zip").write_bytes(content.getvalue())
    documents, skipped = read(tmp_path)
    assert skipped == {}
    assert {path: document.format for path, document in documents.items()} == {
        "a.zip/port.docx": "docx",
        "a.zip/note.md": "markdown",
        "b.zip/media.txt": "text",
        "called.zip": "docx",
    }


def make_bombs(folder):
    """Yield a gigabyte of zeros in some kilobytes, in each way of packing."""
    header = tarfile.TarInfo("bomb.txt")
    header.size = 1 << 30
    zeros = bytes(1 << 20)
    for suffix, compressor in (
        (".tar.bz2", bz2.BZ2Compressor()),
        (".tar.xz", lzma.LZMACompressor(preset=0)),
    ):
        # The first megabytes stand for all: packing a gigabyte takes longer than the test may.
        packed = compressor.compress(header.tobuf() + zeros * 32) + compressor.flush()
        (folder / f"bomb{suffix}").write_bytes(packed)
    with zipfile.ZipFile(folder / "bomb.zip", "w") as archive:
        for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            archive.writestr(f"bomb{method}.txt", zeros * 5, method)
        archive.writestr("after.md", NOTE)


@pytest.mark.usefixtures("in_process")
def test_bombs_are_named_and_take_no_memory(tmp_path, monkeypatch):
    """Wrong: what a bomb unpacks to held in memory, or the members after it not read."""
    # As of a member of ZIP: a tenth of the time, and the same rule.
    monkeypatch.setattr("rag.reading.archives.tar_entries.MIN_SUSPICIOUS", 4 << 20)
    make_bombs(tmp_path)
    tracemalloc.start()
    try:
        documents, skipped = read(tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert set(documents) == {"bomb.zip/after.md"}
    for method in (8, 12, 14):
        assert "bomb" in skipped[f"bomb.zip/bomb{method}.txt"]
    for suffix in (".tar.bz2", ".tar.xz"):
        assert "over the limit" in skipped[f"bomb{suffix}/bomb.txt"]
        assert "archive bomb" in skipped[f"bomb{suffix}"]
    assert most < 28 << 20


@pytest.mark.usefixtures("in_process")
def test_limits_on_entries_and_size(tmp_path, monkeypatch):
    """Wrong: limits that count what was asked for, or what the archive says of itself."""
    make_zip(tmp_path / "a.zip", {f"{number}.txt": "Words.\n" for number in range(9)})
    make_tar(tmp_path / "b.tar.gz", {f"{number}.txt": "Words.\n" for number in range(9)}, "w:gz")
    for kind in ("zip", "tar"):
        monkeypatch.setattr(f"rag.reading.archives.{kind}_entries.MAX_ENTRIES", 4)
    documents, skipped = read(tmp_path)
    assert len(documents) == 8
    assert "packs more than" in skipped["a.zip"] and "packs more than" in skipped["b.tar.gz"]
    for kind in ("zip", "tar"):
        monkeypatch.setattr(f"rag.reading.archives.{kind}_entries.MAX_ENTRIES", 100)
    for module in ("zip_entries", "unpacking"):
        monkeypatch.setattr(f"rag.reading.archives.{module}.MAX_TOTAL", 14)
    documents, skipped = read(tmp_path / "a.zip")
    assert len(documents) == 3
    _, skipped = read(tmp_path)
    assert "unpacks to more" in skipped["a.zip"] and "unpacks to more" in skipped["b.tar.gz"]
    monkeypatch.undo()  # and in a process of its own
    _, skipped = read(tmp_path, max_bytes=5)
    assert all("over the limit" in reason for reason in skipped.values())


def test_headers_that_lie(tmp_path):
    """Wrong: a header read that says it is long, one of digits that takes tarfile hours."""
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    (tmp_path / "long.tar").write_bytes(long.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    digits = tarfile.TarInfo("digits")
    digits.type, digits.size = tarfile.XHDTYPE, 60_000
    (tmp_path / "digits.tar").write_bytes(digits.tobuf() + b"1" * 60_416 + bytes(10_240))
    # The end of a directory says that it has four gigabytes.
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 0xFFFFFFF0, 0, 0)
    (tmp_path / "end.zip").write_bytes(b"PK\x03\x04" + bytes(100) + end)
    _, skipped = read(tmp_path)
    assert set(skipped) == {"long.tar", "digits.tar", "end.zip"}
    assert all("damaged" in reason for reason in skipped.values())


def test_long_and_foreign_names(tmp_path):
    """Wrong: names that a header has no room for, which stand in a header of their own."""
    name = "ordner-größe-" * 18 + "/" + "é" * 60 + "/été.md"
    for number, kind in enumerate((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)):
        with tarfile.open(tmp_path / f"{number}.tar.gz", "w:gz", format=kind) as archive:
            info = tarfile.TarInfo(name)
            info.size = len(NOTE.encode())
            archive.addfile(info, io.BytesIO(NOTE.encode()))
    documents, skipped = read(tmp_path)
    assert set(documents) == {f"0.tar.gz/{name}", f"1.tar.gz/{name}"}
    assert skipped == {}


def test_an_entry_without_a_name(tmp_path):
    """Wrong: an exception of zipfile, which looks at the last sign of every name."""
    data = make_zip(tmp_path / "a.zip", {"x": NOTE, "b.md": NOTE}).read_bytes()
    place = data.index(b"PK\x01\x02")
    # Its length in the directory is none, what was its name is the beginning of its extra field.
    changed = data[: place + 28] + b"\0\0\1\0" + data[place + 32 :]
    (tmp_path / "a.zip").write_bytes(changed)
    documents, skipped = read(tmp_path)
    assert set(documents) | set(skipped) <= {"a.zip", "a.zip/b.md"}
    assert documents or skipped


def test_names_in_utf8_that_do_not_say_so(tmp_path):
    """Wrong: "é" of an archive of a Mac shown as two signs of DOS."""
    data = make_zip(tmp_path / "a.zip", {"été.md": NOTE, "plain.md": NOTE}).read_bytes()
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(magic) + offset
        data = data[: place + 1] + bytes([data[place + 1] & ~8]) + data[place + 2 :]
    (tmp_path / "a.zip").write_bytes(data)
    documents, _ = read(tmp_path)
    assert set(documents) == {"a.zip/été.md", "a.zip/plain.md"}
    assert read_today(documents["a.zip/été.md"], root=tmp_path, max_bytes=1 << 20).text == NOTE


def test_a_link_to_an_archive_is_a_link(tmp_path):
    """Wrong: an archive outside of the folder read through a link without being asked."""
    make_zip(tmp_path / "outside.zip", FILES)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.zip").symlink_to(tmp_path / "outside.zip")
    documents, skipped = read(folder)
    assert documents == {} and "link out of the folder" in skipped["a.zip"]
    documents, _ = read(folder, follow_links=True)
    assert len(documents) == 3


def test_questions_to_an_archive(tmp_path, monkeypatch):
    """Wrong: citations of members that are not verified, or still are when the archive changed."""
    monkeypatch.chdir(tmp_path)
    archive = tmp_path / "press.zip"
    paper = write_columns(["The bridge of Ostrel was paid by the baker Lena Mirow, in 2021."])
    make_zip(archive, {"a/pont.txt": BRIDGE, "a/page.html": PAGE, "paper.pdf": paper})
    settings = Settings(index=tmp_path / "index", reader="off")
    assert build(settings, [archive]).documents == 3
    with Rag.open(settings) as rag:
        for question, value, location in (
            (COST, "3,2 millions", "press.zip/a/pont.txt:7"),
            ("Who opened the harbour of Valmeron?", "Ada Quint", "press.zip/a/page.html"),
            ("Who paid the bridge of Ostrel?", "Lena Mirow", "press.zip/paper.pdf, p. 1"),
        ):
            citations = rag.ask(question).citations
            [citation] = [one for one in citations if value in one.quote][:1]
            assert citation.verified == "exact"
            assert citation.location == location
        make_zip(archive, {"a/pont.txt": BRIDGE.replace("3,2 millions", "5,7 millions")})
        assert "none" in {citation.verified for citation in rag.ask(COST).citations}
    assert build(settings).changed
    with Rag.open(settings) as rag:
        citation = rag.ask(COST).citations[0]
        assert "5,7 millions" in citation.quote
        assert citation.verified == "exact"
    make_zip(archive, {"b.txt": "Other words about the harbour of Valmeron.\n"})
    assert build(settings).gone == 3
    assert build(settings, options=BuildOptions(prune=True)).documents == 1


def test_a_source_in_an_archive_is_opened_with_it(talk, tmp_path, monkeypatch):
    """Wrong: an editor for a file that is nowhere, or the source said to be gone."""
    opened = []
    monkeypatch.setattr(system, "open_in_browser", lambda url: opened.append(url) or True)
    archive = make_zip(tmp_path / "a b.zip", FILES)
    talk.say("Which country leads the world in milk?")
    document = talk.chat.get_source(1).passage.article.document
    object.__setattr__(document, "path", str(archive / "notes" / "port.md"))
    talk.say("/open 1")
    assert opened == [archive.as_uri()]
