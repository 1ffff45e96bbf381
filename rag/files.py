"""Files that survive a crash: written whole or not at all, checksummed, locked while in use."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = 1 << 22  # up to here a file is checked whole before use (3 ms); beyond, its two ends
_END = 1 << 20


class Digest(TypedDict):
    """What a file was when it was written: its length, and the SHA-256 of all of it and of its first and last MiB."""

    bytes: int
    sha256: str
    ends: str


def compute_digest(path: Path) -> Digest:
    """Measure a file."""
    with path.open("rb", buffering=0) as file:
        whole = _whole(file)
        size = file.tell()
        return {"bytes": size, "sha256": whole, "ends": _ends(file, size)}


def compute_digests(folder: Path) -> dict[str, Digest]:
    """Measure the files below a folder, but for lock files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(folder).as_posix(): compute_digest(path) for path in files}


def _whole(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while block := file.read(_END):
        found.update(block)
    return found.hexdigest()


def _ends(file: IO[bytes], size: int) -> str:
    file.seek(0)
    first = file.read(_END)
    file.seek(max(0, size - _END))
    return hashlib.sha256(first + file.read(_END)).hexdigest()


def has_same_size(path: Path, recorded: Digest) -> bool:
    """Whether a file is there and as long as it was: all that can be known without reading it."""
    try:
        return path.stat().st_size == recorded["bytes"]
    except OSError:
        return False


def is_intact(path: Path, recorded: Digest, *, thorough: bool = False) -> bool:
    """Whether a file is what it was; of a long one only the ends are read unless ``thorough``."""
    if not has_same_size(path, recorded):
        return False
    try:
        with path.open("rb", buffering=0) as file:
            if thorough or recorded["bytes"] <= WHOLE:
                return _whole(file) == recorded["sha256"]
            return _ends(file, recorded["bytes"]) == recorded["ends"]
    except OSError:
        return False


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk itself."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Sync everything in a folder, then the folder."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            sync_tree(path)
        else:
            sync(path)
    sync(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all it holds, as far as that is allowed."""
    import shutil  # slow to import, and no reader needs it

    shutil.rmtree(folder, ignore_errors=True)


def replace_text(path: Path, text: str) -> None:
    """Give a small file another content; whoever reads it finds the old or the new one, also after a crash."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    sync(fresh)
    fresh.replace(path)
    sync(path.parent)


if sys.platform == "win32":

    def try_lock(file: IO[bytes], *, shared: bool) -> bool:
        """Lock an open file until it is closed or the process ends; False when another holds it."""
        import msvcrt

        if shared:
            return True  # Windows removes no file that is open
        file.seek(1 << 30)  # beyond the content, which stays readable
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
else:

    def try_lock(file: IO[bytes], *, shared: bool) -> bool:
        """Lock an open file until it is closed or the process ends; False when another holds it."""
        import fcntl

        try:
            fcntl.flock(file.fileno(), (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # this file system has no locks: going on beats being useless there
        return True
