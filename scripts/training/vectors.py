"""Token vectors, learned so that a sentence's weighted sum of tokens lies near its translation's.

The model is one table, a row per token. A text is the sum of its tokens' rows, each weighted by how rare the token is,
a / (a + p(token)): smooth inverse frequency (SIF; Arora, Liang and Ma 2017). Training draws batches of pairs and asks of
each text which of the batch's other side is its translation: softmax cross-entropy over cosines, in both directions
(multiple negatives ranking; Henderson et al. 2017). The first 128 dimensions are trained to do the work alone as well
(Matryoshka; Kusupati et al. 2022). The optimiser is Adagrad with one step size per row (Duchi et al. 2011): a batch
touches a few thousand rows, and a rare token's row moves as far as a frequent one's.

At the end the SIF weights are multiplied into the rows, and the rows by a matrix that evens out how much sentences
vary in each direction (whitening; Su et al. 2021, here in part). Both are linear, so whoever uses the table still only
adds up and normalises.
"""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MAX_TOKENS = 96  # of a text, while training
LONG = 16  # tokens of a sentence that can be dealt to two halves
CHECKPOINT_EVERY = 200  # steps


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    """An ``.npz`` file, complete or not there at all."""
    beside = path.with_name(f"{path.stem}.part.npz")
    np.savez(beside, **arrays)
    beside.replace(path)


class Texts(NamedTuple):
    """Token ids of many texts, end to end; text ``i`` is ``ids[starts[i] : starts[i + 1]]``."""

    ids: NDArray[np.uint16]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, encoded: Sequence[Sequence[int]]) -> Texts:
        """The texts, each cut after MAX_TOKENS."""
        lengths = [min(len(ids), MAX_TOKENS) for ids in encoded]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        flat = np.fromiter(
            (i for ids in encoded for i in ids[:MAX_TOKENS]), np.uint16, count=int(starts[-1])
        )
        return cls(flat, starts)

    def take(self, rows: NDArray[np.int64]) -> Texts:
        """Some of the texts, in the order of ``rows``."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return Texts(
            self.ids[np.repeat(self.starts[rows] - starts[:-1], lengths) + np.arange(starts[-1])],
            starts,
        )


class Pairs(NamedTuple):
    """Encoded pairs: ``left`` and ``right`` hold the two texts, ``kind`` numbers the pair of languages."""

    left: Texts
    right: Texts
    kind: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.left.take(rows), self.right.take(rows), self.kind[rows])

    def save(self, path: Path) -> None:
        """One ``.npz`` file, complete or not there at all."""
        left, right = self.left, self.right
        _write(
            path,
            left=left.ids,
            lefts=left.starts,
            right=right.ids,
            rights=right.starts,
            kind=self.kind,
        )

    @classmethod
    def load(cls, path: Path) -> Pairs:
        """What ``save`` wrote."""
        saved = np.load(path)
        return cls(
            Texts(saved["left"], saved["lefts"]),
            Texts(saved["right"], saved["rights"]),
            saved["kind"],
        )


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the vectors, besides data and vocabulary."""

    dimensions: tuple[int, ...] = (
        256,
    )  # more than one: Matryoshka, the first so many shall do the work alone as well
    epochs: float = 2.0
    batch: int = 2048
    learning_rate: float = 0.05
    scale: float = 20.0  # cosine 1 counts as logit 20
    sif: float = 3e-4  # the a of a / (a + p)
    word_share: float = 0.25  # of the batches: dictionary words
    half_share: float = 0.1  # of the batches: two halves of one sentence, drawn at random
    balance: float = 0.7  # a pair of languages is drawn in proportion to its size to this power
    whiten: float = 0.3  # sentences' covariance to minus this power: 0 leaves it as it is, .5 makes all directions vary alike
    held_out: int = 4096
    seed: int = 1


def token_weights(pairs: Pairs, size: int, a: float) -> NDArray[np.float32]:
    """SIF weight of each token: a / (a + p), p its share of all tokens."""
    counts = np.bincount(pairs.left.ids, minlength=size) + np.bincount(
        pairs.right.ids, minlength=size
    )
    return (a / (a + counts / counts.sum())).astype(np.float32)


def _drawn(pairs: Pairs, recipe: Recipe, *, stream: int) -> Iterator[NDArray[np.int64]]:
    """Batches of row numbers without end; each pass over the data has its own random order."""
    counts = np.bincount(pairs.kind).astype(np.float64)
    share = counts[pairs.kind] ** (recipe.balance - 1)
    share /= share.sum()
    for turn in range(sys.maxsize):
        random = np.random.default_rng((recipe.seed, stream, turn))
        order = random.choice(len(pairs), size=len(pairs), p=share)
        for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
            yield order[start : start + recipe.batch]


def _halves(texts: Texts, random: np.random.Generator) -> tuple[Texts, Texts]:
    """Each text's tokens dealt at random to two texts."""
    side = random.random(len(texts.ids)) < 0.5
    out = []
    for chosen in (side, ~side):
        passed = np.concatenate([[0], np.cumsum(chosen)])
        out.append(Texts(texts.ids[chosen], passed[texts.starts]))
    return out[0], out[1]


def _batches(sentences: Pairs, words: Pairs, recipe: Recipe) -> Iterator[tuple[str, Texts, Texts]]:
    """What each step learns from: translated sentences, translated words, or halves of long sentences."""
    shares = [1 - recipe.word_share - recipe.half_share, recipe.word_share, recipe.half_share]
    long = (
        sentences.take(np.flatnonzero(np.diff(sentences.left.starts) >= LONG))
        if recipe.half_share
        else sentences
    )
    pools = (sentences, words, long)
    drawn = [_drawn(pairs, recipe, stream=i) for i, pairs in enumerate(pools)]
    random = np.random.default_rng((recipe.seed, len(pools)))
    while True:
        kind = random.choice(len(pools), p=shares)
        pairs = pools[kind].take(next(drawn[kind]))
        halves = (
            _halves((pairs.left, pairs.right)[random.integers(2)], random)
            if kind == 2
            else pairs[:2]
        )
        yield ("sentences", "words", "halves")[kind], *halves


def _pool(table: torch.Tensor, weights: torch.Tensor, texts: Texts) -> torch.Tensor:
    """(n, d) weighted sums of rows, one per text."""
    ids = torch.from_numpy(texts.ids.astype(np.int64))
    return functional.embedding_bag(
        ids,
        table,
        torch.from_numpy(texts.starts[:-1]),
        mode="sum",
        sparse=True,
        per_sample_weights=weights[ids],
    )


def _same(texts: Texts) -> torch.Tensor:
    """(n, n): which other texts of the batch are the same text, and so no wrong answers."""
    flat, starts = texts.ids.tobytes(), 2 * texts.starts
    numbers: dict[bytes, int] = {}
    which = [numbers.setdefault(flat[starts[i] : starts[i + 1]], i) for i in range(len(starts) - 1)]
    number = torch.tensor(which)
    return (number[:, None] == number[None, :]).fill_diagonal_(fill_value=False)


class InBatchSoftmax(torch.autograd.Function):
    """Mean cross-entropy of picking each text's partner among the batch's, both ways; its gradient by hand.

    With s the logits, e = exp(s), r and c the sums of e's rows and columns: loss = mean(log r + log c) / 2 - mean(diag s)
    and d loss / d s = (e / r + e / c) / 2n - I / n. One exp serves both ways, four times faster than letting autograd
    take two softmaxes apart; logits of at most ``scale`` need no shift before exp.
    """

    @staticmethod
    def forward(
        context: Any,
        left: torch.Tensor,
        right: torch.Tensor,
        scale: float,
        ignore: torch.Tensor | None,
    ) -> torch.Tensor:
        """The loss for unit rows ``left`` and ``right``, (n, d) each; ``ignore`` (n, n) marks no wrong answers."""
        logits = scale * (left @ right.T)
        right_answers = logits.diagonal().mean()
        weight = logits.exp_()
        if ignore is not None:
            weight.masked_fill_(ignore, 0)
        rows, columns = weight.sum(1), weight.sum(0)
        weight.mul_((1 / rows)[:, None] + (1 / columns)[None, :]).div_(2 * len(left))
        weight.diagonal().sub_(1 / len(left))
        context.save_for_backward(left, right, weight)
        context.scale = scale
        return (rows.log().mean() + columns.log().mean()) / 2 - right_answers

    @staticmethod
    def backward(
        context: Any, *upstream: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        """Gradients for both sides."""
        left, right, by_logit = context.saved_tensors
        by_logit = by_logit.mul_(upstream[0] * context.scale)
        return by_logit @ right, by_logit.T @ left, None, None


def loss(
    left: torch.Tensor, right: torch.Tensor, recipe: Recipe, ignore: torch.Tensor | None = None
) -> torch.Tensor:
    """In-batch softmax, the mean over the numbers of dimensions that shall do the work alone."""
    parts = [
        InBatchSoftmax.apply(
            functional.normalize(left[:, :d]),
            functional.normalize(right[:, :d]),
            recipe.scale,
            ignore,
        )
        for d in recipe.dimensions
    ]
    return torch.stack(parts).mean()


def _start(path: Path, size: int, recipe: Recipe) -> tuple[int, torch.Tensor, torch.Tensor]:
    """Step, table and Adagrad sums of the checkpoint; fresh ones where there is none."""
    if path.exists():
        saved = np.load(path)
        return (
            int(saved["step"]),
            torch.from_numpy(saved["table"]).requires_grad_(),
            torch.from_numpy(saved["moved"]),
        )
    torch.manual_seed(recipe.seed)
    table = torch.randn(size, max(recipe.dimensions)) * 0.05
    return 0, table.requires_grad_(), torch.full((size, 1), 1e-8)


def _update(table: torch.Tensor, moved: torch.Tensor, rate: float) -> None:
    """One row-wise Adagrad step on the rows that the batch touched."""
    assert table.grad is not None
    gradient = table.grad.coalesce()
    rows, values = gradient.indices()[0], gradient.values()
    with torch.no_grad():
        moved[rows] += values.square().mean(1, keepdim=True)
        table[rows] -= rate * values / moved[rows].sqrt()
    table.grad = None


def whitened(
    table: NDArray[np.float32], pairs: Pairs, power: float, *, sample: int = 60_000
) -> NDArray[np.float32]:
    """The table times C to the power -``power``, C the second moments of the unit vectors of some sentences."""
    rows = np.random.default_rng(0).permutation(len(pairs))[:sample]
    vectors = np.concatenate([_sums(table, side.take(rows)) for side in (pairs.left, pairs.right)])
    values, directions = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    return table @ (directions * np.maximum(values, 1e-9) ** -power) @ directions.T


def _sums(table: NDArray[np.float32], texts: Texts) -> NDArray[np.float32]:
    """(n, d) unit sums of rows; no text is empty."""
    sums = np.add.reduceat(table[texts.ids], texts.starts[:-1], axis=0)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def train(
    sentences: Pairs,
    words: Pairs,
    size: int,
    recipe: Recipe,
    checkpoint: Path,
    *,
    stop: int = sys.maxsize,
) -> NDArray[np.float32]:
    """The (V, d) table with SIF weights folded in; goes on from the checkpoint where there is one.

    ``stop`` ends the run before that step, as a power cut would.
    """
    order = np.random.default_rng(recipe.seed).permutation(len(sentences))
    held_out, sentences = (
        sentences.take(order[: recipe.held_out]),
        sentences.take(order[recipe.held_out :]),
    )
    folded = token_weights(sentences, size, recipe.sif)
    weights = torch.from_numpy(folded)
    first, table, moved = _start(checkpoint, size, recipe)
    steps = int(
        len(sentences) * recipe.epochs / recipe.batch / (1 - recipe.word_share - recipe.half_share)
    )
    recent: dict[str, float] = {}
    for step, (kind, left, right) in enumerate(
        itertools.islice(_batches(sentences, words, recipe), min(steps, stop)), 1
    ):
        if (
            step <= first
        ):  # drawn once more, so that a resumed run goes on with the batches of an unbroken one
            continue
        error = loss(
            _pool(table, weights, left),
            _pool(table, weights, right),
            recipe,
            _same(left) | _same(right),
        )
        error.backward()  # type: ignore[no-untyped-call]
        _update(table, moved, recipe.learning_rate * (1.02 - step / steps))
        recent[kind] = 0.95 * recent.get(kind, error.item()) + 0.05 * error.item()
        if step % CHECKPOINT_EVERY == 0 or step == steps:
            _write(
                checkpoint, step=np.array(step), table=table.detach().numpy(), moved=moved.numpy()
            )
            with torch.no_grad():
                recent["held out"] = loss(
                    *(_pool(table, weights, side) for side in held_out[:2]), recipe
                ).item()
            told = ", ".join(f"{name} {value:.3f}" for name, value in recent.items())
            sys.stderr.write(
                f"  {time.strftime('%H:%M:%S')}  step {step} of {steps}, loss of {told}\n"
            )
    return whitened(table.detach().numpy() * folded[:, None], sentences, recipe.whiten)
