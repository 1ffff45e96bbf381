"""The whole story on one page: files into an index, a question into a cited answer.

- ``building``  ``build``: read, cut, embed, index, put in force
- ``request``   a question as it is asked: completed, corrected, translated
- ``asking``    ``Rag``: search, choose, cite; where nothing answers, ask more widely
"""

from __future__ import annotations

from rag.pipeline.asking import PASSAGES_READ, Rag
from rag.pipeline.building import BuildOptions, build, compute_fingerprint
from rag.pipeline.request import Trace

__all__ = ["PASSAGES_READ", "BuildOptions", "Rag", "Trace", "build", "compute_fingerprint"]
