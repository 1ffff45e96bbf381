"""The folder of an index: who builds it, which generation is in force, what may be removed.

    index/CURRENT                       the name of the generation in force
    index/<generation>/                 see ``rag.index.generations``
    index/.building-…                   a generation that is being written
    index/.lock                         locked by the one process that builds

Whoever asks in a folder that somebody sent opens that folder's index: nothing here is written,
emptied or removed through a link, and nothing is removed that this user did not make.
"""

from __future__ import annotations

import errno
import json
import os
import re
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from rag import files
from rag.errors import IndexDamaged, IndexLocked, IndexMissing, WriteError
from rag.index.manifest import MANIFEST, has_right_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

CURRENT, LOCK = "CURRENT", ".lock"
PRIVATE_FOLDER = 0o700  # what someone reads is nobody else's business

_BUILDING, _REMOVED = ".building-", ".removed-"  # folders that are not whole yet, or any more
_UNFINISHED_CURRENT = r"\.CURRENT\.[0-9a-f]{12}"  # see ``rag.files.write_atomically``
_NO_ROOM = "free some space, or choose another place with --index; the index in force is as it was"
_NO_RIGHT = "choose a folder that you may write to with --index"
_SECONDS_BETWEEN_LOOKS = 0.1  # while another process builds; chosen by hand: nobody notices it
# The errors of a full disk. SQLite and NumPy give none: what they are refused is most likely room.
_FULL_DISK_ERRORS = (None, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EDQUOT)


def list_generations(index: Path) -> list[str]:
    """Return the names of all generations in an index, whole or not, the newest first.

    A link that is named like one is none.
    """
    names = []
    with suppress(OSError):
        for folder in index.iterdir():
            if (
                files.is_generation_name(folder.name)
                and folder.is_dir()
                and not folder.is_symlink()
            ):
                names.append(folder.name)
    return sorted(names, reverse=True)


def has_index(index: Path) -> bool:
    """Return whether an index lies in a folder, be it damaged."""
    return (index / CURRENT).is_file() or bool(list_generations(index))


def read_current(index: Path) -> str | None:
    """Return what CURRENT says, whatever it is; None when there is no such file.

    Raises IndexMissing when the index is no folder, IndexDamaged when CURRENT cannot be read.
    """
    if index.is_file():
        raise IndexMissing(
            f"{index} is a file, not the folder of an index", hint="choose the folder with --index"
        )
    path = index / CURRENT
    try:
        with files.open_regular(path) as file:
            # One byte more than a name and its line end: what is longer is none.
            data = file.read(64)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if isinstance(error, PermissionError):
            raise IndexDamaged(
                f"{path} cannot be read: {error.strerror}", hint="check who may read it"
            ) from error
        return ""  # a link, a pipe, a bad sector: it names nothing
    return data.decode("ascii", "replace").rstrip("\n")


def put_in_force(index: Path, name: str) -> None:
    """Let CURRENT name a generation. Raises WriteError."""
    with explain_write_errors(index):
        files.write_atomically(index / CURRENT, f"{name}\n", follow_links=False)


def make_building_folder(index: Path, stamp: str) -> Path:
    """Make the folder that a generation is written into; nobody can tell its name beforehand."""
    folder = index / f"{_BUILDING}{stamp}-{os.urandom(6).hex()}"
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True)
    return folder


@contextmanager
def lock_index(index: Path) -> Iterator[None]:
    """Be the only one who builds this index; first remove what killed builds have left.

    Raises IndexLocked when another process builds it, WriteError.
    """
    with explain_write_errors(index):
        _require_own_target(index)
        _make_folder(index)
        lock = files.open_own(index / LOCK, create=True)
    with lock:
        if not files.try_lock(lock, shared=False):
            raise _make_locked_error(index, lock)
        lock.truncate(0)
        try:
            # The number is for people only. A full disk need not stop a build here: it will, where
            # it matters.
            with suppress(OSError):
                lock.write(f"{os.getpid()}\n".encode("ascii"))
            with suppress(OSError):
                _remove_leftovers(index)
            yield
        finally:
            # What was built is in force by now: a number that is left there is no failure.
            with suppress(OSError):
                lock.truncate(0)


def _make_folder(index: Path) -> None:
    """Make the folder of an index, and have its name on the disk where it is new."""
    new_folders = [folder for folder in (index, *index.parents) if not folder.exists()]
    index.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for folder in new_folders:
        files.sync(folder.parent)


def wait_for_builder(index: Path) -> None:
    """Return once no other process builds this index, be it done or dead.

    Raises WriteError.
    """
    while True:
        with explain_write_errors(index), files.open_own(index / LOCK, create=True) as lock:
            if files.try_lock(lock, shared=False):
                return
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _require_own_target(index: Path) -> None:
    """Raise WriteError where the index is a link to a folder that is not an index of this user's.

    A link that came with the articles may lead to any folder of whoever asks.
    """
    if not index.is_symlink():
        return
    target = index.resolve()
    if files.is_own_folder(target) and files.is_generation_name(read_current(target) or ""):
        return
    raise WriteError(
        f"{index} is a link to {target}, which holds no index of yours",
        hint=f"name the folder itself if an index belongs there: --index {target}\n"
        f"or remove the link: rm {index}",
    )


def _make_locked_error(index: Path, lock: IO[bytes]) -> IndexLocked:
    lock.seek(0)
    process = lock.read(20).decode("ascii", "replace").strip()
    builder = f" by process {process}" if process else ""
    return IndexLocked(
        f"{index} is being built{builder}", hint="wait until that has finished, then try again"
    )


@contextmanager
def explain_write_errors(index: Path) -> Iterator[None]:
    """Raise WriteError with the way out for what the system refuses."""
    if index.exists() and not index.is_dir():
        raise WriteError(f"{index} is a file, not a folder", hint="choose a folder with --index")
    try:
        yield
    except OSError as error:
        hint = _NO_RIGHT
        if error.errno in _FULL_DISK_ERRORS:
            hint = _NO_ROOM
        # SQLite and NumPy give a message of their own, and no number.
        reason = error.strerror or f"disk full? ({error})"
        raise WriteError(f"{index} cannot be written: {reason}", hint=hint) from error


def _remove_leftovers(index: Path) -> None:
    """Remove what killed builds have left unfinished; to be called under the lock.

    Such names are no one else's: ``.building-…``, ``.removed-…``, what was to become CURRENT.
    """
    for path in list(index.iterdir()):
        if path.name.startswith((_BUILDING, _REMOVED)):
            if files.is_own_folder(path):
                files.remove_tree(path)
        elif re.fullmatch(_UNFINISHED_CURRENT, path.name):
            with suppress(OSError):
                path.unlink()


def remove_older_generations(
    index: Path, in_force: Collection[str], *, may_remove: Callable[[str], bool]
) -> None:
    """Remove the generations that nobody reads any more, but for the one in force, and segments.

    To be called under the lock, and only when the one in force has been found whole.
    ``may_remove`` decides of each name. The segments of what stays, stay: they are older.
    """
    needed = set(in_force)
    for name in list_generations(index):
        if name in needed:
            continue
        folder = index / name
        segments = read_segment_names(folder)
        is_removed = False
        if files.is_own_folder(folder) and may_remove(name):
            with suppress(OSError, WriteError):
                is_removed = _remove_generation(folder)
        if not is_removed:
            needed.update(segments)


def read_segment_names(folder: Path) -> list[str]:
    """Return the generations that one answers together with; none where that cannot be read."""
    try:
        with files.open_regular(folder / MANIFEST) as file:
            names = json.loads(file.read()).get("segments", [])
        return [name for name in names if files.is_generation_name(name)]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return []


def has_right_manifest(folder: Path) -> bool:
    """Return whether a generation's manifest is there and is what its name says."""
    try:
        with files.open_regular(folder / MANIFEST) as file:
            return has_right_name(folder, file.read())
    except OSError:
        return False


def _remove_generation(folder: Path) -> bool:
    """Remove a generation unless somebody reads it; return whether it is gone.

    It loses its name at once, so that a kill leaves it whole or as a leftover. Its manifest goes
    while it is locked: a reader that has opened it but not yet locked it then finds it without a
    name, and begins again (see ``generations``).
    """
    leftover = folder.with_name(f"{_REMOVED}{os.urandom(6).hex()}")
    with suppress(FileNotFoundError), files.open_own(folder / MANIFEST) as file:
        if not files.try_lock(file, shared=False):
            return False
        if os.name != "nt":
            folder.rename(leftover)
            # Else the old name could come back after a power cut, without its manifest.
            files.sync(folder.parent)
            (leftover / MANIFEST).unlink()
    if folder.exists():
        # It had no manifest, or this is Windows, which moves no folder in which a file is open:
        # this fails, and all stays, while one reads.
        folder.rename(leftover)
    files.remove_tree(leftover)
    return True
