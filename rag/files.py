"""Files that survive a crash: written whole or not at all, checksummed, locked while in use.

``write_atomically`` is the one way rag replaces a file that somebody may be reading.
``open_own`` and ``open_regular`` never open what a link leads to: a folder that somebody sent may
hold links to files of whoever opens it. ``compute_digest`` and ``is_intact`` tell a damaged index
from a sound one, ``try_lock`` keeps two writers apart.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
import time
import zlib
from contextlib import suppress
from typing import IO, TYPE_CHECKING, TypedDict

from rag.errors import WriteError

if TYPE_CHECKING:
    from pathlib import Path

# Length of the blocks that have a checksum of their own: of a long file only the blocks that are
# read need to be checked. Chosen by hand: checking one takes a twentieth of a millisecond.
BLOCK_BYTES = 1 << 16
_BLOCK_DIGITS = 8  # of the CRC-32 of a block
# Not every system has these flags; where one is missing, nothing is asked for in its place.
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
# Opening a named pipe would wait for whoever writes into it.
_NO_WAITING: int = getattr(os, "O_NONBLOCK", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)
_LINK_ERRORS = (errno.ELOOP, errno.EMLINK)  # of O_NOFOLLOW: Linux and macOS, FreeBSD
_PRIVATE_FILE = 0o600
_GENERATION_NAME = r"\d{8}T\d{12}Z-[0-9a-f]{12}"  # when it was made, and the manifest's SHA-256
_UNFINISHED_SECONDS = 3600  # chosen by hand: no small file takes so long to write


def is_generation_name(name: str) -> bool:
    """Return whether a name is one that a generation of an index may have.

    It becomes part of a path, and such a folder among the articles is none of them.
    """
    return re.fullmatch(_GENERATION_NAME, name) is not None


class Digest(TypedDict):
    """The length of a file, its SHA-256, and the CRC-32 of each of its blocks, eight digits each.

    A CRC finds every accident and is read three times as fast; neither keeps out somebody who
    writes both the file and its digest.
    """

    bytes: int
    sha256: str
    blocks: str


def compute_digest(path: Path) -> Digest:
    """Return the length and the checksums of a file."""
    sha256 = hashlib.sha256()
    blocks = []
    size = 0
    with open_regular(path) as file:
        while block := _read_block(file):
            sha256.update(block)
            blocks.append(_compute_block_digits(block))
            size += len(block)
    return {"bytes": size, "sha256": sha256.hexdigest(), "blocks": "".join(blocks)}


def _read_block(file: IO[bytes]) -> bytes:
    """Return the next block of an unbuffered file: shorter ones only at its end."""
    block = file.read(BLOCK_BYTES)
    while 0 < len(block) < BLOCK_BYTES and (more := file.read(BLOCK_BYTES - len(block))):
        block += more
    return block


def _compute_block_digits(block: bytes) -> str:
    return f"{zlib.crc32(block):0{_BLOCK_DIGITS}x}"


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
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == recorded["bytes"]


def is_intact(path: Path, recorded: Digest, *, thorough: bool = False) -> bool:
    """Return whether every byte of a file is what it was; if ``thorough``, by its SHA-256."""
    if not has_same_size(path, recorded):
        return False
    try:
        if not thorough:
            return compute_blocks(path) == recorded["blocks"]
        return compute_digest(path)["sha256"] == recorded["sha256"]
    except OSError:
        return False


def compute_blocks(path: Path) -> str:
    """Return the checksums of a file's blocks. Raises OSError."""
    with open_regular(path) as file:
        return "".join(map(_compute_block_digits, iter(lambda: _read_block(file), b"")))


def is_block_intact(path: Path, recorded: Digest, number: int) -> bool:
    """Return whether one block of a file, counted from 0, is what it was."""
    place = number * _BLOCK_DIGITS
    try:
        with open_regular(path) as file:
            file.seek(number * BLOCK_BYTES)
            digits = _compute_block_digits(_read_block(file))
    except OSError:
        return False
    return digits == recorded["blocks"][place : place + _BLOCK_DIGITS]


def open_regular(path: Path) -> IO[bytes]:
    """Return a file opened for reading, unbuffered; a link, a pipe or a device is refused.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_FOLLOW | _NO_WAITING)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb", buffering=0)


def open_own(path: Path, *, create: bool = False) -> IO[bytes]:
    """Return a file of this user's opened for reading and writing, unbuffered.

    What is written into it can reach no other file: it is no link, and has no second name.

    Raises:
        WriteError: it is not such a file.
        OSError: the system refuses.
    """
    flags = os.O_RDWR | _BINARY | _NO_FOLLOW | _NO_WAITING
    if create:
        flags |= os.O_CREAT
    try:
        descriptor = os.open(path, flags, _PRIVATE_FILE)
    except OSError as error:
        if error.errno in _LINK_ERRORS or path.is_symlink():
            raise _make_foreign_error(path, "is a link") from error
        raise
    fault = _find_fault(os.fstat(descriptor))
    if fault:
        os.close(descriptor)
        raise _make_foreign_error(path, fault)
    return os.fdopen(descriptor, "r+b", buffering=0)


def _find_fault(status: os.stat_result) -> str:
    """Return why an open file may not be written; empty when it may."""
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if status.st_nlink > 1:
        return "has a second name elsewhere"
    if not is_own(status):
        return "belongs to another user"
    return ""


def _make_foreign_error(path: Path, fault: str) -> WriteError:
    return WriteError(
        f"{path} {fault}: it is not written through",
        hint=f"look at it, remove it if it is not yours (rm {path}), then try again\n"
        "or choose another folder with --index",
    )


def is_own(status: os.stat_result) -> bool:
    """Return whether a file belongs to this user; on Windows, where none is told, yes."""
    return sys.platform == "win32" or status.st_uid == os.geteuid()


def is_own_folder(path: Path) -> bool:
    """Return whether a path is a folder of this user's, and no link to one."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and is_own(status)


def write_atomically(
    path: Path, content: str | bytes, *, mode: int = 0o644, follow_links: bool = True
) -> None:
    """Write a small file so that readers find the old content or the new one, also after a crash.

    The content goes to a new file in the same folder, which is synced and renamed over the old one;
    then the folder is synced. Text is written as UTF-8, line ends as they are. Missing folders are
    made. A symbolic link is followed, unless ``follow_links`` is false: then it is replaced. A new
    file gets ``mode`` less the umask; a file that was there keeps its permissions.

    Raises:
        OSError: it cannot be written; what was there is untouched.
    """
    if follow_links:
        path = path.resolve()
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    known = path.exists() and not path.is_symlink()
    permissions = path.stat().st_mode & 0o777 if known else mode
    try:
        _write_new(temporary, data, permissions | 0o200)
        if known:
            temporary.chmod(permissions)  # also what the umask has taken away
        sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def remove_unfinished(path: Path) -> None:
    """Remove what killed processes have left of writing this file, an hour ago or longer.

    A younger one may be about to become the file.
    """
    newest = time.time() - _UNFINISHED_SECONDS
    for leftover in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            if leftover.lstat().st_mtime < newest:
                leftover.unlink()


def _write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that must not be there yet, not even as a link.

    Unlike tempfile.mkstemp, this honours the umask.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NO_FOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


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
