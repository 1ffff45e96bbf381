"""The learned scorers, against a slow obvious reference."""

from __future__ import annotations

import numpy as np
import pytest

from rag.answer import scorer
from rag.answer.answerability import ANSWERABILITY_FEATURES
from rag.answer.feature_names import FEATURE_NAMES
from rag.errors import ModelError


def reference(of: scorer.Scorer, row: np.ndarray) -> float:
    """One unit, one feature at a time."""
    total = float(of.level[0]) + sum(
        weight * value for weight, value in zip(of.line.tolist(), row.tolist(), strict=True)
    )
    for unit, out in enumerate(of.out.tolist()):
        inside = float(of.bias[unit]) + sum(
            float(of.hidden[at, unit]) * value for at, value in enumerate(row.tolist())
        )
        total += out * max(inside, 0.0)
    return total


@pytest.mark.parametrize(
    ("name", "features"), [("sentence", FEATURE_NAMES), ("answered", ANSWERABILITY_FEATURES)]
)
def test_a_scorer_computes_what_it_says(name: str, features: tuple[str, ...]) -> None:
    """Catches weights of another set of features, a transposed layer, units that are never off."""
    of = scorer.load_scorer(name)
    rows = np.random.default_rng(0).normal(size=(4, len(features)))
    assert of.scores(rows) == pytest.approx(
        [reference(of, row) for row in rows], rel=1e-3, abs=1e-3
    )


def test_slopes_are_those_of_the_score() -> None:
    """Catches an explanation that names what did not count."""
    of = scorer.load_scorer("sentence")
    row = np.random.default_rng(1).normal(size=len(FEATURE_NAMES))
    step = 1e-3 * np.eye(len(FEATURE_NAMES))
    risen = (of.scores(row + step) - of.scores(row - step)) / 2e-3
    assert (
        np.mean(np.abs(risen - of.slopes(row)) < 0.02) > 0.98
    )  # single precision; a unit may turn on in between


def test_no_feature_has_two_columns() -> None:
    """Catches two features of one name, of which an explanation would show one."""
    assert len(set(ANSWERABILITY_FEATURES)) == len(ANSWERABILITY_FEATURES)


def test_weights_that_are_not_there_are_an_error_with_a_way_out() -> None:
    """Catches a KeyError from a file of another version."""
    with pytest.raises(ModelError):
        scorer.load_scorer("nothing")
