"""What people say for a day or a language, from wherever a setting comes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from rag.errors import UsageError
from rag.question.spoken_values import READERS, read_languages
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_variables_and_rag_toml_are_read_as_flags_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong: "last month" understood in a flag alone, or reckoned from the clock under as_of."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "rag.toml").write_text('since = "last month"\nlang = ["français", "German"]\n')
    settings = Settings.load(
        {"as_of": "2025-12-18"},
        here=tmp_path,
        environ={"RAG_UNTIL": "last month"},
        readers=READERS,
    )
    assert settings.since == datetime.date(2025, 11, 1)
    assert settings.until == datetime.date(2025, 11, 30)
    assert settings.lang == ("fr", "de")
    assert settings.origin("until") == "RAG_UNTIL"


@pytest.mark.parametrize(
    ("name", "text"), [("SINCE", "some day"), ("AS_OF", "2025-02-30"), ("LANG", "klingon")]
)
def test_a_variable_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str) -> None:
    """Wrong: an error that leaves open which variable is meant, or shows what was made of it."""
    with pytest.raises(UsageError, match=f"RAG_{name}: '{text}' is not"):
        Settings.load(here=tmp_path, environ={f"RAG_{name}": text}, readers=READERS)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("french", ["fr"]),
        ("FRANÇAIS,deutsch", ["fr", "de"]),
        (("Francais", "fr-CA"), ["fr", "fr-CA"]),
        ("norwegian", ["nb"]),
        ("中文", ["zh"]),
        ("FR", "FR"),
        ("klingon", "klingon"),
        (3, 3),
    ],
)
def test_names_of_languages(said: object, codes: object) -> None:
    """Wrong: a name known in one language alone, or a code that is changed."""
    assert read_languages(said) == codes
