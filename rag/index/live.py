"""An index that stays open in a long-running program.

Opened in the background, and again when it changes.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.index.opened import OpenedIndex
    from rag.records import Coverage

# The settings that an open index depends on: with another value of one of them it is another index.
OPENING_SETTINGS = ("index", "store", "model", "offline", "passage_tokens")


class OpeningSettings(Protocol):
    """Whatever has the settings that an open index depends on."""

    @property
    def index(self) -> Path:
        """Return the folder of the index."""

    @property
    def store(self) -> object:
        """Return the address of the store, None where the index is in a folder."""

    @property
    def model(self) -> str:
        """Return the name of the embedding model."""

    @property
    def offline(self) -> bool:
        """Return whether the network is out of bounds."""

    @property
    def passage_tokens(self) -> int:
        """Return how many tokens a passage has at most."""


class OpenIndex(Protocol):
    """Whatever answers from a generation and lets go of it when closed."""

    @property
    def generation(self) -> OpenedIndex:
        """Return the generation that is open."""

    def close(self) -> None:
        """Let go of it."""


ChosenSettings = TypeVar("ChosenSettings", bound=OpeningSettings)
Opened = TypeVar("Opened", bound=OpenIndex)


class LiveIndex(Generic[ChosenSettings, Opened]):
    """Opens an index when it is needed, at the latest; ``get`` gives it as it is today.

    ``open_index`` makes an open index of settings. ``warm_up`` is called once with it in the
    background, to read what the first question would else wait for. ``read_stamp`` gives what
    changes when the index does.
    """

    def __init__(
        self,
        open_index: Callable[[ChosenSettings], Opened],
        *,
        warm_up: Callable[[Opened], object] = lambda opened: None,
        read_stamp: Callable[[ChosenSettings, OpenedIndex], tuple[object, ...]] | None = None,
    ) -> None:
        self._open_index = open_index
        self._read_stamp = read_stamp or read_folder_stamp
        self._warm_up = warm_up
        self._opened: Opened | None = None
        self._folder: Path | None = None
        self._key: tuple[object, ...] = ()
        self._stamp: tuple[object, ...] = ()
        self._thread: threading.Thread | None = None

    def start(self, settings: ChosenSettings, *, done: Callable[[], None]) -> None:
        """Begin, once, to open it; ``done`` is called from a thread as soon as it is open."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._open_and_warm_up, args=(settings, done), daemon=True
            )
            self._thread.start()

    def get(self, settings: ChosenSettings) -> Opened:
        """Return the open index, opened anew when it is another one or its files have changed.

        Raises:
            RagError: it cannot be opened; what was open stays so, and the next call tries again.
        """
        self._wait()
        opened = self._opened
        if opened is None or self._is_stale(opened, settings):
            opened = self._open(settings)
        return opened

    def close(self) -> None:
        """Let go of it; ``get`` opens it again."""
        self._wait()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def is_opening(self) -> bool:
        """Return whether it is being opened just now, or soon will be."""
        return self._thread is None or self._thread.is_alive()

    @property
    def generation_name(self) -> str:
        """Return the name of the generation that is open; empty when none is yet."""
        if self._opened is None:
            return ""
        return self._opened.generation.name

    @property
    def coverage(self) -> Coverage | None:
        """Return what the open index holds; None when none is open yet."""
        if self._opened is None:
            return None
        from rag.index.lookup import describe_coverage
        from rag.records import Filters

        return describe_coverage(self._opened.generation, Filters())

    def list_names(self, kind: Literal["publishers", "languages"]) -> list[str]:
        """Return the ``publishers`` or ``languages`` of the open index; none when none is open."""
        if self._opened is None:
            return []
        return list(self._opened.generation.manifest[kind])

    def is_rebuilt(self) -> bool:
        """Return whether another generation is in force than the one that is open."""
        if self._opened is None or self._folder is None:
            return False
        name = _read_current(self._folder)
        return name not in ("", self.generation_name)

    def _wait(self) -> None:
        """Wait for the thread that opens it, where there is one."""
        if self._thread is not None:
            self._thread.join()

    def _open_and_warm_up(self, settings: ChosenSettings, done: Callable[[], None]) -> None:
        """Open it in the thread.

        What goes wrong here, foreseen or not, goes wrong again in ``get``, which says so.
        """
        with suppress(Exception):
            opened = self._open(settings)
            done()
            self._warm_up(opened)

    def _open(self, settings: ChosenSettings) -> Opened:
        """Return it freshly opened; only then is the one before closed."""
        opened = self._open_index(settings)
        previous = self._opened
        self._opened = opened
        self._folder = settings.index if settings.store is None else None
        self._key = _make_key(settings)
        self._stamp = self._read_stamp(settings, opened.generation)
        if previous is not None:
            previous.close()
        return opened

    def _is_stale(self, opened: Opened, settings: ChosenSettings) -> bool:
        """Return whether the open index is not the one that the settings name, as it is on disk."""
        if _make_key(settings) != self._key:
            return True
        return self._read_stamp(settings, opened.generation) != self._stamp


def _make_key(settings: OpeningSettings) -> tuple[object, ...]:
    """Return the values of the settings that an open index depends on."""
    return tuple(getattr(settings, name) for name in OPENING_SETTINGS)


def read_folder_stamp(settings: OpeningSettings, generation: OpenedIndex) -> tuple[object, ...]:
    """Return what changes when a file of the generation does, or when another comes into force."""
    stamp: list[object] = [_read_current(settings.index)]
    stamp += map(_read_stat, generation.list_files())
    return tuple(stamp)


def _read_stat(path: Path) -> tuple[int, ...]:
    """Return what tells a file from the one that was there before; empty when there is none."""
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _read_current(index: Path) -> str:
    """Return the name of the generation in force; empty when it cannot be read."""
    try:
        return (index / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
