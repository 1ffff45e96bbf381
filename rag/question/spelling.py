"""A question in the spelling of the articles: accents put back, elisions cut off, misspelt words read as words that are near.

A word of the question that neither the index nor the lexicon knows is read as the likeliest word one edit away, or two where
both words are long: a letter more, less, other, or two neighbours changed over (Damerau 1964). Nothing that the index holds
is ever read as something else, and a name only as another name.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.index.vocabulary import HELD, Form, Vocabulary
from rag.models.lexicon import HUB, Known, find_stems
from rag.text.words import STRAIGHT, find_words, fold, load_elisions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rag.models.lexicon import Lexicon
    from rag.text.words import Word

    How = Literal["same", "misspelt", "unknown"]

SHORTEST, LONG = (
    4,
    7,
)  # letters of a word that one edit may change; of both words where it may be two
MOST = 64  # words of a question that are looked up
ELIDING = frozenset({"ca", "fr", "it"})  # languages that drop a vowel for an apostrophe
INITIAL = 3.0  # nats: how much less likely a word with another first letter is


class CorrectedQuestion(NamedTuple):
    """A question as it is read."""

    text: str
    misspelt: Mapping[str, str]  # words as they are read, and as they were asked
    unknown: tuple[
        str, ...
    ]  # names that neither the articles nor the lexicon know, and nothing is near to

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever asked should know about it."""
        read_as = (f"read “{asked}” as “{word}”" for word, asked in self.misspelt.items())
        return (*read_as, *(f"no article mentions “{name}”" for name in self.unknown))


def correct_spelling(
    question: str,
    *,
    languages: Sequence[str],
    held: Collection[str],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    frequency: Callable[[str, str], int],
) -> CorrectedQuestion:
    """A question in the spelling of the articles; what they hold, and what the lexicon knows, stays as it is.

    ``languages`` that it may be in, the likeliest first: typos hide them, too; ``held``: those of the articles. ``frequency``
    of a unit, given its language, is how many passages of the index hold it.
    """
    text = (question.lower() if question.isupper() else question).translate(STRAIGHT)
    here = languages[0] in held
    speller = _Speller(languages, vocabulary, lexicon, frequency if here else None)
    misspelt, unknown = {}, []
    for word in reversed(find_words(text)[:MOST]):
        asked = text[word.start : word.end]
        name = (
            languages[0] != "de" and word.start > 0 and asked[:1].isupper()
        )  # German writes every noun so
        found, how = speller.read(word, name=name)
        written = found if not asked[:1].isupper() or found[:1].isupper() else found.capitalize()
        if found:
            text = text[: word.start] + written + text[word.end :]
        if how == "misspelt":
            misspelt[written] = asked
        if how == "unknown":
            unknown.append(asked)
    return CorrectedQuestion(
        text, dict(reversed(misspelt.items())), tuple(reversed(unknown)) if here else ()
    )


class _Speller:
    """How the words of one question are read."""

    def __init__(
        self,
        languages: Sequence[str],
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        frequency: Callable[[str, str], int]
        | None,  # if the articles are in the first of the languages, too
    ) -> None:
        self._languages, self._vocabulary, self._lexicon, self._frequency = (
            languages,
            vocabulary,
            lexicon,
            frequency,
        )

    def read(self, word: Word, *, name: bool) -> tuple[str, How]:
        """The word in another spelling, or nothing when it stays as it is."""
        term = word.term
        if len(term) < HELD or not term.isalpha():
            return "", "same"
        held = self._vocabulary.forms(term)
        if held:
            accented = word.form == term and term not in [form.written.lower() for form in held]
            return (held[0].written if accented else ""), "same"
        known = max(
            self._lexicon.knows(word.form, language) for language in (self._languages[0], HUB)
        )
        if (
            len(term) < SHORTEST
            or known == Known.FORM
            or (known and not name and self._is_inflected(word.form))
        ):
            return "", "same"
        if elided := "" if known else self._elided(term, name=name):
            return elided, "same"
        near = self._near(term, name=name, sure=bool(known))
        if near and not set(find_stems(near.lower(), self._languages[0])) & set(
            find_stems(word.form, self._languages[0])
        ):
            return near, "misspelt"
        return "", "unknown" if name and not (
            near or known or self._has_neighbour(term)
        ) else "same"

    def _is_inflected(self, form: str) -> bool:
        """Whether a word whose stem alone is known is likely another form of it: it is short, or the index holds the stem."""
        language, frequency = self._languages[0], self._frequency
        return (
            len(form) < LONG
            or frequency is None
            or any(frequency(language, unit) for unit in find_stems(form, language))
        )

    def _has_neighbour(self, term: str) -> bool:
        """Whether any word is one edit away."""
        return any(
            some.near(term, 1)
            for some in (self._vocabulary, _known_words(self._lexicon, self._languages[0]))
        )

    def _elided(self, term: str, *, name: bool) -> str:
        """What stands behind an elided article that has lost its apostrophe: "lannonce"."""
        for cut in range(1, len(term) - HELD + 1) if ELIDING.intersection(self._languages) else ():
            rest = term[cut:]
            if term[:cut] in load_elisions():
                held = [
                    form.written
                    for form in self._vocabulary.forms(rest)
                    if not name or form.written[:1].isupper()
                ]
                if held or (not name and self._lexicon.knows(rest, self._languages[0])):
                    return held[0] if held else rest
        return ""

    def _near(self, term: str, *, name: bool, sure: bool = False) -> str:
        """The likeliest of the nearest words: the index's in these languages, at one edit the lexicon's, the index's in others.

        If only a ``sure`` one will do, the index's in these languages at one edit.
        """
        for edits in (1, 2) if len(term) >= LONG and not sure else (1,):
            here = [
                form
                for form in self._vocabulary.near(term, edits)
                if not name or form.written[:1].isupper()
            ]
            own = [form for form in here if form.language in self._languages]
            known = (
                ()
                if own or name or sure or edits > 1
                else _known_words(self._lexicon, self._languages[0]).near(term, edits)
            )
            found = [
                form
                for form in own or known or (() if sure else here)
                if edits == 1 or len(form.written) >= LONG
            ]
            if found:
                return max(found, key=lambda form: (_likelihood(form, term), form.written)).written
        return ""


def _likelihood(form: Form, term: str) -> float:
    return math.log1p(form.passages) - INITIAL * (fold(form.written)[:1] != term[:1])


@functools.cache
def _known_words(lexicon: Lexicon, language: str) -> Vocabulary:
    return Vocabulary.of(
        [Form(language, word, round(frequency)) for word, frequency in lexicon.words(language)]
    )
