"""Items that a sentence announces by their number: those after it, with ordinals first."""

from __future__ import annotations

from sentences import candidates

from rag.answer.announced_items import list_announced

ANNOUNCED = "The plan of the town has three measures."
FIRST = "The first is a night bus."
TALK = "Nobody had asked for it."
SECOND = "The second is a free pool."
REST = "A new bench comes on top."
QUESTION = "What are the measures of the plan?"


def tell(*sentences: str, question: str = QUESTION) -> list[str]:
    found = candidates(*sentences, language="en")
    return [quotation.text for quotation in list_announced(0, found, question, "en")]


def test_sentences_with_an_ordinal_are_the_items_and_what_follows_fills_up() -> None:
    """Catches remarks between the items, and the last item lost that has no ordinal."""
    assert tell(ANNOUNCED, FIRST, TALK, SECOND, REST, TALK) == [FIRST, SECOND, REST]


def test_a_number_of_something_else_announces_nothing() -> None:
    """Catches "three years" before a measure taken for three measures."""
    assert tell("The plan took three years.", FIRST, SECOND) == []
    assert tell(ANNOUNCED, TALK, REST) == []
