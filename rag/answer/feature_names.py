"""The names of the features in the order of ``Features.matrix``, as the scorers know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.answer_types import ANSWER_TYPES
from rag.answer.topics import TOPICS
from rag.question.question_types import QUESTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNELS = ("exact", "soft", "near", "cued", "window", "before", "passage")
WEIGHTS = ("length", "rare", "telling", "local", "even", "names")
EXTREMES = ("least exact", "least soft", "exact own", "soft own", "window own")
PLACES = (
    "rank", "score", "words", "dense", "place", "last", "headline", "leans", "dense next",
    "dense before", "asks", "lead soft", "lexical", "soft terms", "cosine", "foreign", "terms",
)  # fmt: skip
# Features that are there a second time, as they are less than the best candidate's.
COMPARED = (
    "exact length", "soft length", "window length", "soft rare", "exact rare", "soft local",
    "window local", "soft own", "soft even", "soft telling", "dense", "passage rare", "lexical",
    "soft terms", "cosine",
)  # fmt: skip
# Those of them that are there a third time, as they are less than the best of their passage.
COMPARED_WITHIN = COMPARED[:11]
ASKED_TYPES = (*QUESTION_TYPES, None)


def name_features() -> tuple[str, ...]:
    """Return the features' names, in the order of ``Features.matrix``."""
    asked_types = [f"asks {question_type}" for question_type in ASKED_TYPES]
    answer_types = [f"holds {answer_type}" for answer_type in ANSWER_TYPES]
    topics = [f"cue {topic}" for topic in TOPICS]
    return (
        *pair_names(CHANNELS, WEIGHTS),
        *EXTREMES,
        *PLACES,
        *pair_names(COMPARED, ["below best"]),
        *pair_names(COMPARED_WITHIN, ["below its passage"]),
        *asked_types,
        *answer_types,
        *pair_names(asked_types, answer_types),
        *pair_names(["asked", "said", "shared"], topics),
        *pair_names(asked_types, topics),
    )


def pair_names(firsts: Sequence[str], seconds: Sequence[str]) -> list[str]:
    """Return each first name with each second one, those of one first together."""
    names = []
    for first in firsts:
        for second in seconds:
            names.append(f"{first} {second}")
    return names


FEATURE_NAMES = name_features()
