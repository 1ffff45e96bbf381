"""What the shell offers after Tab: publishers, languages, numbers of sources, ids of articles.

Whatever goes wrong here offers nothing: a message between two keys would land in the line that
someone types. How a shell is told is in ``shells``.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.cli import last_answer
from rag.errors import RagError
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import click
    from click.shell_completion import CompletionItem

    from rag.index.opened import Store

    CompleteFunction = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

MAX_OFFERS = 200  # chosen by hand: more than a shell shows without asking back


class Offer(NamedTuple):
    """A word that is offered, and what the shell shows beside it."""

    text: str
    description: str


def complete_folder(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Leave it to the shell to offer folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="dir")]


def complete_path(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Leave it to the shell to offer files and folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


def make_name_completion(field: str) -> CompleteFunction:
    """Return a function that offers the ``publishers`` or ``languages`` of the index."""

    def complete(
        context: click.Context, parameter: click.Parameter, typed: str
    ) -> list[CompletionItem]:
        return _filter_offers(typed, _list_names(context, field))

    return complete


def complete_reference(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the sources of the last answer by number; once something is typed, articles by id."""
    offers: list[Offer] = []
    with suppress(RagError, OSError):
        for number, title in last_answer.list_titles().items():
            offers.append(Offer(str(number), title))
    if typed:
        with suppress(RagError, OSError):
            offers += _list_articles(_locate_index(context))
    return _filter_offers(typed, offers)


def _list_names(context: click.Context, field: str) -> Iterator[Offer]:
    from rag.index.opened import open_index

    counts: dict[str, int] = {}
    with suppress(RagError, OSError), open_index(_locate_index(context)) as generation:
        manifest: Mapping[str, Any] = generation.manifest
        counts = manifest[field]
    for name, count in counts.items():
        yield Offer(name, f"{count} articles")


def _list_articles(index: Path | Store) -> list[Offer]:
    from rag.index.opened import open_index

    with open_index(index) as generation:
        return [Offer(article.id, article.title) for article in generation.articles()]


def _locate_index(context: click.Context) -> Path | Store:
    """Return the folder or the store that the command line so far means."""
    from rag.store.address import choose_place

    flags = {name: context.params.get(name) for name in ("index", "store")}
    return choose_place(Settings.load(flags))


def _filter_offers(typed: str, offers: Iterable[Offer]) -> list[CompletionItem]:
    """Return the first offers that begin with what was typed, whatever the case and accents."""
    from click.shell_completion import CompletionItem

    from rag.text import fold, to_one_line

    prefix = fold(typed)
    matches = (offer for offer in offers if fold(offer.text).startswith(prefix))
    items = []
    for offer in islice(matches, MAX_OFFERS):
        word = to_one_line(offer.text)
        items.append(CompletionItem(word, help=to_one_line(offer.description)))
    return items
