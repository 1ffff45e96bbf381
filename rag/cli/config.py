"""``rag config``: what the settings are, where each comes from, and how to change one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.flags import add_flags
from rag.errors import ANSWERED, UsageError
from rag.settings import (
    add_trust,
    find_config,
    find_nearest_config,
    format_value,
    get_setting,
    list_own_values,
    list_settings,
    read_data,
    remove_trust,
    save_setting,
)

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.settings import Settings


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
    rows = list_origins(settings)
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "settings": rows, "error": None},
        lambda: mapping_page(settings.describe()),
    )
    return ANSWERED


def list_origins(settings: Settings) -> dict[str, object]:
    """Return every setting's value with where it comes from, for ``--json``."""
    rows: dict[str, object] = {}
    for name in list_settings():
        value = getattr(settings, name)
        rows[name] = {"value": value, "origin": settings.origin(name)}
    return rows


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
    warnings = save_setting(path, key.replace("-", "_"), value)
    invocation.write_notes(f"written to {path}")
    invocation.write_warnings(warnings)
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


@config.command()
@click.argument("file", required=False, metavar="[PATH]")
@click.option("--forget", is_flag=True, help="trust it no longer")
@add_flags()
@click.pass_obj
def trust(invocation: Invocation, /, file: str | None, forget: bool) -> int:
    """Let a rag.toml that came with a folder choose model, index and network.

    The nearest one, or that of PATH, as it is now: a changed file has to be trusted again.
    """
    from rag.show import make_line

    path = _locate_config(file)
    values: dict[str, object] = {}
    if forget:
        remove_trust(path)
    else:
        data = read_data(path)
        values = list_own_values(path, data)
        add_trust(path, data)
    verb = "no longer trusted" if forget else "trusted"
    page = [make_line(f"{verb}: {path}")]
    for name, value in values.items():
        page.append(make_line(f"{name} = {format_value(value)!r}", lead="  "))
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", "path": path, "settings": values, "error": None},
        lambda: page,
    )
    return ANSWERED


def _locate_config(name: str | None) -> Path:
    """Return the rag.toml that is named, or lies in the folder that is, else the nearest.

    Raises:
        UsageError: there is none.
    """
    hint = "rag config trust PATH, of a rag.toml or of its folder"
    if name is None:
        nearest = find_nearest_config(Path.cwd())
        if nearest is None:
            raise UsageError("no rag.toml here or in a folder above", hint=hint)
        return nearest
    path = Path.cwd() / name
    if path.is_dir():
        path /= "rag.toml"
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file", hint=hint)
    return path
