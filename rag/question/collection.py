"""Questions about the articles as a whole: how many speak of something, which papers, since when.

The patterns stand in the ``[collection]`` sections of ``rag/text/languages/``; a question fits one
as a whole or is none of them. What articles say ("How many articles did she write?") is searched.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from rag.text import STRAIGHT, find_words, fold, load_section

if TYPE_CHECKING:
    from collections.abc import Sequence

CollectionKind = Literal["count", "publishers", "latest", "since", "overview", "extent"]
COLLECTION_KINDS: tuple[CollectionKind, ...] = get_args(CollectionKind)
MAX_TOPIC_WORDS = 4  # that are searched for; chosen by hand: more of them are a clause
_TOPIC = "(?P<topic>.+)"
_ENDS = " \t\n?!.…¿¡\u00a0\u202f"
_QUOTES = " \"'«»“”„\u00a0\u202f"


class CollectionQuestion(NamedTuple):
    """What is asked of the articles as a whole."""

    kind: CollectionKind
    language: str
    topic: str = ""  # as it was typed
    forms: tuple[str, ...] = ()  # the words of the topic that every counted article has


def has_collection_mark(question: str, language: str) -> bool:
    """Return whether a question has a word that every question about the articles has."""
    folded = fold(question.translate(STRAIGHT))
    return any(mark in folded for mark in _load_words(language, "marks"))


def find_collection_question(question: str, language: str) -> CollectionQuestion | None:
    """Return what a question asks of the articles as a whole; None where it asks what they say."""
    text = " ".join(question.translate(STRAIGHT).split()).strip(_ENDS)
    folded, origins = _fold_with_origins(text)
    for kind in COLLECTION_KINDS:
        for pattern in _compile_patterns(language, kind):
            match = pattern.fullmatch(folded)
            if match is None:
                continue
            if not pattern.groups:
                return CollectionQuestion(kind, language)
            start, end = match.span("topic")
            first = _include_capital(text, origins[start])
            topic = text[first : origins[end]]
            asked = _judge_topic(kind, topic, language)
            if asked is not None:
                return asked
    return None


def _include_capital(text: str, start: int) -> int:
    """Return where a topic begins, its article included where that is of a name: "La Roche"."""
    before = text[:start].rstrip()
    article = before.rpartition(" ")[2]
    # In a question in capitals no name can be told.
    if article.istitle() and len(before) < start and article != before:
        return len(before) - len(article)
    return start


def _judge_topic(kind: CollectionKind, topic: str, language: str) -> CollectionQuestion | None:
    """Return a question about a topic; None where that is no name or term, but a clause."""
    topic = topic.strip(_QUOTES)
    words = find_words(topic)
    breaks = _load_words(language, "breaks")
    ignored = _load_words(language, "ignored")
    # A word with a capital is a name, whatever it would be without.
    if any(word.term in breaks and topic[word.start].islower() for word in words):
        return None
    # The words of a comma, a question mark or a semicolon are another clause.
    if re.search("[,;:?!]", topic):
        return None
    searched = [word for word in words if word.term not in ignored]
    if not 0 < len(searched) <= MAX_TOPIC_WORDS:
        return None
    first = words[0]
    begins_with_article = first.term in ignored and topic[first.start].islower()
    start = searched[0].start if begins_with_article else first.start
    forms = tuple(word.form for word in searched)
    return CollectionQuestion(kind, language, topic[start:], forms)


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    """Return a text folded, and for each character and the end where it comes from."""
    pieces = []
    origins = []
    for place, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        origins += [place] * len(piece)
    return "".join(pieces), [*origins, len(text)]


@functools.cache
def _load_words(language: str, key: str) -> frozenset[str]:
    """Return a list of words of the section, folded."""
    words = load_section(language, "collection").get(key, ())
    return frozenset(fold(word) for word in words)


@functools.cache
def _compile_patterns(language: str, kind: CollectionKind) -> Sequence[re.Pattern[str]]:
    """Return the patterns of a kind of question, for folded text."""
    section = load_section(language, "collection")
    patterns = []
    for written in section.get(kind, ()):
        pattern = written
        for name, term in section["terms"].items():
            pattern = pattern.replace(f"{{{name}}}", term)
        folded = fold(pattern).replace("{topic}", _TOPIC)
        patterns.append(re.compile(folded))
    return patterns
