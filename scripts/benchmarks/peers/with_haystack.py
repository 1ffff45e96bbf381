"""Search with haystack: its reader of text files, its store in memory, by BM25 ("words") or vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from command_line import TOP, Ask, Found, encode_e5, get_minilm_folder, run
from haystack.document_stores.in_memory import InMemoryDocumentStore

FILE = "documents.json"


def embed_documents(documents: list[Any], model: str) -> list[Any]:
    """Return documents with their vectors; without a model as they are."""
    if model == "words":
        return documents
    if model == "minilm":
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(
            model=get_minilm_folder(), progress_bar=False
        )
        embedder.warm_up()
        embedded: list[Any] = embedder.run(documents)["documents"]
        return embedded
    for document in documents:
        document.embedding = encode_e5([document.content], is_question=False)[0].tolist()
    return documents


def index(articles: Path, place: Path, model: str) -> None:
    """Read a folder, embed it, write the store to a file."""
    from haystack.components.converters import TextFileToDocument

    paths = sorted(articles.glob("*.txt"))
    documents = TextFileToDocument().run(sources=paths)["documents"]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embed_documents(documents, model))
    place.mkdir(parents=True)
    store.save_to_disk(str(place / FILE))


def open_index(place: Path, model: str) -> Ask:
    """Return a function that asks a store read from its file."""
    store = InMemoryDocumentStore.load_from_disk(str(place / FILE))
    retrieve = make_retriever(store, model)

    def ask(question: str) -> list[Found]:
        best = retrieve(question)["documents"]
        return [Found(Path(each.meta["file_path"]).stem, each.content) for each in best]

    return ask


def make_retriever(store: InMemoryDocumentStore, model: str) -> Any:
    """Return a function from a question to what its retriever says."""
    from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever

    if model == "words":
        words = InMemoryBM25Retriever(document_store=store, top_k=TOP)
        return lambda question: words.run(query=question)
    vectors = InMemoryEmbeddingRetriever(document_store=store, top_k=TOP)
    if model == "e5":
        return lambda question: vectors.run(
            query_embedding=encode_e5([question], is_question=True)[0].tolist()
        )
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersTextEmbedder,
    )

    embedder = SentenceTransformersTextEmbedder(model=get_minilm_folder(), progress_bar=False)
    embedder.warm_up()
    return lambda question: vectors.run(query_embedding=embedder.run(text=question)["embedding"])


if __name__ == "__main__":
    run(index, open_index)
