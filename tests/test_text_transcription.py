"""Names about as they sound, to be compared across scripts and spellings."""

from __future__ import annotations

import pytest

from rag.text import transcribe


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Шиллер", "Schiller"),
        ("Лютер", "Luther"),
        ("Тесла", "Tesla"),
        ("Хубилай", "Khubilai"),
        ("Αθήνα", "Athina"),
        ("Філіп", "Philip"),
        ("Kambrium", "Cambrium"),
        ("Sokrates", "Socrates"),
        ("Müller", "Muler"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    """Catches a name that is another one for its script, or for how a language spells it."""
    assert transcribe(one) == transcribe(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Morel", "Moreau"), ("Шиллер", "Шмидт"), ("Lyon", "Lviv"), ("", "a")]
)
def test_names_that_do_not(one: str, other: str) -> None:
    """Catches names that are all one."""
    assert transcribe(one) != transcribe(other)
