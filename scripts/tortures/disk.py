"""A disk that has only what was synced: what a power cut leaves of a folder.

Of a file that was synced, its content at that moment; of a folder that was synced, its names. Of
what came later each change has reached the disk or has not: the system writes in any order.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

NOTHING, EVERYTHING, SOME = "nothing", "everything", "some"


class Disk:
    """What of a folder has reached the disk; at first all that is in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._folders: set[int] = set()
        # Files stay open, so that no other gets the number of one that was removed.
        self._held: dict[int, int] = {}
        for path in (root, *root.rglob("*")):
            self.sync_path(path)

    def sync(self, descriptor: int) -> None:
        """Take down that an open file or folder has reached the disk."""
        self.sync_path(Path(f"/proc/self/fd/{descriptor}").readlink())

    def sync_path(self, path: Path) -> None:
        """Take down that a file or folder has reached the disk."""
        number = self._hold(path)
        if path.is_dir():
            self._names[number] = {child.name: self._hold(child) for child in path.iterdir()}
        else:
            self._contents[number] = path.read_bytes()

    def _hold(self, path: Path) -> int:
        status = path.lstat()
        number = status.st_ino
        if number not in self._held and not stat.S_ISLNK(status.st_mode):
            self._held[number] = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            if stat.S_ISDIR(status.st_mode):
                self._folders.add(number)
        return number

    def cut(self, target: Path, rng: random.Random) -> str:
        """Write what a power cut leaves into another folder; return how much survived."""
        survives = rng.choice((NOTHING, EVERYTHING, SOME, SOME))
        paths = {self._hold(path): path for path in (self._root, *self._root.rglob("*"))}
        luck = {number: rng.random() < 0.5 for number in sorted({*paths, *self._held})}
        if survives != SOME:
            luck = dict.fromkeys(luck, survives == EVERYTHING)
        self._write_folder(self._hold(self._root), target, _After(paths, luck, rng))
        return survives

    def _write_folder(self, number: int, target: Path, after: _After) -> None:
        target.mkdir()
        synced = self._names.get(number, {})
        path = after.paths.get(number)
        live = {child.name: child.lstat().st_ino for child in path.iterdir()} if path else {}
        for name in sorted({*synced, *live}):
            old, new = synced.get(name), live.get(name)
            # A change of names is one of the file that gets or loses the name.
            changed = new if new is not None else old
            child = new if old == new or (changed is not None and after.luck[changed]) else old
            if child is None:
                continue
            if child in self._folders:
                self._write_folder(child, target / name, after)
            else:
                (target / name).write_bytes(self._survive(child, after))

    def _survive(self, number: int, after: _After) -> bytes:
        """Return what is left of a file's content."""
        path = after.paths.get(number)
        synced = self._contents.get(number)
        live = path.read_bytes() if path else synced or b""
        if live == synced or after.luck[number]:
            return live
        if synced is not None:
            return synced
        # Never synced: nothing of it, zeros, or a part.
        part = after.rng.randrange(len(live) + 1)
        return after.rng.choice((b"", bytes(len(live)), live[:part]))


class _After:
    """The moment of the cut: what lies where, and which changes were written by chance."""

    def __init__(self, paths: dict[int, Path], luck: dict[int, bool], rng: random.Random) -> None:
        self.paths = paths
        self.luck = luck
        self.rng = rng
