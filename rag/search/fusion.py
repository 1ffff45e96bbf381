"""The candidates of all channels in one order.

Channels are standardised over the candidates (z-scores) and added with weights that depend on
whether a passage is in the question's language. Bonuses for preferred articles are added on top. A
story that several articles tell in the same words counts once. A newcomer may tune the weights with
``scripts/tune_fusion.py``.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.question.date_filter import EVERYTHING, Scope
from rag.records import Hit
from rag.search.channels import score_candidates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.opened import OpenedIndex
    from rag.models.e5 import Kind
    from rag.question.expand import Query


class ChannelWeights(NamedTuple):
    """What each channel weighs."""

    same: Mapping[str, float]  # for passages in the question's language
    other: Mapping[str, float]  # for those in another, where few words are the same


# The stronger a model, the more its cosine weighs beside the words. From the plateaus that
# scripts/tune_fusion.py finds; docs/quality.md says on which sets, and what it gives on others.
FUSION_WEIGHTS: Mapping[Kind, ChannelWeights] = {
    "static": ChannelWeights(
        same={"lexical": 1.5, "soft": 1.0, "dense": 0.5},
        other={"lexical": 3.0, "soft": 1.0, "dense": 2.0},
    ),
    "e5": ChannelWeights(
        same={"lexical": 1.0, "soft": 1.0, "dense": 2.0},
        other={"lexical": 1.0, "soft": 1.0, "dense": 4.0},
    ),
    # Nobody knows what it was trained for: it may be of one language.
    "transformer": ChannelWeights(
        same={"lexical": 1.5, "soft": 1.0, "dense": 1.5},
        other={"lexical": 3.0, "soft": 1.0, "dense": 2.0},
    ),
}
# How much of a question the best passage in its own language covers beside the best of all: up to
# the first nothing changes, from the second on passages in another language weigh no more than it.
# Chosen by scripts/measure_finding.py on questions in en, de, ru and tr about twelve languages
# together, and on those of PIAF, so that what stands only in another language is still found.
COVERED, COVERED_WHOLLY = 0.7, 1.0
COVERING_CHANNELS = ("soft", "dense")  # both must say so
# Share of its best neighbour's score that a passage gains: an answer often stands a paragraph after
# the names that the question tells. Chosen on half of the articles of scripts/training/press.
NEIGHBOUR_SHARE = 0.3

# The best passages keep their places; after them come those beside the first, which are in the same
# article. Chosen by hand on half of the articles of scripts/training/press.
KEPT_PLACES = 5
PASSAGES_WITH_NEIGHBOURS = 2

# Bonuses are channels of their own, with these names: for articles of the days asked about, and for
# those that the answer before quoted.
DAYS = "days"
CONVERSATION = "talk"
BONUSES = (DAYS, CONVERSATION)
DATE_BOOST = 1.5  # chosen by hand; 0.5 to 3 do as well (scripts/measure_dates.py)
CONVERSATION_BOOST = 2.0  # chosen by hand

# Passages of one article that are shown before those of others; chosen by hand.
PASSAGES_PER_ARTICLE = 3
_EPSILON = 1e-9  # keeps a channel without variance from a division by zero


@dataclass(frozen=True)
class RankedPassages:
    """The candidates of one question, best first: passage rows and what each channel gave."""

    rows: NDArray[np.int64]  # (candidates,)
    fused: NDArray[np.float64]  # (candidates,), what they are ordered by
    channels: Mapping[str, NDArray[np.float64]]  # (candidates,) each, bonuses included
    foreign: NDArray[np.bool_]  # (candidates,), in another language than the question
    kind: Kind = "static"  # of the model that made the dense channel

    def get_scores(self, rank: int) -> dict[str, float]:
        """Return what each channel gave the candidate at a rank, counted from 0."""
        scores = {}
        for name, values in self.channels.items():
            scores[name] = float(values[rank])
        return scores

    def take(self, ranks: Sequence[int] | NDArray[np.int64]) -> RankedPassages:
        """Return the candidates at these ranks, in this order."""
        order = np.asarray(ranks, dtype=np.int64)
        channels = {}
        for name, values in self.channels.items():
            channels[name] = values[order]
        return RankedPassages(
            self.rows[order],
            self.fused[order],
            channels,
            self.foreign[order],
            self.kind,
        )

    def in_order(self) -> RankedPassages:
        """Return the candidates in the order of their scores; equal ones in that of the rows."""
        order = np.lexsort((self.rows, -self.fused))
        return self.take(order)


def search_passages(
    query: Query,
    *,
    generation: OpenedIndex,
    table: NDArray[np.float16],
    scope: Scope = EVERYTHING,
    conversation_articles: Collection[str] = (),
) -> RankedPassages:
    """Return the passages that may answer a question, best first, each story once.

    The arguments are those of ``rank_passages``.
    """
    candidates = rank_passages(
        query,
        generation=generation,
        table=table,
        scope=scope,
        conversation_articles=conversation_articles,
    )
    return deduplicate(candidates, generation=generation)


def rank_passages(
    query: Query,
    *,
    generation: OpenedIndex,
    table: NDArray[np.float16],
    scope: Scope = EVERYTHING,
    conversation_articles: Collection[str] = (),
) -> RankedPassages:
    """Return the passages that may answer a question, best first, reprints among them.

    Only those that the filters of the scope let through; those it prefers come sooner, and so do
    those of ``conversation_articles``, which are ids. ``table``: (V, d), the token vectors.
    """
    scores = score_candidates(
        query,
        generation,
        scope.filters,
        table=table,
        breadth=scope.breadth,
    )
    bonuses = {}
    if scope.preferred:
        preferred_rows = generation.rows_where(scope.preferred)
        if preferred_rows is not None:
            bonuses[DAYS] = _give_bonus(scores.rows, preferred_rows, DATE_BOOST)
    if conversation_articles:
        conversation_rows: list[int] = []
        for article in conversation_articles:
            conversation_rows += generation.article_rows(article)
        bonuses[CONVERSATION] = _give_bonus(
            scores.rows,
            conversation_rows,
            CONVERSATION_BOOST,
        )
    candidates = fuse(
        scores.rows,
        scores.by_channel,
        scores.foreign,
        bonuses,
        query.kind,
    )
    return lift_neighbours(candidates, generation=generation)


def _give_bonus(
    rows: NDArray[np.int64], chosen_rows: Sequence[int] | NDArray[np.int64], bonus: float
) -> NDArray[np.float64]:
    """Return a bonus for each row that is among the chosen ones, and 0 for the others."""
    is_chosen = np.isin(rows, chosen_rows)
    return np.where(is_chosen, bonus, 0.0)


def fuse(
    rows: NDArray[np.int64],
    channels: Mapping[str, NDArray[np.float64]],
    foreign: NDArray[np.bool_],
    bonuses: Mapping[str, NDArray[np.float64]] | None = None,
    kind: Kind = "static",
) -> RankedPassages:
    """Return the candidates in the order of their weighted z-scores and bonuses.

    Equal scores are in the order of the rows. All arrays are of shape (candidates,). ``kind``: of
    the model that made the dense channel.
    """
    bonuses = bonuses or {}
    own_share = measure_own_coverage(channels, foreign)
    fused = weigh_channels(channels, foreign, kind, own_share)
    for bonus in bonuses.values():
        fused += bonus
    candidates = RankedPassages(
        rows,
        fused,
        {**channels, **bonuses},
        foreign,
        kind,
    )
    return candidates.in_order()


def weigh_channels(
    channels: Mapping[str, NDArray[np.float64]],
    foreign: NDArray[np.bool_],
    kind: Kind,
    own_share: float = 0.0,
) -> NDArray[np.float64]:
    """Return the weighted sum of the channels' z-scores, (candidates,).

    ``own_share``: how far passages in another language are weighted like those in the question's.
    """
    channel_weights = FUSION_WEIGHTS[kind]
    fused = np.zeros(len(foreign))
    for name, values in channels.items():
        same = channel_weights.same[name]
        other = channel_weights.other[name]
        foreign_weight = own_share * same + (1 - own_share) * other
        weights = np.where(
            foreign,
            foreign_weight,
            same,
        )
        fused += weights * compute_z_scores(values)
    return fused


def measure_own_coverage(
    channels: Mapping[str, NDArray[np.float64]], foreign: NDArray[np.bool_]
) -> float:
    """Return how far the question's own language answers it, from 0 to 1.

    The weights for passages in another language are greater, as few of their words are the same.
    Beside a passage in the question's language that covers as much, they would come first.
    """
    if foreign.all():
        return 0.0
    ratios = []
    for name in COVERING_CHANNELS:
        values = channels[name]
        best_own = values[~foreign].max()
        ratios.append(best_own / max(values.max(), _EPSILON))
    share = (min(ratios) - COVERED) / (COVERED_WHOLLY - COVERED)
    return float(np.clip(share, 0.0, 1.0))


def lift_neighbours(candidates: RankedPassages, *, generation: OpenedIndex) -> RankedPassages:
    """Return the candidates in the order they have when each gains by what stands beside it.

    That is ``NEIGHBOUR_SHARE`` of the score of the better passage next to it in its article, where
    that one is a candidate and better than most.
    """
    rows = candidates.rows.tolist()
    score_of_row: dict[int, float] = dict(zip(rows, candidates.fused.tolist(), strict=True))
    article_of_row: dict[int, int] = {}
    for row, owner in zip(rows, generation.owners_of(rows), strict=True):
        article_of_row[row] = owner.article
    gains = np.zeros(len(rows))
    for place, row in enumerate(rows):
        # The passages of an article are rows one after the other.
        for beside in (row - 1, row + 1):
            if article_of_row.get(beside) == article_of_row[row]:
                gain = NEIGHBOUR_SHARE * score_of_row[beside]
                gains[place] = max(gains[place], gain)
    fused = candidates.fused + gains
    lifted = replace(candidates, fused=fused)
    return lifted.in_order()


def bring_neighbours(candidates: RankedPassages, *, generation: OpenedIndex) -> RankedPassages:
    """Return the candidates with those beside the best ones, in their articles, right after these.

    A reader that understands what it reads finds the answer a paragraph away from the names that
    the question tells, where the search sees no word of it.
    """
    rows = candidates.rows.tolist()
    place_of_row = {row: place for place, row in enumerate(rows)}
    pairs = []
    for row in rows[:PASSAGES_WITH_NEIGHBOURS]:
        for beside in (row + 1, row - 1):  # an answer follows more often than it comes before
            if place_of_row.get(beside, 0) >= KEPT_PLACES:
                pairs.append((row, beside))
    concerned = list(dict.fromkeys(row for pair in pairs for row in pair))
    owners = dict(zip(concerned, generation.owners_of(concerned), strict=True))
    places = list(range(min(KEPT_PLACES, len(rows))))
    for row, beside in pairs:
        place = place_of_row[beside]
        if owners[row].article == owners[beside].article and place not in places:
            places.append(place)
    return reorder(candidates, places)


def compute_z_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many standard deviations each value is above the mean; 0 where all are equal."""
    if not len(values):
        return values
    deviations = values - values.mean()
    spread = values.std() + _EPSILON
    z_scores: NDArray[np.float64] = deviations / spread
    return z_scores


def deduplicate(candidates: RankedPassages, *, generation: OpenedIndex) -> RankedPassages:
    """Return the candidates without near-duplicate articles: one article of each group stays.

    It is the one with the best passage; of several as good, the earliest, an undated one last.
    """
    rows = candidates.rows.tolist()
    owners = generation.owners_of(rows)

    def rank_passage(place: int) -> tuple[float, float]:
        score = candidates.fused[place]
        day = owners[place].day or math.inf
        return -score, day

    places = range(len(owners))
    chosen_articles: dict[int, int] = {}  # by group
    for place in sorted(places, key=rank_passage):
        owner = owners[place]
        chosen_articles.setdefault(owner.cluster, owner.article)
    kept = []
    for place, owner in enumerate(owners):
        if owner.article == chosen_articles[owner.cluster]:
            kept.append(place)
    return candidates.take(kept)


def reorder(candidates: RankedPassages, ranks: Sequence[int]) -> RankedPassages:
    """Return the candidates at these ranks first, in this order, then the others."""
    chosen = set(ranks)
    others = []
    for rank in range(len(candidates.rows)):
        if rank not in chosen:
            others.append(rank)
    return candidates.take([*ranks, *others])


def limit_per_article(
    candidates: RankedPassages, most: int = PASSAGES_PER_ARTICLE, *, generation: OpenedIndex
) -> RankedPassages:
    """Return the candidates, the passages of an article beyond its first few after all others."""
    rows = candidates.rows.tolist()
    passages_of_article: Counter[int] = Counter()
    first = []
    beyond = []
    for place, owner in enumerate(generation.owners_of(rows)):
        passages_of_article[owner.article] += 1
        if passages_of_article[owner.article] <= most:
            first.append(place)
        else:
            beyond.append(place)
    return candidates.take(first + beyond)


def make_hits(candidates: RankedPassages, top: int, *, generation: OpenedIndex) -> list[Hit]:
    """Return the ``top`` best candidates as hits."""
    rows = candidates.rows[:top].tolist()
    hits = []
    for rank, passage in enumerate(generation.passages(rows)):
        hit = Hit(
            passage,
            float(candidates.fused[rank]),
            candidates.get_scores(rank),
        )
        hits.append(hit)
    return hits
