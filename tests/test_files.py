"""Files that survive a crash, checksums, locks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from rag import files

if TYPE_CHECKING:
    from pathlib import Path


def flip(path: Path, position: int) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "size",
    [0, 1, files.BLOCK_BYTES - 1, files.BLOCK_BYTES, files.BLOCK_BYTES + 1, 5 << 20],
)
def test_a_file_is_intact_until_it_changes(tmp_path: Path, size: int) -> None:
    """Catches the middle of a long file that no checksum covers, blocks that miss each other.

    And a length that is not compared.
    """
    path = tmp_path / "file"
    data = bytes(range(251)) * (size // 251 + 1)
    path.write_bytes(data[:size])
    recorded = files.compute_digest(path)
    assert files.is_intact(path, recorded)
    assert files.is_intact(path, recorded, thorough=True)
    for position in {0, size // 2, size // 3, size - 1} if size else set():
        flip(path, position)
        assert not files.is_intact(path, recorded)
        assert not files.is_intact(path, recorded, thorough=True)
        damaged = {
            number
            for number in range(len(recorded["blocks"]) // 8)
            if not files.is_block_intact(path, recorded, number)
        }
        assert damaged == {position // files.BLOCK_BYTES}
        flip(path, position)
    path.write_bytes(data[: size + 1])
    assert not files.is_intact(path, recorded)
    path.unlink()
    assert not files.is_intact(path, recorded)
    assert not files.is_block_intact(path, recorded, 0)


def test_blocks_of_equal_content_do_not_take_each_others_place(tmp_path: Path) -> None:
    """Catches blocks that are compared as a set: two of them exchanged."""
    path = tmp_path / "file"
    one, other = b"a" * files.BLOCK_BYTES, b"b" * files.BLOCK_BYTES
    path.write_bytes(one + other)
    recorded = files.compute_digest(path)
    path.write_bytes(other + one)
    assert not files.is_intact(path, recorded)


def test_a_digest_is_what_it_says(tmp_path: Path) -> None:
    """Catches a checksum of something else.

    And digests that leave out a folder or take in a lock.
    """
    path = tmp_path / "sub" / "file"
    path.parent.mkdir()
    path.write_bytes(b"abc")
    (tmp_path / "writer.lock").touch()
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    crc = "352441c2"  # of abc: ISO 3309, as in zlib's own test
    expected = {"sub/file": {"bytes": 3, "sha256": abc, "blocks": crc}}
    assert files.compute_digests(tmp_path) == expected


def test_replacing_leaves_the_old_text_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a file opened for writing before its new content is safe.

    And a temporary file that stays.
    """
    path = tmp_path / "CURRENT"
    files.write_atomically(path, "old\n")

    def refuse(_: Path) -> None:
        assert path.read_text() == "old\n"
        raise OSError("refused")

    monkeypatch.setattr(files, "sync", refuse)
    with pytest.raises(OSError, match="refused"):
        files.write_atomically(path, "new\n")
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["CURRENT"]


def test_content_is_on_the_disk_before_its_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a rename before the content is synced.

    And a folder whose new list of names is not.
    """
    path = tmp_path / "CURRENT"
    synced: list[tuple[str, bool]] = []

    def note(synced_path: Path) -> None:
        synced.append((synced_path.name, path.exists()))

    monkeypatch.setattr(files, "sync", note)
    files.write_atomically(path, "new\n")
    (temporary, renamed), folder = synced
    assert temporary.startswith(".CURRENT.") and not renamed
    assert folder == (tmp_path.name, True)


def test_what_is_written_is_what_was_given(tmp_path: Path) -> None:
    """Catches line ends that are translated, another encoding than UTF-8.

    And a folder that is not made.
    """
    path = tmp_path / "new" / "folder" / "file"
    for content in ("é\r\nb\n", b"\x00\xff\r\n"):
        files.write_atomically(path, content)
        data = content if isinstance(content, bytes) else content.encode()
        assert path.read_bytes() == data


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_permissions_of_a_new_file_and_of_an_old_one(tmp_path: Path) -> None:
    """Catches an answer that every user of the machine can read.

    And a file whose permissions a save resets.
    """
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        files.write_atomically(path, "new")
        assert path.stat().st_mode & 0o777 == 0o640
        for mode in (0o666, 0o400, 0o600):
            path.chmod(mode)
            files.write_atomically(path, "again", mode=0o644)
            assert path.stat().st_mode & 0o777 == mode
        files.write_atomically(tmp_path / "private", "x", mode=0o600)
        assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    """Catches a rag.toml kept elsewhere and linked here, of which a save makes a second file."""
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "rag.toml"
    target.write_text("old")
    link = tmp_path / "rag.toml"
    link.symlink_to(target)
    files.write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_locks_shared_by_readers_exclude_a_remover(tmp_path: Path) -> None:
    """Catches readers that exclude each other, and a lock that outlives the file that held it."""
    path = tmp_path / "file"
    path.touch()
    with path.open("r+b") as remover:
        with path.open("rb") as one, path.open("rb") as two:
            assert files.try_lock(one, shared=True)
            assert files.try_lock(two, shared=True)
            assert not files.try_lock(remover, shared=False)
        assert files.try_lock(remover, shared=False)
        with path.open("rb") as late:
            assert not files.try_lock(late, shared=True)


def test_leftovers_of_killed_writers_go_after_an_hour(tmp_path: Path) -> None:
    """Catches temporary files that pile up for ever, and one removed that is about to be renamed."""
    old, young, other = (tmp_path / name for name in (".a.json.01", ".a.json.02", ".b.json.01"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    files.remove_unfinished(tmp_path / "a.json")
    assert sorted(tmp_path.iterdir()) == [young, other]


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_a_link_is_replaced_where_it_is_not_to_be_followed(tmp_path: Path) -> None:
    """Catches a file written through a link, or given the permissions of what the link leads to."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    mine.chmod(0o666)
    (tmp_path / "CURRENT").symlink_to(mine)
    files.write_atomically(tmp_path / "CURRENT", "new", mode=0o600, follow_links=False)
    assert mine.read_text() == "mine"
    assert not (tmp_path / "CURRENT").is_symlink()
    assert (tmp_path / "CURRENT").stat().st_mode & 0o777 == 0o600
