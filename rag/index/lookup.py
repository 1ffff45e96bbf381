"""What an index holds, looked up without a question: an article or passage by its id, and the state of the whole."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from rag.errors import UsageError
from rag.index import generations as store
from rag.records import Coverage, Span
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rag.index.generations import Generation
    from rag.records import Article, Filters, Passage
    from rag.settings.schema import Settings

NAMED = 5  # publishers or languages named when none is the one asked for


def find_by_reference(settings: Settings, reference: str) -> Passage | Article:
    """The passage or article of an index whose id starts with ``reference``.

    Raises:
        UsageError: none does, or several do.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        found = generation.find(reference)
    if found is None:
        raise UsageError(
            f"no article or passage has the id {reference}",
            hint="rag search --json shows the ids of what it finds",
        )
    return found


def find_excerpt(
    settings: Settings, article: str, cited: Span, *, neighbours: int = 0
) -> tuple[Article, Span]:
    """The article of that id, and where its passages stand that hold what was cited, with their ``neighbours`` on either side.

    Raises:
        UsageError: the index has no such article any more.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        passages = generation.passages(generation.article_rows(article))
    if not passages:
        raise UsageError(
            f"the index has no article {article} any more",
            hint="ask again: the index has been rebuilt since",
        )
    holding = [
        n
        for n, passage in enumerate(passages)
        if passage.start < cited.end and cited.start < passage.end
    ] or [0]
    shown = passages[max(0, holding[0] - neighbours) : holding[-1] + neighbours + 1]
    return passages[0].article, Span(shown[0].start, shown[-1].end)


def describe_index(settings: Settings) -> dict[str, object]:
    """What an index holds and how it was made, in the order a person asks."""
    with store.open_generation(settings.index) as generation:
        manifest, folder = generation.manifest, settings.index / generation.name
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    dates = cast("list[str | None]", manifest["dates"])
    return {
        "index": str(settings.index),
        "generation": generation.name,
        **{name: manifest[name] for name in ("created", "counts")},
        "from": dates[0],
        "to": dates[1],
        **{
            name: manifest[name]
            for name in ("publishers", "languages", "sources", "root", "model", "fingerprint")
        },
        "bytes": size,
    }


def describe_coverage(generation: Generation, filters: Filters) -> Coverage:
    """What is searched under the filters: articles, from when to when, by how many publishers."""
    counts = cast("Mapping[str, int]", generation.manifest["counts"])
    if any(filters):
        return replace(generation.coverage(filters), indexed=counts["articles"])
    first, last = (
        datetime.date.fromisoformat(day) if day else None for day in generation.manifest["dates"]
    )
    return Coverage(counts["articles"], first, last, counts["publishers"])


def find_unknown_names(filters: Filters, manifest: Mapping[str, object]) -> tuple[str, ...]:
    """A warning for each publisher and language that is asked for and that no article has, with the nearest ones."""
    warnings = []
    for what, asked, names in (
        ("by", filters.publishers, "publishers"),
        ("in", filters.languages, "languages"),
    ):
        known = {fold(name): name for name in cast("Mapping[str, int]", manifest[names])}
        for name in asked:
            if fold(name) not in known:
                near = [known[key] for key in _nearest(fold(name), known)] or list(known.values())[
                    :NAMED
                ]
                warnings.append(
                    f"no article is {what} {name}"
                    + (f"; {names}: {', '.join(near)}" if near else "")
                )
    return tuple(warnings)


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    import difflib

    keys = list(known)
    return (
        difflib.get_close_matches(name, keys, n=NAMED, cutoff=0.6)
        or [key for key in keys if name and name in key][:NAMED]
    )
