"""Files that survive a crash: written whole or not at all, checksummed, locked while in use.

``write_atomically`` is the one way rag replaces a file that somebody may be reading.
``compute_digest`` and ``is_intact`` tell a damaged index from a sound one, ``try_lock`` keeps two
writers apart.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path

# Up to this length a file is hashed whole before use, which takes 3 ms; of a longer one only the
# two ends are. Chosen by hand.
FULL_CHECK_BYTES = 4 << 20
# Length of each of the two ends, and of the blocks that a file is read in.
END_BYTES = 1 << 20


class Digest(TypedDict):
    """The length of a file, and the SHA-256 of all of it and of its first and last MiB."""

    bytes: int
    sha256: str
    ends: str


def compute_digest(path: Path) -> Digest:
    """Return the length and the checksums of a file."""
    with path.open("rb", buffering=0) as file:
        whole = _hash_whole(file)
        size = file.tell()
        return {"bytes": size, "sha256": whole, "ends": _hash_ends(file, size)}


def compute_digests(folder: Path) -> dict[str, Digest]:
    """Return the digest of every file below a folder by its relative path, lock files left out."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".lock":
            name = path.relative_to(folder).as_posix()
            digests[name] = compute_digest(path)
    return digests


def has_same_size(path: Path, recorded: Digest) -> bool:
    """Return whether a file is there and as long as it was, without reading it."""
    try:
        return path.stat().st_size == recorded["bytes"]
    except OSError:
        return False


def is_intact(path: Path, recorded: Digest, *, thorough: bool = False) -> bool:
    """Return whether a file is what it was.

    Of a long one only the ends are read unless ``thorough``.
    """
    if not has_same_size(path, recorded):
        return False
    try:
        with path.open("rb", buffering=0) as file:
            if thorough or recorded["bytes"] <= FULL_CHECK_BYTES:
                return _hash_whole(file) == recorded["sha256"]
            return _hash_ends(file, recorded["bytes"]) == recorded["ends"]
    except OSError:
        return False


def _hash_whole(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file read from where it stands to its end."""
    digest = hashlib.sha256()
    while block := file.read(END_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _hash_ends(file: IO[bytes], size: int) -> str:
    """Return the SHA-256 of the first MiB and the last, which overlap in a short file."""
    file.seek(0)
    first = file.read(END_BYTES)
    file.seek(max(0, size - END_BYTES))
    last = file.read(END_BYTES)
    return hashlib.sha256(first + last).hexdigest()


def write_atomically(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write a small file so that readers find the old content or the new one, also after a crash.

    The content goes to a new file in the same folder, which is synced and renamed over the old one;
    then the folder is synced. Text is written as UTF-8, line ends as they are. Missing folders are
    made, a symbolic link is followed. A new file gets ``mode`` less the umask; a file that was
    there keeps its permissions.

    Raises:
        OSError: it cannot be written; what was there is untouched.
    """
    path = path.resolve()
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    known = path.exists()
    permissions = path.stat().st_mode & 0o777 if known else mode
    try:
        # Unlike tempfile.mkstemp, this honours the umask; like it, it never opens a file that is
        # already there.
        temporary.touch(mode=permissions | 0o200, exist_ok=False)
        temporary.write_bytes(data)
        if known:
            temporary.chmod(permissions)  # also what the umask has taken away
        sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk itself."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder
    access = os.O_RDWR if os.name == "nt" else os.O_RDONLY
    descriptor = os.open(path, access)
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


if sys.platform == "win32":
    # A byte beyond any content: a lock on Windows forbids reading what it covers.
    _LOCKED_BYTE = 1 << 30

    def try_lock(file: IO[bytes], *, shared: bool) -> bool:
        """Lock an open file until it is closed or the process ends.

        Return False when another holds it.
        """
        import msvcrt

        if shared:
            return True  # Windows removes no file that is open
        file.seek(_LOCKED_BYTE)
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
else:

    def try_lock(file: IO[bytes], *, shared: bool) -> bool:
        """Lock an open file until it is closed or the process ends.

        Return False when another holds it.
        """
        import fcntl

        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # this file system has no locks: going on beats being useless there
        return True
