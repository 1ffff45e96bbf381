"""Building the index from the command line, the first time before anything is asked."""

from __future__ import annotations

import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.stdin_document import STDIN, keep_stdin
from rag.errors import IndexLocked, UsageError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.cli.invocation import Invocation
    from rag.index.build import BuildReport
    from rag.pipeline import BuildOptions, Rag
    from rag.settings import Settings


def has_index(settings: Settings) -> bool:
    """Return whether an index lies where the settings say, be it damaged."""
    from rag.index import index_folder

    if settings.store is not None:
        # A store is filled by whoever names its articles: seeds beside the asker are none of its.
        return True
    return index_folder.has_index(settings.index)


def choose_sources(
    paths: Sequence[str], settings: Settings, stdin_name: str | None = None
) -> list[Path]:
    """Return what to index: what was named, or nothing new, or for a new index the seeds.

    For ``-`` that is a copy of stdin, which is called as ``stdin_name`` says.

    Raises:
        UsageError: a path is empty, or there is nothing to index.
    """
    if not all(paths):
        raise UsageError("a path is empty", hint="rag index FOLDER, or rag index . for this one")
    if paths:
        sources = [Path(path) for path in paths if path != STDIN]
        if STDIN in paths:
            sources.append(keep_stdin(stdin_name, max_bytes=settings.max_file_mb << 20))
        return sources
    if has_index(settings):
        return []
    if settings.seeds:
        check_seeds(settings.seeds)
        return [settings.seeds]
    raise UsageError(
        "no articles were named",
        hint="rag index FOLDER, or put articles into a folder called seeds",
    )


def check_seeds(seeds: Path) -> None:
    """Raise UsageError where seeds/ is a link out of its folder: it may have come with the folder.

    What it leads to is indexed when it is named.
    """
    if not seeds.is_symlink():
        return
    target = seeds.resolve()
    if not target.is_relative_to(seeds.parent.resolve()):
        raise UsageError(
            f"{seeds} is a link to {target}, which is used only when you name it",
            hint=f"rag index {shlex.quote(str(target))}",
        )


@contextmanager
def explain_lost_report(report: BuildReport) -> Iterator[None]:
    """Raise WriteError where what a build did cannot be written: the index is there all the same.

    Whoever reads no further (``rag index | head -1``) is no such case.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if report.dry_run:
            raise
        raise WriteError(
            f"the index is in force, but this could not be written: {error.strerror}",
            hint="rag status says what it holds",
        ) from error


def build_index(
    invocation: Invocation,
    settings: Settings,
    sources: Sequence[Path],
    options: BuildOptions | None = None,
) -> BuildReport:
    """Build or refresh the index, with a progress bar on stderr."""
    from rag import pipeline

    options = options or pipeline.BuildOptions()
    with invocation.make_progress_bar() as bar:
        return pipeline.build(settings, sources, options=options, progress=bar)


def build_index_from_seeds(invocation: Invocation, settings: Settings) -> None:
    """Build the index when there are seeds and no index yet.

    So a newcomer's first question needs no other command. Two questions at once build it once: the
    second waits, and builds it only where the first one died.
    """
    if not settings.seeds or has_index(settings):
        return
    check_seeds(settings.seeds)
    from rag.index import index_folder
    from rag.show import report_page

    invocation.write_notes(f"no index yet: building one from {settings.seeds}")
    while not has_index(settings):
        try:
            report = build_index(invocation, settings, [settings.seeds])
        except IndexLocked:
            invocation.write_notes("another process is building it: waiting")
            index_folder.wait_for_builder(settings.index)
        else:
            invocation.write_notes(*(line.plain for line in report_page(report)))
            return


def open_index(invocation: Invocation, settings: Settings) -> Rag:
    """Return the index, built first from the seeds when there is none yet."""
    from rag import pipeline

    build_index_from_seeds(invocation, settings)
    return pipeline.Rag.open(settings)
