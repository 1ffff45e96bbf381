"""Files into a generation: what to index, what that changes, and the swap.

What a generation holds of the articles is made in ``streaming``.
"""

from __future__ import annotations

import functools
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexMissing, IndexProblem, SourceError
from rag.files import is_generation_name
from rag.index.digested_files import find_stories
from rag.index.file_records import encode_records
from rag.index.generations import open_generation, put_generation, verify_generation
from rag.index.index_folder import list_generations, read_current
from rag.index.manifest import FILE_RECORDS
from rag.index.readings import READINGS
from rag.index.salvage import Salvage, salvage_stories
from rag.index.segment_plan import plan_segment
from rag.index.segment_writing import join_segments
from rag.index.streaming import Sources, Streamed
from rag.models.tokenizer import get_tokenizer
from rag.reading.articles import find_articles
from rag.reading.extraction import extract_document
from rag.reading.skipped import count_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rag.index.gathering import FindGone, GatheredArticles
    from rag.index.held_generation import FolderIndex
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.reading.skipped import SkippedFile
    from rag.records import Article, Document

    Progress = Callable[[str, int, int], None]  # stage, done, total


class Recipe(NamedTuple):
    """How an index is made.

    The fingerprint changes with anything that makes vectors incomparable.
    """

    fingerprint: str
    model: str
    passage_tokens: int  # at most, in a passage
    kept: Sequence[str] = ()  # damaged generations that stay


@dataclass(frozen=True)
class BuildReport:
    """What ``build`` did: what the index holds now, articles added, removed, reused."""

    documents: int
    articles: int
    passages: int
    sentences: int
    added: int
    removed: int
    reused: int
    gone: int  # articles kept although their file is no longer there
    skipped: tuple[SkippedFile, ...]
    generation: str
    seconds: float
    changed: bool
    dry_run: bool
    warnings: tuple[str, ...] = ()  # what is wrong with the index before, or was lost with it
    file_warnings: tuple[str, ...] = ()  # what could not be read of files that were read


def _find_again(document: Document) -> list[Article]:
    """Return the stories of a text that is no longer in a file, as today's version cuts it."""
    try:
        data = document.text.encode(document.encoding)
        file = extract_document(document.path, data)
    except (LookupError, ValueError, SourceError):
        return find_articles(document, language=get_tokenizer().detect_language)
    if file.document.text != document.text:
        return find_articles(document, language=get_tokenizer().detect_language)
    return find_stories(file, get_tokenizer().detect_language)


def choose_gone_finder(
    index: Path, old: FolderIndex | None, *, rebuild: bool, prune: bool
) -> FindGone:
    """Return what finds the stories of an index whose file is gone.

    ``prune``: they are dropped. ``rebuild``: the index may be damaged, and gives what it still can.
    """
    if prune or (old is None and not rebuild):
        return lambda present_paths: Salvage([], ())
    if rebuild or old is None:
        return lambda present_paths: _salvage_gone_stories(
            index,
            old,
            present_paths,
        )
    return lambda present_paths: Salvage(find_gone_stories(old, present_paths), old.warnings)


def find_gone_stories(old: OpenedIndex, present_paths: Collection[str]) -> list[Article]:
    """Return the stories of a sound index whose file was not among those read."""
    indexed_paths = {row.path for row in old.articles()}
    stories = []
    for path in sorted(indexed_paths - set(present_paths)):
        stories += old.stories_at(path)
    return stories


def _salvage_gone_stories(
    index: Path, old: FolderIndex | None, present_paths: Collection[str]
) -> Salvage:
    """Return the stories that a damaged index still gives, and what it does not.

    ``old`` is None when not even its manifest can be read.
    """
    name = old.name if old else _name_damaged_generation(index)
    if not name:
        return Salvage([], ())
    damaged = list_damaged_generations(index, old)
    folder = index / name
    removed_of_folder: dict[Path, Collection[int]] = {folder: ()}
    if old is not None:
        removed_of_folder = {each.folder: each.removed_articles for each in old.list_segments()}
    stories: list[Article] = []
    warnings = old.warnings if old else ()
    for each, removed in removed_of_folder.items():
        salvage = salvage_stories(
            each, present_paths, _find_again, trusted=not damaged, removed=removed
        )
        stories += salvage.stories
        warnings += salvage.warnings
    if damaged:
        warnings += (f"the damaged index stays in {folder}: rag index --prune removes it",)
    return Salvage(stories, warnings)


def list_damaged_generations(index: Path, old: FolderIndex | None) -> list[str]:
    """Return the name of the index before when it is damaged, for it to be kept."""
    if old is None:
        name = _name_damaged_generation(index)
        return [name] if name else []
    return [old.name] if verify_generation(index, any_format=True) else []


def _name_damaged_generation(index: Path) -> str:
    """Return the generation that CURRENT names, else the newest; empty when there is none.

    Its manifest cannot be read: no other generation has one that can, or it would be open.
    """
    names = list_generations(index)
    current = read_current(index) or ""
    if is_generation_name(current) and current in names:
        return current
    return names[0] if names else ""


def list_kept(index: Path, old: FolderIndex | None, *, rebuild: bool, prune: bool) -> list[str]:
    """Return the damaged generations that are to stay beside the one that will be written."""
    if prune:
        return []
    kept = list(old.manifest.get("kept", ())) if old else []
    if rebuild:
        kept += list_damaged_generations(index, old)
    there = set(list_generations(index))
    return [name for name in dict.fromkeys(kept) if name in there]


def open_previous(index: Path, *, rebuild: bool) -> AbstractContextManager[FolderIndex | None]:
    """Return the index as it is, held open; None when there is none.

    A ``rebuild`` opens a damaged one, too, and goes on without it when it cannot be opened at all.
    """
    try:
        return open_generation(index, damaged=rebuild)
    except IndexMissing:
        return nullcontext()
    except IndexProblem:
        if rebuild:  # what it held is read again from the paths given
            return nullcontext()
        raise


def compare_with_index(gathered: GatheredArticles, old: OpenedIndex | None) -> BuildReport:
    """Return what building would change, with the counts of the index as it is."""
    new_places: dict[str, tuple[str, int, int]] = {}
    for story in gathered.stories:
        new_places[story.id] = (story.path, story.start, story.end)
    old_places: dict[str, tuple[str, int, int]] = {}
    # Without an index everything is new.
    changed = True
    passages, sentences, generation = 0, 0, ""
    if old is not None:
        for row in old.articles():
            old_places[row.id] = (row.path, row.start, row.end)
        # A folder more or less is a change even while it holds no article: the next build reads it.
        sources = [str(path) for path in gathered.sources]
        changed = old_places != new_places or old.manifest["sources"] != sources
        changed = changed or old.manifest.get("follow_links", False) != gathered.follow_links
        # What is passed over is told by the state of an index as well.
        old_skipped = old.manifest.get("skipped", {})
        changed = changed or old_skipped != count_kinds(gathered.skipped)
        for name in (READINGS, FILE_RECORDS):
            changed = changed or name not in old.manifest["files"]
        # Another version of a format gives other places of the same text.
        formats = set(old.list_formats())
        changed = changed or formats != _list_formats(gathered, formats)
        counts = old.manifest["counts"]
        passages = counts["passages"]
        sentences = counts["sentences"]
        generation = old.name
    # Ids come from content: a story that was edited is removed, and another one added.
    new_ids, old_ids = new_places.keys(), old_places.keys()
    paths = {path for path, _, _ in new_places.values()}
    return BuildReport(
        documents=len(paths),
        articles=len(new_ids),
        passages=passages,
        sentences=sentences,
        added=len(new_ids - old_ids),
        removed=len(old_ids - new_ids),
        reused=len(new_ids & old_ids),
        gone=gathered.gone,
        skipped=gathered.skipped,
        generation=generation,
        seconds=0.0,
        changed=changed,
        dry_run=False,
        warnings=gathered.warnings,
        file_warnings=gathered.file_warnings,
    )


def _list_formats(
    gathered: GatheredArticles, before: Collection[tuple[str, str, int]]
) -> set[tuple[str, str, int]]:
    """Return path, format and version of the format of all documents; some are as before."""
    unread_paths = {story.path for story in gathered.stories if not story.is_read}
    formats = {row for row in before if row[0] in unread_paths}
    read_paths = {story.path for story in gathered.stories if story.is_read}
    formats.update(row for row in gathered.spool.list_formats() if row[0] in read_paths)
    return formats


def make_contents(
    gathered: GatheredArticles,
    embedder: Embedder,
    *,
    size: int,
    old: FolderIndex | None,
    progress: Progress,
) -> Streamed:
    """Return what is to be written: a segment beside those before, or the whole index anew."""
    records = encode_records(
        gathered.records,
        key=gathered.reading_key,
        started=gathered.started,
    )
    plan = plan_segment(gathered, old)
    stories = gathered.stories if plan is None else plan.stories
    return Streamed(
        Sources(stories, gathered.spool, old),
        embedder,
        size,
        progress,
        functools.partial(join_segments, plan) if plan else None,
        records,
    )


def write_index(
    index: Path,
    contents: Streamed,
    recipe: Recipe,
    gathered: GatheredArticles,
    report: BuildReport,
) -> BuildReport:
    """Put the contents in force and return the report with what the index holds now.

    Raises WriteError.
    """
    about = {
        "fingerprint": recipe.fingerprint,
        "model": recipe.model,
        "tokenizer": get_tokenizer().fingerprint,
        "splitting": {"tokens": recipe.passage_tokens},
        "root": str(gathered.root),
        "sources": [str(path) for path in gathered.sources],
        "follow_links": gathered.follow_links,
        "kept": list(recipe.kept),
        "skipped": count_kinds(gathered.skipped),
    }
    name, counts = put_generation(index, contents.write_into, about=about)
    return replace(
        report,
        generation=name,
        passages=counts["passages"],
        sentences=counts["sentences"],
    )
