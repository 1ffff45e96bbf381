"""A question as the search channels need it, also in the words of each language of the index.

A translated question is a set of weighted words: every word's likely translations, and the word as
it is, for names (probabilistic structured queries, Darwish and Oard 2003). Each channel then asks
in the passages' own language. The weights below may be tuned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.question.spelling import CorrectedQuestion, is_capitalised_name
from rag.records import WordMatch
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.models.e5 import Kind
    from rag.models.lexicon import Lexicon
    from rag.models.tokenizer import Tokenizer
    from rag.question.spelling import IndexWords
    from rag.records import Passage
    from rag.text import Word

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
    kind: Kind = "static"  # of the model that made the vector

    @property
    def terms(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(word.term for word in self.words)

    @property
    def in_parentheses(self) -> list[bool]:
        """Which words stand in parentheses at the end: they name a context more than they ask."""
        text = self.text.rstrip(_END_MARKS)
        start = len(text)
        if text.endswith(")"):
            start = text.rfind("(")
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
    language: str,
    vector: NDArray[np.float32],
    *,
    index: IndexWords,
    models: TranslationModels,
) -> Query:
    """Return a question with its language, its words, and what stands for them in the index.

    ``language``: the question's, ISO 639-1. ``vector``: (d,), its embedding, to which translations
    are added.
    """
    words = _split_question(question.text, language, index, models.tokenizer)
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
    surfaces = _find_surfaces(passage, lexicon)
    matches = []
    for term, expansion in _find_best_expansions(query, passage, surfaces):
        word = query.words[term]
        read_as = query.text[word.start : word.end]
        surface = surfaces[expansion.unit]
        is_same = fold(surface) == fold(read_as)
        weight = 1.0 if is_same else expansion.weight
        asked = query.spelling.misspelt.get(read_as, read_as)
        if asked != read_as:
            weight *= MISSPELT_MATCH
        matches.append(WordMatch(asked, surface, weight))
    return matches


def _find_best_expansions(
    query: Query, passage: Passage, units: Collection[str]
) -> list[tuple[int, Expansion]]:
    """Return for each word of a question its best expansion among the units of a passage."""
    language = passage.article.language
    best_expansions: dict[int, Expansion] = {}
    for expansion in query.expansions.get(language, ()):
        if expansion.unit not in units:
            continue
        best = best_expansions.get(expansion.term)
        if best is None or expansion.weight > best.weight:
            best_expansions[expansion.term] = expansion
    return sorted(best_expansions.items())


def _find_surfaces(passage: Passage, lexicon: Lexicon) -> dict[str, str]:
    """Return how each unit of a passage is written there the first time."""
    text = passage.shown
    language = passage.article.language
    surfaces: dict[str, str] = {}
    for word in find_words(text):
        surface = text[word.start : word.end]
        for unit in lexicon.units(word.form, language):
            surfaces.setdefault(unit, surface)
    return surfaces


def _split_question(text: str, language: str, index: IndexWords, tokenizer: Tokenizer) -> _Words:
    """Return the distinct words of a question, and which of them are names."""
    words_by_term: dict[str, Word] = {}
    for word in find_words(text):
        words_by_term.setdefault(word.term, word)
    surfaces = []
    names = []
    capitals_tell = not text.isupper()
    for place, word in enumerate(words_by_term.values()):
        surface = text[word.start : word.end]
        surfaces.append(surface)
        is_name = any(map(str.isdigit, surface))
        if capitals_tell and is_capitalised_name(surface, place, language):
            is_name = True
        names.append(is_name)
    # With a space before it, a word has the tokens that it has within a text.
    spaced = [f" {surface}" for surface in surfaces]
    tokens = tokenizer.encode_batch(spaced)
    return _Words(
        language=language,
        words=tuple(words_by_term.values()),
        tokens=tuple(map(tuple, tokens)),
        names=tuple(names),
    )


def _expand_words(
    words: _Words, language: str, *, index: IndexWords, lexicon: Lexicon
) -> list[Expansion]:
    """Return what stands for each word in a language: itself, its parts, its translations.

    In the question's own language, words that say the same take the place of translations.
    """
    expansions = []
    for term, word in enumerate(words.words):
        translations = lexicon.translations(word.form, words.language, language)
        as_is, others = _share_weight(
            is_own_language=language == words.language,
            is_name=words.names[term],
            is_translated=bool(translations),
        )
        whole, *parts = lexicon.units(word.form, language)
        whole_weight = as_is * (1.0 - COMPOUND_PARTS) if parts else as_is
        weighted_units = [(whole, word.form, whole_weight)]
        for part in parts:
            part_weight = as_is * COMPOUND_PARTS / len(parts)
            weighted_units.append((part, word.form, part_weight))
        for translation in translations:
            if translation.unit == whole:
                continue
            weight = others * translation.weight
            weighted_units.append((translation.unit, translation.word, weight))
        for unit, form, weight in weighted_units:
            expansion = Expansion(
                term,
                unit,
                form,
                weight,
                index.frequency(language, unit),
            )
            expansions.append(expansion)
    return expansions


def _share_weight(
    *, is_own_language: bool, is_name: bool, is_translated: bool
) -> tuple[float, float]:
    """Return the weight of a word as it is, and that of its translations or synonyms together."""
    if is_own_language:
        return 1.0, SYNONYMS
    if not is_translated:
        return 1.0, 0.0
    as_is = NAME_AS_IS if is_name else WORD_AS_IS
    return as_is, 1.0 - as_is


def _favour_indexed(expansions: Sequence[Expansion]) -> tuple[Expansion, ...]:
    """Return the expansions, the weight of those that the index lacks given to those it has.

    Not all of it: where the index has less than ``MIN_INDEXED`` of a word, what it has is scaled as
    if it were that much.
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
    distinct: set[int] = set()
    for word in tokens:
        distinct.update(word)
    ids = np.array(sorted(distinct), dtype=np.int64)
    weights = np.ones(len(ids), dtype=np.float32)
    return WeightedTokens(ids, weights)


def _weigh_translations(
    words: _Words, expansions: Mapping[str, Sequence[Expansion]], tokenizer: Tokenizer
) -> dict[str, WeightedTokens]:
    """Return the tokens of the likely translations, by language, the question's own left out."""
    likely: dict[str, list[Expansion]] = {}
    forms: dict[str, None] = {}  # each once, in order
    for language, candidates in expansions.items():
        if language == words.language:
            continue
        likely[language] = []
        for expansion in candidates:
            if _is_likely_translation(expansion, words):
                likely[language].append(expansion)
                forms[expansion.word] = None
    # All at once: one call of the tokenizer for all languages.
    spaced = [f" {form}" for form in forms]
    encoded = tokenizer.encode_batch(spaced) if spaced else []
    tokens = dict(zip(forms, encoded, strict=True))
    weighted_tokens = {}
    for language, translations in likely.items():
        weighted_tokens[language] = _weigh_tokens(words, translations, tokens)
    return weighted_tokens


def _is_likely_translation(expansion: Expansion, words: _Words) -> bool:
    """Return whether an expansion is another word, and likely enough to add to the meaning."""
    word = words.words[expansion.term]
    if expansion.word == word.form:
        return False
    return expansion.weight >= MIN_SOFT_WEIGHT


def _weigh_tokens(
    words: _Words, translations: Sequence[Expansion], tokens: Mapping[str, Sequence[int]]
) -> WeightedTokens:
    """Return the tokens of a translated question: each word's translations share its weight of 1.

    A name keeps its own tokens beside them; a word without translation has its own tokens alone.
    ``tokens``: ids of each translation.
    """
    total = [0.0] * len(words.words)
    for translation in translations:
        total[translation.term] += translation.weight
    own_weights = []
    for term, is_name in enumerate(words.names):
        own_weight = 1.0
        if total[term]:
            own_weight = NAME_AS_IS if is_name else 0.0
        own_weights.append(own_weight)

    weighted_ids = []
    for translation in translations:
        share = translation.weight / total[translation.term]
        remainder = 1.0 - own_weights[translation.term]
        ids = tokens[translation.word]
        weighted_ids.append((ids, remainder * share))
    weighted_ids += zip(words.tokens, own_weights, strict=True)
    weights = _sum_weights(weighted_ids)
    return WeightedTokens(
        np.array(list(weights), dtype=np.int64),
        np.array(list(weights.values()), dtype=np.float32),
    )


def _sum_weights(weighted_ids: Sequence[tuple[Sequence[int], float]]) -> dict[int, float]:
    """Return the weight of each token, in order of appearance; those of weight 0 left out."""
    weights: dict[int, float] = {}
    for ids, weight in weighted_ids:
        if weight == 0.0:
            continue
        for token in ids:
            before = weights.get(token, 0.0)
            weights[token] = before + weight
    return weights


def _add_translation(
    vector: NDArray[np.float32], translation: WeightedTokens, table: NDArray[np.float16]
) -> NDArray[np.float32]:
    """Return the sum of a question's vector and its translation's, of length 1."""
    token_vectors = table[translation.tokens].astype(np.float32)
    translated = translation.weights @ token_vectors
    both = vector + _normalise(translated)
    return _normalise(both)


def _normalise(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector scaled to length 1; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    scaled = vector / max(length, _EPSILON)
    return scaled.astype(np.float32)
