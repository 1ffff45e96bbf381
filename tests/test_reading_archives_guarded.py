"""Archives in a process of their own: what one does to it, it does to no other file."""

from __future__ import annotations

import bz2
import lzma
import os
import signal
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from rag.errors import SourceError
from rag.reading.archives import guarded, members
from rag.reading.archives.guarded_child import decode_member, encode_member
from rag.reading.archives.members import Member
from rag.reading.files import FileRules, read_paths
from rag.reading.guarded_child import Limits

NOTE = "The port of Valmeron has 41 quays.\n"
MIB = 1 << 20
# An unpacker that does what the name of an archive says, in the place of rag's.
WILD = """
import os
from rag.reading.archives import guarded_child
from rag.reading.archives.members import Member
def read_members(path, *, max_bytes):
    yield Member("first.txt", b"The first words.")
    if path.stem == "spin":
        while True: pass
    if path.stem == "eat":
        kept = [bytearray(1 << 26) for _ in range(1000)]
    if path.stem == "crash":
        os._exit(3)
    if path.stem == "raise":
        raise KeyError("nobody foresaw this")
    if path.stem == "lie":
        yield Member("long.txt", bytes(1 << 23))
    while path.stem == "endless":
        yield Member("more.txt", b"More words.")
def serve(*limits):
    guarded_child.read_members = read_members
    guarded_child.serve(*limits)
"""


def make_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read(folder, **rules):
    reading = read_paths([folder], root=folder, rules=FileRules(**rules))
    return {document.path: document for document in reading.documents}, dict(reading.skipped)


@pytest.fixture
def idle(monkeypatch):
    """No process but those of the test."""
    processes = []
    monkeypatch.setattr(guarded, "_idle", processes)
    yield processes
    for guard in processes:
        guard.close()


@pytest.fixture
def wild(tmp_path, monkeypatch, idle):
    """Narrow limits, and a process that knows the wild unpacker; return a folder."""
    (tmp_path / "wild_archives.py").write_text(WILD)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(guarded, "_CHILD", "wild_archives")
    monkeypatch.setattr(guarded, "LIMITS", Limits(seconds=3, memory=1 << 30, characters=0))
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("spin", "takes over 3 seconds"),
        ("eat", "too much memory"),
        ("crash", "reading it failed"),
        ("raise", "reading it failed"),
        ("lie", "reading it failed"),
        ("endless", "packs more than 20 files"),
    ],
)
def test_an_archive_that_does_harm_is_named_and_the_rest_is_read(wild, monkeypatch, name, reason):
    """Wrong: a run that hangs, dies or fills the memory with one archive, or loses what it gave."""
    monkeypatch.setattr(guarded, "MAX_ENTRIES", 20)
    monkeypatch.setattr("rag.reading.archives.entries.MAX_ENTRIES", 20)
    make_zip(wild / f"{name}.zip", {"a.txt": NOTE})
    make_zip(wild / "after.zip", {"a.txt": NOTE})
    (wild / "note.txt").write_text(NOTE)
    documents, skipped = read(wild, max_bytes=MIB)
    assert {f"{name}.zip/first.txt", "after.zip/first.txt", "note.txt"} <= set(documents)
    assert reason in skipped[f"{name}.zip"]
    assert "after.zip" not in skipped


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_process_that_is_killed_takes_one_archive_with_it(tmp_path, idle):
    """Wrong: the run ended with the process, or the next archive not read."""
    for name in ("a.zip", "b.zip"):
        make_zip(tmp_path / name, {"1.txt": NOTE, "2.txt": NOTE + "More.\n"})
    walk = guarded.read_members(tmp_path / "a.zip", max_bytes=MIB)
    assert next(walk).name == "1.txt"
    assert idle == []
    os.kill(walk.gi_frame.f_locals["guard"]._process.pid, signal.SIGKILL)
    [last] = list(walk)
    assert last.name == "" and "reading it failed" in last.error.message
    names = [member.name for member in guarded.read_members(tmp_path / "b.zip", max_bytes=MIB)]
    assert names == ["1.txt", "2.txt"]
    # Killed while it had nothing to do: nobody's archive is the worse for it.
    os.kill(idle[0]._process.pid, signal.SIGKILL)
    idle[0]._process.wait()
    documents, skipped = read(tmp_path)
    assert len(documents) == 4 and skipped == {}


def test_walks_at_the_same_time_and_walks_that_are_left(tmp_path, idle):
    """Wrong: the members of one archive given for another's, or a process that stays behind."""
    for name in ("a.zip", "b.zip"):
        make_zip(tmp_path / name, {f"{name[0]}{number}.txt": NOTE for number in range(3)})
    first, second = (
        guarded.read_members(tmp_path / name, max_bytes=MIB) for name in ("a.zip", "b.zip")
    )
    pairs = [(one.name, other.name) for one, other in zip(first, second, strict=True)]
    assert pairs == [("a0.txt", "b0.txt"), ("a1.txt", "b1.txt"), ("a2.txt", "b2.txt")]
    left = guarded.read_members(tmp_path / "a.zip", max_bytes=MIB)
    next(left)
    process = left.gi_frame.f_locals["guard"]._process
    left.close()
    assert process.poll() is not None
    names = [member.name for member in guarded.read_members(tmp_path / "b.zip", max_bytes=MIB)]
    assert names == ["b0.txt", "b1.txt", "b2.txt"]
    assert guarded.read_member(tmp_path / "a.zip", "a1.txt", max_bytes=MIB).decode() == NOTE
    with pytest.raises(SourceError, match="no longer in its archive"):
        guarded.read_member(tmp_path / "a.zip", "b1.txt", max_bytes=MIB)


def test_one_process_unpacks_all_archives(tmp_path, idle):
    """Wrong: a start for every packed file of a folder."""
    for number in range(4):
        make_zip(tmp_path / f"{number}.zip", {f"{number}.txt": NOTE + f"Quay {number}.\n"})
    documents, _ = read(tmp_path)
    assert len(documents) == 4 and len(idle) == 1


def make_gigabytes(folder):
    """Write a gigabyte of zeros in each way of packing; return the names.

    One megabyte is packed, and repeated: packing all of it would take half a minute.
    """
    zeros = bytes(MIB)
    for suffix, pack in ((".bz2", bz2.compress), (".xz", lzma.compress)):
        (folder / f"bomb.txt{suffix}").write_bytes(pack(zeros * 16) * 64)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    (folder / "bomb.txt.gz").write_bytes(head + block * 1024)
    # In a ZIP archive that says of it that it is as short as a note.
    path = make_zip(folder / "bomb.zip", {"bomb.txt": NOTE, "note.md": NOTE})
    data = path.read_bytes()
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = raw.compress(zeros) + raw.flush(zlib.Z_FULL_FLUSH)
    bomb = unit * 1024
    with zipfile.ZipFile(path) as archive:
        first, second = archive.infolist()
        body = first.header_offset + 30 + len(first.filename)
        directory = archive.start_dir
    shift = len(bomb) - first.compress_size
    rest = data[second.header_offset : directory]
    entries = bytearray(data[directory:])
    entries[20:24] = len(bomb).to_bytes(4, "little")
    place = entries.index(b"PK\x01\x02", 4)
    entries[place + 42 : place + 46] = (second.header_offset + shift).to_bytes(4, "little")
    end = entries.index(b"PK\x05\x06")
    entries[end + 16 : end + 20] = (directory + shift).to_bytes(4, "little")
    path.write_bytes(data[:body] + bomb + rest + entries)
    return ("bomb.txt.bz2", "bomb.txt.xz", "bomb.txt.gz", "bomb.zip/bomb.txt")


def test_a_gigabyte_of_some_kilobytes(tmp_path, idle):
    """Wrong: it is unpacked, here or there; what lies beside it is not read."""
    names = make_gigabytes(tmp_path)
    assert (tmp_path / "bomb.txt.bz2").stat().st_size < 10_000
    (tmp_path / "note.txt").write_text(NOTE + "Twice.\n")
    documents, skipped = read(tmp_path, max_bytes=2 << 30)
    assert set(documents) == {"bomb.zip/note.md", "note.txt"}
    for name in names:
        assert "bomb" in skipped[name], skipped
    if sys.platform == "linux":
        status = Path(f"/proc/{idle[0]._process.pid}/status").read_text()
        most = int(status.partition("VmHWM:")[2].split()[0]) << 10
        assert most < 600 * MIB


def test_ten_thousand_members(tmp_path):
    """Wrong: a limit that a year of articles meets, or members lost on the way."""
    files = {f"{number}.txt": f"Quay {number} of the port.\n" for number in range(10_000)}
    make_zip(tmp_path / "a.zip", files)
    found = {
        member.name: member.data.decode()
        for member in guarded.read_members(tmp_path / "a.zip", max_bytes=MIB)
    }
    assert found == files


def test_archives_in_archives_are_not_opened(tmp_path):
    """Wrong: a hundred layers unpacked one after the other."""
    path = make_zip(tmp_path / "0.zip", {"note.md": NOTE})
    for number in range(1, 100):
        deeper = tmp_path / f"{number}.zip"
        make_zip(deeper, {f"{number - 1}.zip": path.read_bytes(), f"note{number}.md": NOTE})
        path.unlink()
        path = deeper
    documents, skipped = read(tmp_path)
    assert set(documents) == {"99.zip/note99.md"}
    assert skipped == {"99.zip/98.zip": "an archive in an archive; unpack the outer one"}


@pytest.mark.parametrize(
    "member",
    [
        Member("a/é.txt", b'["no head"]\nbut content\n'),
        Member("halves \udce9.txt", b""),
        Member("b.txt", b"", SourceError("damaged", hint="save it again")),
        Member("", b"", SourceError("empty")),
    ],
)
def test_what_is_sent_comes_back_equal(member):
    """Wrong: a line end of the content, a byte of a name or the way out lost."""
    name, data, error = decode_member(encode_member(member))
    assert (name, data) == (member.name, member.data)
    assert (error is None) == (member.error is None)
    if error is not None:
        assert (error.message, error.hint) == (member.error.message, member.error.hint)


def test_the_same_as_in_one_process(tmp_path):
    """Wrong: a reason or a member that only one of the two gives."""
    make_zip(tmp_path / "a.zip", {"x.md": NOTE, "y.jpg": "x", "../z.md": NOTE, "w.zip": "PK"})

    def list_rows(read_all):
        for member in read_all(tmp_path / "a.zip", max_bytes=MIB):
            yield member.name, member.data, member.error and member.error.message

    assert list(list_rows(guarded.read_members)) == list(list_rows(members.read_members))
