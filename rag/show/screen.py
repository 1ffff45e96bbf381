"""Where lines are written: a terminal by way of rich, anything else as plain text without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from rag.show.lines import Line

STYLES = {
    "mark": "bold underline",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
    "dim": "dim",
    "head": "bold",
}
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


class Screen:
    """A stream, and how to write there: with escapes or not, wrapped at ``width`` columns or not at all (None).

    ``color``, when not "auto", goes before NO_COLOR, FORCE_COLOR and TERM; only a terminal is wrapped.
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
        self.colored = _colored(color, self.terminal, environ)
        self.width = width or (_columns() if self.terminal else None)
        self.encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, page: Iterable[Line]) -> None:
        """Write the lines; characters that the stream cannot hold are replaced, never an error."""
        if self.colored or self.width:
            self._rich(page)
        else:
            self.stream.writelines(self.encodable(line.plain.rstrip()) + "\n" for line in page)
        self.stream.flush()

    def encodable(self, text: str) -> str:
        """The text with what the stream's encoding lacks replaced: by a look-alike where there is one, else by ``?``."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            text = "".join(self._encodable(character) for character in text)
        return text

    def _encodable(self, character: str) -> str:
        try:
            character.encode(self.encoding)
        except UnicodeEncodeError:
            return ASCII.get(character, "?")
        return character

    def _rich(self, page: Iterable[Line]) -> None:
        from rich.console import Console
        from rich.text import Text

        width = self.width or 100_000  # what is not a terminal is not wrapped
        console = Console(
            file=self.stream,
            width=width,
            color_system="standard" if self.colored else None,
            force_terminal=self.colored,
            no_color=False,
            legacy_windows=False,
        )
        for line in page:
            body = Text(end="")
            for segment in line.segments:
                body.append(self.encodable(segment.text), STYLES.get(segment.style))
            lead = self.encodable(line.lead)
            rows = (
                body.wrap(console, max(20, width - len(lead)), overflow="fold")
                if self.width
                else [body]
            )
            for row in rows or [body]:
                row.rstrip()
                console.print(Text(lead if row else lead.rstrip()).append_text(row), soft_wrap=True)
                lead = " " * len(lead)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _colored(color: str, terminal: bool, environ: Mapping[str, str]) -> bool:
    if color != "auto":
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
