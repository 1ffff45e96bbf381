"""A question into passages.

bm25      idf, saturation, soft terms
channels  the candidates, and three scores of each
fusion    one order of the three, each story once
quick     one order of two of them, for the many sentences of a draft
"""

from rag.search.bm25 import compute_idf, normalise_rows
from rag.search.channels import score_lexical
from rag.search.fusion import (
    BONUSES,
    RankedPassages,
    bring_neighbours,
    deduplicate,
    fuse,
    lift_neighbours,
    limit_per_article,
    make_hits,
    rank_passages,
    reorder,
    search_passages,
)
from rag.search.quick import rank_quickly

__all__ = [
    "BONUSES",
    "RankedPassages",
    "bring_neighbours",
    "compute_idf",
    "deduplicate",
    "fuse",
    "lift_neighbours",
    "limit_per_article",
    "make_hits",
    "normalise_rows",
    "rank_passages",
    "rank_quickly",
    "reorder",
    "score_lexical",
    "search_passages",
]
