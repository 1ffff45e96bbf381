"""The options of the commands, made from the table in ``rag.settings``, checks included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from rag.cli.completion import complete_folder, make_name_completion
from rag.settings import get_variable_name, list_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.cli.invocation import Invocation

Command = TypeVar("Command", bound="Callable[..., Any]")

# Settings that are options of the commands that ask, that build, that only look things up.
QUESTION_FLAGS = (
    "index",
    "store",
    "top",
    "since",
    "until",
    "as_of",
    "dates",
    "reader",
    "publisher",
    "lang",
    "model",
    "offline",
    "color",
)
ASKING_FLAGS = (*QUESTION_FLAGS, "llm", "llm_context")
BUILD_FLAGS = ("index", "store", "model", "offline", "color")
LOOKUP_FLAGS = ("index", "store", "color")
# What Tab in a shell offers for the value of an option.
COMPLETIONS = {
    "index": complete_folder,
    "publisher": make_name_completion("publishers"),
    "lang": make_name_completion("languages"),
}


def _store(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Set the field of the invocation that an option of every command is about."""
    invocation: Invocation = context.obj
    if value and parameter.name:
        setattr(invocation, parameter.name, value)


def _make_switch(*names: str, help: str) -> Callable[[Command], Command]:
    """Return an option that is stored in the invocation, not passed to the command."""
    return click.option(*names, is_flag=True, expose_value=False, callback=_store, help=help)


SWITCHES = (
    _make_switch("--json", help="print one JSON object"),
    _make_switch("-q", "--quiet", help="only results and errors"),
    _make_switch("-v", "--verbose", help="say more on stderr"),
)


def add_flags(*names: str) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the options of these settings, and the switches."""

    def decorate(command: Command) -> Command:
        options = [*(_make_option(name) for name in names), *SWITCHES]
        for option in reversed(options):  # decorators apply from the last to the first
            command = option(command)
        return command

    return decorate


def _make_option(name: str) -> Callable[[Command], Command]:
    """Return the option of a setting: a pair of switches for a yes or no, else with a value."""
    setting = list_settings()[name]
    help = f"{setting['help']} [{get_variable_name(name)}]"
    if "/--no-" in setting["flags"][0]:
        return click.option(*setting["flags"], default=None, help=help)
    return click.option(
        *setting["flags"],
        name,
        multiple=isinstance(setting["default"], tuple),
        metavar=setting["metavar"],
        help=help,
        shell_complete=COMPLETIONS.get(name),
    )
