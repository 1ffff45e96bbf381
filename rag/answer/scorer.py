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
    """``x @ line + relu(x @ hidden + bias) @ out + level``, for rows x of features."""

    line: Array  # (features,)
    hidden: Array  # (features, units)
    bias: Array  # (units,)
    out: Array  # (units,)
    level: Array  # (1,)

    def scores(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """One score for each row."""
        x = rows.astype(np.float32)
        return np.asarray(
            x @ self.line + np.maximum(x @ self.hidden + self.bias, 0.0) @ self.out + self.level,
            dtype=np.float64,
        )

    def slopes(self, row: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """How much the score of a row grows with each of its features: exact as long as no hidden unit turns on or off."""
        on = row.astype(np.float32) @ self.hidden + self.bias > 0
        return np.asarray(self.line + self.hidden @ (self.out * on), dtype=np.float64)


@functools.cache
def load_scorer(name: str) -> Scorer:
    """The scorer of that name among those that ship with the tool. ModelError when they are missing or damaged."""
    tensors = Tensors(WEIGHTS)
    return Scorer(
        *(np.asarray(tensors[f"{name}.{part}"], dtype=np.float32) for part in Scorer._fields)
    )
