"""``rag config``: what the settings are, where each comes from, and how to change one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.flags import add_flags
from rag.errors import ANSWERED
from rag.settings import find_config, format_value, get_setting, list_settings, save_setting

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation


@click.group(invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> int | None:
    """Show, get or set the settings."""
    return context.invoke(show) if context.invoked_subcommand is None else None


@config.command()
@add_flags()
@click.pass_obj
def show(invocation: Invocation, /) -> int:
    """Every setting, its value, and where that comes from."""
    from rag.show import mapping_page

    settings = invocation.load_settings({})
    rows = {}
    for name in list_settings():
        rows[name] = {"value": getattr(settings, name), "origin": settings.origin(name)}
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "settings": rows, "error": None},
        lambda: mapping_page(settings.describe()),
    )
    return ANSWERED


@config.command()
@click.argument("key")
@add_flags()
@click.pass_obj
def get(invocation: Invocation, /, key: str) -> int:
    """The value of KEY."""
    from rag.show import make_line

    name = key.replace("-", "_")
    get_setting(name)  # raises UsageError where there is no such setting
    value = getattr(invocation.load_settings({}), name)
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "key": name, "value": value, "error": None},
        lambda: [make_line(format_value(value))],
    )
    return ANSWERED


@config.command("set")
@click.argument("key")
@click.argument("value")
@add_flags()
@click.pass_obj
def set_(invocation: Invocation, /, key: str, value: str) -> int:
    """Write KEY = VALUE into the nearest rag.toml, else into yours.

    An empty VALUE takes KEY out.
    """
    path = find_config(Path.cwd())
    save_setting(path, key.replace("-", "_"), value)
    invocation.write_notes(f"written to {path}")
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "path": path, "error": None}, list
    )
    return ANSWERED


@config.command()
@add_flags()
@click.pass_obj
def path(invocation: Invocation, /) -> int:
    """The rag.toml that is read, and that set writes."""
    from rag.show import make_line

    path = find_config(Path.cwd())
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "path": path, "error": None},
        lambda: [make_line(str(path))],
    )
    return ANSWERED
