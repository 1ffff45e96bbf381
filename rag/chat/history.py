"""What was typed, kept in a file that only this user may read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prompt_toolkit.history import FileHistory

from rag.settings import has_password

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ONLY_MINE, ONLY_MY_FOLDER = 0o600, 0o700


class History(FileHistory):
    """The lines typed, without repetitions and without those that begin with a space.

    Nor is the address of a store kept that has a password.

    Without a place to keep them, they last until the end.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def append_string(self, string: str) -> None:
        """Remember a line."""
        if not string.strip() or string.startswith(" ") or has_password(string):
            return
        lines = self.get_strings()
        if lines and lines[-1] == string:
            return
        super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """Return the lines kept, newest first."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Write a line to the file."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=ONLY_MY_FOLDER, parents=True, exist_ok=True)
            # Before anything is in it, and again where another program has made it readable.
            self.path.touch(mode=ONLY_MINE)
            self.path.chmod(ONLY_MINE)
            super().store_string(string)
