"""Small learned functions of features, fitted by ``scripts/train_extract.py``."""

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
    """A linear model beside one hidden layer, for rows x of features.

    ``x @ line + relu(x @ hidden + bias) @ out + level``
    """

    line: Array  # (features,)
    hidden: Array  # (features, units)
    bias: Array  # (units,)
    out: Array  # (units,)
    level: Array  # (1,)

    def scores(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return (rows,): one score for each row of features."""
        # Single precision, like the weights.
        x = rows.astype(np.float32)
        linear = x @ self.line
        # The layer of hidden units corrects the linear model.
        hidden = x @ self.hidden
        hidden += self.bias
        activations = np.maximum(hidden, 0.0)
        correction = activations @ self.out
        scores = linear + correction + self.level
        return np.asarray(scores, dtype=np.float64)

    def slopes(self, row: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return (features,): the gradient of a row's score.

        It is exact as long as no hidden unit turns on or off.
        """
        x = row.astype(np.float32)
        hidden = x @ self.hidden + self.bias
        # A unit that is off adds nothing, whatever the feature.
        is_active = hidden > 0
        active_out = self.out * is_active
        correction = self.hidden @ active_out
        gradient = self.line + correction
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
