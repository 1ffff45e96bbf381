"""What was typed, kept in a file that only this user may read."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from prompt_toolkit.history import FileHistory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class History(FileHistory):
    """Keeps no line twice in a row, and none that begins with a space; without a place to keep it, it lasts until the end."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def append_string(self, string: str) -> None:
        """Remember a line."""
        if string.strip() and not string.startswith(" ") and self.get_strings()[-1:] != [string]:
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The lines kept, newest first."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Write a line to the file."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
            self.path.chmod(0o600)
            super().store_string(string)
