"""What a worker is told and what it answers, as bytes: JSON and arrays, nothing that could run.

A block of articles is JSON, with lone surrogates kept. Of it a worker sends back arrays alone: the
texts are where they came from.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from array import array
from itertools import accumulate, chain, pairwise, starmap
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index.article_wire import decode_json, encode_json, list_article_rows, make_articles
from rag.index.blocks import Block
from rag.index.digested_files import DigestedFile
from rag.index.fingerprint_table import Fingerprints
from rag.index.sentence_vectors import join_passages, join_sentences, join_tokens
from rag.index.taken_over import CutArticle
from rag.index.terms import FIELDS, GatheredTerms
from rag.index.vocabulary import Counts
from rag.reading.skipped import SkippedFile
from rag.records import Document, Edit, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Sized

    from numpy.typing import NDArray

    from rag.records import Article

    Arrays = dict[str, NDArray[Any]]

Task = tuple[object, ...]  # what a worker does, and with what: see ``worker_process``
MAX_FRAME = 1 << 40  # bytes: the two processes trust each other, but for damage
_ID = "U12"  # of a passage: twelve digits, see ``content_id``
_HASH = "Q"
# What the bytes of an answer that is none may raise.
DAMAGE = (ValueError, LookupError, TypeError, zipfile.BadZipFile)


def make_making_task(size: int) -> Task:
    """Return the task of making blocks; ``size``: of passages, in tokens, at most."""
    return "make", size


def make_reading_task(max_bytes: int, publishers: Sequence[tuple[str, str]]) -> Task:
    """Return the task of reading files that are so long at most; see ``Spool``."""
    return "read", max_bytes, publishers


def encode_articles(articles: Sequence[Article]) -> bytes:
    """Return what a worker has to know of articles; each document stands there once."""
    documents = []
    for _, group in itertools.groupby(articles, key=_get_document_id):
        own = list(group)
        document = own[0].document
        documents.append((document.text, document.edits, list_article_rows(own)))
    return encode_json(documents)


def _get_document_id(article: Article) -> int:
    return id(article.document)


def decode_articles(data: bytes) -> list[Article]:
    """Return the articles that were encoded, with what matters for cutting and counting them."""
    articles = []
    for text, edits, rows in decode_json(data):
        shown = tuple(starmap(Edit, edits))
        document = Document("", text, "", "text/plain", "utf-8", edits=shown)
        articles += make_articles(rows, document)
    return articles


def encode_files(answers: Sequence[Sequence[DigestedFile | SkippedFile]]) -> bytes:
    """Return what was read of each file."""
    return encode_json(answers)


def decode_files(data: bytes) -> list[list[DigestedFile | SkippedFile]]:
    """Return what was encoded. Raises one of ``DAMAGE`` for anything else."""
    return [list(map(_make_result, results)) for results in decode_json(data)]


def _make_result(values: Sequence[Any]) -> DigestedFile | SkippedFile:
    kind = SkippedFile if len(values) == len(SkippedFile._fields) else DigestedFile
    return kind(*values)


def encode_block(block: Block) -> bytes:
    """Return a block as arrays."""
    passages = join_passages(block.cuts)
    sentences = join_sentences(block.cuts)
    tokens = join_tokens(block.cuts)
    passages_of_articles = [cut.passages for cut in block.cuts]
    ids = [passage.id for passage in passages]
    places = [(passage.start, passage.end) for passage in passages]
    spans = list(chain.from_iterable(sentences))
    nothing = np.empty(0, np.uint16)
    arrays: Arrays = {
        "passage_counts": _count_each(passages_of_articles),
        "ids": np.array(ids, _ID),
        "places": _make_pairs(places),
        "sentence_counts": _count_each(sentences),
        "spans": _make_pairs(spans),
        "token_counts": _count_each(tokens),
        "tokens": np.concatenate([nothing, *tokens]),
        "vectors": block.vectors,
    }
    for part, values in block.fingerprints._asdict().items():
        arrays[f"fingerprint_{part}"] = values
    for field, gathered in block.terms.items():
        arrays[f"{field}_hashes"] = np.frombuffer(gathered.hashes, np.uint64)
        arrays[f"{field}_lengths"] = np.array(gathered.lengths, np.int64)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _count_each(values: Sequence[Sized]) -> NDArray[np.int64]:
    """Return the length of each."""
    lengths = list(map(len, values))
    return np.array(lengths, np.int64)


def _make_pairs(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return pairs of numbers, shape (n, 2)."""
    numbers = np.array(pairs, np.int64)
    # Without a pair there are still two columns.
    return numbers.reshape(-1, 2)


def decode_block(data: bytes, articles: Sequence[Article]) -> Block:
    """Return the block of these articles. Raises one of ``DAMAGE`` where it is of others."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays: Arrays = dict(file)
    tokens = list(_split(arrays["tokens"], arrays["token_counts"]))
    spans = list(starmap(Span, arrays["spans"].tolist()))
    sentences = list(_split(spans, arrays["sentence_counts"]))
    ids = arrays["ids"].tolist()
    places = arrays["places"].tolist()
    named = list(zip(ids, places, strict=True))
    named_of_articles = _split(named, arrays["passage_counts"])
    cuts = []
    first_passage = 0
    first_sentence = 0
    for article, own in zip(articles, named_of_articles, strict=True):
        passages = [Passage(name, article, start, end) for name, (start, end) in own]
        end_passage = first_passage + len(own)
        own_sentences = sentences[first_passage:end_passage]
        end_sentence = first_sentence + sum(map(len, own_sentences))
        own_tokens = tokens[first_sentence:end_sentence]
        is_new = [-1] * len(passages)
        cut = CutArticle(passages, own_sentences, own_tokens, is_new)
        cuts.append(cut)
        first_passage = end_passage
        first_sentence = end_sentence
    terms = {field: _decode_terms(arrays, field) for field in FIELDS}
    parts = [arrays[f"fingerprint_{part}"] for part in Fingerprints._fields]
    fingerprints = Fingerprints(*parts)
    return Block(cuts, arrays["vectors"], terms, fingerprints)


def _decode_terms(arrays: Arrays, field: str) -> GatheredTerms:
    """Return the terms of a field."""
    data = arrays[f"{field}_hashes"].tobytes()
    hashes = array(_HASH)
    hashes.frombytes(data)
    lengths = arrays[f"{field}_lengths"].tolist()
    return GatheredTerms(hashes, lengths)


def _split(values: Any, counts: NDArray[np.int64]) -> Iterator[Any]:  # noqa: ANN401 - of any type
    """Yield so many values after each other."""
    ends: Iterable[int] = accumulate(counts.tolist(), initial=0)
    for start, end in pairwise(ends):
        yield values[start:end]


def encode_counts(counts: Counts) -> bytes:
    """Return in how many passages each word stands."""
    return encode_json([(*word, passages) for word, passages in counts.items()])


def decode_counts(data: bytes) -> Counts:
    """Return the counts that were encoded."""
    counts = Counts()
    for language, surface, passages in decode_json(data):
        counts[language, surface] = passages
    return counts
