"""rag.toml: which line a key stands in, and what writing one leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.errors import UsageError, WriteError
from rag.settings.toml_file import read_config, save_key

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
# top = 1

quote-words = 40
"top" = 5
lang = [
    "fr",
]
[odd]
topmost = 3
"""


def test_every_key_has_its_value_and_its_line(tmp_path: Path) -> None:
    """Catches lines counted from 0, a comment taken for the key, a key that only begins alike."""
    path = tmp_path / "rag.toml"
    assert read_config(path) == []
    path.write_text(TEXT)
    entries = [
        ("quote-words", 40, 3),
        ("top", 5, 4),
        ("lang", ["fr"], 5),
        ("odd", {"topmost": 3}, 8),
    ]
    assert read_config(path) == entries


def test_what_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    """Catches a message that leaves open where in the file to look."""
    path = tmp_path / "rag.toml"
    path.write_text("top = 5\n\nlang = fr\n")
    with pytest.raises(UsageError, match=f"^{path}:3: not TOML: "):
        read_config(path)
    path.write_bytes(b"top = 5 # \xff\n")
    with pytest.raises(UsageError, match=f"^{path}: not TOML: "):
        read_config(path)


def test_a_key_is_written_taken_out_and_named_as_its_variable(tmp_path: Path) -> None:
    """Catches a second key beside one with hyphens.

    And a variable in a hint that no shell takes.
    """
    path = tmp_path / "rag.toml"
    path.write_text("quote-words = 40 # why\n")
    save_key(path, "quote_words", 50)
    save_key(path, "lang", ["fr"])
    assert path.read_text() == 'quote-words = 50 # why\nlang = ["fr"]\n'
    save_key(path, "quote_words", None)
    save_key(path, "nothing", None)
    assert path.read_text() == 'lang = ["fr"]\n'
    path.unlink()
    (tmp_path / "file").touch()
    with pytest.raises(WriteError) as error:
        save_key(tmp_path / "file" / "rag.toml", "quote_words", 50)
    assert error.value.hint == "or set RAG_QUOTE_WORDS"
