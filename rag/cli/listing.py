"""``rag list``: the articles of the index."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from rag.cli.flags import add_flags
from rag.errors import ANSWERED, NOT_IN_SOURCES, UsageError

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.index.listing import Listing

LIST_FLAGS = ("index", "store", "since", "until", "as_of", "publisher", "lang", "color")
SORTS = ("day", "publisher", "title", "path")


@click.command("list")
@add_flags(*LIST_FLAGS)
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="day",
    show_default=True,
    help="by day the newest come first, the undated last",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="no more than N")
@click.option("--csv", "is_table", is_flag=True, help="a table for a spreadsheet")
@click.pass_obj
def list_command(
    invocation: Invocation,
    /,
    sort: str,
    limit: int | None,
    is_table: bool,
    **options: object,
) -> int:
    """The articles: day, publisher, title, place.

    Those that --since, --until, --publisher and --lang let through.
    """
    if is_table and invocation.json:
        raise UsageError("both --json and --csv are asked for", hint="leave one of them out")
    from rag.index.listing import choose_sort, list_articles
    from rag.index.lookup import limit_to_day
    from rag.index.name_matches import choose_publishers, find_unknown_names
    from rag.index.opened import open_index
    from rag.show import list_json, list_page
    from rag.store.address import choose_place

    settings = invocation.load_settings(options)
    filters = limit_to_day(settings.filters, settings.as_of)
    origin = settings.origin("publisher")
    with open_index(choose_place(settings)) as generation:
        known = generation.manifest["publishers"]
        publishers = choose_publishers(filters.publishers, known, origin=origin)
        filters = filters._replace(publishers=publishers.names)
        listing = list_articles(generation, filters, sort=choose_sort(sort), limit=limit)
        unknown_names = find_unknown_names(filters, generation.manifest)
    if is_table:
        _write_table(listing)
    else:
        invocation.print_result(lambda: list_json(listing), lambda: list_page(listing))
    invocation.write_warnings([*publishers.remarks, *unknown_names])
    return ANSWERED if listing.articles else NOT_IN_SOURCES


def _write_table(listing: Listing) -> None:
    """Write the articles as CSV on stdout."""
    from rag.cli.tables import Table
    from rag.show import list_rows

    table = Table()
    for row in list_rows(listing):
        table.write_row(row)
    sys.stdout.flush()
