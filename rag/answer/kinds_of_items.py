"""Items that no sentence calls by the word asked: obligations, restrictions, cuts.

"The mine must refill each pit" is an obligation. Which nouns ask for a kind of items, and which
words tell one, stands in the ``[forms.kinds.*]`` tables of the language files.
"""

from __future__ import annotations

import functools
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.polarity_words import compile_words
from rag.question.noun_phrases import load_determiners, load_prepositions
from rag.question.phrase_patterns import load_words
from rag.question.question_types import get_question_words
from rag.text import find_words, load_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from re import Pattern

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

MAX_TOLD = 8  # rows that fit on a screen; chosen by hand
ASKING_WORDS = 2  # among which a question word begins a question: "under which conditions"
PHRASE_WORDS = 5  # of a phrase that asks for a list, in which its noun stands; by hand
# What somebody else says must be done is a wish.
_QUOTED = re.compile(r"«[^«»]*»|»[^«»]*«|“[^“”]*”|„[^„“]*“|\"[^\"]*\"")


class KindWords(NamedTuple):
    """The nouns that ask for a kind of items, and the words that tell one."""

    nouns: Pattern[str]
    told: Pattern[str]


@functools.cache
def load_kinds(language: str) -> Mapping[str, KindWords]:
    """Return the kinds of items that a language has words for, by name."""
    kinds = {}
    for name, words in load_section(language, "forms").get("kinds", {}).items():
        nouns = compile_words(words["nouns"])
        kinds[name] = KindWords(nouns, compile_words(words["told"]))
    return kinds


def find_kind(question: str, language: str) -> tuple[str, Pattern[str]] | None:
    """Return the kind of items that a question asks for, with its nouns; mostly None.

    "Which countries were against the ban?" asks for countries.
    """
    head = _find_head(question, language)
    for name, words in load_kinds(language).items():
        if words.nouns.search(head):
            return name, words.nouns
    return None


def _find_head(question: str, language: str) -> str:
    """Return what is asked for: behind a question word the first two words that say something.

    Of a phrase without one ("list the bans of …") the first words.
    """
    words = find_words(question)
    asking = get_question_words(language)
    if not any(word.term in asking for word in words[:ASKING_WORDS]):
        last = words[:PHRASE_WORDS][-1:]
        return question[: last[0].end] if last else ""
    empty = frozenset().union(
        asking,
        load_determiners(language),
        load_prepositions(language),
        load_words(language, "forms", "verbs"),
    )
    following_words = words[1:]
    for word, following in zip_longest(words, following_words):
        if word.term not in empty:
            # "the water restrictions"
            behind = following or word
            return question[word.start : behind.end]
    return ""


def add_links(nouns: Pattern[str], language: str) -> Pattern[str]:
    """Return what an article on a topic need not have: the nouns of a kind, and auxiliaries."""
    links = compile_words(load_words(language, "forms", "verbs"))
    return re.compile(f"{nouns.pattern}|{links.pattern}", re.IGNORECASE)


def list_told(kind: str, articles: Iterable[TopicArticle]) -> list[Candidate]:
    """Return the sentences of articles that tell an item of a kind, in their order."""
    told: list[Candidate] = []
    for article in articles:
        told += _list_telling(kind, article)
    return told[:MAX_TOLD]


def _list_telling(kind: str, article: TopicArticle) -> Iterator[Candidate]:
    """Yield the sentences of an article that tell an item in words of its own."""
    words = load_kinds(article.story.article.language).get(kind)
    if words is None:
        return
    for sentence in article.telling:
        if words.told.search(_QUOTED.sub(" ", sentence.text)):
            yield sentence
