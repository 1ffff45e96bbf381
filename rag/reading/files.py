"""Files into Documents: which files are articles, which are passed over and why."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.errors import SourceError
from rag.reading.encoding import decode
from rag.records import Document

MAX_BYTES = 32 << 20
MEDIA_TYPES = {".txt": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown"}
_NOT_TEXT = "not a .txt or .md file"


class SkippedFile(NamedTuple):
    """A file or folder that was passed over, and why."""

    path: str
    reason: str


class ReadFiles(NamedTuple):
    """What a set of paths gave."""

    documents: list[Document]
    skipped: list[SkippedFile]


def read_paths(paths: Sequence[Path], *, root: Path, max_bytes: int = MAX_BYTES) -> ReadFiles:
    """Every article file at or below the paths, in order of path; hidden entries of folders are left out.

    Raises:
        SourceError: a path does not exist.
    """
    documents: list[Document] = []
    skipped: list[SkippedFile] = []
    seen: set[str] = set()
    for given in paths:
        if not os.path.lexists(given):
            raise SourceError(
                f"{given}: no such file or folder",
                hint="check the spelling, or give a folder that exists",
            )
        for path, reason in walk_folder(given, seen):
            try:
                if reason:
                    raise SourceError(reason)
                documents.append(_load(path, root, max_bytes))
            except SourceError as error:
                skipped.append(
                    SkippedFile(
                        _shown(path, root), "; ".join(filter(None, (error.message, error.hint)))
                    )
                )
    return ReadFiles(documents, skipped)


def read_document(path: Path, *, root: Path, max_bytes: int = MAX_BYTES) -> Document:
    """One file as text, byte for byte.

    Raises:
        SourceError: it is missing, unreadable, too large, empty, binary or of another type.
    """
    try:
        return _load(path, root, max_bytes)
    except SourceError as error:
        raise SourceError(f"{path}: {error.message}", hint=error.hint) from error


def walk_folder(path: Path, seen: set[str]) -> Iterator[tuple[Path, str]]:
    """Files at or below a path with "" or the reason to skip them; every real folder and file once."""
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name) if path.is_dir() else None
    except OSError as error:
        yield path, _why(error)
        return
    if entries is None:
        yield path, ""
    for entry in entries or ():
        if not entry.name.startswith("."):
            yield from walk_folder(entry, seen)


def _load(path: Path, root: Path, max_bytes: int) -> Document:
    """The file as a Document; a SourceError with a bare reason otherwise."""
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        raise SourceError("is a folder" if path.is_dir() else _NOT_TEXT)
    try:
        shown = _shown(path, root)
        shown.encode()
        data = _bytes(path, max_bytes)
    except UnicodeEncodeError as error:
        raise SourceError("file name is not valid UTF-8", hint="rename it") from error
    except OSError as error:
        raise SourceError(_why(error)) from error
    text, encoding = decode(data)
    if not text.strip():
        raise SourceError("empty")
    return Document(shown, text, hashlib.sha256(data).hexdigest(), media_type, encoding)


def _bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file up to ``max_bytes``; an OSError or a SourceError otherwise."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a device or a pipe would block
        raise SourceError("not a regular file")
    if status.st_size > max_bytes:
        reason = f"{status.st_size / (1 << 20):,.1f} MiB, over the limit of {max_bytes / (1 << 20):,.4g} MiB"
        raise SourceError(reason, hint="split the file or raise RAG_MAX_FILE_MB")
    return path.read_bytes()


def _why(error: OSError) -> str:
    """The reason the system gives, in words."""
    return (
        "no permission to read it"
        if isinstance(error, PermissionError)
        else (error.strerror or str(error)).lower()
    )


def _shown(path: Path, root: Path) -> str:
    """The path as the index names it: relative to ``root`` when below it, else absolute."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    for whole in (
        os.path.abspath,
        os.path.realpath,
    ):  # realpath: resolve() fails where links go round in circles
        found, start = Path(whole(path)), Path(whole(root))
        if found.is_relative_to(start):
            return found.relative_to(start).as_posix()
    return absolute.as_posix()
