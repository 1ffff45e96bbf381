"""Text that is safe to print: without anything that steers a terminal. Linear time."""

from __future__ import annotations

import re

# Whatever moves the cursor to another line, or back to the start of this one, becomes a plain \n.
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, the escape character among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks and overrides of the writing direction
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible characters
    "\U000e0000-\U000e007f"  # tags
    "]"
)


def to_printable(text: str) -> str:
    """Return the text without controls, bidirectional overrides and invisible characters.

    Lone surrogates become question marks. Joiners stay: Indic words and emoji need them.
    """
    text = _LINE_BREAKS.sub("\n", text)
    text = _UNSAFE.sub("", text)
    data = text.encode("utf-8", "replace")
    return data.decode("utf-8")


def to_one_line(text: str) -> str:
    """Return printable text on one line, each run of white space one space."""
    words = to_printable(text).split()
    return " ".join(words)
