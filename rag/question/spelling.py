"""A question in the spelling of the articles: accents restored, elisions cut off, typos corrected.

A word of the question that neither the index nor the lexicon knows is read as the likeliest word
one edit away, or two where both words are long. An edit is a letter more, less, other, or two
neighbours changed over (Damerau 1964). No word of the index is ever read as another, and a name
only as another name. The limits below may be tuned.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.index.vocabulary import HELD, Form, Vocabulary
from rag.models.lexicon import HUB, Known, find_stems
from rag.question.question_types import get_question_words, restore_homographs
from rag.text import STRAIGHT, find_words, fold, has_capitalised_nouns, load_section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rag.index.opened import StoredWords
    from rag.models.lexicon import Lexicon
    from rag.text import Word

# Letters of a word that may be misspelt: any shorter one is one edit from many. Chosen by hand.
MIN_LETTERS = 4
# Letters that both words have where they may be two edits apart, and letters from which a word
# whose stem alone is known may be misspelt. Chosen by hand.
LONG = 7
# Words of a question that are looked up, from the first: a text piped in by mistake ends soon.
# Chosen by hand.
MAX_WORDS = 64
# How much less likely a word with another first letter is, in nats (a factor of 20). Chosen by
# hand.
OTHER_INITIAL = 3.0


class IndexWords(NamedTuple):
    """What the words of a question are compared with."""

    passages: Mapping[str, int]  # of each language of the index
    frequency: Callable[[str, str], int]  # language, unit: in how many passages it stands
    vocabulary: StoredWords  # the words as the articles write them


class CorrectedQuestion(NamedTuple):
    """A question as it is read."""

    text: str
    misspelt: Mapping[str, str]  # words as they are read, and as they were asked
    unknown: tuple[str, ...]  # names that nobody knows, and that are near to none

    @property
    def notes(self) -> tuple[str, ...]:
        """What the one who asked should know about it."""
        notes = []
        for word, asked in self.misspelt.items():
            notes.append(f"read “{asked}” as “{word}”")
        for name in self.unknown:
            notes.append(f"no article mentions “{name}”")
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
    straight = text.translate(STRAIGHT)
    text = restore_homographs(straight, languages[0])
    speller = _Speller(languages, index, lexicon)
    replacements: list[tuple[Word, str]] = []
    misspelt: dict[str, str] = {}
    unknown: list[str] = []
    for word in find_words(text)[:MAX_WORDS]:
        asked = text[word.start : word.end]
        is_name = is_capitalised_name(asked, word.start, languages[0])
        correction = speller.correct(word, is_name=is_name)
        spelling = _copy_capital(asked, correction.spelling)
        if spelling:
            replacements.append((word, spelling))
        if correction.outcome == "misspelt":
            misspelt.setdefault(spelling, asked)
        elif correction.outcome == "unknown":
            unknown.append(asked)
    # Articles in other languages may write a name in another way.
    if languages[0] not in index.passages:
        unknown = []
    return CorrectedQuestion(
        _replace_words(text, replacements),
        misspelt,
        tuple(unknown),
    )


def _replace_words(text: str, replacements: Sequence[tuple[Word, str]]) -> str:
    """Return a text with other spellings of some of its words."""
    # From the end, so that the spans of the words before stay right.
    for word, spelling in reversed(replacements):
        before = text[: word.start]
        after = text[word.end :]
        text = before + spelling + after
    return text


def _copy_capital(asked: str, spelling: str) -> str:
    """Return a spelling with a capital where the word as it was asked has one."""
    has_capital = asked[:1].isupper()
    if has_capital and not spelling[:1].isupper():
        return spelling.capitalize()
    return spelling


def is_capitalised_name(word: str, position: int, language: str) -> bool:
    """Return whether a word of a question is a name by its capital, which is none at position 0."""
    if position == 0 or not word[:1].isupper():
        return False
    return not has_capitalised_nouns(language)


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
            accented = _restore_accents(word, indexed_forms)
            return WordCorrection(accented, "same")
        known = self._look_up(word.form)
        if len(term) < MIN_LETTERS or known == Known.FORM:
            return AS_TYPED
        if known and not is_name and self._is_inflected(word.form):
            return AS_TYPED
        if not known:
            rest = self._cut_elision(term, is_name=is_name)
            if rest:
                return WordCorrection(rest, "same")
        nearest = self._find_nearest(
            term,
            is_name=is_name,
            is_stem_known=bool(known),
        )
        if nearest:
            # A singular is no typo of the plural.
            if self._share_stem(nearest.lower(), word.form):
                return AS_TYPED
            return WordCorrection(nearest, "misspelt")
        if is_name and not known and not self._has_neighbour(term):
            return WordCorrection("", "unknown")
        return AS_TYPED

    def _look_up(self, form: str) -> Known:
        """Return how well the lexicon knows a word, in the question's language or in English."""
        # A lexicon made of articles may lack a question word: "cuántas" is no typo of "cuentas".
        if fold(form) in get_question_words(self._language):
            return Known.FORM
        # English words stand in questions of every language.
        in_own = self._lexicon.knows(form, self._language)
        in_english = self._lexicon.knows(form, HUB)
        return max(in_own, in_english)

    def _is_inflected(self, form: str) -> bool:
        """Return whether a word whose stem alone is known is likely another form of it.

        It is if it is short, if the index has the stem, or if no article is in its language.
        """
        if len(form) < LONG:
            return True
        if self._language not in self._index.passages:
            return True
        stems = find_stems(form, self._language)
        frequencies = [self._index.frequency(self._language, stem) for stem in stems]
        return any(frequencies)

    def _share_stem(self, form: str, other_form: str) -> bool:
        """Return whether two words are forms of one."""
        stems = find_stems(form, self._language)
        other_stems = find_stems(other_form, self._language)
        return not set(stems).isdisjoint(other_stems)

    def _has_neighbour(self, term: str) -> bool:
        """Return whether any word of the index or of the lexicon is one edit away."""
        if self._vocabulary.near(term, 1):
            return True
        return bool(self._known_words.near(term, 1))

    def _cut_elision(self, term: str, *, is_name: bool) -> str:
        """Return a word without the elided article whose apostrophe is missing ("lannonce").

        Empty where what remains is no word that the index or the lexicon knows.
        """
        elisions = _load_elisions(tuple(self._languages))
        for elision in sorted(elisions, key=len):
            rest = term.removeprefix(elision)
            if rest == term or len(rest) < HELD:
                continue
            forms = self._vocabulary.forms(rest)
            candidates = _keep_names(forms, is_name=is_name)
            if candidates:
                return candidates[0].written
            if not is_name and self._lexicon.knows(rest, self._language):
                return rest
        return ""

    def _find_nearest(self, term: str, *, is_name: bool, is_stem_known: bool) -> str:
        """Return the likeliest of the nearest words, empty where none is near enough.

        At one edit, then at two: words of the index in the question's languages, else words of the
        lexicon (at one edit only), else words of the index in other languages. For a word whose
        stem is known, only the first of all these will do.
        """
        nearest = self._find_at_distance(
            term,
            1,
            is_name=is_name,
            is_stem_known=is_stem_known,
        )
        if not nearest and len(term) >= LONG and not is_stem_known:
            far = self._find_at_distance(
                term,
                2,
                is_name=is_name,
                is_stem_known=is_stem_known,
            )
            nearest = [form for form in far if len(form.written) >= LONG]
        if not nearest:
            return ""
        rank = functools.partial(_rank_form, term)
        best = max(nearest, key=rank)
        return best.written

    def _find_at_distance(
        self, term: str, edits: int, *, is_name: bool, is_stem_known: bool
    ) -> list[Form]:
        """Return the words of the best source that has any at so many edits."""
        near = self._vocabulary.near(term, edits)
        indexed = _keep_names(near, is_name=is_name)
        in_language = [form for form in indexed if form.language in self._languages]
        if in_language or is_stem_known:
            return in_language
        if edits == 1 and not is_name:
            known_words = self._known_words.near(term, edits)
            if known_words:
                return known_words
        return indexed

    @property
    def _known_words(self) -> Vocabulary:
        """The words of the lexicon in the question's language; built at the first typo."""
        return _build_lexicon_vocabulary(self._lexicon, self._language)


def _restore_accents(word: Word, indexed_forms: Sequence[Form]) -> str:
    """Return how the articles mostly write a word that was typed without accents.

    Empty where it has accents, or where the articles write it without, too.
    """
    has_accents = word.form != word.term
    spellings = [form.written.lower() for form in indexed_forms]
    if has_accents or word.term in spellings:
        return ""
    return indexed_forms[0].written


def _keep_names(forms: list[Form], *, is_name: bool) -> list[Form]:
    """Return the words that may stand for another: for a name, only those with a capital."""
    if not is_name:
        return forms
    return [form for form in forms if form.written[:1].isupper()]


def _rank_form(term: str, form: Form) -> tuple[float, str]:
    """Return the log-likelihood of a word to be meant by a misspelt term, and how it is written."""
    likelihood = math.log1p(form.passages)
    initial = fold(form.written)[:1]
    if initial != term[:1]:
        likelihood -= OTHER_INITIAL
    return likelihood, form.written


@functools.cache
def _load_elisions(languages: tuple[str, ...]) -> frozenset[str]:
    """Return what stands before an apostrophe in these languages, folded, without it."""
    elisions = set()
    for language in languages:
        section = load_section(language, "words")
        for word in section.get("elisions", ()):
            elisions.add(fold(word).rstrip("'"))
    return frozenset(elisions)


@functools.cache
def _build_lexicon_vocabulary(lexicon: Lexicon, language: str) -> Vocabulary:
    """Return the words of the lexicon in a language, as if each stood in as many passages."""
    forms = []
    for word, frequency in lexicon.words(language):
        forms.append(Form(language, word, round(frequency)))
    return Vocabulary.of(forms)
