"""Why an answer was given, in words: what /why says."""

from __future__ import annotations

import dataclasses

import pytest
from answers import MATCHES, answered, article, passage, refused
from pages import written

from rag import show
from rag.records import AnswerForm, Explanation, Hit, Reason

SURE = Explanation(
    None,
    0.926,
    0.27,
    (Reason("First.", 2.0, {}), Reason("Second.", 1.0, {}), Reason("Third.", 0.0, {})),
)


def test_it_is_said_how_sure_an_answer_is_and_what_came_next() -> None:
    """Catches a share that is no percentage, the quoted sentence among those that came next, numbers of channels."""
    answer = answered(
        explanation=SURE, hits=(Hit(passage(article()), 1.0, {"dense": 0.5}, MATCHES),)
    )
    text = written(show.reasons_page(answer))
    assert "93 %" in text and "27 %" in text
    assert "Second." in text and "Third." in text and "First." not in text
    assert "remplacera" in text and "dense" not in text


@pytest.mark.parametrize(("verified", "phrase"), [("exact", "mot pour mot"), ("near", "au moins")])
def test_it_is_said_whether_each_quotation_was_verified(verified: str, phrase: str) -> None:
    """Catches "word for word" of a file that changed."""
    answer = answered(explanation=SURE)
    changed = dataclasses.replace(answer.citations[-1], verified=verified)
    answer = dataclasses.replace(answer, language="fr", citations=(*answer.citations[:-1], changed))
    assert phrase in written(show.reasons_page(answer))


def test_a_refusal_names_the_sentence_that_was_not_enough() -> None:
    """Catches a refusal that is said to be sure."""
    weak = dataclasses.replace(SURE, confidence=0.1)
    text = written(show.reasons_page(dataclasses.replace(refused(), explanation=weak)))
    assert "10 %" in text and "First." in text and "Second." not in text


def test_what_was_not_weighed_is_said_to_be_so() -> None:
    """Catches a page that fails for what has no explanation, and the reason of another such answer."""
    hit = Hit(passage(article()), 1.0, {"dense": 0.5}, MATCHES)
    bare = answered(explanation=None, hits=(), citations=(), language="en")
    reasons = {
        "laid out in rows": dataclasses.replace(bare, form=AnswerForm("news", "x", ())),
        "leave no passage": bare,
        "takes none for an answer": dataclasses.replace(bare, hits=(hit,)),
    }
    for words, answer in reasons.items():
        text = written(show.reasons_page(answer))
        assert [each for each in reasons if each in text] == [words]
