"""Vectors of passages whose tokens are known."""

from __future__ import annotations

import numpy as np
import pytest

from rag.index.contents import make_contents
from rag.index.embedding import CutPassage, embed_passages
from rag.models.embedders import StaticEmbedder, load_embedder
from rag.records import Article, Document, Edit

# What stands between sentences, and within them, in every way that the tokenizer could mind.
TEXTS = [
    "The pier opened. It closed again.\n\nNobody came.\nNot one\u00a0soul!",
    "Der Steg (neu). „Alt“ ist er nicht.\t Er hält.\x1c Noch.",
    "灯台が開いた。誰も来ない。Nobody else. 「はい」",
    "Ένας ΦΑΡΟΣ. ΤΕΛΟΣ.\u2028Ñandú\u0303 vive.\u3000Sí.  ̈Nada\u200b queda.",
    "One.Two. Three?Four",
    "Nothing ends here",
]


def make_article(text: str, edits: tuple[Edit, ...] = ()) -> Article:
    document = Document("a.txt", text, "0" * 64, "text/plain", "utf-8", edits=edits)
    return Article("id", document, "A «title»", "Paper", None, None, "en", 0, len(text))


class SlowEmbedder:
    """The shipped model, asked for the vectors of texts alone."""

    kind = "static"

    def __init__(self) -> None:
        shipped = load_embedder()
        self.name = shipped.name
        self.dimension = shipped.dimension
        self.fingerprint = shipped.fingerprint
        self.passages = shipped.passages
        self.questions = shipped.questions


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("is_edited", [False, True])
def test_known_tokens_give_the_vectors_of_the_texts(text: str, is_edited: bool) -> None:
    """Catches tokens that are joined where the text has other ones, and a header left out."""
    edits = (Edit(2, 4, ""), Edit(len(text) - 3, len(text) - 2, "* ")) if is_edited else ()
    shipped = load_embedder()
    assert isinstance(shipped, StaticEmbedder)
    contents = make_contents(
        [make_article(text, edits)], shipped, size=12, old=None, progress=lambda *_: None
    )
    tokens = iter(contents.tokens)
    cuts = [
        CutPassage(passage, spans, [next(tokens) for _ in spans])
        for passage, spans in zip(contents.passages, contents.sentences, strict=True)
    ]
    quick = embed_passages(cuts, shipped)
    slow = embed_passages(cuts, SlowEmbedder())
    assert len(quick) == len(slow) > 0
    for one, other in zip(quick, slow, strict=True):
        assert np.array_equal(one, other)
