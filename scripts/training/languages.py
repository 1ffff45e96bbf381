"""How likely each token is in each language: the table behind ``rag.models.language_id``."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from rag.models.language_id import LANGUAGE_STEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


def count_tokens(
    encoded: Iterable[tuple[str, list[int]]], languages: list[str], size: int
) -> NDArray[np.float64]:
    """(V, L): how often each token stands in texts of each language."""
    ids: dict[str, array[int]] = {language: array("H") for language in languages}
    for language, some in encoded:
        ids[language].extend(some)
    columns = [
        np.bincount(np.frombuffer(ids[language], np.uint16), minlength=size)
        for language in languages
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def log_likelihood(counts: NDArray[np.float64], alpha: float = 0.05) -> NDArray[np.int8]:
    """(V, L): log p(token | language), smoothed by ``alpha``, less its mean over languages, in steps of LANGUAGE_STEP."""
    share = (counts + alpha) / (counts + alpha).sum(axis=0)
    log = np.log(share)
    steps = np.rint((log - log.mean(axis=1, keepdims=True)) / LANGUAGE_STEP)
    return np.clip(steps, -127, 127).astype(np.int8)
