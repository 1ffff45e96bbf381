"""Files into Documents: which files are articles, which are passed over and why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.archives import (
    find_archive,
    find_kind,
    has_archive_suffix,
)
from rag.reading.extraction import ReadFile, extract_document
from rag.reading.file_bytes import MAX_BYTES, read_bytes, read_head
from rag.reading.file_records import NotedFile, make_record, read_stamp
from rag.reading.folders import describe_error, walk_folder
from rag.reading.formats import (
    HEAD_BYTES,
    NOT_READ,
    find_format,
    find_signed,
    knows_suffix,
    make_unknown_error,
)
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rag.reading.archives import Member
    from rag.reading.extraction import FindKnown
    from rag.reading.file_records import FileRecord, FileResult, FileStamp
    from rag.records import Document

    FindUnchanged = Callable[[Path, str, FileStamp], FileRecord | None]
    ReadAll = Callable[
        [Iterable["FileToRead"]], Iterable[tuple["FileToRead", Sequence[FileResult]]]
    ]


class ReadFiles(NamedTuple):
    """What a set of paths gave.

    ``unchanged`` are the records of the files that need not be read again, ``records`` those of the
    others.
    """

    files: list[ReadFile]  # none where somebody else takes them
    paths: list[str]  # of the documents that were read
    skipped: list[SkippedFile]
    records: list[FileRecord]
    unchanged: list[FileRecord]

    @property
    def documents(self) -> list[Document]:
        """Return the documents of the files that were read."""
        return [file.document for file in self.files]

    @property
    def present_paths(self) -> set[str]:
        """Return the paths of the documents that were read, or need not be."""
        paths = set(self.paths)
        for record in self.unchanged:
            paths.update(record.documents)
        return paths


class FileRules(NamedTuple):
    """Which files are read: none that is longer, and through links only what lies in the folders.

    ``follow_links`` lets links lead out of the folders that are read, ``find_known`` gives what
    was extracted of the same bytes before; ``report_read`` is told before each file how many were
    read; ``find_unchanged`` gives the record of a file that needs no reading.
    """

    max_bytes: int = MAX_BYTES
    follow_links: bool = False
    find_known: FindKnown | None = None
    report_read: Callable[[int], object] | None = None
    find_unchanged: FindUnchanged | None = None


_USUAL_RULES = FileRules()


class FileToRead(NamedTuple):
    """A file, its name in the index, and its stamp: what is written to it meanwhile changes it."""

    path: Path
    name: str
    stamp: FileStamp | None


def read_paths(
    paths: Sequence[Path],
    *,
    root: Path,
    rules: FileRules = _USUAL_RULES,
    read_all: ReadAll | None = None,
) -> ReadFiles:
    """Return every article file at or below the paths, in order of path.

    Hidden entries of folders are left out. One file that cannot be read does not stop the others.
    ``read_all`` reads those that have to be, and keeps what they say; without it all are kept.

    Raises:
        SourceError: a path does not exist.
    """
    read = ReadFiles([], [], [], [], [])

    def keep_all(files: Iterable[FileToRead]) -> Iterator[tuple[FileToRead, list[FileResult]]]:
        for file in files:
            results = list(read_file(file.path, file.name, rules))
            read.files.extend(each for each in results if isinstance(each, ReadFile))
            yield file, list(map(note_result, results))

    read_all = read_all or keep_all
    for file, results in read_all(_find_files(paths, root, rules, read)):
        _add_results(read, file, results)
    return read


def _add_results(read: ReadFiles, file: FileToRead, results: Sequence[FileResult]) -> None:
    """Add what was read of a file, and what was not."""
    for result in results:
        if isinstance(result, SkippedFile):
            read.skipped.append(result)
        else:
            read.paths.append(result.path)
    record = make_record(file.name, file.stamp, results)
    if record is not None:
        read.records.append(record)


def note_result(result: ReadFile | SkippedFile) -> FileResult:
    """Return what a record keeps of a file that was read, or passed over."""
    return result if isinstance(result, SkippedFile) else NotedFile.of(result)


def _find_files(
    paths: Sequence[Path], root: Path, rules: FileRules, read: ReadFiles
) -> Iterator[FileToRead]:
    """Yield the files that have to be read; of others ``read`` is told."""
    for path, reason in _walk_folders(paths, rules):
        name = _name_path(path, root)
        if rules.report_read:
            rules.report_read(len(read.paths))
        if reason:
            read.skipped.append(SkippedFile(name, reason))
            continue
        stamp = read_stamp(path)
        record = _find_unchanged(path, name, stamp, rules)
        if record is None:
            yield FileToRead(path, name, stamp)
        else:
            read.unchanged.append(record)
            read.skipped.extend(record.skipped)


def _walk_folders(paths: Sequence[Path], rules: FileRules) -> Iterator[tuple[Path, str]]:
    """Yield the files at or below the paths with "" or the reason to skip them."""
    seen: dict[str, Path] = {}
    folders = None if rules.follow_links else list(map(os.path.realpath, paths))
    for path in paths:
        if not os.path.lexists(path):
            raise SourceError(
                f"{path}: no such file or folder",
                hint="check the spelling, or give a folder that exists",
            )
        yield from walk_folder(path, seen, within=folders)


def _find_unchanged(
    path: Path, name: str, stamp: FileStamp | None, rules: FileRules
) -> FileRecord | None:
    """Return the record of a file that is known to be as it was."""
    if stamp is None or rules.find_unchanged is None:
        return None
    return rules.find_unchanged(path, name, stamp)


def read_file(path: Path, name: str, rules: FileRules) -> Iterator[ReadFile | SkippedFile]:
    """Yield a file as text, or why it is not read; of an archive each file that is in it."""
    if has_archive_suffix(path) and not _is_document(path):
        yield from _read_archive(path, name, rules)
        return
    try:
        _check_name(name)
        yield _extract(path, name, rules)
    except SourceError as error:
        if _is_archive(path):
            yield from _read_archive(path, name, rules)
        else:
            yield SkippedFile(name, _join_reason(error))


def _is_document(path: Path) -> bool:
    """Return whether a file that is called as archives are is of some other kind for sure."""
    try:
        head = read_head(path, HEAD_BYTES)
        kind = find_kind(head)
        if kind != "zip":
            return not kind and bool(find_signed(head))
        # Word documents and books are ZIP archives, too: their formats know them.
        data = read_bytes(path, max_bytes=MAX_BYTES)
        find_format("", data)
    except (OSError, SourceError):
        return False
    return True


def _is_archive(path: Path) -> bool:
    """Return whether a file that cannot be read as what it is called is an archive."""
    suffix = path.suffix.lower()
    try:
        head = read_head(path, HEAD_BYTES)
    except (OSError, SourceError):
        return False
    if not find_kind(head):
        return False
    # A damaged Word document is no archive of XML, and what is of no kind stays unread.
    is_packed_format = any(suffix in known.suffixes for known in find_signed(head))
    return not suffix or (knows_suffix(suffix) and not is_packed_format)


def _read_archive(path: Path, name: str, rules: FileRules) -> Iterator[ReadFile | SkippedFile]:
    """Yield the files in an archive as text, or why they are not read."""
    # With what starts a process, which other files need not.
    from rag.reading.archives.guarded import read_members

    count = 0
    try:
        _check_name(name)
        for count, member in enumerate(read_members(path, max_bytes=rules.max_bytes), 1):  # noqa: B007
            yield _extract_member(member, name, rules)
        if count == 0:
            # What is hidden in it is none, either.
            raise SourceError("an archive without a file")
    except SourceError as error:
        yield SkippedFile(name, _join_reason(error))
    except OSError as error:
        yield SkippedFile(name, describe_error(error))


def read_document(path: Path, *, root: Path, max_bytes: int = MAX_BYTES) -> Document:
    """Return one file as text.

    Raises:
        SourceError: it is missing, unreadable, too large, empty, binary or of no known format.
    """
    try:
        name = _name_path(path, root)
        _check_name(name)
        return _extract(path, name, FileRules(max_bytes)).document
    except SourceError as error:
        raise SourceError(f"{path}: {error.message}", hint=error.hint) from error


def _extract_member(member: Member, archive_name: str, rules: FileRules) -> ReadFile | SkippedFile:
    """Return a member of an archive as text, or why it is not read."""
    name = f"{archive_name}/{member.name}" if member.name else archive_name
    if member.error is not None:
        return SkippedFile(name, _join_reason(member.error))
    try:
        return extract_document(name, member.data, rules.find_known)
    except SourceError as error:
        return SkippedFile(name, _join_reason(error))


def _check_name(name: str) -> None:
    """Raise SourceError for a name that no text holds."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise SourceError("file name is not valid UTF-8", hint="rename it") from error


def _extract(path: Path, name: str, rules: FileRules) -> ReadFile:
    """Return what a file says, as a document of this name."""
    try:
        if not knows_suffix(path.suffix) and not find_signed(read_head(path, HEAD_BYTES)):
            raise make_unknown_error()
        data = read_bytes(path, max_bytes=rules.max_bytes)
    except OSError as error:
        raise SourceError(describe_error(error)) from error
    return extract_document(name, data, rules.find_known)


def read_today(document: Document, *, root: Path, max_bytes: int) -> Document:
    """Return a document of an index as its file reads today, as indexing it would.

    Raises:
        SourceError: it is no regular file, too long, or no text.
        ValueError: no file has such a name.
    """
    path = root / document.path
    archive = None if path.exists() else find_archive(path)
    if archive is None:
        return _extract(path, document.path, FileRules(max_bytes)).document
    from rag.reading.archives.guarded import read_member

    try:
        data = read_member(*archive, max_bytes=max_bytes)
    except OSError as error:
        raise SourceError(describe_error(error)) from error
    return extract_document(document.path, data).document


def _join_reason(error: SourceError) -> str:
    """Return what happened and what to do, in one line."""
    if error.message == NOT_READ:
        # What is read is not said again for every picture of a folder.
        return error.message
    parts = [error.message, error.hint]
    return "; ".join(filter(None, parts))


def _name_path(path: Path, root: Path) -> str:
    """Return the path as the index names it: relative to ``root`` when below it, else absolute.

    A path is below the root as it is written, or after links were followed. ``Path.resolve`` would
    do for neither: it follows links, and fails where they go round in circles.
    """
    # As text: for each of many files, paths as objects take longer than asking the system.
    for make_absolute in (os.path.abspath, os.path.realpath):
        absolute_path = make_absolute(path)
        absolute_root = os.path.join(make_absolute(root), "")  # noqa: PTH118
        if os.path.normcase(absolute_path).startswith(os.path.normcase(absolute_root)):
            return absolute_path[len(absolute_root) :].replace(os.sep, "/")
    return Path(os.path.abspath(path)).as_posix()  # noqa: PTH100 - see above
