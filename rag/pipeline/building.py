"""``build``: files into an index."""

from __future__ import annotations

import hashlib
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexMismatch
from rag.index import generations, index_folder
from rag.models import embedders, lexicon, tokenizer
from rag.store.address import PostgresStore, choose_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.index.build import BuildReport, Progress
    from rag.index.gathering import GatheredArticles
    from rag.index.held_generation import FolderIndex
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.reading.files import FileRules
    from rag.settings import Settings

UNKNOWN_TOTAL = 0  # of files while their folders are still walked through
_LINKS_FOLLOWED = "links out of the folders are followed, as before; --no-follow-links ends it"
FORMAT = 4  # of what an index holds; raised when indexing changes it


class BuildOptions(NamedTuple):
    """How an index is brought up to date.

    ``rebuild``: nothing is taken from the index before; ``prune``: articles whose file is gone are
    dropped; ``dry_run``: only say what would be done; ``follow_links``: also read what links out of
    the folders lead to; None for what was chosen the last time, at first not.
    """

    rebuild: bool = False
    prune: bool = False
    dry_run: bool = False
    follow_links: bool | None = None


def build(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    options: BuildOptions = BuildOptions(),  # noqa: B008, it is frozen
    progress: Progress | None = None,
) -> BuildReport:
    """Read, cut, embed and index the articles below ``paths`` and below the folders indexed before.

    Unchanged articles are not embedded again, and articles whose file is gone stay, unless the
    options say otherwise.

    Raises:
        UsageError: nothing to index was named.
        SourceError: a path does not exist, or there is no readable article.
        IndexMismatch: the index was made by another model or splitter, and is not rebuilt.
    """
    report_progress = progress or _report_nothing
    place = choose_place(settings)
    if isinstance(place, PostgresStore):
        from rag.pipeline.store_building import build_into_store

        return build_into_store(settings, place, paths, options=options, progress=report_progress)
    return _build_into_folder(settings, paths, options, report_progress)


def _build_into_folder(
    settings: Settings, paths: Sequence[Path], options: BuildOptions, report_progress: Progress
) -> BuildReport:
    """Bring the index of a folder up to date; see ``build``."""
    # With all that reading files needs, and asking does not.
    from rag.index import build as indexing
    from rag.index import gathering
    from rag.index.spool import Spool

    started = time.perf_counter()
    embedder = embedders.load_embedder(settings.model, offline=settings.offline)
    fingerprint = compute_fingerprint(embedder, settings.passage_tokens)
    index = settings.index
    lock = nullcontext() if options.dry_run else index_folder.lock_index(index)
    with lock, Spool(settings.publishers) as spool:
        with indexing.open_previous(index, rebuild=options.rebuild) as old:
            # A rebuild embeds everything anew, but keeps the folders that were indexed before.
            reusable = None if options.rebuild else old
            if reusable is not None:
                check_fingerprint(reusable, fingerprint, settings)
            gathered = gathering.gather_articles(
                old,
                paths,
                rules=_make_rules(settings, choose_links(options, old), reusable, report_progress),
                find_gone=indexing.choose_gone_finder(
                    index, old, rebuild=options.rebuild, prune=options.prune
                ),
                spool=spool,
            )
            report = indexing.compare_with_index(gathered, reusable)
            if report.changed and not options.dry_run:
                contents = indexing.make_contents(
                    gathered,
                    embedder,
                    size=settings.passage_tokens,
                    old=reusable,
                    progress=report_progress,
                )
                kept = indexing.list_kept(index, old, rebuild=options.rebuild, prune=options.prune)
                recipe = indexing.Recipe(fingerprint, embedder.name, settings.passage_tokens, kept)
                report = indexing.write_index(index, contents, recipe, gathered, report)
                report_progress("write", 1, 1)
        if not options.dry_run:
            _tidy_up(index, report, options)
    report = warn_of_links(report, options, gathered)
    return replace(report, dry_run=options.dry_run, seconds=time.perf_counter() - started)


def choose_links(options: BuildOptions, old: OpenedIndex | None) -> bool:
    """Return whether links out of the folders are followed: as is said now, else as before."""
    if options.follow_links is not None:
        return options.follow_links
    return old is not None and old.manifest.get("follow_links", False)


def warn_of_links(
    report: BuildReport, options: BuildOptions, gathered: GatheredArticles
) -> BuildReport:
    """Return a report that says whether links were followed because that was said before.

    An index may have come with its articles: nothing outside is read without a word.
    """
    if options.follow_links is not None or not gathered.follow_links:
        return report
    return replace(report, warnings=(*report.warnings, _LINKS_FOLLOWED))


def _make_rules(
    settings: Settings,
    follow_links: bool,
    reusable: FolderIndex | None,
    report_progress: Progress,
) -> FileRules:
    """Return which files are read: those that have changed since an index was made.

    What it has of the same bytes is not extracted again.
    """
    report_progress("read", 0, UNKNOWN_TOTAL)
    from rag.index.file_records import FileRecords, compute_reading_key
    from rag.index.readings import Readings
    from rag.reading.files import FileRules

    max_bytes = settings.max_file_mb << 20
    find_known, find_unchanged = None, None
    if reusable is not None:
        key = compute_reading_key(max_bytes, settings.publishers)
        find_known = Readings(reusable).find
        find_unchanged = FileRecords(reusable, key=key, max_bytes=max_bytes).find

    def report_read(count: int) -> None:
        report_progress("read", count, UNKNOWN_TOTAL)

    return FileRules(max_bytes, follow_links, find_known, report_read, find_unchanged)


def compute_fingerprint(embedder: Embedder, passage_tokens: int) -> str:
    """Return what makes two indexes comparable, as sixteen hexadecimal digits."""
    parts = (
        FORMAT,
        embedder.fingerprint,
        tokenizer.get_tokenizer().fingerprint,
        lexicon.get_lexicon().fingerprint,
        passage_tokens,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def check_fingerprint(generation: OpenedIndex, fingerprint: str, settings: Settings) -> None:
    """Raise IndexMismatch, and name the mending command, when an index was made another way."""
    if generation.manifest["fingerprint"] == fingerprint:
        return
    model = generation.manifest["model"]
    raise IndexMismatch(
        f"the index {settings.index} was made with model {model}, or another version or passage "
        "size",
        hint=f"rag index --rebuild --model {settings.model} makes it anew; --model names the one "
        "it was made with",
    )


def _tidy_up(index: Path, report: BuildReport, options: BuildOptions) -> None:
    """Remove the generations that the one in force replaces, after this process has closed them."""
    if index_folder.read_current(index) != report.generation:
        # Nothing was written, and CURRENT was damaged: it names what was read in its place.
        index_folder.put_in_force(index, report.generation)
    # Also when nothing was written: what a kill or a power cut left beside the one in force goes.
    generations.remove_replaced_generations(index, report.generation, prune=options.prune)


def _report_nothing(stage: str, done: int, total: int) -> None:
    """Take a report of progress that nobody wants."""
