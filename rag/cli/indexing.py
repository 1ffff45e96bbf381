"""Building the index: what of, with a bar on stderr, and the first time before anything is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.cli.invocation import Invocation
    from rag.index.build import BuildReport
    from rag.settings.schema import Settings


def sources(paths: Sequence[str], settings: Settings) -> list[Path]:
    """What to index: what was named, else nothing new when there is an index, else the seeds."""
    if paths and all(paths):
        return [Path(path) for path in paths]
    if paths:
        raise UsageError("a path is empty", hint="rag index FOLDER, or rag index . for this one")
    if (settings.index / "CURRENT").is_file():
        return []
    if settings.seeds:
        return [settings.seeds]
    raise UsageError(
        "no articles were named",
        hint="rag index FOLDER, or put articles into a folder called seeds",
    )


def built(
    call: Invocation,
    settings: Settings,
    sources: Sequence[Path],
    *,
    rebuild: bool = False,
    prune: bool = False,
    dry_run: bool = False,
) -> BuildReport:
    """Build the index, a bar on stderr saying how far it is."""
    from rag import pipeline

    with call.bar() as bar:
        options = pipeline.BuildOptions(rebuild, prune, dry_run)
        return pipeline.build(settings, sources, options=options, progress=bar)


def first(call: Invocation, settings: Settings) -> None:
    """Build the index from the seeds when there are seeds and no index yet."""
    if not settings.seeds or (settings.index / "CURRENT").is_file():
        return
    from rag.show import report_page

    call.note(f"no index yet: building one from {settings.seeds}")
    report = built(call, settings, [settings.seeds])
    call.note(*(line.plain for line in report_page(report)))
