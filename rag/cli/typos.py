"""A command that was mistyped: told from a question, and corrected.

Whoever types ``rag aks "Who …?"`` or ``rag serach rates`` wants no answer to "aks Who …?". But a
question may be typed without quotation marks as well, and "how" is one letter from ``show``: a word
that some language knows begins a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# difflib's ratios, chosen by hand: from the first a lone word is corrected ("stauts"), from the
# second a word before a question in quotation marks, which might be asked together.
MIN_SIMILARITY = 0.5
MIN_SIMILARITY_BEFORE_QUESTION = 0.6


def find_mistyped_command(words: Sequence[str], commands: Collection[str]) -> str | None:
    """Return the command that the first word surely is meant for, else None.

    ``words``: those of the command line that are no options, at least two.
    """
    word, *others = words
    if len(others) == 1 and len(others[0].split()) > 1:
        return find_similar_command(word, commands, MIN_SIMILARITY_BEFORE_QUESTION)
    # A sentence begins with a capital; no command has one.
    if not word.islower():
        return None
    for command in commands:
        if is_one_slip(word, command) and not _is_word(word, command):
            return command
    return None


def find_similar_command(
    word: str, commands: Collection[str], min_similarity: float = MIN_SIMILARITY
) -> str | None:
    """Return the command that is spelled most like a word, None where none is like it."""
    for command in commands:
        if is_one_slip(word.lower(), command):
            return command
    import difflib  # only when something is wrong

    similar = difflib.get_close_matches(word.lower(), commands, n=1, cutoff=min_similarity)
    return similar[0] if similar else None


def is_one_slip(word: str, command: str) -> bool:
    """Return whether a letter more, less or other, or two changed over, part word and command."""
    start = _count_common(word, command)
    word_rest = word[start:]
    command_rest = command[start:]
    end = _count_common(word_rest[::-1], command_rest[::-1])
    word_end = len(word_rest) - end
    command_end = len(command_rest) - end
    word_rest = word_rest[:word_end]
    command_rest = command_rest[:command_end]
    longest = max(len(word_rest), len(command_rest))
    is_changed_over = longest == 2 and word_rest == command_rest[::-1]
    return longest == 1 or is_changed_over


def make_unknown_command_error(word: str, command: str | None, rest: str = "") -> UsageError:
    """Return the error for a word that is no command, with the one that may be meant."""
    suggestion = "rag --help lists the commands"
    if command:
        suggestion = f"did you mean rag {command}?"
    separator = " " if command else ". "
    return UsageError(
        f"no command is called {word}",
        hint=f"{suggestion}{separator}To ask it as a question: rag ask {word}{rest}",
    )


def _count_common(first: str, second: str) -> int:
    """Return how many characters two texts have in common from their beginnings."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_word(word: str, command: str) -> bool:
    """Return whether a language knows the word, so that a question may begin with it.

    Of the letters of a command in another order, only a word as it is written is one: the stem of
    "aks" is known by chance.
    """
    from rag.models.lexicon import Known, get_lexicon  # only for a word that is nearly a command

    is_anagram = sorted(word) == sorted(command)
    enough = Known.FORM if is_anagram else Known.STEM
    lexicon = get_lexicon()
    return any(lexicon.knows(word, language) >= enough for language in lexicon.languages)
