"""What the shell offers after Tab: publishers and languages of the index, numbers and ids that ``rag show`` takes."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from rag.cli import last_answer as last
from rag.errors import RagError
from rag.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

MOST = 200  # offered at once


def folders(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Leaves it to the shell to offer folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="dir")]


def counted(what: str) -> Offer:
    """Offers the ``publishers`` or ``languages`` of the index, with how many articles each has."""

    def offer(
        context: click.Context, parameter: click.Parameter, typed: str
    ) -> list[CompletionItem]:
        from rag.index import lookup

        counts: object = {}
        with suppress(RagError, OSError):
            counts = lookup.describe_index(_settings(context).index)[what]
        names = counts if isinstance(counts, dict) else {}
        return _matching(typed, ((name, f"{count} articles") for name, count in names.items()))

    return offer


def references(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offers the sources of the last answer by number, and once a digit or letter is typed the articles of the index by id."""
    from rag.index import generations as store

    found: list[tuple[str, str]] = []
    with suppress(RagError, OSError):
        found += [(str(number), title) for number, title in last.titles().items()]
    with suppress(RagError, OSError):
        if typed:
            with store.open_generation(_settings(context).index) as generation:
                found += [(article.id, article.title) for article in generation.articles()]
    return _matching(typed, found)


def _settings(context: click.Context) -> Settings:
    return Settings.load({"index": context.params.get("index")})


def _matching(typed: str, offered: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """Those that begin with what was typed, whatever the case and accents."""
    from click.shell_completion import CompletionItem

    from rag.text.words import fold, to_one_line

    matching = ((text, about) for text, about in offered if fold(text).startswith(fold(typed)))
    return [
        CompletionItem(_quoted(to_one_line(text)), help=to_one_line(about))
        for text, about in islice(matching, MOST)
    ]


def _quoted(text: str) -> str:
    """The text as a word; bash alone does not see to that itself."""
    bash = os.environ.get("_RAG_COMPLETE", "").startswith("bash")
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text) if bash else text
