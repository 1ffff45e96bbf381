"""Articles into the contents of an index.

Passages, sentence vectors, token ids and terms, row for row. A newcomer may change how passages
are embedded (``embed_passages``) or which terms stand for them (``_make_terms``); either needs a
higher ``FORMAT`` of ``rag.pipeline.building``, so that old vectors are not mixed with new ones.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.index.generation_files import Contents
from rag.index.near_duplicates import group_near_duplicates
from rag.index.terms import TermDoc
from rag.index.vocabulary import list_surfaces
from rag.models.lexicon import get_lexicon
from rag.models.tokenizer import get_tokenizer
from rag.reading.passages import format_header, split_passages
from rag.reading.shown_text import split_shown_sentences
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.build import Progress
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.records import Article, Passage, Span
    from rag.text import Word

# Weight of its passage's vector in a sentence's vector. Chosen by hand: a sentence alone often does
# not say what it is about.
CONTEXT = 0.5
# Passages embedded, or cut into tokens, at a time. Chosen by hand: the token ids of a whole corpus
# as numbers of Python would fill the memory, and progress is reported after each block.
PASSAGES_PER_BLOCK = 256
_MIN_NORM = 1e-9  # a vector of nothing but zeros is divided by this


def make_contents(
    articles: Sequence[Article],
    embedder: Embedder,
    *,
    size: int,
    old: OpenedIndex | None,
    progress: Progress,
) -> Contents:
    """Return articles cut into passages of at most ``size`` tokens, embedded and grouped.

    The vectors of articles that ``old`` holds are copied from it.
    """
    passages = _split_articles(articles, size=size, progress=progress)
    sentences = [
        split_shown_sentences(passage.article.document, passage.start, passage.end)
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
        end = first + PASSAGES_PER_BLOCK
        texts = _list_sentence_texts(passages[first:end], sentences[first:end])
        encoded = tokenizer.encode_batch(texts)
        # Two bytes for an id instead of the 36 that a list of Python takes.
        token_ids += [np.array(ids, np.uint16) for ids in encoded]
    return token_ids


def _list_sentence_texts(
    passages: Sequence[Passage], sentences: Sequence[Sequence[Span]]
) -> list[str]:
    texts = []
    for passage, spans in zip(passages, sentences, strict=True):
        document = passage.article.document
        texts += [document.show(start, end) for start, end in spans]
    return texts


def _group_articles(
    articles: Sequence[Article],
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Span]],
    token_ids: Sequence[NDArray[np.uint16]],
) -> list[int]:
    """Return the group of near-duplicates of each article."""
    tokens_of_article: dict[str, list[NDArray[np.uint16]]] = {}
    for article in articles:
        # An article may have no sentence at all: the empty array lets its tokens be joined, too.
        tokens_of_article[article.id] = [np.empty(0, np.uint16)]
    remaining = iter(token_ids)
    for passage, spans in zip(passages, sentences, strict=True):
        article_tokens = tokens_of_article[passage.article.id]
        article_tokens += itertools.islice(remaining, len(spans))
    tokens = [
        np.concatenate(tokens_of_article[article.id])  # of all its sentences
        for article in articles
    ]
    return group_near_duplicates(articles, tokens)


def _make_terms(passages: Sequence[Passage]) -> Iterator[TermDoc]:
    """Yield what is indexed of each passage; the header of its article counts as its title."""
    for row, passage in enumerate(passages):
        article = passage.article
        header = format_header(article)
        header_words = find_words(header)
        text = passage.shown
        words = find_words(text)
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
                *list_surfaces(text, words),
            ],
        )


def _list_units(words: Iterable[Word], language: str) -> list[str]:
    """Return the stems, and parts of compounds, of words as terms: "fr:station".

    The language is part of the term, as two languages may share a stem without its meaning.
    """
    find_units = get_lexicon().units
    terms = []
    for word in words:
        units = find_units(word.form, language)
        terms += [f"{language}:{unit}" for unit in units]
    return terms


def _make_vectors(
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Span]],
    embedder: Embedder,
    old: OpenedIndex | None,
    progress: Progress,
) -> NDArray[np.float16]:
    """Return the vector of every sentence, copied from ``old`` where it has them.

    Shape (sentences, dimension), in 16-bit floats: as precise as the index keeps them.
    """
    rows_of_passage = _assign_sentence_rows(sentences)
    sentence_count = sum(map(len, sentences))
    vectors = np.zeros((sentence_count, embedder.dimension), np.float16)
    # Embedding takes nearly all the time of a build: what an unchanged article has is copied.
    copies = {}
    if old is not None:
        copies = _copy_vectors(passages, old)
    new: list[int] = []
    for position, passage in enumerate(passages):
        copy = copies.get(passage.id)
        # Sentences may be split otherwise than before: then the passage is embedded again.
        if copy is None or len(copy) != len(sentences[position]):
            new.append(position)
            continue
        rows = rows_of_passage[position]
        vectors[rows] = copy
    for first in range(0, len(new), PASSAGES_PER_BLOCK):
        progress("embed", first, len(new))
        block = new[first : first + PASSAGES_PER_BLOCK]
        embedded = embed_passages(
            [passages[position] for position in block],
            [sentences[position] for position in block],
            embedder,
        )
        for position, sentence_vectors in zip(block, embedded, strict=True):
            rows = rows_of_passage[position]
            vectors[rows] = sentence_vectors
    # Of nothing to do, one of one is done: the total must not be 0.
    progress("embed", len(new), max(len(new), 1))
    return vectors


def _assign_sentence_rows(sentences: Sequence[Sequence[Span]]) -> list[slice]:
    """Return the rows of each passage's sentences."""
    rows = []
    first = 0
    for spans in sentences:
        end = first + len(spans)
        rows.append(slice(first, end))
        first = end
    return rows


def _copy_vectors(passages: Sequence[Passage], old: OpenedIndex) -> dict[str, NDArray[np.float16]]:
    """Return the sentence vectors that an index has of these articles, by the id of the passage."""
    copies = {}
    # Once for each article, in order: the passages of one are read together.
    article_ids = dict.fromkeys(passage.article.id for passage in passages)
    for article_id in article_ids:
        # Ids come from content: the old passages of this article have the same text.
        rows = old.article_rows(article_id)
        old_passages = old.passages(rows)
        for row, passage in zip(rows, old_passages, strict=True):
            copies[passage.id] = _read_vectors(old, row)
    copies |= _copy_reattributed(passages, old)
    return copies


def _copy_reattributed(
    passages: Sequence[Passage], old: OpenedIndex
) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Yield the vectors of articles to which the table of publishers gave, or took, a name.

    Their ids are other ones, what is embedded of them is not.
    """
    old_ids = {}
    for row in old.articles():
        old_ids[row.path, row.title, row.date, row.start, row.end] = row.id
    for article, group in itertools.groupby(passages, _get_article):
        if article.publisher and not article.is_publisher_inferred:
            continue
        place = (article.document.path, article.title, article.date, article.start, article.end)
        old_id = old_ids.get(place, article.id)
        if old_id == article.id:
            continue
        old_rows = old.article_rows(old_id)
        old_passages = old.passages(old_rows)
        for passage, old_row, old_passage in zip(group, old_rows, old_passages, strict=False):
            if passage.shown == old_passage.shown:
                yield passage.id, _read_vectors(old, old_row)


def _get_article(passage: Passage) -> Article:
    return passage.article


def _read_vectors(old: OpenedIndex, row: int) -> NDArray[np.float16]:
    """Return the vectors of the sentences of a passage of an index."""
    sentence_rows = np.array(old.sentence_rows(row), np.int64)
    vectors = old.vectors.reconstruct(sentence_rows)
    # Nothing is lost: they were 16-bit floats before they were read.
    return vectors.astype(np.float16)


def _strip_inferred(article: Article) -> Article:
    """Return an article without a publisher that its file does not name.

    What is embedded is what the file says: a change of the table embeds nothing again.
    """
    return replace(article, publisher=None) if article.is_publisher_inferred else article


def embed_passages(
    passages: Sequence[Passage], sentences: Sequence[Sequence[Span]], embedder: Embedder
) -> list[NDArray[np.float32]]:
    """Return the sentence vectors of each passage, rows of length 1.

    A sentence's vector is its own plus ``CONTEXT`` times that of its passage below its header.
    """
    sentence_texts = _list_sentence_texts(passages, sentences)
    passage_texts = []
    for passage in passages:
        header = format_header(_strip_inferred(passage.article))
        passage_texts.append(f"{header}\n{passage.shown}")
    sentence_vectors = embedder.passages(sentence_texts)
    passage_vectors = embedder.passages(passage_texts)
    # The vector of its passage beside that of each sentence.
    counts = [len(spans) for spans in sentences]
    contexts = np.repeat(passage_vectors, counts, axis=0)
    mixed = sentence_vectors + CONTEXT * contexts
    # Of length 1 again, so that an inner product is a cosine.
    norms = np.linalg.norm(mixed, axis=1, keepdims=True)
    mixed /= np.maximum(norms, _MIN_NORM)
    # Where the sentences of the next passage begin; split wants no bound behind the last.
    bounds = np.cumsum(counts)[:-1]
    return np.split(mixed, bounds)
