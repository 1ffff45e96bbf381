"""Words of a text as things are told from them: where a name begins or ends, what stands before."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.question.phrase_patterns import load_words
from rag.text import fold, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKS = ' \t\r\n,;:.!?…«»“”„"()[]–—。、'
# Small words inside names, whatever the language of the text around them.
NAME_LINKS = frozenset(
    (
        "da",
        "de",
        "del",
        "della",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "le",
        "of",
        "van",
    )
)
_TOKEN = re.compile(r"\S+")
_ELISION = re.compile(r"\w{1,4}['’](?=\w)")


class Token(NamedTuple):
    """What stands between white space in a text."""

    start: int
    end: int
    text: str

    @property
    def folded(self) -> str:
        """The token as words are compared."""
        return fold(self.text)

    @property
    def is_elided(self) -> bool:
        """Whether it begins with an elided article: "l'usine"."""
        return _ELISION.match(self.text) is not None

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital, marks and an elided article apart."""
        bare = self.text.lstrip(MARKS)
        bare = _ELISION.sub(
            "",
            bare,
            count=1,
        )
        return bare[:1].isupper()


def list_tokens(
    text: str,
    start: int = 0,
    end: int | None = None,
) -> list[Token]:
    """Return what stands between white space in a part of a text."""
    tokens = []
    last = len(text) if end is None else end
    for match in _TOKEN.finditer(text, start, last):
        token = Token(
            match.start(),
            match.end(),
            match[0],
        )
        tokens.append(token)
    return tokens


def find_name_start(tokens: Sequence[Token], language: str) -> int | None:
    """Return where the name begins that the tokens end with; small words may stand inside it."""
    start = None
    waiting = False  # for a capital before a small word
    for token in reversed(tokens):
        # What stands in brackets behind a name belongs to it.
        if start is None and token.text.startswith("("):
            continue
        if token.is_capitalised:
            start = token.start
            waiting = False
        elif start is None or waiting or not _may_be_inside_name(token, language):
            break
        else:
            waiting = True
    return start


def find_name_end(tokens: Sequence[Token], language: str) -> int:
    """Return where the name ends that the tokens begin with; small words may stand inside it."""
    end = tokens[0].end
    waiting = False  # for a capital behind a small word
    for token in tokens[1:]:
        if token.is_capitalised:
            end = token.end
            waiting = False
        elif waiting or not _may_be_inside_name(token, language):
            break
        else:
            waiting = True
    return end


def _may_be_inside_name(token: Token, language: str) -> bool:
    """Return whether a small word may stand inside a name: "Port de la Lune".

    Where every noun has a capital, it stands between two nouns more often.
    """
    return token.text in NAME_LINKS and not has_capitalised_nouns(language)


@functools.cache
def load_determiners(language: str) -> frozenset[str]:
    """Return the folded words of a language that a noun follows."""
    return frozenset().union(
        load_words(language, "followup", "articles"),
        load_words(language, "followup", "noun_determiners"),
        load_words(language, "answers", "articles"),
    )


@functools.cache
def load_prepositions(language: str) -> frozenset[str]:
    """Return the folded prepositions of a language, those with an article inside apart."""
    prepositions = frozenset().union(
        load_words(language, "followup", "place_prepositions"),
        load_words(language, "followup", "other_prepositions"),
    )
    return prepositions - load_determiners(language)


@functools.cache
def load_verbs(language: str) -> frozenset[str]:
    """Return the folded verbs of a language that a subject is known to end before."""
    return frozenset().union(
        load_words(language, "followup", "auxiliaries"),
        load_words(language, "answers", "copulas"),
        load_words(language, "forms", "verbs"),
    )
