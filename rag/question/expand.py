"""A question as the search channels need it, also in the words of each language of the index.

A translated question is a set of weighted words: every word's likely translations, and the word as it
is, for names (probabilistic structured queries, Darwish and Oard 2003). Each channel then asks in the
passages' own language. The weights below may be tuned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.question.spelling import CorrectedQuestion, is_capitalised_name
from rag.records import WordMatch
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.models.lexicon import Lexicon
    from rag.models.tokenizer import Tokenizer
    from rag.question.spelling import IndexWords
    from rag.records import Passage
    from rag.text.words import Word

# All chosen by hand.
COMPOUND_PARTS = 0.4  # share of a compound's weight that its parts have together
SYNONYMS = 0.25  # weight of all synonyms in the question's own language together
# Weight of a word as it is, in another language, when it has translations; they get the rest.
NAME_AS_IS = 0.5
WORD_AS_IS = 0.3
# Share of a word's expansions, by weight, that the index must have for it to weigh as much as all.
MIN_INDEXED = 0.5
# Expansions below this weight are searched for, but add nothing to the vector and the soft terms.
MIN_SOFT_WEIGHT = 0.1
MISSPELT_MATCH = 0.9  # times the weight of a match that is shown for a misspelt word
_EPSILON = 1e-9  # keeps a zero vector from a division by zero
_END_MARKS = " ?？!.\t\n"
AS_ASKED = CorrectedQuestion("", {}, ())  # nothing was read as anything else


class Expansion(NamedTuple):
    """What stands for a word of the question in a language of the index."""

    term: int  # place of the word in Query.words
    unit: str  # as it is indexed: a stem
    word: str  # as it is written
    weight: float  # at most 1
    frequency: int  # passages of the index that have the unit


class WeightedTokens(NamedTuple):
    """Tokens that say what the question says, each once, and how much each of them counts."""

    tokens: NDArray[np.int64]
    weights: NDArray[np.float32]


class TranslationModels(NamedTuple):
    """What a question is translated with."""

    tokenizer: Tokenizer
    lexicon: Lexicon
    # (V, d), the token vectors of the model that embeds questions; None where they are not at hand.
    table: NDArray[np.float16] | None


@dataclass(frozen=True)
class Query:
    """A question as the channels need it."""

    text: str
    language: str
    words: tuple[Word, ...]  # in order, each term once
    term_tokens: tuple[tuple[int, ...], ...]  # ids of the shipped tokenizer for each word
    names: tuple[bool, ...]  # which words are names or numbers, the same in most languages
    vector: NDArray[np.float32]  # (d,), unit length, of the index's embedding model
    expansions: Mapping[str, tuple[Expansion, ...]]  # by language of the index
    weighted_tokens: Mapping[str, WeightedTokens]  # likewise
    vectors: Mapping[str, NDArray[np.float32]]  # likewise: (d,), the vector with its translation
    spelling: CorrectedQuestion = AS_ASKED  # how the question came to read as it does

    @property
    def terms(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(word.term for word in self.words)

    @property
    def in_parentheses(self) -> list[bool]:
        """Which words stand in parentheses at the end: they name a context more than they ask."""
        ends_in_parenthesis = self.text.rstrip(_END_MARKS).endswith(")")
        if not ends_in_parenthesis:
            return [False] * len(self.words)
        start = self.text.rfind("(")
        return [word.start >= start for word in self.words]

    def vector_for(self, language: str) -> NDArray[np.float32]:
        """Return the vector to compare sentences of a language with."""
        return self.vectors.get(language, self.vector)


class _Words(NamedTuple):
    """The distinct words of a question."""

    language: str
    words: tuple[Word, ...]
    tokens: tuple[tuple[int, ...], ...]  # ids of each word
    names: tuple[bool, ...]


def expand_query(
    question: CorrectedQuestion,
    vector: NDArray[np.float32],
    *,
    index: IndexWords,
    models: TranslationModels,
) -> Query:
    """Return a question with its language, its words, and what stands for them in the index.

    ``vector``: (d,), its embedding, to which translations are added. When in doubt, the question is in
    one of the languages of the index.
    """
    words = _split_question(question.text, index, models.tokenizer)
    expansions = {}
    for language in dict.fromkeys([words.language, *index.passages]):
        all_expansions = _expand_words(words, language, index=index, lexicon=models.lexicon)
        expansions[language] = _favour_indexed(all_expansions)
    weighted_tokens = _weigh_translations(words, expansions, models.tokenizer)
    vectors = {}
    if models.table is not None:
        for language, translation in weighted_tokens.items():
            vectors[language] = _add_translation(vector, translation, models.table)
    weighted_tokens[words.language] = _weigh_evenly(words.tokens)
    return Query(
        question.text,
        words.language,
        words.words,
        words.tokens,
        words.names,
        vector,
        expansions,
        weighted_tokens,
        vectors,
        question,
    )


def match_words(query: Query, passage: Passage, *, lexicon: Lexicon) -> list[WordMatch]:
    """Return for each word of a question the word of a passage that stands for it best, if any."""
    language = passage.article.language
    surfaces = _find_surfaces(passage, lexicon)
    best_expansions: dict[int, Expansion] = {}
    for expansion in query.expansions.get(language, ()):
        if expansion.unit not in surfaces:
            continue
        best = best_expansions.get(expansion.term)
        if best is None or expansion.weight > best.weight:
            best_expansions[expansion.term] = expansion
    matches = []
    for term, expansion in sorted(best_expansions.items()):
        word = query.words[term]
        read_as = query.text[word.start : word.end]
        surface = surfaces[expansion.unit]
        weight = 1.0 if fold(surface) == fold(read_as) else expansion.weight
        asked = query.spelling.misspelt.get(read_as, read_as)
        if asked != read_as:
            weight *= MISSPELT_MATCH
        matches.append(WordMatch(asked, surface, weight))
    return matches


def _find_surfaces(passage: Passage, lexicon: Lexicon) -> dict[str, str]:
    """Return how each unit of a passage is written there the first time."""
    surfaces: dict[str, str] = {}
    text = passage.text
    for word in find_words(text):
        surface = text[word.start : word.end]
        for unit in lexicon.units(word.form, passage.article.language):
            surfaces.setdefault(unit, surface)
    return surfaces


def _split_question(text: str, index: IndexWords, tokenizer: Tokenizer) -> _Words:
    """Return the distinct words of a question, and which of them are names."""
    language = tokenizer.detect_language(text, likely=index.passages)
    words_by_term: dict[str, Word] = {}
    for word in find_words(text):
        words_by_term.setdefault(word.term, word)
    words = tuple(words_by_term.values())
    surfaces = [text[word.start : word.end] for word in words]
    # With a space before it, a word has the tokens that it has within a text.
    tokens = tokenizer.encode_batch([f" {surface}" for surface in surfaces])
    names = []
    for place, surface in enumerate(surfaces):
        has_digit = any(character.isdigit() for character in surface)
        # The first word has a capital anyway, and in capitals alone they say nothing.
        is_name = not text.isupper() and is_capitalised_name(surface, place, language)
        names.append(has_digit or is_name)
    return _Words(language, words, tuple(map(tuple, tokens)), tuple(names))


def _expand_words(
    words: _Words, language: str, *, index: IndexWords, lexicon: Lexicon
) -> list[Expansion]:
    """Return what stands for each word in a language: itself, its parts, its translations.

    In the question's own language, words that say the same take the place of translations.
    """
    is_own = language == words.language
    expansions = []
    for term, (word, is_name) in enumerate(zip(words.words, words.names, strict=True)):
        translations = lexicon.translations(word.form, words.language, language)
        as_is = 1.0
        if translations and not is_own:
            as_is = NAME_AS_IS if is_name else WORD_AS_IS
        whole, *parts = lexicon.units(word.form, language)
        weight = as_is * (1.0 - COMPOUND_PARTS) if parts else as_is
        units = [(whole, word.form, weight)]
        for part in parts:
            units.append((part, word.form, as_is * COMPOUND_PARTS / len(parts)))
        remainder = SYNONYMS if is_own else 1.0 - as_is
        for translation in translations:
            if translation.unit != whole:
                weight = remainder * translation.weight
                units.append((translation.unit, translation.word, weight))
        for unit, form, weight in units:
            frequency = index.frequency(language, unit)
            expansions.append(Expansion(term, unit, form, weight, frequency))
    return expansions


def _favour_indexed(expansions: Sequence[Expansion]) -> tuple[Expansion, ...]:
    """Return the expansions, the weight of those that the index lacks given to those it has.

    Not all of it: where the index has less than ``MIN_INDEXED`` of a word, what it has is scaled as if
    it were that much.
    """
    indexed_weight: dict[int, float] = {}
    for expansion in expansions:
        if expansion.frequency:
            weight = indexed_weight.get(expansion.term, 0.0) + expansion.weight
            indexed_weight[expansion.term] = weight
    scaled = []
    for expansion in expansions:
        if not expansion.frequency:
            scaled.append(expansion)
            continue
        share = min(max(indexed_weight[expansion.term], MIN_INDEXED), 1.0)
        scaled.append(expansion._replace(weight=expansion.weight / share))
    return tuple(scaled)


def _weigh_evenly(tokens: Sequence[Sequence[int]]) -> WeightedTokens:
    """Return the distinct tokens of all words, ascending, each with weight 1."""
    distinct = {token for word in tokens for token in word}
    ids = np.array(sorted(distinct), dtype=np.int64)
    return WeightedTokens(ids, np.ones(len(ids), dtype=np.float32))


def _weigh_translations(
    words: _Words, expansions: Mapping[str, Sequence[Expansion]], tokenizer: Tokenizer
) -> dict[str, WeightedTokens]:
    """Return the tokens of the likely translations, by language, the question's own left out."""
    likely: dict[str, list[Expansion]] = {}
    for language, candidates in expansions.items():
        if language != words.language:
            likely[language] = [
                expansion for expansion in candidates if _is_likely_translation(expansion, words)
            ]
    forms = dict.fromkeys(expansion.word for chosen in likely.values() for expansion in chosen)
    # All at once: one call of the tokenizer for all languages.
    encoded = tokenizer.encode_batch([f" {form}" for form in forms]) if forms else []
    tokens = dict(zip(forms, encoded, strict=True))
    return {
        language: _weigh_tokens(words, translations, tokens)
        for language, translations in likely.items()
    }


def _is_likely_translation(expansion: Expansion, words: _Words) -> bool:
    """Return whether an expansion is another word, and likely enough to add to the meaning."""
    is_other_word = expansion.word != words.words[expansion.term].form
    return is_other_word and expansion.weight >= MIN_SOFT_WEIGHT


def _weigh_tokens(
    words: _Words, translations: Sequence[Expansion], tokens: Mapping[str, Sequence[int]]
) -> WeightedTokens:
    """Return the tokens of a translated question: each word's translations share its weight of 1.

    A name keeps its own tokens beside them; a word without translation has its own tokens alone.
    ``tokens``: ids of each translation.
    """
    total = np.zeros(len(words.words))
    for translation in translations:
        total[translation.term] += translation.weight
    own_weights = []
    for term, is_name in enumerate(words.names):
        own_weight = NAME_AS_IS if is_name else 0.0
        own_weights.append(own_weight if total[term] else 1.0)
    weights: dict[int, float] = {}

    def add(ids: Sequence[int], weight: float) -> None:
        if weight:
            for token in ids:
                weights[token] = weights.get(token, 0.0) + weight

    for translation in translations:
        term = translation.term
        share = translation.weight / float(total[term])
        add(tokens[translation.word], (1.0 - own_weights[term]) * share)
    for ids, own_weight in zip(words.tokens, own_weights, strict=True):
        add(ids, own_weight)
    token_ids = np.array(list(weights), dtype=np.int64)
    return WeightedTokens(token_ids, np.array(list(weights.values()), dtype=np.float32))


def _add_translation(
    vector: NDArray[np.float32], translation: WeightedTokens, table: NDArray[np.float16]
) -> NDArray[np.float32]:
    """Return the sum of a question's vector and its translation's, of length 1."""
    token_vectors = table[translation.tokens].astype(np.float32)
    translated = _normalise(translation.weights @ token_vectors)
    return _normalise(vector + translated)


def _normalise(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector scaled to length 1; a zero vector stays zero."""
    length = max(float(np.linalg.norm(vector)), _EPSILON)
    return np.asarray(vector / length, dtype=np.float32)
