"""The things that a question compares, and the question that each of them is searched with.

"Compare the price of bread in Marsel and in Vaubrun" asks for the price of bread in Marsel, and for
the price of bread in Vaubrun. Where the first thing begins is told by the second: by the word that
it begins with, or by its capital.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.question.item_pieces import load_separators
from rag.question.noun_phrases import (
    find_name_end,
    find_name_start,
    list_tokens,
    load_determiners,
    load_prepositions,
)
from rag.question.phrase_patterns import load_words
from rag.question.question_types import get_question_words
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.noun_phrases import Token

MAX_THINGS = 4  # each is searched for; chosen by hand
MAX_THING_WORDS = 12
ASKING_WORDS = 2  # among which a question word makes a part a question: "for what reason"
_MARKS = " \t,;:.!?«»“”„\"'"


class ComparedThing(NamedTuple):
    """A thing that is compared."""

    label: str  # as it was typed, without the preposition before it
    question: str  # what is searched for it
    asked: tuple[str, ...] = ()  # the words that say what is asked of it; none of a bare thing


class Comparison(NamedTuple):
    """What is compared, as a phrase of the language files takes it from a question."""

    topic: str = ""  # the things: "the price of bread in Marsel and in Vaubrun"
    other: str = ""  # where the phrase names them one by one: "X versus Y"
    rest: str = ""  # what is asked of each: "has more inhabitants"
    tail: str = ""  # things and rest in one, where no mark stands between them


def list_compared_things(comparison: Comparison, language: str) -> list[ComparedThing]:
    """Return the things of a comparison, each with its own question; none where it has one.

    What is asked of the things stands around each; where nothing is, a thing is its own question.
    """
    parts, rest = _list_parts(
        comparison,
        language,
    )
    if not 1 < len(parts) <= MAX_THINGS:
        return []
    for part in parts:
        if len(part.split()) > MAX_THING_WORDS:
            return []
    if any(_asks(part, language) for part in parts[1:]):
        return []
    plain = [_drop_demonstrative(part, language) for part in parts]
    # "Which market has more stalls, that of Orbina or that of Valdeluz?"
    if rest and plain[0] != parts[0]:
        parts = plain
        shared, _, rest = rest.partition(" ")
    else:
        shared, parts = _take_shared_words(
            parts,
            language,
        )
    if _asks(parts[0], language):
        return []
    asked = _list_asked_words(
        f"{shared} {rest}",
        language,
    )
    things = []
    for part in parts:
        question = " ".join(filter(None, (shared, part, rest)))
        label = _drop_leading_words(
            part,
            language,
        )
        thing = ComparedThing(
            label,
            question,
            asked,
        )
        things.append(thing)
    return things


def _list_parts(comparison: Comparison, language: str) -> tuple[list[str], str]:
    """Return the things as they stand in the question, and what is asked of each behind them."""
    # "How old is Ostap, the cook's husband?" names one thing, and says who it is.
    text = comparison.tail or (comparison.rest and comparison.topic)
    if text and not comparison.other and not _is_joined(text, language):
        return [], ""
    if comparison.tail:
        return _split_tail(
            comparison.tail,
            language,
        )
    if comparison.other:
        return [comparison.topic, comparison.other], comparison.rest
    parts = _split(comparison.topic, language)
    if len(parts) < 2:
        return parts, comparison.rest
    things, place = _split_place(parts, language)
    return things, " ".join(filter(None, (place, comparison.rest)))


def _list_asked_words(text: str, language: str) -> tuple[str, ...]:
    """Return the words that say what is asked of things."""
    empty = _load_leading_words(language) | load_words(language, "forms", "verbs")
    empty |= load_words(language, "forms", "degrees")
    asked = []
    for word in find_words(text):
        if word.term not in empty:
            asked.append(word.form)
    return tuple(asked)


def _is_joined(text: str, language: str) -> bool:
    """Return whether a conjunction stands before the last of several things, not a comma alone."""
    joints = [match["join"] for match in load_separators(language).finditer(text)]
    return bool(joints) and joints[-1] is not None


def _asks(part: str, language: str) -> bool:
    """Return whether a part is a question of its own: "and how often?"."""
    question_words = get_question_words(language)
    return any(word.term in question_words for word in find_words(part)[:ASKING_WORDS])


def _split(text: str, language: str) -> list[str]:
    """Return what stands between the commas and conjunctions of a text."""
    separators = load_separators(language)
    parts = []
    start = 0
    for separator in separators.finditer(text):
        parts.append(text[start : separator.start()])
        start = separator.end()
    parts.append(text[start:])
    stripped = [part.strip(_MARKS) for part in parts]
    return [part for part in stripped if part]


def _split_tail(tail: str, language: str) -> tuple[list[str], str]:
    """Return the things of "Marsel and Vaubrun has more inhabitants", and what is asked of them.

    The last thing is a name, or an article and one word.
    """
    parts = _split(
        tail,
        language,
    )
    if len(parts) < 2:
        return parts, ""
    *before, last = parts
    end = _find_thing_end(last, language)
    rest = last[end:].strip(_MARKS)
    return [*before, last[:end]], rest


def _split_place(parts: list[str], language: str) -> tuple[list[str], str]:
    """Return the things of "Marsel and Vaubrun in 2024", and what is asked of each behind them.

    What stands behind a thing with "of" is its own, as all is where another has a preposition.
    """
    *before, last = parts
    end = _find_thing_end(last, language)
    rest = last[end:].strip(_MARKS)
    genitives = load_words(language, "followup", "genitive_prepositions")
    first_word = rest.partition(" ")[0]
    is_place = _is_leading(first_word, language) and fold(first_word) not in genitives
    for part in before:
        words = part.split()[1:]
        is_place = is_place and not any(_is_leading(word, language) for word in words)
    return ([*before, last[:end]], rest) if is_place else (parts, "")


def _find_thing_end(thing: str, language: str) -> int:
    """Return where the name ends that a thing begins with, or the word behind its article."""
    tokens = list_tokens(thing)
    first = 0
    while first + 1 < len(tokens) and _is_leading(tokens[first].text, language):
        first += 1
    return find_name_end(
        tokens[first:],
        language,
    )


def _take_shared_words(parts: list[str], language: str) -> tuple[str, list[str]]:
    """Return the words before the first thing that belong to all, and the things without them."""
    first, *others = parts
    start = _find_start(
        first,
        others[0],
        language,
    )
    if not start:
        return "", parts
    shared = first[:start].strip(_MARKS)
    things = [first[start:]]
    for other in others:
        thing = _drop_demonstrative(
            other,
            language,
        )
        things.append(thing)
    return shared, things


def _find_start(
    first: str,
    model: str,
    language: str,
) -> int:
    """Return where the first thing begins, told by the second; 0 where it is all of its part."""
    tokens = list_tokens(first)
    words = model.split()
    if len(tokens) < 2 or not words:
        return 0
    *before, last = tokens
    shared = _find_shared_word(
        before,
        words,
        language,
    )
    if shared is not None:
        return shared.start
    if words[0][0].isupper() and last.is_capitalised:
        return find_name_start(tokens, language) or 0
    # "les prix du tram et de l'eau": any preposition will do.
    if _is_leading(words[0], language):
        for token in reversed(before[1:]):
            if _is_leading(token.text, language):
                return token.start
    # "bread price marsel or vaubrun", typed in haste
    is_one_word = len(words) == 1 and not _is_leading(before[-1].text, language)
    return last.start if is_one_word else 0


def _find_shared_word(
    tokens: Sequence[Token],
    words: Sequence[str],
    language: str,
) -> Token | None:
    """Return the last word that is also what the second thing begins with."""
    for leading in _list_leading(words, language):
        for token in reversed(tokens):
            if token.folded == leading:
                return token
    return None


def _list_leading(words: Sequence[str], language: str) -> list[str]:
    """Return the folded words that a thing may begin with as the first one does.

    Of "celui de Vaubrun" that is the second word.
    """
    folded = [fold(word) for word in words]
    those = load_words(
        language,
        "forms",
        "those",
    )
    if folded[0] in those and len(folded) > 2:
        return [folded[1], folded[0]]
    return folded[:1]


def _drop_demonstrative(thing: str, language: str) -> str:
    """Return a thing without the pronoun that stands for what all share: "celui de Vaubrun"."""
    head, _, tail = thing.partition(" ")
    following = tail.partition(" ")[0]
    those = load_words(
        language,
        "forms",
        "those",
    )
    if fold(head) in those and _is_leading(following, language):
        return tail
    # "… du tram de Marsel et de celui de Vaubrun"
    if _is_leading(head, language) and fold(following) in those:
        return _drop_demonstrative(
            tail,
            language,
        )
    return thing


def _drop_leading_words(thing: str, language: str) -> str:
    """Return a thing without the prepositions and articles before it, if something is left."""
    words = thing.split()
    while len(words) > 1 and _is_leading(words[0], language):
        words.pop(0)
    return " ".join(words)


def _is_leading(word: str, language: str) -> bool:
    """Return whether a word is a preposition or an article; one with a capital is of a name."""
    return word.islower() and fold(word) in _load_leading_words(language)


def _load_leading_words(language: str) -> frozenset[str]:
    """Return the folded prepositions and articles of a language."""
    return load_determiners(language) | load_prepositions(language)
