"""Ask your articles a question, and get an answer whose every sentence shows where it stands.

The front door: everything a Python program needs. Names are imported when they are first used, so
that ``import rag`` costs nothing. docs/python.md shows how they work together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.front_door import make_front_door

if TYPE_CHECKING:
    from rag.errors import RagError
    from rag.pipeline import Rag, build
    from rag.records import Answer, Citation, Filters
    from rag.settings import Settings

__version__ = "0.1.0"
__all__ = ["Answer", "Citation", "Filters", "Rag", "RagError", "Settings", "__version__", "build"]

_MODULES = {
    "Answer": "rag.records",
    "Citation": "rag.records",
    "Filters": "rag.records",
    "Rag": "rag.pipeline",
    "RagError": "rag.errors",
    "Settings": "rag.settings.schema",
    "build": "rag.pipeline",
}

__getattr__ = make_front_door(__name__, _MODULES)


def __dir__() -> list[str]:
    """Return the names of the front door."""
    return sorted(__all__)
