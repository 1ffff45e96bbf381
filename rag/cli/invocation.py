"""One run of the command: what all commands know of it, and where they say things."""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import IndexProblem
from rag.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from rag.errors import RagError
    from rag.show import Bar, Page

BUILD = "rag index"
DAYS = ("as_of", "since", "until")  # the first is the day that the others are reckoned from


@dataclass
class Invocation:
    """What was asked for beside the command itself; ``said`` once stdout has its one object."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    question: str = ""
    said: bool = False
    index: Path | None = None  # of --index

    @classmethod
    def of(cls, argv: Sequence[str]) -> Invocation:
        """What can be known before the options are parsed, since parsing may fail."""
        options = argv[: argv.index("--")] if "--" in argv else argv
        return cls(json="--json" in options)

    def settings(self, flags: Mapping[str, object]) -> Settings:
        """The settings under a command's flags; days may be written as articles write theirs, or as people say them."""
        days: dict[str, datetime.date | str] = {}
        for name in DAYS:
            if isinstance(text := flags.get(name), str):
                from rag.dates.flag import read_day  # with all that reading days needs

                today = days.get("as_of")
                days[name] = read_day(
                    text,
                    last=name != "since",
                    today=today if isinstance(today, datetime.date) else None,
                )
        settings = Settings.load({**flags, **days})
        self.index = settings.index if settings.origin("index") == "--index" else None
        self.color = settings.color
        if self.verbose:
            self.note(
                f"index {settings.index} ({settings.origin('index')})",
                f"model {settings.model} ({settings.origin('model')})",
            )
        return settings

    def say(self, value: Callable[[], Mapping[str, object]], page: Callable[[], Page]) -> None:
        """Write the result on stdout: the object under ``--json``, else the page."""
        from rag.show import Screen, dumps

        if not self.json:
            Screen(sys.stdout, color=self.color).write(page())
            return
        text = dumps(value(), encoding=sys.stdout.encoding or "utf-8", pretty=sys.stdout.isatty())
        self.said = True
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def note(self, *lines: str) -> None:
        """Say something on stderr, unless ``-q``."""
        if not self.quiet:
            self._stderr(f"rag: {line}" for line in lines)

    def warn(self, warnings: Iterable[str]) -> None:
        """Say warnings on stderr, unless ``-q``."""
        self.note(*(f"warning: {warning}" for warning in warnings))

    def timing(self, timing_ms: Mapping[str, float]) -> None:
        """Say under ``-v`` how long each stage took."""
        if self.verbose and timing_ms:
            self.note(", ".join(f"{stage} {time:.0f} ms" for stage, time in timing_ms.items()))

    def bar(self) -> Bar:
        """A progress bar on stderr, unless ``-q``."""
        from rag.show import Bar, Screen

        return Bar(Screen(sys.stderr, color=self.color), enabled=not self.quiet)

    def completed(self, error: RagError) -> RagError:
        """The error with a way out that is meant for the index of this call."""
        import shlex

        if self.index and isinstance(error, IndexProblem) and error.hint.startswith(BUILD):
            error.hint = (
                f"{BUILD} --index {shlex.quote(str(self.index))}{error.hint.removeprefix(BUILD)}"
            )
        return error

    def complain(self, error: RagError) -> None:
        """Say on stderr what went wrong and the way out; under ``-v`` also what caused it."""
        from rag.show import Screen, error_page

        Screen(sys.stderr, color=self.color).write(error_page(error))
        if self.verbose and error.__cause__ is not None:
            self._stderr([f"  caused by {type(error.__cause__).__name__}: {error.__cause__}"])

    def object_of(self, error: RagError) -> None:
        """Write the error as the one object of ``--json``, unless stdout has its object already."""
        if self.json and not self.said:
            from rag.show import error_json

            self.say(lambda: error_json(self.question, error), list)

    def _stderr(self, lines: Iterable[str]) -> None:
        from rag.show import Line, Screen, Segment, to_one_line

        Screen(sys.stderr, color=self.color).write(
            [Line((Segment(to_one_line(line)),)) for line in lines]
        )
