"""Articles into the contents of an index: passages, sentence vectors, token ids and terms that belong together."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.index.generations import Contents
from rag.index.near_duplicates import group_near_duplicates
from rag.index.terms import TermDoc
from rag.index.vocabulary import list_surfaces
from rag.models.lexicon import get_lexicon
from rag.models.tokenizer import get_tokenizer
from rag.reading.passages import format_header, split_passages
from rag.text.sentences import split_sentences
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.build import Progress
    from rag.index.generations import Generation
    from rag.models.embedders import Embedder
    from rag.records import Article, Passage, Span
    from rag.text.words import Word

# Weight of its passage's vector in a sentence's vector. Chosen by hand: a sentence alone often does not
# say what it is about.
CONTEXT = 0.5
# Passages embedded, or cut into tokens, at a time. Chosen by hand: the token ids of a whole corpus as numbers
# of Python would fill the memory, and progress is reported after each block.
PASSAGES_PER_BLOCK = 256
_MIN_NORM = 1e-9  # a vector of nothing but zeros is divided by this


def make_contents(
    articles: Sequence[Article],
    embedder: Embedder,
    *,
    size: int,
    old: Generation | None,
    progress: Progress,
) -> Contents:
    """Return articles cut into passages of at most ``size`` tokens, embedded and grouped.

    The vectors of articles that ``old`` holds are copied from it.
    """
    passages = _split_articles(articles, size=size, progress=progress)
    sentences = [
        split_sentences(passage.article.document.text, passage.start, passage.end)
        for passage in passages
    ]
    token_ids = _encode_sentences(passages, sentences)
    progress("compare", 0, 1)
    clusters = _group_articles(articles, passages, sentences, token_ids)
    # The same document is shared by all of its articles, and stored once.
    documents = {article.document.path: article.document for article in articles}
    return Contents(
        documents=list(documents.values()),
        articles=articles,
        clusters=clusters,
        passages=passages,
        sentences=sentences,
        tokens=token_ids,
        vectors=_make_vectors(passages, sentences, embedder, old, progress),
        terms=_make_terms(passages),
    )


def _split_articles(articles: Sequence[Article], *, size: int, progress: Progress) -> list[Passage]:
    count_tokens = get_tokenizer().count_tokens
    passages: list[Passage] = []
    for done, article in enumerate(articles):
        progress("split", done, len(articles))
        passages += split_passages(article, count=count_tokens, size=size)
    return passages


def _encode_sentences(
    passages: Sequence[Passage], sentences: Sequence[Sequence[Span]]
) -> list[NDArray[np.uint16]]:
    """Return the token ids of every sentence, passage after passage."""
    tokenizer = get_tokenizer()
    token_ids: list[NDArray[np.uint16]] = []
    for first in range(0, len(passages), PASSAGES_PER_BLOCK):
        block = slice(first, first + PASSAGES_PER_BLOCK)
        texts = _list_sentence_texts(passages[block], sentences[block])
        for ids in tokenizer.encode_batch(texts):
            token_ids.append(np.array(ids, dtype=np.uint16))
    return token_ids


def _list_sentence_texts(
    passages: Sequence[Passage], sentences: Sequence[Sequence[Span]]
) -> list[str]:
    texts = []
    for passage, spans in zip(passages, sentences, strict=True):
        document = passage.article.document.text
        texts += [document[start:end] for start, end in spans]
    return texts


def _group_articles(
    articles: Sequence[Article],
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Span]],
    token_ids: Sequence[NDArray[np.uint16]],
) -> list[int]:
    """Return the group of near-duplicates of each article."""
    # An article may have no sentence at all: the empty array lets its tokens be joined, too.
    tokens_of_article: dict[str, list[NDArray[np.uint16]]] = {
        article.id: [np.empty(0, np.uint16)] for article in articles
    }
    remaining = iter(token_ids)
    for passage, spans in zip(passages, sentences, strict=True):
        tokens_of_article[passage.article.id] += islice(remaining, len(spans))
    tokens = [np.concatenate(tokens_of_article[article.id]) for article in articles]
    return group_near_duplicates(articles, tokens)


def _make_terms(passages: Sequence[Passage]) -> Iterator[TermDoc]:
    """Yield what is indexed of each passage; the header of its article counts as its title."""
    for row, passage in enumerate(passages):
        article = passage.article
        header = format_header(article)
        header_words, words = find_words(header), find_words(passage.text)
        yield TermDoc(
            row=row,
            title=_list_units(header_words, article.language),
            words=[word.term for word in words],
            stems=_list_units(words, article.language),
            language=article.language,
            publisher=article.publisher or "",
            day=article.date.toordinal() if article.date else 0,
            surfaces=[
                *list_surfaces(header, header_words),
                *list_surfaces(passage.text, words),
            ],
        )


def _list_units(words: Iterable[Word], language: str) -> list[str]:
    """Return the stems, and parts of compounds, of words as terms: "fr:station".

    The language is part of the term, as two languages may share a stem without sharing its meaning.
    """
    find_units = get_lexicon().units
    return [f"{language}:{unit}" for word in words for unit in find_units(word.form, language)]


def _make_vectors(
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Span]],
    embedder: Embedder,
    old: Generation | None,
    progress: Progress,
) -> NDArray[np.float16]:
    """Return the vector of every sentence, shape (sentences, dimension), copied from ``old`` where it has them."""
    starts = np.cumsum([0, *map(len, sentences)])
    # As precise as the index keeps them.
    vectors = np.zeros((int(starts[-1]), embedder.dimension), dtype=np.float16)
    copies = _copy_vectors(passages, old) if old is not None else {}
    new_rows = []
    for row, passage in enumerate(passages):
        copy = copies.get(passage.id)
        # Sentences may be split otherwise than before: then the passage is embedded again.
        if copy is not None and len(copy) == len(sentences[row]):
            vectors[starts[row] : starts[row + 1]] = copy
        else:
            new_rows.append(row)
    for first in range(0, len(new_rows), PASSAGES_PER_BLOCK):
        progress("embed", first, len(new_rows))
        rows = new_rows[first : first + PASSAGES_PER_BLOCK]
        embedded = embed_passages(
            [passages[row] for row in rows], [sentences[row] for row in rows], embedder
        )
        for row, sentence_vectors in zip(rows, embedded, strict=True):
            vectors[starts[row] : starts[row + 1]] = sentence_vectors
    progress("embed", len(new_rows), max(len(new_rows), 1))
    return vectors


def _copy_vectors(passages: Sequence[Passage], old: Generation) -> dict[str, NDArray[np.float16]]:
    """Return the sentence vectors that an index has of these articles, by the id of the passage."""
    copies = {}
    for article_id in dict.fromkeys(passage.article.id for passage in passages):
        rows = list(old.article_rows(article_id))
        for row, passage in zip(rows, old.passages(rows), strict=True):
            sentence_rows = np.array(old.sentence_rows(row), dtype=np.int64)
            copies[passage.id] = old.vectors.reconstruct(sentence_rows).astype(np.float16)
    return copies


def embed_passages(
    passages: Sequence[Passage], sentences: Sequence[Sequence[Span]], embedder: Embedder
) -> list[NDArray[np.float32]]:
    """Return the sentence vectors of each passage, rows of length 1.

    A sentence's vector is its own plus ``CONTEXT`` times that of its passage below its header.
    """
    counts = [len(spans) for spans in sentences]
    sentence_vectors = embedder.passages(_list_sentence_texts(passages, sentences))
    passage_vectors = embedder.passages(
        [f"{format_header(passage.article)}\n{passage.text}" for passage in passages]
    )
    owners = np.repeat(np.arange(len(passages)), counts)
    mixed = sentence_vectors + CONTEXT * passage_vectors[owners]
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), _MIN_NORM)
    return np.split(mixed, np.cumsum(counts)[:-1])
