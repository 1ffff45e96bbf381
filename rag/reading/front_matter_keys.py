"""What a key of front matter means, and which values are text whatever their key is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.reading.language_words import load_folded_words, load_front_matter_fields
from rag.text import fold, list_languages_with, to_one_line

if TYPE_CHECKING:
    from rag.reading.front_matter_syntax import Pair

_TEXTS = ("title", "description")
_KEY_IN_LANGUAGE = re.compile(r"(.+?)_([a-z]{2})(?:_[a-z]{2,4})?")
_NUMBER = "id"  # Indonesian, elsewhere
# "The port opened in 2019.", « L'écluse ferme. », 「港が開いた。」
_SENTENCE = re.compile(r"[^\w\s]?[^\W\d_a-zß-ÿ].*[.!?…。！？]\W{0,2}")
_ADDRESS = re.compile(r"://|www\.")


def find_field(key: str) -> str | None:
    """Return what a key means, as it is written: "summary_fr" is a summary as "summary" is."""
    fields = load_front_matter_fields()
    folded = _fold_key(key)
    field = fields.get(folded)
    in_language = _KEY_IN_LANGUAGE.fullmatch(folded)
    if field is None and in_language and in_language[2] in list_languages_with("attribution"):
        field = fields.get(in_language[1])
        return field if field in _TEXTS and in_language[2] != _NUMBER else None
    return field


def _fold_key(key: str) -> str:
    return re.sub(r"[ .:-]", "_", fold(key))


def is_told(pair: Pair) -> bool:
    """Return whether a value is a sentence of the article, whatever its key is called.

    What speaks of a picture, of rights or to the reader stands beside it.
    """
    words = _fold_key(pair.key).split("_")
    if not load_folded_words("keys_beside").isdisjoint(words):
        return False
    value = to_one_line(pair.value)
    return bool(_SENTENCE.fullmatch(value)) and not _ADDRESS.search(value)
