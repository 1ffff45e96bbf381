"""Why these passages, and why these sentences or none: what ``--explain`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import about
from rag.show.lines import Page, joined, line, place, snippet
from rag.text.words import fold

if TYPE_CHECKING:
    from rag.records import Answer, Hit

WORDS = 12  # of a sentence that is explained
PLAIN = 0.05  # gain from which a family of features is named
TELLING = 0.1  # weight from which a word that stands for another is named


def why_page(answer: Answer) -> Page:
    """Why these passages and these sentences."""
    return joined(explanation(answer))


def explanation(answer: Answer) -> list[Page]:
    """What each channel gave the passages, and what made the best sentences the best."""
    return [
        [row for rank, hit in enumerate(answer.hits, 1) for row in _channels(rank, hit)],
        _why(answer),
    ]


def _why(answer: Answer) -> Page:
    """Why the best sentences are the best, and whether that was enough."""
    why = answer.explanation
    if why is None:
        return []
    asks = (
        f"asks for: {why.question_type}" if why.question_type else "asks for nothing in particular"
    )
    page = [
        line(
            f"{asks}; confidence {why.confidence:.2f}, answers from {why.confidence_threshold:.2f}",
            lead="- ",
        )
    ]
    for reason in why.top_sentences:
        parts = ", ".join(
            f"{name} {gain:+.1f}"
            for name, gain in reason.contributions.items()
            if abs(gain) >= PLAIN
        )
        page.append(
            line(
                f"{reason.score:+.1f} “{snippet(reason.sentence, length=WORDS)}”: {parts}",
                lead="- ",
            )
        )
    return page


def _channels(rank: int, hit: Hit) -> Page:
    """What each channel gave a passage, and which of its words stand for which of the question."""
    channels = "  ".join(f"{channel} {score:.4g}" for channel, score in hit.scores.items())
    parts = (f"score {hit.score:.4g}", channels, place(hit.passage), about(hit.passage.article))
    page = [line(" | ".join(filter(None, parts)), lead=f"{rank:>3}. ")]
    same = [
        match.passage_word
        for match in hit.matches
        if fold(match.question_word) == fold(match.passage_word)
    ]
    others = [
        f"{m.question_word} ↔ {m.passage_word} {m.weight:.2f}".replace(" 0.", " .")
        for m in hit.matches
        if m.passage_word not in same and m.weight >= TELLING
    ]
    return (
        [*page, line(", ".join([*others, *same]), lead=" " * 5, style="dim")]
        if others or same
        else page
    )
