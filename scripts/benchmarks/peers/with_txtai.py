"""Search with txtai: vectors, or vectors and its own BM25 together (a model's name that ends in "+words")."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from command_line import TOP, Ask, Found, encode_e5, get_minilm_folder, run

QUESTION = "query: "


def encode(texts: Sequence[str]) -> Any:
    """Return the vectors of texts; txtai puts a word before questions."""
    import numpy as np

    vectors = []
    for text in texts:
        is_question = text.startswith(QUESTION)
        vectors.append(encode_e5([text.removeprefix(QUESTION)], is_question=is_question)[0])
    return np.array(vectors)


def make_config(model: str) -> dict[str, Any]:
    """Return the configuration for a model."""
    name, _, words = model.partition("+")
    config: dict[str, Any] = {"content": True, "hybrid": bool(words)}
    if name == "minilm":
        return {**config, "path": get_minilm_folder()}
    instructions = {"query": QUESTION}
    return {**config, "method": "external", "transform": encode, "instructions": instructions}


def index(articles: Path, place: Path, model: str) -> None:
    """Index each file as one text."""
    from txtai import Embeddings

    embeddings = Embeddings(make_config(model))
    paths = sorted(articles.glob("*.txt"))
    embeddings.index((path.stem, path.read_text(encoding="utf-8")) for path in paths)
    embeddings.save(str(place))


def open_index(place: Path, model: str) -> Ask:
    """Return a function that asks a saved index."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(place), config=make_config(model))

    def ask(question: str) -> list[Found]:
        return [Found(row["id"], row["text"]) for row in embeddings.search(question, TOP)]

    return ask


if __name__ == "__main__":
    run(index, open_index)
