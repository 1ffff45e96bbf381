"""An index on disk: generations, which never change once they are in force.

A new one is written beside the one in force:

    index/CURRENT                       the name of the generation in force
    index/<generation>/manifest.json    see ``rag.index.manifest``
    index/<generation>/…                catalog.sqlite, *.npy, vectors.faiss, terms/
    index/.building-…                   a generation that is being written
    index/.lock                         locked by the one process that builds

The rules that keep an index whole, whatever dies in the middle:

1. One builder at a time. Two of them would each remove the other's unfinished folder.
2. A generation is written into a folder that no reader looks at, synced to the disk, and only then
   renamed and named by CURRENT. Without the sync the name could reach the disk before the content,
   and a power cut would leave an index of zeros in force.
3. CURRENT is replaced by a rename, so that a reader sees the old name or the new one, never half
   of one.
4. A reader holds a shared lock on the manifest of its generation until it closes it. A builder
   removes a generation only after it got that lock for itself alone: nobody reads it then.
5. The system drops a lock when its process ends, however it ends. No lock outlives a crash, and
   what a crash left behind is removed by the next builder.
"""

from __future__ import annotations

import datetime
import errno
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from typing import IO, TYPE_CHECKING

from rag import files
from rag.errors import IndexDamaged, IndexLocked, IndexMissing, WriteError
from rag.index.catalog import Catalog
from rag.index.catalog_tables import summarise_articles
from rag.index.checked_files import REBUILD_HINT
from rag.index.generation_files import TERMS, VECTORS, count_contents, write_contents
from rag.index.manifest import (
    FORMAT,
    MANIFEST,
    NEW_INDEX_HINT,
    compute_name_suffix,
    decode_manifest,
    encode_manifest,
)
from rag.index.sentences_table import SentencesTable
from rag.index.terms import Terms
from rag.index.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from rag.index.generation_files import Contents
    from rag.index.manifest import Manifest

CURRENT, LOCK = "CURRENT", ".lock"

_GENERATION_NAME = r"\d{8}T\d{12}Z-[0-9a-f]{12}"  # when it was made, and the manifest's SHA-256
_BUILDING = ".building-"
_UNFINISHED_CURRENT = r"\.CURRENT\.[0-9a-f]{12}"  # see ``rag.files.write_atomically``
_NO_ROOM = "free some space, or choose another place with --index; the index in force is as it was"
_NO_RIGHT = "choose a folder that you may write to with --index"
# The errors of a full disk. SQLite and NumPy give none: what they are refused is most likely room.
_FULL_DISK_ERRORS = (None, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EDQUOT)


@contextmanager
def lock_index(index: Path) -> Iterator[None]:
    """Be the only one who builds this index; in the end remove what nobody reads any more.

    Raises IndexLocked when another process builds it, WriteError.
    """
    with _explain_write_errors(index):
        index.mkdir(parents=True, exist_ok=True)
        # Opened to append: opening must not erase the process number of whoever holds the lock.
        lock = (index / LOCK).open("a+b", buffering=0)
    with lock:
        if not files.try_lock(lock, shared=False):
            raise _make_locked_error(index, lock)
        lock.truncate(0)
        # The number is for people only. A full disk need not stop a build here: it will, where it
        # matters.
        with suppress(OSError):
            lock.write(f"{os.getpid()}\n".encode("ascii"))
        try:
            yield
        finally:
            lock.truncate(0)
            # After a failed build, too: its own unfinished folder, and what older crashes have
            # left.
            with suppress(OSError):
                _remove_unread(index)


def _make_locked_error(index: Path, lock: IO[bytes]) -> IndexLocked:
    lock.seek(0)
    process = lock.read(20).decode("ascii", "replace").strip()
    builder = f" by process {process}" if process else ""
    return IndexLocked(
        f"{index} is being built{builder}", hint="wait until that has finished, then try again"
    )


def write_generation(index: Path, contents: Contents, *, about: Mapping[str, object]) -> str:
    """Write a generation, put it in force and return its name.

    To be called under ``lock_index``, which removes the older generations in the end. ``about`` is
    added to the manifest. Raises WriteError; the old generation stays in force then.
    """
    created = datetime.datetime.now(datetime.timezone.utc)
    stamp = f"{created:%Y%m%dT%H%M%S%f}Z"
    folder = index / f"{_BUILDING}{stamp}"
    name = ""
    with _explain_write_errors(index):
        try:
            folder.mkdir(parents=True)
            write_contents(folder, contents)
            data = encode_manifest(
                {
                    "format": FORMAT,
                    "created": created.isoformat(),
                    **about,
                    "counts": count_contents(contents),
                    **summarise_articles(contents.articles, contents.passages),
                    "files": files.compute_digests(folder),
                }
            )
            (folder / MANIFEST).write_bytes(data)
            # Everything must be on the disk before the folder gets its name (rule 2), and the name
            # before CURRENT tells it: the system may write in any order what is not synced.
            files.sync_tree(folder)
            name = f"{stamp}-{compute_name_suffix(data)}"
            folder = folder.rename(index / name)
            files.sync(index)
            files.write_atomically(index / CURRENT, f"{name}\n")
        finally:
            # An interrupt may come after CURRENT was replaced: what it names must stay, so CURRENT
            # decides.
            if not name or _read_current(index) != name:
                files.remove_tree(folder)
    return name


@contextmanager
def _explain_write_errors(index: Path) -> Iterator[None]:
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


def _remove_unread(index: Path) -> None:
    """Remove what interrupted builds have left, and the generations that nobody reads.

    Only to be called under the lock: any unfinished folder is nobody's then. Names that are not
    ours stay, as does every generation when CURRENT is gone: the one that was in force cannot be
    told from the rest.
    """
    current = _read_current(index)
    for folder in list(index.iterdir()):
        if folder.name.startswith(_BUILDING):
            files.remove_tree(folder)
        elif re.fullmatch(_UNFINISHED_CURRENT, folder.name):
            with suppress(OSError):
                folder.unlink()
        elif current and _is_old_generation(folder.name, current):
            with suppress(OSError):
                _remove_generation(folder)


def _is_old_generation(name: str, current: str) -> bool:
    """Return whether a folder's name is that of a generation, and not of the one in force."""
    return name != current and re.fullmatch(_GENERATION_NAME, name) is not None


def _remove_generation(folder: Path) -> None:
    """Remove a generation unless somebody reads it.

    The manifest goes first, while it is locked. A reader that has opened it but not yet locked it
    then finds it without a name, and begins again (see ``_lock_current_manifest``).
    """
    manifest = folder / MANIFEST
    with suppress(FileNotFoundError), manifest.open("r+b") as file:
        if not files.try_lock(file, shared=False):
            return
        if os.name != "nt":
            manifest.unlink()
    if os.name == "nt":
        # Windows removes no file that is open, not even ours: this fails, and all stays, while one
        # reads.
        manifest.unlink(missing_ok=True)
    files.remove_tree(folder)


class Generation(Catalog, SentencesTable):
    """A generation, open for reading; every file is opened when it is first used.

    It is its catalog and its table of sentences, by inheritance: the rooms that answer questions
    read one index, and need not know which file a passage, a sentence or a vector comes from. Both
    parts share the check of their files (``CheckedFiles``) and have no other state in common.
    """

    def __init__(self, folder: Path, manifest: Manifest, locked_manifest: IO[bytes]) -> None:
        """Take over the manifest's locked file; ``close`` lets go of it."""
        super().__init__(folder, manifest["files"])
        self.name = folder.name
        self.manifest = manifest
        # The most frequent language first.
        self.passages_by_language: Mapping[str, int] = manifest["passages_by_language"]
        self._locked_manifest = locked_manifest

    @property
    def size(self) -> int:
        """How many passages there are."""
        return self.manifest["counts"]["passages"]

    @property
    def mean_length(self) -> float:
        """How many tokens a passage has on average."""
        return self.token_count / max(self.size, 1)

    @cached_property
    def vectors(self) -> Vectors:
        """The sentence vectors."""
        return Vectors.open(self.check(VECTORS))

    @cached_property
    def terms(self) -> Terms:
        """The passages' terms."""
        return Terms.open(self.check(TERMS))

    def close(self) -> None:
        """Let go of the files: a builder may remove them from now on."""
        super().close()
        self._locked_manifest.close()

    def __enter__(self) -> Generation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_generation(index: Path, *, damaged: bool = False) -> Generation:
    """Open the generation in force and hold it until it is closed; if ``damaged``, a broken one.

    Only the lengths of the files are compared here, which costs next to nothing; their content is
    checked when it is used. Raises IndexMissing, IndexDamaged, IndexMismatch.
    """
    folder, manifest, locked_manifest = _lock_current_manifest(index)
    if not damaged:
        for name, recorded in manifest["files"].items():
            path = folder / name
            if not files.has_same_size(path, recorded):
                locked_manifest.close()
                raise IndexDamaged(f"{path} is missing or cut short", hint=REBUILD_HINT)
    return Generation(folder, manifest, locked_manifest)


def verify_generation(index: Path) -> list[str]:
    """Read every byte of the generation in force and return its damaged files.

    Raises as ``open_generation``.
    """
    folder, manifest, locked_manifest = _lock_current_manifest(index)
    with locked_manifest:
        return [
            f"{folder.name}/{name}"
            for name, recorded in manifest["files"].items()
            if not files.is_intact(folder / name, recorded, thorough=True)
        ]


def _lock_current_manifest(index: Path) -> tuple[Path, Manifest, IO[bytes]]:
    """Return the folder of the generation in force, its manifest, and the manifest's file, locked.

    Between reading CURRENT and locking what it names, a builder may put another generation in force
    and remove this one. Then the manifest is not there, or has no name any more (no link), and the
    new CURRENT is tried; if CURRENT still says the same, the generation is really missing.
    """
    name = _require_current(index)
    while True:
        with suppress(FileNotFoundError, NotADirectoryError):
            file = (index / name / MANIFEST).open("rb")
            if files.try_lock(file, shared=True) and os.fstat(file.fileno()).st_nlink:
                break
            file.close()
        previous, name = name, _require_current(index)
        if name == previous:
            raise IndexDamaged(
                f"{index / CURRENT} names {name}, which is not there", hint=NEW_INDEX_HINT
            )
    with ExitStack() as stack:
        stack.enter_context(file)  # closed if the manifest turns out to be damaged
        manifest = decode_manifest(index / name, file.read())
        stack.pop_all()
    return index / name, manifest, file


def _require_current(index: Path) -> str:
    """Return the name in CURRENT, once it has the form of one: it becomes part of a path.

    Raises IndexMissing, IndexDamaged.
    """
    if index.is_file():
        raise IndexMissing(
            f"{index} is a file, not the folder of an index", hint="choose the folder with --index"
        )
    try:
        name = _read_current(index)
    except OSError as error:
        raise IndexDamaged(
            f"{index / CURRENT} cannot be read: {error.strerror}", hint="check who may read it"
        ) from error
    if name is None:
        raise IndexMissing(f"there is no index in {index}", hint="rag index FOLDER")
    if not re.fullmatch(_GENERATION_NAME, name):
        raise IndexDamaged(f"{index / CURRENT} does not name a generation", hint=NEW_INDEX_HINT)
    return name


def _read_current(index: Path) -> str | None:
    """Return what CURRENT says, whatever it is; None when there is no such file."""
    try:
        return (index / CURRENT).read_text(encoding="ascii", errors="replace").rstrip("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
