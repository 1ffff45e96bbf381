"""Questions about the articles as a whole: how many speak of something, which papers, since when.

The patterns stand in the ``[collection]`` sections of ``rag/text/languages/``; a question fits one
as a whole or is none of them. What articles say ("How many articles did she write?") is searched.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, get_args

from rag.question.phrase_patterns import QUOTES, FoldedQuestion, find_phrases, load_words
from rag.text import STRAIGHT, find_words, fold

CollectionKind = Literal["count", "articles", "publishers", "latest", "since", "overview", "extent"]
COLLECTION_KINDS: tuple[CollectionKind, ...] = get_args(CollectionKind)
MAX_TOPIC_WORDS = 4  # that are searched for; chosen by hand: more of them are a clause
_SECTION = "collection"  # of a language's file


class CollectionQuestion(NamedTuple):
    """What is asked of the articles as a whole."""

    kind: CollectionKind
    language: str
    topic: str = ""  # as it was typed
    forms: tuple[str, ...] = ()  # the words of the topic that every counted article has
    publisher: str = ""  # as it was typed, where the articles of one are asked for


def has_collection_mark(question: str, language: str) -> bool:
    """Return whether a question has a word that every question about the articles has."""
    folded = fold(question.translate(STRAIGHT))
    return any(mark in folded for mark in load_words(language, _SECTION, "marks"))


def find_collection_question(question: str, language: str) -> CollectionQuestion | None:
    """Return what a question asks of the articles as a whole; None where it asks what they say."""
    folded = FoldedQuestion.of(question)
    for kind in COLLECTION_KINDS:
        for match in find_phrases(folded, language, _SECTION, kind):
            topic = folded.cut(match, "topic")
            publisher = folded.cut(match, "other")
            asked = _read_parts(kind, topic, publisher, language)
            if asked is not None:
                return asked
    return None


def _read_parts(
    kind: CollectionKind, topic: str, publisher: str, language: str
) -> CollectionQuestion | None:
    """Return a question about a topic, a publisher, both or neither; None where one is none."""
    asked: CollectionQuestion | None = CollectionQuestion(kind, language)
    if publisher:
        asked = _judge_topic(kind, publisher, language)
    if asked is not None and topic:
        asked = _judge_topic(kind, topic, language)
    if asked is None or not publisher:
        return asked
    forms = asked.forms if topic else ()
    return CollectionQuestion(kind, language, asked.topic if topic else "", forms, publisher)


def _judge_topic(kind: CollectionKind, topic: str, language: str) -> CollectionQuestion | None:
    """Return a question about a topic; None where that is no name or term, but a clause."""
    topic = topic.strip(QUOTES)
    words = find_words(topic)
    breaks = load_words(language, _SECTION, "breaks")
    ignored = load_words(language, _SECTION, "ignored")
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
