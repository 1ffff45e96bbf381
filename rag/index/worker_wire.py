"""What a worker is told and what it answers, as bytes: JSON and arrays, nothing that could run.

A block of articles is JSON, with lone surrogates kept. Of it a worker sends back arrays alone: the
texts are where they came from.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from array import array
from itertools import accumulate, pairwise, starmap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.index.taken_over import CutArticle
from rag.index.terms import FIELDS, FieldTerms, GatheredTerms
from rag.index.vocabulary import Counts
from rag.records import Article, Document, Edit, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

MAX_FRAME = 1 << 40  # bytes: the two processes trust each other, but for damage
_ID = "U12"  # of a passage: twelve digits, see ``content_id``
_HASH = "Q"
# What the bytes of an answer that is none may raise.
DAMAGE = (ValueError, LookupError, TypeError, zipfile.BadZipFile)


class Block(NamedTuple):
    """What an index holds of some articles that follow each other."""

    cuts: list[CutArticle]
    vectors: NDArray[np.float16]  # of all sentences
    terms: FieldTerms  # of all passages


def encode_articles(articles: Sequence[Article]) -> bytes:
    """Return what a worker has to know of articles; each document stands there once."""
    documents: dict[int, int] = {}
    texts: list[tuple[str, Sequence[Edit]]] = []
    rows = []
    for article in articles:
        document = article.document
        number = documents.setdefault(id(document), len(documents))
        if number == len(texts):
            texts.append((document.text, document.edits))
        day = article.date.toordinal() if article.date else 0
        described = (article.id, article.title, article.publisher, day, article.language)
        rows.append((number, *described, article.start, article.end, article.is_publisher_inferred))
    return _encode_json([texts, rows])


def decode_articles(data: bytes) -> list[Article]:
    """Return the articles that were encoded, with what matters for cutting and counting them."""
    texts, rows = _decode_json(data)
    documents = []
    for text, edits in texts:
        shown = tuple(starmap(Edit, edits))
        documents.append(Document("", text, "", "text/plain", "utf-8", edits=shown))
    articles = []
    for number, name, title, publisher, day, language, start, end, is_inferred in rows:
        article = Article(
            id=name,
            document=documents[number],
            title=title,
            publisher=publisher,
            date=datetime.date.fromordinal(day) if day else None,
            url=None,
            language=language,
            start=start,
            end=end,
            is_publisher_inferred=is_inferred,
        )
        articles.append(article)
    return articles


def encode_block(block: Block) -> bytes:
    """Return a block as arrays."""
    passages = [passage for cut in block.cuts for passage in cut.passages]
    sentences = [spans for cut in block.cuts for spans in cut.sentences]
    tokens = [ids for cut in block.cuts for ids in cut.tokens]
    places = [(passage.start, passage.end) for passage in passages]
    arrays: Arrays = {
        "passage_counts": np.array([len(cut.passages) for cut in block.cuts], np.int64),
        "ids": np.array([passage.id for passage in passages], _ID),
        "places": np.array(places, np.int64).reshape(-1, 2),
        "sentence_counts": np.array(list(map(len, sentences)), np.int64),
        "spans": np.array([span for spans in sentences for span in spans], np.int64).reshape(-1, 2),
        "token_counts": np.array(list(map(len, tokens)), np.int64),
        "tokens": np.concatenate([np.empty(0, np.uint16), *tokens]),
        "vectors": block.vectors,
    }
    for field, gathered in block.terms.items():
        arrays[f"{field}_hashes"] = np.frombuffer(gathered.hashes, np.uint64)
        arrays[f"{field}_lengths"] = np.array(gathered.lengths, np.int64)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def decode_block(data: bytes, articles: Sequence[Article]) -> Block:
    """Return the block of these articles. Raises one of ``DAMAGE`` where it is of others."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays: Arrays = dict(file)
    tokens = list(_split(arrays["tokens"], arrays["token_counts"]))
    spans = list(starmap(Span, arrays["spans"].tolist()))
    sentences = list(_split(spans, arrays["sentence_counts"]))
    named = list(zip(arrays["ids"].tolist(), arrays["places"].tolist(), strict=True))
    cuts = []
    first_passage = 0
    first_sentence = 0
    for article, own in zip(articles, _split(named, arrays["passage_counts"]), strict=True):
        passages = [Passage(name, article, start, end) for name, (start, end) in own]
        own_sentences = sentences[first_passage : first_passage + len(own)]
        first_passage += len(own)
        end_sentence = first_sentence + sum(map(len, own_sentences))
        own_tokens = tokens[first_sentence:end_sentence]
        first_sentence = end_sentence
        cuts.append(CutArticle(passages, own_sentences, own_tokens, [-1] * len(passages)))
    terms = {}
    for field in FIELDS:
        hashes = array(_HASH)
        hashes.frombytes(arrays[f"{field}_hashes"].tobytes())
        terms[field] = GatheredTerms(hashes, arrays[f"{field}_lengths"].tolist())
    return Block(cuts, arrays["vectors"], terms)


def _split(values: Any, counts: NDArray[np.int64]) -> Iterator[Any]:  # noqa: ANN401 - of any type
    """Yield so many values after each other."""
    ends: Iterable[int] = accumulate(counts.tolist(), initial=0)
    for start, end in pairwise(ends):
        yield values[start:end]


def encode_counts(counts: Counts) -> bytes:
    """Return in how many passages each word stands."""
    return _encode_json([(*word, passages) for word, passages in counts.items()])


def decode_counts(data: bytes) -> Counts:
    """Return the counts that were encoded."""
    counts = Counts()
    for language, surface, passages in _decode_json(data):
        counts[language, surface] = passages
    return counts


def _encode_json(value: object) -> bytes:
    # Escapes would join two lone surrogates into one character.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decode_json(data: bytes) -> Any:  # noqa: ANN401 - what was encoded
    return json.loads(data.decode("utf-8", "surrogatepass"))
