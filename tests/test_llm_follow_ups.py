"""A language model that completes a follow-up: what it is sent, and what becomes of what it does."""

from __future__ import annotations

import pytest
from model_server import Script, serving

from rag.errors import LanguageModelError
from rag.llm import follow_ups
from rag.llm.client import ServerModel
from rag.llm.follow_ups import describe_sending, propose_completion
from rag.llm.models import AnswerCut, Limits
from rag.llm.specs import parse_spec
from rag.question.followup.proposals import FollowUp

FOLLOW_UP = FollowUp(
    "And Amazon?", "How much does Amazon invest?", ("How much does Google invest?",)
)


def propose(*scripts: Script) -> tuple[str, list[dict[str, object]]]:
    with serving(*scripts) as server:
        model = ServerModel(parse_spec(server.spec), Limits(4096, 100, 60.0), key="")
        return propose_completion(model, FOLLOW_UP), server.requests


@pytest.mark.parametrize(
    ("pieces", "proposal"),
    [
        (("How much does ", "Amazon invest?"), "How much does Amazon invest?"),
        (("\n", "“How much does Amazon invest?”", "\n", "I hope this helps."), FOLLOW_UP.by_rule),
        (("<think>", "Amazon.\nWell.", "</think>", "\n\nHow much?"), "How much?"),
        ((), ""),
    ],
)
def test_the_first_line_is_the_proposal(pieces: tuple[str, ...], proposal: str) -> None:
    """Catches thoughts, quotation marks and what a model chats taken for the question."""
    assert propose(Script(pieces))[0] == proposal


def test_questions_are_sent_and_nothing_else() -> None:
    """Catches an answer, a passage or a path that leaves with them."""
    _, [request] = propose(Script(("How much?",)))
    messages = request["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["content"] == (
        "Before: How much does Google invest?\nLast question: And Amazon?"
    )
    assert messages[:-1] == [each._asdict() for each in follow_ups.make_messages(FOLLOW_UP)[:-1]]


def test_a_busy_server_is_not_waited_for() -> None:
    """Catches a follow-up that waits for half a minute while the rules have long completed it."""
    busy = Script(status=429, headers=(("Retry-After", "30"),))
    with pytest.raises(LanguageModelError, match="429"):
        propose(busy, Script(("How much?",)))


def test_a_silent_model_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches the minutes that an answer may take granted to a completion."""
    monkeypatch.setattr(follow_ups, "SILENCE", 0.2)
    with pytest.raises(LanguageModelError, match=r"no word came for 0\.2 seconds"):
        propose(Script(("How much?",), wait=10.0))


def test_a_model_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches thoughts without an end: each word comes in time, the question never."""
    monkeypatch.setattr(follow_ups, "TOTAL", 0.0)
    with pytest.raises(AnswerCut, match="0 seconds"):
        propose(Script(("<think>", *["and on "] * 1000)))


def test_a_line_without_an_end_is_left() -> None:
    """Catches a model that is read on for ever."""
    proposal, _ = propose(Script(("and on ",) * 5000))
    assert len(proposal) < 500


def test_what_is_sent_where_is_said() -> None:
    """Catches questions that leave the machine without a word."""
    remote = ServerModel(parse_spec("https://models.example#m"), Limits(4096, 9, 1.0), key="")
    assert describe_sending(remote, FOLLOW_UP) == (
        "sent to models.example: the question and the one before it"
    )
    longer = FOLLOW_UP._replace(earlier=FOLLOW_UP.earlier * 2)
    assert describe_sending(remote, longer).endswith("the 2 before it")
    local = ServerModel(parse_spec("ollama:m"), Limits(4096, 9, 1.0), key="")
    assert describe_sending(local, FOLLOW_UP) == ""
