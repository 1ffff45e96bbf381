"""A question into passages.

bm25      idf, saturation, soft terms
channels  the candidates, and three scores of each
fusion    one order of the three, each story once
"""

from rag.search.bm25 import compute_idf as compute_idf
from rag.search.bm25 import normalise_rows as normalise_rows
from rag.search.channels import score_lexical as score_lexical
from rag.search.fusion import BONUSES as BONUSES
from rag.search.fusion import RankedPassages as RankedPassages
from rag.search.fusion import fuse as fuse
from rag.search.fusion import limit_per_article as limit_per_article
from rag.search.fusion import make_hits as make_hits
from rag.search.fusion import reorder as reorder
from rag.search.fusion import search_passages as search_passages
