"""The whole story on one page: files into an index, a question into a cited answer.

- ``building``  ``build``: read, cut, embed, index, put in force
- ``request``   a question as it is asked: completed, corrected, translated
- ``diagnosis``  what is wrong, and the command that mends it
- ``asking``    ``Rag``: search, choose, cite; where nothing answers, ask more widely
"""

from __future__ import annotations

from rag.pipeline.asking import PASSAGES_READ, Rag
from rag.pipeline.building import BuildOptions, build, compute_fingerprint
from rag.pipeline.diagnosis import Finding, diagnose
from rag.pipeline.request import Trace

__all__ = [
    "PASSAGES_READ",
    "BuildOptions",
    "Finding",
    "Rag",
    "Trace",
    "build",
    "compute_fingerprint",
    "diagnose",
]
