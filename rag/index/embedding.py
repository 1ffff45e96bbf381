"""Sentence vectors of passages.

A newcomer may change how passages are embedded (``embed_passages``); that needs a higher ``FORMAT``
of ``rag.pipeline.building``, so that old vectors are not mixed with new ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.models.embedders import StaticEmbedder
from rag.models.tokenizer import get_tokenizer
from rag.reading.passages import format_searched_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.models.embedders import Embedder
    from rag.records import Article, Passage, Span

# Weight of its passage's vector in a sentence's vector. Chosen by hand: a sentence alone often does
# not say what it is about.
CONTEXT = 0.5
_MIN_NORM = 1e-9  # a vector of nothing but zeros is divided by this
# What stands between two sentences without changing the tokens of either. Of other white space the
# tokenizer makes tokens, or nothing.
_SEPARATORS = (" ", "\n")


class CutPassage(NamedTuple):
    """A passage with its sentences, and the token ids of each of them."""

    passage: Passage
    sentences: Sequence[Span]
    tokens: Sequence[NDArray[np.uint16]]


def list_sentence_texts(passages: Sequence[CutPassage]) -> list[str]:
    """Return the sentences of passages as a person sees them."""
    texts = []
    for passage, spans, _ in passages:
        document = passage.article.document
        texts += [document.show(start, end) for start, end in spans]
    return texts


def embed_passages(passages: Sequence[CutPassage], embedder: Embedder) -> list[NDArray[np.float32]]:
    """Return the sentence vectors of each passage, rows of length 1.

    A sentence's vector is its own plus ``CONTEXT`` times that of its passage below its header.
    """
    if isinstance(embedder, StaticEmbedder) and embedder.tokenizer is get_tokenizer():
        sentence_tokens = [ids for passage in passages for ids in passage.tokens]
        sentence_vectors = embedder.embed_tokens(sentence_tokens)
        passage_vectors = embedder.embed_tokens(_join_tokens(passages))
    else:
        sentence_vectors = embedder.passages(list_sentence_texts(passages))
        passage_vectors = embedder.passages(list(map(_write_passage, passages)))
    # The vector of its passage beside that of each sentence.
    counts = [len(passage.sentences) for passage in passages]
    contexts = np.repeat(passage_vectors, counts, axis=0)
    mixed = sentence_vectors + CONTEXT * contexts
    # Of length 1 again, so that an inner product is a cosine.
    norms = np.linalg.norm(mixed, axis=1, keepdims=True)
    mixed /= np.maximum(norms, _MIN_NORM)
    # Where the sentences of the next passage begin; split wants no bound behind the last.
    bounds = np.cumsum(counts)[:-1]
    return np.split(mixed, bounds)


def _write_passage(cut: CutPassage) -> str:
    """Return a passage below its header."""
    header = format_searched_header(_strip_inferred(cut.passage.article))
    return f"{header}\n{cut.passage.shown}"


def _strip_inferred(article: Article) -> Article:
    """Return an article without a publisher that its file does not name.

    What is embedded is what the file says: a change of the table embeds nothing again.
    """
    return replace(article, publisher=None) if article.is_publisher_inferred else article


def _join_tokens(passages: Sequence[CutPassage]) -> list[NDArray[np.uint16]]:
    """Return the token ids of each passage below its header: those of its sentences, joined.

    Where its text is anything else than its sentences with white space between them, it is encoded.
    """
    tokens: list[NDArray[np.uint16]] = []
    header = np.empty(0, np.uint16)
    last_article: Article | None = None
    for cut in passages:
        article = cut.passage.article
        if article is not last_article:
            header = _encode(format_searched_header(_strip_inferred(article)))
            last_article = article
        if _is_joined(cut):
            tokens.append(np.concatenate([header, *cut.tokens]))
        else:
            tokens.append(_encode(_write_passage(cut)))
    return tokens


def _encode(text: str) -> NDArray[np.uint16]:
    return np.array(get_tokenizer().encode(text), np.uint16)


def _is_joined(cut: CutPassage) -> bool:
    """Return whether a passage is its sentences, with blanks or line breaks between them."""
    shown = cut.passage.shown
    position = 0
    for sentence in list_sentence_texts([cut]):
        start = position
        while shown[start : start + 1] in _SEPARATORS:
            start += 1
        is_apart = start > position or not position
        if not is_apart or not shown.startswith(sentence, start):
            return False
        position = start + len(sentence)
    return position == len(shown)
