"""Files into a generation: what to index, what that changes, and the swap.

What a generation holds of the articles is made in ``contents``.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexMissing, IndexProblem, SourceError, UsageError
from rag.files import is_generation_name
from rag.index.generations import open_generation, verify_generation, write_generation
from rag.index.index_folder import list_generations, read_current
from rag.index.readings import READINGS
from rag.index.salvage import Salvage, salvage_stories
from rag.models.tokenizer import get_tokenizer
from rag.reading.archives import list_archive_suffixes
from rag.reading.articles import find_articles
from rag.reading.extraction import extract_document
from rag.reading.files import read_paths
from rag.reading.formats import list_suffixes
from rag.reading.publishers import find_publisher
from rag.reading.skipped import SkippedFile, count_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from rag.index.generation_files import Contents
    from rag.index.generations import Generation
    from rag.index.opened import OpenedIndex
    from rag.reading.extraction import ReadFile
    from rag.reading.files import FileRules, ReadFiles
    from rag.records import Article, Document

    Progress = Callable[[str, int, int], None]  # stage, done, total
    # Of the paths that were read: the stories of an index that are at none of them.
    FindGone = Callable[[Collection[str]], Salvage]

MAX_NAMED_FILES = 10  # skipped files named when there is nothing to index; chosen by hand


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


@dataclass(frozen=True)
class GatheredArticles:
    """The stories to index, and where they come from."""

    stories: list[Article]
    gone: int  # of them, those whose file is no longer there
    sources: list[Path]
    follow_links: bool  # out of them
    root: Path  # what the documents' paths are relative to
    skipped: tuple[SkippedFile, ...]
    warnings: tuple[str, ...]
    file_warnings: tuple[str, ...] = ()
    files: Sequence[ReadFile] = ()  # that were read, those of the stories among them


def gather_articles(
    old: OpenedIndex | None,
    paths: Sequence[Path],
    *,
    rules: FileRules,
    find_gone: FindGone,
    publishers: Sequence[tuple[str, str]] = (),
) -> GatheredArticles:
    """Read ``paths`` and the sources of before.

    ``find_gone`` gives the articles that stay although their file can no longer be read,
    ``publishers`` are those of articles that name none, by the pattern of their path.

    Raises:
        UsageError: nothing to index was named.
        SourceError: a path does not exist, or there is no readable article.
    """
    sources = _list_sources(old, paths)
    root = Path.cwd()
    if old is not None:
        root = Path(old.manifest["root"])
    existing = [path for path in sources if path.exists()]  # a folder of before may be gone
    reading = read_paths(existing, root=root, rules=rules)
    stories = _find_stories(reading.files, publishers)
    gone, warnings = find_gone({document.path for document in reading.documents})
    # Each content once: a story that was moved is read again in its new place, which counts.
    read_ids = {story.id for story in stories}
    gone = [story for story in gone if story.id not in read_ids]
    story_of_id: dict[str, Article] = {}
    for story in (*gone, *stories):
        story_of_id[story.id] = story
    if not story_of_id:
        raise _make_nothing_readable_error(reading, sources)
    return GatheredArticles(
        stories=sorted(story_of_id.values(), key=_get_place),
        gone=len(gone),
        sources=sources,
        follow_links=rules.follow_links,
        root=root,
        skipped=(*reading.skipped, *_list_repetitions(stories, reading, story_of_id)),
        warnings=warnings,
        file_warnings=tuple(_list_warnings(reading)),
        files=reading.files,
    )


def _list_repetitions(
    stories: Iterable[Article], reading: ReadFiles, story_of_id: Mapping[str, Article]
) -> Iterator[SkippedFile]:
    """Yield the files of which nothing is indexed, as others say the same."""
    indexed_paths = {story.document.path for story in story_of_id.values()}
    repeating_paths: dict[str, str] = {}
    for story in stories:
        repeating_paths[story.document.path] = story_of_id[story.id].document.path
    for document in reading.documents:
        if document.path not in indexed_paths:
            other = repeating_paths.get(document.path)
            reason = f"the same article as another file: {other}" if other else "holds no article"
            yield SkippedFile(document.path, reason)


def _list_warnings(reading: ReadFiles) -> list[str]:
    """Return what could not be read of files that were read, each with its name."""
    return [
        f"{file.document.path}: {warning}" for file in reading.files for warning in file.warnings
    ]


def _get_place(story: Article) -> tuple[str, int]:
    """Return where a story stands, as the order of an index."""
    return story.document.path, story.start


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


def _find_stories(
    files: Iterable[ReadFile], publishers: Sequence[tuple[str, str]] = ()
) -> list[Article]:
    detect_language = get_tokenizer().detect_language
    stories = []
    for file in files:
        stories += find_articles(
            file.document,
            language=detect_language,
            metadata=file.metadata,
            parts=file.parts,
            publisher=find_publisher(file.document.path, publishers),
        )
    return stories


def _find_again(document: Document) -> list[Article]:
    """Return the stories of a text that is no longer in a file, as today's version cuts it."""
    try:
        data = document.text.encode(document.encoding)
        file = extract_document(document.path, data)
    except (LookupError, ValueError, SourceError):
        return find_articles(document, language=get_tokenizer().detect_language)
    if file.document.text != document.text:
        return find_articles(document, language=get_tokenizer().detect_language)
    return _find_stories([file])


def choose_gone_finder(
    index: Path, old: Generation | None, *, rebuild: bool, prune: bool
) -> FindGone:
    """Return what finds the stories of an index whose file is gone.

    ``prune``: they are dropped. ``rebuild``: the index may be damaged, and gives what it still can.
    """
    if prune or (old is None and not rebuild):
        return lambda present_paths: Salvage([], ())
    if rebuild or old is None:
        return lambda present_paths: _salvage_gone_stories(index, old, present_paths)
    return lambda present_paths: Salvage(_find_gone_stories(old, present_paths), old.warnings)


def _find_gone_stories(old: OpenedIndex, present_paths: Collection[str]) -> list[Article]:
    """Return the stories of a sound index whose file was not among those read."""
    indexed_paths = {row.path for row in old.articles()}
    stories = []
    for path in sorted(indexed_paths - set(present_paths)):
        stories += old.stories_at(path)
    return stories


def _salvage_gone_stories(
    index: Path, old: Generation | None, present_paths: Collection[str]
) -> Salvage:
    """Return the stories that a damaged index still gives, and what it does not.

    ``old`` is None when not even its manifest can be read.
    """
    name = old.name if old else _name_damaged_generation(index)
    if not name:
        return Salvage([], ())
    damaged = list_damaged_generations(index, old)
    folder = index / name
    salvage = salvage_stories(folder, present_paths, _find_again, trusted=not damaged)
    warnings = (*(old.warnings if old else ()), *salvage.warnings)
    if damaged:
        warnings += (f"the damaged index stays in {folder}: rag index --prune removes it",)
    return Salvage(salvage.stories, warnings)


def list_damaged_generations(index: Path, old: Generation | None) -> list[str]:
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


def list_kept(index: Path, old: Generation | None, *, rebuild: bool, prune: bool) -> list[str]:
    """Return the damaged generations that are to stay beside the one that will be written."""
    if prune:
        return []
    kept = list(old.manifest.get("kept", ())) if old else []
    if rebuild:
        kept += list_damaged_generations(index, old)
    there = set(list_generations(index))
    return [name for name in dict.fromkeys(kept) if name in there]


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


def open_previous(index: Path, *, rebuild: bool) -> AbstractContextManager[Generation | None]:
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
        new_places[story.id] = (story.document.path, story.start, story.end)
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
        changed = changed or READINGS not in old.manifest["files"]
        # Another version of a format gives other places of the same text.
        changed = changed or set(old.list_formats()) != _list_formats(gathered.stories)
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


def _list_formats(stories: Sequence[Article]) -> set[tuple[str, str, int]]:
    """Return path, format and version of the format of the documents of stories."""
    formats = set()
    for story in stories:
        document = story.document
        formats.add((document.path, document.format, document.format_version))
    return formats


def write_index(
    index: Path,
    contents: Contents,
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
    name = write_generation(index, replace(contents, files=gathered.files), about=about)
    return replace(
        report,
        generation=name,
        passages=len(contents.passages),
        sentences=len(contents.tokens),
    )
