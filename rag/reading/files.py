"""Files into Documents: which files are articles, which are passed over and why."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.encoding import decode
from rag.records import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MIB = 1 << 20
MAX_BYTES = 32 * _MIB  # of a file; chosen by hand, a book has less than one
MEDIA_TYPES = {".txt": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown"}
_NOT_TEXT = "not a .txt or .md file"
_LEADS_OUT = "a link out of the folder; --follow-links reads it"
# Never wait, never take a terminal for the one that commands us, leave line ends as they are. No
# system has all of these flags.
_OPEN_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _name, 0)


class SkippedFile(NamedTuple):
    """A file or folder that was passed over, and why."""

    path: str
    reason: str


class ReadFiles(NamedTuple):
    """What a set of paths gave."""

    documents: list[Document]
    skipped: list[SkippedFile]


class FileRules(NamedTuple):
    """Which files are read: none that is longer, and through links only what lies in the folders.

    ``follow_links`` lets links lead out of the folders that are read.
    """

    max_bytes: int = MAX_BYTES
    follow_links: bool = False


_USUAL_RULES = FileRules()


def read_paths(paths: Sequence[Path], *, root: Path, rules: FileRules = _USUAL_RULES) -> ReadFiles:
    """Return every article file at or below the paths, in order of path.

    Hidden entries of folders are left out. One file that cannot be read does not stop the others.

    Raises:
        SourceError: a path does not exist.
    """
    read = ReadFiles([], [])
    seen: set[str] = set()
    folders = None if rules.follow_links else list(map(os.path.realpath, paths))
    for path in paths:
        if not os.path.lexists(path):
            raise SourceError(
                f"{path}: no such file or folder",
                hint="check the spelling, or give a folder that exists",
            )
        for file, reason in walk_folder(path, seen, within=folders):
            if reason:
                read.skipped.append(SkippedFile(_name_path(file, root), reason))
                continue
            try:
                document = _load(file, root, rules.max_bytes)
            except SourceError as error:
                skipped = SkippedFile(_name_path(file, root), _join_reason(error))
                read.skipped.append(skipped)
            else:
                read.documents.append(document)
    return read


def read_document(path: Path, *, root: Path, max_bytes: int = MAX_BYTES) -> Document:
    """Return one file as text, byte for byte.

    Raises:
        SourceError: it is missing, unreadable, too large, empty, binary or of another type.
    """
    try:
        return _load(path, root, max_bytes)
    except SourceError as error:
        raise SourceError(f"{path}: {error.message}", hint=error.hint) from error


def walk_folder(
    path: Path, seen: set[str], *, within: Sequence[str] | None = None
) -> Iterator[tuple[Path, str]]:
    """Yield the files at or below a path with "" or the reason to skip them.

    ``seen`` holds the real paths that were met: links that go round in circles end there, and a
    file that two links lead to is read once. ``within`` are the real paths of folders that links
    may lead into; without it they may lead anywhere.
    """
    # A list, not recursion: folders may lie deeper in each other than Python calls functions.
    waiting = [_Place(path, os.path.realpath(path))]
    while waiting:
        place = waiting.pop()
        if within is not None and place.is_link and not _is_within(place.real_path, within):
            yield place.path, _LEADS_OUT
            continue
        if place.real_path in seen:
            continue
        seen.add(place.real_path)
        try:
            # Without permission for the folder around it, even ``is_dir`` fails.
            entries = _list_folder(place) if place.path.is_dir() else None
        except OSError as error:
            yield place.path, _describe_error(error)
            continue
        if entries is None:
            yield place.path, ""
            continue
        # The last one is taken first.
        entries.sort(key=_get_name, reverse=True)
        waiting += entries


class _Place(NamedTuple):
    """A path, and where it leads when links are followed."""

    path: Path
    real_path: str
    is_link: bool = False


def _get_name(place: _Place) -> str:
    return place.path.name


def _list_folder(folder: _Place) -> list[_Place]:
    """Return what a folder holds, hidden entries left out."""
    places = []
    with os.scandir(folder.path) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder.path / entry.name
            # Following links takes a look at every folder above: done for links alone, and on
            # Windows, which has other things that lead elsewhere.
            is_link = entry.is_symlink() or os.name == "nt"
            real_path = os.path.join(folder.real_path, entry.name)  # noqa: PTH118 - a string
            if is_link:
                real_path = os.path.realpath(path)
            places.append(_Place(path, real_path, is_link))
    return places


def _is_within(real_path: str, folders: Sequence[str]) -> bool:
    """Return whether a path is one of the folders, or lies below one."""
    return any(Path(real_path).is_relative_to(folder) for folder in folders)


def _load(path: Path, root: Path, max_bytes: int) -> Document:
    """Return the file as a Document; a SourceError with a bare reason otherwise."""
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        raise SourceError("is a folder" if path.is_dir() else _NOT_TEXT)
    try:
        name = _name_path(path, root)
        name.encode()
        data = read_bytes(path, max_bytes=max_bytes)
    except UnicodeEncodeError as error:
        raise SourceError("file name is not valid UTF-8", hint="rename it") from error
    except OSError as error:
        raise SourceError(_describe_error(error)) from error
    text, encoding = decode(data)
    if not text.strip():
        raise SourceError("empty")
    sha256 = hashlib.sha256(data).hexdigest()
    return Document(name, text, sha256, media_type, encoding)


def extract_text(path: Path, *, max_bytes: int) -> str:
    """Return the text that a file gives today, as reading it for an index would.

    Raises:
        SourceError: it is no regular file, too long, or no text.
        OSError: it is not there, or may not be read.
    """
    text, _ = decode(read_bytes(path, max_bytes=max_bytes))
    return text


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """Return the content of a regular file.

    Raises:
        SourceError: it is no regular file, or longer than ``max_bytes``.
        OSError: it is not there, or may not be read.
    """
    # Opening a pipe waits, and opening some devices does something: what a name leads to is looked
    # at before it is opened, and once more after, as it may have been replaced meanwhile.
    _check_status(path.stat(), max_bytes)
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        _check_status(status, max_bytes)
        # A file of /proc says that it is empty; reading it may wait, or never end.
        return _read_blocks(descriptor, max_bytes) if status.st_size else b""
    finally:
        os.close(descriptor)


def _check_status(status: os.stat_result, max_bytes: int) -> None:
    """Raise SourceError for what is no regular file, and for a large one."""
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("not a regular file")
    if status.st_size > max_bytes:
        raise _make_too_large_error(status.st_size, max_bytes)


def _read_blocks(descriptor: int, max_bytes: int) -> bytes:
    """Return the content of an open file, which may grow meanwhile."""
    content = bytearray()
    while block := os.read(descriptor, _MIB):
        content += block
        if len(content) > max_bytes:
            raise _make_too_large_error(len(content), max_bytes)
    return bytes(content)


def _make_too_large_error(size: int, max_bytes: int) -> SourceError:
    return SourceError(
        f"{size / _MIB:,.1f} MiB, over the limit of {max_bytes / _MIB:,.4g} MiB",
        hint="split the file or raise RAG_MAX_FILE_MB",
    )


def _join_reason(error: SourceError) -> str:
    """Return what happened and what to do, in one line."""
    parts = [error.message, error.hint]
    return "; ".join(filter(None, parts))


def _describe_error(error: OSError) -> str:
    """Return the reason that the system gives, in words."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    reason = error.strerror or str(error)
    return reason.lower()


def _name_path(path: Path, root: Path) -> str:
    """Return the path as the index names it: relative to ``root`` when below it, else absolute.

    A path is below the root as it is written, or after links were followed. ``Path.resolve`` would
    do for neither: it follows links, and fails where they go round in circles.
    """
    for make_absolute in (os.path.abspath, os.path.realpath):
        absolute_path = Path(make_absolute(path))
        absolute_root = Path(make_absolute(root))
        if absolute_path.is_relative_to(absolute_root):
            name = absolute_path.relative_to(absolute_root)
            return name.as_posix()
    return Path(os.path.abspath(path)).as_posix()  # noqa: PTH100 - see above
