"""The measures behind ``rag eval``: retrieval, answers, refusals, citations, on public files.

- ``beir``      questions and corpora as files hold them
- ``measures``  what one ranking, one refusal, one quotation counts
- ``run``       every question asked once, and the means of what it counted
"""

from __future__ import annotations

from rag.evaluate.beir import (
    Question,
    read_beir_documents,
    read_beir_questions,
    read_questions_file,
)
from rag.evaluate.measures import measure_ranking, measure_refusals
from rag.evaluate.run import evaluate, measure_questions, open_corpus

__all__ = [
    "Question",
    "evaluate",
    "measure_questions",
    "measure_ranking",
    "measure_refusals",
    "open_corpus",
    "read_beir_documents",
    "read_beir_questions",
    "read_questions_file",
]
