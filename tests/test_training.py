"""The training behind the shipped model: its loss, its data, its checkpoints."""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

torch.set_num_threads(1)

from training import data, languages, vectors  # noqa: E402


def slow_loss(
    left: torch.Tensor, right: torch.Tensor, recipe: vectors.Recipe, ignore: torch.Tensor
) -> torch.Tensor:
    """The loss as textbooks write it: cross-entropy of rows and of columns."""
    functional, answers, total = torch.nn.functional, torch.arange(len(left)), 0.0
    for d in recipe.dimensions:
        logits = (
            recipe.scale * functional.normalize(left[:, :d]) @ functional.normalize(right[:, :d]).T
        )
        logits = logits.masked_fill(ignore, -torch.inf)
        total += functional.cross_entropy(logits, answers) + functional.cross_entropy(
            logits.T, answers
        )
    return total / (2 * len(recipe.dimensions))


def test_gradient_by_hand_is_the_gradient() -> None:
    """Catches a wrong sign, factor or mask in the hand-written loss."""
    torch.manual_seed(0)
    ignore = (torch.rand(12, 12) < 0.1).fill_diagonal_(fill_value=False)
    sides, found = (
        [torch.randn(12, 16, dtype=torch.float64, requires_grad=True) for _ in range(2)],
        [],
    )
    for function in (vectors.loss, slow_loss):
        error = function(*sides, vectors.Recipe(dimensions=(16, 8)), ignore)
        found.append((error, *torch.autograd.grad(error, sides)))
    for fast, slow in zip(*found, strict=True):
        torch.testing.assert_close(fast, slow)


def test_texts_are_taken_whole_and_in_order() -> None:
    """Catches offsets that slip: the wrong text under a row."""
    lists = [[1, 2, 3], [4], [5, 6], list(range(200))]
    taken = vectors.Texts.of(lists).take(np.array([2, 0, 3, 2]))
    cut = [taken.ids[a:b].tolist() for a, b in zip(taken.starts, taken.starts[1:], strict=False)]
    assert cut == [[5, 6], [1, 2, 3], list(range(vectors.MAX_TOKENS)), [5, 6]]


def test_halves_share_out_every_token() -> None:
    """Catches tokens lost, doubled or dealt to another text."""
    texts = vectors.Texts.of([[1, 2, 3, 4], [5], [6, 7]])
    one, other = vectors._halves(texts, np.random.default_rng(1))
    for i in range(3):
        parts = [part.ids[part.starts[i] : part.starts[i + 1]].tolist() for part in (one, other)]
        assert (
            sorted(parts[0] + parts[1]) == texts.ids[texts.starts[i] : texts.starts[i + 1]].tolist()
        )


def test_only_other_copies_of_a_text_are_no_wrong_answers() -> None:
    """Catches a mask that hides the right answer, or texts that only start alike."""
    same = vectors._same(vectors.Texts.of([[1, 2], [1], [1, 2]]))
    assert same.nonzero().tolist() == [[0, 2], [2, 0]]


def toy_pairs() -> vectors.Pairs:
    rows = [[i, i + 50] for i in range(50)] * 4
    return vectors.Pairs(
        *(vectors.Texts.of([[row[side]] for row in rows]) for side in (0, 1)),
        np.zeros(200, np.int16),
    )


def test_training_learns_and_resumes_to_the_same_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an optimiser that does not descend, and a resumed run that differs from an unbroken one."""
    recipe = vectors.Recipe(
        dimensions=(8,),
        epochs=10,
        batch=64,
        held_out=8,
        learning_rate=0.5,
        word_share=0.5,
        half_share=0,
    )
    pairs = toy_pairs()
    monkeypatch.setattr(vectors, "CHECKPOINT_EVERY", 10)
    whole = vectors.train(pairs, pairs, 100, recipe, tmp_path / "whole.npz")
    unit = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    assert ((unit[:50] @ unit[50:].T).argmax(axis=1) == np.arange(50)).mean() > 0.9
    broken = vectors.train(pairs, pairs, 100, recipe, tmp_path / "broken.npz", stop=20)
    assert not np.allclose(broken, whole)
    np.testing.assert_array_equal(
        vectors.train(pairs, pairs, 100, recipe, tmp_path / "broken.npz"), whole
    )


def test_evaluation_text_is_recognised() -> None:
    """Catches evaluation text that slips into training in other case or punctuation, and plain sentences thrown out."""
    overlap = data.Overlap(
        [
            "Who leads the team of the north?",
            "全国代表大会是最高的权力机关,每五年举行一次会议,选举产生委员会。",
        ]
    )
    assert "WHO leads the team of the north" in overlap
    assert "And who leads the team of the North, then?" not in data.Overlap(["nothing"])
    assert (
        "They asked: who leads the team of the north now, in winter?" not in overlap
    )  # seven words in a row
    assert "据说全国代表大会是最高的权力机关每五年举行一次会议选举产生委员会。" in overlap
    assert "全国代表大会" not in overlap


def test_pairs_are_read_and_balanced(tmp_path: Path) -> None:
    """Catches lines that say nothing, language codes left as they are, and a small language drowned."""
    lines = [
        "en\tno\tx\tHello you\tHei du",
        "en\tfr\tx\tParis\tparis",
        *(f"en\tfr\tx\tword {i}\tmot {i}" for i in range(500)),
    ]
    with lzma.open(tmp_path / "pairs.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    pairs = list(data.read_pairs(tmp_path / "pairs.xz"))
    assert len(pairs) == 501
    assert pairs[0].language2 == "nb"
    assert data.languages_of(pairs) == ["en", "fr", "nb"]
    sample = list(data.balanced_texts(pairs, [], characters=3000, power=0.5, seed=1))
    assert sample.count("Hei du") > 5
    assert sum(map(len, sample)) == pytest.approx(3000, rel=0.05)


def test_language_table_prefers_the_language_a_token_is_seen_in() -> None:
    """Catches a transposed table and likelihoods that overflow a byte."""
    counts = languages.count_tokens([("fr", [0, 0, 1]), ("en", [1, 2])], ["en", "fr"], 4)
    table = languages.log_likelihood(counts)
    assert counts.tolist() == [[0, 2], [1, 1], [1, 0], [0, 0]]
    assert table.dtype == np.int8
    assert table[0, 1] > table[0, 0]
    assert table[2, 0] > table[2, 1]
