"""What other articles say otherwise than the rows of a form: a comparison, a list, yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.conflicts import (
    MARKS_AROUND,
    MAX_DAYS_APART,
    DifferingFigure,
    Disagreement,
    find_disagreements,
    find_quotation,
    sort_by_day,
)
from rag.models import embedders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.polarity import Judged
    from rag.answer.quotation_spans import Quotation
    from rag.pipeline.chosen import Chosen


def find_row_conflicts(
    chosen: Chosen,
    quotations: Sequence[Quotation],
    *,
    is_verdict: bool = False,
) -> list[Disagreement]:
    """Return what differs from the best sentence, where that is quoted: figures and days.

    Two names are two items of a list, and no conflict. ``is_verdict``: the rows say whether
    something is so, which others may say in words.
    """
    choice = chosen.choice
    if choice.status == "not_in_sources" or not choice.sentence_order:
        return []
    disagreements = find_disagreements(
        chosen.query,
        choice,
        chosen.sentences,
        table=embedders.open_token_vectors(),
    )
    kept = []
    for disagreement in disagreements:
        has_figures = is_verdict or all(_has_digit(figure.text) for figure in disagreement.figures)
        quoted = [find_quotation(figure.candidate, quotations) for figure in disagreement.figures]
        if has_figures and any(quotation in quotations for quotation in quoted):
            kept.append(disagreement)
    return kept


def _has_digit(text: str) -> bool:
    """Return whether a value is written in figures."""
    return any(character.isdigit() for character in text)


def oppose(chosen: Chosen, opposed: Sequence[Judged]) -> list[Disagreement]:
    """Return a sentence that says yes and one that says no as sources that differ.

    Of one article they tell what was before and after, and so do articles of days far apart.
    """
    figures = []
    for each in opposed:
        candidate = chosen.sentences[each.place]
        text = chosen.choice.values.get(each.place) or candidate.text
        figures.append(DifferingFigure(candidate, text.strip(MARKS_AROUND)))
    articles = {figure.candidate.hit.passage.article.id for figure in figures}
    if len(articles) < len(figures):
        return []
    newest, *_, oldest = sort_by_day(figures)
    distance = newest.day - oldest.day
    if distance.days > MAX_DAYS_APART:
        return []
    return [Disagreement([newest, oldest], "differ")]
