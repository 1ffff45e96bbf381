"""What there is to index: stories of files that were read, of those unchanged and of those gone."""

from __future__ import annotations

import functools
import itertools
import operator
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import SourceError, UsageError
from rag.index.file_reading import read_files
from rag.index.file_records import compute_reading_key
from rag.index.held_generation import is_folder_index
from rag.index.readings import Readings
from rag.index.spool import Story, place_story
from rag.reading.archives import list_archive_suffixes
from rag.reading.files import read_paths
from rag.reading.formats import list_suffixes
from rag.reading.skipped import SkippedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from rag.index.opened import OpenedIndex
    from rag.index.salvage import Salvage
    from rag.index.spool import Spool
    from rag.reading.file_records import FileRecord
    from rag.reading.files import FileRules, ReadFiles
    from rag.records import Article

    # Of the paths that were read: the stories of an index that are at none of them.
    FindGone = Callable[[Collection[str]], Salvage]

MAX_NAMED_FILES = 10  # skipped files named when there is nothing to index; chosen by hand


@dataclass(frozen=True)
class GatheredArticles:
    """The stories to index, in order, and where they come from."""

    stories: list[Story]
    spool: Spool  # what was read of them
    gone: int  # of them, those whose file is no longer there
    sources: list[Path]
    follow_links: bool  # out of them
    root: Path  # what the documents' paths are relative to
    skipped: tuple[SkippedFile, ...]
    warnings: tuple[str, ...]
    file_warnings: tuple[str, ...] = ()
    records: Sequence[FileRecord] = ()  # of the files that hold nothing that another one holds
    unchanged_paths: frozenset[str] = frozenset()  # of documents that were not read again
    reading_key: str = ""  # see ``file_records``
    started: int = 0  # when reading began, in nanoseconds since 1970


def gather_articles(
    old: OpenedIndex | None,
    paths: Sequence[Path],
    *,
    rules: FileRules,
    find_gone: FindGone,
    spool: Spool,
) -> GatheredArticles:
    """Read ``paths`` and the sources of before, into an empty ``spool``.

    ``find_gone`` gives the articles that stay although their file can no longer be read.

    Raises:
        UsageError: nothing to index was named.
        SourceError: a path does not exist, or there is no readable article.
    """
    sources = _list_sources(old, paths)
    root = Path.cwd()
    if old is not None:
        root = Path(old.manifest["root"])
    existing = [path for path in sources if path.exists()]  # a folder of before may be gone
    started = time.time_ns()
    reading = read_paths(
        existing,
        root=root,
        rules=rules,
        read_all=functools.partial(read_files, spool, rules),
    )
    unchanged_paths = _list_unchanged_paths(reading)
    stories = [*spool.stories, *_list_unchanged_stories(old, unchanged_paths)]
    # Of several places of a story the last one counts, whichever of them were read again.
    stories.sort(key=_get_place)
    gone, warnings = find_gone(reading.present_paths)
    # Each content once: a story that was moved is read again in its new place, which counts.
    read_ids = {story.id for story in stories}
    gone = [story for story in gone if story.id not in read_ids]
    spool.take_articles(gone)
    story_of_id: dict[str, Story] = {}
    for story in (*map(place_story, gone), *stories):
        story_of_id[story.id] = story
    if not story_of_id:
        raise _make_nothing_readable_error(reading, sources)
    repetitions = list(_list_repetitions(stories, reading, story_of_id))
    shared_paths = {file.path for file in repetitions}
    shared_paths.update(_list_overridden_paths(stories, story_of_id))
    return GatheredArticles(
        stories=sorted(story_of_id.values(), key=_get_place),
        gone=len(gone),
        sources=sources,
        follow_links=rules.follow_links,
        root=root,
        skipped=(*reading.skipped, *repetitions),
        warnings=warnings,
        file_warnings=tuple(_list_warnings(reading, spool)),
        spool=spool,
        records=list(_choose_records(reading, shared_paths)),
        unchanged_paths=unchanged_paths,
        reading_key=compute_reading_key(rules.max_bytes, spool.publishers),
        started=started,
    )


def list_readings(stories: Iterable[Story], spool: Spool, old: OpenedIndex | None) -> list[str]:
    """Return what the files of stories said of themselves, where it is kept."""
    paths = {story.path for story in stories}
    read_paths = set(spool.list_paths())
    lines = spool.list_readings(paths)
    if is_folder_index(old):
        lines += Readings(old).list_lines(paths - read_paths)
    return lines


def _list_unchanged_stories(old: OpenedIndex | None, paths: Collection[str]) -> list[Story]:
    """Return the stories that an index has of documents that were not read again, unread."""
    if old is None or not paths:
        return []
    rows = (row for row in old.articles() if row.path in paths)
    return [Story(row.path, row.start, row.end, row.id, is_read=False) for row in rows]


def load_articles(
    stories: Iterable[Story], old: OpenedIndex | None, spool: Spool
) -> Iterator[list[Article]]:
    """Yield the articles of each document; what was not read is taken from the index before."""
    for path, group in itertools.groupby(stories, key=operator.attrgetter("path")):
        own = list(group)
        articles: list[Article] = []
        for is_read, source in ((True, spool), (False, old)):
            places = {(story.id, story.start) for story in own if story.is_read == is_read}
            if places:
                assert source is not None
                articles += [
                    article
                    for article in source.stories_at(path)
                    if (article.id, article.start) in places
                ]
        yield sorted(articles, key=operator.attrgetter("start"))


def _list_overridden_paths(
    stories: Iterable[Story], story_of_id: Mapping[str, Story]
) -> Iterator[str]:
    """Yield the paths of the documents of which a story is indexed in another place."""
    for story in stories:
        if story_of_id[story.id] is not story:
            yield story.path


def _list_repetitions(
    stories: Iterable[Story], reading: ReadFiles, story_of_id: Mapping[str, Story]
) -> Iterator[SkippedFile]:
    """Yield the files of which nothing is indexed, as others say the same."""
    indexed_paths = {story.path for story in story_of_id.values()}
    repeating_paths: dict[str, str] = {}
    for story in stories:
        repeating_paths[story.path] = story_of_id[story.id].path
    for path in reading.paths:
        if path not in indexed_paths:
            other = repeating_paths.get(path)
            reason = f"the same article as another file: {other}" if other else "holds no article"
            yield SkippedFile(path, reason)


def _list_unchanged_paths(reading: ReadFiles) -> frozenset[str]:
    """Return the paths of the documents that were not read again."""
    paths: set[str] = set()
    for record in reading.unchanged:
        paths.update(record.documents)
    return frozenset(paths)


def _choose_records(reading: ReadFiles, shared_paths: Collection[str]) -> Iterator[FileRecord]:
    """Yield the records of the files whose stories are all indexed where they stand.

    A file that repeats another one is read each time: its stories count once that one is gone.
    """
    for record in (*reading.unchanged, *reading.records):
        if not any(path in shared_paths for path in record.documents):
            yield record


def _list_warnings(reading: ReadFiles, spool: Spool) -> Iterator[str]:
    """Yield what could not be read of files that were read, now or before."""
    for record in reading.unchanged:
        yield from record.warnings
    yield from spool.warnings


def _get_place(story: Story) -> tuple[str, int]:
    """Return where a story stands, as the order of an index."""
    return story.path, story.start


def _list_sources(old: OpenedIndex | None, paths: Sequence[Path]) -> list[Path]:
    """Return the files and folders to read, those of before first."""
    for path in paths:
        if not path.exists():
            raise SourceError(
                f"there is no file or folder {path}",
                hint="check the spelling, or give another path",
            )
    known = [] if old is None else [Path(source) for source in old.manifest["sources"]]
    resolved = [path.resolve() for path in paths]
    sources = list(dict.fromkeys([*known, *resolved]))
    if not sources:
        raise UsageError("nothing to index was named", hint="rag index --rebuild FOLDER")
    return sources


def _make_nothing_readable_error(reading: ReadFiles, sources: Sequence[Path]) -> SourceError:
    """Return the error for a build without articles, which names what was skipped, and why."""
    skipped = reading.skipped
    reasons = [f"{file.path}: {file.reason}" for file in skipped[:MAX_NAMED_FILES]]
    if len(skipped) > MAX_NAMED_FILES:
        reasons.append("…")
    places = ", ".join(map(str, sources))
    message = f"no article to index in {places}"
    if reasons:
        named = "; ".join(reasons)
        message += f" ({named})"
    suffixes = " ".join((*list_suffixes(), *list_archive_suffixes()))
    return SourceError(message, hint=f"rag reads {suffixes}: rag index FOLDER")
