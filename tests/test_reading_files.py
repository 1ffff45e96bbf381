"""Which files are read, which are passed over."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from rag.errors import SourceError
from rag.reading.files import FileRules, read_bytes, read_document, read_paths


def write(folder, name, data=b"Some text.\n"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_folder_is_walked_in_order(tmp_path):
    """Wrong: the order of the file system, upper-case endings ignored, hidden files read."""
    for name in (
        "b/z.md",
        "a.txt",
        "b/a.TXT",
        "c.markdown",
        ".hidden.txt",
        ".git/x.txt",
        "d.png",
        "e",
    ):
        write(tmp_path, name)
    reading = read_paths([tmp_path], root=tmp_path)
    assert [document.path for document in reading.documents] == [
        "a.txt",
        "b/a.TXT",
        "b/z.md",
        "c.markdown",
    ]
    assert [document.media_type for document in reading.documents] == [
        "text/plain",
        "text/plain",
        "text/markdown",
        "text/markdown",
    ]
    assert [skipped.path for skipped in reading.skipped] == ["d.png", "e"]
    assert all("not a kind of file" in skipped.reason for skipped in reading.skipped)


def test_a_document_is_its_bytes(tmp_path):
    """Wrong: universal newlines, a stripped text, the hash of the text instead of the file."""
    data = "\ufeff a\r\nb\rc\n\n".encode()
    document = read_document(write(tmp_path, "a.txt", data), root=tmp_path)
    assert document.text == " a\r\nb\rc\n\n" == data.decode(document.encoding)
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def test_what_cannot_be_read_is_named_with_its_reason(tmp_path):
    """Wrong: one bad file stops the reading, or disappears without a word."""
    write(tmp_path, "good.txt")
    write(tmp_path, "empty.txt", b"")
    write(tmp_path, "blank.md", b" \n\t")
    write(tmp_path, "image.txt", b"\x89PNG\0\x01\x02" + bytes(range(256)))
    write(tmp_path, "large.txt", b"x" * 5000)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    reading = read_paths([tmp_path], root=tmp_path, rules=FileRules(4096))
    reasons = dict(reading.skipped)
    assert [document.path for document in reading.documents] == ["good.txt"]
    assert reasons["empty.txt"] == reasons["blank.md"] == "empty"
    assert reasons["image.txt"] == "binary"
    assert "no such file" in reasons["broken.txt"]
    assert "over the limit" in reasons["large.txt"] and "RAG_MAX_FILE_MB" in reasons["large.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_called_txt_does_not_block(tmp_path):
    """Wrong: opening it and waiting forever."""
    os.mkfifo(tmp_path / "pipe.txt")
    assert read_paths([tmp_path], root=tmp_path).skipped == [("pipe.txt", "not a regular file")]


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions do not bind this user",
)
def test_no_permission(tmp_path):
    """Wrong: a traceback, or the whole folder given up."""
    write(tmp_path, "a.txt").chmod(0)
    (tmp_path / "b").mkdir(mode=0)
    write(tmp_path, "c.txt")
    reading = read_paths([tmp_path], root=tmp_path)
    assert [document.path for document in reading.documents] == ["c.txt"]
    assert reading.skipped == [
        ("a.txt", "no permission to read it"),
        ("b", "no permission to read it"),
    ]


def test_a_failing_disk_is_a_reason_too(tmp_path, monkeypatch):
    """Wrong: letting any OSError of one file end the reading of all."""

    def fail(*_):
        raise OSError(5, "Input/output error")

    write(tmp_path, "a.txt")
    monkeypatch.setattr(os, "read", fail)
    assert read_paths([tmp_path], root=tmp_path).skipped == [("a.txt", "input/output error")]


def test_loops_and_repetitions_are_read_once(tmp_path):
    """Wrong: endless descent into a link to the parent; a file twice because two paths hold it."""
    write(tmp_path, "a/b.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    reading = read_paths([tmp_path / "a", tmp_path, tmp_path / "a" / "b.txt"], root=tmp_path)
    assert [document.path for document in reading.documents] == ["a/b.txt"]


def test_a_second_path_to_a_file_is_told(tmp_path):
    """Wrong: a link, or the file that it leads to and that comes after it, vanishes unheard."""
    write(tmp_path, "m/b.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / "m" / "b.txt")
    (tmp_path / "z").symlink_to(tmp_path / "m", target_is_directory=True)
    reading = read_paths([tmp_path, tmp_path / "m"], root=tmp_path)
    assert [document.path for document in reading.documents] == ["a.txt"]
    assert [(file.path, file.kind) for file in reading.skipped] == [
        ("m/b.txt", ".txt a second path to what is read already"),
        ("z", "a second path to what is read already"),
    ]


def test_paths_are_named_from_the_root(tmp_path, monkeypatch):
    """Wrong: absolute names below the root (an index that cannot be moved), relative ones outside
    it."""
    inside, outside = write(tmp_path, "root/a.txt"), write(tmp_path, "b.txt")
    root = tmp_path / "root"
    assert read_document(inside, root=root).path == "a.txt"
    assert read_document(outside, root=root).path == outside.as_posix()
    monkeypatch.chdir(root)
    assert read_document(Path("a.txt"), root=Path()).path == "a.txt"


def test_a_missing_path_is_an_error(tmp_path):
    """Wrong: an empty reading for a misspelled folder."""
    with pytest.raises(SourceError, match="no such file"):
        read_paths([tmp_path / "nothing"], root=tmp_path)
    with pytest.raises(SourceError, match=r"nothing\.txt"):
        read_document(tmp_path / "nothing.txt", root=tmp_path)


def test_a_file_of_exactly_the_limit_is_read(tmp_path):
    """Wrong: a comparison off by one, sizes in the wrong unit."""
    path = write(tmp_path, "a.txt", b"x" * (3 << 19))
    assert read_document(path, root=tmp_path, max_bytes=3 << 19).path == "a.txt"
    with pytest.raises(
        SourceError, match=r"a\.txt: too large: 1\.5 MiB, over the limit of 1\.5 MiB"
    ) as failed:
        read_document(path, root=tmp_path, max_bytes=(3 << 19) - 1)
    assert "RAG_MAX_FILE_MB" in failed.value.hint


def test_a_file_that_two_paths_lead_to_is_read_once(tmp_path):
    """Wrong: an article indexed twice because a link, or a second path, leads to it."""
    write(tmp_path, "a/b.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "a" / "b.txt")
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    read = read_paths([tmp_path, tmp_path / "a"], root=tmp_path)
    assert [document.path for document in read.documents] == ["a/b.txt"]
    assert [file.path for file in read.skipped] == ["a/round", "c.txt"]


def test_links_out_of_the_folder_are_followed_only_where_asked_for(tmp_path):
    """Wrong: a folder that came with `x.txt -> ~/mine.txt` or `x -> /` and puts them into the index without a word; a
    folder beside it whose name begins alike taken for a part of it; links inside it refused."""
    write(tmp_path, "in/a.txt")
    write(tmp_path, "in/b/c.txt")
    write(tmp_path, "in2/secret.txt")
    write(tmp_path, "out/other.md")
    (tmp_path / "in" / "file.txt").symlink_to("../in2/secret.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "image.png").symlink_to("/nowhere")
    (tmp_path / "in" / "hop.txt").symlink_to("file.txt")
    (tmp_path / "in" / "d.txt").symlink_to("b/c.txt")
    (tmp_path / "named").symlink_to("in")
    reason = "a link out of the folder; --follow-links reads it"
    for path in ("in", "named"):
        read = read_paths([tmp_path / path], root=tmp_path / path)
        assert [document.path for document in read.documents] == ["a.txt", "b/c.txt"]
        assert read.skipped == [
            ("d.txt", "a second path to what is read already"),
            *((name, reason) for name in ("file.txt", "folder", "hop.txt", "image.png")),
        ]
    both = read_paths([tmp_path / "in", tmp_path / "out"], root=tmp_path)
    assert "in/folder/other.md" in [document.path for document in both.documents]
    rules = FileRules(follow_links=True)
    read = read_paths([tmp_path / "in"], root=tmp_path, rules=rules)
    assert [document.path for document in read.documents] == [
        "in/a.txt",
        "in/b/c.txt",
        "in/file.txt",
        "in/folder/other.md",
    ]
    skipped = [file.path for file in read.skipped]
    assert skipped == ["in/d.txt", "in/hop.txt", "in/image.png"]


def test_folders_may_lie_deeper_than_python_calls_functions(tmp_path):
    """Wrong: a walk by recursion; work that grows with the square of the depth, as a look at every folder above does."""
    depth = 1050
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        Path("deep.md").write_text("Deep.\n")
        read = read_paths([tmp_path], root=tmp_path)
        # No program that recurs removes them.
        Path("deep.md").unlink()
        for _ in range(depth):
            os.chdir("..")
            os.rmdir("d")
    finally:
        os.chdir(here)
    assert [document.path for document in read.documents] == ["d/" * depth + "deep.md"]


def test_a_file_that_never_ends_is_read_to_the_limit(tmp_path, monkeypatch):
    """Wrong: the size that the system tells believed, so that a growing file or one of /proc fills the memory."""
    path = write(tmp_path, "a.txt")
    monkeypatch.setattr(os, "read", lambda _, size: b"x" * size)
    with pytest.raises(SourceError, match="over the limit"):
        read_document(path, root=tmp_path, max_bytes=3 << 20)


def test_a_file_that_says_it_is_empty_is_not_read(tmp_path, monkeypatch):
    """Wrong: waiting for /proc/kmsg, a regular file of no bytes whose reading blocks and takes the lines from others."""
    path = write(tmp_path, "a.txt", b"")
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("it was read"))
    with pytest.raises(SourceError, match="empty"):
        read_document(path, root=tmp_path)


def test_what_replaces_a_file_between_the_look_and_the_opening_is_no_file(tmp_path, monkeypatch):
    """Wrong: a check of the name alone, after which a pipe is opened and waited for."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes on this system")
    path = write(tmp_path, "a.txt")
    status = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)
    with pytest.raises(SourceError, match="not a regular file"):
        read_bytes(path, max_bytes=1000)


def test_reasons_say_what_to_do(tmp_path):
    """Wrong: a hint without its reason, or a reason without its hint."""
    (tmp_path / "a.txt").write_bytes("été".encode("utf-16") + b"\0")
    (skipped,) = read_paths([tmp_path], root=tmp_path).skipped
    assert (
        skipped.reason == "looks like UTF-16 but byte 8 does not fit; save the file again as UTF-8"
    )
    with pytest.raises(SourceError, match="is a folder"):
        read_document(tmp_path, root=tmp_path)


def test_a_root_behind_a_link_is_the_root(tmp_path):
    """Wrong: absolute names in an index that is made through a link to its folder."""
    path = write(tmp_path, "root/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "root")
    assert read_document(path, root=tmp_path / "link").path == "a.txt"
    assert read_document(tmp_path / "link" / "a.txt", root=tmp_path / "root").path == "a.txt"


def test_an_index_among_the_articles_is_no_article(tmp_path: Path) -> None:
    """Catches the manifest of the index read as JSON: each build would make the next one necessary."""
    (tmp_path / "a.md").write_text("A town has a harbour.", encoding="utf-8")
    generation = tmp_path / "index" / "20261127T112602613156Z-e48a9adcda3f"
    generation.mkdir(parents=True)
    (generation / "manifest.json").write_text('{"title": "no article"}', encoding="utf-8")
    read = read_paths([tmp_path], root=tmp_path)
    assert [document.path for document in read.documents] == ["a.md"]
    assert read.skipped == []
