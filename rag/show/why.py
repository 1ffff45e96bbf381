"""Why these passages, and why these sentences or none: what ``--explain`` shows.

The words stand in the tables ``explain``, ``question_types``, ``features`` and ``channels`` of
``[interface]``; a name that none of them has is shown as the code calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.days import describe_article
from rag.show.lines import Line, Page, cut_snippet, format_place, make_line
from rag.show.phrases import get_phrase, get_phrase_table
from rag.show.quotation_marks import choose_marks
from rag.show.sources import SEPARATOR
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
    language = answer.language
    hits: Page = []
    for rank, hit in enumerate(answer.hits, 1):
        hits += _explain_hit(rank, hit, language)
    if answer.explanation is None:
        return [hits]
    sentences = list(_explain_sentences(answer.explanation, language))
    return [hits, sentences]


def _explain_sentences(explanation: Explanation, language: str) -> Iterator[Line]:
    """Yield what is asked for and how sure the answer is; then why the best sentences are it."""
    phrases = get_phrase_table(language, "explain")
    asks_for = phrases["asks_for_nothing"]
    kind: str = explanation.question_type or ""
    if kind:
        kinds = get_phrase_table(language, "question_types")
        asks_for = phrases["asks_for"].format(kinds.get(kind, kind))
    shares = (explanation.confidence, explanation.confidence_threshold)
    certainty = phrases["certainty"].format(*(f"{share:.2f}" for share in shares))
    yield make_line(f"{asks_for}{SEPARATOR}{certainty}", lead="- ")
    for reason in explanation.top_sentences:
        yield _explain_sentence(reason, language)


def _explain_sentence(reason: Reason, language: str) -> Line:
    """Return the score of a sentence, how it begins, and what its score is made of."""
    sentence = cut_snippet(reason.sentence, length=EXPLAINED_WORDS)
    opening, closing = choose_marks(sentence, language)
    contributions = _describe_contributions(reason, language)
    text = f"{reason.score:+.1f} {opening}{sentence}{closing}"
    if contributions:
        text += f"{SEPARATOR}{contributions}"
    return make_line(text, lead="- ")


def _describe_contributions(reason: Reason, language: str) -> str:
    """Return what each family of features added to the score of a sentence."""
    names = get_phrase_table(language, "features")
    contributions = []
    for family, gain in reason.contributions.items():
        if abs(gain) >= MIN_CONTRIBUTION:
            contributions.append(f"{names.get(family, family)} {gain:+.1f}")
    return ", ".join(contributions)


def _explain_hit(rank: int, hit: Hit, language: str) -> Iterator[Line]:
    """Yield what each channel gave a passage; then which of its words stand for which asked."""
    passage = hit.passage
    names = get_phrase_table(language, "channels")
    channels = [
        f"{names.get(channel, channel)} {score:.4g}" for channel, score in hit.scores.items()
    ]
    parts = [
        get_phrase(language, "score").format(f"{hit.score:.4g}"),
        ", ".join(channels),
        format_place(passage),
        describe_article(passage.article, language),
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
