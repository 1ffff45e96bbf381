"""What languages are called: "french", "français" and "Französisch" are all fr."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.text.languages import list_languages, load_section
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_language_code(name: str) -> str | None:
    """Return the ISO 639-1 code of a language by its name in any language, None where unknown."""
    return _load_codes().get(fold(name.strip()))


@functools.cache
def _load_codes() -> Mapping[str, str]:
    """Return the code of each language by what it is called, folded, in all languages."""
    codes: dict[str, str] = {}
    for speaker in list_languages():
        names_by_code = load_section(speaker, "language_names")
        for code, names in names_by_code.items():
            for name in names:
                codes.setdefault(fold(name), code)
    return codes
