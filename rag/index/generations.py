"""Generations of an index, which never change once they are in force.

A new one is written beside the one in force:

    index/<generation>/manifest.json    see ``rag.index.manifest``
    index/<generation>/…                catalog.sqlite, *.npy, vectors.faiss, terms/

The rules that keep an index whole, whatever dies in the middle:

1. One builder at a time. Two of them would each remove the other's unfinished folder.
2. A generation is written into a folder that no reader looks at, synced to the disk, and only then
   renamed and named by CURRENT. Without the sync the name could reach the disk before the content,
   and a power cut would leave an index of zeros in force.
3. CURRENT is replaced by a rename, so that a reader sees the old name or the new one, never half
   of one. Where it is damaged all the same, the newest generation whose manifest is right is read.
4. A reader holds a shared lock on the manifest of its generation until it closes it. A builder
   removes a generation only after it got that lock for itself alone: nobody reads it then.
5. Older generations are removed only after a new one was written, put in force and read back
   whole: a build that fails removes nothing but what it has written itself. A damaged generation
   that a rebuild could not take over whole stays until somebody asks to have it pruned.
6. The system drops a lock when its process ends, however it ends. No lock outlives a crash, and
   what a crash left behind is removed by the next builder.
"""

from __future__ import annotations

import datetime
import os
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import IO, TYPE_CHECKING, NamedTuple

from rag import files
from rag.errors import IndexDamaged, IndexMissing, IndexProblem, WriteError
from rag.index.catalog import Catalog
from rag.index.catalog_tables import summarise_articles
from rag.index.checked_files import REBUILD_HINT
from rag.index.generation_files import VECTORS, count_contents, write_contents
from rag.index.index_folder import (
    CURRENT,
    explain_write_errors,
    has_right_manifest,
    list_generations,
    make_building_folder,
    put_in_force,
    read_current,
    remove_older_generations,
)
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
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.generation_files import Contents
    from rag.index.manifest import Manifest
    from rag.records import Filters


def write_generation(index: Path, contents: Contents, *, about: Mapping[str, object]) -> str:
    """Write a generation, put it in force and return its name.

    To be called under ``lock_index``; ``remove_replaced_generations`` removes the older ones.
    ``about`` is added to the manifest. Raises WriteError, which says what is in force then.
    """
    created = datetime.datetime.now(datetime.timezone.utc)
    stamp = f"{created:%Y%m%dT%H%M%S%f}Z"
    name = ""
    with explain_write_errors(index), ExitStack() as stack:
        folder = make_building_folder(index, stamp)
        stack.callback(files.remove_tree, folder)
        recall = write_contents(folder, contents)
        measured = {} if recall is None else {"recall": recall}
        data = encode_manifest(
            {
                "format": FORMAT,
                "created": created.isoformat(),
                "kept": [],
                **about,
                **measured,
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
        stack.callback(_remove_unless_in_force, index, name)
        folder.rename(index / name)
        files.sync(index)
        _put_in_force(index, name)
    return name


def _remove_unless_in_force(index: Path, name: str) -> None:
    """Remove a generation that was written, unless CURRENT names it.

    An interrupt may come after CURRENT was replaced: what it names must stay.
    """
    if read_current(index) != name:
        files.remove_tree(index / name)


def _put_in_force(index: Path, name: str) -> None:
    """Let CURRENT name a generation.

    Raises WriteError; its message says so when the name was replaced all the same.
    """
    try:
        put_in_force(index, name)
    except WriteError as error:
        if read_current(index) != name:
            raise
        raise WriteError(
            f"the new index is in force, but the disk did not confirm it: {error.message}",
            hint="check the disk, then run rag index again",
        ) from error


def remove_replaced_generations(index: Path, name: str, *, prune: bool) -> None:
    """Remove the generations that ``name``, just written, replaces and that nobody reads.

    Nothing is removed unless that one is in force and every byte of it can be read back. The
    damaged ones that its manifest keeps stay, and those that cannot be told from damaged ones,
    unless ``prune``.
    """
    if len(list_generations(index)) < 2 or read_current(index) != name or verify_generation(index):
        return
    with open_generation(index) as generation:
        kept = generation.manifest["kept"]

    def may_remove(older: str) -> bool:
        return prune or (older not in kept and has_right_manifest(index / older))

    remove_older_generations(index, name, may_remove=may_remove)


class Generation(Catalog, SentencesTable):
    """A generation, open for reading; every file is opened when it is first used.

    It is its catalog and its table of sentences, by inheritance: the rooms that answer questions
    read one index, and need not know which file a passage, a sentence or a vector comes from. Both
    parts share the check of their files (``CheckedFiles``) and have no other state in common.
    """

    def __init__(self, opened: _LockedManifest) -> None:
        """Take over the manifest's locked file; ``close`` lets go of it."""
        folder, manifest, locked_manifest, _ = opened
        super().__init__(folder, manifest["files"])
        self.name = folder.name
        self.folder = folder
        self.manifest = manifest
        self.passage_count = manifest["counts"]["passages"]
        self.sentence_count = manifest["counts"]["sentences"]
        self.warnings = opened.warnings  # of an index that is not as it should be
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
        return Vectors.open(self.check(VECTORS), rows=self.manifest["counts"]["sentences"])

    @cached_property
    def terms(self) -> Terms:
        """The passages' terms."""
        return Terms(self._folder, self._digests, passages=self.size, find_rows=self.rows_where)

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""
        import numpy as np

        allowed_sentences = None
        allowed_rows = self.rows_where(filters)
        if allowed_rows is not None:
            is_allowed = np.isin(self.owners, allowed_rows)
            allowed_sentences = np.flatnonzero(is_allowed)
            if not len(allowed_sentences):
                return []
        nearest, _ = self.vectors.search(vector, sentences, allowed_sentences)
        passages: list[int] = self.owners[nearest].tolist()
        return passages

    def count_bytes(self) -> int:
        """Return how many bytes the files have."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

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


class _LockedManifest(NamedTuple):
    """A generation that is held: its folder, its manifest, that file, locked, and warnings."""

    folder: Path
    manifest: Manifest
    file: IO[bytes]
    warnings: tuple[str, ...] = ()


def open_generation(index: Path, *, damaged: bool = False) -> Generation:
    """Open the generation in force and hold it until it is closed.

    Only the lengths of the files are compared here, which costs next to nothing; their content is
    checked when it is used. ``damaged``: also one that is broken, or of another format, whose
    manifest is right. Raises IndexMissing, IndexDamaged, IndexMismatch.
    """
    opened = _lock_manifest_in_force(index, any_format=damaged)
    if not damaged:
        for name, recorded in opened.manifest["files"].items():
            path = opened.folder / name
            if not files.has_same_size(path, recorded):
                opened.file.close()
                raise IndexDamaged(f"{path} is missing or cut short", hint=REBUILD_HINT)
    return Generation(opened)


def verify_generation(index: Path, *, any_format: bool = False) -> list[str]:
    """Read every byte of the generation in force and return its damaged files.

    Raises as ``open_generation``.
    """
    folder, manifest, locked_manifest, _ = _lock_manifest_in_force(index, any_format=any_format)
    with locked_manifest:
        return [
            f"{folder.name}/{name}"
            for name, recorded in manifest["files"].items()
            if not files.is_intact(folder / name, recorded, thorough=True)
        ]


def _lock_manifest_in_force(index: Path, *, any_format: bool = False) -> _LockedManifest:
    """Return the generation in force, held; where CURRENT names none, the newest whole one.

    Between reading CURRENT and locking what it names, a builder may put another generation in force
    and remove this one. Then the manifest is not there, or has no name any more (no link), and the
    new CURRENT is tried; if CURRENT still says the same, the generation is really missing.
    """
    name = read_current(index)
    while name is not None and files.is_generation_name(name):
        file = _lock_manifest(index / name)
        if file is not None:
            return _read_manifest(index / name, file, any_format=any_format)
        previous, name = name, read_current(index)
        if name == previous:
            break
    return _lock_newest_manifest(index, name, any_format=any_format)


def _lock_newest_manifest(index: Path, current: str | None, *, any_format: bool) -> _LockedManifest:
    """Return the newest generation whose manifest is right, held, with a warning."""
    names = list_generations(index)
    for name in names:
        file = _lock_manifest(index / name)
        if file is None:
            continue
        with suppress(IndexProblem):
            opened = _read_manifest(index / name, file, any_format=any_format)
            warning = (
                f"{index / CURRENT} is damaged: the newest generation, {name}, is read instead;"
                " rag index mends it"
            )
            return opened._replace(warnings=(warning,))
    if current is None and not names:
        raise IndexMissing(f"there is no index in {index}", hint="rag index FOLDER")
    fault = "does not name a generation"
    if current is not None and files.is_generation_name(current):
        fault = f"names {current}, which is not there"
    raise IndexDamaged(f"{index / CURRENT} {fault}", hint=NEW_INDEX_HINT)


def _lock_manifest(folder: Path) -> IO[bytes] | None:
    """Return a generation's manifest, open and locked; None when there is none to be held."""
    if folder.is_symlink():
        return None
    try:
        file = files.open_regular(folder / MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexDamaged(
            f"{folder / MANIFEST} cannot be read: {error.strerror}", hint="check who may read it"
        ) from error
    if files.try_lock(file, shared=True) and os.fstat(file.fileno()).st_nlink:
        return file
    file.close()
    return None


def _read_manifest(folder: Path, file: IO[bytes], *, any_format: bool) -> _LockedManifest:
    """Return a manifest that is held; its file is closed when it turns out to be damaged."""
    with ExitStack() as stack:
        stack.enter_context(file)
        manifest = decode_manifest(folder, file.read(), any_format=any_format)
        stack.pop_all()
    return _LockedManifest(folder, manifest, file)
