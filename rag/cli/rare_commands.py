"""Commands of rarer use, each imported when it is asked for: an answer need not wait for them."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click


def _load_check() -> click.Command:
    from rag.cli.check import check

    return check


def _load_completion() -> click.Command:
    from rag.cli.completion_command import completion

    return completion


def _load_config() -> click.Command:
    from rag.cli.config import config

    return config


def _load_doctor() -> click.Command:
    from rag.cli.doctor import doctor

    return doctor


def _load_export() -> click.Command:
    from rag.cli.carrying import export

    return export


def _load_import() -> click.Command:
    from rag.cli.carrying import import_

    return import_


def _load_list() -> click.Command:
    from rag.cli.listing import list_command

    return list_command


_LOADERS: dict[str, Callable[[], click.Command]] = {
    "check": _load_check,
    "completion": _load_completion,
    "config": _load_config,
    "doctor": _load_doctor,
    "export": _load_export,
    "import": _load_import,
    "list": _load_list,
}


class Commands(MutableMapping[str, "click.Command"]):
    """All commands by their names, as click looks them up."""

    def __init__(self) -> None:
        """Know the names of those that are not imported yet."""
        self._loaded: dict[str, click.Command] = {}
        self._names = dict.fromkeys(_LOADERS)

    def __getitem__(self, name: str) -> click.Command:
        """Return a command, imported."""
        if name not in self._loaded:
            self._loaded[name] = _LOADERS[name]()
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command."""
        self._loaded[name] = command
        self._names[name] = None

    def __delitem__(self, name: str) -> None:
        """Forget a command."""
        del self._names[name]
        self._loaded.pop(name, None)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a command of this name; it is not imported."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)
