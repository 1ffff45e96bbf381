"""Which sentences are quoted: the best, what their pronouns need, nothing twice, no more than the
reader asked for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.quotation_spans import (
    MAX_SCORE_GAP,
    TIE_GAP,
    TIE_STRETCH,
    Candidate,
    choose_quotations,
)
from rag.records import Article, Document, Hit, Passage, Span
from rag.text.sentences import split_sentences

TEXT = (
    "La gardienne du phare, Maëlle Riou, part en septembre. Elle y vivait depuis 1998. Yann Le Goff la remplacera. "
    "Le chantier a coûté 4,2 millions d'euros. La ville de Brest a payé la moitié. Le reste vient de la région."
)


def found(text: str = TEXT, copies: int = 1, title: str = "") -> list[Candidate]:
    rows = []
    for rank in range(copies):
        document = Document(f"{rank}.txt", text, "", "text/plain")
        passage = Passage(
            str(rank),
            Article(str(rank), document, title, None, None, None, "fr", 0, len(text)),
            0,
            len(text),
        )
        rows += [
            Candidate(
                Hit(passage, 0.0),
                rank,
                place,
                span,
                np.zeros(0, np.uint16),
                np.zeros(4, np.float32),
            )
            for place, span in enumerate(split_sentences(text))
        ]
    return rows


def quoted(scores: list[float], budget: int = 60, copies: int = 1) -> list[str]:
    rows = found(copies=copies)
    order = np.argsort(-np.array(scores), kind="stable").tolist()
    return [
        passage.article.document.text[start:end]
        for passage, (start, end) in choose_quotations(rows, np.array(scores), order, budget)
    ]


def test_a_quotation_reaches_back_to_whom_its_pronouns_mean() -> None:
    """Catches a window of one sentence: "Elle y vivait … la remplacera" still does not say who."""
    assert quoted([0, 0, 9, 0, 0, 0]) == [TEXT[: TEXT.index(" Le chantier")]]
    assert quoted([0, 0, 0, 9, 0, 0]) == ["Le chantier a coûté 4,2 millions d'euros."]


def test_quotations_that_overlap_become_one() -> None:
    """Catches the departure quoted without the successor, because his sentence's quotation takes it
    in.
    """
    assert quoted([9, 0, 8, 0, 0, 0]) == [TEXT[: TEXT.index(" Le chantier")]]


def test_near_misses_are_quoted_and_far_ones_are_not() -> None:
    """Catches an answer padded to its limit with sentences that do not answer."""
    assert len(quoted([0, 0, 0, 9, 8.9, 0])) == 2
    assert len(quoted([0, 0, 0, 9, 1, 0])) == 1


def test_quotations_go_on_until_the_answer_is_likely_among_them() -> None:
    """Catches a fixed number of sentences: one where none is sure, or three where one is."""
    assert [len(quoted([-9, -9, -9, best, 3, 2], budget=200)) for best in (12.0, 6.0, 3.5)] == [
        1,
        2,
        3,
    ]


def test_a_doubtful_answer_is_not_padded_from_other_passages_or_with_a_date_line() -> None:
    """Catches far-fetched sentences of other articles, and "23 janvier 2024" as an answer."""
    rows = found(
        "Le pont est rouvert depuis lundi matin.\n\n3 mars 2025\n\nLe chantier a duré neuf mois.",
        copies=2,
    )
    scores = np.array([0.0, -0.5, -0.6, -4.5, -4.5, -4.5])
    quotes = choose_quotations(rows, scores, np.argsort(-scores, kind="stable").tolist(), 200)
    texts = [
        (passage.id, passage.article.document.text[start:end]) for passage, (start, end) in quotes
    ]
    assert texts == [
        ("0", "Le pont est rouvert depuis lundi matin."),
        ("0", "Le chantier a duré neuf mois."),
    ]


def test_only_what_is_as_likely_stretches_the_budget() -> None:
    """Catches an answer half as long again for a sentence that probably does not answer, and a
    likely one left out.
    """
    assert len(quoted([0, 0, 0, 9, 9 - TIE_GAP, 0], budget=11)) == 2
    assert len(quoted([0, 0, 0, 9, 8.9 - TIE_GAP, 0], budget=11)) == 1


@given(st.lists(st.floats(-5, 5), min_size=12, max_size=12), st.integers(1, 80))
def test_quotations_never_overlap_and_keep_to_the_budget(scores: list[float], budget: int) -> None:
    """Catches a sentence quoted twice through a grown neighbour, and a budget checked before
    growing.
    """
    rows = found(copies=2)
    order = np.argsort(-np.array(scores), kind="stable").tolist()
    quotes = choose_quotations(rows, np.array(scores), order, budget)
    assert quotes
    best = rows[order[0]]
    assert quotes[0][1].start <= best.span.start < best.span.end <= quotes[0][1].end
    words = [
        len(passage.article.document.text[start:end].split()) for passage, (start, end) in quotes
    ]
    assert len(words) == 1 or sum(words) <= max(budget * TIE_STRETCH, words[0])
    for i, (passage, span) in enumerate(quotes):
        for other, earlier in quotes[:i]:
            same = passage.article.document.path == other.article.document.path
            assert not (same and span.start < earlier.end and earlier.start < span.end)


def test_a_long_single_sentence_is_still_an_answer() -> None:
    """Catches an empty answer when the best sentence alone exceeds the budget."""
    assert quoted([0, 0, 0, 9, 0, 0], budget=1) == ["Le chantier a coûté 4,2 millions d'euros."]


def test_spans_stay_within_one_passage() -> None:
    """Catches growth over the border of a passage into another file."""
    rows = found(copies=2)
    scores = np.zeros(len(rows))
    scores[6] = 9  # the first sentence of the second file
    [(passage, span), *_] = choose_quotations(
        rows, scores, np.argsort(-scores, kind="stable").tolist(), 60
    )
    assert passage.article.document.path == "1.txt"
    assert span == Span(0, TEXT.index(" Elle"))


def test_a_headline_is_quoted_only_when_it_is_the_answer() -> None:
    """Catches an answer that ends with the headline that its source's line shows anyway."""
    headline = "Le phare de Kermor ferme"
    rows = found(f"{headline}\n\nLa gardienne Maëlle Riou part en septembre.", title=headline)
    for scores, expected in (([2.0, 3.0], [1]), ([3.0, 2.0], [0, 1])):
        order = np.argsort(-np.array(scores), kind="stable").tolist()
        spans = [span for _, span in choose_quotations(rows, np.array(scores), order, 60)]
        assert spans == [rows[index].span for index in expected]


def test_the_same_sentence_in_two_papers_is_quoted_once() -> None:
    """Catches an answer that says the same thing twice because two papers printed it."""
    rows = found("Le phare de Kermor ferme.", copies=3)
    assert len(choose_quotations(rows, np.array([3.0, 3.0, 3.0]), [0, 1, 2], 60)) == 1


def test_what_scores_far_below_the_best_is_quoted_from_its_passage_alone() -> None:
    """Catches a weak sentence of another article beside the answer, and the bound turned round."""
    own, others = found(), found(TEXT.replace("Brest", "Rennes").replace("Riou", "Le Bris"))
    rows = [*own, *(replace(row, rank=1) for row in others)]

    def choose(*scores: float) -> int:
        order = np.argsort(-np.array(scores), kind="stable").tolist()
        return len(choose_quotations(rows, np.array(scores), order, 1000))

    # Together, six weak sentences keep the best one from being likely enough alone.
    out, near, far = -20.0, -MAX_SCORE_GAP + 0.25, -MAX_SCORE_GAP - 0.25
    best = [out, out, out, 0.0, out, out]
    assert choose(*best, *[near] * 6) > 1
    assert choose(*best, *[far] * 6) == 1
    assert choose(far, far, far, 0.0, far, far, *[out] * 6) > 1
