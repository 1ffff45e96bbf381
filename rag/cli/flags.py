"""The options of the commands. Those that are settings are made from the table in ``settings``, checks included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from rag.cli.completion import counted, folders
from rag.settings.schema import get_variable_name, list_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.cli.invocation import Invocation

F = TypeVar("F", bound="Callable[..., Any]")

FINDING = (
    "index",
    "top",
    "since",
    "until",
    "as_of",
    "dates",
    "publisher",
    "lang",
    "model",
    "offline",
    "color",
)
BUILDING = ("index", "model", "offline", "color")
LOOKING = ("index", "color")
OFFERS = {
    "index": folders,
    "publisher": counted("publishers"),
    "lang": counted("languages"),
}  # for Tab in a shell


def _keep(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Tell the call of an option that every command has."""
    call: Invocation = context.obj
    if value and parameter.name:
        setattr(call, parameter.name, value)


EVERYWHERE = (
    click.option(
        "--json", is_flag=True, expose_value=False, callback=_keep, help="print one JSON object"
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="only results and errors",
    ),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="say more on stderr",
    ),
)


def flags(*names: str) -> Callable[[F], F]:
    """Give a command the options of these settings, and those that every command has."""

    def decorate(function: F) -> F:
        for option in reversed([*(_option(name) for name in names), *EVERYWHERE]):
            function = option(function)
        return function

    return decorate


def _option(name: str) -> Callable[[F], F]:
    setting = list_settings()[name]
    help = f"{setting['help']} [{get_variable_name(name)}]"
    if isinstance(setting["default"], bool):
        return click.option(*setting["flags"], default=None, help=help)
    multiple = isinstance(setting["default"], tuple)
    about = {"metavar": setting["metavar"], "help": help, "shell_complete": OFFERS.get(name)}
    return click.option(*setting["flags"], name, multiple=multiple, **about)
