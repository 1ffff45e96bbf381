"""The order of candidates: fusion against a slow reference, bonuses, near-duplicates, the page."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from test_search_channels import rag  # noqa: F401

from rag.index.catalog_rows import Owner
from rag.models import embedders as embed
from rag.models.e5 import Kind
from rag.pipeline import Rag
from rag.question.date_filter import Scope
from rag.records import Filters
from rag.search import fusion

ROOT = 2**0.5
SAME = {"dense": 0.5, "lexical": 1.5, "soft": 1.0}
OTHER = {"dense": 2.0, "lexical": 3.0, "soft": 1.0}


@pytest.mark.parametrize("foreign", [(0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 1)])
def test_the_weights_of_the_channels(foreign: tuple[int, ...]) -> None:
    """Catches a weight that was changed by accident, or that another channel or language gets."""
    channels = {
        "dense": np.array([9.0, 2.0, 2.0]),
        "lexical": np.array([1.0, 5.0, 1.0]),
        "soft": np.array([0.0, 0.0, 0.5]),
    }
    candidates = fusion.fuse(np.arange(3), channels, np.array(foreign, dtype=bool))
    fused = dict(zip(candidates.rows.tolist(), candidates.fused.tolist(), strict=True))
    for row, name in enumerate(channels):
        weights = OTHER if foreign[row] else SAME
        # The z-scores of one value above two equal ones are √2, -1/√2 and -1/√2.
        others = sum(weights.values()) - weights[name]
        assert fused[row] == pytest.approx(ROOT * weights[name] - others / ROOT, abs=1e-6)


@pytest.mark.parametrize("kind", fusion.FUSION_WEIGHTS)
@pytest.mark.parametrize("foreign", [False, True])
def test_the_weights_belong_to_the_kind_of_model(kind: Kind, foreign: bool) -> None:
    """Catches the weights of the shipped model for a strong one, here and once an order is made again."""
    channels = {
        "dense": np.array([3.0, 0.0, 0.0]),
        "lexical": np.array([0.0, 3.0, 0.0]),
        "soft": np.array([0.0, 0.0, 3.0]),
    }
    candidates = fusion.fuse(np.arange(3), channels, np.full(3, foreign), None, kind)
    fused = dict(zip(candidates.rows.tolist(), candidates.fused.tolist(), strict=True))
    weights = fusion.FUSION_WEIGHTS[kind].other if foreign else fusion.FUSION_WEIGHTS[kind].same
    for row, name in enumerate(channels):
        others = sum(weights.values()) - weights[name]
        assert fused[row] == pytest.approx(ROOT * weights[name] - others / ROOT, abs=1e-6)
    assert candidates.kind == candidates.take([0]).kind == kind


def test_a_strong_model_weighs_more_beside_the_words() -> None:
    """Catches rows of the table that changed places."""
    shares = {
        kind: weights.same["dense"] / weights.same["lexical"]
        for kind, weights in fusion.FUSION_WEIGHTS.items()
    }
    assert sorted(shares, key=lambda kind: shares[kind]) == ["static", "transformer", "e5"]


def test_a_passage_gains_by_the_one_beside_it() -> None:
    """Catches a gain across articles, from afar, from both sides at once, or a loss by a weak neighbour."""
    # The rows 0 to 3 are of one article, row 4 begins the next; row 5 is not among them.
    owners = Owners(*((row // 4, row // 4, 1) for row in range(6)))
    lifted = fusion.lift_neighbours(ranked(1.0, 10.0, 2.0, -4.0, 8.0), generation=owners)  # type: ignore[arg-type]
    assert lifted.rows.tolist() == [1, 4, 2, 0, 3]
    assert lifted.fused.tolist() == pytest.approx([10.6, 8.0, 5.0, 4.0, -3.4])
    assert lifted.channels["dense"].tolist() == [100, 80, 20, 10, -40]
    alone = fusion.lift_neighbours(ranked(), generation=owners)  # type: ignore[arg-type]
    assert not len(alone.rows)


def test_what_stands_beside_the_best_is_read_after_them() -> None:
    """Catches a passage of another article brought, one lost or twice, and the best displaced."""
    # The rows 0 to 5 are of one article, 6 to 11 of the next.
    owners = Owners(*((row // 6, row // 6, 1) for row in range(12)))
    rows = [3, 6, 9, 1, 11, 0, 2, 4, 5, 7, 8, 10]
    candidates = ranked(*range(12)).take(rows)
    brought = fusion.bring_neighbours(candidates, generation=owners)  # type: ignore[arg-type]
    assert brought.rows.tolist() == [3, 6, 9, 1, 11, 4, 2, 7, 0, 5, 8, 10]
    few = fusion.bring_neighbours(candidates.take([0, 1]), generation=owners)  # type: ignore[arg-type]
    assert few.rows.tolist() == [3, 6]


def test_equal_scores_are_in_the_order_of_the_rows() -> None:
    """Catches an order that changes from one run to the next."""
    channels = {name: np.ones(3) for name in fusion.FUSION_WEIGHTS["static"].same}
    candidates = fusion.fuse(np.array([8, 5, 6]), channels, np.zeros(3, dtype=bool))
    assert candidates.rows.tolist() == [5, 6, 8]


def test_a_bonus_is_added_and_shown() -> None:
    """Catches a bonus that is standardised like a channel, or missing among the scores."""
    channels = {name: np.zeros(3) for name in fusion.FUSION_WEIGHTS["static"].same}
    bonuses = {fusion.DAYS: np.array([0.0, 0.0, 1.5])}
    candidates = fusion.fuse(np.arange(3), channels, np.zeros(3, dtype=bool), bonuses)
    assert candidates.rows.tolist() == [2, 0, 1]
    assert candidates.fused.tolist() == [1.5, 0, 0]
    assert candidates.get_scores(0) == {"dense": 0, "lexical": 0, "soft": 0, "days": 1.5}


def test_the_ranks_that_were_chosen_come_first() -> None:
    """Catches candidates that are lost or doubled, and others that change their order."""
    assert fusion.reorder(ranked(5, 4, 3, 2, 1), [3, 0]).rows.tolist() == [3, 0, 1, 2, 4]
    assert fusion.reorder(ranked(2, 1), []).rows.tolist() == [0, 1]


@pytest.mark.parametrize("top", [0, 1, 2, 9])
def test_hits_are_the_best_candidates(rag: Rag, top: int) -> None:  # noqa: F811
    """Catches a hit more or less than asked for, and scores of another rank."""
    query = rag.query("le quai du port de Brisac")
    candidates = fusion.search_passages(
        query, generation=rag.generation, table=embed.open_token_vectors()
    )
    hits = fusion.make_hits(candidates, top, generation=rag.generation)
    assert len(hits) == min(top, 3)
    for rank, hit in enumerate(hits):
        assert hit.score == candidates.fused[rank]
        assert hit.scores == candidates.get_scores(rank)


def test_fusing_agrees_with_a_slow_reference() -> None:
    """Catches a channel of foreign passages weighed like the others, and an order that its scores
    do not follow.
    """
    random = np.random.default_rng(1)
    rows = np.arange(20)
    channels = {name: random.normal(size=20) for name in ("dense", "lexical", "soft")}
    foreign = random.random(20) < 0.5
    channels["soft"][~foreign] -= 3  # the best of all is of another language
    found = fusion.fuse(rows, channels, foreign)
    expected = {}
    for row in rows.tolist():
        weights = (
            fusion.FUSION_WEIGHTS["static"].other
            if foreign[row]
            else fusion.FUSION_WEIGHTS["static"].same
        )
        expected[row] = sum(
            weights[name] * (values[row] - np.mean(values)) / np.std(values)
            for name, values in channels.items()
        )
    assert found.rows.tolist() == sorted(expected, key=lambda row: -expected[row])
    assert found.fused == pytest.approx([expected[row] for row in found.rows.tolist()])
    assert found.foreign.tolist() == foreign[found.rows].tolist()
    assert found.get_scores(0) == pytest.approx(
        {name: values[found.rows[0]] for name, values in channels.items()}
    )


@pytest.mark.parametrize(
    ("soft", "dense", "share"),
    [
        (10.0, 0.9, 1.0),  # as good as the other language
        (12.0, 1.2, 1.0),
        (8.5, 0.9, 0.5),
        (10.0, 0.765, 0.5),  # the lesser of the two counts
        (7.0, 0.9, 0.0),
        (3.0, -0.2, 0.0),
    ],
)
def test_another_language_gives_way_where_the_own_one_covers_as_much(
    soft: float, dense: float, share: float
) -> None:
    """Catches a translation before the original, and an answer that only another language has put last."""
    channels = {
        "soft": np.array([10.0, soft, 1.0]),
        "dense": np.array([0.9, dense, 0.1]),
        "lexical": np.array([2.0, 1.0, 0.0]),
    }
    foreign = np.array([True, False, False])
    assert fusion.measure_own_coverage(channels, foreign) == pytest.approx(share)
    fused = fusion.fuse(np.arange(3), channels, foreign)
    (score,) = fused.fused[fused.rows == 0]
    expected = sum(
        (share * SAME[name] + (1 - share) * OTHER[name])
        * (values[0] - np.mean(values))
        / np.std(values)
        for name, values in channels.items()
    )
    assert score == pytest.approx(expected)


def test_without_the_own_language_nothing_gives_way() -> None:
    """Catches an index in one other language whose passages weigh less, and a maximum of nothing."""
    channels = {name: np.array([3.0, 1.0]) for name in OTHER}
    assert fusion.measure_own_coverage(channels, np.array([True, True])) == 0
    nothing = {name: np.zeros(0) for name in OTHER}
    assert fusion.measure_own_coverage(nothing, np.zeros(0, dtype=bool)) == 0


def test_without_variance_a_channel_says_nothing() -> None:
    """Catches a division by zero when all candidates score the same."""
    found = fusion.fuse(
        np.arange(2),
        {name: np.ones(2) for name in fusion.FUSION_WEIGHTS["static"].same},
        np.zeros(2, dtype=bool),
    )
    assert found.fused.tolist() == [0, 0]


def test_preferred_articles_come_sooner_and_others_stay(rag: Rag) -> None:  # noqa: F811
    """Catches a preference that hides articles, or one that does nothing."""
    question = "travaux du port, du phare et du tramway"
    query, table = rag.query(question), embed.open_token_vectors()

    def fused(preferred: Filters | None = None) -> dict[int, float]:
        scope = Scope(Filters(), preferred)
        result = fusion.search_passages(query, generation=rag.generation, table=table, scope=scope)
        return dict(zip(result.rows.tolist(), result.fused.tolist(), strict=True))

    plain = fused()
    for day in (datetime.date(2025, 3, 3), datetime.date(2025, 5, 5), datetime.date(2025, 6, 9)):
        preferred = fused(preferred=Filters(day, day))
        assert preferred.keys() == plain.keys()
        dated = {row for row in plain if rag.generation.passages([row])[0].article.date == day}
        assert dated
        assert {row for row in plain if preferred[row] > plain[row]} == dated
        gains = [preferred[row] - plain[row] for row in dated]
        assert gains == pytest.approx([1.5] * len(dated))  # DATE_BOOST
        assert list(preferred) == sorted(preferred, key=lambda row: -preferred[row])


def test_articles_just_spoken_of_come_sooner_and_others_stay(rag: Rag) -> None:  # noqa: F811
    """Catches a follow-up that sees the last answer's article alone, or does not know it from the
    others.
    """
    query, table = rag.query("travaux du port, du phare et du tramway"), embed.open_token_vectors()
    plain = fusion.search_passages(query, generation=rag.generation, table=table)
    article = rag.generation.passages([int(plain.rows[-1])])[0].article.id
    leaning = fusion.search_passages(
        query, generation=rag.generation, table=table, conversation_articles={article}
    )
    assert set(leaning.rows.tolist()) == set(plain.rows.tolist())
    gained = leaning.channels[fusion.CONVERSATION]
    own = [
        passage.article.id == article for passage in rag.generation.passages(leaning.rows.tolist())
    ]
    assert fusion.CONVERSATION_BOOST == 2.0
    assert (
        gained.tolist() == [fusion.CONVERSATION_BOOST * each for each in own]
        and any(own)
        and not all(own)
    )


class Owners:
    """All that choosing among candidates asks of a generation: (article, group, day) of each
    row.
    """

    def __init__(self, *owners: tuple[int, int, int]) -> None:
        self.owners = [Owner(*owner) for owner in owners]

    def owners_of(self, rows: list[int]) -> list[Owner]:
        return [self.owners[row] for row in rows]


def ranked(*scores: float) -> fusion.RankedPassages:
    """Candidates with these scores; row n is the nth."""
    values = np.array(scores)
    return fusion.RankedPassages(
        np.arange(len(scores)), values, {"dense": 10 * values}, np.arange(len(scores)) % 2 == 1
    )


def test_a_group_of_reprints_keeps_the_article_with_the_best_passage() -> None:
    """Catches a group that keeps several articles or loses the other passages of the best, and
    columns that part ways.
    """
    owners = Owners((0, 0, 5), (1, 0, 2), (2, 2, 1), (0, 0, 5), (1, 0, 2))
    found = fusion.deduplicate(ranked(5, 4, 3, 2, 1), generation=owners)  # type: ignore[arg-type]
    assert found.rows.tolist() == [0, 2, 3]
    assert found.fused.tolist() == [5, 3, 2]
    assert found.channels["dense"].tolist() == [50, 30, 20]
    assert found.foreign.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("days", "kept"), [((5, 2), 1), ((2, 5), 0), ((0, 5), 1), ((5, 5), 0), ((0, 0), 0)]
)
def test_of_equally_good_reprints_the_earliest_stays(days: tuple[int, int], kept: int) -> None:
    """Catches the last copy shown for the first, and an undated one taken for the oldest."""
    owners = Owners(*((article, 0, day) for article, day in enumerate(days)))
    assert fusion.deduplicate(ranked(1, 1), generation=owners).rows.tolist() == [kept]  # type: ignore[arg-type]


def test_one_article_does_not_fill_the_page() -> None:
    """Catches slices of one article in all places, and slices that are lost where nothing else was
    found.
    """
    owners = Owners(*((0, 0, 0),) * 5, (1, 1, 0), (2, 2, 0))
    order = fusion.limit_per_article(ranked(7, 6, 5, 4, 3, 2, 1), generation=owners).rows.tolist()  # type: ignore[arg-type]
    assert order == [0, 1, 2, 5, 6, 3, 4]
    assert fusion.PASSAGES_PER_ARTICLE == 3
    alone = fusion.limit_per_article(ranked(3, 2, 1, 0), generation=Owners(*((0, 0, 0),) * 4))  # type: ignore[arg-type]
    assert alone.rows.tolist() == [0, 1, 2, 3]


def test_nothing_found_stays_nothing() -> None:
    """Catches an empty answer that ends in a traceback."""
    for choose in (fusion.deduplicate, fusion.limit_per_article):
        assert not len(choose(ranked(), generation=Owners()).rows)  # type: ignore[arg-type]
