"""``rag config``: what the settings are, where each comes from, and how to change one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.flags import flags
from rag.errors import ANSWERED
from rag.settings import toml_file
from rag.settings.schema import format_value, get_setting, list_settings, save_setting

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation


@click.group(invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> int | None:
    """Show, get or set the settings."""
    return context.invoke(show) if context.invoked_subcommand is None else None


@config.command()
@flags()
@click.pass_obj
def show(call: Invocation, /) -> int:
    """Every setting, its value, and where that comes from."""
    from rag.show import mapping_page

    settings = call.settings({})
    rows = {
        name: {"value": getattr(settings, name), "origin": settings.origin(name)}
        for name in list_settings()
    }
    say = {"schema": 1, "status": "done", "settings": rows, "error": None}
    call.say(lambda: say, lambda: mapping_page(settings.describe()))
    return ANSWERED


@config.command()
@click.argument("key")
@flags()
@click.pass_obj
def get(call: Invocation, /, key: str) -> int:
    """The value of KEY."""
    from rag.show import Line, Segment, to_one_line

    name = key.replace("-", "_")
    get_setting(name)
    value = getattr(call.settings({}), name)
    say = {"schema": 1, "status": "done", "key": name, "value": value, "error": None}
    call.say(lambda: say, lambda: [Line((Segment(to_one_line(format_value(value))),))])
    return ANSWERED


@config.command("set")
@click.argument("key")
@click.argument("value")
@flags()
@click.pass_obj
def set_(call: Invocation, /, key: str, value: str) -> int:
    """Write KEY = VALUE into the nearest rag.toml, else into yours; an empty VALUE takes KEY out."""
    path = toml_file.find_config(Path.cwd())
    save_setting(path, key.replace("-", "_"), value)
    call.note(f"written to {path}")
    call.say(lambda: {"schema": 1, "status": "done", "path": path, "error": None}, list)
    return ANSWERED


@config.command()
@flags()
@click.pass_obj
def path(call: Invocation, /) -> int:
    """The rag.toml that is read, and that set writes."""
    from rag.show import Line, Segment, to_one_line

    found = toml_file.find_config(Path.cwd())
    call.say(
        lambda: {"schema": 1, "status": "done", "path": found, "error": None},
        lambda: [Line((Segment(to_one_line(str(found))),))],
    )
    return ANSWERED
