"""An index carried from one place to another: a folder, a store, or a file to be sent.

What is carried is whole or not there: a folder gets a generation of its own, a store one
transaction, a file its name only once it is written. Nothing is overwritten unless that is said.
"""

from __future__ import annotations

import errno
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from rag import files
from rag.errors import (
    IndexMissing,
    IndexProblem,
    SourceError,
    UsageError,
    convert_os_error,
)
from rag.index import generations, index_folder
from rag.index.lookup import require_whole_index
from rag.index.opened import open_index
from rag.reading.archives import find_kind
from rag.reading.archives.tar_entries import MIN_SUSPICIOUS, find_fault, iterate_headers
from rag.reading.archives.unpacking import UnpackedStream
from rag.reading.file_bytes import open_file
from rag.store.address import PostgresStore, choose_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.index.generation_files import Contents
    from rag.settings import Settings

ARCHIVE_SUFFIXES = (".tar", ".tar.gz", ".tgz")
_INNER = "index"  # the folder in an archive
_MAX_DEPTH = 8  # of a file in it: an index has four; making folders takes a call for each
_HEAD_BYTES = 512  # of an archive, that say what it is
_STEP = 1 << 20  # bytes that are written at once
_FORCE = "--force overwrites it"
# What a file system says of a name: it is too long, not one of its own, or stands for another.
_NAME_ERRORS = (
    errno.EEXIST,
    errno.EILSEQ,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
)


class Carried(NamedTuple):
    """What was carried, and where to."""

    source: str
    target: str
    articles: int
    passages: int


class _Load(NamedTuple):
    """An index in memory, and how it was made."""

    contents: Contents
    about: dict[str, object]


def export_index(settings: Settings, target: Path, *, force: bool = False) -> Carried:
    """Write the index of the settings into another folder, or into a file.

    Raises:
        UsageError: there is something already.
        IndexProblem: there is no index, or it is damaged.
        WriteError: there is no room, or no right.
    """
    place = choose_place(settings)
    _require_another_place(place, target)
    is_file = target.name.endswith(ARCHIVE_SUFFIXES)
    is_taken = target.exists() if is_file else index_folder.has_index(target)
    _require_free(target, is_taken=is_taken, force=force)
    load = _read(place)
    if is_file:
        _write_archive(target, load)
    else:
        _write_folder(target, load)
    return _describe(load, place, target)


def import_index(settings: Settings, source: Path, *, force: bool = False) -> Carried:
    """Write the index of a folder, or of a file that was exported, to where the settings say.

    Raises as ``export_index``, and SourceError where the file is no such one.
    """
    place = choose_place(settings)
    _require_another_place(place, source)
    _require_free(place, is_taken=_has_index(place), force=force)
    with _unpack(source) as folder:
        require_whole_index(folder)
        load = _read(folder)
    if isinstance(place, PostgresStore):
        _write_store(place, load)
    else:
        _write_folder(place, load)
    return _describe(load, source, place)


def _describe(load: _Load, source: object, target: object) -> Carried:
    contents = load.contents
    return Carried(str(source), str(target), len(contents.articles), len(contents.passages))


def _require_another_place(place: Path | PostgresStore, other: Path) -> None:
    if isinstance(place, Path) and place.resolve() == other.resolve():
        raise UsageError(f"{other} is the index itself", hint="name another place")


def _require_free(place: object, *, is_taken: bool, force: bool) -> None:
    if is_taken and not force:
        raise UsageError(f"there is something in {place} already", hint=_FORCE)


def _has_index(place: Path | PostgresStore) -> bool:
    if isinstance(place, Path):
        return index_folder.has_index(place)
    try:
        place.read_stamp()
    except IndexMissing:
        return False
    return True


def _read(place: Path | PostgresStore) -> _Load:
    """Return an index as a whole."""
    from rag.store.carrying import describe_origin, read_contents

    with open_index(place) as index:
        return _Load(read_contents(index), describe_origin(index))


def _write_folder(index: Path, load: _Load) -> None:
    """Put an index in force in a folder."""
    with index_folder.lock_index(index):
        name = generations.write_generation(index, load.contents, about=load.about)
        generations.remove_replaced_generations(index, name, prune=False)


def _write_store(store: PostgresStore, load: _Load) -> None:
    """Put an index in force in a store."""
    from rag.store.refreshing import Changes, Update, lock_store, write_update

    contents = load.contents
    changes = Changes(contents.articles, (), {})
    dimension = contents.vectors.shape[1]
    update = Update(contents.articles, changes, contents, dimension, load.about, rebuild=True)
    with lock_store(store):
        write_update(store, update, contents.clusters)


def _write_archive(target: Path, load: _Load) -> None:
    """Write an index into a file, which has its name only once it is whole."""
    mode = "w:" if target.suffix == ".tar" else "w:gz"
    try:
        with tempfile.TemporaryDirectory(prefix=".rag-", dir=target.absolute().parent) as temporary:
            folder = Path(temporary, _INNER)
            _write_folder(folder, load)
            packed = Path(temporary, "packed")
            with tarfile.open(packed, mode) as archive:  # type: ignore[call-overload]
                archive.add(folder, _INNER, filter=_anonymise)
            files.sync(packed)
            packed.replace(target)
    except OSError as error:
        raise convert_os_error(error) from error


def _anonymise(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Return an entry without whose it is; None for what belongs to this machine alone."""
    if member.name.endswith(f"/{index_folder.LOCK}"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


@contextmanager
def _unpack(source: Path) -> Iterator[Path]:
    """Give the folder of an index: the source itself, or what is in it, unpacked."""
    if not source.exists():
        raise SourceError(f"there is no file or folder {source}", hint="check the spelling")
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="rag-import-") as temporary:
        folder = Path(temporary, _INNER)
        try:
            _unpack_archive(source, Path(temporary))
            yield folder
        except (IndexProblem, SourceError) as error:
            # The folder is ours, and soon gone: what is wrong is the file.
            message = error.message.replace(str(folder), str(source))
            hint = "rag export FILE.tar writes one; export the index again, with this version"
            raise type(error)(message, hint=hint) from error
        except OSError as error:
            place = f"{source}, unpacked in {tempfile.gettempdir()}"
            reason = error.strerror or str(error)
            raise convert_os_error(OSError(error.errno, reason, place)) from error


def _unpack_archive(source: Path, folder: Path) -> None:
    """Write the files of an archive below a folder: none else, and none twice.

    Raises:
        SourceError: it is no archive of an index, damaged, or unpacks to far more than it is.
        OSError: there is no room.
    """
    try:
        with open_file(source) as file:
            kind = find_kind(file.read(_HEAD_BYTES))
            file.seek(0)
            if kind not in ("tar", "gzip"):
                raise SourceError("no file that rag export wrote")
            stream = UnpackedStream(
                file,
                kind,
                suspicious=MIN_SUSPICIOUS,
                most=shutil.disk_usage(folder).free,
            )
            for member in iterate_headers(stream):
                _unpack_member(stream, member, folder)
    except SourceError as error:
        message = f"{source}: {error.message}"
        raise SourceError(message) from error


def _unpack_member(stream: UnpackedStream, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a file of an archive below a folder. Raises SourceError, OSError."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or name.parts[:1] != (_INNER,):
        raise SourceError(f"{member.name!r:.80} leads out of the index")
    if len(name.parts) > _MAX_DEPTH:
        raise SourceError(f"{member.name!r:.80} lies deeper than an index does")
    path = folder.joinpath(*name.parts)
    fault = "" if member.isdir() else find_fault(member)
    if fault:
        raise SourceError(f"{member.name!r:.80}: {fault}")
    with _explaining_name(member.name):
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.open("xb")
    stream.seek(member.offset_data)
    missing = member.size
    with target:
        while missing and (block := stream.take(min(missing, _STEP))):
            target.write(block)
            missing -= len(block)


@contextmanager
def _explaining_name(name: str) -> Iterator[None]:
    """Raise SourceError where the name of a file in an archive can be none here."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in _NAME_ERRORS:
            raise
        raise SourceError(f"{name!r:.80} comes twice, or is no name") from error
