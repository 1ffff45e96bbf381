"""A question into passages.

bm25      idf, saturation, soft terms
channels  the candidates, and three scores of each
fusion    one order of the three, each story once
"""

from rag.search.bm25 import compute_idf, normalise_rows
from rag.search.channels import score_lexical
from rag.search.fusion import (
    BONUSES,
    RankedPassages,
    fuse,
    limit_per_article,
    make_hits,
    reorder,
    search_passages,
)

__all__ = [
    "BONUSES",
    "RankedPassages",
    "compute_idf",
    "fuse",
    "limit_per_article",
    "make_hits",
    "normalise_rows",
    "reorder",
    "score_lexical",
    "search_passages",
]
