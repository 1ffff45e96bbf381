"""What people type in the loop that is no question: ``exit``, ``[1]``, ``open 1``, ``merci``.

The words stand in the section ``[loop]`` of the language files. Those of all languages count,
whatever the articles are in, and only a line that has nothing else: "merci" is thanks, "Qui dit
merci ?" is a question.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.text import fold, list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Mapping

# The word of a language file, and the line it stands for.
COMMAND_WORDS = {"leave": "/quit", "help": "/help", "clear": "/clear"}
POLITE_WORDS = {"thanks": "thanks", "greet": "greeting"}  # and the phrase that replies
NUMBER_WORDS = ("open", "show")  # before the number of a source
# Characters of the longest line that may be a habit: a question is not looked up word by word.
MAX_LENGTH = 40
_SOURCE_LINE = re.compile(r"\[?([0-9]{1,3})\]? ?(\+?)", re.ASCII)
_NUMBERED_LINE = re.compile(r"(\D+?) \[?([0-9]{1,3})\]?( ?\+)?", re.ASCII)


def find_command_line(line: str) -> str:
    """Return the slash command that a line stands for; the line itself where it is none."""
    source = _SOURCE_LINE.fullmatch(line)
    if source is not None:
        number, plus = source.groups()
        return f"/show {number}{plus}"
    if len(line) > MAX_LENGTH:
        return line
    numbered = _NUMBERED_LINE.fullmatch(line)
    if numbered is not None:
        word, number, plus = numbered.groups(default="")
        meaning, _ = find_habit(word)
        if meaning in NUMBER_WORDS:
            return f"/{meaning} {number}{plus.strip()}"
    meaning, _ = find_habit(line)
    return COMMAND_WORDS.get(meaning, line)


def find_reply(line: str) -> tuple[str, str]:
    """Return the key of the phrase that replies to thanks or a greeting, and their language.

    Both are empty where a line is neither.
    """
    if len(line) > MAX_LENGTH:
        return "", ""
    meaning, language = find_habit(line)
    return POLITE_WORDS.get(meaning, ""), language


def find_habit(text: str) -> tuple[str, str]:
    """Return the key under which a text stands in a language file, and that language."""
    folded = fold(text)
    bare = folded.strip(" .!?¡¿。！？…")
    return _load_habits().get(bare, ("", ""))


@functools.cache
def _load_habits() -> Mapping[str, tuple[str, str]]:
    """Return the key and the language of each folded phrase.

    Of two languages that which rag speaks counts: it replies in it.
    """
    habits: dict[str, tuple[str, str]] = {}
    spoken = list_languages_with("interface")
    for language in (*spoken, *list_languages_with("loop")):
        section = load_section(language, "loop")
        for meaning, phrases in section.items():
            for phrase in phrases:
                folded = fold(phrase)
                habits.setdefault(folded, (meaning, language))
    return habits
