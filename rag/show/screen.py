"""Where lines are written: a terminal by way of rich, anything else as plain text without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from rich.console import Console
    from rich.text import Text

    from rag.show.lines import Line

STYLES = {
    "mark": "bold underline",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
    "dim": "dim",
    "head": "bold",
}
# Look-alikes for what rag itself writes, where the encoding of a stream lacks them.
ASCII = {
    "✓": "+",
    "≈": "~",
    "✗": "x",
    "·": "-",
    "…": "...",
    "–": "-",
    "→": "->",
    "«": '"',
    "»": '"',
    "’": "'",
    "\u00a0": " ",
}
UNWRAPPED_WIDTH = 100_000  # columns: rich wants a width, also where nothing is wrapped
MIN_TEXT_WIDTH = 20  # columns that are left for text however wide the lead is; chosen by hand


class Screen:
    """A stream, and how to write there: with escapes or not, wrapped at ``width`` or not (None).

    ``color``, when not "auto", goes before NO_COLOR, FORCE_COLOR and TERM; only a terminal is
    wrapped.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        color: str = "auto",
        environ: Mapping[str, str] | None = None,
        width: int | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self.stream = stream
        self.terminal = stream.isatty()
        self.colored = _decide_color(color, self.terminal, environ)
        self.width = width
        if not width and self.terminal:
            self.width = _measure_terminal()
        self.encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, page: Iterable[Line]) -> None:
        """Write the lines; characters that the stream cannot hold are replaced, never an error."""
        if self.colored or self.width:
            self._write_with_rich(page)
        else:
            for line in page:
                self.stream.write(self.encodable(line.plain.rstrip()) + "\n")
        self.stream.flush()

    def encodable(self, text: str) -> str:
        """Return the text, a look-alike or ``?`` in place of what the encoding lacks."""
        if self._can_encode(text):
            return text
        characters = []
        for character in text:
            if not self._can_encode(character):
                character = ASCII.get(character, "?")
            characters.append(character)
        return "".join(characters)

    def _can_encode(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _write_with_rich(self, page: Iterable[Line]) -> None:
        from rich.console import Console

        # rich reads the environment for what it is not told; all of it was decided in __init__.
        console = Console(
            file=self.stream,
            width=self.width or UNWRAPPED_WIDTH,
            color_system="standard" if self.colored else None,
            force_terminal=self.colored,
            no_color=False,
            legacy_windows=False,
        )
        for line in page:
            self._print_line(console, line)

    def _print_line(self, console: Console, line: Line) -> None:
        """Print a line with its lead; further rows are indented by the width of the lead."""
        from rich.text import Text

        lead = self.encodable(line.lead)
        indent = " " * len(lead)
        for row in self._wrap(console, line, len(lead)):
            row.rstrip()
            text = Text(lead if row else lead.rstrip())
            text.append_text(row)
            console.print(text, soft_wrap=True)
            lead = indent

    def _wrap(self, console: Console, line: Line, lead_width: int) -> list[Text]:
        """Return the rows that a line takes beside its lead; at least one."""
        from rich.text import Text

        # Text is built from segments, never from markup: "[red]" in an article stays what it is.
        body = Text(end="")
        for segment in line.segments:
            body.append(self.encodable(segment.text), STYLES.get(segment.style))
        if not self.width:
            return [body]
        text_width = max(MIN_TEXT_WIDTH, self.width - lead_width)
        rows = list(body.wrap(console, text_width, overflow="fold"))
        return rows or [body]


def _measure_terminal() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _decide_color(color: str, is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Return whether to colour: by the setting, NO_COLOR (no-color.org), FORCE_COLOR, TERM."""
    if color != "auto":
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"
