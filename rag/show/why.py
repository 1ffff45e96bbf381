"""Why these passages, and why these sentences or none: what ``--explain`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import describe_article
from rag.show.lines import Line, Page, cut_snippet, format_place, make_line
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Answer, Explanation, Hit, Reason, WordMatch

# Chosen by hand: what is smaller is noise to a reader.
EXPLAINED_WORDS = 12  # shown of a sentence that is explained
MIN_CONTRIBUTION = 0.05  # of a family of features that is named
MIN_MATCH_WEIGHT = 0.1  # of a word that stands for another one and is named
HIT_INDENT = "     "  # as wide as a rank: "  1. "


def explain_answer(answer: Answer) -> list[Page]:
    """Return what each channel gave the passages, and what made the best sentences the best."""
    hits: Page = []
    for rank, hit in enumerate(answer.hits, 1):
        hits += _explain_hit(rank, hit)
    if answer.explanation is None:
        return [hits]
    sentences = list(_explain_sentences(answer.explanation))
    return [hits, sentences]


def _explain_sentences(explanation: Explanation) -> Iterator[Line]:
    """Yield what is asked for and how sure the answer is; then why the best sentences are it."""
    question_type = explanation.question_type
    confidence = explanation.confidence
    threshold = explanation.confidence_threshold
    asks_for = "asks for nothing in particular"
    if question_type:
        asks_for = f"asks for: {question_type}"
    certainty = f"confidence {confidence:.2f}, answers from {threshold:.2f}"
    yield make_line(f"{asks_for}; {certainty}", lead="- ")
    for reason in explanation.top_sentences:
        yield _explain_sentence(reason)


def _explain_sentence(reason: Reason) -> Line:
    """Return the score of a sentence, how it begins, and what its score is made of."""
    sentence = cut_snippet(reason.sentence, length=EXPLAINED_WORDS)
    contributions = _describe_contributions(reason)
    text = f"{reason.score:+.1f} “{sentence}”"
    if contributions:
        text += f": {contributions}"
    return make_line(text, lead="- ")


def _describe_contributions(reason: Reason) -> str:
    """Return what each family of features added to the score of a sentence."""
    contributions = []
    for family, gain in reason.contributions.items():
        if abs(gain) >= MIN_CONTRIBUTION:
            contributions.append(f"{family} {gain:+.1f}")
    return ", ".join(contributions)


def _explain_hit(rank: int, hit: Hit) -> Iterator[Line]:
    """Yield what each channel gave a passage; then which of its words stand for which asked."""
    passage = hit.passage
    channels = [f"{channel} {score:.4g}" for channel, score in hit.scores.items()]
    parts = [
        f"score {hit.score:.4g}",
        " ".join(channels),
        format_place(passage),
        describe_article(passage.article),
    ]
    known_parts = [part for part in parts if part]
    text = " | ".join(known_parts)
    yield make_line(text, lead=f"{rank:>3}. ")
    matches = _describe_matches(hit.matches)
    if matches:
        text = ", ".join(matches)
        yield make_line(text, lead=HIT_INDENT, style="dim")


def _describe_matches(matches: Sequence[WordMatch]) -> list[str]:
    """Return the words that stand for others, with their weights, then those that are the same."""
    same_words = []
    for match in matches:
        if fold(match.question_word) == fold(match.passage_word):
            same_words.append(match.passage_word)
    other_words = []
    for match in matches:
        is_same = match.passage_word in same_words
        if not is_same and match.weight >= MIN_MATCH_WEIGHT:
            other_words.append(_describe_match(match))
    return other_words + same_words


def _describe_match(match: WordMatch) -> str:
    """Return a word of the question and the one that stands for it: ``licenciés ↔ layoffs .14``."""
    weight = f"{match.weight:.2f}"
    weight = weight.removeprefix("0")  # .41, as the documentation writes it
    return f"{match.question_word} ↔ {match.passage_word} {weight}"
