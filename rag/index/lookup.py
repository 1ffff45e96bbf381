"""What an index holds, looked up without a question: an article or passage by its id, and the state of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rag.errors import UsageError
from rag.index import generations as store
from rag.records import Span

if TYPE_CHECKING:
    from rag.records import Article, Passage
    from rag.settings.schema import Settings


def show(settings: Settings, reference: str) -> Passage | Article:
    """The passage or article of an index whose id starts with ``reference``.

    Raises:
        UsageError: none does, or several do.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        found = generation.find(reference)
    if found is None:
        raise UsageError(f"no article or passage has the id {reference}", hint="rag search --json shows the ids of what it finds")
    return found


def excerpt(settings: Settings, article: str, cited: Span, *, neighbours: int = 0) -> tuple[Article, Span]:
    """The article of that id, and where its passages stand that hold what was cited, with their ``neighbours`` on either side.

    Raises:
        UsageError: the index has no such article any more.
        IndexProblem: the index is missing or damaged.
    """
    with store.open_generation(settings.index) as generation:
        passages = generation.passages(generation.article_rows(article))
    if not passages:
        raise UsageError(f"the index has no article {article} any more", hint="ask again: the index has been rebuilt since")
    holding = [n for n, passage in enumerate(passages) if passage.start < cited.end and cited.start < passage.end] or [0]
    shown = passages[max(0, holding[0] - neighbours) : holding[-1] + neighbours + 1]
    return passages[0].article, Span(shown[0].start, shown[-1].end)


def status(settings: Settings) -> dict[str, object]:
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
        **{name: manifest[name] for name in ("publishers", "languages", "sources", "root", "model", "fingerprint")},
        "bytes": size,
    }
