"""``rag index -``: a file from stdin, kept as one, so that its citations can be verified.

The copy lies in the user's data folder, ``stdin/<digest>/NAME``, and is indexed as any file is: its
path is what sources name. The same content comes to the same place, and is indexed once. Whoever
removes it removes the document, as with any file (``rag index --prune``).
"""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

from rag.errors import SourceError, UsageError, WriteError
from rag.settings import has_control

if TYPE_CHECKING:
    from pathlib import Path

STDIN = "-"
_USAGE = "rag index - < FILE, or PROGRAM | rag index -"
_DIGITS = 16  # of the SHA-256 in the name of its folder
_MAX_NAME = 200  # bytes of a file name; systems take 255
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
# What packs a single text packs an archive, too: what it holds tells, not the suffix.
_ARCHIVE_SUFFIXES = {
    "zip": ".zip",
    "tar": ".tar",
    "gzip": ".txt.gz",
    "bzip2": ".txt.bz2",
    "xz": ".txt.xz",
}


def check_name(name: str | None, *, is_read: bool, dry_run: bool) -> None:
    """Raise UsageError where stdin is named and not read, or the name is no file's.

    ``is_read``: stdin is among what is indexed.
    """
    if not is_read:
        if name is not None:
            raise UsageError("--stdin-name names what - reads, and there is no -", hint=_USAGE)
        return
    if dry_run:
        raise UsageError(
            "--dry-run keeps no copy of stdin", hint="write it to a file: rag index --dry-run FILE"
        )
    if name is None:
        return
    is_plain = PurePath(name).name == name != "" and not set(name) & {"/", "\\", ":"}
    is_long = len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME
    if not is_plain or is_long or name.startswith(".") or has_control(name):
        raise UsageError(
            f"{name!r:.80} is no name of a file", hint="--stdin-name NAME.txt, without a folder"
        )


def keep_stdin(name: str | None, *, max_bytes: int) -> Path:
    """Return the file that now holds what stdin says; without a name one that fits its bytes.

    Raises:
        UsageError: stdin is a terminal.
        SourceError: it is empty, too large, or of no kind that rag reads.
        WriteError: the copy cannot be written.
    """
    # None of them is needed for help.
    import hashlib

    import platformdirs

    from rag.files import write_atomically

    data = _read_stdin(max_bytes)
    file_name = name or f"stdin{_choose_suffix(data)}"
    is_archive = _require_text(file_name, data)
    digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
    folder = platformdirs.user_data_path("rag") / "stdin" / digest
    path = folder / file_name
    is_new = not path.exists()
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        write_atomically(path, data, mode=_PRIVATE_FILE, follow_links=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WriteError(f"{path}: {reason}", hint="check who may write there") from error
    if is_archive:
        try:
            _require_member(path, max_bytes)
        except SourceError:
            if is_new:
                path.unlink()
                folder.rmdir()
            raise
    return path


def _read_stdin(max_bytes: int) -> bytes:
    """Return what stdin holds. Raises UsageError for a terminal, SourceError for too much."""
    from rag.reading.file_bytes import make_too_large_error

    stream = sys.stdin
    if stream is None:  # the shell closed it
        return b""
    if stream.isatty():
        raise UsageError("stdin is the terminal: there is nothing to index", hint=_USAGE)
    try:
        data = stream.buffer.read(max_bytes + 1)
    except OSError as error:
        raise SourceError(f"stdin: {error.strerror}", hint=_USAGE) from error
    if len(data) > max_bytes:
        too_large = make_too_large_error(len(data), max_bytes)
        raise SourceError(f"stdin: {too_large.message}", hint=too_large.hint)
    return data


def _choose_suffix(data: bytes) -> str:
    """Return the suffix of the format that the bytes surely are of; else that of a text."""
    from rag.reading.archives import find_kind
    from rag.reading.formats import FORMATS, find_format

    file_format = find_format(".txt", data)
    if file_format.name == "text":
        return _ARCHIVE_SUFFIXES.get(find_kind(data), ".txt")
    for known in FORMATS:
        if known.name == file_format.name and known.suffixes:
            return known.suffixes[0]
    return ".json"  # of a JSON Feed, which has no suffix of its own


def _require_text(name: str, data: bytes) -> bool:
    """Return whether it is an archive, or packed; SourceError for what indexing would skip."""
    from rag.reading.archives import find_kind, has_archive_suffix
    from rag.reading.extraction import extract_document
    from rag.reading.formats import knows_suffix

    try:
        extract_document(name, data)
    except SourceError as error:
        path = PurePath(name)
        if find_kind(data) and (has_archive_suffix(path) or knows_suffix(path.suffix)):
            return True
        raise _make_unread_error(error) from error
    return False


def _require_member(path: Path, max_bytes: int) -> None:
    """Raise SourceError for an archive of which nothing is read."""
    from rag.reading.archives.guarded import read_members

    error = SourceError("an archive of nothing")
    for member in read_members(path, max_bytes=max_bytes):
        if member.error is None:
            return
        error = member.error
    raise _make_unread_error(error)


def _make_unread_error(error: SourceError) -> SourceError:
    hint = error.hint or "rag index FILE says more; --stdin-name NAME.md says what kind it is"
    return SourceError(f"stdin: {error.message}", hint=hint)
