"""Which sentences are quoted: the best, what their pronouns need, nothing twice, no more than the
reader asked for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.quotation_spans import (
    MAX_SCORE_GAP,
    SECOND_SOURCE_GAP,
    SECOND_SOURCE_STRETCH,
    TIE_GAP,
    TIE_STRETCH,
    Candidate,
    Quotation,
    choose_quotations,
    expand_to_antecedent,
    find_context_start,
    is_headline,
    merge_quotation,
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
    if len(words) > 1 and sum(words) > max(budget * TIE_STRETCH, words[0]):
        # Only a second article beside one alone may stretch the budget further.
        articles = [passage.article.id for passage, _ in quotes]
        assert len(set(articles[:-1])) == 1 and articles[-1] != articles[0]
        assert sum(words) <= budget * SECOND_SOURCE_STRETCH
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


def rows_of(*passages: str, title: str = "") -> list[Candidate]:
    """The sentences of some passages, each a line of its own file and of its own story."""
    rows = []
    for rank, text in enumerate(passages):
        for row in found(text, title=title):
            rows.append(replace(row, rank=rank, hit=rename(row.hit, f"{rank}.txt")))
    return rows


def rename(hit: Hit, path: str) -> Hit:
    """A hit as if its document lay at another path."""
    article = hit.passage.article
    document = replace(article.document, path=path)
    return replace(
        hit, passage=replace(hit.passage, id=path, article=replace(article, document=document))
    )


def choose(rows: list[Candidate], scores: list[float], budget: int = 200) -> list[str]:
    values = np.array(scores)
    order = np.argsort(-values, kind="stable").tolist()
    return [quotation.text for quotation in choose_quotations(rows, values, order, budget)]


ONE, TWO = "Le pont a rouvert lundi dernier.", "Le chantier a duré neuf mois."


@pytest.mark.parametrize(("gap", "count"), [(3.47, 2), (3.48, 1)])
def test_sentences_are_quoted_until_the_answer_is_among_them_by_97_in_100(
    gap: float, count: int
) -> None:
    """Catches another likelihood than .97, and one that counts the sentence itself: the odds are
    1 to exp(-gap), and .97 / .03 is exp(3.476).
    """
    assert len(choose(rows_of(f"{ONE} {TWO}"), [0.0, -gap])) == count


@pytest.mark.parametrize(("gap", "count"), [(3.99, 18), (4.01, 1)])
def test_another_passage_is_quoted_only_when_its_score_is_near(gap: float, count: int) -> None:
    """Catches a limit of another size, or one that holds for the best passage as well (the last two
    of twenty are left out because the answer is likely among the others).
    """
    others = [f"Le port numéro {n} a rouvert hier." for n in range(19)]
    assert len(choose(rows_of(ONE, *others), [0.0, *[-gap] * 19])) == count
    together = rows_of(" ".join([ONE, *others]))
    assert len(choose(together, [0.0, *[-4.01] * 19])) > 1


@pytest.mark.parametrize(
    ("sentence", "count"), [("Le pont rouvre.", 1), ("Le pont rouvre lundi.", 2)]
)
def test_a_further_sentence_has_four_words(sentence: str, count: int) -> None:
    """Catches a date line quoted beside the answer, and a short sentence left out; the first may
    have any length.
    """
    assert len(choose(rows_of(f"{TWO} {sentence}"), [0.0, -0.1])) == count
    assert choose(rows_of("Oui."), [0.0]) == ["Oui."]


@pytest.mark.parametrize(
    ("gap", "budget", "count"),
    [(1.0, 8, 2), (1.01, 8, 1), (1.01, 12, 2), (1.01, 11, 1), (1.0, 7, 1)],
)
def test_a_tie_stretches_the_budget_by_half(gap: float, budget: int, count: int) -> None:
    """Catches a tie of another width, a stretch of another size, a budget met that counts as
    exceeded: the two have six words each.
    """
    six = "Le chantier a duré neuf mois."
    assert (
        len(choose(rows_of(f"Le pont a rouvert lundi dernier. {six}"), [0.0, -gap], budget))
        == count
    )


@pytest.mark.parametrize(("index", "start"), [(0, 0), (1, 0), (3, 0), (4, 1), (5, 2)])
def test_a_quotation_reaches_back_over_three_sentences_at_most(index: int, start: int) -> None:
    """Catches a quotation that grows to the whole article, or one that stops too soon."""
    rows = rows_of("Marie Le Goff part. " + "Elle partira en mai. " * 5)
    assert find_context_start(rows, index) == start
    assert expand_to_antecedent(rows, index) == Span(rows[start].span.start, rows[index].span.end)


def test_a_quotation_stays_in_its_passage() -> None:
    """Catches "Elle" explained by the last sentence of another passage."""
    rows = rows_of("Marie Le Goff part.", "Elle partira en mai.")
    assert find_context_start(rows, 1) == 1


@pytest.mark.parametrize("mark", [":", " ?", " : »"])
def test_a_sentence_that_announces_takes_the_next_one_in(mark: str) -> None:
    """Catches "Deux villes en profitent :" quoted without the two towns."""
    text = f"Deux villes en profitent{mark} Brest et Lorient gagnent. La troisième perd."
    [row] = [row for row in rows_of(text) if row.place == 0]
    span = expand_to_antecedent([row], 0)
    assert text[span.start : span.end].endswith("Brest et Lorient gagnent.")


def test_the_last_sentence_of_an_article_announces_nothing() -> None:
    """Catches an error, or a sentence of the next story, after a question at the end."""
    rows = rows_of("Qui paiera ?")
    assert expand_to_antecedent(rows, 0) == rows[0].span


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Span(5, 9), [Span(0, 5), Span(5, 9)]),
        (Span(4, 9), [Span(0, 9)]),
        (Span(1, 2), [Span(0, 5)]),
    ],
)
def test_quotations_that_share_a_character_are_one(other: Span, expected: list[Span]) -> None:
    """Catches neighbours merged, and an overlap of one character left as two quotations."""
    passage = found()[0].hit.passage
    merged = merge_quotation([Quotation(passage, Span(0, 5))], Quotation(passage, other))
    assert [quotation.span for quotation in merged] == expected


def test_a_merged_quotation_keeps_the_place_of_the_first() -> None:
    """Catches the best quotation moved behind others, and one merged quotation left in twice."""
    passage = found()[0].hit.passage
    spans = [Span(0, 5), Span(20, 25), Span(8, 12), Span(30, 35)]
    quotations = [Quotation(passage, span) for span in spans]
    merged = merge_quotation(quotations, Quotation(passage, Span(4, 9)))
    assert [quotation.span for quotation in merged] == [Span(0, 12), Span(20, 25), Span(30, 35)]


@pytest.mark.parametrize(
    ("text", "expected"), [("# Le pont rouvre", True), ("Le pont rouvre", True), ("Le pont", False)]
)
def test_a_headline_is_known_with_its_markdown_sign(text: str, expected: bool) -> None:
    """Catches "# Titre" quoted beside the answer, and any beginning of the headline left out."""
    row, *_ = rows_of(f"{text}\n\nIl pleut.", title="Le pont rouvre")
    assert is_headline(row) == expected


@pytest.mark.parametrize("text", ["# Le pont rouvre", "Le pont rouvre\n\n"])
def test_a_headline_that_is_the_whole_article_is_its_text(text: str) -> None:
    """Catches an article of a title only that is found and never quoted."""
    [row] = rows_of(text, title="Le pont rouvre")
    assert not is_headline(row)


def test_a_second_article_that_scores_near_is_quoted_beside_one_alone() -> None:
    """Catches an answer that quotes one article alone, which may be wrong, when the words are used
    up; one padded from an article that is far behind; and one that is twice as long as asked for.
    """
    [first] = found("Le pont a coûté neuf millions d'euros à la ville.")
    [other] = found("La ville a payé le pont six millions d'euros.")
    article = replace(other.hit.passage.article, id="other")
    passage = replace(other.hit.passage, article=article)
    second = replace(other, rank=1, hit=Hit(passage, 0.0))

    def count(gap: float, budget: int) -> int:
        scores = np.array([0.0, -gap])
        return len(choose_quotations([first, second], scores, [0, 1], budget))

    assert count(SECOND_SOURCE_GAP, 10) == 2
    assert count(SECOND_SOURCE_GAP + 0.1, 10) == 1
    assert count(SECOND_SOURCE_GAP, 9) == 1


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Le budget\n\nIl a été voté.", "Il a été voté."),
        ("Le maire parle.\n\nIl a été voté.", "Le maire parle.\n\nIl a été voté."),
        ("Voici la liste :\n\nIl a été voté.", "Voici la liste :\n\nIl a été voté."),
    ],
)
def test_a_quotation_does_not_reach_back_to_a_headline(text: str, quoted: str) -> None:
    """Catches the headline, or the credit line below it, quoted as the start of the sentence."""
    spans = split_sentences(text)
    document = Document("a", text, "", "text/plain")
    article = Article("a", document, "T", None, None, None, "fr", 0, len(text))
    hit = Hit(Passage("p", article, 0, len(text)), 1.0)
    none = np.zeros(1)
    rows = [Candidate(hit, 0, place, span, none, none) for place, span in enumerate(spans)]
    start, end = expand_to_antecedent(rows, len(rows) - 1)
    assert text[start:end] == quoted
