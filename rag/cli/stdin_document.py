"""``rag index -``: one document from stdin, kept as a file, so that its citations can be verified.

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
    _require_text(file_name, data)
    digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
    folder = platformdirs.user_data_path("rag") / "stdin" / digest
    path = folder / file_name
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        write_atomically(path, data, mode=_PRIVATE_FILE, follow_links=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WriteError(f"{path}: {reason}", hint="check who may write there") from error
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
    from rag.reading.formats import FORMATS, find_format

    file_format = find_format(".txt", data)
    for known in FORMATS:
        if known.name == file_format.name and known.suffixes:
            return known.suffixes[0]
    return ".json"  # of a JSON Feed, which has no suffix of its own


def _require_text(name: str, data: bytes) -> None:
    """Raise SourceError for what indexing would skip."""
    from rag.reading.archives import find_kind
    from rag.reading.extraction import extract_document

    try:
        extract_document(name, data)
    except SourceError as error:
        if find_kind(data):
            hint = "write it to a file: rag index FILE.zip"
            raise SourceError("stdin: an archive, or packed", hint=hint) from error
        hint = error.hint or "rag index FILE says more; --stdin-name NAME.md says what kind it is"
        raise SourceError(f"stdin: {error.message}", hint=hint) from error
