"""Articles into passages, sentences and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.index.taken_over import CutArticle
from rag.models.tokenizer import get_tokenizer
from rag.reading.passages import split_passages
from rag.reading.shown_text import split_shown_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.records import Article


class _EncodedTexts(dict[str, "NDArray[np.uint16]"]):
    """The token ids of the texts of an article: a sentence is measured, then kept as it is."""

    def __missing__(self, text: str) -> NDArray[np.uint16]:
        # Two bytes for an id instead of the 36 that a list of Python takes.
        ids = np.array(get_tokenizer().encode(text), np.uint16)
        self[text] = ids
        return ids

    def expect(self, texts: list[str]) -> None:
        """Encode texts together, which takes less time than one by one."""
        encoded = get_tokenizer().encode_batch(texts)
        for text, ids in zip(texts, encoded, strict=True):
            self[text] = np.array(ids, np.uint16)

    def count(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self[text])


def cut_article(article: Article, size: int) -> CutArticle:
    """Return an article cut into passages of at most ``size`` tokens, sentences and tokens."""
    encoded = _EncodedTexts()
    passages = split_passages(article, count=encoded.count, size=size, expect=encoded.expect)
    sentences = []
    tokens = []
    for passage in passages:
        spans = split_shown_sentences(article.document, passage.start, passage.end)
        texts = [article.document.show(start, end) for start, end in spans]
        sentences.append(spans)
        tokens += [encoded[text] for text in texts]
    return CutArticle(passages, sentences, tokens, [-1] * len(passages))
