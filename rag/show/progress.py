"""A progress bar on stderr, once work has lasted over a second and only where someone watches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from rag.show.screen import Screen

PATIENCE = 1.0  # seconds of work before a bar appears; chosen by hand: quick work needs none


class Bar:
    """A function of a stage, what is done of it and the total; a context that ends the bar."""

    def __init__(self, screen: Screen, *, enabled: bool = True) -> None:
        is_watched = screen.terminal or screen.colored
        self.screen = screen
        self.enabled = enabled and is_watched
        self.started = time.monotonic()
        self.progress: Progress | None = None
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come; a total of 0 is not known yet."""
        if not self.enabled or time.monotonic() - self.started < PATIENCE:
            return
        if self.progress is None:
            self.progress = _make_progress(self.screen)
            self.progress.start()
        known_total = total or None
        if stage not in self.tasks:
            self.tasks[stage] = self.progress.add_task(stage, total=known_total)
        self.progress.update(self.tasks[stage], completed=done, total=known_total)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.progress is not None:
            self.progress.stop()


def _make_progress(screen: Screen) -> Progress:
    """Return rich's progress display on this screen: stage, bar, counts, time left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(
        file=screen.stream,
        force_terminal=True,
        no_color=not screen.colored,
        width=screen.width,
    )
    # stdout carries the answer: rich must not take it over.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
