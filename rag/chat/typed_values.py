"""What somebody types for the value of a setting in the loop, read as the flags are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.question.spoken_values import READERS

if TYPE_CHECKING:
    from rag.settings import Settings

# What turns a filter off, or gives a setting its default back.
OFF_WORDS = ("off", "none")


def read_value(settings: Settings, name: str, text: str) -> object:
    """Return the value that a text gives to a setting; None where it turns the setting off."""
    # Without colors is a choice of its own: never.
    if text.lower() in OFF_WORDS and name != "color":
        return None
    read = READERS.get(name)
    return read(text, settings.as_of) if read else text
