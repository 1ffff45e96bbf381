"""Files that survive a crash, checksums, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag import files as disk

if TYPE_CHECKING:
    from pathlib import Path


def flip(path: Path, position: int) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_long_files_are_checked_at_their_ends_and_by_verify_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches reading gigabytes before the first answer, and a doctor that does not."""
    path = tmp_path / "long"
    path.write_bytes(bytes(3 << 20))
    monkeypatch.setattr(disk, "WHOLE", 1000)
    recorded = disk.compute_digest(path)
    assert recorded["bytes"] == 3 << 20
    for position, noticed in ((5, True), ((3 << 20) - 5, True), (3 << 19, False)):
        flip(path, position)
        assert disk.is_intact(path, recorded) is not noticed
        assert not disk.is_intact(path, recorded, thorough=True)
        flip(path, position)
    assert disk.is_intact(path, recorded, thorough=True)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2 << 20, 3 << 20])
def test_a_file_is_intact_until_it_changes(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches ends that overlap or miss each other, and a length that is not compared."""
    path = tmp_path / "file"
    path.write_bytes(bytes(size))
    recorded = disk.compute_digest(path)
    for whole in (0, 1 << 30):
        monkeypatch.setattr(disk, "WHOLE", whole)
        assert disk.is_intact(path, recorded)
        path.write_bytes(bytes(size + 1))
        assert not disk.is_intact(path, recorded)
        path.unlink()
        assert not disk.is_intact(path, recorded)
        path.write_bytes(bytes(size))


def test_replacing_leaves_the_old_text_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a file opened for writing before its new content is safe."""
    path = tmp_path / "CURRENT"
    disk.replace_text(path, "old\n")

    def refuse(_: Path) -> None:
        assert path.read_text() == "old\n"
        raise OSError("refused")

    monkeypatch.setattr(disk, "sync", refuse)
    with pytest.raises(OSError, match="refused"):
        disk.replace_text(path, "new\n")
    assert path.read_text() == "old\n"


def test_locks_shared_by_readers_exclude_a_remover(tmp_path: Path) -> None:
    """Catches readers that exclude each other, and a lock that outlives the file that held it."""
    path = tmp_path / "file"
    path.touch()
    with path.open("r+b") as remover:
        with path.open("rb") as one, path.open("rb") as two:
            assert disk.try_lock(one, shared=True)
            assert disk.try_lock(two, shared=True)
            assert not disk.try_lock(remover, shared=False)
        assert disk.try_lock(remover, shared=False)
        with path.open("rb") as late:
            assert not disk.try_lock(late, shared=True)
