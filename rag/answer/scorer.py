"""Small learned functions of features: a line and a layer of hidden units (scripts/train_extract.py fits them)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.models.tensors import Tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

WEIGHTS = Path(__file__).parent.parent / "models" / "answers" / "weights.safetensors"


class Scorer(NamedTuple):
    """A linear model beside one hidden layer: ``x @ line + relu(x @ hidden + bias) @ out + level``, for rows x of features."""

    line: Array  # (features,)
    hidden: Array  # (features, units)
    bias: Array  # (units,)
    out: Array  # (units,)
    level: Array  # (1,)

    def scores(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return (rows,): one score for each row of features."""
        x = rows.astype(np.float32)
        activations = np.maximum(x @ self.hidden + self.bias, 0.0)
        linear = x @ self.line
        scores = linear + activations @ self.out + self.level
        return np.asarray(scores, dtype=np.float64)

    def slopes(self, row: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return (features,): the gradient of a row's score, exact as long as no hidden unit turns on or off."""
        x = row.astype(np.float32)
        is_active = x @ self.hidden + self.bias > 0
        gradient = self.line + self.hidden @ (self.out * is_active)
        return np.asarray(gradient, dtype=np.float64)


@functools.cache
def load_scorer(name: str) -> Scorer:
    """Return one of the two scorers that ship with rag, "sentence" or "answered".

    Raises:
        ModelError: the weights are missing or damaged.
    """
    tensors = Tensors(WEIGHTS)
    parts = {}
    for part in Scorer._fields:
        tensor = tensors[f"{name}.{part}"]
        parts[part] = np.asarray(tensor, dtype=np.float32)
    return Scorer(**parts)
