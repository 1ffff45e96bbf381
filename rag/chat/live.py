"""The index that the loop asks: opened in the background while the prompt is drawn, and again when its files have changed."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.errors import RagError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.pipeline import Rag
    from rag.records import Coverage
    from rag.settings.schema import Settings

MADE_OF = (
    "index",
    "model",
    "offline",
    "passage_tokens",
)  # the settings that an open index depends on


class LiveIndex:
    """Opens the index when it is needed, at the latest; ``rag`` gives it as it is today."""

    def __init__(self) -> None:
        self._rag: Rag | None = None
        self._stamp: tuple[object, ...] = ()
        self._thread: threading.Thread | None = None

    def start(self, settings: Settings, *, done: Callable[[], None]) -> None:
        """Begin, once, to open it and to read what an answer needs; ``done`` is called from the thread as soon as it is open."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._begin, args=(settings, done), daemon=True)
            self._thread.start()

    def rag(self, settings: Settings) -> Rag:
        """The open index under these settings, opened anew when it is another one or its files have changed.

        Raises:
            RagError: it cannot be opened; what was open stays so, and the next call tries again.
        """
        if self._thread is not None:
            self._thread.join()
        if self._rag is None or self._stale(settings):
            self._open(settings)
        assert self._rag is not None
        return self._rag.with_settings(settings)

    @property
    def opening(self) -> bool:
        """Whether it is being opened just now."""
        return self._thread is None or self._thread.is_alive()

    @property
    def generation(self) -> str:
        """The name of the generation that is open; empty when none is yet."""
        return self._rag.generation.name if self._rag else ""

    @property
    def coverage(self) -> Coverage | None:
        """What the open index holds; None when none is open yet."""
        if self._rag is None:
            return None
        from rag.index.lookup import describe_coverage
        from rag.records import Filters

        return describe_coverage(self._rag.generation, Filters())

    def names(self, what: str) -> list[str]:
        """The ``publishers`` or ``languages`` of the open index; none when it is not open yet."""
        return list(self._rag.generation.manifest[what]) if self._rag else []

    def rebuilt(self) -> bool:
        """Whether another generation has come into force than the one that is open."""
        if self._rag is None:
            return False
        current = _text(self._rag.settings.index / "CURRENT")
        return bool(current) and current != self.generation

    def close(self) -> None:
        """Let go of it."""
        if self._thread is not None:
            self._thread.join()
        if self._rag is not None:
            self._rag.close()
            self._rag = None

    def _begin(self, settings: Settings, done: Callable[[], None]) -> None:
        from rag.show import Screen

        with suppress(RagError, OSError):  # the first question says why
            self._open(settings)
            done()
            if self._rag is not None:
                self._rag.ask("?")
            Screen(io.StringIO(), color="always", width=80).write([])

    def _open(self, settings: Settings) -> None:
        from rag.pipeline import Rag

        fresh = Rag.open(settings)
        before, self._rag, self._stamp = self._rag, fresh, _stamp(fresh)
        if before is not None:
            before.close()

    def _stale(self, settings: Settings) -> bool:
        assert self._rag is not None
        held = self._rag.settings
        return (
            any(getattr(held, name) != getattr(settings, name) for name in MADE_OF)
            or _stamp(self._rag) != self._stamp
        )


def _stamp(rag: Rag) -> tuple[object, ...]:
    """What changes when a file of the index does, or when another generation comes into force."""
    folder = rag.settings.index
    files = (folder / rag.generation.name / name for name in rag.generation.manifest["files"])
    return (_text(folder / "CURRENT"), *map(_facts, files))


def _facts(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
