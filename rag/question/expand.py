"""A question as the search channels need it, also in the words of each language that the index holds.

A translated question is a bag of weighted words: every word's likely translations, and the word as it is, for names
(probabilistic structured queries, Darwish and Oard 2003). Each channel then asks in the passages' own language.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.question.spelling import CorrectedQuestion
from rag.records import WordMatch
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.models.lexicon import Lexicon
    from rag.models.tokenizer import Tokenizer
    from rag.records import Passage
    from rag.text.words import Word

PARTS = 0.4  # of a compound's weight, shared by its parts
SYNONYMS = (
    0.25  # weight of what says the same in the question's own language, times its probability
)
NAME, OTHER = (
    0.5,
    0.3,
)  # weight of a word as it is, in another language, when it has translations: of names, of other words
LIKENESS = 0.9  # weight of a word that a misspelt one is read as, when it is shown
HELD = (
    0.5  # share of what stands for a word that the index must hold, for it to weigh as much as all
)
LIKELY = 0.1  # translations below this weight are searched for, but add nothing to the vector and the soft terms
_ENDS = " ?？!.\t\n"
AS_ASKED = CorrectedQuestion("", {}, ())  # nothing was read as anything else


class Expansion(NamedTuple):
    """What stands for a word of the question in some language of the index: as indexed, as written, and how much."""

    term: int  # place in Query.words
    unit: str
    word: str
    weight: float
    frequency: int  # passages of the index that hold the unit


class WeightedTokens(NamedTuple):
    """Tokens that say what the question says, each once, and how much each of them counts."""

    tokens: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """A question as the channels need it."""

    text: str
    language: str
    words: tuple[Word, ...]  # in order, each term once
    term_tokens: tuple[tuple[int, ...], ...]  # each word's ids of the shipped tokenizer
    names: tuple[bool, ...]  # which words are names or numbers, the same in most languages
    vector: NDArray[np.float32]  # (d,), unit length, of the index's embedding model
    expansions: Mapping[str, tuple[Expansion, ...]]  # by language of the index
    weighted_tokens: Mapping[str, WeightedTokens]  # likewise
    vectors: Mapping[
        str, NDArray[np.float32]
    ]  # likewise: the vector for sentences in that language
    spelling: CorrectedQuestion = AS_ASKED  # how the question came to read as it does

    @property
    def terms(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(word.term for word in self.words)

    @property
    def in_parentheses(self) -> list[bool]:
        """Which words stand in parentheses at its end: they say what it is about more than what it asks."""
        start = self.text.rfind("(") if self.text.rstrip(_ENDS).endswith(")") else len(self.text)
        return [word.start >= start for word in self.words]

    def vector_for(self, language: str) -> NDArray[np.float32]:
        """What to compare sentences of this language with."""
        return self.vectors.get(language, self.vector)


def expand_query(
    question: str,
    *,
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    vector: NDArray[np.float32],
    languages: Mapping[str, int],
    frequency: Callable[[str, str], int],
    table: NDArray[np.float16] | None = None,
    spelling: CorrectedQuestion = AS_ASKED,
) -> Query:
    """A question with its language (when in doubt one of the index's ``languages``), its words, and theirs.

    ``vector`` is its embedding; ``table``, the token vectors of that embedding's model, lets translations add to it.
    ``frequency`` of a unit, given its language, is how many passages of the index hold it. ``spelling`` says how the
    question came to read as it does.
    """
    language = tokenizer.detect_language(question, likely=languages)
    found: dict[str, Word] = {}
    for word in find_words(question):
        found.setdefault(word.term, word)
    asked = tuple(found.values())
    forms, surfaces = (
        [word.form for word in asked],
        [question[word.start : word.end] for word in asked],
    )
    ids = tuple(map(tuple, tokenizer.encode_batch([f" {surface}" for surface in surfaces])))
    capitals = language != "de" and not question.isupper()  # German writes every noun so
    names = tuple(
        any(map(str.isdigit, word)) or (capitals and row > 0 and word[:1].isupper())
        for row, word in enumerate(surfaces)
    )
    matches = {
        other: tuple(
            _held(
                _matches(forms, names, language, other, lexicon=lexicon),
                functools.partial(frequency, other),
            )
        )
        for other in dict.fromkeys([language, *languages])
    }
    bags = _bags(
        {other: some for other, some in matches.items() if other != language},
        forms,
        ids,
        names,
        tokenizer,
    )
    vectors = (
        {}
        if table is None
        else {other: _shifted(vector, bag, table) for other, bag in bags.items()}
    )
    bags[language] = _own(ids)
    return Query(question, language, asked, ids, names, vector, matches, bags, vectors, spelling)


def match_words(query: Query, passage: Passage, *, lexicon: Lexicon) -> list[WordMatch]:
    """For each word of a question, the word of a passage that stands for it best, if any does."""
    text, language = passage.text, passage.article.language
    here: dict[str, str] = {}
    for word in find_words(text):
        for unit in lexicon.units(word.form, language):
            here.setdefault(unit, text[word.start : word.end])
    best: dict[int, Expansion] = {}
    for match in query.expansions.get(language, ()):
        if match.unit in here and match.weight > (
            best[match.term].weight if match.term in best else 0.0
        ):
            best[match.term] = match
    found = []
    for place, match in sorted(best.items()):
        read, said = query.text[query.words[place].start : query.words[place].end], here[match.unit]
        weight = 1.0 if fold(said) == fold(read) else match.weight
        asked = query.spelling.misspelt.get(read, read)
        found.append(WordMatch(asked, said, weight if asked == read else LIKENESS * weight))
    return found


def _matches(
    forms: Sequence[str], names: Sequence[bool], language: str, other: str, *, lexicon: Lexicon
) -> Iterator[tuple[int, str, str, float]]:
    """What stands for each word in the other language, or in its own: Match without its frequency."""
    for place, (form, name) in enumerate(zip(forms, names, strict=True)):
        whole, *parts = lexicon.units(form, other)
        said = lexicon.translations(form, language, other)
        itself = 1.0 if other == language or not said else NAME if name else OTHER
        rest = SYNONYMS if other == language else 1.0 - itself
        yield place, whole, form, itself * (1.0 - PARTS * bool(parts))
        yield from ((place, part, form, itself * PARTS / len(parts)) for part in parts)
        yield from (
            (place, unit, word, rest * weight) for unit, word, weight in said if unit != whole
        )


def _held(
    matches: Iterable[tuple[int, str, str, float]], frequency: Callable[[str], int]
) -> Iterator[Expansion]:
    """Match by match; the weight of what the index does not hold goes to what it holds."""
    found = [Expansion(*match, frequency(match[1])) for match in matches]
    held: dict[int, float] = {}
    for match in found:
        held[match.term] = held.get(match.term, 0.0) + match.weight * bool(match.frequency)
    for match in found:
        scale = min(max(held[match.term], HELD), 1.0)
        yield (
            Expansion(*match[:3], match.weight / scale, match.frequency)
            if match.frequency
            else match
        )


def _own(ids: Iterable[Iterable[int]]) -> WeightedTokens:
    """The question's own tokens."""
    tokens = sorted({token for some in ids for token in some})
    return WeightedTokens(np.array(tokens, dtype=np.int64), np.ones(len(tokens), dtype=np.float32))


def _bags(
    matches: Mapping[str, Sequence[Expansion]],
    forms: Sequence[str],
    ids: Sequence[Sequence[int]],
    names: Sequence[bool],
    tokenizer: Tokenizer,
) -> dict[str, WeightedTokens]:
    """The tokens of the likely translations, by language; a name keeps its own beside them, a word without any has them alone."""
    said = {
        language: [
            match for match in some if match.word != forms[match.term] and match.weight >= LIKELY
        ]
        for language, some in matches.items()
    }
    heard = list(dict.fromkeys(match.word for some in said.values() for match in some))
    tokens = (
        dict(zip(heard, tokenizer.encode_batch([f" {form}" for form in heard]), strict=True))
        if heard
        else {}
    )
    return {language: _bag(some, tokens, ids, names) for language, some in said.items()}


def _bag(
    said: Sequence[Expansion],
    tokens: Mapping[str, Sequence[int]],
    ids: Sequence[Sequence[int]],
    names: Sequence[bool],
) -> WeightedTokens:
    total = np.zeros(len(ids))
    for match in said:
        total[match.term] += match.weight
    weights: dict[int, float] = {}
    own = [1.0 if not total[place] else NAME if name else 0.0 for place, name in enumerate(names)]
    shares = [
        (tokens[match.word], (1.0 - own[match.term]) * match.weight / total[match.term])
        for match in said
    ]
    for some, share in [*shares, *zip(ids, own, strict=True)]:
        for token in some if share else ():
            weights[token] = weights.get(token, 0.0) + float(share)
    return WeightedTokens(
        np.array(list(weights), dtype=np.int64), np.array(list(weights.values()), dtype=np.float32)
    )


def _shifted(
    vector: NDArray[np.float32], bag: WeightedTokens, table: NDArray[np.float16]
) -> NDArray[np.float32]:
    """The question's vector and its translation's, added, of length 1."""
    translated = bag.weights @ table[bag.tokens].astype(np.float32)
    both = vector + translated / max(float(np.linalg.norm(translated)), 1e-9)
    return np.asarray(both / max(float(np.linalg.norm(both)), 1e-9), dtype=np.float32)
