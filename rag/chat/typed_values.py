"""What somebody types for the value of a setting in the loop, read as the flags are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.question.spoken_values import READERS

if TYPE_CHECKING:
    from rag.settings import Settings

# What turns a filter off, or gives a setting its default back.
OFF_WORDS = ("off", "none")
# Passages that one answer may show: the bounds of the setting "top".
MIN_TOP, MAX_TOP = 1, 100
_RETRY_ARGUMENT = re.compile(r"(?:(?:-k|--top)\s*)?([0-9]{1,3})", re.ASCII)


def read_value(settings: Settings, name: str, text: str) -> object:
    """Return the value that a text gives to a setting; None where it turns the setting off."""
    # Without colors is a choice of its own: never.
    if text.lower() in OFF_WORDS and name != "color":
        return None
    read = READERS.get(name)
    return read(text, settings.as_of) if read else text


def read_top(argument: str) -> int:
    """Return the number of passages in "-k 10", "--top 10" or "10"."""
    match = _RETRY_ARGUMENT.fullmatch(argument)
    top = int(match[1]) if match else 0
    if not MIN_TOP <= top <= MAX_TOP:
        raise UsageError(
            f"{argument!r:.80} is no number of passages", hint="/retry, or /retry -k 10; 1 to 100"
        )
    return top
