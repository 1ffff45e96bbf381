"""``rag export`` and ``rag import``: an index carried from one place to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.completion import complete_path
from rag.cli.flags import LOOKUP_FLAGS, add_flags
from rag.errors import ANSWERED

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.pipeline import Carried


@click.command("export")
@click.argument("target", metavar="FOLDER|FILE.tar", shell_complete=complete_path)
@click.option("--force", is_flag=True, help="overwrite what is there")
@add_flags(*LOOKUP_FLAGS)
@click.pass_obj
def export(invocation: Invocation, /, target: str, force: bool, **options: object) -> int:
    """Write the index into another folder, or into a file to be sent.

    From the folder or the store that is named: --store ADDRESS makes a folder of a database. A name
    that ends in .tar, .tar.gz or .tgz is a file.
    """
    from rag.pipeline import export_index

    settings = invocation.load_settings(options)
    _print_carried(invocation, export_index(settings, Path(target), force=force))
    return ANSWERED


@click.command("import")
@click.argument("source", metavar="FOLDER|FILE.tar", shell_complete=complete_path)
@click.option("--force", is_flag=True, help="overwrite the index that is there")
@add_flags(*LOOKUP_FLAGS)
@click.pass_obj
def import_(invocation: Invocation, /, source: str, force: bool, **options: object) -> int:
    """Take the index of a folder, or of a file that export wrote.

    Into the folder or the store that is named: --store ADDRESS fills a database.
    """
    from rag.pipeline import import_index

    settings = invocation.load_settings(options)
    _print_carried(invocation, import_index(settings, Path(source), force=force))
    return ANSWERED


def _print_carried(invocation: Invocation, carried: Carried) -> None:
    """Say what was carried where."""
    from rag.show import make_line

    text = f"{carried.articles:,} articles, {carried.passages:,} passages: written to "
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", **carried._asdict(), "error": None},
        lambda: [make_line(text + carried.target)],
    )
