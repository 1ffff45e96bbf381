"""One run of the command: what every command knows of it, and where it writes.

Answers go to stdout, everything else to stderr; under ``--json`` stdout gets exactly one object,
whatever happens.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import IndexProblem, RagError, UnforeseenError, UsageError
from rag.question.spoken_values import READERS
from rag.settings import Settings

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.show import Bar, Page

BUILD_COMMAND = "rag index"


@dataclass
class Invocation:
    """The options that every command has, and what is known of the run so far."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    question: str = ""
    has_printed_object: bool = False  # the one object of --json is on stdout
    index: Path | None = None  # of --index
    said_warnings: set[str] = field(default_factory=set)  # of the settings

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Invocation:
        """Return what can be known before the options are parsed, since parsing may fail."""
        options = list(arguments)
        if "--" in options:  # what follows is a question, whatever it looks like
            options = options[: options.index("--")]
        return cls(json="--json" in options)

    def load_settings(self, flags: Mapping[str, object]) -> Settings:
        """Return the settings under a command's flags; days and languages as people say them.

        Raises:
            UsageError: a value that is not allowed.
        """
        try:
            settings = Settings.load(flags, readers=READERS)
        except UsageError as error:
            if error.setting == "lang":
                error.hint = _list_languages(flags) or error.hint
            raise
        if settings.origin("index") == "--index":
            self.index = settings.index
        self.color = settings.color
        # Said once, however often the settings are loaded.
        self.write_warnings(w for w in settings.warnings if w not in self.said_warnings)
        self.said_warnings.update(settings.warnings)
        if self.verbose:
            place = "index" if settings.store is None else "store"
            self.write_notes(
                f"{place} {getattr(settings, place)} ({settings.origin(place)})",
                f"model {settings.model} ({settings.origin('model')})",
            )
        return settings

    def print_result(
        self, make_object: Callable[[], Mapping[str, object]], make_page: Callable[[], Page]
    ) -> None:
        """Write the result on stdout: the object under ``--json``, else the page."""
        from rag.show import Screen, dumps

        if not self.json:
            Screen(sys.stdout, color=self.color).write(make_page())
            return
        encoding = sys.stdout.encoding or "utf-8"
        text = dumps(make_object(), encoding=encoding, pretty=sys.stdout.isatty())
        # Set before writing: where that fails halfway, a second object would make things worse.
        self.has_printed_object = True
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def write_notes(self, *notes: str) -> None:
        """Write notes on stderr, unless ``-q``."""
        if not self.quiet:
            self._write_stderr(f"rag: {note}" for note in notes)

    def write_warnings(self, warnings: Iterable[str], language: str = "") -> None:
        """Write warnings on stderr, unless ``-q``: in the language of the page, else in English."""
        if self.json or not language:
            self.write_notes(*(f"warning: {warning}" for warning in warnings))
            return
        from rag.show import warnings_page  # after the page itself

        self.write_notes(*(line.plain for line in warnings_page(warnings, language)))

    def write_timing(self, timing_ms: Mapping[str, float]) -> None:
        """Write under ``-v`` how long each stage took."""
        if not self.verbose or not timing_ms:
            return
        stages = []
        for stage, time in timing_ms.items():
            stages.append(f"{stage} {time:.0f} ms")
        self.write_notes(", ".join(stages))

    def make_progress_bar(self) -> Bar:
        """Return a progress bar on stderr, which stays away under ``-q``."""
        from rag.show import Bar, Screen

        return Bar(Screen(sys.stderr, color=self.color), enabled=not self.quiet)

    def complete_hint(self, error: RagError) -> RagError:
        """Return the error with a way out that names the index of ``--index``, to be copied."""
        import shlex

        if self.index is None or not isinstance(error, IndexProblem):
            return error
        if error.hint.startswith(BUILD_COMMAND):
            arguments = error.hint.removeprefix(BUILD_COMMAND)
            error.hint = f"{BUILD_COMMAND} --index {shlex.quote(str(self.index))}{arguments}"
        return error

    def write_error(self, error: RagError) -> None:
        """Write on stderr what went wrong and the way out; under ``-v`` also what caused it.

        Of what nobody foresaw that is where it happened, for whoever will mend it.
        """
        from rag.show import Screen, error_page

        Screen(sys.stderr, color=self.color).write(error_page(error))
        cause = error.__cause__
        if self.verbose and isinstance(error, UnforeseenError):
            self._write_stderr(_list_calls(cause))
        elif self.verbose and cause is not None:
            self._write_stderr([f"  caused by {type(cause).__name__}: {cause}"])

    def print_error_object(self, error: RagError) -> None:
        """Write the error as the one object of ``--json``, unless stdout has its object already."""
        if not self.json or self.has_printed_object:
            return
        from rag.show import error_json

        self.print_result(lambda: error_json(self.question, error), list)

    def _write_stderr(self, lines: Iterable[str]) -> None:
        from rag.show import Screen, make_line

        page = [make_line(line) for line in lines]
        Screen(sys.stderr, color=self.color).write(page)


def _list_calls(cause: BaseException | None) -> Iterator[str]:
    """Yield a line for each call on the way to an exception, the innermost one last."""
    import traceback

    for frame in traceback.extract_tb(cause.__traceback__ if cause else None):
        yield f"  at {frame.filename}:{frame.lineno} in {frame.name}"


def _list_languages(flags: Mapping[str, object]) -> str:
    """Return which languages the index has, as a hint; nothing where there is no index."""
    from rag.index.opened import open_index
    from rag.store.address import choose_place

    def pass_over(value: object, today: datetime.date | None) -> object:
        return ()

    with contextlib.suppress(RagError, OSError):
        settings = Settings.load(flags, readers={**READERS, "lang": pass_over})
        with open_index(choose_place(settings)) as generation:
            languages = ", ".join(generation.manifest["languages"])
            return f"the index has articles in {languages}; a name such as French will do"
    return ""
