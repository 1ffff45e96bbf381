"""Where lines are written: a terminal by way of rich, anything else as plain text without it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rag.show.fitting import ELLIPSIS, fit_line, measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    from rag.show.lines import Line, Segment

# Colours that stand out on white as well as on black: yellow and cyan vanish on the one, blue on
# the other.
STYLES = {
    "mark": "bold underline",
    "good": "green",
    "warn": "magenta",
    "bad": "red",
    "dim": "dim",
    "head": "bold",
    "struck": "dim strike",
}
# Variables that terminals set which open the address of a text that is clicked (OSC 8).
LINKING_TERMINALS = (
    "VTE_VERSION",
    "WT_SESSION",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "WEZTERM_PANE",
    "ITERM_SESSION_ID",
    "GHOSTTY_RESOURCES_DIR",
    "FORCE_HYPERLINK",
)
LINKING_PROGRAMS = ("vscode", "Hyper", "iTerm.app", "WezTerm", "ghostty", "rio")  # TERM_PROGRAM
LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm")  # TERM
# Where one of these is set, a click would look for the file on another machine, or is lost.
UNLINKED = ("SSH_CONNECTION", "SSH_TTY", "TMUX", "STY")
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
# A space that no row ends at, as French writes it before some marks, and what it is while a text is
# wrapped: a character that stands in no text (Unicode's noncharacters).
_UNBROKEN_SPACE = re.compile("(?<=«) | (?=[»?!:;%€])")
_GLUE = "\ufdd0"
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
        self.linked = self.colored and self.terminal and _can_link(environ)
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
        ellipsis = self.encodable(ELLIPSIS)
        for line in page:
            rows = [self._encode_line(line)]
            if self.width:
                rows = fit_line(rows[0], self.width, ellipsis)
            for row in rows:
                self._print_line(console, row)

    def _encode_line(self, line: Line) -> Line:
        """Return a line, and what is written in its place, in characters that the stream holds."""
        segments = []
        for segment in line.segments:
            text = self.encodable(segment.text)
            segments.append(segment._replace(text=text))
        narrower = []
        for layout in line.narrower:
            rows = [self._encode_line(row) for row in layout]
            narrower.append(tuple(rows))
        return line._replace(
            segments=tuple(segments),
            lead=self.encodable(line.lead),
            narrower=tuple(narrower),
        )

    def _print_line(self, console: Console, line: Line) -> None:
        """Print a line with its lead; further rows are indented by the width of the lead."""
        from rich.text import Text

        lead = line.lead
        lead_width = measure(lead)
        indent = " " * lead_width
        for row in self._wrap(console, line, lead_width):
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
            body.append(segment.text, self._make_style(segment))
        if not self.width:
            return [body]
        text_width = max(MIN_TEXT_WIDTH, self.width - lead_width)
        body.plain = _UNBROKEN_SPACE.sub(_GLUE, body.plain)
        rows = list(body.wrap(console, text_width, overflow="fold"))
        for row in rows:
            row.plain = row.plain.replace(_GLUE, " ")
        return rows or [body]

    def _make_style(self, segment: Segment) -> Style:
        """Return the style of a segment, with its link where the terminal opens links."""
        from rich.style import Style

        style = Style.parse(STYLES.get(segment.style, ""))
        if segment.link and self.linked:
            return style + Style(link=segment.link)
        return style


def _measure_terminal() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _can_link(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal says, by the variables it sets, that it opens addresses."""
    if any(environ.get(name) for name in UNLINKED):
        return False
    if any(environ.get(name) for name in LINKING_TERMINALS):
        return True
    is_known = environ.get("TERM_PROGRAM") in LINKING_PROGRAMS
    return is_known or environ.get("TERM", "").startswith(LINKING_TERMS)


def _decide_color(color: str, is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Return whether to colour: by the setting, NO_COLOR (no-color.org), FORCE_COLOR, TERM."""
    if color != "auto":
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"
