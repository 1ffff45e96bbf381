"""What thirty languages call months, weekdays, numbers and currencies."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from rag.dates.names import (
    load_currencies,
    load_forms,
    load_months,
    load_numbers,
    load_ordinals,
    load_weekdays,
)
from rag.text.languages import list_languages
from rag.text.words import fold

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "fill_languages.py"
GOLDEN = [  # language, form, what it names; checked by hand
    ("pl", "stycznia", load_months, 1),
    ("pl", "Październik", load_months, 10),
    ("fi", "tammikuuta", load_months, 1),
    ("fi", "joulu", load_months, 12),
    ("ru", "Мая", load_months, 5),
    ("ru", "декабрь", load_months, 12),
    ("ca", "gener", load_months, 1),
    ("tr", "Ağustos", load_months, 8),
    ("ro", "mai", load_months, 5),
    ("cs", "července", load_months, 7),
    ("cs", "června", load_months, 6),
    ("de", "Jänner", load_months, 1),
    ("de", "Sept", load_months, 9),
    ("de", "Sep", load_months, 9),
    ("el", "Μαΐου", load_months, 5),
    ("ar", "تشرين الثاني", load_months, 11),
    ("he", "דצמבר", load_months, 12),
    ("hi", "सितम्बर", load_months, 9),
    ("th", "ธันวาคม", load_months, 12),
    ("zh", "十二月", load_months, 12),
    ("en", "Monday", load_weekdays, 0),
    ("en", "Thurs", load_weekdays, 3),
    ("fr", "dimanche", load_weekdays, 6),
    ("pt", "segunda-feira", load_weekdays, 0),
    ("de", "Sonnabend", load_weekdays, 5),
    ("he", "יום ראשון", load_weekdays, 6),
    ("fi", "maanantaina", load_weekdays, 0),
    ("fr", "quinze", load_numbers, 15),
    ("en", "a", load_numbers, 1),
    ("ru", "трёх", load_numbers, 3),
    ("uk", "п'ять", load_numbers, 5),
    ("tr", "on iki", load_numbers, 12),
    ("en", "thirty-first", load_ordinals, 31),
    ("en", "twelfth", load_ordinals, 12),
    ("fr", "Seconde", load_ordinals, 2),
    ("fr", "dollars", load_currencies, "USD"),
    ("pl", "zł", load_currencies, "PLN"),
    ("tr", "lira", load_currencies, "TRY"),
    ("ja", "円", load_currencies, "JPY"),
    ("de", "€", load_currencies, "EUR"),
]


@pytest.mark.parametrize(("language", "form", "load", "value"), GOLDEN)
def test_names_are_read_however_they_are_written(language, form, load, value):
    """Catches a list counted from the wrong number, forms left out, capitals and accents kept."""
    assert load(language)[fold(form)] == value


@pytest.mark.parametrize("language", list_languages())
def test_every_language_names_all_months_weekdays_and_currencies(language):
    """Catches a file that was not filled, or a month whose only form belongs to another one."""
    assert set(load_months(language).values()) == set(range(1, 13))
    assert set(load_weekdays(language).values()) == set(range(7))
    assert {"EUR", "USD", "GBP"} <= set(load_currencies(language).values())


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize(
    "keys",
    [("months", "months_in_dates", "months_short"), ("weekdays", "weekdays_short"), ("numbers",)],
)
def test_no_form_names_two_things(language, keys):
    """Catches a row pasted twice: "março" as February, one word for six and seven."""
    values = {}
    for key in keys:
        for number, forms in load_forms(language, key).items():
            for form in forms:
                assert values.setdefault(fold(form).rstrip("."), number) == number, form


def test_a_language_without_a_file_has_no_names():
    """Catches English months for a language that nobody has described."""
    assert load_months("xx") == load_numbers("xx") == load_currencies("xx") == {}


def test_the_weekdays_are_those_of_the_calendar():
    """Catches weeks that begin on Sunday."""
    assert load_weekdays("en")[f"{datetime.date(2025, 12, 9):%A}".lower()] == 1


def test_the_files_are_what_cldr_says():
    """Catches a generated list edited by hand, and a script whose output changes each time."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
