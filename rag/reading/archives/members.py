"""The walk through an archive: which of its entries are read, and why the others are not."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.files import is_generation_name
from rag.reading.archives.entries import make_damaged_error
from rag.reading.file_bytes import make_too_large_error, open_file
from rag.reading.formats import HEAD_BYTES, find_signed, knows_suffix, make_unknown_error
from rag.settings import has_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.reading.archives.entries import Entry

_TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
# Of the last ones, a file alone is called so as well as an archive.
_SUFFIXES = (".zip", *_TAR_SUFFIXES, ".gz", ".bz2", ".xz")
# What the first bytes of an archive are; a TAR archive is told by what stands further on.
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # without an entry
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
)
_SINGLE_KINDS = ("gzip", "bzip2", "xz")
_TAR_MAGIC = b"ustar"
_TAR_MAGIC_OFFSET = 257
_MAX_NAME = 1000  # characters; chosen by hand, no system takes as many
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN_NAME = 200  # characters of a name that is shown although it is refused; chosen by hand


class Member(NamedTuple):
    """A file in an archive: its name there, and its bytes or the reason why it is not read."""

    name: str
    data: bytes
    error: SourceError | None = None


def has_archive_suffix(path: PurePath) -> bool:
    """Return whether a file is called as archives are."""
    return path.name.lower().endswith(_SUFFIXES)


def list_archive_suffixes() -> tuple[str, ...]:
    """Return how archives are called."""
    return _SUFFIXES


def find_kind(head: bytes) -> str:
    """Return the kind of archive that a file with these first bytes is; "" for none."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return "tar" if head[_TAR_MAGIC_OFFSET:].startswith(_TAR_MAGIC) else ""


def find_archive(path: Path) -> tuple[Path, str] | None:
    """Return the file above a path that is no folder, and the name of what is in it; else None."""
    for parent in path.parents:
        if parent.is_file():
            return parent, path.relative_to(parent).as_posix()
        if parent.exists():
            return None
    return None


def read_members(path: Path, *, max_bytes: int) -> Iterator[Member]:
    """Yield the members of an archive that are of a kind that rag reads, and those that are not.

    Hidden ones are left out, as in folders. The last one may stand for the archive itself, with an
    empty name and what is wrong with it; so does a packed file that is not read. Raises OSError,
    and SourceError for no regular file.
    """
    seen: set[str] = set()
    with open_file(path) as file:
        try:
            for entry in _list_entries(file, path):
                name = _clean_name(entry.name)
                if _is_hidden(name):
                    continue
                try:
                    _check_entry(entry, name, seen)
                    data = _take(entry, name, max_bytes)
                except SourceError as error:
                    shown_name = "" if entry.is_whole else name[:_SHOWN_NAME]
                    yield Member(shown_name, b"", error)
                else:
                    yield Member(name, data)
                seen.add(name)
        except SourceError as error:
            yield Member("", b"", error)


def read_member(path: Path, name: str, *, max_bytes: int) -> bytes:
    """Return the bytes of a member of an archive, as ``read_members`` gives them.

    Raises:
        SourceError: it is not there, or is not read.
        OSError: the archive is not there.
    """
    with open_file(path) as file:
        for entry in _list_entries(file, path):
            if _clean_name(entry.name) == name:
                _check_entry(entry, name, set())
                return _take(entry, name, max_bytes)
    raise SourceError("it is no longer in its archive")


def _list_entries(file: IO[bytes], path: Path) -> Iterator[Entry]:
    """Return what lists the entries of an archive, by what its bytes are."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    lower_name = path.name.lower()
    kind = find_kind(head)
    if not head:
        raise SourceError("empty")
    # What unpacks itself begins with a program.
    if kind == "zip" or (not kind and lower_name.endswith(".zip")):
        from rag.reading.archives.zip_entries import list_zip_entries

        return list_zip_entries(file)
    if not kind and not lower_name.endswith(".tar"):
        raise make_damaged_error("neither packed nor an archive, whatever its name says")
    if kind in _SINGLE_KINDS and not lower_name.endswith(_TAR_SUFFIXES):
        from rag.reading.archives.single_file import make_single_entry

        entry = make_single_entry(file, kind, path.name)
        if find_kind(entry.take(HEAD_BYTES)) != "tar":
            return iter([entry])
        file.seek(0)
    from rag.reading.archives.tar_entries import list_tar_entries

    # The oldest kind of TAR archives begins with no sign at all.
    return list_tar_entries(file, kind or "tar")


def _clean_name(name: str) -> str:
    """Return the name of an entry with one slash between its folders, as paths are written."""
    slashed = name.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    root = "/" if slashed.startswith("/") else ""
    return root + "/".join(parts)


def _is_hidden(name: str) -> bool:
    """Return whether a member lies where a folder's files would not be looked at."""
    for part in name.split("/"):
        if part != ".." and (part.startswith(".") or is_generation_name(part)):
            return True
    return not name


def _check_entry(entry: Entry, name: str, seen: set[str]) -> None:
    """Raise SourceError for an entry that is not read, whatever it holds."""
    fault = _find_name_fault(name) or entry.fault
    if not fault and name in seen:
        fault = "a second member of this name"
    if fault:
        raise SourceError(fault)
    if name.lower().endswith(_SUFFIXES):
        raise SourceError("an archive in an archive", hint="unpack the outer one")


def _find_name_fault(name: str) -> str:
    """Return why no file may be called so; else ""."""
    if ".." in name.split("/"):
        return "a name that leads out of the archive"
    if name.startswith("/") or _DRIVE.match(name):
        return "a name of a file elsewhere"
    if has_control(name):
        return "a name with control characters"
    if len(name) > _MAX_NAME:
        return "a name that is too long"
    try:
        name.encode()
    except UnicodeEncodeError:
        return "a name that is not valid UTF-8"
    return ""


def _take(entry: Entry, name: str, max_bytes: int) -> bytes:
    """Return the bytes of an entry that may be of a kind that rag reads.

    Raises SourceError where it is of none, too large, or damaged.
    """
    suffix = Path(name).suffix
    if not knows_suffix(suffix) and not find_signed(entry.take(HEAD_BYTES)):
        raise make_unknown_error()
    if entry.size > max_bytes:
        raise make_too_large_error(entry.size, max_bytes)
    data = entry.take(max_bytes + 1)
    if len(data) > max_bytes:
        raise make_too_large_error(len(data), max_bytes)
    return data
