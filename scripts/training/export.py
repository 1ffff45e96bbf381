"""The model folder: what SentenceTransformer loads, and what the lean path reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import save_file

from rag.models.tokenizer import pack_vocabulary
from training.vocabulary import write_hugging_face

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TOKENIZER_FILES = ("vocabulary.bin", "languages.json", "languages.npy", "tokenizer.json")
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


def write_tokenizer(
    folder: Path, tokens: list[bytes], languages: list[str], likelihood: NDArray[np.int8]
) -> None:
    """The tokenizer's files, for tiktoken and for Hugging Face."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.bin").write_bytes(pack_vocabulary(tokens))
    (folder / "languages.json").write_text(json.dumps(languages) + "\n", encoding="utf-8")
    np.save(folder / "languages.npy", likelihood)
    write_hugging_face(tokens, folder / "tokenizer.json")


def write_vectors(folder: Path, table: NDArray[np.float32]) -> None:
    """The vectors as float16, scaled so that the longest row has length 1, and the folder's table of contents."""
    longest = np.linalg.norm(table, axis=1).max()
    save_file(
        {"embedding.weight": (table / longest).astype(np.float16)}, folder / "model.safetensors"
    )
    (folder / "modules.json").write_text(json.dumps(MODULES, indent=2) + "\n", encoding="utf-8")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text(
        "{}\n", encoding="utf-8"
    )  # git keeps no empty folder
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes 0o600
