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
import functools
import os
from contextlib import ExitStack, suppress
from typing import IO, TYPE_CHECKING, NamedTuple

from rag import files
from rag.errors import IndexDamaged, IndexMissing, IndexProblem, WriteError
from rag.index.checked_files import REBUILD_HINT
from rag.index.held_generation import Generation, LockedManifest
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
    SEGMENTED_FORMAT,
    compute_name_suffix,
    decode_manifest,
    encode_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.index.generation_files import Contents, Written
    from rag.index.held_generation import FolderIndex
    from rag.index.segmented_index import SegmentedIndex


class NewGeneration(NamedTuple):
    """A generation that was put in force, and how many there are of everything in the index."""

    name: str
    counts: dict[str, int]


def write_generation(index: Path, contents: Contents, *, about: Mapping[str, object]) -> str:
    """Write a generation of what is in memory and return its name; see ``put_generation``."""
    # With all that writing needs, and asking does not.
    from rag.index.generation_files import write_contents

    write = functools.partial(write_contents, contents)
    return put_generation(index, write, about=about).name


def put_generation(
    index: Path, write: Callable[[Path], Written], *, about: Mapping[str, object]
) -> NewGeneration:
    """Write a generation and put it in force.

    To be called under ``lock_index``; ``remove_replaced_generations`` removes the older ones.
    ``write`` writes what it holds into a folder; ``about`` is added to the manifest. Raises
    WriteError, which says what is in force then.
    """
    created = datetime.datetime.now(datetime.timezone.utc)
    stamp = f"{created:%Y%m%dT%H%M%S%f}Z"
    with explain_write_errors(index), ExitStack() as stack:
        folder = make_building_folder(index, stamp)
        stack.callback(files.remove_tree, folder)
        written = write(folder)
        data = encode_manifest(
            {
                "format": FORMAT,
                "created": created.isoformat(),
                "kept": [],
                **about,
                **_describe(written),
                "files": files.compute_digests(folder),
            }
        )
        (folder / MANIFEST).write_bytes(data)
        # Everything must be on the disk before the folder gets its name (rule 2), and the name
        # before CURRENT tells it: the system may write in any order what is not synced.
        files.sync_tree(folder)
        name = f"{stamp}-{compute_name_suffix(data)}"
        stack.callback(
            _remove_unless_in_force,
            index,
            name,
        )
        folder.rename(index / name)
        files.sync(index)
        _put_in_force(index, name)
    return NewGeneration(name, written.counts)


def _describe(written: Written) -> dict[str, object]:
    """Return what the manifest says of a generation that was written."""
    described: dict[str, object] = {"counts": written.counts, **written.summary}
    if written.recall is not None:
        described["recall"] = written.recall
    if written.joined is not None:
        described |= {
            "format": SEGMENTED_FORMAT,
            "segments": list(written.joined.segments),
            "own": written.own,
            **written.joined.summary,
        }
    return described


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

    Nothing is removed unless that one is in force and every byte of its own can be read back. Its
    segments stay, and so do the damaged generations that its manifest keeps, and those that cannot
    be told from damaged ones, unless ``prune``.
    """
    if read_current(index) != name:
        return
    opened = _lock_manifest_in_force(index)
    with opened.file:
        manifest = opened.manifest
        in_force = {name, *manifest.get("segments", ())}
        if in_force.issuperset(list_generations(index)) or _list_damaged_files(opened):
            return

    def may_remove(older: str) -> bool:
        return prune or (older not in manifest["kept"] and has_right_manifest(index / older))

    remove_older_generations(
        index,
        in_force,
        may_remove=may_remove,
    )


def open_generation(index: Path, *, damaged: bool = False) -> FolderIndex:
    """Open the generation in force, with its segments, and hold it until it is closed.

    Only the lengths of the files are compared here, which costs next to nothing; their content is
    checked when it is used. ``damaged``: also one that is broken, or of another format, whose
    manifest is right. Raises IndexMissing, IndexDamaged, IndexMismatch.
    """
    with ExitStack() as stack:
        opened = _lock_manifest_in_force(index, any_format=damaged)
        stack.callback(opened.file.close)
        segments = []
        for segment in _lock_segments(opened, damaged=damaged):
            stack.callback(segment.file.close)
            segments.append(segment)
        if not damaged:
            for each in (*segments, opened):
                _require_lengths(each)
        generation: FolderIndex = Generation(opened)
        if opened.manifest.get("segments"):
            generation = _join_segments([*segments, opened], damaged=damaged)
        stack.pop_all()
    return generation


def _require_lengths(opened: LockedManifest) -> None:
    """Raise IndexDamaged unless the files of a generation are as long as they were written."""
    for name, recorded in opened.manifest["files"].items():
        path = opened.folder / name
        if not files.has_same_size(path, recorded):
            raise IndexDamaged(f"{path} is missing or cut short", hint=REBUILD_HINT)


def _lock_segments(opened: LockedManifest, *, damaged: bool = False) -> Iterator[LockedManifest]:
    """Yield the generations that answer together with one, held, oldest first.

    ``damaged``: one that is not there is passed over.
    """
    for name in opened.manifest.get("segments", ()):
        folder = opened.folder.parent / name
        file = _lock_manifest(folder)
        if file is not None:
            yield _read_manifest(
                folder,
                file,
                any_format=damaged,
            )
        elif not damaged:
            raise IndexDamaged(f"{folder} is missing", hint=REBUILD_HINT)


def _join_segments(all_opened: Sequence[LockedManifest], *, damaged: bool) -> SegmentedIndex:
    """Return generations, the last of which names the others, as one index."""
    from rag.index.removals import NOTHING_REMOVED, REMOVALS, read_removals
    from rag.index.segmented_index import SegmentedIndex
    from rag.index.segments import place_segments

    generations = [Generation(opened) for opened in all_opened]
    try:
        removals = read_removals(generations[-1].check(REMOVALS))
    except IndexDamaged:
        if not damaged:
            raise
        removals = {}  # what was removed may come back: better than that something is lost
    own = [removals.get(generation.name, NOTHING_REMOVED) for generation in generations]
    return SegmentedIndex(place_segments(generations, own))


def verify_generation(index: Path, *, any_format: bool = False) -> list[str]:
    """Read every byte of the generation in force, and of its segments; return what is damaged.

    Raises as ``open_generation``.
    """
    opened = _lock_manifest_in_force(index, any_format=any_format)
    with opened.file:
        damaged = _list_damaged_files(opened)
        for segment in _lock_segments(opened):
            with segment.file:
                damaged += _list_damaged_files(segment)
    return damaged


def _list_damaged_files(opened: LockedManifest) -> list[str]:
    """Read every byte of a generation and return its damaged files."""
    return [
        f"{opened.folder.name}/{name}"
        for name, recorded in opened.manifest["files"].items()
        if not files.is_intact(
            opened.folder / name,
            recorded,
            thorough=True,
        )
    ]


def _lock_manifest_in_force(index: Path, *, any_format: bool = False) -> LockedManifest:
    """Return the generation in force, held; where CURRENT names none, the newest whole one.

    Between reading CURRENT and locking what it names, a builder may put another generation in force
    and remove this one. Then the manifest is not there, or has no name any more (no link), and the
    new CURRENT is tried; if CURRENT still says the same, the generation is really missing.
    """
    name = read_current(index)
    while name is not None and files.is_generation_name(name):
        file = _lock_manifest(index / name)
        if file is not None:
            return _read_manifest(
                index / name,
                file,
                any_format=any_format,
            )
        previous, name = name, read_current(index)
        if name == previous:
            break
    return _lock_newest_manifest(
        index,
        name,
        any_format=any_format,
    )


def _lock_newest_manifest(index: Path, current: str | None, *, any_format: bool) -> LockedManifest:
    """Return the newest generation whose manifest is right, held, with a warning."""
    names = list_generations(index)
    for name in names:
        file = _lock_manifest(index / name)
        if file is None:
            continue
        with suppress(IndexProblem):
            opened = _read_manifest(
                index / name,
                file,
                any_format=any_format,
            )
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


def _read_manifest(folder: Path, file: IO[bytes], *, any_format: bool) -> LockedManifest:
    """Return a manifest that is held; its file is closed when it turns out to be damaged."""
    with ExitStack() as stack:
        stack.enter_context(file)
        manifest = decode_manifest(
            folder,
            file.read(),
            any_format=any_format,
        )
        stack.pop_all()
    return LockedManifest(
        folder,
        manifest,
        file,
    )
