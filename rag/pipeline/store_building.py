"""``build`` into a store: the same articles, read and cut the same way, written to a database."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from rag.models import embedders, tokenizer
from rag.pipeline.building import (
    UNKNOWN_TOTAL,
    check_fingerprint,
    choose_links,
    compute_fingerprint,
    warn_of_links,
)
from rag.reading.skipped import count_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.index.build import BuildReport, Progress
    from rag.index.gathering import FindGone, GatheredArticles
    from rag.models.embedders import Embedder
    from rag.pipeline.building import BuildOptions
    from rag.reading.files import FileRules
    from rag.settings import Settings
    from rag.store.address import PostgresStore
    from rag.store.refreshing import Update
    from rag.store.stored_index import StoredIndex


def build_into_store(
    settings: Settings,
    store: PostgresStore,
    paths: Sequence[Path],
    *,
    options: BuildOptions,
    progress: Progress,
) -> BuildReport:
    """Bring a store up to date; see ``rag.pipeline.build``."""
    from rag.index.build import compare_with_index
    from rag.index.gathering import gather_articles
    from rag.index.spool import Spool
    from rag.store import refreshing

    started = time.perf_counter()
    embedder = embedders.load_embedder(settings.model, offline=settings.offline)

    def report_wait() -> None:
        progress("wait for another rag index", 0, UNKNOWN_TOTAL)

    lock = refreshing.lock_store(store, report_wait=report_wait)
    with nullcontext() if options.dry_run else lock, Spool(settings.publishers) as spool:
        with refreshing.open_previous(store) or nullcontext() as old:
            # A rebuild embeds everything anew, but keeps the folders that were indexed before.
            reusable = None if options.rebuild else old
            if reusable is not None:
                fingerprint = compute_fingerprint(embedder, settings.passage_tokens)
                check_fingerprint(reusable, fingerprint, settings)
            progress("read", 0, UNKNOWN_TOTAL)
            gathered = gather_articles(
                old,
                paths,
                rules=_make_rules(settings, choose_links(options, old), reusable, progress),
                find_gone=_choose_gone_finder(old, prune=options.prune),
                spool=spool,
            )
            report = compare_with_index(gathered, reusable)
            is_written = report.changed and not options.dry_run
            if is_written:
                update = _make_update(gathered, reusable, embedder, settings, progress)
                groups = refreshing.group_articles(update, reusable)
        # Only now, as a rebuild waits for whoever reads the vectors that it makes anew.
        if is_written:
            report = _write(store, update, groups, report)
            progress("write", 1, 1)
    report = warn_of_links(report, options, gathered)
    return replace(report, dry_run=options.dry_run, seconds=time.perf_counter() - started)


def _choose_gone_finder(old: StoredIndex | None, *, prune: bool) -> FindGone:
    """Return what finds the stories of the store whose file is gone; none where they are dropped.

    A file that is not on this machine is gone, too: it may be on another's.
    """
    from rag.index.build import find_gone_stories
    from rag.index.salvage import Salvage

    if old is None or prune:
        return lambda present_paths: Salvage([], ())
    return lambda present_paths: Salvage(find_gone_stories(old, present_paths), ())


def _make_rules(
    settings: Settings, follow_links: bool, reusable: StoredIndex | None, progress: Progress
) -> FileRules:
    """Return which files are read; what the store has of the same bytes is not extracted again."""
    from rag.reading.files import FileRules
    from rag.store.stored_readings import StoredReadings

    find_known = StoredReadings(reusable).find if reusable else None

    def report_read(count: int) -> None:
        progress("read", count, UNKNOWN_TOTAL)

    return FileRules(settings.max_file_mb << 20, follow_links, find_known, report_read)


def _make_update(
    gathered: GatheredArticles,
    reusable: StoredIndex | None,
    embedder: Embedder,
    settings: Settings,
    progress: Progress,
) -> Update:
    """Return what changes, with the contents of the articles that are new."""
    from rag.index.contents import make_contents
    from rag.index.gathering import list_readings, load_articles
    from rag.store.refreshing import Update, find_changes

    documents = load_articles(gathered.stories, reusable, gathered.spool)
    articles = list(chain.from_iterable(documents))
    changes = find_changes(articles, reusable)
    contents = make_contents(
        changes.new,
        embedder,
        size=settings.passage_tokens,
        old=reusable,
        progress=progress,
    )
    about = {
        "fingerprint": compute_fingerprint(embedder, settings.passage_tokens),
        "model": embedder.name,
        "tokenizer": tokenizer.get_tokenizer().fingerprint,
        "splitting": {"tokens": settings.passage_tokens},
        "root": str(gathered.root),
        "sources": [str(path) for path in gathered.sources],
        "follow_links": gathered.follow_links,
        "skipped": count_kinds(gathered.skipped),
    }
    return Update(
        articles,
        changes,
        replace(contents, readings=list_readings(gathered.stories, gathered.spool, None)),
        embedder.dimension,
        about,
        rebuild=reusable is None,
    )


def _write(
    store: PostgresStore, update: Update, groups: Sequence[int], report: BuildReport
) -> BuildReport:
    """Put an update in force; return the report with what the store holds now."""
    from rag.store.refreshing import write_update

    name = write_update(store, update, groups)
    with store.open() as opened:
        counts = opened.manifest["counts"]
    return replace(
        report, generation=name, passages=counts["passages"], sentences=counts["sentences"]
    )
