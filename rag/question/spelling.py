"""A question in the spelling of the articles: accents restored, elisions cut off, typos corrected.

A word of the question that neither the index nor the lexicon knows is read as the likeliest word one
edit away, or two where both words are long. An edit is a letter more, less, other, or two neighbours
changed over (Damerau 1964). No word of the index is ever read as another, and a name only as
another name. The limits below may be tuned.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.index.vocabulary import HELD, Form, Vocabulary
from rag.models.lexicon import HUB, Known, find_stems
from rag.question.question_types import restore_homographs
from rag.text.languages import load_section
from rag.text.words import STRAIGHT, find_words, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.models.lexicon import Lexicon
    from rag.text.words import Word

# Letters of a word that may be misspelt: any shorter one is one edit from many. Chosen by hand.
MIN_LETTERS = 4
# Letters that both words have where they may be two edits apart, and letters from which a word whose
# stem alone is known may be misspelt. Chosen by hand.
LONG = 7
# Words of a question that are looked up, from the first: a text piped in by mistake ends soon.
# Chosen by hand.
MAX_WORDS = 64
# How much less likely a word with another first letter is, in nats (a factor of 20). Chosen by hand.
OTHER_INITIAL = 3.0


class IndexWords(NamedTuple):
    """What the words of a question are compared with."""

    passages: Mapping[str, int]  # of each language of the index
    frequency: Callable[[str, str], int]  # language, unit: in how many passages it stands
    vocabulary: Vocabulary  # the words as the articles write them


class CorrectedQuestion(NamedTuple):
    """A question as it is read."""

    text: str
    misspelt: Mapping[str, str]  # words as they are read, and as they were asked
    unknown: tuple[str, ...]  # names that nobody knows, and that are near to none

    @property
    def notes(self) -> tuple[str, ...]:
        """What the one who asked should know about it."""
        notes = [f"read “{asked}” as “{word}”" for word, asked in self.misspelt.items()]
        notes += [f"no article mentions “{name}”" for name in self.unknown]
        return tuple(notes)


class WordCorrection(NamedTuple):
    """How a word of the question is read."""

    spelling: str  # empty where the word stays as it is
    outcome: Literal["same", "misspelt", "unknown"]  # "same": at most accents or an elision differ


AS_TYPED = WordCorrection("", "same")


def correct_spelling(
    question: str, languages: Sequence[str], *, index: IndexWords, lexicon: Lexicon
) -> CorrectedQuestion:
    """Return a question in the spelling of the articles; words that are known stay as they are.

    ``languages``: those it may be in, the likeliest first, as typos hide them, too.
    """
    # In capitals alone, no name could be told from another word.
    text = question.lower() if question.isupper() else question
    text = restore_homographs(text.translate(STRAIGHT), languages[0])
    speller = _Speller(languages, index, lexicon)
    misspelt: dict[str, str] = {}
    unknown: list[str] = []
    # From the end, so that the spans of the words before stay right.
    for word in reversed(find_words(text)[:MAX_WORDS]):
        asked = text[word.start : word.end]
        is_name = is_capitalised_name(asked, word.start, languages[0])
        spelling, outcome = speller.correct(word, is_name=is_name)
        if asked[:1].isupper() and not spelling[:1].isupper():
            spelling = spelling.capitalize()
        if spelling:
            text = text[: word.start] + spelling + text[word.end :]
        if outcome == "misspelt":
            misspelt[spelling] = asked
        elif outcome == "unknown":
            unknown.append(asked)
    in_order = dict(reversed(misspelt.items()))
    # Articles in other languages may write a name in another way.
    if languages[0] not in index.passages:
        unknown = []
    return CorrectedQuestion(text, in_order, tuple(reversed(unknown)))


def is_capitalised_name(word: str, position: int, language: str) -> bool:
    """Return whether a word of a question is a name by its capital; at position 0 it says nothing."""
    if position == 0 or not word[:1].isupper():
        return False
    return not has_capitalised_nouns(language)


@functools.cache
def has_capitalised_nouns(language: str) -> bool:
    """Return whether a language writes every noun with a capital, as German does."""
    return bool(load_section(language, "words").get("capitalised_nouns"))


class _Speller:
    """How the words of one question are read, in the likeliest of its languages."""

    def __init__(self, languages: Sequence[str], index: IndexWords, lexicon: Lexicon) -> None:
        self._languages = languages
        self._language = languages[0]
        self._index = index
        self._vocabulary = index.vocabulary
        self._lexicon = lexicon

    def correct(self, word: Word, *, is_name: bool) -> WordCorrection:
        """Return how a word is read."""
        term = word.term
        if len(term) < HELD or not term.isalpha():
            return AS_TYPED
        indexed_forms = self._vocabulary.forms(term)
        if indexed_forms:
            return WordCorrection(_restore_accents(word, indexed_forms), "same")
        known = self._look_up(word.form)
        if len(term) < MIN_LETTERS or known == Known.FORM:
            return AS_TYPED
        if known and not is_name and self._is_inflected(word.form):
            return AS_TYPED
        if not known:
            rest = self._cut_elision(term, is_name=is_name)
            if rest:
                return WordCorrection(rest, "same")
        nearest = self._find_nearest(term, is_name=is_name, is_stem_known=bool(known))
        if nearest and not self._share_stem(nearest.lower(), word.form):
            return WordCorrection(nearest, "misspelt")
        is_unknown = is_name and not nearest and not known and not self._has_neighbour(term)
        return WordCorrection("", "unknown") if is_unknown else AS_TYPED

    def _look_up(self, form: str) -> Known:
        """Return how well the lexicon knows a word, in the question's language or in English."""
        # English words stand in questions of every language.
        return max(self._lexicon.knows(form, self._language), self._lexicon.knows(form, HUB))

    def _is_inflected(self, form: str) -> bool:
        """Return whether a word whose stem alone is known is likely another form of it.

        It is if it is short, if the index has the stem, or if no article is in its language.
        """
        if len(form) < LONG or self._language not in self._index.passages:
            return True
        stems = find_stems(form, self._language)
        return any(self._index.frequency(self._language, stem) for stem in stems)

    def _share_stem(self, form: str, other_form: str) -> bool:
        """Return whether two words are forms of one: a singular is no typo of the plural."""
        stems = find_stems(form, self._language)
        return not set(stems).isdisjoint(find_stems(other_form, self._language))

    def _has_neighbour(self, term: str) -> bool:
        """Return whether any word of the index or of the lexicon is one edit away."""
        if self._vocabulary.near(term, 1):
            return True
        return bool(_build_lexicon_vocabulary(self._lexicon, self._language).near(term, 1))

    def _cut_elision(self, term: str, *, is_name: bool) -> str:
        """Return a word without the elided article whose apostrophe is missing ("lannonce").

        Empty where what remains is no word that the index or the lexicon knows.
        """
        for elision in sorted(_load_elisions(tuple(self._languages)), key=len):
            rest = term.removeprefix(elision)
            if rest == term or len(rest) < HELD:
                continue
            forms = _keep_names(self._vocabulary.forms(rest), is_name=is_name)
            if forms:
                return forms[0].written
            if not is_name and self._lexicon.knows(rest, self._language):
                return rest
        return ""

    def _find_nearest(self, term: str, *, is_name: bool, is_stem_known: bool) -> str:
        """Return the likeliest of the nearest words, empty where none is near enough.

        At one edit, then at two: words of the index in the question's languages, else words of the
        lexicon (at one edit only), else words of the index in other languages. For a word whose stem
        is known, only the first of all these will do.
        """
        may_differ_twice = len(term) >= LONG and not is_stem_known
        for edits in (1, 2) if may_differ_twice else (1,):
            indexed = _keep_names(self._vocabulary.near(term, edits), is_name=is_name)
            candidates = [form for form in indexed if form.language in self._languages]
            if not candidates and not is_stem_known:
                if edits == 1 and not is_name:
                    known_words = _build_lexicon_vocabulary(self._lexicon, self._language)
                    candidates = known_words.near(term, edits)
                candidates = candidates or indexed
            if edits == 2:
                candidates = [form for form in candidates if len(form.written) >= LONG]
            if candidates:
                return max(candidates, key=functools.partial(_rank_form, term)).written
        return ""


def _restore_accents(word: Word, indexed_forms: Sequence[Form]) -> str:
    """Return how the articles mostly write a word that was typed without accents.

    Empty where it has accents, or where the articles write it without, too.
    """
    is_plain = word.form == word.term
    spellings = [form.written.lower() for form in indexed_forms]
    return indexed_forms[0].written if is_plain and word.term not in spellings else ""


def _keep_names(forms: list[Form], *, is_name: bool) -> list[Form]:
    """Return the words that may stand for another: for a name, only those with a capital."""
    if not is_name:
        return forms
    return [form for form in forms if form.written[:1].isupper()]


def _rank_form(term: str, form: Form) -> tuple[float, str]:
    """Return the log-likelihood of a word to be meant by a misspelt term, and how it is written."""
    likelihood = math.log1p(form.passages)
    if fold(form.written)[:1] != term[:1]:
        likelihood -= OTHER_INITIAL
    return likelihood, form.written


@functools.cache
def _load_elisions(languages: tuple[str, ...]) -> frozenset[str]:
    """Return what stands before an apostrophe in these languages, folded, without it."""
    elisions: set[str] = set()
    for language in languages:
        words = load_section(language, "words").get("elisions", ())
        elisions.update(fold(word).rstrip("'") for word in words)
    return frozenset(elisions)


@functools.cache
def _build_lexicon_vocabulary(lexicon: Lexicon, language: str) -> Vocabulary:
    """Return the words of the lexicon in a language, as if each stood in as many passages."""
    words = lexicon.words(language)
    return Vocabulary.of([Form(language, word, round(frequency)) for word, frequency in words])
