"""A mistyped command beside a question that begins like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cli.app import app
from rag.cli.route import route
from rag.cli.typos import is_one_slip
from rag.errors import UsageError


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["aks", "Who opened the bridge?"], "ask"),
        (["Aks", "Who opened the bridge?"], "ask"),
        (["aks", "--strict", "Who opened the bridge?"], "ask"),
        (["-k", "3", "aks", "Who opened the bridge?"], "ask"),
        (["serach", "rates"], "search"),
        (["sarch", "rates", "of", "interest"], "search"),
        (["idnex", "articles"], "index"),
        (["chekc", "draft.md"], "check"),
        (["shwo", "2"], "show"),
        (["stauts"], "status"),
    ],
)
def test_a_mistyped_command_is_corrected_not_asked(words: list[str], command: str) -> None:
    """Wrong: "aks Who …?" searched for, a slip seen only where the word stands alone."""
    with pytest.raises(UsageError) as error:
        route(words, app)
    assert error.value.hint.startswith(f"did you mean rag {command}? ")
    assert "To ask it as a question: rag ask " in error.value.hint


@pytest.mark.parametrize(
    "question",
    [
        "how many articles speak of the bridge",
        "who opened the bridge",
        "last news of the harbour",
        "liste des ponts ouverts",
        "statuts de la guilde",
        "snow on the bridge",
        "task of the mayor",
        "as of today how many bridges",
        "Lits pour la clinique",
        "wie viele Brücken gibt es",
    ],
)
def test_a_question_without_quotation_marks_is_asked(question: str) -> None:
    """Wrong: "how" taken for show, "liste" for a command."""
    words = question.split()
    assert route(words, app) == ["ask", *words]
    assert route([question], app) == ["ask", question]
    assert route(["--", *words], app) == ["ask", "--", *words]


def list_slips(command: str) -> set[str]:
    """Return every word one slip from a command: slow, and obviously so."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips = set()
    for place in range(len(command) + 1):
        before, after = command[:place], command[place:]
        slips |= {before + letter + after for letter in letters}
        if after:
            slips.add(before + after[1:])
            slips |= {before + letter + after[1:] for letter in letters}
        if len(after) > 1:
            slips.add(before + after[1] + after[0] + after[2:])
    return slips - {command}


@given(st.sampled_from(sorted(app.commands)), st.data())
def test_one_slip_is_what_the_list_of_all_of_them_says(command: str, data: st.DataObject) -> None:
    """Wrong: a slip at the first or last letter that is not seen, two slips that are."""
    slips = list_slips(command)
    slip = data.draw(st.sampled_from(sorted(slips)))
    assert is_one_slip(slip, command)
    twice = data.draw(st.sampled_from(sorted(list_slips(slip))))
    assert is_one_slip(twice, command) is (twice in slips)
