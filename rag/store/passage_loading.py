"""Passages into the tables of a store, with their sentences, terms and words.

Terms and words get numbers first, then the rows that name them are copied.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.index.vocabulary import describe_word
from rag.store.copying import copy_rows
from rag.store.packing import get_block, make_storable, pack_numbers, pack_posting
from rag.store.stored_vectors import encode_vectors
from rag.store.tables import FIELDS
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.store.batches import NewPassage
    from rag.store.connection import Connection

    Key = tuple[int, str]  # the number of a field, a term
    Word = tuple[str, str]  # a language, a word as it is written

TOKEN_IDS = 1 << 16  # as many as two bytes can tell apart

_TEMPORARY_TABLES = """
CREATE TEMPORARY TABLE new_terms (field smallint, term text COLLATE "C", passages integer)
    ON COMMIT DROP;
CREATE TEMPORARY TABLE new_postings (term integer, block integer, postings bigint[]) ON COMMIT DROP;
CREATE TEMPORARY TABLE new_words (language text, written text COLLATE "C", passages integer)
    ON COMMIT DROP;
"""
_CLEAR = "TRUNCATE new_terms, new_postings, new_words"
_COUNT_TERMS = """
UPDATE terms t SET passages = t.passages + n.passages
FROM new_terms n WHERE t.field = n.field AND t.term = n.term
"""
_ADD_TERMS = """
INSERT INTO terms (field, term, passages)
SELECT n.field, n.term, n.passages FROM new_terms n
LEFT JOIN terms t ON t.field = n.field AND t.term = n.term WHERE t.number IS NULL
"""
_NUMBER_TERMS = """
SELECT n.field, n.term, t.number
FROM new_terms n JOIN terms t ON t.field = n.field AND t.term = n.term
"""
# New passages have greater rows than those before: the postings of a block stay in order.
_ADD_POSTINGS = """
INSERT INTO postings SELECT term, block, postings FROM new_postings
ON CONFLICT (term, block) DO UPDATE SET postings = postings.postings || EXCLUDED.postings
"""
_COUNT_WORDS = """
UPDATE words w SET passages = w.passages + n.passages
FROM new_words n WHERE w.language = n.language AND w.written = n.written
"""
_NUMBER_WORDS = """
SELECT n.language, n.written, w.number
FROM new_words n JOIN words w ON w.language = n.language AND w.written = n.written
"""
_PASSAGE_TYPES = (
    "int4 text int4 text int4 int4 int4 int4 int8 bytea bytea bytea int4[] int4[] int4[]"
)
_SENTENCE_TYPES = "int8 int4 text int4 int4 bytea"
_WORD_TYPES = "int4 text text text text int8 int8 int4 int4"


class Place(NamedTuple):
    """The row of an article, and what filters look at."""

    article: int
    language: str
    publisher: int
    day: int


class Extent(NamedTuple):
    """The passages of an article: the row of the first, how many, and their sentences."""

    first: int = 0
    passages: int = 0
    sentences: int = 0


class Sums(NamedTuple):
    """Sums over passages: terms of each field, tokens, and passages that hold each token."""

    lengths: list[int]
    tokens: int
    token_frequency: NDArray[np.int32]


class _Indexed(NamedTuple):
    """The terms of a passage with their counts, how long its fields are, and its words."""

    counts: dict[Key, int]
    lengths: list[int]
    words: set[Word]


class PassageLoader:
    """Adds passages, batch after batch."""

    def __init__(
        self, connection: Connection, places: Mapping[str, Place], *, next_word: int
    ) -> None:
        """``places``: of the articles, by id."""
        self.next_word = next_word
        self._connection = connection
        self._places = places
        self._extents: dict[int, Extent] = {}
        self._lengths = np.zeros(len(FIELDS), np.int64)
        self._tokens = 0
        self._token_frequency = np.zeros(TOKEN_IDS, np.int32)
        connection.execute(_TEMPORARY_TABLES)

    @property
    def sums(self) -> Sums:
        """Return the sums over all passages so far."""
        return Sums(self._lengths.tolist(), self._tokens, self._token_frequency)

    def get_extent(self, article: int) -> Extent:
        """Return the passages of the article of a row."""
        return self._extents.get(article, Extent())

    def load(self, batch: Sequence[NewPassage]) -> None:
        """Add the passages of a batch."""
        indexed = [_index_passage(new) for new in batch]
        self._connection.execute(_CLEAR)
        terms = self._number_terms(indexed)
        self._add_postings(batch, indexed, terms)
        words = self._number_words(indexed)
        rows = []
        for new, entry in zip(batch, indexed, strict=True):
            self._add_up(new, entry)
            term_numbers = sorted(terms[key] for key in entry.counts)
            word_numbers = sorted(words[word] for word in entry.words)
            rows.append(self._make_passage_row(new, entry.lengths, term_numbers, word_numbers))
        copy_rows(self._connection, "passages", _PASSAGE_TYPES, rows)
        copy_rows(self._connection, "sentences", _SENTENCE_TYPES, self._list_sentences(batch))

    def _number_terms(self, indexed: Sequence[_Indexed]) -> dict[Key, int]:
        """Count the terms of passages; return the number of each, new ones among them."""
        passages: Counter[Key] = Counter()
        for entry in indexed:
            passages.update(entry.counts.keys())
        new_terms = [(field, term, count) for (field, term), count in passages.items()]
        copy_rows(self._connection, "new_terms", "int2 text int4", new_terms)
        self._connection.execute("ANALYZE new_terms")
        self._connection.execute(_COUNT_TERMS)
        self._connection.execute(_ADD_TERMS)
        rows = self._connection.execute(_NUMBER_TERMS).fetchall()
        return {(field, term): number for field, term, number in rows}

    def _add_postings(
        self, batch: Sequence[NewPassage], indexed: Sequence[_Indexed], terms: Mapping[Key, int]
    ) -> None:
        """Add the postings of passages to those of their terms."""
        postings: defaultdict[tuple[int, int], array[int]] = defaultdict(lambda: array("q"))
        for new, entry in zip(batch, indexed, strict=True):
            block = get_block(new.row)
            for key, count in entry.counts.items():
                field, _ = key
                length = entry.lengths[field]
                posting = pack_posting(new.row, count, length)
                term = terms[key]
                postings[term, block].append(posting)
        rows = ((term, block, packed.tolist()) for (term, block), packed in postings.items())
        copy_rows(self._connection, "new_postings", "int4 int4 int8[]", rows)
        self._connection.execute(_ADD_POSTINGS)

    def _number_words(self, indexed: Sequence[_Indexed]) -> dict[Word, int]:
        """Count the words of passages; return the number of each, new ones among them."""
        passages: Counter[Word] = Counter()
        for entry in indexed:
            passages.update(entry.words)
        new_words = [(language, word, count) for (language, word), count in passages.items()]
        copy_rows(self._connection, "new_words", "text text int4", new_words)
        self._connection.execute("ANALYZE new_words")
        self._connection.execute(_COUNT_WORDS)
        rows = self._connection.execute(_NUMBER_WORDS).fetchall()
        numbers = {(language, written): number for language, written, number in rows}
        added = []
        for language, word, count in new_words:
            if (language, word) not in numbers:
                numbers[language, word] = self.next_word
                added.append(_make_word_row(self.next_word, language, word, count))
                self.next_word += 1
        copy_rows(self._connection, "words", _WORD_TYPES, added)
        return numbers

    def _add_up(self, new: NewPassage, entry: _Indexed) -> None:
        """Add a passage to the sums, and to the extent of its article."""
        article = self._places[new.passage.article.id].article
        extent = self._extents.get(article, Extent(first=new.row))
        self._extents[article] = Extent(
            extent.first, extent.passages + 1, extent.sentences + len(new.spans)
        )
        self._lengths += entry.lengths
        for ids in new.tokens:
            self._tokens += len(ids)
        if new.tokens:
            distinct = np.unique(np.concatenate(new.tokens))
            self._token_frequency[distinct] += 1

    def _make_passage_row(
        self, new: NewPassage, lengths: list[int], terms: list[int], words: list[int]
    ) -> tuple[object, ...]:
        place = self._places[new.passage.article.id]
        ends = np.cumsum([len(ids) for ids in new.tokens])
        tokens = b"".join(pack_numbers(ids, "<u2") for ids in new.tokens)
        return (
            new.row,
            new.passage.id,
            *place,
            new.passage.start,
            new.passage.end,
            new.first_sentence,
            pack_numbers(new.spans, "<i4"),
            tokens,
            pack_numbers(ends, "<i4"),
            lengths,
            terms,
            words,
        )

    def _list_sentences(self, batch: Sequence[NewPassage]) -> Iterator[tuple[object, ...]]:
        for new in batch:
            place: tuple[Any, ...] = self._places[new.passage.article.id]
            for number, vector in enumerate(encode_vectors(new.vectors), new.first_sentence):
                yield number, new.row, *place[1:], vector


def _index_passage(new: NewPassage) -> _Indexed:
    """Return the terms of a passage as they are counted, and its words."""
    counts: Counter[Key] = Counter()
    lengths = []
    for number, field in enumerate(FIELDS):
        terms: Sequence[str] = getattr(new.terms, field)
        storable = [make_storable(term) for term in terms if term]
        counts.update((number, term) for term in storable)
        lengths.append(len(storable))
    language = new.terms.language
    words = {(language, make_storable(word)) for word in new.terms.surfaces}
    return _Indexed(counts, lengths, words)


def _make_word_row(number: int, language: str, written: str, passages: int) -> tuple[object, ...]:
    folded = fold(written)
    described = describe_word(folded)
    lowered = written.lower()
    return (number, language, written, lowered, folded, *described, passages)
