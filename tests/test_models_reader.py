"""The reader's door: what comes back for which passage, and that the shipped files answer."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models import reader as room
from rag.models.reader import Reading, load_reader

needs_files = pytest.mark.skipif(
    not (room.SHIPPED / "lower.onnx").is_file(), reason="the reader's files are not there"
)
STORY = [
    "Par Claire Morel",
    "L’hôpital de Brévannes a ouvert lundi ses nouvelles urgences.",
    "Le bâtiment compte 340 lits, contre 512 dans l’ancien.",
    "Les travaux ont coûté 87 millions d’euros.",
    "Lire aussi : combien de lits dans les hôpitaux français ?",
]
OTHER = ["Le maire a inauguré la piscine.", "Elle a deux bassins."]
CONTEXT = "Un hôpital neuf · Le Courrier · 2024-03-12"


class FakeReader:
    """Says that a sentence answers when it shares a word of four letters with the question."""

    def read(self, question, passages, contexts):
        words = {word for word in question.lower().split() if len(word) > 3}
        readings = []
        for sentences in passages:
            shared = [len(words & set(sentence.lower().split())) for sentence in sentences]
            scores = np.array(shared, np.float32) - 0.5
            readings.append(Reading(scores, 0.0, [None] * len(sentences), is_deep=True))
        return readings


@pytest.fixture(scope="module")
def shipped():
    return load_reader()


def test_a_fake_is_a_reader():
    """Catches a protocol that a caller cannot satisfy without the files."""
    reader: room.Reader = FakeReader()
    readings = reader.read("combien de lits", [STORY, OTHER], [CONTEXT, ""])
    assert [reading.best > 0 for reading in readings] == [True, False]


def test_an_empty_passage_has_no_best():
    """Catches a maximum over nothing."""
    assert Reading(np.zeros(0, np.float32), 0.0, [], is_deep=False).best == -np.inf


def test_missing_files_are_told(tmp_path):
    """Catches a traceback for a damaged installation."""
    with pytest.raises(ModelError, match="cannot load the reader"):
        load_reader(tmp_path)


def test_files_of_another_format_are_refused(tmp_path):
    """Catches files of another version read as if they were of this one."""
    (tmp_path / "reader.json").write_text(json.dumps({"format": room.FORMAT + 1, "window": 9}))
    with pytest.raises(ModelError, match="format"):
        load_reader(tmp_path)


def test_blocks_are_widened_as_they_were_packed():
    """Catches halves of bytes in the wrong order, or a scale read as something else."""
    low, high = np.arange(16, dtype=np.uint8), np.arange(15, -1, -1, dtype=np.uint8)
    scale = np.array([0.5], np.float16).view(np.uint8)
    block = np.concatenate([scale, low | high << 4])
    rows = room._widen_rows(block[None, None])
    expected = 0.5 * (np.concatenate([low, high]).astype(np.float32) - 8)
    assert rows.tolist() == [expected.tolist()]


def test_loading_the_module_costs_nothing():
    """Catches a slow library imported before a reader is asked for."""
    code = "import sys, rag.models.reader; print(*(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"onnxruntime", "tokenizers", "torch"} & set(loaded.stdout.split())


@needs_files
def test_the_sentence_that_answers_is_best(shipped):
    """Catches scores given to the wrong sentences, and a reader that takes a headline for an answer."""
    (reading,) = shipped.read("Combien de lits compte l’hôpital ?", [STORY], [CONTEXT])
    assert int(reading.scores.argmax()) == 2
    assert reading.best > 0
    start, end = reading.values[2]
    assert "340" in STORY[2][start:end]


@needs_files
def test_without_the_answer_none_is_likelier(shipped):
    """Catches a reader that always finds something."""
    rest = [sentence for sentence in STORY if "340" not in sentence]
    readings = shipped.read("Combien de lits compte l’hôpital ?", [rest, OTHER], [CONTEXT, ""])
    assert max(reading.best for reading in readings) < 0


@needs_files
def test_the_same_whatever_stands_beside(shipped):
    """Catches passages that are read in the place of others when several are read side by side."""
    question = "Combien ont coûté les travaux ?"
    alone = shipped.read(question, [STORY], [CONTEXT])[0]
    among = shipped.read(question, [OTHER, STORY, OTHER], ["", CONTEXT, "x"])[1]
    np.testing.assert_allclose(alone.scores, among.scores, atol=1e-4)


@needs_files
def test_only_the_best_passages_are_read_to_the_end(shipped):
    """Catches an upper half that reads everything, or nothing."""
    passages = [OTHER, STORY, OTHER, OTHER, OTHER, OTHER]
    readings = shipped.read("Combien de lits compte l’hôpital ?", passages, [""] * 6, deep=2)
    assert sum(reading.is_deep for reading in readings) == 2
    assert readings[1].is_deep


@needs_files
def test_a_passage_longer_than_a_window_is_read_whole(shipped):
    """Catches sentences beyond the window that get no score."""
    long = [*OTHER * 60, STORY[2]]
    (reading,) = shipped.read("Combien de lits compte le bâtiment ?", [long], [CONTEXT])
    assert np.isfinite(reading.scores).all()
    assert int(reading.scores.argmax()) == len(long) - 1


@needs_files
@pytest.mark.parametrize("sentences", [[], [""], ["\u200b"], ["x" * 5000]])
def test_strange_sentences_are_read(shipped, sentences):
    """Catches a crash on what holds no token, or too many."""
    (reading,) = shipped.read("?", [sentences], [""])
    assert len(reading.scores) == len(sentences) == len(reading.values)
