"""What people type in the loop that is no question: ``exit``, ``[1]``, ``merci``, ``source ?``.

The words stand in the section ``[loop]`` of the language files. Those of all languages count,
whatever the articles are in, and only a line that has nothing else: "merci" is thanks, "Qui dit
merci ?" is a question.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.question.small_talk import MAX_LENGTH, strip_marks
from rag.text import fold, list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The word of a language file, and the line it stands for.
COMMAND_WORDS = {
    "leave": "/quit",
    "help": "/help",
    "clear": "/clear",
    "details": "/more",
    "source": "/sources",
    "sure": "/why",
}
AS_TYPED = "="  # asks the last question as it was typed, not as it was completed
POLITE_WORDS = {
    "thanks": "thanks",
    "greet": "greeting",
    "translate": "no_translation",
}  # and the phrase that replies
NUMBER_WORDS = ("open", "show")  # before the number of a source
MAX_TITLE_WORDS = 15  # more are a text, and no subject; by hand
LANGUAGE = "{language}"  # in a phrase: the name of one
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
    """Return the key of the phrase that replies to a line that asks nothing of articles.

    And the language of the line. Both are empty where it is no such line.
    """
    if len(line) > MAX_LENGTH:
        return "", ""
    meaning, language = find_habit(line)
    return POLITE_WORDS.get(meaning, ""), language


def asks_for_summary(line: str) -> bool:
    """Return whether a line asks for a summary and does not say of what."""
    meaning, _ = find_habit(line) if len(line) <= MAX_LENGTH else ("", "")
    return meaning == "summarise"


def write_summary_question(line: str, title: str) -> str:
    """Return the question for a summary of an article in the language of such a line."""
    _, language = find_habit(line)
    question: str = load_section(language, "loop")["summary_of"]
    first_words = title.split()[:MAX_TITLE_WORDS]
    return question.format(title=" ".join(first_words))


def asks_for_which(line: str) -> bool:
    """Return whether a line asks which articles were counted, and no more."""
    meaning, _ = find_habit(line) if len(line) <= MAX_LENGTH else ("", "")
    return meaning == "which"


def write_which_question(line: str, topic: str) -> str:
    """Return the question for the articles on a topic in the language of such a line."""
    _, language = find_habit(line)
    question: str = load_section(language, "loop")["which_of"]
    return question.format(topic=topic)


def find_habit(text: str) -> tuple[str, str]:
    """Return the key under which a text stands in a language file, and that language."""
    return _load_habits().get(strip_marks(text), ("", ""))


@functools.cache
def _load_habits() -> Mapping[str, tuple[str, str]]:
    """Return the key and the language of each folded phrase.

    Of two languages that which rag speaks counts: it replies in it.
    """
    habits: dict[str, tuple[str, str]] = {}
    languages = list_languages_with("loop")
    spoken = [each for each in languages if "greeting" in load_section(each, "interface")]
    for language in (*spoken, *languages):
        section = load_section(language, "loop")
        for meaning, phrases in section.items():
            # A text is no phrase that somebody types.
            if isinstance(phrases, list):
                for phrase in _expand_phrases(phrases, language):
                    habits.setdefault(fold(phrase), (meaning, language))
    return habits


def _expand_phrases(phrases: Sequence[str], language: str) -> Iterator[str]:
    """Yield phrases; one about languages with the name of each, as the language calls it."""
    names_by_code = load_section(language, "language_names")
    for phrase in phrases:
        if LANGUAGE not in phrase:
            yield phrase
            continue
        for names in names_by_code.values():
            for name in names:
                yield phrase.replace(LANGUAGE, name)
