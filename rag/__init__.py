"""Ask your articles a question, and get an answer whose every sentence shows where it stands.

The front door: everything a Python program needs. Names are imported when they are first used, so
that ``import rag`` costs nothing. docs/python.md shows how they work together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def __getattr__(name: str) -> object:
    """Return a name of the front door, importing its module on first use (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """Return the names of the front door."""
    return sorted(__all__)
